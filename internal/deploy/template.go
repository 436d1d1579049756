package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/azure"
)

// Template is a template with its parameters, ready to be sent. A nil Template is
// one that is not at hand, as when a deployment of somebody else is followed:
// then nothing is known of places and secrets.
type Template struct {
	File    string // its name, for people
	Level   eval.ScopeKind
	Request azure.DeploymentRequest
	Secrets Secrets

	source    *template.Template
	expansion *template.Expansion
	sent      *jsonc.Document // the template as Azure reads it
}

// ErrInvalid is the error of a template that Azure would refuse. The diagnostics
// say why.
var ErrInvalid = errors.New("the template cannot be deployed")

// Read checks a template offline and makes it ready to be sent. What is wrong
// with it are the diagnostics; with an error among them the error is ErrInvalid.
// A required parameter without a value is one. The request has no location yet.
func Read(ctx context.Context, t *template.Template, opts template.Options) (*Template, []template.Diagnostic, error) {
	opts.Strict = true
	x, err := t.Expand(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	d := &Template{File: t.Document().Name(), source: t, expansion: x}
	d.Secrets = secretsOf(x)
	if template.HasErrors(x.Diagnostics) {
		return d, x.Diagnostics, ErrInvalid
	}
	level, ok := template.SchemaScope(t.Node().Get("$schema").Str())
	if !ok {
		return d, x.Diagnostics, fmt.Errorf("%s: its $schema does not say what it is deployed to: %w", d.File, ErrInvalid)
	}
	d.Level = level
	if d.Request.Template, err = plain(t.Node()); err != nil {
		return d, x.Diagnostics, fmt.Errorf("%s: %w: %w", d.File, ErrInvalid, err)
	}
	d.sent, _ = jsonc.Parse("what was sent", d.Request.Template)
	if d.Request.Parameters, err = parametersOf(x); err != nil {
		return d, x.Diagnostics, err
	}
	return d, x.Diagnostics, nil
}

// Fits says whether the template can be deployed to a scope; the error says what
// it is meant for.
func (t *Template) Fits(s azure.Scope) error {
	switch {
	case t.Level == eval.ManagementGroupScope || t.Level == eval.TenantScope:
		return fmt.Errorf("%s is a template for a %s, and those are not deployed by Holdfast", t.File, t.Level)
	case t.Level == eval.ResourceGroupScope && s.Group == "":
		return fmt.Errorf("%s is a template for a resource group, and none is given", t.File)
	case t.Level == eval.SubscriptionScope && s.Group != "":
		return fmt.Errorf("%s is a template for a subscription, and the resource group %s is given", t.File, s.Group)
	}
	return nil
}

// Planned is how many resources the template deploys, as far as that is known
// offline, in child deployments too; 0 without a template.
func (t *Template) Planned() int {
	if t == nil {
		return 0
	}
	n := 0
	for _, r := range t.expansion.Resources {
		if !r.Existing && r.Presence != template.No && (!r.IsDeployment() || r.Child == nil) {
			n++
		}
	}
	return n
}

// plain is a node as plain JSON, byte for byte as it is sent: json.Marshal
// escapes some characters, and that moves columns.
func plain(n jsonc.Node) (json.RawMessage, error) {
	text := appendNode(nil, n)
	if !json.Valid(text) {
		return nil, errors.New("it cannot be written as plain JSON")
	}
	return json.Marshal(json.RawMessage(text))
}

// appendNode writes a node without comments, with every member where it was, so
// that what is sent and what the user wrote have the same tree.
func appendNode(dst []byte, n jsonc.Node) []byte {
	switch n.Kind() {
	case jsonc.Object, jsonc.Array:
		open, end := byte('{'), byte('}')
		if n.Kind() == jsonc.Array {
			open, end = '[', ']'
		}
		dst = append(dst, open)
		first := true
		for c := range n.Children() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			if n.Kind() == jsonc.Object {
				dst = append(appendString(dst, c.Key()), ':')
			}
			dst = appendNode(dst, c)
		}
		return append(dst, end)
	case jsonc.String:
		return appendString(dst, n.Str())
	}
	return append(dst, n.Raw()...)
}

func appendString(dst []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil { // strings are always written
		return append(dst, `""`...)
	}
	return append(dst, b...)
}

// parametersOf are the values that the user has given, as they are sent. Those
// of a Key Vault stay references: Azure reads them itself.
func parametersOf(x *template.Expansion) (json.RawMessage, error) {
	out := map[string]any{}
	for _, p := range x.Parameters {
		switch p.Source {
		case template.FromKeyVault:
			ref := map[string]any{"keyVault": map[string]string{"id": p.Vault}, "secretName": p.Secret}
			if p.SecretVersion != "" {
				ref["secretVersion"] = p.SecretVersion
			}
			out[p.Name] = map[string]any{"reference": ref}
		case template.FromFile, template.FromAssignment:
			text, err := p.Value.AppendRevealed(nil)
			if err != nil {
				return nil, fmt.Errorf("%s: the value of the parameter %s is not known before the deployment: %w", p.Origin.Pos(), p.Name, ErrInvalid)
			}
			out[p.Name] = map[string]any{"value": json.RawMessage(text)}
		}
	}
	return json.Marshal(out)
}
