package cli

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

func (p *program) catalogCommand() *cobra.Command {
	var st settings
	var outs []string
	cmd := &cobra.Command{
		Use:   "catalog [SERVICE]",
		Short: "Show who must keep each service up, and the facts behind it",
		Long: `Without an argument: the responsibility table of Azure Machine Learning's
resiliency guide, with what holds today beside it. With a service: all that is
known of it, with sources.`,
		Example: "  holdfast catalog\n  holdfast catalog key-vault\n  holdfast catalog -o json",
		Args:    wants(0, 1, "one service"),
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := p.loadCatalog(&st)
			if err != nil {
				return err
			}
			services := c.Services()
			if len(args) == 1 {
				s := c.Service(args[0])
				if s == nil {
					return withHint(usage("there is no service %q", args[0]), didYouMean(args[0], serviceIDs(c), "list them with: holdfast catalog"))
				}
				services = []*catalog.Service{s}
			}
			opt := p.reportOptions()
			return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
				"text": func(w io.Writer) error {
					if len(args) == 1 {
						return text.Service(w, c, services[0], opt)
					}
					return text.Catalog(w, c, opt)
				},
				"json": func(w io.Writer) error { return json.Catalog(w, c, services, opt) },
			})
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			c, err := catalog.Default()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return serviceIDs(c), cobra.ShellCompDirectiveNoFileComp
		},
	}
	st.addCatalog(cmd)
	outputFlag(cmd, &outs, "text", "json")
	return cmd
}

func (p *program) rulesCommand() *cobra.Command {
	var st settings
	var outs []string
	cmd := &cobra.Command{
		Use:     "rules",
		Short:   "List every rule with its severity and its peers in other tools",
		Example: "  holdfast rules\n  holdfast rules -o json",
		Args:    wantsNothing,
		RunE: func(*cobra.Command, []string) error {
			c, err := p.loadCatalog(&st)
			if err != nil {
				return err
			}
			opt := p.reportOptions()
			return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
				"text": func(w io.Writer) error { return text.Rules(w, c, opt) },
				"json": func(w io.Writer) error { return json.Rules(w, c, c.Rules(), opt) },
			})
		},
	}
	st.addCatalog(cmd)
	outputFlag(cmd, &outs, "text", "json")
	return cmd
}

func (p *program) explainCommand() *cobra.Command {
	var st settings
	var outs []string
	cmd := &cobra.Command{
		Use:     "explain RULE",
		Short:   "Explain one rule: why, what, how, sources, peers",
		Example: "  holdfast explain default-storage-region-failover\n  holdfast explain aks-zone-outage -o json",
		Args:    wants(1, 1, "one rule, as 'holdfast rules' lists them"),
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := p.loadCatalog(&st)
			if err != nil {
				return err
			}
			r := c.Rule(args[0])
			if r == nil {
				return withHint(usage("there is no rule %q", args[0]), didYouMean(args[0], ruleIDs(c), "list them with: holdfast rules"))
			}
			opt := p.reportOptions()
			return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
				"text": func(w io.Writer) error { return text.Rule(w, c, r, opt) },
				"json": func(w io.Writer) error { return json.Rules(w, c, []*catalog.Rule{r}, opt) },
			})
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			c, err := catalog.Default()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return ruleIDs(c), cobra.ShellCompDirectiveNoFileComp
		},
	}
	st.addCatalog(cmd)
	outputFlag(cmd, &outs, "text", "json")
	return cmd
}

func (p *program) loadCatalog(st *settings) (*catalog.Catalog, error) {
	if err := st.read(p); err != nil {
		return nil, err
	}
	return st.catalog(p)
}

func serviceIDs(c *catalog.Catalog) []string {
	var ids []string
	for _, s := range c.Services() {
		ids = append(ids, s.ID)
	}
	return ids
}

func ruleIDs(c *catalog.Catalog) []string {
	var ids []string
	for _, r := range c.Rules() {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}
