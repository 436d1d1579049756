package facet

import (
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
)

// Connections shows the private endpoint connections of a resource in
// properties.privateEndpointConnections.
func Connections(c *provider.Call) error {
	return ShowInline(c, "properties.privateEndpointConnections", c.Type.Name+"/privateEndpointConnections")
}

// Connected says whether a resource has an approved private endpoint connection.
func Connected(c *provider.Call) bool {
	for r := range c.Tx.Children(c.ID, c.Type.Name+"/privateEndpointConnections") {
		if object.Text(object.Must(r.Body), "properties.privateLinkServiceConnectionState.status") == "Approved" {
			return true
		}
	}
	return false
}

// Chain runs hooks one after the other until one refuses.
func Chain(hooks ...func(*provider.Call) error) func(*provider.Call) error {
	return func(c *provider.Call) error {
		for _, hook := range hooks {
			if hook == nil {
				continue
			}
			if err := hook(c); err != nil {
				return err
			}
		}
		return nil
	}
}
