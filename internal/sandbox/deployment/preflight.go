package deployment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// longHash is 16 hexadecimal digits of a hash.
func longHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// errUndo ends an attempt that was only to see what happens.
var errUndo = errors.New("deployment: only tried")

// preflight tries what can be tried before anything is deployed: whether each
// resource type is there in that version, and of the resources that wait for
// nothing, whether they would be taken.
func (s *Service) preflight(tx *state.Tx, now time.Time, d *record, c *carried, sub *submission) error {
	var details []*refusal.Error
	for _, st := range c.run.Steps() {
		r := st.Resource
		if r.Presence != template.Yes {
			continue
		}
		if r.IsDeployment() {
			continue
		}
		if e := s.checkType(r); e != nil {
			details = append(details, e)
			continue
		}
		if len(st.After) > 0 {
			continue
		}
		if e := s.try(tx, now, c, r, sub); e != nil {
			details = append(details, e)
		}
	}
	if len(details) == 0 {
		return nil
	}
	return &refusal.Error{
		Status: http.StatusBadRequest, Code: "InvalidTemplateDeployment", Details: details,
		Message: "The template deployment '" + d.Name + "' is not valid according to the validation procedure. The tracking id is '" + d.Correlation + "'. See inner errors for details.",
	}
}

// checkType refuses types and versions that the sandbox does not have.
func (s *Service) checkType(r *template.Resource) *refusal.Error {
	namespace, short, _ := strings.Cut(r.Type, "/")
	t := s.engine.Type(r.Type)
	if t == nil {
		e := refusal.New(http.StatusBadRequest, "InvalidResourceType",
			"The resource type '%s' could not be found in the namespace '%s' for api version '%s': the sandbox does not simulate it.", short, namespace, r.APIVersion)
		e.Target = r.ID.Text()
		return e
	}
	if !slices.ContainsFunc(t.APIVersions, func(v string) bool { return strings.EqualFold(v, r.APIVersion) }) {
		e := refusal.New(http.StatusBadRequest, "NoRegisteredProviderFound",
			"No registered resource provider found for location '%s' and API version '%s' for type '%s'. The supported api-versions are '%s'.", r.Location.Text(), r.APIVersion, short, strings.Join(t.APIVersions, ", "))
		e.Target = r.ID.Text()
		return e
	}
	return nil
}

// try puts a resource and takes it back. What may be right by the time the
// resource is deployed is no fault: a parent that is not there yet, a lock, a
// service that is down.
func (s *Service) try(tx *state.Tx, now time.Time, c *carried, r *template.Resource, sub *submission) *refusal.Error {
	req, err := c.run.Request(context.Background(), r)
	if err != nil || !req.Present {
		return nil
	}
	err = tx.Attempt(func() error {
		if _, err := s.send(tx, now, req, sub.in, nil); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	var e *refusal.Error
	if !errors.As(err, &e) || e.Status != http.StatusBadRequest && (e.Status != http.StatusConflict || !taken(e.Code)) {
		return nil
	}
	copied := *e
	if copied.Target == "" {
		copied.Target = req.ID
	}
	return &copied
}

// taken says whether a conflict is about a name, which waiting does not help.
func taken(code string) bool {
	code = strings.ToLower(code)
	return strings.Contains(code, "taken") || strings.Contains(code, "alreadyexists") || strings.Contains(code, "inuse")
}

// send puts a resource by the engine.
func (s *Service) send(tx *state.Tx, now time.Time, req template.Request, in *input, notify *state.Event) (*provider.Result, error) {
	body, err := sentBody(req)
	if err != nil {
		return nil, err
	}
	return s.engine.Put(tx, now, provider.Request{
		ID: groupID(req.ID), APIVersion: req.APIVersion, Body: body, Caller: in.Caller, Notify: notify,
	})
}

// sentBody is the body without what says where it goes.
func sentBody(req template.Request) (object.Object, error) {
	src, err := req.Body.AppendRevealed(nil)
	if err != nil {
		return nil, err
	}
	body, err := object.Decode(src)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"type", "name", "apiVersion", "scope", "subscriptionId", "resourceGroup"} {
		object.Delete(body, name)
	}
	return body, nil
}

// validate answers POST …/validate: 200 with what would be deployed, or the
// refusal.
func (s *Service) validate(tx *state.Tx, now time.Time, p place, r Request) (Answer, error) {
	sub, err := s.read(tx, now, p, r.Body, r.Caller, nil)
	if err != nil {
		return Answer{}, err
	}
	d, c, err := s.prepare(tx, now, sub)
	if err != nil {
		return Answer{}, err
	}
	d.State = succeeded
	view := s.view(d)
	properties := object.Inner(view, "properties")
	object.Delete(properties, "outputResources")
	object.Delete(properties, "outputs")
	var validated []any
	for _, r := range c.run.Expansion().Resources {
		if r.Presence == template.Yes && !r.Existing && r.ID.Str() != "" && !r.ID.Secret() {
			validated = append(validated, object.Object{"id": groupID(r.ID.Str())})
		}
	}
	properties["validatedResources"] = validated
	return Answer{Status: http.StatusOK, Body: view}, nil
}
