package catalog

import (
	"regexp"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// Call is one request that a remedy makes of Azure where writing what it sets
// would be refused, such as the one that starts a conversion. Its texts may have
// the braces of [Place]. The version of the API is that of the resource's [Type].
type Call struct {
	Pause  Span        `yaml:"pause" json:"pause,omitzero"`    // how long Azure wants to be left alone after the call before it
	Method string      `yaml:"method" json:"method"`           // POST, PATCH or PUT
	Path   string      `yaml:"path" json:"path,omitempty"`     // below the id of the resource: /startAccountMigration; "" for the resource itself
	Body   value.Value `yaml:"body" json:"body"`               // absent: none
	Follow string      `yaml:"follow" json:"follow,omitempty"` // below the id: what tells how far it is; "" when the answer is an operation that tells it
	State  string      `yaml:"state" json:"state,omitempty"`   // the path of the state in what Follow gives
	Done   []string    `yaml:"done" json:"done,omitempty"`     // the states in which it is done
	Failed []string    `yaml:"failed" json:"failed,omitempty"` // those in which it never will be
}

// calls requires that whoever makes the calls of a remedy knows when each is done.
func (ck *checker) calls(r *Remedy) {
	if len(r.Calls) > 0 && !r.Mends() {
		ck.at(&r.Calls, "there is nothing that the calls bring about", "say with set: or add: what is so afterwards")
	}
	if len(r.Calls) > 0 && r.ByHand != "" {
		ck.at(&r.ByHand, "what is done by hand needs no calls", "remove byHand: or calls:")
	}
	for i := range r.Calls {
		c := &r.Calls[i]
		oneOf(ck, c, &c.Method, "method", false, "POST", "PATCH", "PUT")
		ck.below(&c.Path, c.Path)
		ck.below(&c.Follow, c.Follow)
		switch follows := c.Follow != ""; {
		case follows && (c.State == "" || len(c.Done) == 0):
			ck.at(&c.Follow, "it is not said when what is followed is done", "add state: with the path of the state, and done: with the states")
		case !follows && (c.State != "" || len(c.Done)+len(c.Failed) > 0):
			ck.at(c, "states are for what is followed", "add follow:, or remove state:, done: and failed:")
		case follows:
			ck.path(&c.State, c.State)
		}
		if i == 0 && c.Pause != (Span{}) {
			ck.at(&c.Pause, "there is no call before the first one", "remove pause:")
		}
		ck.braces(c, value.Array([]value.Value{value.String(c.Path), value.String(c.Follow), c.Body}))
	}
	for i := range r.Set {
		ck.braces(&r.Set[i], r.Set[i].Value)
	}
	for i := range r.Add {
		a := &r.Add[i]
		ck.braces(a, value.Array([]value.Value{value.String(a.Name), value.String(a.Location), a.Body}))
	}
}

// below requires a path that goes on where an id ends.
func (ck *checker) below(p *string, path string) {
	if path != "" && (!strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") || strings.ContainsAny(path, "? #")) {
		ck.at(p, quote(path)+" is no path below a resource", "write it like /accountMigrations/default, without a version")
	}
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// placeholders are what [Place] fills in.
var placeholders = []string{"{name}", "{parent}", "{id}", "{group}", "{location}", "{otherRegion}", "{unique}", "{zones}", "{count}"}

// braces requires that all texts in braces stand for something.
func (ck *checker) braces(p any, v value.Value) {
	switch v.Kind() {
	case value.StringKind:
		for _, found := range placeholder.FindAllString(v.Str(), -1) {
			if !slices.Contains(placeholders, found) {
				ck.at(p, "nothing is known that "+found+" stands for", nearestOf(found, placeholders))
			}
		}
	case value.ArrayKind:
		for _, e := range v.Elems() {
			ck.braces(p, e)
		}
	case value.ObjectKind:
		for _, e := range v.Members() {
			ck.braces(p, e)
		}
	}
}
