package control

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// TestAnySequenceOfChangesKeepsTheLaws makes random changes and holds what is
// there to what must always be so.
func TestAnySequenceOfChangesKeepsTheLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New(world.New(clock.New(start, 0, func() time.Time { return start }), state.New(), nil, 1), toys())
		write := func(f func(tx *state.Tx) error) error { return c.w.Store.Write(f) }
		if err := write(func(tx *state.Tx) error { return PutSubscription(tx, Subscription{ID: subID, Name: "s"}) }); err != nil {
			t.Fatal(err)
		}
		groups := []string{subPath + "/resourceGroups/a", subPath + "/resourceGroups/b"}
		if err := write(func(tx *state.Tx) error {
			return c.Seed(tx, start, []Seeded{{ID: groups[0], Type: groupType, Location: "westeurope"}, {ID: groups[1], Type: groupType, Location: "eastus"}})
		}); err != nil {
			t.Fatal(err)
		}
		types := []string{"boxes", "trains", "dolls"}
		pick := func(label string) string {
			g := rapid.SampledFrom(groups).Draw(t, label+" group")
			id := g + "/providers/Toy.Box/" + rapid.SampledFrom(types).Draw(t, label+" type") + "/" + rapid.SampledFrom([]string{"one", "two"}).Draw(t, label+" name")
			switch rapid.IntRange(0, 9).Draw(t, label+" what") {
			case 0:
				return g
			case 1:
				return strings.NewReplacer("/trains/", "/boxes/", "/dolls/", "/boxes/").Replace(id) + "/blocks/x"
			case 2:
				return id + "/providers/Toy.Box/stickers/s"
			}
			return id
		}
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			id := pick("id")
			if rapid.Bool().Draw(t, "spelt otherwise") {
				id = strings.ToUpper(id[:len(subPath)]) + id[len(subPath):]
			}
			locksBefore := locksOver(c, id)
			var err error
			what := rapid.SampledFrom([]string{"put", "put", "put", "put", "patch", "delete", "lock", "unlock", "wait"}).Draw(t, "what")
			now := c.w.Clock.Now()
			rq := provider.Request{ID: id, Body: object.Object{"location": "westeurope", "properties": object.Object{"colour": "red"}}}
			switch what {
			case "put", "patch":
				err = write(func(tx *state.Tx) error {
					_, err := c.put(tx, now, change{Request: rq, patch: what == "patch"})
					return err
				})
			case "delete":
				err = write(func(tx *state.Tx) error {
					_, err := c.Delete(tx, now, provider.Request{ID: id})
					return err
				})
			case "lock":
				level := rapid.SampledFrom([]string{"CanNotDelete", "ReadOnly"}).Draw(t, "level")
				err = write(func(tx *state.Tx) error {
					_, err := c.Put(tx, now, provider.Request{ID: id + "/providers/" + lockType + "/l", Body: object.Object{"properties": object.Object{"level": level}}})
					return err
				})
			case "unlock":
				err = write(func(tx *state.Tx) error {
					_, err := c.Delete(tx, now, provider.Request{ID: id + "/providers/" + lockType + "/l"})
					return err
				})
			case "wait":
				c.w.Clock.Advance(20 * time.Second)
				err = c.w.Settle()
			}
			if e := refusal.Of(err); err != nil && e.Status == http.StatusInternalServerError {
				t.Fatalf("%s %s: %v", what, id, err)
			}
			forbids := slices.Contains(locksBefore, "ReadOnly") && (what == "put" || what == "patch") || len(locksBefore) > 0 && what == "delete"
			if forbids && err == nil && !gone(c, id) {
				t.Fatalf("%s %s went through in spite of the locks %v", what, id, locksBefore)
			}
			laws(t, c)
		}
	})
}

// gone says that an id is not there, so that deleting it changes nothing.
func gone(c *Control, id string) (is bool) {
	_ = c.w.Store.Read(func(tx *state.Tx) error {
		is = tx.Resource(id) == nil
		return nil
	})
	return is
}

