package assess

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// BaselineVersion is the schemaVersion of the baseline files that are written.
const BaselineVersion = 1

// Baseline is the findings that were there when it was written. They are known,
// and do not count.
type Baseline struct {
	SchemaVersion int             `json:"schemaVersion"`
	Findings      []BaselineEntry `json:"findings"` // sorted by rule, resource, fingerprint
}

// BaselineEntry is one known finding. Rule and resource are for people; the
// fingerprint decides.
type BaselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Resource    string `json:"resource,omitempty"`
}

// BaselineOf takes down the findings of a result that fail or are unknown.
func BaselineOf(r *Result) *Baseline {
	b := &Baseline{SchemaVersion: BaselineVersion, Findings: []BaselineEntry{}}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Status != Fail && f.Status != Unknown {
			continue
		}
		entry := BaselineEntry{Fingerprint: f.Fingerprint, Rule: f.Rule.ID}
		if f.Resource != nil {
			entry.Resource = f.Resource.ID.String()
		}
		b.Findings = append(b.Findings, entry)
	}
	slices.SortFunc(b.Findings, func(x, y BaselineEntry) int {
		if c := strings.Compare(x.Rule, y.Rule); c != 0 {
			return c
		}
		if c := strings.Compare(x.Resource, y.Resource); c != 0 {
			return c
		}
		return strings.Compare(x.Fingerprint, y.Fingerprint)
	})
	return b
}

// Write writes the baseline as JSON, the same bytes for the same findings.
func (b *Baseline) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(b)
}

// ParseBaseline reads a baseline file.
func ParseBaseline(file string, src []byte) (*Baseline, error) {
	b := &Baseline{}
	dec := json.NewDecoder(bytes.NewReader(src))
	if err := dec.Decode(b); err != nil {
		return nil, fmt.Errorf("%s: %w: a baseline is written by: holdfast assess SOURCE --write-baseline FILE", placeOf(file, src, err), err)
	}
	switch {
	case b.SchemaVersion == 0:
		return nil, fmt.Errorf("%s: it is no baseline, schemaVersion is missing: write one with: holdfast assess SOURCE --write-baseline FILE", file)
	case b.SchemaVersion != BaselineVersion:
		return nil, fmt.Errorf("%s: its schemaVersion is %d, this program knows %d: write it again with: holdfast assess SOURCE --write-baseline FILE", file, b.SchemaVersion, BaselineVersion)
	}
	return b, nil
}

// placeOf gives file:line:column for an error of encoding/json.
func placeOf(file string, src []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var offset int64
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	default:
		return file
	}
	before := src[:min(int(offset), len(src))]
	line := bytes.Count(before, []byte("\n")) + 1
	return fmt.Sprintf("%s:%d:%d", file, line, max(1, len(before)-bytes.LastIndexByte(before, '\n')-1))
}

// know marks the findings that the baseline has.
func (r *Result) know(b *Baseline) {
	if b == nil {
		return
	}
	known := make(map[string]bool, len(b.Findings))
	for _, f := range b.Findings {
		known[f.Fingerprint] = true
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Known = (f.Status == Fail || f.Status == Unknown) && known[f.Fingerprint]
	}
}
