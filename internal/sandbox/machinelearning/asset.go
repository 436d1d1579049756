package machinelearning

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning/lean"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// fixed are the properties of versions that never change, by kind
// (facts/azure-ml.md sections 4.2 and 4.5).
var fixed = map[string][]string{
	"codes": {"codeUri"}, "components": {"componentSpec"}, "data": {"dataUri", "dataType", "referencedUris"},
	"environments": {"image", "build", "condaFile", "osType", "inferenceConfig"}, "models": {"modelUri", "modelType", "jobName"},
	"featuresets": {"specification", "entities"}, "featurestoreEntities": {"indexColumns"},
}

// paths are those that hold where the bytes of a version are.
var paths = map[string]string{"codes": "codeUri", "data": "dataUri", "models": "modelUri", "environments": "build.contextUri", "featuresets": "specification.path"}

// assets sets up one kind of asset below workspaces or registries.
func (s *service) assets(p *provider.Provider, under string) {
	kind := last(under)
	containers, versions := &p.Type(Namespace+"/"+under).Hooks, &p.Type(Namespace+"/"+under+"/versions").Hooks
	containers.Prepare = func(c *provider.Call) error { return s.prepareContainer(c, kind) }
	containers.Kept, containers.Drop = s.containerKept, keepData(kind)
	containers.Show, containers.Listed = showContainer, active
	versions.Parent = func(c *provider.Call) error { return s.containerOf(c, kind) }
	versions.Prepare = func(c *provider.Call) error { return s.prepareVersion(c, kind) }
	versions.Kept = func(c *provider.Call) error { return s.containerOf(c, kind) }
	versions.Drop, versions.Listed, versions.Order = keepData(kind), versionListed, byQuery
	if kind == "codes" {
		versions.Listed = codeListed
	}
	versions.Actions = map[string]action{"startpendingupload": s.startPendingUpload(kind)}
	versions.Early = map[string]bool{"startpendingupload": true}
	if kind != "featuresets" && kind != "featurestoreEntities" && strings.HasPrefix(under, "workspaces/") {
		versions.Actions["publish"] = s.publish(kind)
	}
}

// needsRegistration asks what registering an asset needs now. What is missing
// without hindering it is put into the asset's properties.
func (s *service) needsRegistration(c *provider.Call, kind string) error {
	workspace := workspaceOf(c.ID)
	if c.Seeding || !is(workspace, estate.WorkspaceType) {
		return nil
	}
	op := lean.Operation{Workspace: workspace, Capability: catalog.Register}
	if ds := datastoreIn(workspace, object.Text(c.Body, "properties."+paths[kind])); paths[kind] != "" && ds != "" {
		op.Datastores = []string{ds}
		if c.Created && c.Tx.Resource(ds) == nil {
			return refusal.New(http.StatusBadRequest, "UserError", "The datastore '%s' of the path '%s' was not found in the workspace.", last(ds), object.Text(c.Body, "properties."+paths[kind]))
		}
	}
	v := s.leans.Ask(c.Tx, c.Now, op)
	if cause, bad := v.First(s.odd(&v, "register "+state.Key(workspace))); bad {
		return unavailable(cause)
	}
	noteMissing(c.Body, v.Missing)
	return nil
}

// odd takes a turn when something serves only in part.
func (s *service) odd(v *lean.Verdict, name string) bool {
	return len(v.Halting) > 0 && s.leans.Odd(name)
}

// unavailable refuses because of a cause.
func unavailable(cause lean.Cause) *refusal.Error {
	e := refusal.New(http.StatusServiceUnavailable, "ServiceUnavailable", "The request cannot be carried out: %s.", cause)
	e.Target, e.RetryAfter = cause.ID, 10*time.Second
	return e
}

// missingProperty is where an answer says what it goes without: a property of the
// sandbox, which Azure does not have.
const missingProperty = "sandbox.missing"

func noteMissing(o object.Object, missing []lean.Cause) {
	properties := object.Inner(o, "properties.properties")
	if len(missing) == 0 {
		delete(properties, missingProperty)
		return
	}
	if properties == nil {
		properties = object.Object{}
		object.Set(o, "properties.properties", properties)
	}
	properties[missingProperty] = causes(missing)
}

func causes(list []lean.Cause) string {
	texts := make([]string, len(list))
	for i, c := range list {
		texts[i] = c.String()
	}
	return strings.Join(texts, "; ")
}

// datastoreIn is the id of the datastore that an address of the workspace names,
// "" when it names none (facts/azure-ml.md section 4.3).
func datastoreIn(workspace, uri string) string {
	i := strings.Index(uri, "/datastores/")
	if i < 0 {
		return ""
	}
	name, _, _ := strings.Cut(uri[i+len("/datastores/"):], "/")
	if before := strings.ToLower(uri[:i]); strings.Contains(before, "/workspaces/") && !strings.HasSuffix(before, "/workspaces/"+strings.ToLower(last(workspace))) {
		return "" // of another workspace
	}
	if name == "" {
		return ""
	}
	return workspace + "/datastores/" + name
}

func (s *service) prepareContainer(c *provider.Call, kind string) error {
	object.Default(c.Body, "properties.tags", object.Object{})
	object.Default(c.Body, "properties.properties", object.Object{})
	if kind == "data" && !c.Seeding {
		was := object.Text(body(c.Was), "properties.dataType")
		if now := object.Text(c.Body, "properties.dataType"); was != "" && now != "" && !strings.EqualFold(was, now) {
			return refusal.New(http.StatusBadRequest, "UserError", "The data type of the data asset '%s' is %s and cannot be changed to %s.", c.Name, was, now)
		}
	}
	return s.sameCase(c)
}

