package control

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const train = group + "/providers/Toy.Box/trains/express"

func TestAnOperationIsFollowedByItsStatus(t *testing.T) {
	s := open(t, state.New())
	r := s.do(201, "PUT", train, `{"location":"westeurope"}`)
	if got := object.Text(r.body, stateProperty); got != "Creating" {
		t.Errorf("the state is %s", got)
	}
	url := r.header.Get("Azure-AsyncOperation")
	if !strings.HasPrefix(url, s.url+subPath+"/providers/Toy.Box/locations/westeurope/operationStatuses/") || r.header.Get("Location") != "" || r.header.Get("Retry-After") != "1" {
		t.Fatalf("the headers are %v", r.header)
	}
	if got := s.do(200, "GET", url, "").body["status"]; got != "InProgress" {
		t.Errorf("the status is %v", got)
	}
	s.refused(409, "AnotherOperationInProgress", "PUT", train, `{"location":"westeurope"}`)
	s.advance(time.Minute)
	if got := s.do(200, "GET", url, "").body; got["status"] != "Succeeded" || got["endTime"] != "2026-11-23T12:01:00.0000000Z" || got["startTime"] != "2026-11-23T12:00:00.0000000Z" {
		t.Errorf("the status is %v", got)
	}
	if got := object.Text(s.do(200, "GET", train, "").body, stateProperty); got != "Succeeded" {
		t.Errorf("the state is %s", got)
	}
	s.advance(25 * time.Hour)
	s.refused(404, "OperationNotFound", "GET", url, "")
}

func TestAnOperationIsFollowedByItsLocation(t *testing.T) {
	s := open(t, state.New())
	s.do(201, "PUT", train, `{"location":"westeurope"}`)
	s.advance(time.Minute)
	r := s.do(202, "PUT", train, `{"location":"westeurope","tags":{"a":"1"}}`)
	url := r.header.Get("Location")
	if !strings.Contains(url, "/operationResults/") || r.header.Get("Azure-AsyncOperation") != "" || r.text != "" {
		t.Fatalf("the answer is %v %s", r.header, r.text)
	}
	if got := object.Text(s.do(200, "GET", train, "").body, stateProperty); got != "Updating" {
		t.Errorf("the state is %s", got)
	}
	if r := s.do(202, "GET", url, ""); r.header.Get("Location") != url || r.text != "" {
		t.Errorf("while it runs: %v %s", r.header, r.text)
	}
	s.advance(time.Minute)
	if r := s.do(200, "GET", url, ""); object.Text(r.body, "tags.a") != "1" {
		t.Errorf("its result is %s", r.text)
	}
	r = s.do(202, "DELETE", train, "")
	if r.header.Get("Location") == "" || r.header.Get("Azure-AsyncOperation") == "" {
		t.Errorf("a deletion has %v", r.header)
	}
	if got := object.Text(s.do(200, "GET", train, "").body, stateProperty); got != "Deleting" {
		t.Errorf("the state is %s", got)
	}
	if again := s.do(202, "DELETE", train, ""); again.header.Get("Location") != r.header.Get("Location") {
		t.Errorf("a second deletion has another operation: %v", again.header)
	}
	s.advance(time.Minute)
	s.do(204, "GET", r.header.Get("Location"), "")
	if got := s.do(200, "GET", r.header.Get("Azure-AsyncOperation"), "").body["status"]; got != "Succeeded" {
		t.Errorf("the status is %v", got)
	}
	s.refused(404, "ResourceNotFound", "GET", train, "")
}

func TestAnActionCanTakeTime(t *testing.T) {
	s := open(t, state.New())
	s.do(201, "PUT", box, `{"location":"westeurope","properties":{"colour":"red"}}`)
	r := s.do(202, "POST", box+"/shake", "{}")
	s.do(202, "GET", r.header.Get("Location"), "")
	s.advance(time.Minute)
	if got := s.do(200, "GET", r.header.Get("Location"), ""); got.body["shaken"] != true {
		t.Errorf("its result is %s", got.text)
	}
	_ = s.w.Store.Read(func(tx *state.Tx) error {
		if v, _ := tx.Record("toy", "x"); string(v) != "shaken" {
			t.Errorf("the event at its end left %q", v)
		}
		return nil
	})
	if got := s.do(200, "POST", group+"/providers/Toy.Box/boxes/blue/guess", "{}"); got.body["there"] != false {
		t.Errorf("an action on what is not there gives %s", got.text)
	}
}

// fates are the faults of a test, by the name of the resource.
type fates map[string]Fate

func (f fates) Operation(_ *state.Tx, _ time.Time, o Starting) Fate {
	return f[o.Verb+" "+o.Resource[strings.LastIndexByte(o.Resource, '/')+1:]]
}

