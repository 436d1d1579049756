package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/remote"
)

// administer connects to the sandbox that runs and does something with it. What
// the sandbox refuses is an error of usage, not reaching it one of the network.
func (p *program) administer(connection string, do func(*remote.Client) error) error {
	c, err := p.connectionOf(connection)
	if err != nil {
		return err
	}
	client, err := remote.Dial(c)
	if err != nil {
		return usage("%w", err)
	}
	err = do(client)
	var already *exitError
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.As(err, &already):
		return err
	case errors.Is(err, remote.ErrRefused):
		return usage("%w", err)
	}
	return &exitError{code: ExitAzure, err: err, hint: "start it again with: holdfast sandbox"}
}

// group makes a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: subcommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(commands...)
	return cmd
}

func (p *program) sandboxOutageCommand() *cobra.Command {
	return group("outage", "Start, stop and list outages in the sandbox", p.startOutageCommand(), p.stopOutageCommand(), p.listOutagesCommand())
}

func (p *program) startOutageCommand() *cobra.Command {
	var o failure.Outage
	var connection string
	var identity, node bool
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Make a zone, a region, a service, a resource, a node or identity fail",
		Long: `Makes something fail in the sandbox, from now until it is stopped. What each
resource does then is what the catalog says for its settings: it goes down,
fails over after a time, turns read-only, or carries on. Move the clock with
'holdfast sandbox clock advance' to see what an outage does after hours.`,
		Example: `  holdfast sandbox outage start --region westeurope
  holdfast sandbox outage start --region westeurope --zone 1
  holdfast sandbox outage start --region westeurope --service key-vault
  holdfast sandbox outage start --resource /subscriptions/…/vaults/kv1
  holdfast sandbox outage start --identity`,
		Args: wantsNothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := scopeOf(&o, identity, node); err != nil {
				return err
			}
			return p.administer(connection, func(c *remote.Client) error {
				started, err := c.StartOutage(cmd.Context(), o)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.Out, "%s: %s is down since %s\nstop it with: holdfast sandbox outage stop %s\n", started.ID, started, stamp(started.Started), started.ID)
				return err
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&o.Region, "region", "", "the region that fails, or the region of --zone and --service")
	fl.StringVar(&o.Zone, "zone", "", "the zone of the region that fails")
	fl.StringVar(&o.Service, "service", "", "the service that fails in the region, by its id in 'holdfast catalog'")
	fl.StringVar(&o.Resource, "resource", "", "the one resource that fails, by its id")
	fl.BoolVar(&node, "node", false, "with --resource: one of its nodes fails, not the whole")
	fl.BoolVar(&identity, "identity", false, "no new tokens are issued, anywhere")
	p.connectionFlag(cmd, &connection)
	return cmd
}

// scopeOf works out from the flags what fails.
func scopeOf(o *failure.Outage, identity, node bool) error {
	if o.Service != "" {
		cat, err := catalog.Default()
		if err != nil {
			return err
		}
		if o.Service, err = serviceNamed(cat, o.Service); err != nil {
			return err
		}
	}
	switch {
	case identity && o.Region+o.Zone+o.Service+o.Resource != "":
		return usage("--identity fails everywhere: leave out the other flags")
	case identity:
		o.Scope = failure.Identity
	case o.Resource != "" && o.Region+o.Zone+o.Service != "":
		return usage("--resource names what fails by itself: leave out --region, --zone and --service")
	case node && o.Resource == "":
		return usage("--node needs --resource")
	case node:
		o.Scope = catalog.ScopeNode
	case o.Resource != "":
		o.Scope = catalog.ScopeResource
	case o.Zone != "" && o.Service != "":
		return usage("a zone fails or a service does: give --zone or --service")
	case o.Zone != "":
		o.Scope = catalog.ScopeZone
	case o.Service != "":
		o.Scope = catalog.ScopeService
	case o.Region != "":
		o.Scope = catalog.ScopeRegion
	default:
		return withHint(usage("an outage needs something that fails"), "give --region, --resource or --identity")
	}
	return nil
}

