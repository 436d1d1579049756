package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// program is the command line with its connections and global flags.
type program struct {
	Streams
	colourMode string
	quiet      bool
	verbose    bool
}

// Main runs the program with the arguments (without the program's name) and
// gives its exit code. An interrupt cancels what is under way; a second one ends
// the process at once.
func Main(args []string, s Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // after the first signal the default action is back
	return Run(ctx, args, s)
}

// Run is [Main] without signals.
func Run(ctx context.Context, args []string, s Streams) int {
	p := &program{Streams: s}
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil && err != nil {
		fmt.Fprintln(s.Err, "holdfast: cancelled; nothing was changed")
		return ExitCancelled
	}
	p.complain(args, err)
	return exitCode(err)
}

// complain prints an error as the rules of the terminal have it; as JSON on the
// last line of standard error when JSON was asked for.
func (p *program) complain(args []string, err error) {
	var e *exitError
	if err == nil || (errors.As(err, &e) && e.err == nil) {
		return
	}
	if slices.Contains(args, "json") || slices.Contains(args, "-ojson") || slices.Contains(args, "--output=json") {
		_ = writeJSONLine(p.Err, map[string]any{"error": map[string]any{"code": exitCode(err), "message": err.Error(), "hint": hintOf(err)}})
		return
	}
	fmt.Fprintf(p.Err, "holdfast: %v\n", err)
	if h := hintOf(err); h != "" {
		fmt.Fprintf(p.Err, "hint: %s\n", h)
	}
}

func hintOf(err error) string {
	for e := (*exitError)(nil); errors.As(err, &e); err = e.err {
		if e.hint != "" {
			return e.hint
		}
	}
	return ""
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "holdfast",
		Short: "Keep Azure Machine Learning working when Azure does not",
		Long: `Holdfast finds everything an Azure Machine Learning workspace leans on, says who
must keep each part up, shows what an outage of a zone, a region or a service
takes away, and what to do about it. It changes nothing.

Exit codes: 0 fine, 1 findings at or above --fail-on, 2 wrong usage or input,
3 Azure or network error, 4 the result is not whole, 130 cancelled.`,
		Example: `  holdfast assess azuredeploy.json -p azuredeploy.parameters.json
  az resource list -g rg-ml -o json | holdfast assess -
  holdfast outage infra/ --region westeurope --zone 1
  holdfast explain default-storage-region-failover`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: p.prepare,
		Args:              subcommand,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f := root.PersistentFlags()
	f.StringVar(&p.colourMode, "color", "auto", "use colour: auto, always, never")
	f.BoolVarP(&p.quiet, "quiet", "q", false, "print results and errors only, no notes, no progress")
	f.BoolVarP(&p.verbose, "verbose", "v", false, "show everything that was looked at, also what is fine")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return withHint(usage("%w", err), fmt.Sprintf("see '%s --help'", cmd.CommandPath()))
	})
	root.AddCommand(p.assessCommand(), p.outageCommand(), p.catalogCommand(), p.rulesCommand(), p.explainCommand(), p.armCommand(), p.configCommand(), p.schemaCommand(), p.versionCommand())
	return root
}

// subcommand refuses what is no command, and names the nearest one.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	list := fmt.Sprintf("list them with: %s --help", cmd.CommandPath())
	return withHint(usage("%s has no command %q", cmd.CommandPath(), args[0]), didYouMean(args[0], names, list))
}

// prepare fills the flags that were not given from the environment
// (HOLDFAST_TARGET for --target) and checks the global ones.
func (p *program) prepare(cmd *cobra.Command, _ []string) error {
	var errs []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if v := p.Env(envName(f.Name)); v != "" && !f.Changed {
			if err := cmd.Flags().Set(f.Name, v); err != nil {
				errs = append(errs, fmt.Errorf("environment variable %s: %w", envName(f.Name), err))
			}
		}
	})
	if !slices.Contains([]string{"auto", "always", "never"}, p.colourMode) {
		errs = append(errs, fmt.Errorf("--color is %q: it must be auto, always or never", p.colourMode))
	}
	if len(errs) > 0 {
		return usage("%w", errors.Join(errs...))
	}
	return nil
}

func envName(flag string) string {
	return "HOLDFAST_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// render writes each of the outputs that were asked for.
func (p *program) render(values, formats []string, by map[string]func(io.Writer) error) error {
	outs, err := parseOutputs(values, formats)
	if err != nil {
		return err
	}
	for _, o := range outs {
		if err := o.write(p.Streams, by[o.format]); err != nil {
			return err
		}
		if o.file != "" {
			p.note("wrote %s (%s)", o.file, o.format)
		}
	}
	return nil
}

// note prints a line for people on standard error.
func (p *program) note(format string, args ...any) {
	if !p.quiet {
		fmt.Fprintf(p.Err, format+"\n", args...)
	}
}

// outputFlag adds -o with its completions; the first format is the default.
func outputFlag(cmd *cobra.Command, outs *[]string, formats ...string) {
	cmd.Flags().StringSliceVarP(outs, "output", "o", nil, "FORMAT or FORMAT=FILE, may be repeated; formats: "+strings.Join(formats, ", ")+" (default "+formats[0]+")")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoSpace))
}
