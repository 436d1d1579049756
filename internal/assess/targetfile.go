package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// demandScopes are the outages that a target can ask to survive, small to large.
var demandScopes = []catalog.Scope{catalog.ScopeResource, catalog.ScopeZone, catalog.ScopeService, catalog.ScopeRegion}

// ParseTarget reads a target from YAML:
//
//	name: scoring-first
//	title: Scoring survives everything, the rest a zone
//	survive:                       # what every capability survives that is not named below
//	  - {outage: zone, rto: 15m, rpo: 15m}
//	capabilities:
//	  score-online:
//	    - {outage: zone, rto: 0, rpo: 0}
//	    - {outage: region, rto: 1h, rpo: any}
//	  author: []                   # may be lost
//
// Times are figures with their units (90s, 15m, 4h, 1d12h) or any, which is also
// what is meant when one is left out. The error lists all that is wrong, each
// with its place in the file.
func ParseTarget(file string, src []byte) (*Target, error) {
	y := &yamlFile{name: file}
	t := &Target{Name: file, Capabilities: make(map[catalog.Capability][]Demand)}
	var all []Demand
	top := y.parse(src)
	if top == nil && len(y.problems) == 0 {
		return nil, fmt.Errorf("%s: the target says nothing: name what to survive, as in \"survive: [{outage: zone, rto: 15m, rpo: 15m}]\"", file)
	}
	y.mapping(top, "a target",
		yamlField{"name", y.string(&t.Name, "the name")},
		yamlField{"title", y.string(&t.Title, "the title")},
		yamlField{"survive", y.demands(&all)},
		yamlField{"capabilities", func(n ast.Node) { y.capabilities(n, t) }},
	)
	if err := y.err(); err != nil {
		return nil, err
	}
	for _, c := range catalog.Capabilities {
		if _, own := t.Capabilities[c]; !own && len(all) > 0 {
			t.Capabilities[c] = all
		}
	}
	return t, nil
}

func (y *yamlFile) capabilities(n ast.Node, t *Target) {
	names := make([]string, len(catalog.Capabilities))
	for i, c := range catalog.Capabilities {
		names[i] = string(c)
	}
	for _, pair := range y.pairs(n, "capabilities") {
		c := catalog.Capability(pair.Key.String())
		if !slices.Contains(catalog.Capabilities, c) {
			y.at(pair.Key, fmt.Sprintf("there is no capability %q", c), didYouMean(string(c), names))
			continue
		}
		var demands []Demand
		y.demands(&demands)(pair.Value)
		t.Capabilities[c] = demands
	}
}

func (y *yamlFile) demands(into *[]Demand) func(ast.Node) {
	return func(n ast.Node) {
		y.each(n, "what to survive", func(n ast.Node) {
			d := Demand{RTO: Any, RPO: Any}
			var scope string
			seen := y.mapping(n, "an outage to survive",
				yamlField{"outage", y.string(&scope, "the outage")},
				yamlField{"rto", y.seconds(&d.RTO, "the RTO")},
				yamlField{"rpo", y.seconds(&d.RPO, "the RPO")},
			)
			d.Scope = catalog.Scope(scope)
			switch {
			case !seen["outage"]:
				y.at(n, "it does not say which outage", "add \"outage: zone\" or another of "+scopeNames())
			case !slices.Contains(demandScopes, d.Scope):
				y.at(n, fmt.Sprintf("there is no outage %q", scope), didYouMean(scope, strings.Split(scopeNames(), ", ")))
			case slices.ContainsFunc(*into, func(o Demand) bool { return o.Scope == d.Scope }):
				y.at(n, fmt.Sprintf("the outage %q is there twice", scope), "keep one of them")
			default:
				*into = append(*into, d)
			}
		})
	}
}

func scopeNames() string {
	names := make([]string, len(demandScopes))
	for i, s := range demandScopes {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
