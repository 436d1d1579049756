package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/lookup"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Service is the data plane of all vaults.
type Service struct {
	world *world.World
	index lookup.Index
	turns sync.Map // vault id -> *atomic.Uint64, for those that work in part
}

// New makes the service, which handles the events at which a retention is over.
func New(w *world.World) *Service {
	s := &Service{world: w, index: lookup.Index{Type: Type}}
	w.Handle(purgeKind, s.retentionOver)
	return s
}

// The collections of a vault.
const (
	secrets = "secrets"
	keys    = "keys"
)

// fault is an answer that refuses, as vaults write it.
type fault struct {
	status  int
	code    string
	inner   string
	message string
	header  map[string]string
}

func (f *fault) Error() string { return f.code + ": " + f.message }

func refuse(status int, code, format string, args ...any) *fault {
	return &fault{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

func bad(format string, args ...any) *fault {
	return refuse(http.StatusBadRequest, "BadParameter", format, args...)
}

// request is one request that found its vault.
type request struct {
	*Service
	r          *http.Request
	query      url.Values
	now        time.Time
	vault      *state.Resource
	base       string // address of the vault, with a slash at its end
	lost       func(time.Time) bool
	collection string   // secrets or keys
	rest       []string // of the path, below the collection
	body       object.Object
}

// reply is an answer: a body, nil for none.
type reply struct {
	status int
	body   any
}

func ok(body any) (reply, error) { return reply{http.StatusOK, body}, nil }

// ServeHTTP answers one request, whose path begins with /vaults/{name}/.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.serve(w, r)
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("x-ms-keyvault-service-version", "1.9.0.0")
	if id := r.Header.Get("x-ms-client-request-id"); id != "" {
		h.Set("x-ms-client-request-id", id)
	}
	if err != nil {
		f := (*fault)(nil)
		if !errors.As(err, &f) {
			s.world.Log.Error("a request to a vault failed", "method", r.Method, "path", r.URL.Path, "error", err)
			f = refuse(http.StatusInternalServerError, "InternalServerError", "The sandbox has failed to answer. This is a fault of the sandbox; its log has the reason.")
		}
		for k, v := range f.header {
			h.Set(k, v)
		}
		inner := map[string]any{"code": f.code, "message": f.message}
		if f.inner != "" {
			inner["innererror"] = map[string]any{"code": f.inner}
		}
		a = reply{f.status, map[string]any{"error": inner}}
	}
	if a.body == nil {
		h.Del("Content-Type")
		w.WriteHeader(a.status)
		return
	}
	w.WriteHeader(a.status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(a.body)
}

var versionForm = regexp.MustCompile(`^(7\.[0-9]+(-preview\.[0-9]+)?|20[0-9]{2}-[0-9]{2}-[0-9]{2}(-preview(\.[0-9]+)?)?)$`)

func (s *Service) serve(_ http.ResponseWriter, r *http.Request) (reply, error) {
	if err := s.world.Settle(); err != nil {
		return reply{}, err
	}
	q := &request{Service: s, r: r, now: s.world.Clock.Now()}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) < 2 || parts[0] != "vaults" {
		return reply{}, refuse(http.StatusNotFound, "NotFound", "The path must be /vaults/{name}/...")
	}
	var err error
	if q.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return reply{}, bad("The query of the request cannot be read.")
	}
	op, err := q.route(parts[2:])
	if err != nil {
		return reply{}, err
	}
	if err := s.world.Store.Read(func(tx *state.Tx) error { return q.open(tx, parts[1], op.write) }); err != nil {
		return reply{}, err
	}
	// Clients ask without a token, and without their body, for the challenge.
	if _, err := s.world.Tokens.Verify(r.Header.Get("Authorization"), q.now, Resource); err != nil {
		f := refuse(http.StatusUnauthorized, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")
		challenge := ""
		if r.Header.Get("Authorization") != "" {
			f = refuse(http.StatusUnauthorized, "Unauthorized", "AKV10032: Invalid token: %v.", err)
			challenge = `, error="invalid_token"`
		}
		f.header = map[string]string{"WWW-Authenticate": `Bearer authorization="` + s.world.At.Main + "/" + s.world.Tenant + `", resource="` + Resource + `"` + challenge}
		return reply{}, f
	}
	if v := q.query.Get("api-version"); !versionForm.MatchString(v) {
		return reply{}, bad("The query parameter api-version must be given, such as 7.4.")
	}
	if err := q.readBody(); err != nil {
		return reply{}, err
	}
	return op.run(q)
}

func (q *request) readBody() error {
	raw, err := io.ReadAll(io.LimitReader(q.r.Body, maxBody+1))
	if err != nil || len(raw) > maxBody {
		return refuse(http.StatusRequestEntityTooLarge, "RequestBodyTooLarge", "The body of the request is too large.")
	}
	q.body = object.Object{}
	if len(raw) == 0 {
		return nil
	}
	if q.body, err = object.Decode(raw); err != nil {
		return bad("The body of the request is not a JSON object.")
	}
	return nil
}

// open finds the vault and refuses when it cannot be used now.
func (q *request) open(tx *state.Tx, name string, write bool) error {
	q.vault = q.index.Find(tx, name)
	if q.vault == nil {
		return refuse(http.StatusNotFound, "VaultNotFound", "There is no vault with the name %s. In Azure its name would not resolve.", name)
	}
	q.base = q.world.At.Vault(q.vault.Name)
	standing := q.world.Health.Resource(tx, q.vault.ID, q.now)
	q.lost = func(t time.Time) bool {
		return standing.Secondary && t.After(standing.Since.Add(-standing.Lost)) && !t.After(standing.Since)
	}
	down := refuse(http.StatusServiceUnavailable, "ServiceUnavailable", "The service is temporarily unavailable. Please retry your request.")
	switch standing.Of(write) {
	case world.Gone:
		if write && standing.Read != world.Gone {
			f := refuse(http.StatusForbidden, "Forbidden", "The vault %s is in read-only mode after a failover: this operation is not allowed until it has failed back.", q.vault.Name)
			f.inner = "ReadOnlyMode"
			return f
		}
		return down
	case world.Partial:
		turn, _ := q.turns.LoadOrStore(state.Key(q.vault.ID), new(atomic.Uint64))
		if turn.(*atomic.Uint64).Add(1)%2 == 1 {
			return down
		}
	}
	return nil
}

// operation is what a request asks for.
type operation struct {
	write bool
	run   func(*request) (reply, error)
}

// operations are those on vaults: by method and the shape of the path, in which
// * is a name or a version.
var operations = map[string]operation{
	"GET secrets":                   {false, (*request).list},
	"GET secrets/*":                 {false, (*request).getSecret},
	"GET secrets/*/*":               {false, (*request).getSecret},
	"GET secrets/*/versions":        {false, (*request).listVersions},
	"PUT secrets/*":                 {true, (*request).setSecret},
	"PATCH secrets/*":               {true, (*request).update},
	"PATCH secrets/*/*":             {true, (*request).update},
	"DELETE secrets/*":              {true, (*request).remove},
	"POST secrets/*/backup":         {false, (*request).backup},
	"POST secrets/restore":          {true, (*request).restore},
	"GET deletedsecrets":            {false, (*request).listDeleted},
	"GET deletedsecrets/*":          {false, (*request).getDeleted},
	"POST deletedsecrets/*/recover": {true, (*request).recover},
	"DELETE deletedsecrets/*":       {true, (*request).purge},
	"GET keys":                      {false, (*request).list},
	"GET keys/*":                    {false, (*request).getKey},
	"GET keys/*/*":                  {false, (*request).getKey},
	"GET keys/*/versions":           {false, (*request).listVersions},
	"POST keys/*/create":            {true, (*request).createKey},
	"PATCH keys/*":                  {true, (*request).update},
	"PATCH keys/*/*":                {true, (*request).update},
	"DELETE keys/*":                 {true, (*request).remove},
	"POST keys/*/backup":            {false, (*request).backup},
	"POST keys/restore":             {true, (*request).restore},
	"GET deletedkeys":               {false, (*request).listDeleted},
	"GET deletedkeys/*":             {false, (*request).getDeleted},
	"POST deletedkeys/*/recover":    {true, (*request).recover},
	"DELETE deletedkeys/*":          {true, (*request).purge},
	"POST keys/*/*/*":               {false, (*request).useKey},
	"POST keys/*/*":                 {false, (*request).useKey}, // with the last version
}

// route finds the operation for the path below the vault.
func (q *request) route(parts []string) (operation, error) {
	none := refuse(http.StatusNotFound, "NotFound", "The sandbox's vaults have secrets and RSA keys; %s %s is neither.", q.r.Method, q.r.URL.Path)
	if len(parts) == 0 || len(parts) > 4 {
		return operation{}, none
	}
	q.collection, q.rest = strings.TrimPrefix(strings.ToLower(parts[0]), "deleted"), parts[1:]
	shape := strings.ToLower(parts[0])
	last := ""
	for i, p := range q.rest {
		shape += "/*"
		if i == len(q.rest)-1 {
			last = strings.ToLower(p)
		}
	}
	if last != "" {
		if op, ok := operations[q.r.Method+" "+strings.TrimSuffix(shape, "*")+last]; ok {
			return op, q.checkName()
		}
	}
	if op, ok := operations[q.r.Method+" "+shape]; ok {
		return op, q.checkName()
	}
	return operation{}, none
}

var nameForm = regexp.MustCompile(`^[0-9a-zA-Z-]{1,127}$`)

func (q *request) checkName() error {
	if len(q.rest) > 0 && !nameForm.MatchString(q.rest[0]) {
		return bad("The request URI contains an invalid name: %s", q.rest[0])
	}
	return nil
}

// name is that of the item.
func (q *request) name() string { return q.rest[0] }

// versionID is that of the version, "" for the last.
func (q *request) versionID() string {
	if len(q.rest) > 1 {
		return q.rest[1]
	}
	return ""
}
