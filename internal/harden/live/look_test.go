package live_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// states are those of the tasks of a run.
func states(r *live.Run) string {
	var out []string
	for _, t := range r.Tasks {
		out = append(out, string(t.State))
	}
	return strings.Join(out, " ")
}

// TestEveryTaskLooksBeforeItWrites has others change things between the plan and
// its carrying out.
func TestEveryTaskLooksBeforeItWrites(t *testing.T) {
	c := start(t)
	for _, tc := range []struct {
		name   string
		change func(p *harden.Plan)
		states string
		why    string // of the task that is not done
		writes int
	}{
		{"nobody", func(*harden.Plan) {}, "done done done done done done", "", 6},
		{"done by hand", func(p *harden.Plan) { c.patch(p, 1, `{"sku":{"name":"Standard_GRS"}}`) }, "done already done done done done", "", 5},
		{"a third value", func(p *harden.Plan) { c.patch(p, 1, `{"sku":{"name":"Standard_RAGRS"}}`) }, "done stopped done done done done",
			`sku.name is "Standard_RAGRS", which is neither what it was when this was planned ("Standard_LRS") nor what is wanted ("Standard_GRS")`, 5},
		{"something that does not matter", func(p *harden.Plan) { c.patch(p, 1, `{"tags":{"who":"me"}}`) }, "done done done done done done", "", 6},
		{"a third value of what something else waits for", func(p *harden.Plan) { c.patch(p, 3, `{"sku":{"name":"Standard"}}`) }, "done done done stopped skipped done", "neither what it was", 4},
		{"the same is there already", func(p *harden.Plan) {
			c.put(p.Steps[5].Resource.ID.String()+"/providers/Microsoft.Authorization/locks/"+p.Steps[5].Resource.Name+"-no-delete", "2020-05-01", `{"properties":{"level":"CanNotDelete","notes":"Kept by Holdfast"}}`)
		}, "done done done done done already", "", 5},
		{"another one is there", func(p *harden.Plan) {
			c.put(p.Steps[2].Resource.ID.String()+"/providers/Microsoft.Authorization/locks/x", "2020-05-01", `{"properties":{"level":"CanNotDelete"}}`)
			c.put(p.Steps[5].Resource.ID.String()+"/providers/Microsoft.Authorization/locks/"+p.Steps[5].Resource.Name+"-no-delete", "2020-05-01", `{"properties":{"level":"CanNotDelete","notes":"mine"}}`)
		}, "done done done done done stopped", `properties.notes is "mine" instead of "Kept by Holdfast"`, 5},
	} {
		name := "look" + strings.ReplaceAll(strings.ReplaceAll(tc.name, " ", ""), "athird", "3rd")
		p, g := c.usual(name[:min(len(name), 18)])
		tc.change(p)
		from := last(c)
		run, err := live.Apply(t.Context(), c.options(), c.work(p, g))
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if got := states(run); got != tc.states {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.states)
		}
		var whys []string
		for _, x := range run.Tasks {
			if x.State == live.Stopped || x.State == live.Failed {
				whys = append(whys, x.Why)
			}
		}
		if len(whys) > 1 || !strings.Contains(strings.Join(whys, ""), tc.why) {
			t.Errorf("%s: %q, want %q", tc.name, whys, tc.why)
		}
		if run.Good() != (tc.why == "") || run.State != live.Over {
			t.Errorf("%s: good %v, %s", tc.name, run.Good(), run.State)
		}
		if n := len(c.Writes(from)); n != tc.writes {
			t.Errorf("%s: %d writes, want %d", tc.name, n, tc.writes)
		}
	}
}

