package catalog

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// extended gives the small catalog with files of a user.
func extended(t *testing.T, files map[string]string) (*Catalog, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return shelfCatalog(t).With(fsys, "mine")
}

func mustExtend(t *testing.T, files map[string]string) *Catalog {
	t.Helper()
	c, err := extended(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAUserReplacesByID(t *testing.T) {
	c := mustExtend(t, map[string]string{"mine.yaml": `
rules:
  - id: shelf-braced
    title: Ours
    services: [shelf]
    check: boards > 2
    severity: low
    message: few boards
    why: we say so
    remedy: add boards
    change: {kind: inPlace}
    sources: [ours]
sources:
  - {key: ours, title: Our wiki, where: https://example.org/wiki, date: 2026-11-01}
`})
	if len(c.Rules()) != 1 || c.Rule("shelf-braced").Title != "Ours" {
		t.Errorf("rules %v", c.Rules())
	}
	if c.AsOf() != "2026-11-01" || c.Source("ours") == nil || c.Source("book") == nil {
		t.Errorf("as of %s", c.AsOf())
	}
	if got := c.RulesFor("shelf"); len(got) != 1 || got[0].Title != "Ours" {
		t.Errorf("rules of the shelf: %v", got)
	}
}

func TestAUserAddsAServiceThatExtendsAnother(t *testing.T) {
	c := mustExtend(t, map[string]string{"services/50-rack.yaml": `
id: rack
title: Rack
short: Rack
group: supporting
managedBy: microsoft
haByDefault: "yes"
today: A shelf on wheels.
sources: [book]
extends: shelf
matches: [{type: Microsoft.Test/racks}]
settings:
  - {name: sku, title: Make, type: string, path: kind, default: Sturdy, change: {kind: none}, sources: [book]}
  - {name: wheels, title: Wheels, type: int, path: properties.wheels, default: 4, change: {kind: none}, sources: [book]}
survival:
  - {scope: region, when: wheels >= 4, state: failed-over, trigger: customer, rto: PT1H, rpo: "0", why: push it, sources: [book]}
  - {scope: region, state: down, rto: outage, rpo: "0", why: it stays, sources: [book]}
`})
	s := c.Service("rack")
	if len(s.Settings) != len(c.Service("shelf").Settings)+1 || s.Settings[0].Title != "Make" {
		t.Errorf("settings %v", s.Settings)
	}
	rows := map[Scope]int{}
	for _, r := range s.Survival {
		rows[r.Scope]++
	}
	if rows[ScopeRegion] != 2 || rows[ScopeZone] != 3 || rows[ScopeResource] != 1 {
		t.Errorf("rows %v", rows)
	}
	rack := resource(t, "Microsoft.Test/racks", "r1", "westeurope", "{"+inTemplate+"}")
	e := built(c, []*estate.Resource{rack}, nil)
	if got := c.Survive(e, rack, ScopeZone); got.State != CarriesOn {
		t.Errorf("in an outage of a zone: %+v", got)
	}
	if got := c.Survive(e, rack, ScopeRegion); got.State != FailedOver || got.Fact.Why != "push it" {
		t.Errorf("in an outage of the region: %+v", got)
	}
	if c.ServiceOf(rack).ID != "rack" || c.Services()[1].ID != "rack" {
		t.Error("the rack is not the second service")
	}
}

func TestAReplacedServiceChangesItsHeirs(t *testing.T) {
	heir := `
id: rack
title: Rack
short: Rack
group: supporting
managedBy: microsoft
haByDefault: "yes"
today: A shelf on wheels.
sources: [book]
extends: shelf
matches: [{type: Microsoft.Test/racks}]
`
	base := mustExtend(t, map[string]string{"services/50-rack.yaml": heir})
	c, err := base.With(fstest.MapFS{"services/shelf.yaml": {Data: []byte(strings.Replace(shelfService, "nothing is elsewhere", "it is nailed", 1))}}, "theirs")
	if err != nil {
		t.Fatal(err)
	}
	rows := c.Service("rack").Survival
	if got := rows[len(rows)-1].Why; got != "it is nailed" {
		t.Errorf("the heir says %q", got)
	}
	if got := base.Service("rack").Survival; got[len(got)-1].Why != "nothing is elsewhere" {
		t.Error("the catalog that was extended has changed")
	}

	lessSettings := strings.Replace(shelfService, "name: braced", "name: propped", 1)
	lessSettings = strings.Replace(lessSettings, "when: braced", "when: propped", 1)
	_, err = base.With(fstest.MapFS{"services/shelf.yaml": {Data: []byte(lessSettings)}}, "theirs")
	if err == nil || !strings.Contains(err.Error(), "theirs/services/shelf.yaml:2:5: the rule shelf-braced no longer holds for this service") {
		t.Errorf("err = %v", err)
	}
	_, err = base.With(fstest.MapFS{"services/shelf.yaml": {Data: []byte(lessSettings)}, "mine.yaml": {Data: []byte("disable: [shelf-braced]")}}, "theirs")
	if err != nil {
		t.Errorf("with the rule disabled: %v", err)
	}
}

func TestHeirsThatNoLongerHold(t *testing.T) {
	heir := strings.NewReplacer("id: shelf", "id: rack", "Microsoft.Test/shelves\n", "Microsoft.Test/racks\n").Replace(shelfService)
	heir = heir[:strings.Index(heir, "settings:")] + "extends: shelf\nsurvival:\n  - {scope: node, when: braced, state: carries-on, why: x, sources: [book]}\n  - {scope: node, state: carries-on, why: x, sources: [book]}\n"
	base := mustExtend(t, map[string]string{"services/rack.yaml": heir})
	less := strings.Replace(strings.Replace(shelfService, "name: braced", "name: propped", 1), "when: braced", "when: propped", 1)
	_, err := base.With(fstest.MapFS{"services/shelf.yaml": {Data: []byte(less)}, "mine.yaml": {Data: []byte("disable: [shelf-braced]")}}, "theirs")
	if err == nil || !strings.Contains(err.Error(), "the service rack, which extends this one, no longer holds") {
		t.Errorf("err = %v", err)
	}
}

func TestARuleIsDisabled(t *testing.T) {
	c := mustExtend(t, map[string]string{"mine.yaml": "disable: [shelf-braced]"})
	if len(c.Rules()) != 0 || c.Rule("shelf-braced") != nil || len(c.RulesFor("shelf")) != 0 {
		t.Errorf("rules %v", c.Rules())
	}
	again, err := c.With(fstest.MapFS{"rules/x.yaml": {Data: []byte(shelfRule)}}, "theirs")
	if err != nil || again.Rule("shelf-braced") == nil {
		t.Errorf("written anew it is back: %v", err)
	}
	if _, err := c.With(fstest.MapFS{"x.yaml": {Data: []byte("disable: [shelf-braced]")}}, "theirs"); err != nil {
		t.Errorf("disabling it twice: %v", err)
	}
}

func TestNeedsAndSpreadsAreReplacedByWhatTheyAreAbout(t *testing.T) {
	need := "- {capability: train, role: compute, read: hard, write: hard, why: x, sources: [book]}\n"
	spread := "- {role: logs, from: [shelf], read: soft, write: soft, why: x, sources: [book]}\n"
	base := mustExtend(t, map[string]string{"needs.yaml": need, "spreads.yaml": spread})
	c, err := base.With(fstest.MapFS{
		"needs.yaml":   {Data: []byte(strings.Replace(need, "read: hard", "read: soft", 1) + strings.Replace(need, "train", "author", 1))},
		"spreads.yaml": {Data: []byte(strings.Replace(spread, "read: soft", "read: hard", 1) + strings.Replace(spread, "from", "to", 1))},
	}, "theirs")
	if err != nil {
		t.Fatal(err)
	}
	if n := c.Needs(); len(n) != 2 || n[0].Read != Soft || n[1].Capability != Author {
		t.Errorf("needs %+v", n)
	}
	if s := c.Spreads(); len(s) != 2 || s[0].Read != Hard || len(s[1].To) != 1 {
		t.Errorf("spreads %+v", s)
	}
}

func TestARuleAboutEveryService(t *testing.T) {
	c := mustExtend(t, map[string]string{"rules/every.yaml": `
id: same-region
title: Everything stands in one region
services: ["*"]
check: location == groupLocation || groupLocation == ''
severity: low
message: "{name} stands in {location}"
why: x
remedy: x
change: {kind: none}
sources: [book]
`})
	if got := c.RulesFor("shelf"); len(got) != 2 || got[0].ID != "same-region" {
		t.Errorf("rules %v", got)
	}
	e, r := at(t, c, "westeurope", "{}")
	if got := c.Check(c.Rule("same-region"), e, r); !got.Holds || !got.Known {
		t.Errorf("got %+v", got)
	}
	if got := c.Message(c.Rule("same-region"), e, r); got != "s1 stands in westeurope" {
		t.Errorf("message %q", got)
	}
}

func TestLoadReadsFolders(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("sources/ours.yaml", "- {key: our-wiki, title: Our wiki, where: https://example.org, date: 2026-11}")
	write("notes.txt", "this is not YAML: [")
	c, err := Load(dir)
	if err != nil || c.Source("our-wiki") == nil {
		t.Fatalf("Load = %v", err)
	}
	embedded, err := Default()
	if err != nil || embedded.Source("our-wiki") != nil || len(c.Services()) != len(embedded.Services()) {
		t.Errorf("the embedded catalog has changed, or %v", err)
	}

	write("rules/broken.yml", "- {id: x}")
	_, err = Load(dir)
	if problems := (Problems)(nil); !errors.As(err, &problems) || !strings.HasPrefix(problems[0].File, dir) {
		t.Errorf("err = %v", err)
	}
	for _, wrong := range []string{filepath.Join(dir, "nothing"), filepath.Join(dir, "notes.txt"), t.TempDir()} {
		if _, err := Load(wrong); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("Load(%s) = %v", wrong, err)
		}
	}
}
