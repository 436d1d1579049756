package faulty_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/azure/faulty"
)

// base answers everything with the same list and counts.
type base struct{ seen atomic.Int64 }

const body = `{"value":[{"id":"a"},{"id":"b"}]}`

func (b *base) RoundTrip(req *http.Request) (*http.Response, error) {
	b.seen.Add(1)
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func ask(t *testing.T, tr http.RoundTripper, path string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.test"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp, string(b), err
}

func TestEachKindLooksLikeItself(t *testing.T) {
	for kind, check := range map[faulty.Kind]func(*http.Response, string, error) bool{
		faulty.TooMany: func(r *http.Response, _ string, _ error) bool {
			return r.StatusCode == 429 && r.Header.Get("Retry-After") != ""
		},
		faulty.Internal: func(r *http.Response, b string, _ error) bool {
			return r.StatusCode == 500 && strings.Contains(b, "code")
		},
		faulty.Unavailable: func(r *http.Response, _ string, _ error) bool { return r.StatusCode == 503 },
		faulty.Refuse: func(_ *http.Response, _ string, err error) bool {
			var op *net.OpError
			return errors.As(err, &op) && op.Op == "dial" && errors.Is(err, syscall.ECONNREFUSED)
		},
		faulty.Cut:  func(_ *http.Response, _ string, err error) bool { return errors.Is(err, syscall.ECONNRESET) },
		faulty.Hang: func(_ *http.Response, _ string, err error) bool { return errors.Is(err, syscall.ECONNRESET) },
		faulty.Truncated: func(_ *http.Response, b string, err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) && b != body
		},
		faulty.Malformed: func(r *http.Response, b string, err error) bool {
			return err == nil && r.StatusCode == 200 && b != body
		},
	} {
		t.Run(string(kind), func(t *testing.T) {
			for seed := range uint64(20) {
				c := clock.NewFake(time.Unix(0, 0))
				tr := &faulty.Transport{Base: &base{}, Seed: seed, Every: 1, Kinds: []faulty.Kind{kind}, Clock: c}
				resp, b, err := ask(t, tr, "/x")
				if !check(resp, b, err) {
					t.Fatalf("seed %d: %v %q %v", seed, resp, b, err)
				}
				if hung := c.Slept() == 30*time.Second; hung != (kind == faulty.Hang) {
					t.Fatalf("slept %v", c.Slept())
				}
			}
		})
	}
}

func TestEveryKindIsTested(t *testing.T) {
	if len(faulty.Kinds) != 8 {
		t.Errorf("%d kinds", len(faulty.Kinds))
	}
}

func TestTheSameSeedMakesTheSameFaults(t *testing.T) {
	run := func(seed uint64) string {
		tr := &faulty.Transport{Base: &base{}, Seed: seed, Every: 3, Clock: clock.NewFake(time.Unix(0, 0))}
		for i := range 100 {
			_, _, _ = ask(t, tr, fmt.Sprintf("/%d", i))
		}
		return fmt.Sprint(tr.Faults())
	}
	first := run(1)
	if again := run(1); again != first {
		t.Error("two runs differ")
	}
	if first == run(2) {
		t.Error("two seeds do not differ")
	}
	if n := strings.Count(first, "at request"); n < 15 || n > 55 {
		t.Errorf("%d faults in 100 requests, one in three was asked for", n)
	}
}

func TestFaultsStrikeWhereTheyAreWanted(t *testing.T) {
	b := &base{}
	tr := &faulty.Transport{Base: b, Nth: 3, Kinds: []faulty.Kind{faulty.TooMany},
		Spare: func(r *http.Request) bool { return r.URL.Path == "/spared" }}
	for i := range 5 {
		if _, _, err := ask(t, tr, "/spared"); err != nil {
			t.Fatal(err)
		}
		resp, _, err := ask(t, tr, "/x")
		if err != nil || (resp.StatusCode == 429) != (i == 2) {
			t.Errorf("request %d: %v, %v", i+1, resp, err)
		}
	}
	if f := tr.Faults(); len(f) != 1 || f[0].Number != 3 || f[0].Done || tr.Requests() != 5 {
		t.Errorf("%v of %d", f, tr.Requests())
	}
	if b.seen.Load() != 9 {
		t.Errorf("the service saw %d requests of 10", b.seen.Load())
	}
}

func TestThereAreNoMoreFaultsThanAskedFor(t *testing.T) {
	tr := &faulty.Transport{Base: &base{}, Every: 1, Most: 2, Kinds: []faulty.Kind{faulty.Internal}}
	for range 10 {
		_, _, _ = ask(t, tr, "/x")
	}
	if n := len(tr.Faults()); n != 2 {
		t.Errorf("%d faults", n)
	}
}

func TestAHangEndsWithItsRequest(t *testing.T) {
	tr := &faulty.Transport{Base: &base{}, Every: 1, Kinds: []faulty.Kind{faulty.Hang}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://example.test/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.RoundTrip(req); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