// locksOver are the levels of the locks on an id and on all that it is in.
func locksOver(c *Control, id string) (levels []string) {
	_ = c.w.Store.Read(func(tx *state.Tx) error {
		for scope := id; scope != ""; scope = state.OwnerOf(scope) {
			if l := tx.Resource(scope + "/providers/" + lockType + "/l"); l != nil {
				levels = append(levels, object.Text(object.Must(l.Body), "properties.level"))
			}
		}
		return nil
	})
	return levels
}

// laws are what is always so.
func laws(t *rapid.T, c *Control) {
	_ = c.w.Store.Read(func(tx *state.Tx) error {
		global := map[string]string{}
		for r := range tx.Below("") {
			if owner := state.OwnerOf(r.ID); parse(owner).isResource() || parse(owner).isGroup() {
				if tx.Resource(owner) == nil {
					t.Fatalf("%s is there, but not what it belongs to", r.ID)
				}
			}
			if body := object.Must(r.Body); !sameID(object.Text(body, "id"), r.ID) || object.Text(body, "name") != r.Name || object.Text(body, "type") != r.Type {
				t.Fatalf("%s has the body %s", r.ID, r.Body)
			}
			typ := c.Type(r.Type)
			if typ.Naming.Unique == "global" {
				key := state.Key(r.Type + "|" + r.Name)
				if other := global[key]; other != "" {
					t.Fatalf("%s and %s have the same name", r.ID, other)
				}
				global[key] = r.ID
				if owner, _ := tx.Record(nameRecords, key); !sameID(string(owner), r.ID) {
					t.Fatalf("the name of %s is kept for %q", r.ID, owner)
				}
			}
			running := running(tx, r.ID)
			if state := object.Text(object.Must(r.Body), stateProperty); running == nil && (strings.HasSuffix(state, "ing")) {
				t.Fatalf("%s is %s, but no operation runs", r.ID, state)
			}
		}
		for key, owner := range tx.Records(nameRecords, "") {
			if global[key] == "" && deletedAt(tx, c.Type("Toy.Box/dolls"), subID, string(owner)) == nil {
				t.Fatalf("the name %s is kept for %s, which is not there", key, owner)
			}
		}
		for key, id := range tx.Records(runningRecords, "") {
			if o := operationOf(tx, string(id)); o == nil || o.Ended() {
				t.Fatalf("the operation of %s has ended, but its record is there", key)
			}
		}
		return nil
	})
}

// TestAnyTextCanBeAPath holds the reading of paths to what it promises.
func TestAnyTextCanBeAPath(t *testing.T) {
	words := []string{"subscriptions", "resourceGroups", "providers", "Toy.Box", "boxes", "a", "", "..", "Providers", "locations"}
	rapid.Check(t, func(t *rapid.T) {
		path := "/" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(t, "segments"), "/")
		p := parse(path)
		if p.space != "" && !strings.EqualFold(p.path, strings.TrimRight(p.scope+"/providers/"+p.space+"/"+strings.Join(p.rest, "/"), "/")) {
			t.Fatalf("%s is read as %+v", path, p)
		}
		if p.isResource() && !sameID(p.cut(len(p.rest)/2).path, p.path) {
			t.Fatalf("%s is cut to %s", path, p.cut(len(p.rest)/2).path)
		}
	})
}

// TestAnyFilterIsReadOrRefused lets any text be a filter.
func TestAnyFilterIsReadOrRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("%s %s '%s'", rapid.SampledFrom([]string{"name", "location"}).Draw(t, "name"), rapid.SampledFrom([]string{"eq", "ne"}).Draw(t, "op"),
				strings.ReplaceAll(rapid.String().Draw(t, "value"), "'", "''"))
		}), 1, 4).Draw(t, "terms")
		if got, err := filter(strings.Join(terms, " and ")); err != nil || len(got) != len(terms) {
			t.Fatalf("%q gives %v, %v", terms, got, err)
		}
		_, _ = filter(rapid.String().Draw(t, "any"))
	})
}
