package kubernetes

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// powerTakes is how long a cluster takes to stop or start (an estimate).
const powerTakes = 3 * time.Minute

// powerChanged is the kind of the event at which a cluster has stopped or
// started; its key is the id, its data the new state.
const powerChanged = "kubernetes.power"

func adminCredential(c *provider.Call) (provider.Reply, error) {
	if object.Bool(facet.Was(c), "properties.disableLocalAccounts") {
		return provider.Reply{}, refusal.BadRequest("Getting static credential is not allowed because this cluster is set to disable local accounts.")
	}
	return kubeconfig(c, "clusterAdmin")
}

func userCredential(c *provider.Call) (provider.Reply, error) { return kubeconfig(c, "clusterUser") }

// kubeconfig is the file with which kubectl would reach the cluster. The sandbox
// runs no Kubernetes API behind its name.
func kubeconfig(c *provider.Call, name string) (provider.Reply, error) {
	shown, err := c.Engine.Get(c.Tx, c.Now, c.ID)
	if err != nil {
		return provider.Reply{}, err
	}
	user := name + "_" + facet.GroupName(c) + "_" + c.Name
	text := fmt.Sprintf(`apiVersion: v1
clusters:
- cluster:
    server: https://%s:443
  name: %s
contexts:
- context:
    cluster: %s
    user: %s
  name: %s
current-context: %s
kind: Config
preferences: {}
users:
- name: %s
  user:
    token: %s
`, object.Text(shown, "properties.fqdn"), c.Name, c.Name, user, c.Name, c.Name, user, object.Text(c.Secret, "token"))
	return provider.Reply{Body: object.Object{"kubeconfigs": []any{object.Object{"name": name, "value": base64.StdEncoding.EncodeToString([]byte(text))}}}}, nil
}

func start(c *provider.Call) (provider.Reply, error) { return power(c, "Starting", "Running") }

func stop(c *provider.Call) (provider.Reply, error) { return power(c, "Stopping", "Stopped") }

// power begins to start or stop a cluster; one that is so already stays so.
func power(c *provider.Call, going, then string) (provider.Reply, error) {
	body := facet.Was(c)
	if object.Text(body, "properties.powerState.code") == then {
		return provider.Reply{Status: http.StatusNoContent}, nil
	}
	object.Set(body, "properties.provisioningState", going)
	if err := facet.Change(c, c.Was, body, nil); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: powerTakes, Style: "both", Done: &state.Event{Kind: powerChanged, Key: c.ID, Data: []byte(`"` + then + `"`)}}, nil
}

func changePower(tx *state.Tx, now time.Time, e state.Event) error {
	var changed []*state.Resource
	if r := tx.Resource(e.Key); r != nil {
		changed = append(changed, r)
	}
	for r := range tx.Children(e.Key, poolType) {
		changed = append(changed, r)
	}
	for _, r := range changed {
		body := object.Must(r.Body)
		object.Set(body, "properties.powerState.code", string(e.Data[1:len(e.Data)-1]))
		object.Set(body, "properties.provisioningState", "Succeeded")
		next := r.Copy()
		next.Body, next.Changed = object.Encode(body), now
		if err := tx.Put(next); err != nil {
			return err
		}
	}
	return nil
}

func rotate(c *provider.Call) (provider.Reply, error) {
	c.Secret["token"] = facet.Token(c, 64)
	if err := facet.Change(c, c.Was, facet.Was(c), c.Secret); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: powerTakes, Style: "both"}, nil
}
