package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

const itsRegion = "{resourceGroup().location}"

// possible are the outages of an estate in a known region, in one without zones,
// and in one that is symbolic.
var possible = []outage.Outage{
	{Scope: catalog.ScopeZone, Region: "westeurope", Zone: "1"},
	{Scope: catalog.ScopeZone, Region: "westeurope", Zone: "2"},
	{Scope: catalog.ScopeRegion, Region: "westeurope"},
	{Scope: catalog.ScopeService, Region: "westeurope", Service: "key-vault"},
	{Scope: catalog.ScopeRegion, Region: "westus"},
	{Scope: catalog.ScopeService, Region: "westus", Service: "key-vault"},
	{Scope: catalog.ScopeService, Region: "westus", Service: "aks"},
	{Scope: catalog.ScopeZone, Region: itsRegion, Zone: outage.AnyZone},
	{Scope: catalog.ScopeRegion, Region: itsRegion},
}

func TestFlagsChooseOutages(t *testing.T) {
	for _, tt := range []struct {
		name  string
		flags outageFlags
		want  string
	}{
		{"none: all", outageFlags{}, "zone 1 of westeurope, zone 2 of westeurope, region westeurope, key-vault in westeurope, region westus, key-vault in westus, aks in westus, a zone of its region, region its region"},
		{"a region", outageFlags{region: "westeurope"}, "region westeurope"},
		{"a region as people write it", outageFlags{region: "West Europe"}, "region westeurope"},
		{"a zone of a region", outageFlags{region: "westeurope", zone: "2"}, "zone 2 of westeurope"},
		{"a zone of any region", outageFlags{zone: "1"}, "zone 1 of westeurope, a zone of its region"},
		{"a zone of a region whose zones are not known", outageFlags{region: "its", zone: "3"}, "a zone of its region"},
		{"a region that is not known", outageFlags{region: "its"}, "region its region"},
		{"a service everywhere", outageFlags{service: "key-vault"}, "key-vault in westeurope, key-vault in westus"},
		{"a service in a region", outageFlags{service: "key-vault", region: "westus"}, "key-vault in westus"},
		{"a zone that is not there", outageFlags{region: "westeurope", zone: "4"}, ""},
		{"a zone of a region without zones", outageFlags{region: "westus", zone: "1"}, ""},
		{"a service that is not there", outageFlags{service: "aks", region: "westeurope"}, ""},
		{"a region elsewhere", outageFlags{region: "eastus"}, ""},
	} {
		var got []string
		for _, o := range possible {
			if tt.flags.fits(o) {
				got = append(got, o.String())
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestPlaces(t *testing.T) {
	if diff := cmp.Diff([]string{"--region westeurope", "--region westus", "--region its"}, places(possible)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := places(nil); len(got) != 0 {
		t.Errorf("of nothing: %q", got)
	}
	twice := append(possible[2:3:3], outage.Outage{Scope: catalog.ScopeRegion, Region: "{a}"}, outage.Outage{Scope: catalog.ScopeRegion, Region: "{b}"})
	if diff := cmp.Diff([]string{"--region westeurope", "--region its"}, places(twice)); diff != "" {
		t.Errorf("two symbolic regions (-want +got):\n%s", diff)
	}
}

func TestWhatCouldHaveBeenMeant(t *testing.T) {
	for _, tt := range []struct {
		name  string
		flags outageFlags
		want  []string
	}{
		{"a region elsewhere: the regions", outageFlags{region: "eastus"}, []string{"--region westeurope", "--region westus", "--region its"}},
		{"a zone elsewhere: the regions, too", outageFlags{region: "eastus", zone: "1"}, []string{"--region westeurope", "--region westus", "--region its"}},
		{"a zone that is not there: the zones of the region", outageFlags{region: "westeurope", zone: "9"}, []string{"--zone 1", "--zone 2"}},
		{"no zones there: the region itself", outageFlags{region: "westus", zone: "1"}, []string{"--region westus"}},
		{"a service that is not there: those of the region", outageFlags{region: "westus", service: "azure-sql"}, []string{"--service key-vault", "--service aks"}},
		{"a service that is nowhere: those of all regions", outageFlags{service: "azure-sql"}, []string{"--service key-vault", "--service aks"}},
	} {
		if diff := cmp.Diff(tt.want, tt.flags.instead(possible)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestOneResourceIsFoundByNameOrID(t *testing.T) {
	named := func(id, name string) *estate.Resource {
		return &estate.Resource{ID: estate.ParseID(id), Name: name, Type: "Microsoft.Storage/storageAccounts", Location: "westeurope"}
	}
	const a, b = "/subscriptions/s/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/st", "/subscriptions/s/resourceGroups/b/providers/Microsoft.Storage/storageAccounts/st"
	e := estate.Build([]*estate.Resource{named(a, "st"), named(b, "st"), named(strings.Replace(a, "/st", "/data", 1), "data")}, nil, estate.Coverage{})
	for _, tt := range []struct {
		name, flag, want string
		wrong, hint      string
	}{
		{"by name", "data", strings.Replace(a, "/st", "/data", 1), "", ""},
		{"by name in another case", "DATA", strings.Replace(a, "/st", "/data", 1), "", ""},
		{"by id", b, b, "", ""},
		{"by id in another case", strings.ToUpper(a), a, "", ""},
		{"two of a name", "st", "", `2 resources are named "st"`, "give the id: " + a + " or " + b},
		{"none, but one is near", "dta", "", `there is no resource "dta"`, `did you mean "data"?`},
		{"none", "something-else", "", `there is no resource "something-else"`, "list them with: holdfast assess SOURCE -o json"},
		{"a pattern is a name", "d*", "", `there is no resource "d*"`, ""},
	} {
		f := outageFlags{resource: tt.flag}
		got, err := f.choose(e, nil)
		switch {
		case tt.wrong != "":
			if errorText(err) != tt.wrong || !strings.Contains(hintOf(err), tt.hint) {
				t.Errorf("%s: %v, hint %q", tt.name, err, hintOf(err))
			}
		case err != nil || len(got) != 1 || !strings.EqualFold(got[0].Resource.ID.String(), tt.want) || got[0].Scope != catalog.ScopeResource:
			t.Errorf("%s: %v, %v", tt.name, got, err)
		}
	}
}

func TestFlagsOfOutageThatContradict(t *testing.T) {
	dir := folder(t, map[string]string{"e.json": smallest, "nowhere.json": strings.ReplaceAll(smallest, `"westeurope"`, `"global"`)})
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--resource", "st", "--region", "westeurope"}, "--resource names what fails by itself"},
		{[]string{"--resource", "st", "--service", "azure-storage"}, "--resource names what fails by itself"},
		{[]string{"--zone", "1", "--service", "azure-storage"}, "a zone and a service do not fail as one"},
		{[]string{"--region", "eastus"}, "it can be met by: --region westeurope\n"},
		{[]string{"--region", "westeurope", "--zone", "9"}, "it can be met by: --zone 1, --zone 2, --zone 3\n"},
		{[]string{"--region", "westeurope", "--service", "key-vault"}, "it can be met by: --service azure-machine-learning, --service azure-storage\n"},
		{[]string{"--service", "nothing-like-it"}, "list them with: holdfast catalog"},
		{[]string{"-o", "html"}, `unknown output format "html"`},
	} {
		got := session{dir: dir}.run(t, append([]string{"outage", "e.json"}, tt.args...)...)
		if got.code != ExitUsage || !strings.Contains(got.err, tt.want) || got.out != "" {
			t.Errorf("%q ends with %d:\n%s%s\nwant: %s", tt.args, got.code, got.out, got.err, tt.want)
		}
	}
	got := session{dir: dir}.run(t, "outage", "nowhere.json")
	if got.code != ExitUsage || !strings.Contains(got.err, "nothing in it has a region") || !strings.Contains(got.err, "--resource NAME") {
		t.Errorf("an estate without a region ends with %d: %s", got.code, got.err)
	}
	if got := (session{dir: dir}).run(t, "outage", "nowhere.json", "--resource", "st"); got.code != 0 {
		t.Errorf("one resource of it ends with %d: %s", got.code, got.err)
	}
}

func TestOutageTellsTheSameInBothForms(t *testing.T) {
	dir := folder(t, map[string]string{"e.json": smallest})
	v := decoded(t, session{dir: dir}.run(t, "outage", "e.json", "--region", "westeurope", "--zone", "1", "-o", "json").out)
	list := v["outages"].([]any)
	if len(list) != 1 {
		t.Fatalf("%d outages, want 1", len(list))
	}
	o := list[0].(map[string]any)
	if o["scope"] != "zone" || o["region"] != "westeurope" || o["zone"] != "1" {
		t.Errorf("the outage is %v", o)
	}
	effects := map[string]string{}
	for _, im := range o["impacts"].([]any) {
		m := im.(map[string]any)
		effects[m["capability"].(string)] = m["effect"].(string)
	}
	// The default account is LRS: a zone takes it, and with it what needs it at once.
	for capability, want := range map[string]string{"author": "lost", "train": "lost", "register": "lost", "score-batch": "lost", "score-online": "degraded"} {
		if effects[capability] != want {
			t.Errorf("%s is %s, want %s", capability, effects[capability], want)
		}
	}
	text := session{dir: dir}.run(t, "outage", "e.json", "--region", "westeurope", "--zone", "1").out
	for _, want := range []string{"Zone 1 of westeurope fails", "st (Azure Storage) is down", "What that does to ml", "lost until it is back"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}
