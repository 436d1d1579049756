package machinelearning

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed sizes.yaml
var sizesYAML []byte

// size is one size of machine.
type size struct {
	Name   string  `yaml:"name"`
	Family string  `yaml:"family"`
	Cores  int     `yaml:"cores"`
	Memory float64 `yaml:"memory"` // GB
	GPUs   int     `yaml:"gpus"`
}

// limits are those of a subscription in a region, in cores but for the last.
type limits struct {
	Dedicated   int `yaml:"dedicated"`   // of a family
	LowPriority int `yaml:"lowPriority"` // of all families
	GPU         int `yaml:"gpu"`         // of a family with GPUs
	Total       int `yaml:"total"`       // dedicated, of all families
	Clusters    int `yaml:"clusters"`
	Endpoints   int `yaml:"endpoints"`
	Deployments int `yaml:"deployments"`
}

type sizeTable struct {
	Limits limits `yaml:"limits"`
	Sizes  []size `yaml:"sizes"`
}

var sizes = sync.OnceValue(func() (t sizeTable) {
	if err := yaml.UnmarshalWithOptions(sizesYAML, &t, yaml.Strict()); err != nil {
		panic("machinelearning: sizes.yaml: " + err.Error()) // it is part of the program; a test reads it
	}
	return t
})

// sizeName takes a name apart: Standard_NC6s_v3 is the family NC, 6 cores, the
// features s and the version v3.
var sizeName = regexp.MustCompile(`(?i)^(?:standard|basic)_([a-z]+)(\d+)(?:-\d+)?([a-z]*)((?:_[a-z0-9]+)*)$`)

// sizeOf gives the size with a name, which need not be in the table: most names
// tell the number of cores. False for what is no name of a size.
func sizeOf(name string) (size, bool) {
	for _, z := range sizes().Sizes {
		if strings.EqualFold(z.Name, name) {
			return z, true
		}
	}
	m := sizeName.FindStringSubmatch(name)
	if m == nil {
		return size{}, false
	}
	cores, err := strconv.Atoi(m[2])
	if err != nil || cores > 2048 {
		return size{}, false
	}
	letters := strings.ToUpper(m[1] + m[3])
	z := size{Name: name, Cores: max(cores, 1), Family: "standard" + letters + strings.ReplaceAll(strings.ToLower(m[4]), "_", "") + "Family"}
	z.Memory = float64(4 * z.Cores)
	if letters[0] == 'N' {
		z.GPUs = max(1, cores/24)
	}
	return z, true
}

// limitOf is how many cores a family may use.
func limitOf(z size) int {
	if z.GPUs > 0 {
		return sizes().Limits.GPU
	}
	return sizes().Limits.Dedicated
}