// sameCase refuses a name that differs from one that is there only in its case:
// Azure has both, the sandbox compares ids without regard to it.
func (s *service) sameCase(c *provider.Call) error {
	if c.Was != nil && !c.Seeding && last(c.Was.ID) != c.Name {
		return refusal.Conflict("Conflict", "The sandbox does not keep two assets whose names differ in case only, and has '%s'.", last(c.Was.ID))
	}
	return nil
}

func (s *service) prepareVersion(c *provider.Call, kind string) error {
	object.Default(c.Body, "properties.tags", object.Object{})
	object.Default(c.Body, "properties.properties", object.Object{})
	switch kind {
	case "data":
		object.Default(c.Body, "properties.dataType", "uri_folder")
	case "models":
		object.Default(c.Body, "properties.modelType", "custom_model")
	case "environments":
		object.Set(c.Body, "properties.environmentType", "UserCreated")
	}
	if c.Seeding {
		return nil
	}
	if err := s.sameCase(c); err != nil {
		return err
	}
	if kind == "environments" && object.Get(c.Body, "properties.image") == nil && object.Get(c.Body, "properties.build") == nil {
		return refusal.New(http.StatusBadRequest, "UserError", "The environment '%s' needs 'image' or 'build'.", last(state.OwnerOf(c.ID)))
	}
	if err := unchanged(c, kind); err != nil {
		return err
	}
	if container := c.Tx.Resource(state.OwnerOf(c.ID)); container != nil && c.Created {
		o := body(container)
		if was, now := object.Text(o, "properties.dataType"), object.Text(c.Body, "properties.dataType"); kind == "data" && was != "" && !strings.EqualFold(was, now) {
			return refusal.New(http.StatusBadRequest, "UserError", "The data type of the data asset '%s' is %s; a version cannot be of the type %s.", container.Name, was, now)
		}
		if object.Bool(o, "properties.isArchived") { // it is born archived
			object.Set(c.Body, "properties.isArchived", true)
		}
	}
	return s.needsRegistration(c, kind)
}

// unchanged refuses changes of what never changes.
func unchanged(c *provider.Call, kind string) error {
	if c.Was == nil {
		return nil
	}
	was := body(c.Was)
	for _, name := range fixed[kind] {
		before, now := object.Get(was, "properties."+name), object.Get(c.Body, "properties."+name)
		switch {
		case now == nil && before != nil && c.Method == http.MethodPatch:
		case reflect.DeepEqual(before, now):
		case name == "dataUri" || name == "modelUri" || name == "codeUri":
			return refusal.New(http.StatusBadRequest, "UserError", "(UserError) Asset paths cannot be updated.")
		default:
			return refusal.New(http.StatusBadRequest, "UserError", "(UserError) The property '%s' of version %s of '%s' cannot be changed. Create a new version.", name, c.Name, last(state.OwnerOf(c.ID)))
		}
	}
	return nil
}

// keepData refuses to delete data assets, which Azure keeps by design, and lets
// others go.
func keepData(kind string) func(*provider.Call) error {
	return func(c *provider.Call) error {
		if kind == "data" && !c.Cascade && is(workspaceOf(c.ID), estate.WorkspaceType) {
			return refusal.New(http.StatusBadRequest, "UserError", "Data assets cannot be deleted. Archive '%s' instead.", c.Name)
		}
		return nil
	}
}

// containerOf makes the container of a version with the first of them.
func (s *service) containerOf(c *provider.Call, kind string) error {
	s.engine.Store(&c.Engine)
	id := state.OwnerOf(c.ID)
	if c.Tx.Resource(id) != nil {
		return nil
	}
	typ := strings.TrimSuffix(c.Type.Name, "/versions")
	p := object.Object{"provisioningState": "Succeeded", "tags": object.Object{}, "properties": object.Object{}, "isArchived": false}
	if kind == "data" {
		p["dataType"] = orText(object.Text(c.Body, "properties.dataType"), "uri_folder")
	}
	o := object.Object{"id": id, "name": last(id), "type": typ, "properties": p}
	if data := object.Get(c.Body, "systemData"); data != nil {
		o["systemData"] = object.Clone(data)
	}
	return c.Tx.Put(&state.Resource{ID: id, Type: typ, Name: last(id), Body: object.Encode(o), Created: c.Now, Changed: c.Now})
}

// containerKept archives or restores the versions with their container.
func (s *service) containerKept(c *provider.Call) error {
	archived := object.Bool(c.Body, "properties.isArchived")
	if c.Created || archived == object.Bool(body(c.Was), "properties.isArchived") {
		return nil
	}
	var all []*state.Resource
	for v := range c.Tx.Children(c.ID, c.Type.Name+"/versions") {
		all = append(all, v)
	}
	for _, v := range all {
		o := body(v)
		object.Set(o, "properties.isArchived", archived)
		if err := rebody(c.Tx, c.Now, v, o); err != nil {
			return err
		}
	}
	return nil
}

// showContainer adds the latest version, by creation, and the next one.
func showContainer(c *provider.Call) error {
	latest, next := "", 1
	var at time.Time
	for v := range c.Tx.Children(c.ID, c.Type.Name+"/versions") {
		if n, err := strconv.Atoi(v.Name); err == nil && n >= next {
			next = n + 1
		}
		if !object.Bool(body(v), "properties.isArchived") && (latest == "" || !v.Created.Before(at)) {
			latest, at = v.Name, v.Created
		}
	}
	if latest != "" {
		object.Set(c.Body, "properties.latestVersion", latest)
	}
	object.Set(c.Body, "properties.nextVersion", strconv.Itoa(next))
	return nil
}