func TestFaultsMakeOperationsFailHangOrDrag(t *testing.T) {
	s := open(t, state.New())
	s.Faults = fates{
		"put broken": {Error: refusal.Conflict("Derailed", "It fell over.")}, "put stuck": {Hangs: true}, "put slow": {Slower: time.Hour},
		"delete slow": {Error: refusal.New(500, "StillThere", "It stays.")},
	}
	urls := map[string]string{}
	for _, name := range []string{"broken", "stuck", "slow"} {
		urls[name] = s.do(201, "PUT", group+"/providers/Toy.Box/trains/"+name, `{"location":"westeurope"}`).header.Get("Azure-AsyncOperation")
	}
	status := func(name string) (string, string) {
		op := s.do(200, "GET", urls[name], "").body
		r := s.do(200, "GET", group+"/providers/Toy.Box/trains/"+name, "").body
		return op["status"].(string) + " " + object.Text(op, "error.code"), object.Text(r, stateProperty)
	}
	s.advance(time.Minute)
	for name, want := range map[string][2]string{"broken": {"Failed Derailed", "Failed"}, "stuck": {"InProgress ", "Creating"}, "slow": {"InProgress ", "Creating"}} {
		if op, st := status(name); op != want[0] || st != want[1] {
			t.Errorf("%s after a minute: %s, %s", name, op, st)
		}
	}
	s.advance(time.Hour)
	for name, want := range map[string][2]string{"stuck": {"InProgress ", "Creating"}, "slow": {"Succeeded ", "Succeeded"}} {
		if op, st := status(name); op != want[0] || st != want[1] {
			t.Errorf("%s after an hour: %s, %s", name, op, st)
		}
	}
	r := s.do(202, "DELETE", group+"/providers/Toy.Box/trains/slow", "")
	s.advance(time.Minute)
	s.refused(409, "StillThere", "GET", r.header.Get("Location"), "")
	if _, st := status("slow"); st != "Failed" {
		t.Errorf("what could not be deleted is %s", st)
	}
	s.do(201, "PUT", group+"/providers/Toy.Box/trains/other", `{"location":"westeurope"}`)
	s.do(202, "PATCH", group+"/providers/Toy.Box/trains/broken", `{"tags":{}}`)
}

func TestWhoAsksFromWithinIsToldOfTheEnd(t *testing.T) {
	s := open(t, state.New())
	var told []string
	s.w.Handle("told", func(_ *state.Tx, now time.Time, e state.Event) error {
		told = append(told, e.Key+" at "+now.Format("15:04"))
		return nil
	})
	change := func(f func(tx *state.Tx) (*provider.Result, error)) *provider.Result {
		t.Helper()
		var result *provider.Result
		if err := s.w.Store.Write(func(tx *state.Tx) (err error) {
			result, err = f(tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return result
	}
	notify := func(key string) *state.Event { return &state.Event{Kind: "told", Key: key} }
	r := change(func(tx *state.Tx) (*provider.Result, error) {
		return s.Put(tx, start, provider.Request{ID: train, Body: object.Object{"location": "westeurope"}, Notify: notify("made")})
	})
	if r.Status != http.StatusCreated || r.Operation == "" || !r.Ends.Equal(start.Add(time.Minute)) {
		t.Errorf("the result is %+v", r)
	}
	change(func(tx *state.Tx) (*provider.Result, error) {
		return s.Put(tx, start, provider.Request{ID: box, Body: object.Object{"location": "westeurope", "properties": map[string]any{"colour": "red"}}, Notify: notify("at once")})
	})
	s.advance(2 * time.Minute)
	change(func(tx *state.Tx) (*provider.Result, error) {
		p, ok := s.Progress(tx, r.Operation)
		if !ok || p.Status != "Succeeded" || !p.Ended() {
			t.Errorf("the operation is %+v", p)
		}
		return s.Delete(tx, s.w.Clock.Now(), provider.Request{ID: train, Notify: notify("gone")})
	})
	s.advance(2 * time.Minute)
	if got := strings.Join(told, ", "); got != "at once at 12:00, made at 12:01, gone at 12:03" {
		t.Errorf("told %s", got)
	}
}

func TestOperationsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	store, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, store)
	url := s.do(201, "PUT", train, `{"location":"westeurope"}`).header.Get("Azure-AsyncOperation")
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if store, err = state.Open(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	again := open(t, store)
	url = again.url + strings.TrimPrefix(url, s.url)
	if got := again.do(200, "GET", url, "").body["status"]; got != "InProgress" {
		t.Errorf("the status is %v", got)
	}
	again.advance(time.Minute)
	if got := again.do(200, "GET", url, "").body["status"]; got != "Succeeded" {
		t.Errorf("the status is %v", got)
	}
}
