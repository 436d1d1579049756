package estate

import (
	_ "embed" // for the region table
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Region is what is known of an Azure region; regions.txt has the facts with
// their source and date.
type Region struct {
	Name        string `json:"name"`        // westeurope
	DisplayName string `json:"displayName"` // West Europe
	Geography   string `json:"geography"`
	Pair        string `json:"pair,omitempty"`       // the paired region, "" when it has none
	PairMutual  bool   `json:"pairMutual,omitempty"` // the pair's pair is this region
	Zones       int    `json:"zones"`                // number of availability zones, 0 for none
	Restricted  bool   `json:"restricted,omitempty"` // needs an access request
	AML         bool   `json:"aml,omitempty"`        // Azure Machine Learning workspaces are offered
	AMLRegistry bool   `json:"amlRegistry,omitempty"`
	AKS         bool   `json:"aks,omitempty"`
	Databricks  bool   `json:"databricks,omitempty"`
	ACI         bool   `json:"aci,omitempty"`
	HDInsight   bool   `json:"hdinsight,omitempty"`
}

//go:embed regions.txt
var regionTable string

type regionData struct {
	asOf   string
	all    []Region
	byName map[string]int
}

var loadRegions = sync.OnceValue(func() regionData { return parseRegions(regionTable) })

// parseRegions reads the table whose form its own first lines describe. Lines
// that have another form are left out; a test shows that there are none.
func parseRegions(table string) regionData {
	d := regionData{byName: make(map[string]int, 64)}
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) == 2 && f[0] == "asOf" {
			d.asOf = f[1]
		}
		if len(f) != 6 {
			continue
		}
		zones, err := strconv.Atoi(f[4])
		if err != nil {
			continue
		}
		pair, oneWay := strings.CutPrefix(f[3], ">")
		r := Region{Name: f[0], DisplayName: f[1], Geography: f[2], Pair: pair, PairMutual: pair != "" && !oneWay, Zones: zones}
		for word := range strings.FieldsSeq(f[5]) {
			if flag := r.flag(word); flag != nil {
				*flag = true
			}
		}
		d.byName[r.Name] = len(d.all)
		d.all = append(d.all, r)
	}
	return d
}

func (r *Region) flag(word string) *bool {
	switch word {
	case "restricted":
		return &r.Restricted
	case "aml":
		return &r.AML
	case "amlregistry":
		return &r.AMLRegistry
	case "aks":
		return &r.AKS
	case "databricks":
		return &r.Databricks
	case "aci":
		return &r.ACI
	case "hdinsight":
		return &r.HDInsight
	}
	return nil
}

// Regions gives all known regions, sorted by name.
func Regions() []Region { return slices.Clone(loadRegions().all) }

// RegionsAsOf is the date of the region facts, as YYYY-MM-DD.
func RegionsAsOf() string { return loadRegions().asOf }

// RegionByName finds a region by its programmatic or display name, in any letter
// case; false when the table does not have it.
func RegionByName(name string) (Region, bool) {
	d := loadRegions()
	i, ok := d.byName[name]
	if !ok {
		i, ok = d.byName[NormalizeLocation(name)]
	}
	if !ok {
		return Region{}, false
	}
	return d.all[i], true
}

// NormalizeLocation gives the programmatic name of a location: lower case
// without spaces ("West Europe" is westeurope). A symbolic location, which has
// an expression in braces, stays as it is.
func NormalizeLocation(s string) string {
	plain := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == '{':
			return s
		case c <= ' ' || c >= 'A' && c <= 'Z' || c >= 0x80:
			plain = false
		}
	}
	if plain {
		return s
	}
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
}

// IsSymbolic says that a location, name or id has pieces that are not known.
func IsSymbolic(s string) bool { return strings.Contains(s, "{") }
