package catalog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// FuzzLoad gives the loader any text as a file of a catalog: it must answer
// within a second, and what it accepts must answer questions.
func FuzzLoad(f *testing.F) {
	f.Add("services/a.yaml", shelfService)
	f.Add("rules/a.yaml", shelfRule)
	f.Add("sources/a.yaml", shelfSources)
	f.Add("remedies/a.yaml", shelfRemedy)
	f.Add("remedies/a.yaml", strings.Replace(shelfRemedy, "setting: braced", "path: \"properties.homes[*].name\"", 1))
	f.Add("a.yaml", "disable: [shelf-braced]\nneeds: [{capability: train, role: compute, read: hard, write: no, why: x, sources: [book]}]")
	f.Add("a.yaml", "a: &a [*a, *a]\nb: !!map {<<: *a}")
	f.Add("a.yaml", "services: [[[[{{{{")
	f.Add("spreads.yaml", "- {role: logs, from: [shelf], read: soft, write: soft, why: |\n    x\n  , sources: [book]}")
	files, _ := filepath.Glob("data/*/*.yaml")
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil && len(text) < 4000 {
			f.Add(strings.TrimPrefix(filepath.ToSlash(name), "data/"), string(text))
		}
	}
	base, err := Parse(shelfFiles(nil), "shelf")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if !strings.HasSuffix(name, ".yaml") || !validPath(name) {
			name = "services/fuzz.yaml"
		}
		started := time.Now()
		c, err := base.With(fstest.MapFS{name: {Data: []byte(text)}}, "fuzz")
		if took := time.Since(started); took > 30*time.Second {
			t.Errorf("it took %s", took)
		}
		if err != nil {
			if !strings.Contains(err.Error(), "fuzz") {
				t.Errorf("the message does not name the file: %v", err)
			}
			return
		}
		for _, s := range c.Services() {
			e, r := at(t, c, "westeurope", `{`+inTemplate+`,"sku":{"name":"Sturdy"}}`)
			r.Service = s.ID
			for _, scope := range Scopes() {
				c.Survive(e, r, scope)
			}
			for _, rule := range c.RulesFor(s.ID) {
				c.Check(rule, e, r)
				c.Message(rule, e, r)
			}
			for _, rem := range c.RemediesFor(s.ID) {
				c.Concerns(rem, e, r)
				c.Missing(rem, e, r)
				c.CostOf(rem, e, r)
				for i := range rem.Set {
					rem.Set[i].Assign(r.Body, rem.Set[i].Path, PlaceOf(r, "northeurope"))
				}
			}
			c.Settings(e, r)
		}
	})
}

func validPath(name string) bool {
	for piece := range strings.SplitSeq(name, "/") {
		if piece == "" || piece == "." || piece == ".." {
			return false
		}
	}
	return !strings.ContainsAny(name, "\\\x00") && strings.ToValidUTF8(name, "") == name
}
