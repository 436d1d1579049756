package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// diagnosticJSON is one diagnostic in the JSON output.
type diagnosticJSON struct {
	Severity string   `json:"severity"`
	Code     string   `json:"code"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Pointer  string   `json:"pointer"`
	Trace    []string `json:"trace,omitempty"`
}

// writeExpansionJSON writes the resources as ARM would get them, each with its
// id first, then the outputs and the diagnostics.
func writeExpansionJSON(w io.Writer, x *template.Expansion, diags []template.Diagnostic) error {
	var b bytes.Buffer
	b.WriteString(`{"schemaVersion":"1.0","resources":[`)
	first := true
	for _, r := range x.Resources {
		if r.IsDeployment() && r.Child != nil {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		b.Write(resourceJSON(r))
	}
	b.WriteString(`],"outputs":{`)
	for i, o := range x.Outputs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(value.AppendQuoted(nil, o.Name))
		b.WriteByte(':')
		v := o.Value
		if o.Secure {
			v = v.WithSecret()
		}
		b.Write(v.AppendJSON(nil))
	}
	b.WriteString(`},"diagnostics":`)
	list := make([]diagnosticJSON, 0, len(diags))
	for _, d := range diags {
		list = append(list, diagnosticJSON{d.Severity.String(), d.Code, d.Message, d.Hint, d.Pos.File, d.Pos.Line, d.Pos.Column, d.Pointer, d.Trace})
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	b.Write(text)
	b.WriteByte('}')
	var indented bytes.Buffer
	if err := json.Indent(&indented, b.Bytes(), "", "  "); err != nil {
		return fmt.Errorf("formatting the expansion: %w", err)
	}
	indented.WriteByte('\n')
	_, err = w.Write(indented.Bytes())
	return err
}

// resourceJSON is the body with the id before it, and after it what the body
// does not say: that the resource is only read, or that a condition decides.
func resourceJSON(r *template.Resource) []byte {
	members := []value.Member{{Key: "id", Value: r.ID}}
	for k, v := range r.Body.Members() {
		if k != "id" {
			members = append(members, value.Member{Key: k, Value: v})
		}
	}
	if r.Existing {
		members = append(members, value.Member{Key: "existing", Value: value.Bool(true)})
	}
	if r.Condition.IsUnknown() {
		members = append(members, value.Member{Key: "condition", Value: r.Condition})
	}
	return value.Object(members).AppendJSON(nil)
}

// writeExpansionText lists what the template gives, a line each.
func writeExpansionText(w io.Writer, x *template.Expansion) error {
	var b bytes.Buffer
	shown, existing := 0, 0
	for _, r := range x.Resources {
		switch {
		case r.IsDeployment() && r.Child != nil:
			continue
		case r.Existing:
			existing++
		default:
			shown++
		}
		mark := "+"
		if r.Existing {
			mark = "="
		} else if r.Condition.IsUnknown() {
			mark = "?"
		}
		fmt.Fprintf(&b, "%s %s %s\n    %s", mark, oneLine(r.Type), oneLine(r.Name.Text()), orDash(oneLine(r.Location.Text())))
		pos := r.Node.Pos()
		fmt.Fprintf(&b, "  %s:%d:%d\n", oneLine(pos.File), pos.Line, pos.Column)
		if r.Condition.IsUnknown() {
			fmt.Fprintf(&b, "    if %s\n", oneLine(r.Condition.Residual()))
		}
	}
	if len(x.Outputs) > 0 {
		b.WriteString("\noutputs\n")
		for _, o := range x.Outputs {
			v := o.Value
			if o.Secure {
				v = v.WithSecret()
			}
			fmt.Fprintf(&b, "    %s = %s\n", oneLine(o.Name), oneLine(string(v.AppendJSON(nil))))
		}
	}
	fmt.Fprintf(&b, "\n%s to deploy, %d only read, %d skipped by their condition\n", count(shown, "resource"), existing, len(x.Skipped))
	_, err := w.Write(b.Bytes())
	return err
}

// oneLine gives a text from a file as a part of one line.
func oneLine(s string) string {
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(harmless(s))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
