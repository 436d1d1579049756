package keyvault

import (
	"encoding/hex"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/vault"
)

// Members of the secret part of what a vault holds.
const (
	secretValue = "value"   // of a secret
	version     = "version" // its id
)

func newVersion(c *provider.Call) string { return hex.EncodeToString(c.World.Bytes(16)) }

// stamp writes when something was made and changed, in seconds as the vault has
// times, and whether it can be used.
func stamp(c *provider.Call) {
	object.Default(c.Body, "properties.attributes.enabled", true)
	facet.Made(c, "properties.attributes.created", func() any { return c.Now.Unix() })
	object.Set(c.Body, "properties.attributes.updated", c.Now.Unix())
}

// prepareSecret moves the value where no reading shows it. Each value is a new
// version; a change that sends none changes the rest only.
func prepareSecret(c *provider.Call) error {
	value, sent := object.Delete(c.Body, "properties.value").(string)
	if !sent && c.Was == nil && !c.Seeding {
		return refusal.BadRequest("The parameter value is not specified.")
	}
	if sent {
		c.Secret[secretValue] = value
		c.Secret[version] = newVersion(c)
	}
	if object.Text(c.Secret, version) == "" {
		c.Secret[version] = newVersion(c)
	}
	stamp(c)
	return nil
}

// keptSecret has the vault keep each value as a version.
func keptSecret(c *provider.Call) error { return vault.Adopt(c.Tx, c.Parent.ID, c.Name) }

func showSecret(c *provider.Call) error {
	uri := c.World.At.Vault(vaultOf(c)) + "secrets/" + c.Name
	object.Set(c.Body, "properties.secretUri", uri)
	object.Set(c.Body, "properties.secretUriWithVersion", uri+"/"+versionOf(c))
	return nil
}

// prepareKey makes a key. ARM makes keys and never changes them: a PUT on one
// that is there leaves it as it is.
func prepareKey(c *provider.Call) error {
	if c.Was != nil {
		was := facet.Was(c)
		object.Set(c.Body, "properties", object.Inner(was, "properties"))
		return nil
	}
	switch object.Text(c.Body, "properties.kty") {
	case "EC", "EC-HSM":
		object.Default(c.Body, "properties.curveName", "P-256")
		object.Default(c.Body, "properties.keyOps", []any{"sign", "verify"})
	default:
		object.Default(c.Body, "properties.keySize", 2048)
		object.Default(c.Body, "properties.keyOps", []any{"encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"})
	}
	c.Secret[version] = newVersion(c)
	stamp(c)
	return nil
}

func showKey(c *provider.Call) error {
	uri := c.World.At.Vault(vaultOf(c)) + "keys/" + c.Name
	object.Set(c.Body, "properties.keyUri", uri)
	object.Set(c.Body, "properties.keyUriWithVersion", uri+"/"+versionOf(c))
	return nil
}

func vaultOf(c *provider.Call) string {
	if c.Parent == nil {
		return ""
	}
	return c.Parent.Name
}

func versionOf(c *provider.Call) string {
	r := c.Tx.Resource(c.ID)
	if r == nil {
		return object.Text(c.Secret, version)
	}
	return object.Text(object.Must(r.Secret), version)
}
