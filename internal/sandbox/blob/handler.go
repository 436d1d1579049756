package blob

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Options are what may be chosen about the service; the zero value is Azure's
// way.
type Options struct {
	// Lag is how far the copy in the other region is behind; 0 is
	// [account.DefaultLag].
	Lag time.Duration
	// Azurite is the address of a running Azurite that keeps bytes and metadata
	// instead, such as http://127.0.0.1:10000; "" for none. AzuriteAccount and
	// AzuriteKey are the account there, its published development account by
	// default.
	Azurite        string
	AzuriteAccount string
	AzuriteKey     string
	// Client talks to Azurite; nil is one of its own.
	Client *http.Client
}

// Service is the blob service of all storage accounts.
type Service struct {
	world   *world.World
	front   *account.Front
	content *content.Store
	azurite *azurite // nil when blobs are kept here
}

// New makes the blob service, which keeps bytes in a store that the caller
// closes. It handles the events of its copies, and deletes what a killed process
// left in the store.
func New(w *world.World, c *content.Store, o Options) (*Service, error) {
	s := &Service{world: w, front: account.NewFront(w, "blob", o.Lag), content: c}
	w.Handle(copyKind, s.copied)
	if o.Azurite != "" {
		var err error
		if s.azurite, err = newAzurite(o); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Owned gives the pieces that blobs own, for [content.Store.Sweep]: a store is
// shared by several parts, so that only who has them all can sweep.
func Owned(tx *state.Tx, own func(id string)) {
	for _, raw := range tx.Records(docKind, "") {
		for id := range decodeDoc(raw).pieces() {
			own(id)
		}
	}
	for _, raw := range tx.Records(blockKind, "") {
		own(decodeBlock(raw).Piece)
	}
}

// request is one request that found its account.
type request struct {
	*Service
	*account.Access
	w http.ResponseWriter
	r *http.Request

	container string // name
	blob      string // name, "" for a request about the container
	loose     []string
	code      int // of the answer, once it is known
}

// status says which status the answer will have when all goes well.
func (q *request) status(code int) { q.code = code }

// answer sends an answer without a body, unless there is an error.
func (q *request) answer(err error) error {
	if err != nil {
		return err
	}
	q.w.Header().Set("Content-Length", "0")
	q.w.WriteHeader(q.code)
	return nil
}

// operation is what a request asks for.
type operation struct {
	write   bool
	letters string // of a SAS, one of which is needed
	run     func(*request) error
	// token says that only a bearer token will do.
	token bool
	// public is the least public access with which everybody may do it.
	public string
}

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.front.Open(w, r)
	if err == nil {
		err = s.serve(a, w, r)
	}
	if err == nil {
		return
	}
	f := account.Of(err)
	if errors.Is(f, account.ErrInternal) {
		s.world.Log.Error("a blob request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	f.Write(w, r, s.world.Clock.Now())
}

func (s *Service) serve(a *account.Access, w http.ResponseWriter, r *http.Request) error {
	q := &request{Service: s, Access: a, w: w, r: r}
	scope := account.OfService
	if len(a.Path) > 0 {
		q.container, scope = a.Path[0], account.OfContainer
	}
	if len(a.Path) > 1 {
		q.blob, scope = a.Path[1], account.OfObject
	}
	if err := q.checkNames(); err != nil {
		return err
	}
	op, err := q.route(scope)
	if err != nil {
		return err
	}
	if err := s.front.Usable(a, op.write); err != nil {
		return err
	}
	if err := s.front.Authorize(a, r, account.Need{Scope: scope, Letters: op.letters, Policy: q.policy, Public: q.isPublic(op.public)}); err != nil {
		return err
	}
	if op.token && !a.Grant.Token {
		return account.Refuse(http.StatusForbidden, "AuthenticationFailed", "Only authentication scheme Bearer is supported.")
	}
	if s.azurite != nil && s.azurite.takes(q) {
		return s.azurite.serve(q, op)
	}
	return op.run(q)
}

// checkNames refuses names that no container or blob can have.
func (q *request) checkNames() error {
	c := q.container
	if c == "" {
		return nil
	}
	if len(c) > 63 || len(c) < 3 {
		return account.ErrNameLength
	}
	if c != "$root" && c != "$web" && c != "$logs" {
		for i, r := range c {
			letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
			if !letter && (r != '-' || i == 0 || i == len(c)-1 || c[i-1] == '-') {
				return account.ErrName
			}
		}
	}
	if len(q.blob) > 4*maxNameLength || len([]rune(q.blob)) > maxNameLength {
		return account.ErrNameLength
	}
	if strings.ContainsRune(q.blob, 0) {
		return account.ErrName
	}
	return nil
}

// read runs fn on the container in a transaction that only reads.
func (q *request) read(fn func(tx *state.Tx, container *state.Resource) error) error {
	return q.world.Store.Read(func(tx *state.Tx) error {
		c, err := q.find(tx)
		if err != nil {
			return err
		}
		return fn(tx, c)
	})
}

// write runs fn on the container in a transaction that changes something, and
// deletes the pieces that became loose when that is kept.
func (q *request) write(fn func(tx *state.Tx, container *state.Resource) error) error {
	err := q.world.Store.Write(func(tx *state.Tx) error {
		q.loose = q.loose[:0]
		c, err := q.find(tx)
		if err != nil {
			return err
		}
		if err := fn(tx, c); err != nil {
			return err
		}
		return content.Collect(tx, garbageKind, &q.loose)
	})
	if err == nil {
		q.content.Delete(q.loose...)
	}
	return err
}

// find gives the container as this endpoint sees it.
func (q *request) find(tx *state.Tx) (*state.Resource, error) {
	c := tx.Resource(containerID(q.ID, q.container))
	if c == nil || q.Hidden.At(c.Created) {
		return nil, account.Refuse(http.StatusNotFound, "ContainerNotFound", "The specified container does not exist.")
	}
	return c, nil
}

var errBlobNotFound = account.Refuse(http.StatusNotFound, "BlobNotFound", "The specified blob does not exist.")

// current gives the blob of the request, which must be there.
func (q *request) current(tx *state.Tx, c *state.Resource) (*doc, *blobState, error) {
	d := load(tx, c.ID, q.blob)
	s := d.live(q.Hidden, q.Now)
	if s == nil {
		return d, nil, errBlobNotFound
	}
	return d, s, nil
}

// keep makes a state the current one of the request's blob.
func (q *request) keep(tx *state.Tx, c *state.Resource, d *doc, s *blobState) error {
	q.loose = append(q.loose, d.add(s, q.Geo())...)
	return d.save(tx, c.ID, q.blob)
}

// flag says whether a header is true.
func (q *request) flag(name string) bool { return strings.EqualFold(q.r.Header.Get(name), "true") }

// tagged sets the headers that tell of a blob's or container's last change.
func (q *request) tagged(etag string, modified time.Time) {
	q.w.Header().Set("ETag", etag)
	q.w.Header().Set("Last-Modified", account.Stamp(modified))
}