// patch changes the resource of a step behind the plan's back.
func (c *cloud) patch(p *harden.Plan, step int, body string) {
	c.t.Helper()
	r := p.Steps[step].Resource
	op, err := c.client.Patch(c.t.Context(), r.ID.String(), c.cat.TypeOf(r.Type).APIVersion, json.RawMessage(body))
	if err == nil {
		_, err = op.Wait(c.t.Context(), nil)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// TestWhatIsGoneStopsItsTask deletes nothing: the resource was never there.
func TestWhatIsGoneStopsItsTask(t *testing.T) {
	c := start(t)
	g := c.group("rg-gone")
	ghost := &estate.Resource{ID: estate.ParseID(g + "/providers/Microsoft.Storage/storageAccounts/ghost"), Type: "Microsoft.Storage/storageAccounts", Name: "ghost", Location: "westeurope",
		Body: parse(t, []byte(`{"sku":{"name":"Standard_LRS"},"kind":"StorageV2"}`))}
	p := c.plan([]*estate.Resource{ghost}, "northeurope", step{"storage-geo-lrs", ghost.ID.String(), nil}, step{"storage-zrs", ghost.ID.String(), nil})
	run, err := live.Apply(t.Context(), c.options(), c.work(p, g))
	if err != nil || states(run) != "stopped stopped" || run.Tasks[0].Why != "it is not there any more" {
		t.Errorf("%+v, %v", run, err)
	}
}

// TestAnotherChangeIsWaitedFor starts while a resource is still being changed.
func TestAnotherChangeIsWaitedFor(t *testing.T) {
	c := start(t)
	p, g := c.usual("busy")
	r := p.Steps[3].Resource
	if _, err := c.client.Patch(t.Context(), r.ID.String(), "2023-07-01", json.RawMessage(`{"tags":{"a":"b"}}`)); err != nil {
		t.Fatal(err)
	}
	run, err := live.Apply(t.Context(), c.options(), c.work(p, g))
	if err != nil || !run.Good() {
		t.Errorf("%+v, %v", run, err)
	}
}

// TestPreviewShowsWhatWillBeSent and writes nothing.
func TestPreviewShowsWhatWillBeSent(t *testing.T) {
	c := start(t)
	p, g := c.usual("view")
	zone := g + "/providers/Microsoft.Storage/storageAccounts/stzone"
	c.put(zone, "2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
	p = c.plan(append(slices.Clone(p.Before.Estate.Resources), c.resource(zone, "2023-05-01")), "northeurope",
		step{"storage-soft-delete", p.Steps[0].Resource.ID.String(), nil}, step{"registry-premium", p.Steps[3].Resource.ID.String(), nil},
		step{"registry-replica", p.Steps[3].Resource.ID.String(), []int{1}}, step{"storage-gzrs-lrs", zone, nil})
	from := last(c)
	sights, err := live.Preview(t.Context(), c.options(), c.work(p, g))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sights {
		for _, x := range s {
			for _, r := range append([]live.Request{*x.Request}, x.Then...) {
				got = append(got, r.Method+" "+strings.TrimPrefix(r.Path, g+"/providers/")+" "+string(r.Body))
			}
		}
	}
	want := []string{
		`PUT Microsoft.Storage/storageAccounts/stview/blobServices/default {"properties":{"containerDeleteRetentionPolicy":{"enabled":true},"cors":{"corsRules":[]},"deleteRetentionPolicy":{"allowPermanentDelete":false,"days":14,"enabled":true}},"sku":{"name":"Standard_LRS","tier":"Standard"}}`,
		`PATCH Microsoft.ContainerRegistry/registries/crview {"sku":{"name":"Premium"}}`,
		`PUT Microsoft.ContainerRegistry/registries/crview/replications/northeurope {"location":"northeurope","properties":{"regionEndpointEnabled":true}}`,
		`POST Microsoft.Storage/storageAccounts/stzone/startAccountMigration {"properties":{"targetSkuName":"Standard_ZRS"}}`,
		`PATCH Microsoft.Storage/storageAccounts/stzone {"sku":{"name":"Standard_GZRS"}}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if w := c.Writes(from); len(w) > 0 {
		t.Errorf("looking has written: %v", w)
	}
}

// TestEveryAutomaticRemedyCanBeOrdered makes a task of each remedy of the catalog
// that Holdfast carries out, on a resource of some type of its services.
func TestEveryAutomaticRemedyCanBeOrdered(t *testing.T) {
	c := &cloud{t: t, cat: loaded(t)}
	tasks, left := 0, 0
	for _, rem := range c.cat.Remedies() {
		if !rem.Mends() {
			continue
		}
		var problem error
		made := false
		for _, service := range rem.Services {
			for _, typ := range c.cat.Service(service).Types {
				r := &estate.Resource{ID: idOf(typ), Type: typ, Location: "westeurope", Body: parse(t, []byte(`{"properties":{}}`)), Service: service}
				r.Name = r.ID.Name()
				p := c.plan([]*estate.Resource{r}, "northeurope")
				r.Service = service // what it would be with the settings and roles of a whole estate
				p.Steps = []*harden.Step{{Change: improve.Change{Remedy: rem, Resource: r}, Region: "northeurope", Kind: rem.Change.Kind}}
				w, steps, err := live.NewWork(p, "/subscriptions/s")
				switch {
				case err != nil:
					problem = err
				case len(steps) == 1:
					made, left = true, left+1
				default:
					made, tasks = true, tasks+1
					for _, a := range w.Tasks[0].Acts {
						if a.Version == "" || a.Method != "PUT" && a.Method != "PATCH" {
							t.Errorf("%s on %s: %+v", rem.ID, typ, a)
						}
					}
				}
			}
		}
		if !made {
			t.Errorf("%s cannot be ordered: %v", rem.ID, problem)
		}
	}
	t.Logf("%d tasks, %d that are left to people", tasks, left)
	if tasks < 20 {
		t.Errorf("%d tasks are too few to say much", tasks)
	}
}

func idOf(typ string) estate.ResourceID {
	parts := strings.Split(typ, "/")
	id := "/subscriptions/s/resourceGroups/g/providers/" + parts[0]
	for _, p := range parts[1:] {
		id += "/" + p + "/n"
	}
	return estate.ParseID(id)
}

// TestConversionsAreFollowedToTheirEnd over days, while what does not wait for them
// is done.
func TestConversionsAreFollowedToTheirEnd(t *testing.T) {
	c := hurry(t, 200_000)
	g := c.group("rg-convert")
	id := g + "/providers/Microsoft.Storage/storageAccounts/stconvert"
	other := g + "/providers/Microsoft.KeyVault/vaults/kv-convert"
	c.put(id, "2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
	c.put(other, "2023-07-01", `{"location":"westeurope","properties":{"tenantId":"`+c.Connection.Tenant+`","sku":{"family":"A","name":"standard"},"enableRbacAuthorization":true}}`)
	p := c.plan([]*estate.Resource{c.resource(id, "2023-05-01"), c.resource(other, "2023-07-01")}, "", step{"storage-gzrs-lrs", id, nil}, step{"key-vault-purge-protection", other, nil})
	o := c.options()
	var told []string
	var longest time.Duration
	o.Progress = func(_ *live.Work, e live.Event) {
		longest = max(longest, e.Elapsed)
		if line := strings.Fields(string(e.State) + " " + e.Status)[0] + string(rune('0'+e.Task)); len(told) == 0 || told[len(told)-1] != line {
			told = append(told, line)
		}
	}
	from := last(c)
	run, err := live.Apply(t.Context(), o, c.work(p, g))
	if err != nil || !run.Good() {
		t.Fatalf("%+v, %v", run, err)
	}
	if sku := c.get(id, "2023-05-01").Path("sku", "name").Str(); sku != "Standard_GZRS" {
		t.Errorf("it is %s", sku)
	}
	var methods []string
	for _, w := range c.Writes(from) {
		methods = append(methods, w.Method+" "+w.Path[strings.LastIndexByte(w.Path, '/')+1:])
	}
	if want := []string{"POST startAccountMigration", "PATCH kv-convert", "PATCH stconvert"}; !slices.Equal(methods, want) {
		t.Errorf("%v, want %v: what does not wait for a conversion is done meanwhile", methods, want)
	}
	if longest < 24*time.Hour {
		t.Errorf("the longest wait that was told is %s", longest)
	}
	if joined := strings.Join(told, " "); !strings.Contains(joined, "done1 ") || !strings.HasSuffix(joined, "done0") {
		t.Errorf("told: %s", joined)
	}
	u, err := live.Undo(t.Context(), o, run.ID)
	if err != nil || states(u) != "kept kept" || !strings.Contains(u.Tasks[1].Why, "conversion") {
		t.Errorf("%+v, %v", u, err)
	}
}
