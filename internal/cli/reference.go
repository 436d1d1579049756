package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

//go:generate go run ./gen ../../docs/reference

// CommandReference writes the reference page of all commands as Markdown.
func CommandReference(w io.Writer) error {
	root := (&program{Streams: Streams{Env: func(string) string { return "" }}}).rootCommand()
	var b strings.Builder
	b.WriteString("# Commands\n\nMade from the program by `go generate ./internal/cli`.\n")
	describe(&b, root)
	_, err := io.WriteString(w, b.String())
	return err
}

func describe(b *strings.Builder, cmd *cobra.Command) {
	if !cmd.IsAvailableCommand() && cmd.HasParent() {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n%s.\n", cmd.CommandPath(), cmd.Short)
	if cmd.Long != "" {
		fmt.Fprintf(b, "\n%s\n", cmd.Long)
	}
	if cmd.Runnable() {
		fmt.Fprintf(b, "\n```\n%s\n```\n", cmd.UseLine())
	}
	if cmd.HasExample() {
		fmt.Fprintf(b, "\n```sh\n%s\n```\n", dedent(cmd.Example))
	}
	if flags := cmd.NonInheritedFlags().FlagUsagesWrapped(100); flags != "" {
		fmt.Fprintf(b, "\n```\n%s```\n", flags)
	}
	for _, c := range cmd.Commands() {
		describe(b, c)
	}
}

func dedent(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}

// RuleReference writes the reference page of all rules as Markdown.
func RuleReference(w io.Writer) error {
	c, err := catalog.Default()
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Rules\n\n%d rules, facts of %s. Made from the catalog by `go generate ./internal/cli`; `holdfast explain RULE` shows\none with its settings, remedy in steps and sources.\n", len(c.Rules()), c.AsOf())
	for _, r := range c.Rules() {
		kind := "checked on the resource"
		if r.Scope != "" {
			kind = "follows from a " + string(r.Scope) + " outage"
		}
		fmt.Fprintf(&b, "\n## %s\n\n**%s.** Severity %s, %s, about %s.\n\n%s\n\n*Remedy:* %s\n",
			r.ID, strings.TrimSuffix(r.Title, "."), r.Severity, kind, strings.Join(r.Services, ", "), strings.TrimSpace(r.Why), strings.TrimSpace(r.Remedy))
		if mends := c.RemediesOf(r.ID); len(mends) > 0 {
			ids := make([]string, len(mends))
			for i, m := range mends {
				ids[i] = fmt.Sprintf("[%s](remedies.md#%s)", m.ID, m.ID)
			}
			fmt.Fprintf(&b, "\n*Mended by:* %s\n", strings.Join(ids, ", "))
		}
		if peers := peersOf(r); peers != "" {
			fmt.Fprintf(&b, "\n*Peers:* %s\n", peers)
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func peersOf(r *catalog.Rule) string {
	var parts []string
	for _, p := range []struct {
		tool string
		ids  []string
	}{{"PSRule", r.Peers.PSRule}, {"checkov", r.Peers.Checkov}, {"trivy", r.Peers.Trivy}, {"APRL", r.Peers.APRL}, {"azqr", r.Peers.AzQR}} {
		if len(p.ids) > 0 {
			parts = append(parts, p.tool+" "+strings.Join(p.ids, ", "))
		}
	}
	return strings.Join(parts, "; ")
}
