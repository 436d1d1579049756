package text

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Request is what would be sent to Azure for a step, or why nothing is.
type Request struct {
	Remedy   string          `json:"remedy"`
	Resource string          `json:"resource"` // id
	Method   string          `json:"method,omitempty"`
	Path     string          `json:"path,omitempty"`
	Query    string          `json:"query,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"` // secrets masked
	Sets     []Setting       `json:"sets,omitempty"` // what it changes
	Why      string          `json:"why,omitempty"`  // nothing is sent, because
}

// Setting is a value that a request changes.
type Setting struct {
	Path   string            `json:"path"`
	Before []json.RawMessage `json:"before"` // at each place that the path leads to
	Wanted []json.RawMessage `json:"wanted"`
}

// Run is what was done in Azure by one command.
type Run struct {
	ID      string    `json:"id"`
	Scope   string    `json:"scope"`
	Undoes  string    `json:"undoes,omitempty"` // the run that it takes back
	State   string    `json:"state"`
	Began   time.Time `json:"began"`
	Ended   time.Time `json:"ended,omitzero"`
	Resumed bool      `json:"resumed,omitempty"`
	Good    bool      `json:"good"` // all its steps are as they are wanted
	Tasks   []Task    `json:"steps"`
}

// Task is a step of a run, and what became of it.
type Task struct {
	Remedy   string `json:"remedy"`
	Title    string `json:"title"`
	Resource string `json:"resource"` // id
	Kind     string `json:"kind"`
	State    string `json:"state"`
	Good     bool   `json:"good"`
	Why      string `json:"why,omitempty"`
	Forever  string `json:"forever,omitempty"` // why it is not taken back
}

// RunReport is a run, and the command that takes it back, "" when there is none.
type RunReport struct {
	Run
	Command string
}

// RunDocument is a run for programs.
type RunDocument struct {
	SchemaVersion string `json:"schemaVersion"`
	Run           Run    `json:"run"`
	Undo          string `json:"undo,omitempty"` // the command that takes it back
	ExitCode      int    `json:"exitCode"`
}

// Document gives the run for programs.
func (r *RunReport) Document(exit report.Exit) RunDocument {
	if r.Tasks == nil {
		r.Tasks = []Task{}
	}
	return RunDocument{SchemaVersion: SchemaVersion, Run: r.Run, Undo: r.Command, ExitCode: exit.Code}
}

// WriteRun tells people what became of a run.
func WriteRun(w io.Writer, r *RunReport, opt Options) error {
	s := newScreen(w, opt)
	n := 0
	for _, t := range r.Tasks {
		if t.Good {
			n++
		}
	}
	verb := "made"
	if r.Undoes != "" {
		verb = "taken back"
	}
	mark := span{"✓ ", green}
	if n < len(r.Tasks) {
		mark = span{"◐ ", yellow}
	}
	text := fmt.Sprintf("%d of %s %s.", n, report.Count(len(r.Tasks), "step is", "steps are"), verb)
	if len(r.Tasks) == 0 {
		text = "There was nothing to do."
	}
	s.para(mark, 2, text, bold)
	s.run(&r.Run)
	if r.Command != "" && n > 0 {
		s.blank()
		s.line(span{"Take it back with: ", dim}, span{r.Command, plain})
	}
	if opt.Exit.Meaning != "" {
		s.blank()
		s.para(span{}, 0, fmt.Sprintf("Exit code %d: %s.", opt.Exit.Code, opt.Exit.Meaning), dim)
	}
	return s.Flush()
}

func (s *screen) run(r *Run) {
	if r.ID != "" {
		s.line(span{"  run " + r.ID + " · " + r.State, dim})
	}
	for _, t := range r.Tasks {
		mark := span{"  ✗ ", red}
		switch {
		case t.Good:
			mark = span{"  ✓ ", green}
		case t.State == "kept" || t.State == "skipped" || t.State == "waits":
			mark = span{"  – ", dim}
		case t.State == "running":
			mark = span{"  … ", dim}
		}
		s.para(mark, 4, estate.ParseID(t.Resource).Name()+": "+t.Title+" ("+t.State+")", plain)
		if t.Why != "" {
			s.para(span{}, 4, t.Why, dim)
		}
	}
}

// RunList is the runs of a journal, the latest first.
type RunList struct {
	Journal string
	Runs    []Run
}

// RunListDocument is the list for programs.
type RunListDocument struct {
	SchemaVersion string `json:"schemaVersion"`
	Journal       string `json:"journal"`
	Runs          []Run  `json:"runs"`
}

// Document gives the list for programs.
func (l *RunList) Document() RunListDocument {
	d := RunListDocument{SchemaVersion: SchemaVersion, Journal: l.Journal, Runs: l.Runs}
	if d.Runs == nil {
		d.Runs = []Run{}
	}
	return d
}

// WriteRuns lists runs for people.
func WriteRuns(w io.Writer, l *RunList, opt Options) error {
	s := newScreen(w, opt)
	if len(l.Runs) == 0 {
		s.para(span{}, 0, "Nothing was changed in Azure: the journal "+l.Journal+" has no run.", plain)
		return s.Flush()
	}
	open := ""
	for i := range l.Runs {
		r := &l.Runs[i]
		if i > 0 {
			s.blank()
		}
		what := r.Scope
		if r.Undoes != "" {
			what = "takes back " + r.Undoes
		}
		s.line(span{r.Began.UTC().Format("2006-01-02 15:04") + "  ", dim}, span{what, bold})
		s.run(r)
		if r.State == "open" && open == "" {
			open = r.Scope
		}
	}
	s.blank()
	if open != "" {
		s.line(span{"Go on with:        ", dim}, span{"holdfast harden " + open + " --apply", plain})
	}
	s.line(span{"Take one back with: ", dim}, span{"holdfast harden undo RUN", plain})
	return s.Flush()
}
