package machinelearning

import (
	_ "embed"
	"sync"
	"time"
	_ "time/tzdata" // Windows has no database of time zones that Go reads

	"github.com/goccy/go-yaml"
)

//go:embed zones.yaml
var zonesYAML []byte

var zones = sync.OnceValue(func() (t map[string]string) {
	if err := yaml.Unmarshal(zonesYAML, &t); err != nil {
		panic("machinelearning: zones.yaml: " + err.Error()) // it is part of the program; a test reads it
	}
	return t
})

// zoneOf is the time zone with a name of Windows, or of the IANA database; UTC
// for what is neither.
func zoneOf(name string) *time.Location {
	if iana, ok := zones()[name]; ok {
		name = iana
	}
	if l, err := time.LoadLocation(name); err == nil {
		return l
	}
	return time.UTC
}
