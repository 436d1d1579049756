package flexible

import (
	"embed"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed postgresql.yaml mysql.yaml
var types embed.FS

// service is one of the two, with what differs.
type service struct {
	namespace string
	domain    string
	retired   string // when its single servers were
	least     int    // days that backups are kept at least
	mysql     bool
}

var services = []service{
	{"Microsoft.DBforPostgreSQL", "postgres.database.azure.com", "2025-03-28", 7, false},
	{"Microsoft.DBforMySQL", "mysql.database.azure.com", "2024-09-16", 1, true},
}

// Providers are the resource providers.
func Providers(w *world.World) ([]*provider.Provider, error) {
	w.Handle(powerChanged, changePower)
	var out []*provider.Provider
	for _, s := range services {
		p, err := provider.Load(s.namespace, types)
		if err != nil {
			return nil, err
		}
		flexible := s.namespace + "/flexibleServers"
		p.Subscription = map[string]func(*provider.Call) (provider.Reply, error){
			"checknameavailability": facet.NameCheck(flexible, "[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])",
				"The server name '%s' is invalid.", "Specified server name is already used."),
		}
		p.Locations = map[string]func(*provider.Call) (provider.Reply, error){
			"checknameavailability": p.Subscription["checknameavailability"],
		}
		p.Type(flexible).Hooks = provider.Hooks{
			Prepare: s.prepare, Kept: s.kept, Show: facet.Chain(s.show, connections), Done: s.done, Drop: s.drop,
			Actions: map[string]func(*provider.Call) (provider.Reply, error){"start": start, "stop": stop, "restart": restart, "failover": s.failover},
			Reads:   map[string]func(*provider.Call) (provider.Reply, error){"replicas": s.replicas},
		}
		p.Type(flexible + "/configurations").Hooks = provider.Hooks{Prepare: prepareConfiguration, Drop: dropConfiguration}
		p.Type(flexible + "/databases").Hooks = provider.Hooks{Prepare: s.prepareDatabase}
		p.Type(s.namespace + "/servers").Hooks = provider.Hooks{Prepare: s.refuseSingle}
		out = append(out, p)
	}
	return out, nil
}

// refuseSingle refuses single servers: the service is no more (data-stores.md 4
// and 6).
func (s service) refuseSingle(c *provider.Call) error {
	if c.Seeding || c.Was != nil {
		return nil
	}
	return refusal.New(http.StatusBadRequest, "FeatureSwitchNotEnabled", "%s single server was retired on %s and no new server can be created. Create a %s/flexibleServers instead.",
		strings.TrimPrefix(s.namespace, "Microsoft.DBfor"), s.retired, s.namespace)
}

func connections(c *provider.Call) error {
	if err := facet.Connections(c); err != nil {
		return err
	}
	if len(object.List(c.Body, "properties.privateEndpointConnections")) == 0 {
		object.Delete(c.Body, "properties.privateEndpointConnections")
	}
	return nil
}

func (s service) prepareDatabase(c *provider.Call) error {
	if s.mysql {
		object.Default(c.Body, "properties.charset", "utf8mb3")
		object.Default(c.Body, "properties.collation", "utf8mb3_general_ci")
		return nil
	}
	object.Default(c.Body, "properties.charset", "UTF8")
	object.Default(c.Body, "properties.collation", "en_US.utf8")
	return nil
}
