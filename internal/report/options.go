package report

import "time"

// Options says how a report is to look and what it is to tell of its making.
// The zero Options gives a plain report 80 columns wide.
type Options struct {
	Tool    Tool
	Exit    Exit      // how the run ends; the zero Exit is not shown
	Next    []string  // commands worth running next, best first
	Base    string    // folder that the paths of the input are relative to, for formats that want URIs
	Created time.Time // shown where it is not zero; zero keeps reports byte-stable

	Width   int  // columns of the terminal; 0: 80. Text only.
	Color   bool // ANSI colours. Text only.
	Verbose bool // passing findings and all evidence as well. Text and Markdown only.
}

// Tool is what made the report.
type Tool struct {
	Name    string // "" stands for holdfast
	Version string
	Commit  string
}

// Exit is the exit code of the run with its meaning in a few words, e.g.
// "findings of severity high or worse".
type Exit struct {
	Code    int
	Meaning string
}

// Title is the tool's name and version, "holdfast 0.1.0".
func (t Tool) Title() string {
	name := t.Name
	if name == "" {
		name = "holdfast"
	}
	if t.Version == "" {
		return name
	}
	return name + " " + t.Version
}
