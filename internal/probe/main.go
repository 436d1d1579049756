package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

const (
	learning  = "Microsoft.MachineLearningServices/workspaces"
	version   = "2025-06-01" // of Azure Machine Learning's API
	audience  = "https://ml.azure.com/.default"
	curated   = "azureml://registries/azureml/environments/sklearn-1.5/labels/latest"
	component = "Microsoft.Insights/components"
)

// main tries what people do.
func (r *round) main(c catalog.Capability) []Check {
	switch c {
	case catalog.Author:
		return []Check{r.try(true, "open the studio", r.ws.ID.String(), r.open)}
	case catalog.Train:
		return r.train()
	case catalog.ScoreOnline:
		return r.scoreOnline()
	case catalog.ScoreBatch:
		return r.scoreBatch()
	case catalog.Register:
		return []Check{r.try(true, "register a model", r.ws.ID.String(), r.register)}
	case catalog.Monitor:
		return r.monitor()
	}
	return nil
}

// open reads the workspace at the address where its region's studio is.
func (r *round) open(ctx context.Context) error {
	api, err := r.api(ctx)
	if err != nil {
		return err
	}
	_, err = r.ask(ctx, http.MethodGet, api+"/studio/v1.0"+r.ws.ID.String(), nil, audience, "")
	return err
}

// api is the address of the workspace's regional API: its discovery tells it.
func (r *round) api(ctx context.Context) (string, error) {
	at, _ := r.ws.Property("discoveryUrl").AsString()
	if at == "" {
		return "", errors.New("the workspace has no discoveryUrl")
	}
	b, err := r.ask(ctx, http.MethodGet, at, nil, "", "")
	if err != nil {
		return "", err
	}
	var found map[string]string
	if err := json.Unmarshal(b, &found); err != nil || found["api"] == "" {
		return "", fmt.Errorf("the discovery at %s names no api", at)
	}
	return found["api"], nil
}

// ask sends one request to a data plane, with a token for a scope or a key. A
// status that is no success is an error with what the service says.
func (r *round) ask(ctx context.Context, method, url string, body any, scope, key string) ([]byte, error) {
	var src io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		src = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, src)
	if err != nil {
		return nil, err
	}
	if scope != "" {
		t, err := r.Client.Credential().GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		if err != nil {
			return nil, fmt.Errorf("no token for %s: %w", strings.TrimSuffix(scope, "/.default"), err)
		}
		key = t.Token
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := r.Client.HTTPClient().Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be reached", req.URL.Host)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return nil, fmt.Errorf("%s: the answer is not whole", req.URL.Host)
	}
	if res.StatusCode >= 300 {
		var e struct {
			Error struct{ Code, Message string }
		}
		if json.Unmarshal(b, &e) == nil && e.Error.Message != "" {
			return nil, fmt.Errorf("%d %s: %s", res.StatusCode, e.Error.Code, e.Error.Message)
		}
		return nil, fmt.Errorf("%s answers %s", req.URL.Host, res.Status)
	}
	return b, nil
}

// register makes a new version of a model whose bytes are in the default
// datastore.
func (r *round) register(ctx context.Context) error {
	path := fmt.Sprintf("%s/models/holdfast-probe/versions/%s-%d", r.ws.ID, r.Name, r.last.Add(1))
	_, err := r.Client.Put(ctx, path, version, map[string]any{"properties": map[string]any{
		"modelType": "custom_model", "modelUri": "azureml://datastores/workspaceblobstore/paths/holdfast-probe",
		"description": "Written by a probe of Holdfast.",
	}})
	return err
}

// train submits a job to each compute.
func (r *round) train() []Check {
	var out []Check
	for _, c := range r.children(estate.Compute, learning+"/computes") {
		if kind, _ := c.Property("computeType").AsString(); kind == "ComputeInstance" || kind == "Databricks" || kind == "DataFactory" {
			continue // instances are personal; the others take no command jobs
		}
		out = append(out, r.run(true, "run a job on "+c.ID.LastName(), c.ID.String(), func(ctx context.Context) (string, error) {
			path := fmt.Sprintf("%s/jobs/holdfast-probe-%s-%d", r.ws.ID, r.Name, r.last.Add(1))
			_, err := r.Client.Put(ctx, path, version, map[string]any{"properties": map[string]any{
				"jobType": "Command", "experimentName": "holdfast-probe", "command": "echo probe",
				"environmentId": curated, "computeId": c.ID.String(),
			}})
			return path, err
		}))
	}
	return out
}

// run starts a job several times and waits for all of them.
func (r *round) run(main bool, what, resource string, start func(context.Context) (path string, err error)) Check {
	c := Check{What: what, Resource: resource, Main: main, Tries: r.tries()}
	failed := func(why string) { c.Failed, c.Why = c.Failed+1, why }
	var jobs []string
	for range c.Tries {
		path, err := start(r.ctx)
		if err != nil {
			failed(reason(err))
			continue
		}
		jobs = append(jobs, path)
	}
	looks := r.Patience
	if looks == 0 {
		looks = 600
	}
	for _, job := range jobs {
		status, err := r.follow(job, &looks)
		switch {
		case err != nil:
			failed(reason(err))
		case status != "Completed":
			failed("the job ended as " + status)
		}
	}
	return c
}

