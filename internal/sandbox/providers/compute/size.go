package compute

import (
	_ "embed" // for the sizes
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
)

//go:embed sizes.yaml
var sizeTable []byte

// size is one size of a virtual machine; sizes.yaml has them.
type size struct {
	Name   string  `yaml:"name"`
	Family string  `yaml:"family"`
	Cores  int     `yaml:"cores"`
	Memory float64 `yaml:"memory"` // in GiB
	Disks  int     `yaml:"disks"`
}

var sizes = sync.OnceValues(func() ([]size, error) {
	var all []size
	err := yaml.UnmarshalWithOptions(sizeTable, &all, yaml.Strict())
	return all, err
})

func sizeNamed(name string) *size {
	all, _ := sizes() // a test holds that the table can be read
	for i := range all {
		if strings.EqualFold(all[i].Name, name) {
			return &all[i]
		}
	}
	return nil
}

// listSKUs answers which sizes there are, where, and in which zones. The region
// table says which regions have zones; each size is taken to be in all of them.
func listSKUs(c *provider.Call) (provider.Reply, error) {
	all, err := sizes()
	if err != nil {
		return provider.Reply{}, err
	}
	_, only, _ := strings.Cut(c.Query.Get("$filter"), "'")
	only = estate.NormalizeLocation(strings.Trim(only, "' "))
	list := []any{}
	for _, r := range estate.Regions() {
		if only != "" && r.Name != only {
			continue
		}
		zones := []any{}
		for i := range r.Zones {
			zones = append(zones, strconv.Itoa(i+1))
		}
		for _, s := range all {
			list = append(list, object.Object{
				"resourceType": "virtualMachines", "name": s.Name, "tier": "Standard", "size": strings.TrimPrefix(s.Name, "Standard_"), "family": s.Family,
				"locations": []any{r.Name}, "locationInfo": []any{object.Object{"location": r.Name, "zones": zones, "zoneDetails": []any{}}}, "restrictions": []any{},
				"capabilities": []any{
					object.Object{"name": "vCPUs", "value": strconv.Itoa(s.Cores)},
					object.Object{"name": "MemoryGB", "value": strconv.FormatFloat(s.Memory, 'g', -1, 64)},
					object.Object{"name": "MaxDataDiskCount", "value": strconv.Itoa(s.Disks)},
				},
			})
		}
	}
	return provider.Reply{Body: object.Object{"value": list}}, nil
}

func listSizes(*provider.Call) (provider.Reply, error) {
	all, err := sizes()
	if err != nil {
		return provider.Reply{}, err
	}
	list := []any{}
	for _, s := range all {
		list = append(list, object.Object{"name": s.Name, "numberOfCores": s.Cores, "memoryInMB": int(s.Memory * 1024), "maxDataDiskCount": s.Disks,
			"osDiskSizeInMB": 1047552, "resourceDiskSizeInMB": 0})
	}
	return provider.Reply{Body: object.Object{"value": list}}, nil
}

// coreQuota is how many cores a subscription may have in a region by default
// (learn.microsoft.com, Azure subscription limits: 20 per region).
const coreQuota = 20

func usages(c *provider.Call) (provider.Reply, error) {
	cores, machines := 0, 0
	for r := range c.Tx.OfType(machineType, "/subscriptions/"+c.Subscription) {
		if r.Location != estate.NormalizeLocation(c.Location) {
			continue
		}
		machines++
		if s := sizeNamed(object.Text(object.Must(r.Body), "properties.hardwareProfile.vmSize")); s != nil {
			cores += s.Cores
		}
	}
	entry := func(value, text string, used, limit int) object.Object {
		return object.Object{"unit": "Count", "currentValue": used, "limit": limit, "name": object.Object{"value": value, "localizedValue": text}}
	}
	return provider.Reply{Body: object.Object{"value": []any{
		entry("cores", "Total Regional vCPUs", cores, coreQuota), entry("virtualMachines", "Virtual Machines", machines, 25000),
	}}}, nil
}
