package cosmos

import (
	"embed"
	"fmt"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const accountType = "Microsoft.DocumentDB/databaseAccounts"

// Provider is the resource provider.
func Provider(w *world.World) (*provider.Provider, error) {
	p, err := provider.Load("Microsoft.DocumentDB", types)
	if err != nil {
		return nil, err
	}
	w.Handle(moved, endMove)
	p.Type(accountType).Hooks = provider.Hooks{
		Prepare: prepareAccount, Show: facet.Chain(showAccount, facet.Connections),
		Actions: map[string]func(*provider.Call) (provider.Reply, error){
			"listkeys": listKeys, "readonlykeys": readOnlyKeys, "listconnectionstrings": listConnectionStrings, "regeneratekey": regenerateKey,
			"failoverprioritychange": changePriorities, "offlineregion": offline, "onlineregion": onlineAgain,
		},
	}
	for _, name := range []string{"/sqlDatabases", "/sqlDatabases/containers", "/mongodbDatabases", "/mongodbDatabases/collections", "/tables",
		"/sqlDatabases/throughputSettings", "/sqlDatabases/containers/throughputSettings"} {
		p.Type(accountType + name).Hooks = provider.Hooks{Prepare: prepareChild}
	}
	return p, nil
}

// keyNames are the keys of an account, by the name in a reply and that in a
// request.
var keyNames = [][2]string{
	{"primaryMasterKey", "primary"}, {"secondaryMasterKey", "secondary"},
	{"primaryReadonlyMasterKey", "primaryReadonly"}, {"secondaryReadonlyMasterKey", "secondaryReadonly"},
}

func makeKeys(c *provider.Call) {
	for _, k := range keyNames {
		if object.Text(c.Secret, k[0]) == "" {
			c.Secret[k[0]] = facet.Key(c, 64)
		}
	}
}

func keysFrom(c *provider.Call, from int) (provider.Reply, error) {
	if object.Bool(facet.Was(c), "properties.disableLocalAuth") {
		return provider.Reply{}, refusal.New(http.StatusUnauthorized, "Unauthorized", "Local Authorization is disabled. Use an AAD token to authorize all requests.")
	}
	out := object.Object{}
	for _, k := range keyNames[from:] {
		out[k[0]] = object.Text(c.Secret, k[0])
	}
	return provider.Reply{Body: out}, nil
}

func listKeys(c *provider.Call) (provider.Reply, error)     { return keysFrom(c, 0) }
func readOnlyKeys(c *provider.Call) (provider.Reply, error) { return keysFrom(c, 2) }

func listConnectionStrings(c *provider.Call) (provider.Reply, error) {
	list := []any{}
	for _, k := range keyNames {
		words := map[string]string{"primary": "Primary", "secondary": "Secondary", "primaryReadonly": "Primary Read-Only", "secondaryReadonly": "Secondary Read-Only"}
		list = append(list, object.Object{"description": words[k[1]] + " SQL Connection String",
			"connectionString": fmt.Sprintf("AccountEndpoint=%s;AccountKey=%s;", endpoint(c.Name, ""), object.Text(c.Secret, k[0]))})
	}
	return provider.Reply{Body: object.Object{"connectionStrings": list}}, nil
}

func regenerateKey(c *provider.Call) (provider.Reply, error) {
	for _, k := range keyNames {
		if strings.EqualFold(k[1], object.Text(c.Body, "keyKind")) {
			c.Secret[k[0]] = facet.Key(c, 64)
			return provider.Reply{Status: http.StatusAccepted}, facet.Change(c, c.Was, facet.Was(c), c.Secret)
		}
	}
	return provider.Reply{}, refusal.BadRequest("The keyKind '%s' is invalid: it must be primary, secondary, primaryReadonly or secondaryReadonly.", object.Text(c.Body, "keyKind"))
}

// endpoint is the address of an account, or of one of its regions.
func endpoint(name, region string) string {
	host := strings.ToLower(name)
	if region != "" {
		host += "-" + region
	}
	return "https://" + host + ".documents.azure.com:443/"
}

// prepareChild gives a database or container what the service adds to it.
func prepareChild(c *provider.Call) error {
	object.Delete(c.Body, "properties.options")
	facet.Made(c, "properties.resource._rid", func() any { return facet.Token(c, 8) + "==" })
	object.Set(c.Body, "properties.resource._ts", c.Now.Unix())
	object.Set(c.Body, "properties.resource._etag", `"`+c.World.GUID()+`"`)
	return nil
}
