package cli

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
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
				_, err = fmt.Fprintf(p.Out, "%s: %s\nstop it with: holdfast sandbox fault stop %s\n", started.ID, describeFault(started), started.ID)
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
				id := strings.Join(args, "")
				list, err := c.Faults(cmd.Context())
				if err != nil {
					return err
				}
				list = slices.DeleteFunc(list, func(f failure.Fault) bool { return id != "" && f.ID != id })
				switch {
				case len(list) == 0 && id != "":
					return withHint(usage("there is no fault %q", id), "see those that are on with: holdfast sandbox fault list")
				case len(list) == 0:
					_, err := fmt.Fprintln(p.Out, "no fault was on")
					return err
				}
				if err := c.StopFault(cmd.Context(), id); err != nil {
					return err
				}
				for _, f := range list {
					if _, err := fmt.Fprintf(p.Out, "%s is over\n", f.ID); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	p.connectionFlag(cmd, &connection)
	return cmd
}

// describeFault says what a fault does and to what, as in "error 503 for 10% of
// the requests whose path has /computes".
func describeFault(f failure.Fault) string {
	var b strings.Builder
	b.WriteString(f.Kind)
	if f.Status != 0 {
		fmt.Fprintf(&b, " %d", f.Status)
	}
	if f.Delay != 0 {
		fmt.Fprintf(&b, " of %s", time.Duration(f.Delay))
	}
	what := "requests"
	if strings.HasPrefix(f.Kind, "operation-") {
		what = "operations"
	}
	if f.Rate > 0 && f.Rate < 1 {
		fmt.Fprintf(&b, " for %s%% of the %s", strconv.FormatFloat(math.Round(f.Rate*1e6)/1e4, 'f', -1, 64), what)
	} else {
		b.WriteString(" for all " + what)
	}
	if f.Method != "" {
		b.WriteString(" with " + harmless(f.Method))
	}
	switch {
	case f.Path != "" && what == "operations":
		b.WriteString(" on resources whose id has " + harmless(f.Path))
	case f.Path != "":
		b.WriteString(" whose path has " + harmless(f.Path))
	}
	switch {
	case f.Times == 1:
		b.WriteString(", once")
	case f.Times > 1:
		fmt.Fprintf(&b, ", %d times", f.Times)
	}
	return b.String()
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
							if _, err := fmt.Fprintf(w, "%-10s %s\n", f.ID, describeFault(f)); err != nil {
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
