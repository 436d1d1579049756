package deployment

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// carried is a deployment with its template in evaluation. It can be made anew
// from its input at any time.
type carried struct {
	run  *template.Run
	tmpl *template.Template
	live *live
	root jsonc.Node
	hash string
}

// carry compiles and expands the template of an input.
func (s *Service) carry(in *input, name, location string, started time.Time) (*carried, error) {
	doc, _ := jsonc.Parse("template", []byte(in.Source))
	parameters, _ := jsonc.Parse("parameters", []byte(in.Parameters))
	tmpl, _ := template.Parse(doc)
	c := &carried{tmpl: tmpl, live: &live{s: s, in: in}, root: doc.Root(), hash: hash(doc.Root())}
	scope := eval.ResourceGroupScope
	if in.Group == "" {
		scope = eval.SubscriptionScope
	}
	opts := s.outside.Tables
	opts.Scope = &scope
	opts.SubscriptionID, opts.SubscriptionName, opts.TenantID = in.Subscription, in.SubName, s.w.Tenant
	opts.ResourceGroup, opts.Location, opts.Tags = in.Group, in.GroupLocation, in.GroupTags
	if in.Group == "" {
		opts.Location = location
	}
	opts.DeploymentName, opts.TemplateURI, opts.TemplateHash = name, in.Address, c.hash
	opts.ParameterFiles = []*jsonc.Document{parameters}
	opts.UTCNow, opts.NewGUID = &started, in.GUID
	opts.Deployer = value.Object([]value.Member{
		{Key: "objectId", Value: value.String(in.Caller.ObjectID)},
		{Key: "tenantId", Value: value.String(s.w.Tenant)},
		{Key: "userPrincipalName", Value: value.String("")},
	})
	run, err := tmpl.Run(context.Background(), opts, c.live)
	if err != nil {
		return nil, err
	}
	c.run = run
	return c, nil
}

// carriedOf gives the deployment in evaluation, from memory where it is there.
func (s *Service) carriedOf(tx *state.Tx, now time.Time, d *record) (*carried, error) {
	c := s.runs[d.Run]
	if c == nil {
		in, err := s.loadInput(tx, d.ID)
		if err != nil {
			return nil, err
		}
		if c, err = s.carry(in, d.Name, d.Location, d.Started); err != nil {
			return nil, err
		}
		s.remember(d.Run, c)
	}
	c.live.tx, c.live.now = tx, now
	return c, nil
}

// maxCarried bounds the deployments in memory; others are made anew.
const maxCarried = 64

func (s *Service) remember(run string, c *carried) {
	if len(s.runs) >= maxCarried {
		clear(s.runs)
	}
	s.runs[run] = c
}

// live answers templates with the state of the sandbox.
type live struct {
	s   *Service
	in  *input
	tx  *state.Tx
	now time.Time
}

var _ template.Live = (*live)(nil)

// Resource implements template.Live.
func (l *live) Resource(_ context.Context, id, _ string) (value.Value, error) {
	o, err := l.s.get(l.tx, l.now, id)
	if err != nil {
		return value.Value{}, err
	}
	return valueOf(o), nil
}

// get reads a resource or a deployment.
func (s *Service) get(tx *state.Tx, now time.Time, id string) (object.Object, error) {
	if p, ok := ofDeployment(id); ok {
		d, err := s.find(tx, p)
		if err != nil {
			return nil, err
		}
		return s.view(d), nil
	}
	return s.engine.Get(tx, now, groupID(id))
}

// ofDeployment says whether an id is one of a deployment.
func ofDeployment(id string) (place, bool) {
	if !Handles(id) {
		return place{}, false
	}
	p, err := parse(id)
	return p, err == nil && p.name != "" && len(p.rest) == 0
}

// groupID turns what resourceId() and subscriptionResourceId() make of a resource
// group into its id.
func groupID(id string) string {
	const as = "/providers/microsoft.resources/resourcegroups/"
	if i := strings.Index(strings.ToLower(id), as); i >= 0 {
		if scope, err := parseScope(id[:i]); err == nil {
			return "/subscriptions/" + scope.subscription + "/resourceGroups/" + id[i+len(as):]
		}
	}
	return id
}

// List implements template.Live.
func (l *live) List(_ context.Context, function, id, apiVersion string, body value.Value) (value.Value, error) {
	if p, ok := ofDeployment(id); ok {
		if !strings.EqualFold(function, "listOutputsWithSecureValues") {
			return value.Value{}, notAllowed(http.MethodPost)
		}
		a, err := l.s.secureOutputs(l.tx, p)
		if err != nil {
			return value.Value{}, err
		}
		o, _ := a.Body.(object.Object)
		return valueOf(o), nil
	}
	r := provider.Request{ID: id, APIVersion: apiVersion, Caller: l.in.Caller}
	if !body.IsAbsent() {
		src, err := body.AppendRevealed(nil)
		if err != nil {
			return value.Value{}, err
		}
		r.Body = object.Must(src)
	}
	reply, err := l.s.engine.Post(l.tx, l.now, r, strings.ToLower(function))
	if err != nil {
		return value.Value{}, err
	}
	return anyValue(reply.Body)
}

// Provider implements template.Live.
func (l *live) Provider(_ context.Context, namespace string) (value.Value, error) {
	if l.s.outside.Namespace == nil {
		return value.Value{}, refusal.New(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' cannot be read: this sandbox does not list its providers.", namespace)
	}
	o, err := l.s.outside.Namespace(l.tx, l.now, l.in.Subscription, namespace)
	if err != nil {
		return value.Value{}, err
	}
	return valueOf(o), nil
}
