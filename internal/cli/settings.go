package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// settings are the flags that several commands share, and the project's file.
type settings struct {
	config   string // --config
	catalogs []string
	target   string
	failOn   string
	baseline string
	scope    assess.Scope
	project  *assess.Project // nil without a project file
}

// addCatalog adds --catalog and --config.
func (st *settings) addCatalog(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&st.catalogs, "catalog", nil, "folder with facts and rules of your own, may be repeated")
	f.StringVar(&st.config, "config", "", "project file (default: "+assess.ProjectFile+" here or in a folder above)")
}

// addScope adds the facts of the deployment scope.
func (st *settings) addScope(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&st.scope.Subscription, "subscription", "", "id of the subscription that templates are deployed to (default: symbolic)")
	f.StringVar(&st.scope.ResourceGroup, "resource-group", "", "name of the resource group that templates are deployed to (default: symbolic)")
	f.StringVar(&st.scope.Location, "location", "", "region of that resource group (default: symbolic)")
	f.StringVar(&st.scope.Tenant, "tenant", "", "id of the tenant (default: symbolic)")
}

// addTarget adds --target.
func (st *settings) addTarget(cmd *cobra.Command) {
	cmd.Flags().StringVar(&st.target, "target", "", "what is to survive: dev, production, critical, or a YAML file (default "+assess.ProductionTarget+")")
	_ = cmd.RegisterFlagCompletionFunc("target", cobra.FixedCompletions([]string{assess.DevTarget, assess.ProductionTarget, assess.CriticalTarget}, cobra.ShellCompDirectiveDefault))
}

// addVerdict adds what decides the exit code.
func (st *settings) addVerdict(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&st.failOn, "fail-on", "", "exit with 1 when a finding is at least this severe: "+strings.Join(assess.SeverityNames(), ", ")+", none (default high)")
	f.StringVar(&st.baseline, "baseline", "", "file with findings that are known: only new ones count")
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(append(assess.SeverityNames(), noSeverity), cobra.ShellCompDirectiveNoFileComp))
}

// read finds and reads the project's file and takes from it what no flag says.
func (st *settings) read(p *program) error {
	var err error
	if st.config != "" {
		src, rerr := os.ReadFile(p.path(st.config))
		if rerr != nil {
			return usage("cannot read the project file: %w", rerr)
		}
		st.project, err = assess.ParseProject(st.config, src)
	} else {
		st.project, err = assess.FindProject(p.Dir, os.ReadFile)
	}
	if err != nil {
		return usage("%w", err)
	}
	if st.project == nil {
		return nil
	}
	if len(st.catalogs) == 0 {
		st.catalogs = st.project.Catalogs
	}
	for _, x := range []struct {
		flag *string
		file string
	}{
		{&st.target, st.project.Target},
		{&st.scope.Subscription, st.project.Scope.Subscription},
		{&st.scope.ResourceGroup, st.project.Scope.ResourceGroup},
		{&st.scope.Location, st.project.Scope.Location},
		{&st.scope.Tenant, st.project.Scope.Tenant},
	} {
		if *x.flag == "" {
			*x.flag = x.file
		}
	}
	return nil
}

// catalog loads the built-in catalog and what extends it.
func (st *settings) catalog(p *program) (*catalog.Catalog, error) {
	if len(st.catalogs) == 0 {
		return catalog.Default()
	}
	dirs := make([]string, len(st.catalogs))
	for i, d := range st.catalogs {
		dirs[i] = p.path(d)
	}
	c, err := catalog.Load(dirs...)
	if err != nil {
		return nil, usage("the catalog cannot be used:\n%w", err)
	}
	return c, nil
}

// wanted is the target: a built-in one or one of a file.
func (st *settings) wanted(p *program) (*assess.Target, error) {
	name := st.target
	if name == "" {
		name = assess.ProductionTarget
	}
	if t := assess.TargetByName(name); t != nil {
		return t, nil
	}
	src, err := os.ReadFile(p.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, withHint(usage("there is no target %q, neither built in nor as a file", name), "built-in targets are dev, production and critical")
	}
	if err != nil {
		return nil, usage("cannot read the target: %w", err)
	}
	t, err := assess.ParseTarget(name, src)
	if err != nil {
		return nil, usage("%w", err)
	}
	return t, nil
}

// path makes a path of the command line absolute.
func (p *program) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, name)
}

// short gives a path relative to the working directory where that is shorter.
func (p *program) short(name string) string {
	if rel, err := filepath.Rel(p.Dir, name); err == nil && len(rel) < len(name) {
		return rel
	}
	return name
}
