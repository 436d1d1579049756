package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"
)

// deploymentVersion is the api-version of deployments.
const deploymentVersion = "2022-09-01"

// Scope is where a deployment takes place: a resource group or a subscription.
type Scope struct {
	Subscription string
	Group        string // empty for the subscription itself
}

// Path is the id of the scope.
func (s Scope) Path() string {
	if s.Group == "" {
		return "/subscriptions/" + s.Subscription
	}
	return "/subscriptions/" + s.Subscription + "/resourceGroups/" + s.Group
}

func (s Scope) path(name string) string {
	return s.Path() + "/providers/Microsoft.Resources/deployments/" + name
}

// DeploymentRequest is what is to be deployed. The mode is always Incremental: a
// deployment deletes nothing.
type DeploymentRequest struct {
	Template   json.RawMessage // the template
	Parameters json.RawMessage // {"name":{"value":…}}, the member parameters of a parameter file; nil is none
	Location   string          // where a subscription's deployment keeps its own record; not for groups
	Tags       map[string]string
}

func (r DeploymentRequest) body(s Scope, whatIf bool) (any, error) {
	properties := map[string]any{"mode": "Incremental", "template": r.Template}
	if len(bytes.TrimSpace(r.Parameters)) > 0 {
		properties["parameters"] = r.Parameters
	}
	if whatIf {
		properties["whatIfSettings"] = map[string]string{"resultFormat": "FullResourcePayloads"}
	}
	body := map[string]any{"properties": properties}
	switch {
	case len(r.Template) == 0:
		return nil, errors.New("there is no template to deploy")
	case s.Group == "" && r.Location == "":
		return nil, errors.New("a deployment to a subscription needs a location for its own record")
	case s.Group == "":
		body["location"] = r.Location
	}
	if len(r.Tags) > 0 && !whatIf {
		body["tags"] = r.Tags
	}
	return body, nil
}

// Deployment is a deployment as ARM tells of it.
type Deployment struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags"`
	Properties struct {
		ProvisioningState string               `json:"provisioningState"` // Accepted, Running, Succeeded, Failed, Canceled
		CorrelationID     string               `json:"correlationId"`
		Timestamp         time.Time            `json:"timestamp"`
		Duration          string               `json:"duration"` // ISO 8601, see [ParseDuration]
		Mode              string               `json:"mode"`
		Outputs           map[string]Output    `json:"outputs"`
		OutputResources   []Reference          `json:"outputResources"`
		ValidatedResource []Reference          `json:"validatedResources"`
		Dependencies      []DeploymentRelation `json:"dependencies"`
		Error             *Detail              `json:"error"`
	} `json:"properties"`
}

// Output is an output of a template.
type Output struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"` // absent for outputs of a secure type
}

// Reference names a resource.
type Reference struct {
	ID           string `json:"id"`
	ResourceType string `json:"resourceType"`
	ResourceName string `json:"resourceName"`
}

// DeploymentRelation says what a resource of a deployment waits for.
type DeploymentRelation struct {
	Reference
	DependsOn []Reference `json:"dependsOn"`
}

// DeploymentOperation is what a deployment does with one resource.
type DeploymentOperation struct {
	ID          string `json:"id"`
	OperationID string `json:"operationId"`
	Properties  struct {
		ProvisioningOperation string          `json:"provisioningOperation"` // Create, Read, Action, EvaluateDeploymentOutput, …
		ProvisioningState     string          `json:"provisioningState"`
		Timestamp             time.Time       `json:"timestamp"`
		Duration              string          `json:"duration"`
		StatusCode            string          `json:"statusCode"` // such as OK, Created, Conflict
		StatusMessage         json.RawMessage `json:"statusMessage"`
		TargetResource        *Reference      `json:"targetResource"` // nil for the evaluation of outputs
	} `json:"properties"`
}

// Failure is the error of an operation that failed, nil for others. The hint says
// what to do, as that of any other error.
func (o DeploymentOperation) Failure() *Error {
	if !failed(o.Properties.ProvisioningState) {
		return nil
	}
	e := &Error{Operation: strings.ToLower(orElse(o.Properties.ProvisioningOperation, "deploy")), Kind: ErrFailed}
	if o.Properties.TargetResource != nil {
		e.Resource = o.Properties.TargetResource.ID
	}
	if len(o.Properties.StatusMessage) > 0 {
		e.read(o.Properties.StatusMessage)
	}
	e.Code = orElse(e.Code, orElse(o.Properties.StatusCode, o.Properties.ProvisioningState))
	e.Hint = hint(e, nil)
	return e
}

// ParseDuration reads the duration that a deployment or an operation of one took,
// such as PT12.3S. ok is false for what is none.
func ParseDuration(text string) (d time.Duration, ok bool) { return parseDuration(text) }