// follow waits for the end of a job and gives its status.
func (r *round) follow(job string, looks *int) (string, error) {
	for {
		res, err := r.Client.Get(r.ctx, job, version)
		if err != nil {
			return "", err
		}
		var seen struct{ Properties struct{ Status string } }
		if err := res.Decode(&seen); err != nil {
			return "", err
		}
		switch s := seen.Properties.Status; s {
		case "Completed", "Failed", "Canceled":
			return s, nil
		default:
			if *looks--; *looks < 0 {
				return "", fmt.Errorf("the job is still %s", s)
			}
		}
		if err := r.pause(r.ctx); err != nil {
			return "", err
		}
	}
}

// scoreOnline scores at each online endpoint.
func (r *round) scoreOnline() []Check {
	var out []Check
	for _, ep := range r.children(estate.Endpoint, learning+"/onlineEndpoints") {
		uri, _ := ep.Property("scoringUri").AsString()
		if uri == "" {
			continue
		}
		mode, _ := ep.Property("authMode").AsString()
		key := ""
		if !strings.EqualFold(mode, "AADToken") {
			k, err := r.key(ep)
			if err != nil {
				out = append(out, Check{What: "score at " + ep.ID.LastName(), Resource: ep.ID.String(), Main: true, Tries: 1, Failed: 1, Why: reason(err)})
				continue
			}
			key = k
		}
		out = append(out, r.try(true, "score at "+ep.ID.LastName(), ep.ID.String(), func(ctx context.Context) error {
			scope := ""
			if key == "" {
				scope = audience
			}
			_, err := r.ask(ctx, http.MethodPost, uri, map[string]any{"probe": r.Name}, scope, key)
			return err
		}))
	}
	return out
}

// key is the key of an endpoint; it is asked for once, since clients keep it.
func (r *round) key(ep *estate.Resource) (string, error) {
	if k, ok := r.keys.Load(ep.ID.Key()); ok {
		return k.(string), nil
	}
	action := "listKeys"
	if mode, _ := ep.Property("authMode").AsString(); strings.EqualFold(mode, "AMLToken") {
		action = "token"
	}
	op, err := r.Client.Post(r.ctx, ep.ID.String()+"/"+action, version, nil, azure.Repeatable())
	if err != nil {
		return "", err
	}
	var keys struct{ PrimaryKey, AccessToken string }
	if err := op.Response().Decode(&keys); err != nil {
		return "", err
	}
	k := keys.PrimaryKey + keys.AccessToken
	r.keys.Store(ep.ID.Key(), k)
	return k, nil
}

// scoreBatch starts a batch at each batch endpoint that has a deployment.
func (r *round) scoreBatch() []Check {
	var out []Check
	for _, ep := range r.children(estate.Endpoint, learning+"/batchEndpoints") {
		uri, _ := ep.Property("scoringUri").AsString()
		if name, _ := ep.Property("defaults", "deploymentName").AsString(); uri == "" || name == "" {
			continue
		}
		out = append(out, r.run(true, "run a batch at "+ep.ID.LastName(), ep.ID.String(), func(ctx context.Context) (string, error) {
			b, err := r.ask(ctx, http.MethodPost, uri, map[string]any{"properties": map[string]any{}}, audience, "")
			if err != nil {
				return "", err
			}
			var job struct{ ID, Name string }
			if err := json.Unmarshal(b, &job); err != nil || job.Name == "" {
				return "", errors.New("the batch endpoint names no job")
			}
			return r.ws.ID.String() + "/jobs/" + job.Name, nil
		}))
	}
	return out
}

// monitor sends telemetry to the workspace's Application Insights.
func (r *round) monitor() []Check {
	var out []Check
	for _, c := range r.children(estate.ApplicationInsights, component) {
		text, err := r.connection(c)
		if err != nil {
			out = append(out, Check{What: "send telemetry to " + c.ID.LastName(), Resource: c.ID.String(), Main: true, Tries: 1, Failed: 1, Why: reason(err)})
			continue
		}
		parts := map[string]string{}
		for p := range strings.SplitSeq(text, ";") {
			k, v, _ := strings.Cut(p, "=")
			parts[strings.ToLower(k)] = v
		}
		at := strings.TrimSuffix(parts["ingestionendpoint"], "/")
		if at == "" {
			continue
		}
		out = append(out, r.try(true, "send telemetry to "+c.ID.LastName(), c.ID.String(), func(ctx context.Context) error {
			_, err := r.ask(ctx, http.MethodPost, at+"/v2/track", []any{map[string]any{
				"name": "Microsoft.ApplicationInsights.Event", "time": "2026-01-01T00:00:00Z", "iKey": parts["instrumentationkey"],
				"data": map[string]any{"baseType": "EventData", "baseData": map[string]any{"ver": 2, "name": "holdfast-probe"}},
			}}, "", "")
			return err
		}))
	}
	return out
}

// connection is the connection string of a component. It is read once, since
// clients keep it; the estate does not hold it, for it has a key.
func (r *round) connection(c *estate.Resource) (string, error) {
	if s, ok := r.keys.Load(c.ID.Key()); ok {
		return s.(string), nil
	}
	res, err := r.Client.Get(r.ctx, c.ID.String(), "2020-02-02")
	if err != nil {
		return "", err
	}
	var seen struct {
		Properties struct{ ConnectionString string }
	}
	if err := res.Decode(&seen); err != nil {
		return "", err
	}
	r.keys.Store(c.ID.Key(), seen.Properties.ConnectionString)
	return seen.Properties.ConnectionString, nil
}
