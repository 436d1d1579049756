package containers

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/listen"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Service is the data plane of all registries.
type Service struct {
	world   *world.World
	content *content.Store
	turns   sync.Map // registry id -> *atomic.Uint64, for those that work in part

	mu      sync.Mutex
	uploads map[string]*upload
	order   []string // of the uploads, the oldest first
}

// New makes the service, which keeps layers in a store that the caller closes.
func New(w *world.World, c *content.Store) *Service {
	return &Service{world: w, content: c, uploads: map[string]*upload{}}
}

// Kind lets registries listen with the certificates of a TLS configuration, for
// listen.New.
func (s *Service) Kind(config *tls.Config) listen.Kind {
	return listen.Kind{Type: Type, Serve: func(ctx context.Context, l net.Listener, id string) { s.Serve(ctx, tls.NewListener(l, config), id) }}
}

// Serve answers the requests to one registry until the listener is closed or ctx
// ends. The listener is one with TLS, or clients will refuse it.
func (s *Service) Serve(ctx context.Context, l net.Listener, registryID string) {
	server := &http.Server{Handler: s.Handler(registryID), ReadHeaderTimeout: 30 * time.Second, ErrorLog: slog.NewLogLogger(s.world.Log.Handler(), slog.LevelDebug)}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	_ = server.Serve(l) // it ends with the listener
	_ = server.Close()
}

// Handler answers the requests to one registry.
func (s *Service) Handler(registryID string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{Service: s, w: w, r: r, id: registryID}
		w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
		if err := q.serve(); err != nil {
			q.refuse(err)
		}
	})
}

// fault is an answer that refuses, as the specification has it.
type fault struct {
	status  int
	code    string
	message string
	header  map[string]string
}

func (f *fault) Error() string { return f.code + ": " + f.message }

func refusal(status int, code, format string, args ...any) *fault {
	return &fault{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

var (
	errUnsupported   = refusal(http.StatusMethodNotAllowed, "UNSUPPORTED", "The operation is unsupported.")
	errDigest        = refusal(http.StatusBadRequest, "DIGEST_INVALID", "provided digest did not match uploaded content")
	errBlobUnknown   = refusal(http.StatusNotFound, "BLOB_UNKNOWN", "blob unknown to registry")
	errUploadUnknown = refusal(http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
	errManifest      = refusal(http.StatusBadRequest, "MANIFEST_INVALID", "manifest invalid")
	errName          = refusal(http.StatusBadRequest, "NAME_INVALID", "invalid repository name")
)

func (q *request) refuse(err error) {
	f := (*fault)(nil)
	if !errors.As(err, &f) {
		q.world.Log.Error("a request to a registry failed", "method", q.r.Method, "path", q.r.URL.Path, "error", err)
		f = refusal(http.StatusInternalServerError, "UNKNOWN", "The sandbox has failed to answer. This is a fault of the sandbox; its log has the reason.")
	}
	for k, v := range f.header {
		q.w.Header().Set(k, v)
	}
	q.json(f.status, map[string]any{"errors": []any{map[string]any{"code": f.code, "message": f.message}}})
}

// request is one request to a registry.
type request struct {
	*Service
	w        http.ResponseWriter
	r        *http.Request
	id       string // of the registry
	now      time.Time
	registry *state.Resource
	hidden   account.Hidden
	repo     string
	loose    []string
}

func (q *request) json(status int, body any) {
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	q.w.WriteHeader(status)
	if q.r.Method != http.MethodHead {
		_ = json.NewEncoder(q.w).Encode(body)
	}
}

func (q *request) serve() error {
	if err := q.world.Settle(); err != nil {
		return err
	}
	q.now = q.world.Clock.Now()
	write := q.r.Method != http.MethodGet && q.r.Method != http.MethodHead && !strings.HasPrefix(q.r.URL.Path, "/oauth2/")
	if err := q.world.Store.Read(func(tx *state.Tx) error { return q.open(tx, write) }); err != nil {
		return err
	}
	switch q.r.URL.Path {
	case "/oauth2/token":
		return q.token()
	case "/oauth2/exchange":
		return q.exchange()
	}
	if err := q.authenticate(); err != nil {
		return err
	}
	return q.route()
}

// open finds the registry and refuses when it cannot be used now.
func (q *request) open(tx *state.Tx, write bool) error {
	q.registry = tx.Resource(q.id)
	if q.registry == nil {
		return refusal(http.StatusNotFound, "NAME_UNKNOWN", "There is no such registry.")
	}
	standing := q.world.Health.Resource(tx, q.id, q.now)
	if standing.Secondary {
		q.hidden = account.Hidden{From: standing.Since.Add(-standing.Lost), To: standing.Since}
	}
	down := refusal(http.StatusServiceUnavailable, "UNAVAILABLE", "The registry is not available.")
	switch standing.Of(write) {
	case world.Gone:
		return down
	case world.Partial:
		turn, _ := q.turns.LoadOrStore(state.Key(q.id), new(atomic.Uint64))
		if turn.(*atomic.Uint64).Add(1)%2 == 1 {
			return down
		}
	}
	return nil
}

var (
	repoForm   = regexp.MustCompile(`^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagForm    = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`)
	digestForm = regexp.MustCompile(`^sha256:[a-f0-9]{64}$`)
)

// route finds what a request asks for.
func (q *request) route() error {
	path := q.r.URL.Path
	if rest, ok := strings.CutPrefix(path, "/acr/v1/"); ok {
		return q.routeACR(rest)
	}
	rest, ok := strings.CutPrefix(path, "/v2/")
	switch {
	case path == "/v2" || path == "/v2/":
		q.json(http.StatusOK, map[string]any{})
		return nil
	case !ok:
		return refusal(http.StatusNotFound, "UNSUPPORTED", "The path is none of a registry's.")
	case rest == "_catalog":
		return q.catalog()
	}
	parts := strings.Split(rest, "/")
	for i := len(parts) - 1; i > 0; i-- { // a repository may itself be called tags
		q.repo = strings.Join(parts[:i], "/")
		tail := parts[i+1:]
		switch {
		case parts[i] == "blobs" && len(tail) == 1 && tail[0] != "uploads":
			return q.named(func() error { return q.blob(tail[0]) })
		case parts[i] == "blobs" && len(tail) >= 1 && tail[0] == "uploads" && len(tail) <= 2:
			return q.named(func() error { return q.upload(strings.Join(tail[1:], "")) })
		case parts[i] == "manifests" && len(tail) == 1:
			return q.named(func() error { return q.manifest(tail[0]) })
		case parts[i] == "tags" && len(tail) == 1 && tail[0] == "list" && q.r.Method == http.MethodGet:
			return q.named(q.tags)
		}
	}
	return refusal(http.StatusNotFound, "UNSUPPORTED", "The path is none of a registry's.")
}

// named runs fn when the repository has a name that one can have.
func (q *request) named(fn func() error) error {
	if len(q.repo) > 255 || !repoForm.MatchString(q.repo) {
		return errName
	}
	return fn()
}

// key is the key of a record of the registry.
func (q *request) key(parts ...string) string {
	return state.Key(q.id) + "\x00" + strings.Join(parts, "\x00")
}

// write runs fn in a transaction that changes something, and deletes the pieces
// that became loose when that is kept.
func (q *request) write(fn func(tx *state.Tx) error) error {
	err := q.world.Store.Write(func(tx *state.Tx) error {
		q.loose = q.loose[:0]
		if err := fn(tx); err != nil {
			return err
		}
		return content.Collect(tx, garbageKind, &q.loose)
	})
	if err == nil {
		q.content.Delete(q.loose...)
	}
	return err
}
