package live

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

//go:embed lists.json
var tableFile []byte

// table says what is read from where. Resource Graph's tables are those of
// learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources;
// the paths and versions are those of the published types of each provider.
type table struct {
	Types  []string `json:"types"`  // asked for by scope, in Resource Graph's spelling
	Roots  []string `json:"roots"`  // of these, what everything starts at
	Stores []string `json:"stores"` // what the group that a service made for an encrypted workspace holds
	// Naming are types whose resources name what they belong to, which does not
	// name them.
	Naming   []naming          `json:"naming"`
	Lists    []list            `json:"lists"`
	Locks    locks             `json:"locks"`
	Versions map[string]string `json:"versions"` // api-version by type in lower case, for reading one resource
}

type naming struct {
	Type     string `json:"type"`
	Property string `json:"property"`
}

// list is one way to learn of children.
type list struct {
	Of      string              `json:"of"`    // the type of the parent
	Gives   string              `json:"gives"` // the type of the children
	Path    string              `json:"path"`  // where ARM lists them, with {id}, {group} and {location}
	Reads   string              `json:"reads"` // instead: what ARM shows of the resource itself
	Keep    string              `json:"keep"`  // with Reads: the property that is taken over
	Version string              `json:"version"`
	Query   map[string]string   `json:"query"`
	When    map[string][]string `json:"when"`    // values of the parent without which there are no children
	Unless  map[string][]string `json:"unless"`  // values with which there are none
	Graph   bool                `json:"graph"`   // Resource Graph holds the children
	Body    bool                `json:"body"`    // the parent's body holds them
	Names   string              `json:"names"`   // the property in which a child names what it is for
	NamedBy map[string]string   `json:"namedBy"` // which of these is named by what type, in lower case; otherwise the first
	Like    []string            `json:"like"`    // a property of the children, and the values that make different services of them
}

type locks struct {
	Path    string   `json:"path"`
	Version string   `json:"version"`
	About   []string `json:"about"` // types whose checks ask for locks
}

var loadTable = sync.OnceValue(func() *table {
	t := new(table)
	if err := json.Unmarshal(tableFile, t); err != nil {
		panic(fmt.Sprintf("lists.json, which is part of the program: %v", err)) // the tests of this package keep it readable
	}
	return t
})

// of gives the lists of a type.
func (t *table) of(typ string) []*list {
	var out []*list
	for i := range t.Lists {
		if strings.EqualFold(t.Lists[i].Of, typ) {
			out = append(out, &t.Lists[i])
		}
	}
	return out
}

// applies says whether a resource can have what the list gives.
func (l *list) applies(r *estate.Resource) bool {
	for path, values := range l.When {
		if !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, at(r, path)) }) {
			return false
		}
	}
	for path, values := range l.Unless {
		if slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, at(r, path)) }) {
			return false
		}
	}
	return true
}

// at is the text at a path of a resource; "name" is the last segment of its name.
func at(r *estate.Resource, path string) string {
	if path == "name" {
		return r.ID.LastName()
	}
	v := r.Body
	for step := range strings.SplitSeq(path, ".") {
		v = v.Get(step)
	}
	if v.Kind() == value.StringKind {
		return v.Str()
	}
	return ""
}

// address is the path of the list for a resource.
func (l *list) address(r *estate.Resource) string {
	path := l.Path
	if path == "" {
		path = l.Reads
	}
	return strings.NewReplacer("{id}", r.ID.String(), "{group}", r.ID.Group().String(), "{location}", r.Location).Replace(path)
}
