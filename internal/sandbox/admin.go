package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Status is what the administration tells of a sandbox.
type Status struct {
	Now       time.Time         `json:"now"`
	Clock     string            `json:"clock"` // real, manual, x60
	Resources int               `json:"resources"`
	Outages   []failure.Outage  `json:"outages"` // those that go on
	Faults    []failure.Fault   `json:"faults"`
	Started   time.Time         `json:"started"` // in real time
	Requests  map[string]uint64 `json:"requests"`
}

// admin is the administration's API, below /sandbox/.
type admin struct {
	s   *Sandbox
	mux *http.ServeMux
}

func newAdmin(s *Sandbox) *admin {
	a := &admin{s: s, mux: http.NewServeMux()}
	a.mux.HandleFunc("GET /sandbox/status", a.status)
	a.mux.HandleFunc("GET /sandbox/outages", a.listOutages)
	a.mux.HandleFunc("POST /sandbox/outages", a.startOutage)
	a.mux.HandleFunc("DELETE /sandbox/outages", a.stopOutage)
	a.mux.HandleFunc("DELETE /sandbox/outages/{id}", a.stopOutage)
	a.mux.HandleFunc("GET /sandbox/faults", a.listFaults)
	a.mux.HandleFunc("POST /sandbox/faults", a.startFault)
	a.mux.HandleFunc("DELETE /sandbox/faults", a.stopFault)
	a.mux.HandleFunc("DELETE /sandbox/faults/{id}", a.stopFault)
	a.mux.HandleFunc("POST /sandbox/clock/advance", a.advance)
	a.mux.HandleFunc("GET /sandbox/standing", a.standing)
	a.mux.HandleFunc("GET /sandbox/requests", a.requests)
	return a
}

func (a *admin) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(given), []byte(a.s.Connection.AdminToken)) != 1 {
		tell(rw, http.StatusUnauthorized, "the administration of the sandbox needs its token: it is in the file that `holdfast sandbox` names when it starts")
		return
	}
	r.Body = http.MaxBytesReader(rw, r.Body, 1<<20)
	a.mux.ServeHTTP(rw, r)
}

func (a *admin) status(rw http.ResponseWriter, _ *http.Request) {
	st, err := a.s.Status()
	answer(rw, st, err)
}

func (a *admin) listOutages(rw http.ResponseWriter, _ *http.Request) {
	var list []failure.Outage
	err := a.s.World.Store.Read(func(tx *state.Tx) (err error) {
		list, err = a.s.Board.List(tx)
		return err
	})
	answer(rw, map[string]any{"outages": filled(list)}, err)
}

func (a *admin) startOutage(rw http.ResponseWriter, r *http.Request) {
	var o failure.Outage
	if !read(rw, r, &o) {
		return
	}
	o, err := a.s.StartOutage(o)
	answer(rw, o, err)
}

func (a *admin) stopOutage(rw http.ResponseWriter, r *http.Request) {
	ended, err := a.s.StopOutage(r.PathValue("id"))
	answer(rw, map[string]any{"outages": filled(ended)}, err)
}

func (a *admin) listFaults(rw http.ResponseWriter, _ *http.Request) {
	var list []failure.Fault
	err := a.s.World.Store.Read(func(tx *state.Tx) (err error) {
		list, err = a.s.Board.Faults(tx)
		return err
	})
	answer(rw, map[string]any{"faults": filled(list)}, err)
}

func (a *admin) startFault(rw http.ResponseWriter, r *http.Request) {
	var f failure.Fault
	if !read(rw, r, &f) {
		return
	}
	err := a.s.World.Store.Write(func(tx *state.Tx) (err error) {
		f, err = a.s.Board.Inject(tx, f)
		return err
	})
	answer(rw, f, err)
}

func (a *admin) stopFault(rw http.ResponseWriter, r *http.Request) {
	err := a.s.World.Store.Write(func(tx *state.Tx) error { return a.s.Board.Clear(tx, r.PathValue("id")) })
	answer(rw, map[string]any{}, err)
}

func (a *admin) advance(rw http.ResponseWriter, r *http.Request) {
	var by struct {
		By failure.Duration `json:"by"`
	}
	if !read(rw, r, &by) {
		return
	}
	now, err := a.s.Advance(time.Duration(by.By))
	answer(rw, map[string]any{"now": now}, err)
}

// requests tells what came, as [Sandbox.Requests] does: after and method, which may
// be given several times, are in the query.
func (a *admin) requests(rw http.ResponseWriter, r *http.Request) {
	after, err := 0, error(nil)
	if given := r.URL.Query().Get("after"); given != "" {
		if after, err = strconv.Atoi(given); err != nil {
			err = fmt.Errorf("the number %q of a request cannot be read: give that of the last one that is known", given)
		}
	}
	answer(rw, map[string]any{"requests": a.s.Requests(after, r.URL.Query()["method"]...)}, err)
}

func (a *admin) standing(rw http.ResponseWriter, r *http.Request) {
	var st world.Standing
	err := a.s.World.Store.Read(func(tx *state.Tx) error {
		id := r.URL.Query().Get("id")
		if tx.Resource(id) == nil {
			return fmt.Errorf("there is no resource %q in the sandbox", id)
		}
		st = a.s.Board.Resource(tx, id, a.s.World.Clock.Now())
		return nil
	})
	answer(rw, map[string]any{"read": st.Read.String(), "write": st.Write.String(), "why": st.Why}, err)
}

// filled is the list, an empty one instead of nil: JSON has [] for it.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func read(rw http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		tell(rw, http.StatusBadRequest, "the request cannot be read: "+err.Error())
		return false
	}
	return true
}

func answer(rw http.ResponseWriter, body any, err error) {
	switch {
	case errors.Is(err, failure.ErrNoOutage):
		tell(rw, http.StatusNotFound, err.Error())
	case err != nil:
		tell(rw, http.StatusBadRequest, err.Error())
	default:
		writeJSON(rw, http.StatusOK, body)
	}
}

func tell(rw http.ResponseWriter, status int, message string) {
	writeJSON(rw, status, map[string]any{"error": map[string]any{"code": strings.ReplaceAll(http.StatusText(status), " ", ""), "message": message}})
}

func writeJSON(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	e := json.NewEncoder(rw)
	e.SetEscapeHTML(false)
	_ = e.Encode(body) // the client is gone: nobody is left to tell
}
