package files

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Service is the file service of all storage accounts.
type Service struct {
	world   *world.World
	front   *account.Front
	content *content.Store
}

// New makes the file service, which keeps bytes in a store that the caller
// closes.
func New(w *world.World, c *content.Store) *Service {
	return &Service{world: w, front: account.NewFront(w, "file", 0), content: c}
}

// request is one request that found its account.
type request struct {
	*Service
	*account.Access
	w http.ResponseWriter
	r *http.Request

	share string // name
	path  string // below the share, without slashes at its ends
	loose []string
}

// operation is what a request asks for.
type operation struct {
	write   bool
	letters string
	run     func(*request) error
}

// The operations, by method, restype and comp.
var (
	serviceOperations = map[string]operation{
		"GET  list":              {false, "l", (*request).listShares},
		"GET service properties": {false, "r", (*request).getServiceProperties},
	}
	shareOperations = map[string]operation{
		"PUT share ":           {true, "cw", (*request).createShare},
		"GET share ":           {false, "r", (*request).getShare},
		"HEAD share ":          {false, "r", (*request).getShare},
		"GET share metadata":   {false, "r", (*request).getShare},
		"HEAD share metadata":  {false, "r", (*request).getShare},
		"PUT share metadata":   {true, "w", (*request).setShareMetadata},
		"PUT share properties": {true, "w", (*request).setShareProperties},
		"GET share stats":      {false, "r", (*request).shareStats},
		"DELETE share ":        {true, "d", (*request).deleteShare},
		"GET directory list":   {false, "l", (*request).list},
		"GET directory ":       {false, "r", (*request).getDirectory},
		"HEAD directory ":      {false, "r", (*request).getDirectory},
	}
	pathOperations = map[string]operation{
		"PUT directory ":           {true, "cw", (*request).createDirectory},
		"GET directory ":           {false, "r", (*request).getDirectory},
		"HEAD directory ":          {false, "r", (*request).getDirectory},
		"PUT directory metadata":   {true, "w", (*request).setMetadata},
		"PUT directory properties": {true, "w", (*request).setProperties},
		"DELETE directory ":        {true, "d", (*request).deleteDirectory},
		"GET directory list":       {false, "l", (*request).list},
		"PUT  ":                    {true, "cw", (*request).createFile},
		"GET  ":                    {false, "r", (*request).get},
		"HEAD  ":                   {false, "r", (*request).get},
		"DELETE  ":                 {true, "d", (*request).deleteFile},
		"PUT  range":               {true, "w", (*request).putRange},
		"GET  rangelist":           {false, "r", (*request).listRanges},
		"PUT  metadata":            {true, "w", (*request).setMetadata},
		"PUT  properties":          {true, "w", (*request).setProperties},
	}
)

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
		s.world.Log.Error("a request for files failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	f.Write(w, r, s.world.Clock.Now())
}

func (s *Service) serve(a *account.Access, w http.ResponseWriter, r *http.Request) error {
	q := &request{Service: s, Access: a, w: w, r: r}
	op, scope, err := q.route()
	if err != nil {
		return err
	}
	if err := s.front.Usable(a, op.write); err != nil {
		return err
	}
	if err := s.front.Authorize(a, r, account.Need{Scope: scope, Letters: op.letters}); err != nil {
		return err
	}
	if a.Grant.Token && r.Header.Get("x-ms-file-request-intent") == "" {
		return account.Header("x-ms-file-request-intent", "")
	}
	return op.run(q)
}

