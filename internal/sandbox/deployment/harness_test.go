package deployment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	sub     = "11111111-1111-1111-1111-111111111111"
	group   = "/subscriptions/" + sub + "/resourceGroups/g1"
	another = "/subscriptions/" + sub + "/resourceGroups/g2"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// plant is a small control plane with resource types of its own: those of A.B
// are put at once, those of Slow.B take a minute; "refused" in a name is refused,
// "breaks" fails at its end, "busy" is refused with 429 twice, "taken" is taken.
type plant struct {
	w    *world.World
	busy map[string]int
	any  []string // versions in which every type there is is taken
}

var versions = []string{"2", "1"}

func (p *plant) Type(name string) *provider.Type {
	namespace, _, _ := strings.Cut(strings.ToLower(name), "/")
	switch {
	case namespace == "a.b", namespace == "slow.b", strings.EqualFold(name, "Microsoft.Resources/resourceGroups"):
		return &provider.Type{Name: name, APIVersions: versions, Kind: "tracked", ReadOnly: []string{"properties.made"}}
	case p.any != nil:
		return &provider.Type{Name: name, APIVersions: p.any, Kind: "tracked"}
	}
	return nil
}

func (p *plant) Get(tx *state.Tx, _ time.Time, id string) (object.Object, error) {
	r := tx.Resource(id)
	if r == nil {
		return nil, refusal.NotFound(id[strings.LastIndexByte(id, '/')+1:], "g1")
	}
	o := object.Must(r.Body)
	o["id"], o["name"], o["type"] = r.ID, r.Name, r.Type
	if r.Location != "" {
		o["location"] = r.Location
	}
	return o, nil
}

func (p *plant) Put(tx *state.Tx, now time.Time, r provider.Request) (*provider.Result, error) {
	name := r.ID[strings.LastIndexByte(r.ID, '/')+1:]
	switch {
	case strings.HasPrefix(name, "refused"):
		return nil, refusal.New(http.StatusForbidden, "ScopeLocked", "%s cannot be written.", name)
	case strings.HasPrefix(name, "fault"):
		return nil, errors.New("a fault with a secret: " + canary)
	case strings.HasPrefix(name, "bad"):
		return nil, refusal.BadRequest("The property of %s is wrong.", name)
	case strings.HasPrefix(name, "taken"):
		return nil, refusal.Conflict("NameAlreadyTaken", "The name %s is already taken.", name)
	case strings.HasPrefix(name, "busy"):
		if p.busy[r.ID]++; p.busy[r.ID] <= 2 {
			return nil, &refusal.Error{Status: http.StatusTooManyRequests, Code: "TooManyRequests", Message: "Not now.", RetryAfter: time.Second}
		}
	}
	body := object.CloneObject(r.Body)
	object.Default(body, "properties", object.Object{})
	object.Set(body, "properties.made", "by the plant")
	object.Set(body, "properties.provisioningState", "Succeeded")
	typ := typeOf(r.ID)
	status := http.StatusCreated
	if tx.Resource(r.ID) != nil {
		status = http.StatusOK
	}
	if err := tx.Put(&state.Resource{
		ID: r.ID, Type: typ, Name: name, Location: strings.ToLower(object.Text(body, "location")), Body: object.Encode(body), Created: now, Changed: now,
	}); err != nil {
		return nil, err
	}
	result := &provider.Result{Status: status, Ends: now}
	end := now
	if strings.HasPrefix(typ, "Slow.B/") {
		end = now.Add(time.Minute)
		status := "Succeeded"
		if strings.HasPrefix(name, "breaks") {
			status = "Failed"
		}
		progress := provider.Progress{ID: "op-" + name, Resource: r.ID, Status: status, Started: now, Ends: end}
		if status == "Failed" {
			progress.Error, _ = json.Marshal(refusal.Conflict("Broken", "%s broke.", name))
		}
		src, _ := json.Marshal(progress)
		if err := tx.PutRecord("plant", progress.ID, src); err != nil {
			return nil, err
		}
		result.Operation, result.Ends = progress.ID, end
	}
	if r.Notify != nil {
		e := *r.Notify
		e.At = end
		return result, tx.Schedule(e)
	}
	return result, nil
}

