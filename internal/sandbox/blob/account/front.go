package account

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
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

// Type is the resource type of storage accounts.
const Type = "Microsoft.Storage/storageAccounts"

// DefaultLag is how far the copy in the other region is behind: what ARM shows as
// the account's last synchronization in this sandbox. Microsoft says normally
// below 15 minutes, without a promise
// (learn.microsoft.com/azure/reliability/reliability-storage-blob).
const DefaultLag = 5 * time.Minute

// NewestVersion is the x-ms-version that answers name when the request has none
// that is known by its form.
const NewestVersion = "2026-12-06"

// Front opens the requests of one service. Its fields are set once.
type Front struct {
	World   *world.World
	Service string        // blob or file
	Lag     time.Duration // of geo-replication

	index    lookup.Index
	requests atomic.Uint64
	turns    sync.Map // account id -> *atomic.Uint64, for those that work in part
}

// NewFront makes the front of a service; a lag of 0 is [DefaultLag].
func NewFront(w *world.World, service string, lag time.Duration) *Front {
	if lag <= 0 {
		lag = DefaultLag
	}
	return &Front{World: w, Service: service, Lag: lag, index: lookup.Index{Type: Type}}
}

// Access is a request that found its account.
type Access struct {
	Now       time.Time
	ID        string // of the account
	Name      string
	Account   *state.Resource
	Secondary bool     // it came to the secondary endpoint
	Path      []string // below the account: container and blob, or share and path; at most two
	Query     url.Values
	Standing  world.Standing
	Hidden    Hidden
	LastSync  time.Time // of the copy in the other region; zero without one
	Grant     Grant

	body object.Object
	keys [][]byte
}

// Hidden is a stretch of time whose writes are not there: after From, until To,
// or for ever when To is zero. The zero value hides nothing.
type Hidden struct{ From, To time.Time }

// At says whether a write at a time is hidden.
func (h Hidden) At(t time.Time) bool {
	return !h.From.IsZero() && t.After(h.From) && (h.To.IsZero() || !t.After(h.To))
}

var versionForm = regexp.MustCompile(`^20[0-9]{2}-[0-9]{2}-[0-9]{2}$`)

// Open sets the headers that every answer has, and finds the account that a
// request is for. An error is a fault.
func (f *Front) Open(w http.ResponseWriter, r *http.Request) (*Access, error) {
	if err := f.World.Settle(); err != nil {
		f.World.Log.Error("settling failed", "error", err)
		return nil, ErrInternal
	}
	now := f.World.Clock.Now()
	f.head(w, r, now)
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, ErrURI
	}
	a := &Access{Now: now, Query: query}
	a.address(r.URL.Path)
	if v := r.Header.Get("x-ms-version"); v != "" && !versionForm.MatchString(v) {
		return nil, Header("x-ms-version", v)
	}
	err = f.World.Store.Read(func(tx *state.Tx) error { return f.find(tx, a) })
	return a, err
}

// OpenIn is [Front.Open] for another part of the sandbox that reads an address
// within a transaction.
func (f *Front) OpenIn(tx *state.Tx, now time.Time, address *url.URL) (*Access, error) {
	query, err := url.ParseQuery(address.RawQuery)
	if err != nil {
		return nil, ErrURI
	}
	a := &Access{Now: now, Query: query}
	a.address(address.Path)
	return a, f.find(tx, a)
}

// address takes a path apart: account, container or share, and the rest.
func (a *Access) address(path string) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	a.Name, a.Secondary = strings.CutSuffix(name, "-secondary")
	if rest != "" {
		a.Path = strings.SplitN(rest, "/", 2)
		if len(a.Path) == 2 && a.Path[1] == "" {
			a.Path = a.Path[:1]
		}
	}
}

