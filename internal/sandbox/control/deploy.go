package control

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Deploy lets the control plane carry out deployments of templates. What it
// knows itself, subscriptions and providers, it adds to what is outside.
func (c *Control) Deploy(outside deployment.Outside) *deployment.Service {
	outside.Subscription = func(tx *state.Tx, id string) (string, bool) {
		s, err := subscription(tx, id)
		if err != nil {
			return "", false
		}
		return s.Name, true
	}
	outside.Namespace = func(tx *state.Tx, _ time.Time, sub, name string) (object.Object, error) {
		n := c.spaces[strings.ToLower(name)]
		if n == nil {
			return nil, refusal.New(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.", name)
		}
		return c.providerView(tx, sub, n), nil
	}
	c.add(&provider.Provider{Namespace: "Microsoft.Resources", Types: []*provider.Type{{
		Name: deployment.Type, APIVersions: deployment.APIVersions(), Kind: "proxy",
	}}})
	types := c.spaces["microsoft.resources"].types
	slices.SortFunc(types, func(a, b *provider.Type) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	c.deployments = deployment.New(c.w, c, outside)
	return c.deployments
}

// deploy hands a request to the deployment service, with its body as it was
// sent: places in templates are counted in it.
func (c *Control) deploy(rw http.ResponseWriter, r *http.Request, q *request) (*answer, error) {
	src, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, largest+1))
	if tooLarge := (*http.MaxBytesError)(nil); err != nil && !errors.As(err, &tooLarge) {
		return nil, refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content cannot be read to its end.")
	}
	query := map[string][]string{}
	for k, v := range q.query {
		query[strings.ToLower(k)] = v
	}
	var given deployment.Answer
	run := func(tx *state.Tx) (err error) {
		if err := c.mayDeploy(tx, q); err != nil {
			return err
		}
		given, err = c.deployments.Answer(tx, q.now, deployment.Request{Method: r.Method, Path: q.at.path, Query: query, Body: src, Caller: q.caller, Correlation: r.Header.Get("x-ms-correlation-request-id")})
		return err
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		err = c.w.Store.Read(run)
	} else {
		err = c.w.Store.Write(run)
	}
	if err != nil {
		return nil, err
	}
	for k, v := range given.Header {
		q.header[k] = v
	}
	return &answer{given.Status, given.Body}, nil
}

// mayDeploy refuses to make or delete a deployment in a group whose records
// cannot be written, or that a lock forbids to change.
func (c *Control) mayDeploy(tx *state.Tx, q *request) error {
	if q.method != http.MethodPut && q.method != http.MethodDelete {
		return nil
	}
	t := &target{place: q.at, typ: c.Type(deployment.Type), id: q.at.path}
	if q.at.group != "" {
		t.group = tx.Resource("/subscriptions/" + q.at.sub + "/resourceGroups/" + q.at.group)
	}
	if err := c.up(tx, q.now, t, t.location(), true); err != nil {
		return err
	}
	return c.locked(tx, t, q.method == http.MethodDelete)
}