func typeOf(id string) string {
	i := strings.LastIndex(id, "/providers/")
	if i < 0 {
		return "Microsoft.Resources/resourceGroups"
	}
	segments := strings.Split(id[i+len("/providers/"):], "/")
	typ := segments[0]
	for k := 1; k < len(segments); k += 2 {
		typ += "/" + segments[k]
	}
	return typ
}

func (p *plant) Post(tx *state.Tx, _ time.Time, r provider.Request, action string) (provider.Reply, error) {
	if tx.Resource(r.ID) == nil || action != "listkeys" {
		return provider.Reply{}, refusal.NotFound(r.ID, "g1")
	}
	return provider.Reply{Body: object.Object{"key": canary}}, nil
}

func (p *plant) Delete(*state.Tx, time.Time, provider.Request) (*provider.Result, error) {
	return nil, refusal.BadRequest("nothing is deleted here")
}

func (p *plant) Progress(tx *state.Tx, operation string) (provider.Progress, bool) {
	src, ok := tx.Record("plant", operation)
	var out provider.Progress
	return out, ok && json.Unmarshal(src, &out) == nil
}

// canary is the secret that must not be seen anywhere.
const canary = "hunter2-canary"

// box is a sandbox with nothing but the deployment service and a plant.
type box struct {
	t     testing.TB
	w     *world.World
	s     *deployment.Service
	plant *plant
	now   time.Time
	seen  strings.Builder // every answer
}

func newBox(t testing.TB) *box { return boxOn(t, state.New(), noon) }

