package deployment_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Whatever waits for whatever, and however often the sandbox is stopped: a resource is put after all that it waits for
// is done, what waits for a failure is never put, everything else is, and the deployment says which of the two it was.
func TestDeploymentsKeepTheirOrder(t *testing.T) {
	kinds := []string{"fine", "refused", "breaks", "busy", "not"}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(rt, "n")
		after, kind, slow := make([][]int, n), make([]string, n), make([]bool, n)
		var resources []string
		name := func(i int) string { return fmt.Sprintf("%s%d", kind[i], i) }
		for i := range n {
			kind[i] = rapid.SampledFrom(kinds).Draw(rt, "kind")
			slow[i] = kind[i] == "breaks" || rapid.Bool().Draw(rt, "slow")
			for k := range i {
				if rapid.IntRange(0, 3).Draw(rt, "edge") == 0 {
					after[i] = append(after[i], k)
				}
			}
			var names []string
			for _, k := range after[i] {
				names = append(names, `"`+name(k)+`"`)
			}
			typ := map[bool]string{true: "Slow.B/c", false: "A.B/c"}[slow[i]]
			resources = append(resources, fmt.Sprintf(`{"type": "%s", "apiVersion": "1", "name": "%s", "condition": %v, "dependsOn": [%s]}`,
				typ, name(i), kind[i] != "not", strings.Join(names, ",")))
		}
		store := state.New()
		b := boxOn(t, store, noon)
		b.put("main", templ(`"resources": [`+strings.Join(rapid.Permutation(resources).Draw(rt, "order"), ",")+`]`), "")
		for range 30 {
			b.pass(40 * time.Second)
			if rapid.IntRange(0, 3).Draw(rt, "stop") == 0 {
				busy := b.plant.busy
				b = boxOn(t, store, b.w.Clock.Now())
				b.plant.busy = busy
			}
		}
		// What should have become of each.
		put, good := make([]bool, n), make([]bool, n)
		whole := true
		for i := range n {
			put[i] = true
			for _, k := range after[i] {
				put[i] = put[i] && good[k]
			}
			good[i] = put[i] && kind[i] != "refused" && kind[i] != "breaks"
			if kind[i] == "not" {
				put[i], good[i] = false, true // what waits for it does not wait
			}
			whole = whole && good[i]
		}
		p := object.Inner(b.get("main"), "properties")
		if want := map[bool]string{true: "Succeeded", false: "Failed"}[whole]; object.Text(p, "provisioningState") != want {
			rt.Fatalf("it is %s, want %s", object.Text(p, "provisioningState"), want)
		}
		_ = store.Read(func(tx *state.Tx) error {
			made := make([]time.Time, n)
			for i := range n {
				typ := map[bool]string{true: "Slow.B/c", false: "A.B/c"}[slow[i]]
				r := tx.Resource(group + "/providers/" + typ + "/" + name(i))
				if (r != nil) != (put[i] && kind[i] != "refused") {
					rt.Fatalf("%s is put: %v, want %v", name(i), r != nil, put[i])
				}
				if r == nil {
					continue
				}
				made[i] = r.Created
				for _, k := range after[i] {
					done := made[k]
					if slow[k] {
						done = done.Add(time.Minute)
					}
					if kind[k] != "not" && made[i].Before(done) {
						rt.Fatalf("%s is put at %s, before %s is done at %s", name(i), made[i], name(k), done)
					}
				}
			}
			return nil
		})
	})
}
