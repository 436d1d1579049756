package assess

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/goccy/go-yaml/ast"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// ProjectFile is the name of the file that holds a project's settings.
const ProjectFile = ".holdfast.yaml"

// Project is what a project's file says. Paths in it are relative to the folder
// of the file; they are given joined with it.
type Project struct {
	File         string   // where it was read
	Target       string   // name of a built-in target, or path of a file with one
	FailOn       Severity // "" when the file does not say
	Baseline     string   // path, "" without one
	Suppressions []Suppression
	Catalogs     []string // folders
	Scope        Scope
	Pairs        []PairOf
}

// Scope is where templates are taken to be deployed; "" for what is not said.
type Scope struct{ Tenant, Subscription, ResourceGroup, Location string }

// PairOf names the two workspaces of a pair, by id or by name.
type PairOf struct {
	Primary, Secondary string
	Lag                *int64 // seconds that the secondary is behind at most; nil when nobody says
	Origin             estate.Origin
}

// FindProject looks for a project's file in dir and in the folders above it. It
// gives a nil project when there is none. An error tells what is wrong in it.
func FindProject(dir string, read func(path string) ([]byte, error)) (*Project, error) {
	for {
		file := filepath.Join(dir, ProjectFile)
		src, err := read(file)
		if err == nil {
			return ParseProject(file, src)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("reading the project's settings: %w", err)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil, nil
		}
		dir = up
	}
}

// ParseProject reads a project's file:
//
//	target: production             # dev, production, critical, or a file
//	failOn: high
//	baseline: holdfast-baseline.json
//	suppressions:
//	  - rule: default-storage-zone-outage
//	    resource: "*sandbox*"      # a name or an id, with *; every resource when left out
//	    reason: throw-away workspace, rebuilt from code
//	    owner: ml-platform
//	    expires: 2027-06-30        # the last day
//	catalog: [catalog/]
//	scope: {subscription: ..., resourceGroup: rg-ml, location: westeurope}
//	pairs:
//	  - {primary: mlw-weu, secondary: mlw-neu, lag: 1h} # behind by an hour at most
//
// The error lists all that is wrong, each with its place in the file.
func ParseProject(file string, src []byte) (*Project, error) {
	y := &yamlFile{name: file}
	p := &Project{File: file}
	var failOn string
	var catalogs []string
	top := y.parse(src)
	y.mapping(top, "the project's file",
		yamlField{"target", y.string(&p.Target, "the target")},
		yamlField{"failOn", func(n ast.Node) {
			y.string(&failOn, "the severity")(n)
			if p.FailOn = Severity(failOn); !p.FailOn.valid() && failOn != "" {
				y.at(n, fmt.Sprintf("there is no severity %q", failOn), didYouMean(failOn, severityNames()))
			}
		}},
		yamlField{"baseline", y.string(&p.Baseline, "the baseline")},
		yamlField{"suppressions", func(n ast.Node) { y.suppressions(n, &p.Suppressions) }},
		yamlField{"catalog", y.strings(&catalogs, "the folder of a catalog")},
		yamlField{"scope", func(n ast.Node) {
			y.mapping(n, "the scope",
				yamlField{"tenant", y.string(&p.Scope.Tenant, "the tenant")},
				yamlField{"subscription", y.string(&p.Scope.Subscription, "the subscription")},
				yamlField{"resourceGroup", y.string(&p.Scope.ResourceGroup, "the resource group")},
				yamlField{"location", y.string(&p.Scope.Location, "the location")})
		}},
		yamlField{"pairs", func(n ast.Node) { y.pairsOf(n, &p.Pairs) }},
	)
	if err := y.err(); err != nil {
		return nil, err
	}
	dir := filepath.Dir(file)
	for _, c := range catalogs {
		p.Catalogs = append(p.Catalogs, within(dir, c))
	}
	if p.Baseline != "" {
		p.Baseline = within(dir, p.Baseline)
	}
	if p.Target != "" && TargetByName(p.Target) == nil {
		p.Target = within(dir, p.Target)
	}
	return p, nil
}

func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func (y *yamlFile) suppressions(n ast.Node, into *[]Suppression) {
	y.each(n, "suppressions", func(n ast.Node) {
		s := Suppression{Origin: y.origin(n), Resource: "*"}
		y.mapping(n, "a suppression",
			yamlField{"rule", y.string(&s.Rule, "the rule")},
			yamlField{"resource", y.string(&s.Resource, "the resource")},
			yamlField{"reason", y.string(&s.Reason, "the reason")},
			yamlField{"owner", y.string(&s.Owner, "the owner")},
			yamlField{"expires", y.date(&s.Expires, "the day on which it expires")},
		)
		switch {
		case s.Rule == "":
			y.at(n, "the suppression does not say which rule", "add \"rule: RULE\"; the ids are listed by: holdfast rules")
		case s.Reason == "":
			y.at(n, "the suppression of "+s.Rule+" has no reason", "add \"reason: ...\", so that others know why it is accepted")
		default:
			*into = append(*into, s)
		}
	})
}

func (y *yamlFile) pairsOf(n ast.Node, into *[]PairOf) {
	y.each(n, "pairs", func(n ast.Node) {
		p := PairOf{Origin: y.origin(n)}
		lag := Any
		y.mapping(n, "a pair",
			yamlField{"primary", y.string(&p.Primary, "the primary workspace")},
			yamlField{"secondary", y.string(&p.Secondary, "the secondary workspace")},
			yamlField{"lag", y.seconds(&lag, "the lag")},
		)
		if p.Primary == "" || p.Secondary == "" {
			y.at(n, "the pair does not name both workspaces", "write it as {primary: NAME, secondary: NAME}")
			return
		}
		if lag != Any {
			p.Lag = &lag
		}
		*into = append(*into, p)
	})
}