func boxOn(t testing.TB, store *state.Store, now time.Time) *box {
	t.Helper()
	b := &box{t: t, now: now}
	b.w = world.New(clock.New(now, 0, func() time.Time { return noon }), store, nil, 1)
	b.w.Tenant = "t1"
	b.w.At.Main = "https://sandbox"
	b.plant = &plant{w: b.w, busy: map[string]int{}}
	b.s = deployment.New(b.w, b.plant, deployment.Outside{
		Subscription: func(_ *state.Tx, id string) (string, bool) { return "one", id == sub },
		Secret: func(_ *state.Tx, _ time.Time, vault, name, _ string) (string, error) {
			if name == "closed" {
				return "", refusal.New(http.StatusBadRequest, "KeyVaultParameterReferenceAuthorizationFailed", "The vault is not enabled for template deployment.")
			}
			if name != "known" {
				return "", refusal.New(http.StatusNotFound, "SecretNotFound", "A secret with (name/id) %s was not found in this key vault.", name)
			}
			return canary, nil
		},
		Fetch: func(_ *state.Tx, _ time.Time, address string) ([]byte, bool, error) {
			return []byte(linkedTemplate), strings.HasPrefix(address, "https://sandbox/files/main/linked.json"), nil
		},
		Namespace: func(_ *state.Tx, _ time.Time, _, namespace string) (object.Object, error) {
			return object.Object{"namespace": namespace, "resourceTypes": []any{object.Object{"resourceType": "c", "apiVersions": []any{"2"}}}}, nil
		},
	})
	if err := store.Write(func(tx *state.Tx) error {
		for id, location := range map[string]string{group: "westeurope", another: "northeurope"} {
			if err := tx.Put(&state.Resource{
				ID: id, Type: "Microsoft.Resources/resourceGroups", Name: id[len(id)-2:], Location: location, Body: []byte(`{"tags":{"team":"x"}}`), Created: noon,
			}); err != nil {
				return err
			}
		}
		return tx.Put(&state.Resource{ID: group + "/providers/Microsoft.KeyVault/vaults/v", Type: "Microsoft.KeyVault/vaults", Name: "v", Body: []byte("{}")})
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

const linkedTemplate = `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "linked"}], "outputs": {"where": {"type": "string", "value": "[deployment().properties.templateLink.uri]"}}}`

// ask sends a request and gives the answer; a refusal is one too.
func (b *box) ask(method, path, body string) (deployment.Answer, *refusal.Error) {
	b.t.Helper()
	if err := b.w.Settle(); err != nil {
		b.t.Fatal(err)
	}
	u, err := url.Parse(path)
	if err != nil {
		b.t.Fatal(err)
	}
	q := u.Query()
	if q.Get("api-version") == "" {
		q.Set("api-version", "2022-09-01")
	}
	var a deployment.Answer
	err = b.w.Store.Write(func(tx *state.Tx) error {
		a, err = b.s.Answer(tx, b.w.Clock.Now(), deployment.Request{
			Method: method, Path: u.Path, Query: q, Body: []byte(body), Caller: world.Caller{ObjectID: "me"},
		})
		return err
	})
	if err != nil {
		r := refusal.Of(err)
		if r.Code == "InternalServerError" {
			b.t.Errorf("%s %s: %v", method, path, err)
		}
		src, _ := json.Marshal(r)
		b.seen.Write(src)
		return a, r
	}
	src, err := json.Marshal(a.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.seen.Write(src)
	var plainBody object.Object
	if json.Unmarshal(src, &plainBody) == nil && plainBody != nil {
		a.Body = plainBody // as a client sees it
	}
	return a, nil
}

func (b *box) body(a deployment.Answer) object.Object {
	o, _ := a.Body.(object.Object)
	return o
}

// sent makes the body of a deployment of a template with parameters as JSON.
func sent(template, parameters string) string {
	if parameters == "" {
		parameters = "{}"
	}
	return `{"properties": {"mode": "Incremental", "template": ` + template + `, "parameters": ` + parameters + `}}`
}

const rgHead = `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0"`

// templ makes a resource group template of sections.
func templ(sections string) string { return rgHead + ",\n" + sections + "}" }

// put deploys under a name to g1 and must be accepted.
func (b *box) put(name, template, parameters string) {
	b.t.Helper()
	if _, err := b.ask("PUT", group+"/providers/Microsoft.Resources/deployments/"+name, sent(template, parameters)); err != nil {
		b.t.Fatalf("%v %v", err, err.Details)
	}
}

// get reads a deployment of g1.
func (b *box) get(name string) object.Object {
	b.t.Helper()
	a, err := b.ask("GET", group+"/providers/Microsoft.Resources/deployments/"+name, "")
	if err != nil {
		b.t.Fatal(err)
	}
	return b.body(a)
}

// pass lets time go by.
func (b *box) pass(d time.Duration) {
	b.t.Helper()
	for range 20 { // what happens at once may schedule more
		b.w.Clock.Advance(d / 20)
		if err := b.w.Settle(); err != nil {
			b.t.Fatal(err)
		}
	}
}

// operations lists "name state status error" of the operations of a deployment.
func (b *box) operations(name string) []string {
	b.t.Helper()
	a, err := b.ask("GET", group+"/providers/Microsoft.Resources/deployments/"+name+"/operations", "")
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, v := range object.List(b.body(a), "value") {
		p := object.Inner(v.(object.Object), "properties")
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s%s %s %s %s", object.Text(p, "targetResource.resourceName"),
			strings.TrimPrefix(object.Text(p, "provisioningOperation"), "Create"), object.Text(p, "provisioningState"), object.Text(p, "statusCode"), object.Text(p, "statusMessage.error.code"))))
	}
	return out
}

// deployed lists the names of the resources of a type below an id, with values of properties.x.
func (b *box) deployed(id, typ string) string {
	var out []string
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		for r := range tx.OfType(typ, id) {
			line := r.Name
			if x := object.Get(object.Must(r.Body), "properties.x"); x != nil {
				line += fmt.Sprintf("=%v", x)
			}
			out = append(out, line)
		}
		return nil
	})
	return strings.Join(out, " ")
}

// resource is the body of a resource of g1 as it is kept.
func (b *box) resource(name string) string {
	out := ""
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		if r := tx.Resource(group + "/providers/" + name); r != nil {
			out = string(r.Body)
		}
		return nil
	})
	return out
}

// records are all records of a kind.
func (b *box) records(kind string) string {
	out := ""
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		for _, v := range tx.Records(kind, "") {
			out += string(v)
		}
		return nil
	})
	return out
}
