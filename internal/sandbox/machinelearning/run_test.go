package machinelearning

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// TestWhatAJobNeedsWhen takes one thing down at one point of a job's life.
func TestWhatAJobNeedsWhen(t *testing.T) {
	const refused, failed, completed = "refused", "Failed", "Completed"
	for _, c := range []struct {
		id          string
		read, write world.Level
		before      string // what becomes of a job that is submitted while it is down
		during      string // and of one that runs when it goes down
		noted       bool   // whether a job that ends well says what it missed
	}{
		{wsID, world.Gone, world.Gone, refused, failed, false},
		{stID, world.Gone, world.Gone, failed, failed, false},
		{stID, world.Whole, world.Gone, failed, failed, false},
		{kvID, world.Gone, world.Gone, failed, failed, false},
		{kvID, world.Whole, world.Gone, completed, completed, true},
		{crID, world.Gone, world.Gone, completed, completed, true},
		{aiID, world.Gone, world.Gone, completed, completed, false},
		{wsID + "/computes/cpu", world.Gone, world.Gone, failed, failed, false},
		{wsID + "/datastores/workspacefilestore", world.Gone, world.Gone, failed, failed, false},
	} {
		b := trained(t)
		b.must("PUT", ws+"/jobs/running", jobBody)
		b.later(10 * time.Second)
		b.sick.set(c.id, c.read, c.write)
		got := refused
		a := b.do("PUT", ws+"/jobs/new", jobBody)
		b.later(5 * time.Minute)
		delete(b.sick, state.Key(c.id))
		if a.status < 300 {
			got = b.status("new")
		} else if a.status != 503 || a.header.Get("Retry-After") == "" {
			t.Errorf("without %s: %v with %v", c.id, a, a.header)
		}
		if got != c.before {
			t.Errorf("a new job without %s (%v, %v) is %s, want %s", c.id, c.read, c.write, got, c.before)
		}
		if got := b.status("running"); got != c.during {
			t.Errorf("a running job without %s (%v, %v) is %s, want %s", c.id, c.read, c.write, got, c.during)
		}
		if got == completed {
			note, _ := object.Inner(a.body, "properties.properties")[missingProperty].(string)
			log := b.blobs["stone/azureml/"+artifacts("running")+"user_logs/std_log.txt"]
			if strings.Contains(note, c.id) != c.noted || strings.Contains(log, c.id) != c.noted {
				t.Errorf("without %s a job says %q and logs %q", c.id, note, log)
			}
		}
		if c.before == failed {
			why, _ := object.Inner(b.must("GET", ws+"/jobs/new", "").body, "properties.properties")[failureProperty].(string)
			if !strings.Contains(why, c.id) || !strings.Contains(why, "a test has taken it down") {
				t.Errorf("without %s a job fails with %q", c.id, why)
			}
		}
	}
}

func TestOfWhatServesInPartEveryOtherJobFails(t *testing.T) {
	b := trained(t)
	b.sick.set(wsID+"/computes/cpu", world.Partial, world.Partial)
	count := map[string]int{}
	for _, name := range []string{"a1", "a2", "a3", "a4"} {
		b.must("PUT", ws+"/jobs/"+name, jobBody)
		b.later(time.Minute)
		count[b.status(name)]++
	}
	if count["Failed"] != 2 || count["Completed"] != 2 {
		t.Errorf("of four jobs %v", count)
	}
}

func TestInputsSayWhatAJobReads(t *testing.T) {
	b := trained(t)
	b.must("PUT", ws+"/datastores/lake", blobStoreBody)
	reads := func(store string) string {
		return strings.Replace(jobBody, `"tags"`, `"inputs":{"i":{"jobInputType":"uri_folder","uri":"azureml://datastores/`+store+`/paths/x"}},"tags"`, 1)
	}
	b.sick.set(wsID+"/datastores/lake", world.Gone, world.Gone)
	for name, body := range map[string]string{"lake": reads("lake"), "blob": reads("workspaceblobstore"), "unsaid": jobBody} {
		b.must("PUT", ws+"/jobs/"+name, body)
	}
	b.later(5 * time.Minute)
	for name, want := range map[string]string{"lake": "Failed", "blob": "Completed", "unsaid": "Failed"} {
		if got := b.status(name); got != want {
			t.Errorf("a job that reads %s is %s, want %s", name, got, want)
		}
	}
}

