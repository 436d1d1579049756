package failure

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Fault is something that goes wrong on the wire, for some of the requests.
type Fault struct {
	ID string `json:"id"`
	// Kind is what goes wrong: latency (Delay is added), error (Status is the
	// answer), throttle (429 with Retry-After), cut (the connection ends), hang (no
	// answer for Delay), malformed (a body that is not whole), stale (a GET gives
	// what it gave up to Delay ago), operation-fails, operation-hangs (a change
	// that takes time ends so, or never).
	Kind string `json:"kind"`
	// Method and Path choose the requests: a method, and a regular expression that
	// is found in the path without regard to case; empty ones choose all. For
	// operations the path is the id of the resource.
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"`
	// Rate is the share of the requests that it meets, 0 to 1; 0 stands for 1.
	Rate float64 `json:"rate,omitempty"`
	// Delay is in real time, not the sandbox's.
	Delay  Duration `json:"delay,omitempty"`
	Status int      `json:"status,omitempty"`
	// Times ends the fault when it has met that many requests; 0 never does.
	Times int `json:"times,omitempty"`
}

// Duration is a time.Duration that JSON writes as 1m30s.
type Duration time.Duration

// MarshalJSON writes the duration as Go does.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("a duration must be a text such as \"30s\": %w", err)
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("the duration %q cannot be read: write it as 500ms, 30s or 2m", s)
	}
	*d = Duration(v)
	return nil
}

const faultRecords = "failure.fault"

// Kinds are the kinds of faults.
var Kinds = []string{"latency", "error", "throttle", "cut", "hang", "malformed", "stale", "operation-fails", "operation-hangs"}

func (f *Fault) check() error {
	if !slices.Contains(Kinds, f.Kind) {
		return fmt.Errorf("the fault %q is not known: use %s", f.Kind, strings.Join(Kinds, ", "))
	}
	if _, err := regexp.Compile(f.Path); err != nil {
		return fmt.Errorf("the path of a fault must be a regular expression: %w", err)
	}
	if f.Rate < 0 || f.Rate > 1 {
		return fmt.Errorf("the rate of a fault is %v: it must be from 0 to 1", f.Rate)
	}
	if f.Times < 0 {
		return fmt.Errorf("a fault cannot happen %d times", f.Times)
	}
	if f.Delay < 0 || time.Duration(f.Delay) > time.Hour {
		return fmt.Errorf("the delay of a fault is %v: it must be at most an hour", time.Duration(f.Delay))
	}
	if needsDelay := []string{"latency", "hang", "stale"}; f.Delay == 0 && slices.Contains(needsDelay, f.Kind) {
		return fmt.Errorf("a fault of the kind %s needs a delay", f.Kind)
	}
	if f.Kind == "error" && (f.Status < 400 || f.Status > 599) {
		return fmt.Errorf("the status of an error is %d: it must be from 400 to 599", f.Status)
	}
	return nil
}

// Inject begins a fault.
func (b *Board) Inject(tx *state.Tx, f Fault) (Fault, error) {
	if err := f.check(); err != nil {
		return Fault{}, err
	}
	list, err := listFaults(tx)
	if err != nil {
		return Fault{}, err
	}
	number := 0
	for _, other := range list {
		n, _ := strconv.Atoi(strings.TrimPrefix(other.ID, "fault-"))
		number = max(number, n)
	}
	f.ID = fmt.Sprintf("fault-%d", number+1)
	raw, err := json.Marshal(f)
	if err != nil {
		return Fault{}, fmt.Errorf("keeping a fault: %w", err)
	}
	b.faults.forget()
	return f, tx.PutRecord(faultRecords, f.ID, raw)
}

// Clear ends a fault, all of them when the id is "". One that is not there is no
// error.
func (b *Board) Clear(tx *state.Tx, id string) error {
	list, err := listFaults(tx)
	if err != nil {
		return err
	}
	b.faults.forget()
	for _, f := range list {
		if id == "" || f.ID == id {
			if err := tx.DeleteRecord(faultRecords, f.ID); err != nil {
				return err
			}
			b.faults.end(f.ID)
		}
	}
	return nil
}

// Faults lists the faults that are on.
func (b *Board) Faults(tx *state.Tx) ([]Fault, error) { return listFaults(tx) }

func listFaults(tx *state.Tx) ([]Fault, error) {
	var out []Fault
	for key, raw := range tx.Records(faultRecords, "") {
		var f Fault
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, fmt.Errorf("the record of %s: %w", key, err)
		}
		out = append(out, f)
	}
	return out, nil
}
