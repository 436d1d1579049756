package blueprint

import "strings"

// NameRule says how Azure wants the names of a type of resource, and what a
// template makes of them.
type NameRule struct {
	Type    string `yaml:"type"`
	Shape   string `yaml:"shape"` // {name} {region} {stem} {unique} {8}
	Min     int    `yaml:"min"`
	Max     int    `yaml:"max"`
	Pattern string `yaml:"pattern"` // of the whole name
	Global  bool   `yaml:"global"`  // unique in all of Azure
	When    string `yaml:"when"`    // the service that brings it
}

// stemLength is how much of the name begins names that are unique in all of
// Azure: with two letters before and thirteen characters of uniqueString()
// behind, 24 characters, the most that a storage account may have.
const stemLength = 9

// longestName is how long the name of the specification may be.
func longestName(s *Spec, d *blueprintData) int {
	longest := 64
	for _, region := range s.Regions() {
		for _, rule := range d.names {
			if n := strings.Count(rule.Shape, "{name}"); n > 0 {
				longest = min(longest, (rule.Max-len(fill(rule.Shape, "", region)))/n)
			}
		}
	}
	return longest
}

// fill gives the name that a shape makes; uniqueString() is taken to give thirteen zs.
func fill(shape, name, region string) string {
	stem := strings.ReplaceAll(strings.ToLower(name), "-", "")
	stem = stem[:min(len(stem), stemLength)]
	unique := strings.Repeat("z", 13)
	return strings.NewReplacer("{name}", name, "{region}", region, "{stem}", stem, "{unique}", unique, "{8}", unique[:8]).Replace(shape)
}
