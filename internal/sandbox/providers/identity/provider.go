package identity

import (
	"embed"
	"net/http"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	identityType   = "Microsoft.ManagedIdentity/userAssignedIdentities"
	credentialType = identityType + "/federatedIdentityCredentials"
	// mostCredentials is how many credentials an identity may have
	// (learn.microsoft.com, workload identity federation considerations).
	mostCredentials = 20
)

// Provider is the resource provider.
func Provider(*world.World) (*provider.Provider, error) {
	p, err := provider.Load("Microsoft.ManagedIdentity", types)
	if err != nil {
		return nil, err
	}
	p.Type(identityType).Hooks = provider.Hooks{Prepare: prepareIdentity}
	p.Type(credentialType).Hooks = provider.Hooks{Prepare: prepareCredential}
	return p, nil
}

func prepareIdentity(c *provider.Call) error {
	facet.Made(c, "properties.principalId", func() any { return c.World.GUID() })
	facet.Made(c, "properties.clientId", func() any { return c.World.GUID() })
	object.Set(c.Body, "properties.tenantId", c.World.Tenant)
	return nil
}

func prepareCredential(c *provider.Call) error {
	if c.Seeding {
		return nil
	}
	count := 0
	for r := range c.Tx.Children(c.Parent.ID, credentialType) {
		if r.Name == c.Name {
			continue
		}
		count++
		other := object.Must(r.Body)
		if object.Text(other, "properties.issuer") == object.Text(c.Body, "properties.issuer") &&
			object.Text(other, "properties.subject") == object.Text(c.Body, "properties.subject") {
			return refusal.Conflict("Conflict", "Issuer and subject combination already exists for this Managed Identity.")
		}
	}
	if count >= mostCredentials {
		return refusal.New(http.StatusBadRequest, "BadRequest", "The identity %s has %d federated identity credentials, which is the limit.", c.Parent.Name, mostCredentials)
	}
	return nil
}
