package machinelearning

import (
	"flag"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// spoken is a bench as the line of a talk.
type spoken struct{ *bench }

func (s spoken) Wait(d time.Duration) { s.later(d) }

func (s spoken) Say(method, path, body string) (int, http.Header, []byte) {
	s.t.Helper()
	path = strings.NewReplacer("{st}", stID, "{kv}", kvID, "{ai}", aiID, "{cr}", crID, "{ws}", wsID, "{group}", group, "{sub}", "/subscriptions/"+subscription).Replace(path)
	body = strings.NewReplacer("{st}", stID, "{kv}", kvID, "{ai}", aiID, "{cr}", crID, "{ws}", wsID, "{group}", group, "{sub}", subscription).Replace(body)
	if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "http") {
		path = ml + path
	}
	req, err := http.NewRequest(method, s.full(path), strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer good")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, raw
}

// TestTalks holds what Azure Machine Learning's clients are answered, word by
// word, in a group that has what a workspace names.
func TestTalks(t *testing.T) {
	sandboxtest.Talks(t, "testdata/talks", *update, func(t *testing.T) (sandboxtest.Line, []string) {
		b := open(t)
		b.associated()
		return spoken{b}, []string{b.url, "https://127.0.0.1:8443", strings.TrimPrefix(b.url, "http://"), "127.0.0.1:8443"}
	})
}
