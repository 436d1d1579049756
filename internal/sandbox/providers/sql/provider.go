package sql

import (
	"embed"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	namespace    = "Microsoft.Sql"
	serverType   = namespace + "/servers"
	databaseType = serverType + "/databases"
	groupType    = serverType + "/failoverGroups"
	linkType     = databaseType + "/replicationLinks"
	instanceType = namespace + "/managedInstances"
	placeType    = namespace + "/locations"
	pairType     = placeType + "/instanceFailoverGroups"
)

// Provider is the resource provider.
func Provider(w *world.World) (*provider.Provider, error) {
	p, err := provider.Load(namespace, types)
	if err != nil {
		return nil, err
	}
	w.Handle(failedOver, endFailover)
	p.Subscription = map[string]func(*provider.Call) (provider.Reply, error){
		"checknameavailability": facet.NameCheck(serverType, "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
			"Invalid value given for parameter Name: '%s'.", "Specified server name is already used."),
	}
	for name, hooks := range map[string]provider.Hooks{
		serverType:   {Prepare: prepareServer, Kept: keptServer, Show: facet.Chain(showServer, facet.Connections), Done: ready},
		databaseType: {Prepare: prepareDatabase, Kept: keptDatabase, Drop: dropDatabase, Done: online, Actions: map[string]func(*provider.Call) (provider.Reply, error){"pause": pause, "resume": resume}},
		groupType: {Prepare: prepareGroup, Kept: keptGroup, Drop: dropGroup, Actions: map[string]func(*provider.Call) (provider.Reply, error){
			"failover": failover, "forcefailoverallowdataloss": forceFailover, "tryplannedbeforeforcedfailover": failover,
		}},
		serverType + "/elasticPools":                       {Prepare: preparePool},
		serverType + "/firewallRules":                      {Prepare: prepareRule},
		databaseType + "/backupShortTermRetentionPolicies": {Prepare: prepareRetention},
		instanceType: {Prepare: prepareInstance, Show: showInstance, Done: ready},
		instanceType + "/databases": {Prepare: func(c *provider.Call) error {
			facet.Made(c, "properties.creationDate", func() any { return facet.Time(c.Now) })
			return nil
		}},
		pairType: {Prepare: preparePair, Kept: keptPair, Drop: dropPair, Parent: makePlace, Actions: map[string]func(*provider.Call) (provider.Reply, error){
			"failover": failOverPair, "forcefailoverallowdataloss": failOverPair,
		}},
	} {
		p.Type(name).Hooks = hooks
	}
	return p, nil
}

func prepareServer(c *provider.Call) error {
	if err := facet.Checks(c, checkServer); err != nil {
		return err
	}
	if c.Was == nil {
		object.Set(c.Body, "properties.state", "Ready")
	}
	return nil
}

// ready is how a server is when its operation has ended.
func ready(c *provider.Call) error {
	object.Set(c.Body, "properties.state", "Ready")
	return nil
}

// keptServer makes the database that every server has.
func keptServer(c *provider.Call) error {
	id := c.ID + "/databases/master"
	if c.Tx.Resource(id) != nil || c.Seeding {
		return nil
	}
	err := facet.Bring(c, provider.Request{ID: id, Body: object.Object{
		"location": c.Location, "kind": "v12.0,system", "sku": object.Object{"name": "System", "tier": "System", "capacity": 0},
	}})
	return err
}

func showServer(c *provider.Call) error {
	host := c.World.At.Listener(c.ID)
	if i := strings.LastIndexByte(host, ':'); i > 0 {
		host = host[:i] + "," + host[i+1:] // as SQL Server's clients write a port
	}
	if host == "" {
		host = strings.ToLower(c.Name) + ".database.windows.net"
	}
	object.Set(c.Body, "properties.fullyQualifiedDomainName", host)
	return nil
}
