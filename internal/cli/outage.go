package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// outageFlags say what fails.
type outageFlags struct {
	settings
	input                           inputFlags
	outs                            []string
	region, zone, service, resource string
}

func (p *program) outageCommand() *cobra.Command {
	var f outageFlags
	cmd := &cobra.Command{
		Use:   "outage SOURCE...",
		Short: "Show what one outage takes away, for how long, and because of what",
		Long: `Puts an outage through the workspaces of a SOURCE (see 'holdfast assess
--help'): what happens to each resource, and what that does to each capability.
Without a flag, every zone, region and service outage that can meet the estate
is tried.

Where the region of a template is not known, "--region its" stands for it.`,
		Example: `  holdfast outage examples/workspace
  holdfast outage examples/workspace --region westeurope --zone 1
  holdfast outage examples/workspace --region westeurope --service key-vault
  holdfast outage examples/workspace --resource demand-aks`,
		Args: wants(1, -1, "a SOURCE: a file, a folder, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.input.whole(p, p.outage(cmd.Context(), args, &f))
		},
	}
	parameterFlag(cmd, &f.input.params)
	fl := cmd.Flags()
	fl.StringVar(&f.region, "region", "", "the region that fails, or the region of --zone and --service")
	fl.StringVar(&f.zone, "zone", "", "the zone of the region that fails")
	fl.StringVar(&f.service, "service", "", "the service that fails in the region, by its id in 'holdfast catalog'")
	fl.StringVar(&f.resource, "resource", "", "the one resource that fails, by name or id")
	outputFlag(cmd, &f.outs, "text", "json")
	f.addScope(cmd)
	fl.BoolVar(&f.input.strict, "strict", false, "a required parameter without a value is an error")
	f.addCatalog(cmd)
	f.input.azure.add(p, cmd)
	return cmd
}

func (p *program) outage(ctx context.Context, args []string, f *outageFlags) error {
	cat, err := p.loadCatalog(&f.settings)
	if err != nil {
		return err
	}
	if f.service != "" {
		if f.service, err = serviceNamed(cat, f.service); err != nil {
			return err
		}
	}
	done := p.progress("reading " + strings.Join(args, " "))
	defer done()
	e, notes, err := p.load(ctx, args, &f.input, f.scope)
	done()
	p.printNotes(notes)
	if err != nil {
		return err
	}
	if f.project != nil {
		joined, more := assess.Join(e, f.project.Pairs)
		p.printNotes(more)
		e = joined
	}
	cat.Classify(e)
	m := outage.New(e, cat)
	chosen, err := f.choose(e, m)
	if err != nil {
		return err
	}
	results := make([]outage.Result, len(chosen))
	for i, o := range chosen {
		if err := ctx.Err(); err != nil {
			return err
		}
		results[i] = m.Run(o)
	}
	opt := p.reportOptions()
	return p.render(f.outs, []string{"text", "json"}, map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return text.Outages(w, e, cat, results, opt) },
		"json": func(w io.Writer) error { return json.Outages(w, e, cat, results, opt) },
	})
}

// serviceNamed is the service whose outage is meant: by its id, or by its id
// without "azure-" ("storage"). Data stores on Azure Storage fail with it.
func serviceNamed(cat *catalog.Catalog, name string) (string, error) {
	for _, id := range []string{name, "azure-" + name} {
		if cat.Service(id) != nil {
			return cat.Family(id), nil
		}
	}
	return "", withHint(usage("there is no service %q", name), didYouMean(name, serviceIDs(cat), "list them with: holdfast catalog"))
}

// choose is the outage that the flags name, or all that can meet the estate.
func (f *outageFlags) choose(e *estate.Estate, m *outage.Model) ([]outage.Outage, error) {
	if f.resource != "" {
		if f.region+f.zone+f.service != "" {
			return nil, usage("--resource names what fails by itself: leave out --region, --zone and --service")
		}
		return f.oneResource(e)
	}
	if f.zone != "" && f.service != "" {
		return nil, usage("a zone and a service do not fail as one: leave out --zone or --service")
	}
	all := m.Outages()
	var fits []outage.Outage
	for _, o := range all {
		if f.fits(o) {
			fits = append(fits, o)
		}
	}
	if len(fits) > 0 {
		return fits, nil
	}
	if len(all) == 0 {
		return nil, withHint(usage("no outage of a zone, a region or a service can meet this estate: nothing in it has a region"), "let one resource fail: --resource NAME")
	}
	return nil, withHint(usage("no such outage can meet this estate"), "it can be met by: "+strings.Join(f.instead(all), ", "))
}

// instead lists what could have been meant: the regions, or for a zone or a
// service those of the region that was named.
func (f *outageFlags) instead(all []outage.Outage) []string {
	var near []outage.Outage
	for _, o := range all {
		if f.region == "" || sameRegion(f.region, o.Region) {
			near = append(near, o)
		}
	}
	if len(near) == 0 || f.zone == "" && f.service == "" {
		return places(all)
	}
	var out []string
	for _, o := range near {
		word := "--zone " + o.Zone
		if f.service != "" {
			word = "--service " + o.Service
		}
		if fits := o.Scope == catalog.ScopeZone && f.zone != "" || o.Scope == catalog.ScopeService && f.service != ""; fits && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	if len(out) == 0 {
		return places(near)
	}
	return out
}

// fits says whether the flags mean o. Without any, all outages are meant.
func (f *outageFlags) fits(o outage.Outage) bool {
	if f.region != "" && !sameRegion(f.region, o.Region) {
		return false
	}
	switch {
	case f.service != "":
		return o.Scope == catalog.ScopeService && o.Service == f.service
	case f.zone != "":
		return o.Scope == catalog.ScopeZone && (o.Zone == f.zone || o.Zone == outage.AnyZone)
	case f.region != "":
		return o.Scope == catalog.ScopeRegion
	}
	return true
}

func sameRegion(flag, region string) bool {
	if flag == "its" {
		return estate.IsSymbolic(region)
	}
	return estate.NormalizeLocation(flag) == region
}

func (f *outageFlags) oneResource(e *estate.Estate) ([]outage.Outage, error) {
	var found []outage.Outage
	var names []string
	id := estate.ParseID(f.resource)
	for _, r := range e.Resources {
		names = append(names, r.Name)
		if r.ID.Equal(id) || strings.EqualFold(r.Name, f.resource) {
			found = append(found, outage.Outage{Scope: catalog.ScopeResource, Resource: r})
		}
	}
	switch {
	case len(found) == 0:
		return nil, withHint(usage("there is no resource %q", f.resource), didYouMean(f.resource, names, "list them with: holdfast assess SOURCE -o json"))
	case len(found) > 1 && !found[0].Resource.ID.Equal(id):
		ids := make([]string, len(found))
		for i, o := range found {
			ids[i] = o.Resource.ID.String()
		}
		return nil, withHint(usage("%d resources are named %q", len(found), f.resource), "give the id: "+strings.Join(ids, " or "))
	}
	return found[:1], nil
}

// places names the regions of the outages, each once, in order.
func places(all []outage.Outage) []string {
	var out []string
	for _, o := range all {
		name := "--region " + o.Region
		if estate.IsSymbolic(o.Region) {
			name = "--region its"
		}
		if o.Scope == catalog.ScopeRegion && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
