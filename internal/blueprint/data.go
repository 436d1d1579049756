package blueprint

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/goccy/go-yaml"
)

//go:embed data
var data embed.FS

// settings are what a target asks of each service.
type settings struct {
	DefaultStorage   string      `yaml:"defaultStorage"`
	DataStorage      dataStorage `yaml:"dataStorage"`
	Registry         string      `yaml:"registry"` // tier, where nothing asks for Premium
	Zones            bool        `yaml:"zones"`
	LogRetentionDays int         `yaml:"logRetentionDays"`
	ClusterNodes     int         `yaml:"clusterNodes"`
	AKS              aksSettings `yaml:"aks"`
	Databases        struct {
		Tier  string `yaml:"tier"`
		Zones bool   `yaml:"zones"`
	} `yaml:"databases"`
	SoftDeleteDays int `yaml:"softDeleteDays"`
}

type dataStorage struct {
	Alone  string `yaml:"alone"`
	Paired string `yaml:"paired"`
}

type aksSettings struct {
	Tier         string `yaml:"tier"`
	Nodes        int    `yaml:"nodes"` // of the system pool
	ScoringNodes int    `yaml:"scoringNodes"`
	Most         int    `yaml:"most"`
	Size         string `yaml:"size"`
}

// role is a built-in role.
type role struct{ Key, Name, ID string }

// grant gives an identity a role at one place.
type grant struct {
	Symbol   string `yaml:"symbol"`
	Identity string `yaml:"identity"`
	Role     string `yaml:"role"`
	Where    string `yaml:"where"`
	When     string `yaml:"when"`
	Why      string `yaml:"why"`
	Scope    string `yaml:"-"` // expression; "" for the resource group
	On       string `yaml:"-"` // symbol of what it is about
}

// endpoint is a private endpoint of each region.
type endpoint struct {
	Name    string   `yaml:"name"`
	ID      string   `yaml:"id"`
	Group   string   `yaml:"group"`
	Zones   []string `yaml:"zones"`
	When    string   `yaml:"when"`
	Paired  bool     `yaml:"paired"`
	Managed bool     `yaml:"managed"`
}

// acceptance is a finding that no template can avoid, or only at a price that the
// owner has to decide on.
type acceptance struct {
	Rule     string   `yaml:"rule"`
	When     string   `yaml:"when"`    // the service that it comes with
	Region   string   `yaml:"region"`  // what is about a region that it is about: logs, pair, vault, zones
	Targets  []string `yaml:"targets"` // all when empty
	Resource string   `yaml:"resource"`
	Reason   string   `yaml:"reason"`
}

// Folded is the reason as lines of a folded scalar.
func (a acceptance) Folded() string {
	const indent, width = "      ", 118
	var out []string
	line := indent
	for word := range strings.FieldsSeq(a.Reason) {
		if len(line)+1+len(word) > width {
			out, line = append(out, line), indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return strings.Join(append(out, line), "\n")
}

// logRegions are what the table of regions does not tell of some of them.
type logRegions struct {
	Resilient          []string `yaml:"resilient"`
	UnreplicatedVaults []string `yaml:"unreplicatedVaults"`
}

type blueprintData struct {
	settings  map[string]settings
	roles     map[string]struct{ Name, ID string }
	roleOrder []string
	grants    []grant
	endpoints []endpoint
	names     []NameRule
	accepted  []acceptance
	logs      logRegions
	text      *template.Template
}

// load reads the embedded data; a test shows that it can be read.
var load = sync.OnceValues(func() (*blueprintData, error) {
	d := &blueprintData{}
	var access struct {
		Roles  yaml.MapSlice `yaml:"roles"`
		Grants []grant       `yaml:"grants"`
	}
	var roles struct {
		Roles map[string]struct{ Name, ID string } `yaml:"roles"`
	}
	for _, f := range []struct {
		name string
		into []any
	}{
		{"settings", []any{&d.settings}}, {"access", []any{&access, &roles}}, {"endpoints", []any{&d.endpoints}},
		{"names", []any{&d.names}}, {"logs", []any{&d.logs}}, {"accepted", []any{&d.accepted}},
	} {
		src, err := data.ReadFile("data/" + f.name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("reading the blueprint's data: %w", err)
		}
		for _, into := range f.into {
			if err := yaml.Unmarshal(src, into); err != nil {
				return nil, fmt.Errorf("reading the blueprint's %s: %w", f.name, err)
			}
		}
	}
	d.grants, d.roles = access.Grants, roles.Roles
	for _, item := range access.Roles {
		d.roleOrder = append(d.roleOrder, fmt.Sprint(item.Key))
	}
	var err error
	if d.text, err = template.New("blueprint").ParseFS(data, "data/*.tmpl"); err != nil {
		return nil, fmt.Errorf("reading the blueprint's fragments: %w", err)
	}
	return d, nil
})
