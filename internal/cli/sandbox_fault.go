package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/remote"
)

func (p *program) sandboxFaultCommand() *cobra.Command {
	return group("fault", "Spoil requests and operations in the sandbox", p.startFaultCommand(), p.stopFaultCommand(), p.listFaultsCommand())
}

func (p *program) startFaultCommand() *cobra.Command {
	var f failure.Fault
	var delay time.Duration
	var connection string
	cmd := &cobra.Command{
		Use:   "start KIND",
		Short: "Make requests slow, fail, hang or lie, or operations fail or hang",
		Long: `Kinds: latency, error, throttle, cut, hang, malformed, stale, operation-fails,
operation-hangs. Delays are in real time. Faults add up; chance decides where
--rate is below 1.`,
		Example: `  holdfast sandbox fault start latency --delay 80ms
  holdfast sandbox fault start error --status 503 --rate 0.1 --path /computes
  holdfast sandbox fault start operation-hangs --path managedClusters --times 1`,
		Args:      wants(1, 1, "the kind of fault"),
		ValidArgs: failure.Kinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Kind, f.Delay = args[0], failure.Duration(delay)
			return p.administer(connection, func(c *remote.Client) error {
				started, err := c.StartFault(cmd.Context(), f)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.Out, "%s is on\nstop it with: holdfast sandbox fault stop %s\n", started.ID, started.ID)
				return err
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.Method, "method", "", "only requests with this method")
	fl.StringVar(&f.Path, "path", "", "only requests whose path has a match of this regular expression; for operations the resource's id")
	fl.Float64Var(&f.Rate, "rate", 1, "the share of the requests that it meets")
	fl.DurationVar(&delay, "delay", 0, "for latency, hang and stale")
	fl.IntVar(&f.Status, "status", 0, "for error: the HTTP status")
	fl.IntVar(&f.Times, "times", 0, "end after that many requests")
	p.connectionFlag(cmd, &connection)
	return cmd
}

func (p *program) stopFaultCommand() *cobra.Command {
	var connection string
	cmd := &cobra.Command{
		Use: "stop [FAULT]", Short: "End a fault, or all of them", Example: "  holdfast sandbox fault stop fault-1",
		Args: wants(0, 1, "the id of a fault"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.administer(connection, func(c *remote.Client) error {
				id := ""
				if len(args) > 0 {
					id = args[0]
				}
				return c.StopFault(cmd.Context(), id)
			})
		},
	}
	p.connectionFlag(cmd, &connection)
	return cmd
}

func (p *program) listFaultsCommand() *cobra.Command {
	var connection string
	var outs []string
	cmd := &cobra.Command{
		Use: "list", Short: "List the faults that are on", Args: wantsNothing, Example: "  holdfast sandbox fault list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.administer(connection, func(c *remote.Client) error {
				list, err := c.Faults(cmd.Context())
				if err != nil {
					return err
				}
				return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
					"text": func(w io.Writer) error {
						if len(list) == 0 {
							_, err := fmt.Fprintln(w, "no faults")
							return err
						}
						for _, f := range list {
							if _, err := fmt.Fprintf(w, "%-10s %-16s %s %s\n", f.ID, f.Kind, f.Method, harmless(f.Path)); err != nil {
								return err
							}
						}
						return nil
					},
					"json": func(w io.Writer) error {
						return writeJSON(w, map[string]any{"schemaVersion": json.SchemaVersion, "faults": list})
					},
				})
			})
		},
	}
	outputFlag(cmd, &outs, "text", "json")
	p.connectionFlag(cmd, &connection)
	return cmd
}
