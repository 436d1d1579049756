package machinelearning

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/source/inventory"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

// estateOf is what the sandbox holds, read as an inventory.
func (b *bench) estateOf() *estate.Estate {
	b.t.Helper()
	var all []object.Object
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		for r := range tx.Below("") {
			o := object.Must(r.Body)
			o["id"], o["type"], o["name"], o["location"] = r.ID, r.Type, r.Name, r.Location
			all = append(all, o)
		}
		return nil
	})
	src, err := json.Marshal(all)
	if err != nil {
		b.t.Fatal(err)
	}
	doc, _ := jsonc.Parse("sandbox", src)
	found := relate.Find(inventory.Read(doc).Resources, relate.Options{})
	e := estate.Build(found.Resources, found.Relations, estate.Coverage{})
	b.w.Catalog.Classify(e)
	return e
}

// observe does what people do with the workspace, each twice, and says of each
// capability what it found. Jobs can be sent to any compute; each endpoint has
// clients of its own.
func (b *bench) observe(round string) map[catalog.Capability]outage.Effect {
	b.t.Helper()
	got := map[catalog.Capability]outage.Effect{}
	note := func(c catalog.Capability, results ...outage.Effect) {
		worst := outage.None
		for _, r := range results {
			if r == outage.Lost || r == outage.Degraded && worst == outage.None {
				worst = r
			}
		}
		got[c] = worst
	}
	twice := func(do func() outage.Effect) outage.Effect {
		first, second := do(), do()
		switch {
		case first == outage.Lost && second == outage.Lost:
			return outage.Lost
		case first != outage.None || second != outage.None:
			return outage.Degraded
		}
		return outage.None
	}
	plain := func(a answered) outage.Effect {
		switch {
		case a.status >= 300:
			return outage.Lost
		case a.header.Get(missingHeader) != "" || strings.Contains(a.String(), missingProperty):
			return outage.Degraded
		}
		return outage.None
	}
	n := 0
	name := func() string { n++; return fmt.Sprintf("%s-%d", round, n) }
	run := func(submit func() answered) func() outage.Effect {
		return func() outage.Effect {
			a := submit()
			if a.status >= 300 {
				return outage.Lost
			}
			b.later(time.Minute)
			var job object.Object
			_ = b.w.Store.Read(func(tx *state.Tx) error {
				job = body(tx.Resource(wsID + "/jobs/" + a.text("name")))
				return nil
			})
			switch {
			case object.Text(job, "properties.status") != "Completed":
				return outage.Lost
			case strings.Contains(string(object.Encode(job)), missingProperty):
				return outage.Degraded
			}
			return outage.None
		}
	}
	note(catalog.Author, twice(func() outage.Effect { return plain(b.do("GET", studio, "")) }))
	model := twice(func() outage.Effect { return plain(b.do("PUT", ws+"/models/m/versions/"+name(), modelBody)) })
	if image := twice(func() outage.Effect { return plain(b.do("PUT", ws+"/environments/e/versions/"+name(), envBody)) }); image != outage.Lost && model == outage.Lost {
		model = outage.Degraded // only assets with files in that datastore
	}
	note(catalog.Register, model)
	note(catalog.ScoreOnline, twice(func() outage.Effect {
		return plain(b.do("POST", scoreURI, "{}", "Authorization", "Bearer canary-one"))
	}))
	note(catalog.ScoreBatch, twice(run(func() answered {
		return b.do("POST", "/inference/westeurope/batch/jobs", "{}")
	})))
	var on []outage.Effect
	for _, compute := range []string{"cpu", "north", "k8s"} {
		on = append(on, twice(run(func() answered {
			return b.do("PUT", ws+"/jobs/"+name(), strings.Replace(jobBody, "/cpu", "/"+compute, 1))
		})))
	}
	all := !slices.ContainsFunc(on, func(e outage.Effect) bool { return e != outage.Lost })
	for i, e := range on {
		if e == outage.Lost && !all {
			on[i] = outage.Degraded
		}
	}
	note(catalog.Train, on...)
	return got
}

