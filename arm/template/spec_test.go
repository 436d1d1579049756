package template_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
)

// inSections makes a resource group template of sections, symbolic for languageVersion 2.0.
func classic(sections string) string { return "{" + rgSchema + ",\n" + sections + "}" }

func symbolic(sections string) string {
	return "{" + rgSchema + `, "languageVersion": "2.0",` + "\n" + sections + "}"
}

// lists compares line by line, in their order.
func lists(t *testing.T, what string, got []string, want string) {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(want, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if !slices.Equal(got, lines) {
		t.Errorf("%s are\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(lines, "\n\t"))
	}
}

// described lists the resources: presence unless sure, type, name, condition, indices of loops.
func described(x *template.Expansion) []string {
	var out []string
	add := func(r *template.Resource) {
		line := r.Type + " " + r.Name.Text()
		if r.Existing {
			line = "existing " + line
		}
		if r.Presence != template.Yes {
			line = r.Presence.String() + " " + line
		}
		if !r.Condition.IsAbsent() {
			line += " if " + r.Condition.Residual()
		}
		for _, c := range r.Copies {
			line += " " + c.Loop + "[" + c.Index.Text() + "]"
		}
		out = append(out, line)
	}
	for _, r := range x.Resources {
		add(r)
	}
	for _, r := range x.Skipped {
		add(r)
	}
	return out
}

// dependencies lists "name <- name, name" of the resources that depend on others.
func dependencies(x *template.Expansion) []string {
	var out []string
	for _, r := range x.Resources {
		var names []string
		for _, to := range r.DependsOn {
			names = append(names, to.Name.Text())
		}
		if len(names) > 0 {
			out = append(out, r.Name.Text()+" <- "+strings.Join(names, ", "))
		}
	}
	return out
}

// problems lists the diagnostics that are errors or warnings, as "code line:column pointer message", messages cut.
func problems(x *template.Expansion) []string {
	var out []string
	for _, d := range x.Diagnostics {
		if d.Severity == template.Info {
			continue
		}
		p := d.Pos
		p.File = ""
		message, _, _ := strings.Cut(d.Message, ";")
		out = append(out, strings.Join([]string{d.Severity.String(), d.Code, p.String(), d.Pointer, message}, " "))
	}
	return out
}

// reports wants one diagnostic with that text in it, with a place and a pointer. The code is that of most tests of
// its table; others are fine where the text says so.
func reports(t *testing.T, x *template.Expansion, code, want string) {
	t.Helper()
	found := 0
	for _, d := range x.Diagnostics {
		if strings.Contains(d.Message, want) {
			if found++; !d.Pos.IsValid() {
				t.Errorf("%s has no place", d)
			}
			if d.Code != code && d.Code != template.CodeExpression && d.Code != template.CodeDuplicate {
				t.Errorf("%s has the code %s, want %s", d, d.Code, code)
			}
		}
	}
	if found != 1 {
		t.Errorf("%q is reported %d times in %q", want, found, messages(x.Diagnostics))
	}
}

func files1(doc *jsonc.Document) []*jsonc.Document { return []*jsonc.Document{doc} }

// places lists the diagnostics that are errors or warnings, as "severity code file:line:column pointer".
func places(x *template.Expansion) []string {
	var out []string
	for _, d := range x.Diagnostics {
		if d.Severity != template.Info {
			out = append(out, d.Severity.String()+" "+d.Code+" "+d.Pos.String()+" "+d.Pointer)
		}
	}
	return out
}
