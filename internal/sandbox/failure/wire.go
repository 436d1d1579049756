package failure

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// faults is what the middleware remembers of the faults that are on.
type faults struct {
	mu    sync.Mutex
	known bool
	list  []*active
	past  map[string][]answer // of GETs, for stale reads
}

type active struct {
	Fault
	path *regexp.Regexp
	met  int
}

type answer struct {
	at     time.Time
	status int
	header http.Header
	body   []byte
}

func (f *faults) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known = false
}

// end takes a fault that is cleared off the list: another one may get its id.
func (f *faults) end(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = slices.DeleteFunc(slices.Clone(f.list), func(a *active) bool { return a.ID == id })
}

// Wrap puts the faults between clients and a handler. Requests to the
// sandbox's own administration are left alone.
func (b *Board) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sandbox/") {
			next.ServeHTTP(rw, r)
			return
		}
		for _, f := range b.meeting(r.Method, r.URL.Path, false) {
			switch f.Kind {
			case "latency":
				if !pause(r.Context(), f.Delay) {
					return
				}
			case "hang":
				pause(r.Context(), f.Delay)
				panic(http.ErrAbortHandler)
			case "cut":
				panic(http.ErrAbortHandler)
			case "throttle":
				rw.Header().Set("Retry-After", "1")
				fail(rw, http.StatusTooManyRequests, "TooManyRequests", "The request is being throttled: a fault of the sandbox.")
				return
			case "error":
				fail(rw, f.Status, strings.ReplaceAll(http.StatusText(f.Status), " ", ""), "The sandbox was told to fail so.")
				return
			case "malformed":
				spoil(next, rw, r)
				return
			case "stale":
				b.faults.stale(next, rw, r, time.Duration(f.Delay))
				return
			}
		}
		next.ServeHTTP(rw, r)
	})
}

// Operation says whether an operation on a resource is to fail or to hang.
func (b *Board) Operation(id string) (fails, hangs bool) {
	for _, f := range b.meeting("", id, true) {
		fails = fails || f.Kind == "operation-fails"
		hangs = hangs || f.Kind == "operation-hangs"
	}
	return fails, hangs
}

// meeting gives the faults that a request meets. Chance decides where the rate
// is below 1.
func (b *Board) meeting(method, path string, operation bool) []Fault {
	f := &b.faults
	f.mu.Lock()
	if !f.known {
		f.mu.Unlock()
		var list []*active
		// Operations ask within a transaction: the list they see was read before.
		if !operation {
			_ = b.w.Store.Read(func(tx *state.Tx) error {
				all, err := listFaults(tx)
				for _, one := range all {
					if re, err := regexp.Compile("(?i)" + one.Path); err == nil {
						list = append(list, &active{Fault: one, path: re})
					}
				}
				return err
			})
		}
		f.mu.Lock()
		if !operation {
			for _, a := range list { // those that were on before go on counting
				for _, was := range f.list {
					if was.ID == a.ID {
						a.met = was.met
					}
				}
			}
			f.list, f.known = list, true
		}
	}
	defer f.mu.Unlock()
	var out []Fault
	for _, a := range f.list {
		if operation != strings.HasPrefix(a.Kind, "operation-") || a.Times > 0 && a.met >= a.Times {
			continue
		}
		if a.Method != "" && !strings.EqualFold(a.Method, method) && !operation || !a.path.MatchString(path) {
			continue
		}
		if a.Rate > 0 && a.Rate < 1 && float64(b.w.Intn(1_000_000)) >= a.Rate*1_000_000 {
			continue
		}
		a.met++
		out = append(out, a.Fault)
	}
	return out
}

// pause waits in real time; false when the client has gone meanwhile.
func pause(ctx context.Context, d Duration) bool {
	t := time.NewTimer(time.Duration(d))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func fail(rw http.ResponseWriter, status int, code, message string) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	fmt.Fprintf(rw, `{"error":{"code":%q,"message":%q}}`, code, message)
}

// spoil answers with the first half of the body, as if that were all.
func spoil(next http.Handler, rw http.ResponseWriter, r *http.Request) {
	rec := record(next, r)
	for k, v := range rec.header {
		rw.Header()[k] = v
	}
	rw.Header().Del("Content-Length")
	rw.WriteHeader(rec.status)
	_, _ = rw.Write(rec.body[:len(rec.body)/2])
}

// most is how many answers are remembered for stale reads.
const most = 4096

// stale answers a GET with what it gave before, when that is not too old.
func (f *faults) stale(next http.Handler, rw http.ResponseWriter, r *http.Request, age time.Duration) {
	if r.Method != http.MethodGet {
		next.ServeHTTP(rw, r)
		return
	}
	rec := record(next, r)
	key := r.URL.String()
	f.mu.Lock()
	if f.past == nil || len(f.past) > most {
		f.past = map[string][]answer{}
	}
	show, now := rec, time.Now()
	kept := f.past[key][:0]
	for _, old := range f.past[key] {
		if now.Sub(old.at) <= age {
			kept = append(kept, old)
		}
	}
	if len(kept) > 0 {
		show = kept[0]
	}
	if rec.at = now; len(kept) < 16 {
		kept = append(kept, rec)
	}
	f.past[key] = kept
	f.mu.Unlock()
	for k, v := range show.header {
		rw.Header()[k] = v
	}
	rw.WriteHeader(show.status)
	_, _ = rw.Write(show.body)
}

// recorder keeps an answer instead of sending it.
type recorder struct {
	answer
	buf bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}
func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.buf.Write(b)
}

func record(next http.Handler, r *http.Request) answer {
	rec := &recorder{answer: answer{header: http.Header{}}}
	next.ServeHTTP(rec, r)
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1<<20))
	rec.WriteHeader(http.StatusOK)
	rec.body = rec.buf.Bytes()
	return rec.answer
}
