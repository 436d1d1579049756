package azure_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

// TestTheRealTransport lets a real server break real connections, in every place
// where one can break, and looks at what the client makes of it over Go's own
// transport.
func TestTheRealTransport(t *testing.T) {
	const whole = `{"value":[{"name":"a"},{"name":"b"}]}`
	hijack := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			fmt.Fprint(conn, text)
			conn.Close()
		}
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, whole)
	z.Close()
	for _, tc := range []struct {
		name  string
		first http.HandlerFunc // of the first try; the second is whole
		tries int
	}{
		{"whole", answer(200, whole), 1},
		{"closed without a word", hijack(""), 2},
		{"closed within the status", hijack("HTTP/1.1 20"), 2},
		{"closed within the headers", hijack("HTTP/1.1 200 OK\r\nContent-Type: appl"), 2},
		{"closed before the body", hijack("HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n"), 2},
		{"closed within the body", hijack("HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n" + whole[:20]), 2},
		{"closed within a chunk", hijack("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n25\r\n" + whole[:20]), 2},
		{"closed between chunks", hijack("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" + whole[:20] + "\r\n"), 2},
		{"cut off where only JSON can tell", hijack("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + whole[:20]), 2},
		{"no HTTP", hijack("SSH-2.0-OpenSSH\r\n"), 2},
		{"packed", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept-Encoding") != "gzip" {
				t.Errorf("accepts %q", r.Header.Get("Accept-Encoding"))
			}
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zipped.Bytes())
		}, 1},
		{"packed and cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zipped.Bytes()[:zipped.Len()-12])
		}, 2},
		{"said to be packed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, whole)
		}, 2},
		{"more than it says", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, whole+whole)
		}, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.turns("GET "+listed, tc.first, answer(200, whole))
			items, err := azure.All(s.client().List(t.Context(), listed, version))
			if got := names(t, items, err); got != "a b" {
				t.Error(got)
			}
			// Go's transport may repeat a GET on a connection that was idle and is
			// closed, before the client sees anything of it.
			if n := s.count("GET " + listed); n != tc.tries {
				t.Errorf("%d tries, want %d", n, tc.tries)
			}
		})
	}
}

func TestConnectionsAreLetGo(t *testing.T) {
	before := runtime.NumGoroutine()
	s := newService(t)
	s.say("GET "+ws, 200, `{}`)
	s.say("GET "+rg, 500, strings.Repeat("x", 100_000))
	c := s.client()
	for range 20 {
		_, err1 := c.Get(t.Context(), ws, version)
		_, err2 := c.Get(t.Context(), rg, version)
		if err1 != nil || !errors.Is(err2, azure.ErrUnavailable) {
			t.Fatal(err1, err2)
		}
	}
	c.Close()
	s.CloseClientConnections()
	s.Close()
	leakCheck(t, before)
}
