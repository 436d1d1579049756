package estate

// Estate is a set of resources and the relations between them. It is built once
// with [Build] and not changed afterwards.
type Estate struct {
	Resources []*Resource // sorted by id
	Relations []Relation  // sorted by from, role, to
	Coverage  Coverage

	byKey map[string]*Resource
	// Relations lie sorted by their start, so those of resource i are
	// Relations[from[i]:from[i+1]]; those that end at it have the numbers
	// to[toAt[i]:toAt[i+1]].
	from, to, toAt []int32
}

// Coverage says what was looked at and what could not be. Its counts add up:
// every file and every resource of the input is in exactly one of its places.
type Coverage struct {
	Inputs    []Input   `json:"inputs"`
	NotSeen   []NotSeen `json:"notSeen"`
	Resources int       `json:"resources"` // resources of the input that are in the estate
	External  int       `json:"external"`  // resources that are only named
	Skipped   int       `json:"skipped"`   // resources whose condition is false
}

// Input is one file or stream that was read.
type Input struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`                 // "template", "parameters", "inventory", "estate", "azure", "other"
	Resources  int      `json:"resources"`            // resources it gave
	Parameters []string `json:"parameters,omitempty"` // parameter files used with it
	Note       string   `json:"note,omitempty"`       // what else is to say, e.g. that a linked template is assessed elsewhere
}

// NotSeen is something that could not be looked at, and why.
type NotSeen struct {
	What   string `json:"what"` // a file, a resource, a linked template, a property
	Why    string `json:"why"`
	Origin Origin `json:"origin,omitzero"`
}
