package machinelearning

import (
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

func (s *service) computeActions() map[string]action {
	return map[string]action{
		"listnodes": s.listNodes, "listkeys": s.listComputeKeys, "updateidleshutdownsetting": s.idleShutdown,
		"start": s.power("Start", "Running"), "stop": s.power("Stop", "Stopped"), "restart": s.power("Restart", "Running"),
	}
}

// listNodes are the nodes that a cluster has now.
func (s *service) listNodes(c *provider.Call) (provider.Reply, error) {
	nodes := []any{}
	for i := range number(body(c.Was), "properties.properties.currentNodeCount", 0) {
		nodes = append(nodes, map[string]any{
			"nodeId": "tvmps_" + derived(c.ID, strconv.Itoa(i))[:12], "privateIpAddress": "10.0.0." + strconv.Itoa(4+i%250), "publicIpAddress": nil,
			"port": 50000 + i, "nodeState": "idle", "runId": nil,
		})
	}
	return provider.Reply{Body: object.Object{"nodes": nodes}}, nil
}

// listComputeKeys gives what leads to the machines behind a compute.
func (s *service) listComputeKeys(c *provider.Call) (provider.Reply, error) {
	o, hidden := body(c.Was), secret(c.Was)
	kind := object.Text(o, "properties.computeType")
	out := object.Object{"computeType": kind}
	switch kind {
	case "AKS", "Kubernetes":
		out["computeType"] = "AKS"
		out["userKubeConfig"], out["adminKubeConfig"], out["imagePullSecretName"] = derived(c.ID, "user"), derived(c.ID, "admin"), ""
	case "VirtualMachine", "HDInsight":
		out["computeType"] = "VirtualMachine"
		out["administratorAccount"] = object.Get(hidden, "properties.properties.administratorAccount")
	case "Databricks":
		out["databricksAccessToken"] = object.Get(hidden, "properties.properties.databricksAccessToken")
	default:
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "ValidationError", "Computes of the type %s have no keys to list.", kind)
	}
	return provider.Reply{Body: out}, nil
}

func (s *service) idleShutdown(c *provider.Call) (provider.Reply, error) {
	o, idle := body(c.Was), object.Text(c.Body, "idleTimeBeforeShutdown")
	if !duration.MatchString(idle) {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "ValidationError", "The idle time '%s' is not a duration of ISO 8601 such as PT30M.", idle)
	}
	object.Set(o, "properties.properties.idleTimeBeforeShutdown", idle)
	return provider.Reply{}, rebody(c.Tx, c.Now, c.Was, o)
}

// duration is one of ISO 8601 in days and parts of a day.
var duration = regexp.MustCompile(`^P(\d+D|(\d+D)?T(\d+[HMS])+)$`)

// power starts or stops a compute instance.
func (s *service) power(name, becomes string) action {
	return func(c *provider.Call) (provider.Reply, error) {
		o := body(c.Was)
		if kind := object.Text(o, "properties.computeType"); kind != "ComputeInstance" {
			return provider.Reply{}, refusal.New(http.StatusBadRequest, "ValidationError", "%s is not supported for computes of the type %s.", name, kind)
		}
		if err := s.stands(c.Tx, c.Now, c.ID, true); err != nil {
			return provider.Reply{}, err
		}
		operated(o, c.Now, name, becomes)
		return provider.Reply{Status: http.StatusAccepted, Takes: 20 * time.Second, Style: "location"}, rebody(c.Tx, c.Now, c.Was, o)
	}
}

// operated notes what was done with a compute instance last.
func operated(o object.Object, now time.Time, name, becomes string) {
	object.Set(o, "properties.properties.state", becomes)
	object.Set(o, "properties.properties.lastOperation", object.Object{
		"operationName": name, "operationTime": now.UTC().Format(time.RFC3339), "operationStatus": "Succeeded", "operationTrigger": "User",
	})
}