// route finds the operation that a request asks for, and the scope it is in.
func (q *request) route() (operation, account.Scope, error) {
	name := q.r.Method + " " + q.Query.Get("restype") + " " + q.Query.Get("comp")
	operations, scope := serviceOperations, account.OfService
	if len(q.Path) > 0 {
		q.share, operations, scope = q.Path[0], shareOperations, account.OfContainer
		if strings.Contains(name, " directory") {
			scope = account.OfObject
		}
		if strings.HasSuffix(name, " directory list") {
			scope = account.OfContainer
		}
	}
	if len(q.Path) > 1 {
		if q.path = strings.Trim(q.Path[1], "/"); q.path != "" {
			operations = pathOperations
			if !strings.HasSuffix(name, " directory list") {
				scope = account.OfObject
			}
		}
	}
	op, ok := operations[name]
	known := map[string]bool{"copy": true, "lease": true, "listhandles": true, "forceclosehandles": true, "rename": true, "snapshot": true, "filepermission": true, "acl": true, "undelete": true, "symboliclink": true, "hardlink": true}
	if !ok && known[q.Query.Get("comp")] || q.r.Header.Get("x-ms-copy-source") != "" && q.Query.Get("comp") == "" || q.Query.Get("sharesnapshot") != "" {
		return op, scope, account.Refuse(http.StatusNotImplemented, "NotImplemented", "The sandbox's file shares have no copies, renames, leases, handles, snapshots, permissions and links.")
	}
	if !ok {
		return op, scope, account.ErrURI
	}
	return op, scope, q.checkNames()
}

func (q *request) checkNames() error {
	if s := q.share; s != "" {
		if len(s) < 3 || len(s) > 63 {
			return account.ErrNameLength
		}
		for i, r := range s {
			letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
			if !letter && (r != '-' || i == 0 || i == len(s)-1 || s[i-1] == '-') {
				return account.ErrName
			}
		}
	}
	if len(q.path) > maxPath {
		return account.ErrNameLength
	}
	if q.path == "" {
		return nil
	}
	for name := range strings.SplitSeq(q.path, "/") {
		if name == "" || len(name) > maxName || name == "." || name == ".." || strings.ContainsAny(name, "\x00\\:*?\"<>|") {
			return account.ErrName
		}
	}
	return nil
}

func shareID(accountID, name string) string {
	return accountID + "/fileServices/default/shares/" + name
}

func (q *request) findShare(tx *state.Tx) (*state.Resource, error) {
	s := tx.Resource(shareID(q.ID, q.share))
	if s == nil || q.Hidden.At(s.Created) {
		return nil, account.Refuse(http.StatusNotFound, "ShareNotFound", "The specified share does not exist.")
	}
	return s, nil
}

var errParent = account.Refuse(http.StatusNotFound, "ParentNotFound", "The specified parent path does not exist.")

// find gives the share and the node of the request, nil when it is not there.
func (q *request) find(tx *state.Tx) (*state.Resource, *node, error) {
	s, err := q.findShare(tx)
	if err != nil {
		return nil, nil, err
	}
	if i := strings.LastIndexByte(q.path, '/'); i >= 0 {
		if p := load(tx, s.ID, q.path[:i], q.Hidden); p == nil || !p.Dir {
			return nil, nil, errParent
		}
	}
	return s, load(tx, s.ID, q.path, q.Hidden), nil
}

// want gives the node of the request, which must be there.
func (q *request) want(tx *state.Tx, dir bool) (*state.Resource, *node, error) {
	s, n, err := q.find(tx)
	if err != nil {
		return nil, nil, err
	}
	if n == nil || n.Dir != dir {
		return nil, nil, account.ErrNotFound
	}
	return s, n, nil
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

// dropped makes the pieces loose that a node had and does not have any more.
func (q *request) dropped(before map[string]bool, n *node) {
	after := map[string]bool{}
	if n != nil {
		after = n.pieces()
	}
	for p := range before {
		if !after[p] {
			q.loose = append(q.loose, p)
		}
	}
}

func (q *request) answer(status int, err error) error {
	if err != nil {
		return err
	}
	q.w.Header().Set("Content-Length", "0")
	q.w.WriteHeader(status)
	return nil
}

func (q *request) send(d *wire.Document) error {
	q.w.Header().Set("Content-Type", "application/xml")
	q.w.Header().Set("Content-Length", fmt.Sprint(d.Len()))
	q.w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(q.w, d.String())
	return nil
}
