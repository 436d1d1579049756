package live

import "time"

// State is where a task is.
type State string

// The states of a task.
const (
	Waits   State = "waits"   // for its turn, or for a task before it
	Looking State = "looking" // at what is there
	Waiting State = "waiting" // for another change of the resource to end
	Writing State = "writing"
	Running State = "running" // Azure is at it
	Done    State = "done"    // written, and read back as wanted
	Already State = "already" // it was as wanted: nothing was written
	Stopped State = "stopped" // somebody else has changed it: nothing was written
	Failed  State = "failed"  // Azure has refused it, or it did not become as wanted
	Skipped State = "skipped" // a task that has to come first was not done
	Kept    State = "kept"    // undo: it stays as it is, Why says what can be done
)

// Settled says that nothing more becomes of the task in its run.
func (s State) Settled() bool {
	switch s {
	case Done, Already, Stopped, Failed, Skipped, Kept:
		return true
	}
	return false
}

// Good says that all is as the task wants it.
func (s State) Good() bool { return s == Done || s == Already }

// Event is a step forward of a task.
type Event struct {
	Task    int // its number in the work, from 0
	State   State
	Status  string        // Running and Waiting: Azure's word for it
	Elapsed time.Duration // Running and Waiting: since it began
	Why     string        // Stopped, Failed, Skipped and Kept
}
