package estate

import "strings"

// Region is what is known of an Azure region; see regions.json for the source
// and the date.
type Region struct {
	Name        string `json:"name"`        // westeurope
	DisplayName string `json:"displayName"` // West Europe
	Geography   string `json:"geography"`
	Pair        string `json:"pair,omitempty"` // the paired region, "" when it has none
	PairMutual  bool   `json:"pairMutual,omitempty"`
	Zones       int    `json:"zones"` // number of availability zones, 0 for none
	Restricted  bool   `json:"restricted,omitempty"`
	AML         bool   `json:"aml,omitempty"` // Azure Machine Learning workspaces are offered
	AMLRegistry bool   `json:"amlRegistry,omitempty"`
	AKS         bool   `json:"aks,omitempty"`
	Databricks  bool   `json:"databricks,omitempty"`
	ACI         bool   `json:"aci,omitempty"`
	HDInsight   bool   `json:"hdinsight,omitempty"`
}

// NormalizeLocation gives the programmatic name of a location: lower case
// without spaces ("West Europe" is westeurope). A symbolic location in braces
// stays as it is.
func NormalizeLocation(s string) string {
	if strings.HasPrefix(s, "{") {
		return s
	}
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
}

// IsSymbolic says that a location, name or id has pieces that are not known.
func IsSymbolic(s string) bool { return strings.Contains(s, "{") }