// head sets the headers of every answer.
func (f *Front) head(w http.ResponseWriter, r *http.Request, now time.Time) {
	h := w.Header()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", f.Service, f.requests.Add(1)))
	h.Set("x-ms-request-id", fmt.Sprintf("%x-%x-%x-%x-000000000000", sum[:4], sum[4:6], sum[6:8], sum[8:10]))
	version := r.Header.Get("x-ms-version")
	if version == "" || !versionForm.MatchString(version) {
		version = NewestVersion
	}
	h.Set("x-ms-version", version)
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	h.Set("Server", "Windows-Azure-"+strings.ToUpper(f.Service[:1])+f.Service[1:]+"/1.0 Microsoft-HTTPAPI/2.0")
	if id := r.Header.Get("x-ms-client-request-id"); id != "" && len(id) <= 1024 {
		h.Set("x-ms-client-request-id", id)
	}
}

func (f *Front) find(tx *state.Tx, a *Access) error {
	res := f.index.Find(tx, a.Name)
	if res == nil {
		return ErrNotFound
	}
	a.Account, a.ID, a.Name, a.body = res, res.ID, res.Name, object.Must(res.Body)
	secret := object.Must(res.Secret)
	for _, k := range []string{"key1", "key2"} {
		if raw, err := base64.StdEncoding.DecodeString(object.Text(secret, k)); err == nil && len(raw) > 0 {
			a.keys = append(a.keys, raw)
		}
	}
	a.Standing = f.World.Health.Resource(tx, a.ID, a.Now)
	if a.Geo() {
		a.LastSync = a.Now.Add(-f.Lag)
		if a.Copied() {
			a.LastSync = a.Standing.Since.Add(-a.Standing.Lost)
		}
	}
	switch {
	case a.Secondary && !a.readableSecondary(f.Service):
		return ErrNotFound
	case a.Secondary:
		a.Hidden = Hidden{From: a.LastSync}
	case a.Standing.Secondary: // failed over: what is written since is there
		a.Hidden = Hidden{From: a.Standing.Since.Add(-a.Standing.Lost), To: a.Standing.Since}
	}
	return nil
}

// Copied says that the primary region does not answer and that the copy in the
// other region has outlived it.
func (a *Access) Copied() bool {
	s := a.Standing
	return s.Secondary || s.Read == world.Gone && s.Lost > 0
}

// readableSecondary says whether the secondary endpoint answers: with RA- skus
// only, and never for file shares.
func (a *Access) readableSecondary(service string) bool {
	return service == "blob" && strings.Contains(strings.ToUpper(a.SKU()), "_RAG")
}

// Geo says whether the account has a copy in another region.
func (a *Access) Geo() bool {
	sku := strings.ToUpper(a.SKU())
	return strings.HasSuffix(sku, "GRS") || strings.HasSuffix(sku, "GZRS")
}

// SKU is the name of the account's sku, such as Standard_RAGRS.
func (a *Access) SKU() string { return object.Text(a.body, "sku.name") }

// Kind is the account's kind, such as StorageV2.
func (a *Access) Kind() string { return object.Text(a.body, "kind") }

// Property gives a property of the account by its path below properties; nil
// when it has none.
func (a *Access) Property(path string) any { return object.Get(a.body, "properties."+path) }

// Usable says whether the account can be used now. An error is a fault: the
// service is down, or this request is one of those that fail in part, or a write
// where nothing can be written.
func (f *Front) Usable(a *Access, write bool) error {
	if write && a.Secondary {
		return ErrSecondaryWrite
	}
	s := a.Standing
	switch {
	case a.Secondary && a.Copied():
		return nil
	case !a.Secondary && s.Secondary && s.Write == world.Gone:
		return ErrBusy // only the secondary endpoint answers
	}
	switch s.Of(write) {
	case world.Gone:
		if write && s.Read != world.Gone {
			return ErrReadOnly
		}
		return ErrBusy
	case world.Partial:
		turn, _ := f.turns.LoadOrStore(state.Key(a.ID), new(atomic.Uint64))
		if turn.(*atomic.Uint64).Add(1)%2 == 1 {
			return ErrBusy
		}
	}
	return nil
}

// Within is an access of the sandbox itself, which may do everything.
func Within(account *state.Resource, now time.Time) *Access {
	return &Access{Now: now, ID: account.ID, Name: account.Name, Account: account, body: object.Must(account.Body), Grant: Grant{All: true}}
}
