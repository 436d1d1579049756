package sandbox

import (
	"encoding/json"
	"fmt"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/source/inventory"
)

// Seed puts the resources of an inventory or of Holdfast's own estate JSON into
// the sandbox, as they are. It gives how many there were. A text that is neither,
// or that holds no resource, is an error with its place; nothing is put in then.
func (s *Sandbox) Seed(name string, src []byte) (int, error) {
	doc, problems := jsonc.Parse(name, src)
	if len(problems) > 0 {
		return 0, fmt.Errorf("the seed is not JSON: %w", problems[0])
	}
	if inventory.Recognise(doc.Root()) == "" {
		return 0, fmt.Errorf("%s is no inventory and no estate: write one with `holdfast inventory` or `az resource list`", name)
	}
	read := inventory.Read(doc)
	var seeds []control.Seeded
	for _, r := range read.Resources {
		if !r.ID.IsARM() || r.External {
			continue
		}
		body, err := object.Decode(json.RawMessage(known(r.Body).AppendJSON(nil)))
		if err != nil {
			return 0, fmt.Errorf("the seed %s: the body of %s: %w", name, r.ID, err)
		}
		seeds = append(seeds, control.Seeded{ID: r.ID.String(), Type: r.Type, Location: r.Location, Body: body})
	}
	if len(seeds) == 0 {
		return 0, fmt.Errorf("the seed %s holds no resource", name)
	}
	err := s.World.Store.Write(func(tx *state.Tx) error {
		return s.parts.control.Seed(tx, s.World.Clock.Now(), seeds)
	})
	return len(seeds), err
}

// known is a body without what is not known: the sandbox fills in what a new
// resource would have.
func known(v value.Value) value.Value {
	switch v.Kind() {
	case value.ObjectKind:
		members := make([]value.Member, 0, v.Len())
		for key, m := range v.Members() {
			if !m.IsUnknown() && !m.Secret() {
				members = append(members, value.Member{Key: key, Value: known(m)})
			}
		}
		return value.Object(members)
	case value.ArrayKind:
		elems := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			if !e.IsUnknown() && !e.Secret() {
				elems = append(elems, known(e))
			}
		}
		return value.Array(elems)
	}
	return v
}
