package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report/json"
)

// effective is one setting with its value and where that came from.
type effective struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"`
}

func (p *program) configCommand() *cobra.Command {
	var st settings
	var outs []string
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the settings in force and where each comes from",
		Long: `Settings come from flags, then from the environment (HOLDFAST_TARGET for
--target), then from the project file ` + assess.ProjectFile + `, found here or in a folder
above, then from the defaults.`,
		Example: "  holdfast config\n  HOLDFAST_TARGET=critical holdfast config -o json",
		Args:    wantsNothing,
		RunE: func(*cobra.Command, []string) error {
			given := st
			if err := st.read(p); err != nil {
				return err
			}
			if _, err := st.threshold(); err != nil {
				return err
			}
			list := p.effective(&given, &st)
			return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
				"text": func(w io.Writer) error { return writeEffective(w, list) },
				"json": func(w io.Writer) error {
					return writeJSON(w, map[string]any{"schemaVersion": json.SchemaVersion, "settings": list})
				},
			})
		},
	}
	st.addTarget(cmd)
	st.addVerdict(cmd)
	st.addScope(cmd)
	st.addCatalog(cmd)
	outputFlag(cmd, &outs, "text", "json")
	return cmd
}

// effective lists the settings; given are the flags and the environment alone.
func (p *program) effective(given, st *settings) []effective {
	file := "(none found)"
	project := &assess.Project{}
	if st.project != nil {
		project, file = st.project, p.short(st.project.File)
	}
	list := []effective{{"project file", file, "search"}}
	add := func(name, flag, value, standard string) {
		from := "project file"
		switch {
		case flag != "" && p.fromEnv[name]:
			value, from = flag, "environment"
		case flag != "":
			value, from = flag, "flag"
		case value == "":
			value, from = standard, "default"
		}
		list = append(list, effective{name, value, from})
	}
	const symbolic = "(symbolic)"
	add("target", given.target, st.target, assess.ProductionTarget)
	add("fail-on", given.failOn, string(project.FailOn), string(assess.High))
	add("baseline", given.baseline, project.Baseline, "(none)")
	add("catalog", strings.Join(given.catalogs, ", "), strings.Join(st.catalogs, ", "), "(built in)")
	add("subscription", given.scope.Subscription, st.scope.Subscription, symbolic)
	add("resource-group", given.scope.ResourceGroup, st.scope.ResourceGroup, symbolic)
	add("location", given.scope.Location, st.scope.Location, symbolic)
	add("tenant", given.scope.Tenant, st.scope.Tenant, symbolic)
	add("suppressions", "", counted(len(project.Suppressions)), "0")
	add("pairs", "", counted(len(project.Pairs)), "0")
	return list
}

// counted is a number as text, "" for none.
func counted(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func writeEffective(w io.Writer, list []effective) error {
	for _, e := range list {
		if _, err := fmt.Fprintf(w, "%-15s %-40s %s\n", e.Name, e.Value, e.From); err != nil {
			return err
		}
	}
	return nil
}