// TestThePredictionIsWhatIsObserved lets every zone, region, service and resource
// go down in turn, and holds what people then can do against what the outage model
// says of it. A degradation that is only in lost data cannot be seen by doing.
func TestThePredictionIsWhatIsObserved(t *testing.T) {
	b := workspace(t)
	b.cluster()
	b.make(ws+"/computes/cpu", clusterBody)
	b.make(ws+"/computes/north", strings.Replace(clusterBody, "westeurope", "northeurope", 1))
	b.make(ws+"/computes/k8s", attachBody)
	b.make(ws+"/computes/notebook", `{"properties":{"computeType":"ComputeInstance","properties":{"vmSize":"Standard_DS3_v2"}}}`)
	b.make(group+"/providers/Microsoft.Storage/storageAccounts/lake?api-version=2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_RAGZRS"},"properties":{"isHnsEnabled":true}}`)
	b.must("PUT", ws+"/datastores/lake", `{"properties":{"datastoreType":"AzureDataLakeGen2","accountName":"lake","filesystem":"f","subscriptionId":"`+subscription+`","resourceGroup":"rg"}}`)
	b.must("PUT", ws+"/connections/openai", `{"properties":{"category":"AzureBlob","target":"https://lake.blob.core.windows.net/","authType":"None","metadata":{"ResourceId":"`+group+`/providers/Microsoft.Storage/storageAccounts/lake"}}}`)
	b.endpoint(`{"blue":100}`, "blue")
	b.make(wsID+"/batchEndpoints/batch", `{"location":"westeurope","properties":{"authMode":"AADToken"}}`)
	b.make(wsID+"/batchEndpoints/batch/deployments/blue", `{"location":"westeurope","properties":{"compute":"`+wsID+`/computes/cpu"}}`)
	e := b.estateOf()
	model := outage.New(e, b.w.Catalog)
	for c, effect := range b.observe("well") {
		if effect != outage.None {
			t.Fatalf("all is well, and %s is %s", c, effect)
		}
	}
	board := failure.New(b.w)
	tried := 0
	for i, o := range append(model.Outages(), model.Resources()...) {
		if o.Scope == catalog.ScopeResource && o.Resource.External || o.Scope == catalog.ScopeZone && o.Zone != "1" {
			continue // what no client can take down, or what is as the first zone is
		}
		id := ""
		if o.Resource != nil {
			id = o.Resource.ID.String()
		}
		var started failure.Outage
		if err := b.w.Store.Write(func(tx *state.Tx) (err error) {
			started, err = board.Start(tx, b.w.Clock.Now(), failure.Outage{Scope: o.Scope, Region: o.Region, Zone: o.Zone, Service: o.Service, Resource: id})
			return err
		}); err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		tried++
		got := b.observe(fmt.Sprintf("r%d", i))
		predicted := map[catalog.Capability]outage.Impact{}
		for _, impact := range model.Run(o).Impacts {
			predicted[impact.Capability] = impact
		}
		for c, effect := range got {
			p, hurt := predicted[c]
			switch {
			case !hurt && effect != outage.None,
				hurt && p.AtBest == p.AtWorst && (p.Effect == outage.Lost) != (effect == outage.Lost),
				hurt && p.AtWorst == outage.None && effect != outage.None,
				hurt && p.AtBest == outage.Degraded && effect == outage.None && !onlyLoss(p):
				t.Errorf("%s: %s is predicted as %s (%v), and observed as %s", started, c, orText(string(p.Effect), "none"), p.Because, effect)
			}
		}
		if err := b.w.Store.Write(func(tx *state.Tx) error {
			_, err := board.Stop(tx, b.w.Clock.Now(), started.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		b.later(time.Minute)
		b.forget()
	}
	if tried < 20 {
		t.Errorf("only %d outages were tried", tried)
	}
}

// forget takes out what observing has left behind.
func (b *bench) forget() {
	b.t.Helper()
	if err := b.w.Store.Write(func(tx *state.Tx) error {
		for _, kind := range []string{"jobs", "models/versions", "environments/versions"} {
			for _, r := range slices.Collect(tx.OfType(Namespace+"/workspaces/"+kind, "")) {
				if err := tx.Delete(r.ID); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		b.t.Fatal(err)
	}
}

// onlyLoss says whether an impact is a degradation without a time: of data alone.
func onlyLoss(i outage.Impact) bool { return i.RTO.Seconds == 0 && i.RTO.Word == "" }