func TestAPipelineEndsWithItsPartsWhenCanceled(t *testing.T) {
	b := trained(t)
	step := `{"jobType":"Command","command":"sleep 100","computeId":"cpu","environmentId":"azureml:e:1"}`
	b.must("PUT", ws+"/jobs/pipe", `{"properties":{"jobType":"Pipeline","jobs":{"a":`+step+`,"b":`+step+`}}}`)
	b.later(30 * time.Second)
	b.must("POST", ws+"/jobs/pipe/cancel", "")
	b.later(time.Hour)
	for _, name := range b.names(ws + "/jobs?properties=" + parentProperty + "=pipe") {
		if got := b.status(name); got != "Canceled" {
			t.Errorf("its part %s is %s", name, got)
		}
	}
}

func TestRunsEndWithTheirWorkspace(t *testing.T) {
	b := trained(t)
	b.must("PUT", ws+"/jobs/one", strings.Replace(jobBody, "python train.py", "sleep 3600", 1))
	b.later(time.Minute)
	b.must("DELETE", ws+"?forceToPurge=true", "")
	b.later(3 * time.Hour)
	if a := b.do("GET", ws+"/jobs/one", ""); a.status != 404 {
		t.Errorf("the job is there: %v", a)
	}
}

// full refuses to keep anything.
type full struct{}

func (full) Write(*state.Tx, string, string, string, []byte) error {
	return errors.New("the disk is full")
}

func TestAJobWhoseLogCannotBeWrittenSaysSo(t *testing.T) {
	b := trained(t)
	fresh := workspace(t, WithBlobs(full{}))
	fresh.make(ws+"/computes/cpu", clusterBody)
	for _, b := range []*bench{b, fresh} {
		b.must("PUT", ws+"/jobs/one", jobBody)
		b.later(time.Minute)
		if got := b.status("one"); got != "Completed" {
			t.Errorf("it is %s", got)
		}
	}
	_ = fresh.w.Store.Read(func(tx *state.Tx) error {
		if p := planOf(tx, wsID+"/jobs/one"); p == nil || !strings.Contains(strings.Join(p.Log, "\n"), "the disk is full") {
			t.Errorf("its plan is %+v", p)
		}
		return nil
	})
}

// TestARunGoesOnAfterARestart keeps the state in a folder, ends the sandbox in the
// middle of a run, and opens it again.
func TestARunGoesOnAfterARestart(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	begin := func(at time.Time) (*world.World, *state.Store) {
		store, err := state.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		w := world.New(clock.New(at, 0, time.Now), store, cat, 1)
		if _, err := Provider(w); err != nil {
			t.Fatal(err)
		}
		return w, store
	}
	w, store := begin(noon)
	if err := store.Write(func(tx *state.Tx) error {
		if err := tx.Put(&state.Resource{ID: wsID, Type: Namespace + "/workspaces", Name: "shop", Location: "westeurope", Body: []byte(`{"properties":{}}`)}); err != nil {
			return err
		}
		s := newService(w, nil)
		c := s.inside(tx, noon, wsID+"/jobs/one", object.Object{"properties": object.Object{"jobType": "Command", "command": "sleep 600"}})
		p, err := s.planOf(c)
		if err != nil {
			return err
		}
		return s.submit(c, p)
	}); err != nil {
		t.Fatal(err)
	}
	status := func(w *world.World, d time.Duration) (got string) {
		w.Clock.Advance(d)
		if err := w.Settle(); err != nil {
			t.Fatal(err)
		}
		_ = w.Store.Read(func(tx *state.Tx) error {
			got = object.Text(body(tx.Resource(wsID+"/jobs/one")), "properties.status")
			return nil
		})
		return got
	}
	if got := status(w, time.Minute); got != "Running" {
		t.Errorf("before it is %s", got)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	w, store = begin(noon.Add(time.Minute))
	defer store.Close()
	if got := status(w, time.Minute); got != "Running" {
		t.Errorf("after the restart it is %s", got)
	}
	if got := status(w, time.Hour); got != "Completed" {
		t.Errorf("in the end it is %s", got)
	}
}