// ValidateDeployment asks ARM whether it would accept a deployment. The error
// tells why not, with the causes in its details; it is the same whether ARM
// refuses with a status or with an error in its answer.
func (c *Client) ValidateDeployment(ctx context.Context, s Scope, name string, r DeploymentRequest) (*Deployment, error) {
	path := s.path(name)
	body, err := r.body(s, false)
	if err != nil {
		return nil, &Error{Operation: http.MethodPost, Resource: path, Kind: ErrRefused, Message: err.Error()}
	}
	op, err := c.Post(ctx, path+"/validate", deploymentVersion, body, Repeatable())
	if err != nil {
		return nil, err
	}
	resp, err := op.Wait(ctx, nil)
	if err != nil {
		return nil, err
	}
	if err := c.answered(resp, path); err != nil {
		return nil, err
	}
	d := new(Deployment)
	return d, decode(resp, path, d)
}

// answered is the error within an answer that has the status of success.
func (c *Client) answered(resp *Response, path string) error {
	if resp == nil || len(resp.Body) == 0 {
		return &Error{Operation: http.MethodPost, Resource: path, Kind: ErrIncomplete, Err: errors.New("the answer has no body")}
	}
	var b struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(resp.Body, &b) != nil || !isObject(b.Error) {
		return nil
	}
	e := &Error{Operation: http.MethodPost, Resource: path, RequestID: resp.RequestID, CorrelationID: resp.CorrelationID, Kind: ErrFailed}
	e.read(resp.Body)
	e.Hint = hint(e, c)
	return e
}

func decode(resp *Response, path string, v any) error {
	if err := resp.Decode(v); err != nil {
		return &Error{Operation: "read", Resource: path, Status: resp.Status, RequestID: resp.RequestID, CorrelationID: resp.CorrelationID,
			Kind: ErrIncomplete, Err: fmt.Errorf("the answer is not of the form that it should have: %w", err)}
	}
	return nil
}

// WhatIf starts a preview of a deployment. [ParseWhatIf] reads the result of the
// operation.
func (c *Client) WhatIf(ctx context.Context, s Scope, name string, r DeploymentRequest) (*Operation, error) {
	body, err := r.body(s, true)
	if err != nil {
		return nil, &Error{Operation: http.MethodPost, Resource: s.path(name), Kind: ErrRefused, Message: err.Error()}
	}
	return c.Post(ctx, s.path(name)+"/whatIf", deploymentVersion, body, Repeatable())
}

// CreateDeployment starts a deployment. It goes on without the program; the
// operation follows it, as does [Client.FollowDeployment] by its name.
func (c *Client) CreateDeployment(ctx context.Context, s Scope, name string, r DeploymentRequest) (*Operation, error) {
	body, err := r.body(s, false)
	if err != nil {
		return nil, &Error{Operation: http.MethodPut, Resource: s.path(name), Kind: ErrRefused, Message: err.Error()}
	}
	return c.Put(ctx, s.path(name), deploymentVersion, body)
}

// FollowDeployment is the operation of a deployment that was started elsewhere or
// earlier, followed by its state.
func (c *Client) FollowDeployment(ctx context.Context, s Scope, name string) (*Operation, error) {
	k, err := c.newCall(ctx, http.MethodGet, s.path(name), deploymentVersion, nil, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.do(ctx, k)
	if err != nil {
		return nil, err
	}
	began := c.opts.Clock.Now()
	var d Deployment
	if err := decode(resp, s.path(name), &d); err != nil {
		return nil, err
	}
	op := &Operation{c: c, resp: resp, s: saved{Version: 1, Method: http.MethodPut, URL: k.url.String(), Way: byResource, Began: began, Correlation: resp.CorrelationID}}
	switch state := d.Properties.ProvisioningState; {
	case failed(state):
		op.fail(resp, state)
	case succeeded(state):
		op.succeed(state)
	default:
		op.status = state
	}
	return op, nil
}

// GetDeployment reads a deployment.
func (c *Client) GetDeployment(ctx context.Context, s Scope, name string) (*Deployment, error) {
	resp, err := c.Get(ctx, s.path(name), deploymentVersion)
	if err != nil {
		return nil, err
	}
	d := new(Deployment)
	return d, decode(resp, s.path(name), d)
}

// DeploymentOperations lists what a deployment has done so far, all pages of it.
func (c *Client) DeploymentOperations(ctx context.Context, s Scope, name string) iter.Seq2[DeploymentOperation, error] {
	return func(yield func(DeploymentOperation, error) bool) {
		for item, err := range c.List(ctx, s.path(name)+"/operations", deploymentVersion) {
			var o DeploymentOperation
			if err == nil {
				if bad := json.Unmarshal(item, &o); bad != nil {
					err = &Error{Operation: http.MethodGet, Resource: s.path(name) + "/operations", Kind: ErrIncomplete,
						Err: fmt.Errorf("an operation is not of the form that it should have: %w", bad)}
				}
			}
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}
