package machinelearning

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// Every share of the traffic is met exactly, over as many requests as there are
// percents.
func TestSharesAreMet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var entries []string
		want := map[string]int{}
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 60), 1, 6).Draw(t, "shares") {
			for range n {
				entries = append(entries, fmt.Sprint(i))
				want[fmt.Sprint(i)]++
			}
		}
		if len(entries) == 0 {
			return
		}
		from := rapid.Uint64Range(0, 1<<40).Draw(t, "from") / uint64(len(entries)) * uint64(len(entries))
		got := map[string]int{}
		for i := range uint64(len(entries)) {
			got[inTurn(entries, from+i)]++
		}
		for name, n := range want {
			if got[name] != n {
				t.Fatalf("%s comes %d times, want %d", name, got[name], n)
			}
		}
	})
}

// The next time of a trigger is after now, is the same from any time in between,
// and fits what the trigger says.
func TestTheNextTimeOfATriggerIsTheFirstOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := object.Object{"triggerType": "Recurrence", "interval": rapid.IntRange(1, 5).Draw(t, "interval"), "startTime": noon.AddDate(0, 0, rapid.IntRange(-900, 40).Draw(t, "start")).Format("2006-01-02T15:04:05")}
		o["frequency"] = rapid.SampledFrom([]string{"Minute", "Hour", "Day", "Week", "Month"}).Draw(t, "frequency")
		if rapid.Bool().Draw(t, "cron") {
			field := func(lo, hi int) string {
				if rapid.Bool().Draw(t, "any") {
					return "*"
				}
				return fmt.Sprint(rapid.IntRange(lo, hi).Draw(t, "n"))
			}
			o = object.Object{"triggerType": "Cron", "expression": strings.Join([]string{field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)}, " ")}
		}
		tr, err := triggerOf(o)
		if err != nil {
			t.Fatal(err)
		}
		now := noon.Add(time.Duration(rapid.Int64Range(0, 400*24*3600).Draw(t, "now")) * time.Second)
		at, ok := tr.next(now)
		if !ok {
			t.Fatalf("%v never fires", o)
		}
		if !at.After(now) {
			t.Fatalf("%v fires at %v, which is not after %v", o, at, now)
		}
		between := now.Add(time.Duration(rapid.Int64Range(0, int64(at.Sub(now))-1).Draw(t, "between")))
		if again, _ := tr.next(between); !again.Equal(at) {
			t.Fatalf("%v fires at %v from %v, and at %v from %v", o, at, now, again, between)
		}
	})
}

// A deployment never needs less quota than it has instances, nor a fifth and one
// more.
func TestReservedQuotaIsAFifth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1000).Draw(t, "n")
		if r := reserved(n); r*10 < n*12 || (r-1)*10 >= n*12 {
			t.Fatalf("%d instances need %d", n, r)
		}
	})
}

// Addresses of data name a datastore of the workspace in all their forms.
func TestAddressesNameTheirDatastore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z0-9_]{1,20}`).Draw(t, "name")
		path := rapid.StringMatching(`[a-z/]{0,20}`).Draw(t, "path")
		form := rapid.SampledFrom([]string{
			"azureml://datastores/%s/paths/%s",
			"azureml://subscriptions/S/resourcegroups/RG/workspaces/shop/datastores/%s/paths/%s",
			"azureml://resourceGroups/RG/workspaces/SHOP/datastores/%s/paths/%s",
			"azureml:" + wsID + "/datastores/%s/paths/%s",
		}).Draw(t, "form")
		if got := datastoreIn(wsID, fmt.Sprintf(form, name, path)); got != wsID+"/datastores/"+name {
			t.Fatalf(form+" names %q", name, path, got)
		}
	})
	for _, uri := range []string{"", "https://st.blob.core.windows.net/c/p", "azureml://jobs/J/outputs/O/paths/P", "azureml://subscriptions/S/resourcegroups/RG/workspaces/other/datastores/d/paths/p", "azureml://datastores/"} {
		if got := datastoreIn(wsID, uri); got != "" {
			t.Errorf("%q names %q", uri, got)
		}
	}
}
