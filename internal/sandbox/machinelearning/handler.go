package machinelearning

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// maxBody bounds what a request may send.
const maxBody = 5 << 20

// plane is the data planes: it answers below /regions/ and /inference/.
type plane struct {
	*service
	mux *http.ServeMux
}

// Handler gives the regional APIs (/regions/{region}/...) and the scoring
// addresses (/inference/{region}/{endpoint}/...). Whatever is due by the world's
// clock happens before a request is answered.
func Handler(w *world.World, e provider.Engine, options ...Option) http.Handler {
	p := &plane{service: newService(w, options), mux: http.NewServeMux()}
	p.engine.Store(&e)
	p.mux.HandleFunc("GET /regions/{region}/discovery", p.discovery)
	p.mux.HandleFunc("GET /regions/{region}/discovery/registries/{name}", p.discovery)
	p.mux.HandleFunc("/regions/{region}/{service}/v1.0/{path...}", p.regional)
	p.mux.HandleFunc("POST /inference/{region}/{endpoint}/score", p.score)
	p.mux.HandleFunc("GET /inference/{region}/{endpoint}/swagger.json", p.swagger)
	p.mux.HandleFunc("GET /inference/{region}/{endpoint}/{$}", p.alive)
	p.mux.HandleFunc("POST /inference/{region}/{endpoint}/jobs", p.startBatch)
	p.mux.HandleFunc("GET /inference/{region}/{endpoint}/jobs/{job}", p.showBatch)
	p.mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		answerError(rw, refusal.New(http.StatusNotFound, "NotFound", "There is nothing at %s.", r.URL.Path))
	})
	return p
}

func (p *plane) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if err := p.world.Settle(); err != nil {
		p.fail(rw, err)
		return
	}
	r.Body = http.MaxBytesReader(rw, r.Body, maxBody)
	p.mux.ServeHTTP(rw, r)
}

// fail answers with a refusal; any other error is one of the sandbox, for its log.
func (p *plane) fail(rw http.ResponseWriter, err error) {
	if e := refusal.Of(err); e.Code != "InternalServerError" {
		answerError(rw, e)
		return
	}
	p.world.Log.Error("the machine learning API has failed", "error", err)
	answerError(rw, refusal.Of(err))
}

func answer(rw http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"error":{"code":"InternalServerError"}}`)
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(append(b, '\n'))
}

func answerError(rw http.ResponseWriter, e *refusal.Error) {
	if e.RetryAfter > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(int(e.RetryAfter/time.Second)))
	}
	if e.Status == http.StatusUnauthorized {
		rw.Header().Set("WWW-Authenticate", `Bearer realm="sandbox"`)
	}
	answer(rw, e.Status, map[string]any{"error": e})
}

// caller is who asks by a token of Entra ID.
func (p *plane) caller(r *http.Request) (world.Caller, error) {
	if p.world.Tokens == nil {
		return world.Caller{}, nil
	}
	all := append([]string{p.world.At.Main}, audiences...)
	c, err := p.world.Tokens.Verify(r.Header.Get("Authorization"), p.world.Wall(), all...)
	if err != nil {
		return c, refusal.New(http.StatusUnauthorized, "UserError", "%s", err)
	}
	return c, nil
}

// reachable says whether a workspace, or a whole region, answers.
func (p *plane) reachable(tx *state.Tx, id string) error {
	return p.stands(tx, p.world.Clock.Now(), id, false)
}

// sent reads the body of a request, which may be none.
func sent(r *http.Request) (object.Object, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, refusal.New(http.StatusRequestEntityTooLarge, "RequestTooLarge", "The request is larger than %d MB.", maxBody>>20)
	}
	if len(strings.TrimSpace(string(b))) == 0 {
		return object.Object{}, nil
	}
	o, err := object.Decode(b)
	if err != nil {
		return nil, refusal.BadRequest("The body is no JSON object: %s.", err)
	}
	return o, nil
}

// ownToken is a token that the service itself gives for an endpoint, until a time.
func (s *service) ownToken(endpoint *state.Resource, until time.Time) string {
	stamp := strconv.FormatInt(until.Unix(), 10)
	return stamp + "." + derived(state.Key(endpoint.ID), object.Text(secret(endpoint), "properties.keys.primaryKey"), stamp)
}

// admitted says whether a request may use an endpoint, by its authentication mode
// (facts/azure-ml.md section 4.7).
func (p *plane) admitted(r *http.Request, endpoint *state.Resource, aad ...string) error {
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	denied := func(text string) error { return refusal.New(http.StatusUnauthorized, "Unauthorized", "%s", text) }
	mode := object.Text(body(endpoint), "properties.authMode")
	if contains(aad, mode) || strings.EqualFold(mode, "AADToken") {
		_, err := p.caller(r)
		return err
	}
	if given == "" {
		return denied("The request has no key or token in its Authorization header.")
	}
	if mode == "AMLToken" {
		stamp, _, _ := strings.Cut(given, ".")
		at, err := strconv.ParseInt(stamp, 10, 64)
		if err != nil || !equal(given, p.ownToken(endpoint, time.Unix(at, 0))) {
			return denied("The token is not one of this endpoint.")
		}
		if p.world.Wall().After(time.Unix(at, 0)) {
			return denied("The token has expired.")
		}
		return nil
	}
	for _, name := range []string{"primaryKey", "secondaryKey"} {
		if key := object.Text(secret(endpoint), "properties.keys."+name); key != "" && equal(given, key) {
			return nil
		}
	}
	if strings.EqualFold(mode, "KeyAndAAD") {
		_, err := p.caller(r)
		return err
	}
	return denied("The key is not one of this endpoint.")
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// endpointAt finds the endpoint that an address is of. One that is being made has
// no address yet.
func endpointAt(tx *state.Tx, region, name string, types ...string) (*state.Resource, error) {
	for _, typ := range types {
		if r := resourceNamed(tx, typ, name, estate.NormalizeLocation(region)); r != nil && object.Text(body(r), "properties.provisioningState") != "Creating" {
			return r, nil
		}
	}
	return nil, refusal.New(http.StatusNotFound, "NotFound", "There is no endpoint %s in the region %s.", name, region)
}

// gone is what an endpoint answers that is out of service.
func gone(why fmt.Stringer) *refusal.Error {
	return refusal.New(http.StatusServiceUnavailable, "ServiceUnavailable", "The endpoint cannot answer: %s.", why)
}
