package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// inventoryFlags are the flags of inventory.
type inventoryFlags struct {
	settings
	input inputFlags
	outs  []string
}

var inventoryFormats = []string{"text", "json"}

func (p *program) inventoryCommand() *cobra.Command {
	var f inventoryFlags
	cmd := &cobra.Command{
		Use:   "inventory SOURCE...",
		Short: "Keep what a SOURCE holds in a file that gives the same answers",
		Long: `Reads a SOURCE (see 'holdfast assess --help'), most of all from Azure, and
writes an estate: every resource that the workspaces lean on with its settings,
how they lean on each other, and what could not be read. Every command takes
the file as a SOURCE and answers as it would have for what it was made of.

Secrets are masked, those of settings as well as those in texts. Without a file
to write to, a summary is shown.`,
		Example: `  holdfast inventory /subscriptions/SUBSCRIPTION/resourceGroups/rg-ml -o estate.json
  holdfast inventory azure --cloud sandbox
  holdfast inventory examples/workspace -o json=estate.json`,
		Args: wants(1, -1, "a SOURCE: an ARM id, azure, a file, a folder, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.input.whole(p, p.inventory(cmd.Context(), args, &f))
		},
	}
	parameterFlag(cmd, &f.input.params)
	cmd.Flags().StringSliceVarP(&f.outs, "output", "o", nil, "a file such as estate.json, or FORMAT or FORMAT=FILE, may be repeated; formats: text, json (default text)")
	f.addScope(cmd)
	cmd.Flags().BoolVar(&f.input.strict, "strict", false, "a required parameter without a value is an error")
	f.addCatalog(cmd)
	f.input.azure.add(p, cmd)
	return cmd
}

func (p *program) inventory(ctx context.Context, args []string, f *inventoryFlags) error {
	outs := make([]string, len(f.outs))
	for i, o := range f.outs {
		outs[i] = o
		if !strings.Contains(o, "=") && strings.HasSuffix(strings.ToLower(o), ".json") {
			outs[i] = "json=" + o
		}
	}
	if _, err := parseOutputs(outs, inventoryFormats); err != nil {
		return err
	}
	cat, err := p.loadCatalog(&f.settings)
	if err != nil {
		return err
	}
	done := p.progress("reading " + strings.Join(args, " "))
	defer done()
	e, notes, err := p.load(ctx, args, &f.input, f.scope)
	done()
	p.printNotes(notes)
	if err != nil {
		return err
	}
	cat.Classify(e)
	return p.render(outs, inventoryFormats, map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return writeInventory(w, e, cat) },
		"json": func(w io.Writer) error {
			_, err := w.Write(append(estate.Encoding{Bodies: true}.AppendDocument(nil, e), '\n'))
			return err
		},
	})
}

// kindCount is how many resources of one type there are, and where.
type kindCount struct {
	typ, service, regions string
	count                 int
}

// writeInventory sums up an estate.
func writeInventory(w io.Writer, e *estate.Estate, cat *catalog.Catalog) error {
	kinds := kindsOf(e, cat)
	wide, middle := 0, 0
	for _, k := range kinds {
		wide, middle = max(wide, len(k.typ)), max(middle, len(k.service))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s resources, %s relations, %s\n", thousands(e.Coverage.Resources), thousands(len(e.Relations)), workspacesIn(e))
	for _, in := range e.Coverage.Inputs {
		fmt.Fprintf(&b, "%s (%s): %s resources", in.Name, in.Kind, thousands(in.Resources))
		if in.Note != "" {
			b.WriteString(", " + in.Note)
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	for _, k := range kinds {
		fmt.Fprintf(&b, "%6d  %-*s  %-*s  %s\n", k.count, wide, k.typ, middle, k.service, k.regions)
	}
	if n := len(e.Coverage.NotSeen); n > 0 {
		fmt.Fprintf(&b, "\nNot seen: %s\n", things(n))
		for _, x := range e.Coverage.NotSeen {
			fmt.Fprintf(&b, "  %s: %s\n", x.What, x.Why)
		}
	}
	text := strings.Split(b.String(), "\n")
	for i := range text {
		text[i] = strings.TrimRight(harmless(text[i]), " ")
	}
	_, err := io.WriteString(w, strings.Join(text, "\n"))
	return err
}

func workspacesIn(e *estate.Estate) string {
	if n := len(e.Workspaces()); n != 1 {
		return thousands(n) + " workspaces"
	}
	return "1 workspace"
}

// kindsOf counts the resources by type, the catalog's own services first.
func kindsOf(e *estate.Estate, cat *catalog.Catalog) []kindCount {
	by := map[string]*kindCount{}
	regions := map[string][]string{}
	for _, r := range e.Resources {
		if r.External {
			continue
		}
		key := strings.ToLower(r.Type) + "|" + r.Service
		k := by[key]
		if k == nil {
			k = &kindCount{typ: r.Type}
			if s := cat.Service(r.Service); s != nil {
				k.service = s.Title
			}
			by[key] = k
		}
		k.count++
		if r.Location != "" && !slices.Contains(regions[key], r.Location) {
			regions[key] = append(regions[key], r.Location)
		}
	}
	out := make([]kindCount, 0, len(by))
	for key, k := range by {
		slices.Sort(regions[key])
		k.regions = strings.Join(regions[key], ", ")
		out = append(out, *k)
	}
	slices.SortFunc(out, func(a, b kindCount) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.typ), strings.ToLower(b.typ)), strings.Compare(a.service, b.service))
	})
	return out
}
