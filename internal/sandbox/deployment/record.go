package deployment

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// The provisioning states of deployments and of their steps.
const (
	accepted  = "Accepted"
	running   = "Running"
	succeeded = "Succeeded"
	failed    = "Failed"
	canceled  = "Canceled"
	skipped   = "Skipped" // a step whose condition is false
)

// record is a deployment as it is kept.
type record struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Scope       string         `json:"scope"` // id of the group or subscription
	Location    string         `json:"location,omitempty"`
	Tags        object.Object  `json:"tags,omitempty"`
	State       string         `json:"state"`
	Mode        string         `json:"mode"`
	Debug       object.Object  `json:"debug,omitempty"`
	Hash        string         `json:"hash"`
	Correlation string         `json:"correlation"` // that of its children, too
	Run         string         `json:"run"`         // of this deployment alone
	Started     time.Time      `json:"started"`
	Changed     time.Time      `json:"changed"`
	Link        object.Object  `json:"link,omitempty"` // templateLink
	Parameters  []shown        `json:"parameters,omitempty"`
	Outputs     []shown        `json:"outputs,omitempty"`
	Steps       []step         `json:"steps"`
	Outcome     *step          `json:"outcome,omitempty"` // the evaluation of outputs
	Error       *refusal.Error `json:"error,omitempty"`
	Parent      string         `json:"parent,omitempty"`
	ParentStep  int            `json:"parentStep,omitempty"`
	Depth       int            `json:"depth,omitempty"` // of the deployments around it
}

// shown is a parameter or output. A secure one has no value here.
type shown struct {
	Name  string          `json:"name"`
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value,omitempty"`
}

// step is what became of one resource of the template.
type step struct {
	ID        string         `json:"id"` // of the resource
	Type      string         `json:"type"`
	Name      string         `json:"name"`
	Location  string         `json:"location,omitempty"`
	After     []int          `json:"after,omitempty"`
	State     string         `json:"state,omitempty"` // "" is not started
	Operation string         `json:"operation,omitempty"`
	OpID      string         `json:"opId,omitempty"`
	Tracking  string         `json:"tracking,omitempty"`
	Started   time.Time      `json:"started,omitzero"`
	Ended     time.Time      `json:"ended,omitzero"`
	Status    int            `json:"status,omitempty"`
	Error     *refusal.Error `json:"error,omitempty"`
	Terminal  bool           `json:"terminal,omitempty"` // it was accepted and failed later
	Tries     int            `json:"tries,omitempty"`
	NotBefore time.Time      `json:"notBefore,omitzero"` // of the next try
	Made      []string       `json:"made,omitempty"`     // ids of what a child deployment has deployed
}

func (s *step) ended() bool {
	return s.State == succeeded || s.State == failed || s.State == canceled || s.State == skipped
}

// input is what a deployment needs to go on.
type input struct {
	Source        string            `json:"source"`     // the template as it was sent
	Parameters    string            `json:"parameters"` // a parameter file with all values, secrets too
	Address       string            `json:"address,omitempty"`
	GUID          string            `json:"guid"`
	Group         string            `json:"group,omitempty"` // name
	GroupLocation string            `json:"groupLocation,omitempty"`
	GroupTags     map[string]string `json:"groupTags,omitempty"`
	Subscription  string            `json:"subscription"`
	SubName       string            `json:"subName"`
	Caller        world.Caller      `json:"caller"`
	SecureOutputs object.Object     `json:"secureOutputs,omitempty"`
}

func (d *record) done() bool { return d.State != accepted && d.State != running }

// load gives the record with that id, nil when there is none: also when its
// group is gone, or was made anew after it.
func (s *Service) load(tx *state.Tx, id string) (*record, error) {
	src, ok := tx.Record(recordKind, state.Key(id))
	if !ok {
		return nil, nil
	}
	d := new(record)
	if err := json.Unmarshal(src, d); err != nil {
		return nil, fmt.Errorf("reading deployment %s: %w", id, err)
	}
	if strings.Contains(state.Key(d.Scope), "/resourcegroups/") {
		if g := tx.Resource(d.Scope); g == nil || g.Created.After(d.Started) {
			return nil, nil
		}
	}
	return d, nil
}

func (s *Service) save(tx *state.Tx, d *record) error {
	src, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("keeping deployment %s: %w", d.ID, err)
	}
	return tx.PutRecord(recordKind, state.Key(d.ID), src)
}

func (s *Service) loadInput(tx *state.Tx, id string) (*input, error) {
	src, ok := tx.Record(inputKind, state.Key(id))
	if !ok {
		return nil, fmt.Errorf("deployment %s has no input", id)
	}
	in := new(input)
	if err := json.Unmarshal(src, in); err != nil {
		return nil, fmt.Errorf("reading the input of deployment %s: %w", id, err)
	}
	return in, nil
}

func (s *Service) saveInput(tx *state.Tx, id string, in *input) error {
	src, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("keeping the input of deployment %s: %w", id, err)
	}
	return tx.PutRecord(inputKind, state.Key(id), src)
}
