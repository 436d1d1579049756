package deploy

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/azure"
)

// Problem is something that Azure complains of.
type Problem struct {
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Resource string `json:"resource,omitempty"` // the id of the resource that is meant
	Request  string `json:"requestId,omitempty"`
	File     string `json:"file,omitempty"` // the place in the user's template; Line is 0 when it is not known
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
}

// Place is file:line:column, "" when it is not known.
func (p Problem) Place() string {
	if p.Line == 0 {
		return ""
	}
	return jsonc.Position{File: p.File, Line: p.Line, Column: p.Column}.String()
}

// Problems tells what an error of Azure complains of: its innermost causes, each
// with its place. It is nil for errors that are not Azure's answer, as when the
// network fails.
func (t *Template) Problems(err error) []Problem {
	var e *azure.Error
	if !errors.As(err, &e) || e.Code == "" && e.Message == "" {
		return nil
	}
	var out []Problem
	for _, d := range causes(azure.Detail{Code: e.Code, Message: e.Message, Target: e.Target, Details: e.Details}) {
		hint := e.Hint
		if len(e.Details) > 0 { // that of the whole may be about another cause
			hint = hintFor(d)
		}
		out = append(out, t.problem(d, e.Resource, hint, e.RequestID))
	}
	return slices.CompactFunc(out, func(a, b Problem) bool { return a.Code == b.Code && a.Message == b.Message && a.Place() == b.Place() })
}

// hintFor is what to do about one cause, as if a resource had failed with it alone.
func hintFor(d azure.Detail) string {
	var o azure.DeploymentOperation
	o.Properties.ProvisioningState = "Failed"
	o.Properties.StatusMessage, _ = marshal(map[string]any{"error": map[string]string{"code": d.Code, "message": d.Message}})
	if e := o.Failure(); e != nil {
		return e.Hint
	}
	return ""
}

// problem is one cause with its place. outer is the resource that the error as a
// whole is about, which may be the deployment.
func (t *Template) problem(d azure.Detail, outer, hint, request string) Problem {
	p := Problem{Code: d.Code, Message: d.Message, Hint: hint, Request: request}
	if p.Message == "" {
		p.Message = "Azure gives no reason"
	}
	for _, id := range []string{d.Target, outer} {
		if strings.HasPrefix(id, "/") && !isDeployment(id) {
			p.Resource = id
			break
		}
	}
	pos, id := t.place(d.Message, d.Target, p.Resource)
	if p.Resource == "" {
		p.Resource = id
	}
	p.File, p.Line, p.Column = pos.File, pos.Line, pos.Column
	s := t.secrets()
	p.Message, p.Hint, p.Resource = s.Hide(p.Message), s.Hide(p.Hint), s.Hide(p.Resource)
	return p
}

func (t *Template) secrets() Secrets {
	if t == nil {
		return Secrets{}
	}
	return t.Secrets
}

// causes are the innermost causes of an error, those without words left out. A
// cause whose message says no more than "see the details" is not one.
func causes(d azure.Detail) []azure.Detail {
	var out []azure.Detail
	for _, inner := range d.Details {
		if inner.Target == "" {
			inner.Target = d.Target
		}
		out = append(out, causes(inner)...)
	}
	if len(out) == 0 && (d.Message != "" || d.Code != "") {
		return []azure.Detail{d}
	}
	return out
}

func isDeployment(id string) bool {
	parts := strings.Split(id, "/")
	return len(parts) >= 3 && strings.EqualFold(parts[len(parts)-2], "deployments") && strings.EqualFold(parts[len(parts)-3], "Microsoft.Resources")
}

// failure is the problem of an operation that failed, nil for others.
func (t *Template) failure(o azure.DeploymentOperation) *Problem {
	e := o.Failure()
	if e == nil {
		return nil
	}
	c := e.Cause()
	if c.Code == "" {
		c.Code = e.Code
	}
	if c.Message == "" && len(o.Properties.StatusMessage) > 0 {
		var text string
		if json.Unmarshal(o.Properties.StatusMessage, &text) == nil {
			c.Message = text
		}
	}
	p := t.problem(c, e.Resource, e.Hint, "")
	if p.Resource == "" {
		p.Resource = t.secrets().Hide(e.Resource)
	}
	return &p
}
