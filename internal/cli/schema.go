package cli

import (
	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/report/json"
)

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON schema of the JSON report",
		Example: "  holdfast schema > report.schema.json",
		Args:    wantsNothing,
		RunE: func(*cobra.Command, []string) error {
			_, err := p.Out.Write(json.Schema)
			return err
		},
	}
}
