package deployment_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// spoken is a box as the line of a talk: a path is one below the group's
// deployments.
type spoken struct{ *box }

func (s spoken) Wait(d time.Duration) { s.pass(d) }

func (s spoken) Say(method, path, body string) (int, http.Header, []byte) {
	s.t.Helper()
	path = strings.TrimPrefix(path, "https://sandbox")
	if !strings.HasPrefix(path, "/") {
		path = group + "/providers/Microsoft.Resources/deployments/" + path
	}
	a, refused := s.ask(method, path, strings.ReplaceAll(body, "{group}", group))
	if refused != nil {
		src, _ := json.Marshal(map[string]any{"error": refused})
		return refused.Status, http.Header{}, src
	}
	if a.Body == nil {
		return a.Status, a.Header, nil
	}
	src, err := json.Marshal(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return a.Status, a.Header, src
}

// TestTalks holds what clients of deployments are answered, word by word.
func TestTalks(t *testing.T) {
	sandboxtest.Talks(t, "testdata/talks", *update, func(t *testing.T) (sandboxtest.Line, []string) {
		b := newBox(t)
		t.Cleanup(func() {
			if strings.Contains(b.seen.String(), canary) {
				t.Error("the secret is in an answer")
			}
		})
		return spoken{b}, nil
	})
}
