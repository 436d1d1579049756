package live

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Work is what a run is to do, and all that is needed for it.
type Work struct {
	Format int    `json:"format"`
	Scope  string `json:"scope"`            // the id that the command named
	Undoes string `json:"undoes,omitempty"` // the run that it takes back
	Tasks  []Task `json:"tasks"`
}

// format is that of the works this program writes and reads.
const format = 1

// Task is one step of a plan, or the undoing of one.
type Task struct {
	Remedy   string `json:"remedy"`
	Title    string `json:"title"`
	Resource string `json:"resource"` // its id
	Kind     string `json:"kind"`     // inPlace or conversion
	After    []int  `json:"after,omitempty"`
	Forever  string `json:"forever,omitempty"` // why it is not taken back, "" if it is
	Kept     string `json:"kept,omitempty"`    // nothing is to be done, because
	Acts     []Act  `json:"acts,omitempty"`
}

// The kinds of acts.
const (
	Change  = "change"  // of a resource, by PATCH or PUT
	Add     = "add"     // of a resource, by PUT
	Convert = "convert" // by the calls that the catalog gives
)

// Act is one request of a task.
type Act struct {
	Kind    string          `json:"kind"`
	ID      string          `json:"id"` // of the resource that is written
	Version string          `json:"version"`
	Method  string          `json:"method"`         // PATCH or PUT
	Make    bool            `json:"make,omitempty"` // made when it is not there: a part of its parent with a name of its own
	Sets    []Set           `json:"sets,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"` // of an addition
	Calls   []Call          `json:"calls,omitempty"`
	Place   catalog.Place   `json:"place"`
}

// Set is a value that is wanted at a path.
type Set struct {
	Paths   []string          `json:"paths"` // the first is written; the first that is there is read
	Value   json.RawMessage   `json:"value,omitempty"`
	AtLeast bool              `json:"atLeast,omitempty"`
	Append  bool              `json:"append,omitempty"`
	IfThere bool              `json:"ifThere,omitempty"`
	Remove  bool              `json:"remove,omitempty"`  // what is there is taken away
	Planned []json.RawMessage `json:"planned,omitempty"` // what was there when it was planned, by place; nil: not known
	Back    []json.RawMessage `json:"back,omitempty"`    // instead of Value: what is put back, by place
}

// Call is one call of a conversion, and how its end is seen.
type Call struct {
	Pause  int64           `json:"pause,omitempty"` // seconds for which Azure wants to be left alone after the call before
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body,omitempty"`
	Follow *Follow         `json:"follow,omitempty"` // nil: the answer is an operation that tells it
}

// Follow is where a conversion tells how far it is.
type Follow struct {
	Path   string   `json:"path"`
	State  string   `json:"state"` // its path in what is read there
	Done   []string `json:"done"`
	Failed []string `json:"failed,omitempty"`
}

// id names the run of a work. The same resources, remedies and values give the
// same one.
func (w *Work) id() string {
	text, _ := json.Marshal(w) // of strings, numbers and JSON that was checked
	sum := sha256.Sum256(text)
	name := "harden-"
	if w.Undoes != "" {
		name = "undo-"
	}
	return name + hex.EncodeToString(sum[:6])
}

// touches lists the keys of the resources that are written.
func (w *Work) touches() map[string]bool {
	out := map[string]bool{}
	for _, t := range w.Tasks {
		for _, a := range t.Acts {
			out[estate.ParseID(a.ID).Key()] = true
		}
	}
	return out
}

// parse reads JSON that this package wrote or Azure answered; what is no JSON is
// absent.
func parse(text []byte) value.Value {
	if len(text) == 0 {
		return value.Absent()
	}
	doc, errs := jsonc.Parse("", text)
	if len(errs) > 0 {
		return value.Absent()
	}
	return value.FromNode(doc.Root())
}

// raw is a value as JSON; absent is null.
func raw(v value.Value) json.RawMessage {
	if v.IsNull() {
		return json.RawMessage("null")
	}
	return v.AppendJSON(nil)
}

func raws(vs []value.Value) []json.RawMessage {
	out := make([]json.RawMessage, len(vs))
	for i, v := range vs {
		out[i] = raw(v)
	}
	return out
}

func sameAll(a []value.Value, b []json.RawMessage) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(a[i], parse(b[i])) {
			return false
		}
	}
	return true
}

func sameRegion(a, b value.Value) bool {
	return a.Kind() == value.StringKind && b.Kind() == value.StringKind &&
		strings.EqualFold(estate.NormalizeLocation(a.Str()), estate.NormalizeLocation(b.Str()))
}
