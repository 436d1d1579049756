package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// RemedyReference writes the reference page of all remedies as Markdown.
func RemedyReference(w io.Writer) error {
	c, err := catalog.Default()
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Remedies\n\n%d remedies, facts of %s. Made from the catalog by `go generate ./internal/cli`; `holdfast catalog SERVICE`\nshows those of one service with their sources.\n", len(c.Remedies()), c.AsOf())
	for _, r := range c.Remedies() {
		fmt.Fprintf(&b, "\n## %s\n\n**%s.** About %s.%s\n", r.ID, strings.TrimSuffix(r.Title, "."), strings.Join(r.Services, ", "), scopesOf(r))
		for _, line := range remedyLines(r) {
			fmt.Fprintf(&b, "\n- %s", line)
		}
		b.WriteString("\n")
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func scopesOf(r *catalog.Remedy) string {
	if len(r.Scopes) == 0 {
		return ""
	}
	words := make([]string, len(r.Scopes))
	for i, s := range r.Scopes {
		words[i] = string(s)
	}
	return " Against outages of: " + strings.Join(words, ", ") + "."
}

// remedyLines says what a remedy does, and what stands against it.
func remedyLines(r *catalog.Remedy) []string {
	var out []string
	add := func(lead, text string) {
		if text != "" {
			out = append(out, lead+strings.TrimSpace(text))
		}
	}
	add("*Cannot be mended, because:* ", r.Cannot)
	add("*Instead:* ", r.Instead)
	for i := range r.Set {
		a := &r.Set[i]
		if a.Value.IsNull() {
			add("takes away ", fmt.Sprintf("`%s`", a.Setting+a.Path))
			continue
		}
		add("sets ", fmt.Sprintf("`%s` to `%s`", a.Setting+a.Path, a.Value.Text()))
	}
	for i := range r.Add {
		add("adds ", fmt.Sprintf("`%s` `%s`", r.Add[i].Type, r.Add[i].Name))
	}
	if r.Pair {
		add("adds ", "a workspace in another region with all that it leans on")
	}
	for i := range r.Needs {
		add("needs ", r.Needs[i].Text)
	}
	if r.Mends() {
		add("change: ", strings.TrimSuffix(r.Change.Kind+", "+r.Change.Duration, ", ")+"; downtime: "+r.Downtime)
	}
	for i := range r.Costs {
		estimate := ""
		if r.Costs[i].Estimate {
			estimate = " (our estimate)"
		}
		add("cost: ", fmt.Sprintf("× %g, %s%s", r.Costs[i].Factor, r.Costs[i].What, estimate))
	}
	add("cost not known: ", r.NoPrice)
	for i := range r.Calls {
		add("call: ", fmt.Sprintf("`%s {id}%s`", r.Calls[i].Method, r.Calls[i].Path))
	}
	add("in Azure by hand: ", r.ByHand)
	add("undone by more than the old value: ", r.Undo)
	add("for ever: ", r.Forever)
	add("not confirmed by any source: ", r.Unverified)
	return out
}
