package catalog

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Each case adds one setting to the shelf and reads it from a shelf with two
// books, a lock, and a copy elsewhere that leans on a house.
func TestWhereSettingsComeFrom(t *testing.T) {
	body := `{` + inTemplate + `,"kind":"oak","properties":{"pools":[{"zones":["1","2"]},{},{"zones":[3]}],"tags":["x","y"],"one":"x","deep":{"n":[4,5]},"flags":[true,false]}}`
	tests := []struct {
		setting string
		want    string
		known   bool
	}{
		{`type: string, path: kind`, "oak", true},
		{`type: string, path: name`, "s1", true},
		{`type: string, path: location`, "westeurope", true},
		{`type: string, path: type`, "Microsoft.Test/shelves", true},
		{`type: string, path: service`, "shelf", true},
		{`type: string, path: id`, group + "Microsoft.Test/shelves/s1", true},
		{`type: strings, path: zones`, "1, 3", true},
		{`type: int, path: "properties.deep.n[1]"`, "5", true},
		{`type: int, path: "properties.deep.n[9]", default: 8`, "8", true},
		{`type: bool, path: "properties.flags[0]"`, "true", true},
		{`type: strings, path: properties.tags`, "x, y", true},
		{`type: strings, path: properties.one`, "x", true},
		{`type: strings, path: properties.flags`, "true, false", true},
		{`type: strings, path: "properties.pools[*].zones"`, "1,2, 3", true},
		{`type: strings, path: "properties.pools[*].zones[*]"`, "1, 2, 3", true},
		{`type: strings, path: properties.tags, allowed: [X, Y]`, "X, Y", true},
		{`type: strings, path: properties.tags, allowed: [X]`, `the catalog does not know the value "y"`, false},
		{`type: strings, path: properties.nothing, default: [a, b]`, "a, b", true},
		{`type: strings, path: [properties.nothing, properties.tags]`, "x, y", true},
		{`type: strings, path: "properties.nothing[*].name", absentUnknown: true`, whyNoDefault, false},
		{`type: strings, child: Microsoft.Test/shelves/books`, "s1/a, s1/b", true},
		{`type: strings, child: Microsoft.Test/shelves/books, path: sku.name`, "Big", true},
		{`type: strings, child: Microsoft.Test/shelves/books, path: "properties.pages[*].no"`, "1, 2", true},
		{`type: strings, child: Microsoft.Test/shelves/books, path: sku.name, absentUnknown: true`, whyNoDefault, false},
		{`type: string, child: Microsoft.Test/shelves/books, childName: A, path: sku.name`, "Big", true},
		{`type: string, child: Microsoft.Test/shelves/films, path: sku.name, default: None`, "None", true},
		{`type: string, child: Microsoft.Test/shelves/films, path: sku.name, absentUnknown: true`, whyNoDefault, false},
		{`type: bool, child: Microsoft.Test/shelves/books`, "true", true},
		{`type: bool, child: Microsoft.Test/shelves/films`, "false", true},
		{`type: int, related: replica`, "1", true},
		{`type: strings, related: replica`, "c1", true},
		{`type: strings, related: replica, path: location`, "northeurope", true},
		{`type: string, related: replica, path: sku.name`, whyExternal, false},
		{`type: strings, related: replica, path: sku.name`, whyExternal, false},
		{`type: bool, related: lock, reverse: true`, "true", true},
		{`type: bool, related: lock`, "false", true},
		{`type: string, related: lock, reverse: true, path: properties.level`, "CanNotDelete", true},
		{`type: int, related: logs, path: properties.days, default: 30`, "30", true},
	}
	for _, tt := range tests {
		t.Run(tt.setting, func(t *testing.T) {
			line := "  - {name: tried, title: Tried, " + tt.setting + ", change: {kind: none}, sources: [book]}\n"
			c, err := Parse(shelfFiles(map[string]string{"services/10-shelf.yaml": strings.Replace(shelfService, "settings:\n", "settings:\n"+line, 1)}), "shelf")
			if err != nil {
				t.Fatal(err)
			}
			shelf := resource(t, "Microsoft.Test/shelves", "s1", "westeurope", body)
			shelf.Zones = []string{"1", "3"}
			a := resource(t, "Microsoft.Test/shelves/books", "s1/a", "", `{"sku":{"name":"Big"},"properties":{"pages":[{"no":1},{"no":2}]}}`)
			b := resource(t, "Microsoft.Test/shelves/books", "s1/b", "", `{"properties":{}}`)
			lock := resource(t, "Microsoft.Test/locks", "l1", "", `{"properties":{"level":"CanNotDelete"}}`)
			replica := resource(t, "Microsoft.Test/copies", "c1", "northeurope", "")
			replica.External = true
			e := built(c, []*estate.Resource{shelf, a, b, lock, replica}, []estate.Relation{{From: lock, To: shelf, Role: estate.Lock}, {From: shelf, To: replica, Role: estate.Replica}})
			if got, ok := c.Setting(e, shelf, "tried"); !ok || got.Known != tt.known || got.Text != tt.want {
				t.Errorf("got %q, known %v; want %q, known %v", got.Text, got.Known, tt.want, tt.known)
			}
		})
	}
}

func TestTimesOfRowsThatDoNotGiveThem(t *testing.T) {
	row := func(text string) *Survival {
		t.Helper()
		files := shelfFiles(map[string]string{"services/10-shelf.yaml": replaceOnce(t, shelfService, "state: unknown, why: nobody says", text+", why: nobody says")})
		c, err := Parse(files, "shelf")
		if err != nil {
			t.Fatal(err)
		}
		again, err := Generate(files)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := load(again)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range c.Service("shelf").Survival {
			if s.Scope == ScopeService {
				if l := loaded.Service("shelf").Survival[i]; l.RTO != s.RTO || l.RPO != s.RPO || l.Trigger != s.Trigger || l.Reads != s.Reads || l.Writes != s.Writes {
					t.Errorf("from JSON %+v, from YAML %+v", l, s)
				}
				return &s
			}
		}
		return nil
	}
	unknown := Span{Seconds: -1, Word: "unknown"}
	tests := []struct {
		text                   string
		rto, rpo               Span
		trigger, reads, writes string
	}{
		{"state: unknown", unknown, unknown, "", "", ""},
		{`state: unknown, rpo: "0"`, unknown, Span{}, "", "", ""},
		{"state: carries-on", Span{}, Span{}, "none", "ok", "ok"},
		{`state: carries-on, writes: degraded, rto: "<= PT30S"`, Span{Seconds: 30, Upper: true}, Span{}, "none", "ok", "degraded"},
		{`state: fails-over, rto: PT1M, rpo: "0"`, Span{Seconds: 60}, Span{}, "automatic", "down", "down"},
		{`state: fails-over, trigger: microsoft, rto: unknown, rpo: "0"`, unknown, Span{}, "microsoft", "down", "down"},
		{`state: read-only, rto: outage, rpo: "0"`, Span{Seconds: -1, Word: "outage"}, Span{}, "none", "ok", "down"},
		{`state: degraded, rto: outage, rpo: "0"`, Span{Seconds: -1, Word: "outage"}, Span{}, "none", "degraded", "degraded"},
		{`state: down, rto: rebuild, rpo: total`, Span{Seconds: -1, Word: "rebuild"}, Span{Seconds: -1, Word: "total"}, "none", "down", "down"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := row(tt.text)
			if got.RTO != tt.rto || got.RPO != tt.rpo || got.Trigger != tt.trigger || got.Reads != tt.reads || got.Writes != tt.writes {
				t.Errorf("got %+v", got)
			}
		})
	}
}