func (p *program) stopOutageCommand() *cobra.Command {
	var connection string
	var all bool
	cmd := &cobra.Command{
		Use:     "stop [OUTAGE]",
		Short:   "End an outage; the only one, when there is one",
		Example: "  holdfast sandbox outage stop outage-1\n  holdfast sandbox outage stop --all",
		Args:    wants(0, 1, "the id of an outage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.administer(connection, func(c *remote.Client) error {
				id := strings.Join(args, "")
				if id == "" && !all {
					going, err := goingOutages(cmd.Context(), c)
					switch {
					case err != nil:
						return err
					case len(going) > 1:
						return withHint(usage("%d outages go on", len(going)), "name one of them, or give --all")
					}
				}
				ended, err := c.StopOutage(cmd.Context(), id)
				if err != nil {
					return err
				}
				if len(ended) == 0 {
					_, err = fmt.Fprintln(p.Out, "no outage was going on")
				}
				for _, o := range ended {
					if _, err := fmt.Fprintf(p.Out, "%s: %s is back after %s\n", o.ID, o, span(o.Ended.Sub(o.Started))); err != nil {
						return err
					}
				}
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "end all outages")
	p.connectionFlag(cmd, &connection)
	return cmd
}

func goingOutages(ctx context.Context, c *remote.Client) ([]failure.Outage, error) {
	list, err := c.Outages(ctx)
	var going []failure.Outage
	for _, o := range list {
		if o.Ended == nil {
			going = append(going, o)
		}
	}
	return going, err
}

func (p *program) listOutagesCommand() *cobra.Command {
	var connection string
	var outs []string
	cmd := &cobra.Command{
		Use: "list", Short: "List the outages of the sandbox", Args: wantsNothing, Example: "  holdfast sandbox outage list -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.administer(connection, func(c *remote.Client) error {
				list, err := c.Outages(cmd.Context())
				if err != nil {
					return err
				}
				return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
					"text": func(w io.Writer) error { return listOutages(w, list) },
					"json": func(w io.Writer) error {
						return writeJSON(w, map[string]any{"schemaVersion": json.SchemaVersion, "outages": list})
					},
				})
			})
		},
	}
	outputFlag(cmd, &outs, "text", "json")
	p.connectionFlag(cmd, &connection)
	return cmd
}

func listOutages(w io.Writer, list []failure.Outage) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no outages")
		return err
	}
	for _, o := range list {
		state := "goes on"
		if o.Ended != nil {
			state = "ended after " + span(o.Ended.Sub(o.Started))
		}
		if _, err := fmt.Fprintf(w, "%-12s %-40s since %s, %s\n", o.ID, harmless(o.String()), stamp(o.Started), state); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) sandboxClockCommand() *cobra.Command {
	var connection string
	advance := &cobra.Command{
		Use: "advance DURATION", Short: "Move the sandbox's clock ahead", Example: "  holdfast sandbox clock advance 8h",
		Args: wants(1, 1, "a time such as 90m or 8h"),
		RunE: func(cmd *cobra.Command, args []string) error {
			by, err := time.ParseDuration(args[0])
			if err != nil || by <= 0 {
				return usage("the time %q cannot be read: write it as 90m, 8h or 1h30m", args[0])
			}
			done := p.progress("letting the time pass")
			defer done()
			return p.administer(connection, func(c *remote.Client) error {
				now, err := c.Advance(cmd.Context(), by)
				done()
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.Out, "it is %s in the sandbox\n", stamp(now))
				return err
			})
		},
	}
	p.connectionFlag(advance, &connection)
	return group("clock", "Move the sandbox's clock", advance)
}

func (p *program) sandboxStatusCommand() *cobra.Command {
	var connection string
	var outs []string
	cmd := &cobra.Command{
		Use: "status", Short: "Tell how the sandbox is: its time, resources, outages", Args: wantsNothing, Example: "  holdfast sandbox status -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.administer(connection, func(c *remote.Client) error {
				s, err := c.Status(cmd.Context())
				if err != nil {
					return err
				}
				return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
					"text": func(w io.Writer) error {
						_, err := fmt.Fprintf(w, "it is %s in the sandbox (clock: %s)\n%s, %s\n", stamp(s.Now), s.Clock,
							count(s.Resources, "resource"), count(int(s.Requests["main"]+s.Requests["blob"]+s.Requests["file"]), "request"))
						if err != nil {
							return err
						}
						for _, f := range s.Faults {
							if _, err := fmt.Fprintf(w, "%-12s %s\n", f.ID, describeFault(f)); err != nil {
								return err
							}
						}
						return listOutages(w, s.Outages)
					},
					"json": func(w io.Writer) error {
						return writeJSON(w, map[string]any{"schemaVersion": json.SchemaVersion, "status": s})
					},
				})
			})
		},
	}
	outputFlag(cmd, &outs, "text", "json")
	p.connectionFlag(cmd, &connection)
	return cmd
}

// stamp is a time of the sandbox, to the second.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// span is a time for people, to the second.
func span(d time.Duration) string { return d.Round(time.Second).String() }
