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
	"sync/atomic"
	"syscall"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// program is the command line with its connections and global flags.
type program struct {
	Streams
	colourMode string
	quiet      bool
	verbose    bool
	fromEnv    map[string]bool        // flags whose value the environment gave
	status     atomic.Pointer[string] // how far the work is, for the line of progress
	waiting    []string               // notes for when that line is gone
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
	p := &program{Streams: s, fromEnv: make(map[string]bool)}
	root := p.rootCommand()
	root.SetArgs(append([]string{}, args...)) // without any the library would take those of the process
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	addCommon(root) // it keeps the output that is set now
	err := misspelt(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	var told *exitError // a command that leaves something behind says so itself
	if ctx.Err() != nil && err != nil && !(errors.As(err, &told) && told.code == ExitCancelled) {
		err = &exitError{code: ExitCancelled, err: errors.New("cancelled; nothing was changed")}
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
	if p.wantsJSON(args) {
		_ = writeJSONLine(p.Err, map[string]any{"error": map[string]any{"code": exitCode(err), "message": err.Error(), "hint": hintOf(err)}})
		return
	}
	fmt.Fprintf(p.Err, "holdfast: %s\n", harmless(err.Error()))
	if h := hintOf(err); h != "" {
		fmt.Fprintf(p.Err, "hint: %s\n", harmless(h))
	}
}

// wantsJSON says whether JSON was asked for on standard output. It reads the
// arguments by itself, since they may be what is wrong; without -o among them
// the environment decides.
func (p *program) wantsJSON(args []string) bool {
	asked := false
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		value, given := strings.CutPrefix(args[i], "--output=")
		switch {
		case given:
		case args[i] == "-o" || args[i] == "--output":
			if i++; i == len(args) {
				return false
			}
			value = args[i]
		case strings.HasPrefix(args[i], "-o"):
			value = strings.TrimPrefix(strings.TrimPrefix(args[i], "-o"), "=")
		default:
			continue
		}
		asked = true
		if namesJSON(value) {
			return true
		}
	}
	return !asked && namesJSON(p.Env(envName("output")))
}

// namesJSON says whether JSON is among the values of one -o, and no file to
// write it to.
func namesJSON(value string) bool {
	for v := range strings.SplitSeq(value, ",") {
		if format, file, _ := strings.Cut(v, "="); format == "json" && (file == "" || file == "-") {
			return true
		}
	}
	return false
}

// harmless takes out of a text what could steer a terminal: names come from
// other people's files.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
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
takes away, and what to do about it. Only 'holdfast deploy' and 'holdfast
harden' change anything: after a question, or when a flag says so.

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
	root.SetFlagErrorFunc(wrongFlag)
	root.AddCommand(p.assessCommand(), p.outageCommand(), p.availabilityCommand(), p.improveCommand(), p.hardenCommand(), p.catalogCommand(), p.rulesCommand(), p.explainCommand(), p.faulttreeCommand(), p.inventoryCommand(), p.deployCommand(), p.sandboxCommand(), p.newCommand(), p.demoCommand(), p.armCommand(), p.configCommand(), p.schemaCommand(), p.versionCommand())
	return root
}

// addCommon adds the commands that the library brings, and has them refuse what
// there is no help or completion for.
func addCommon(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.Args, c.RunE = subcommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error {
				found, rest, err := root.Find(args)
				if err != nil { // of the root, which lists what was not found
					return subcommand(root, args)
				}
				return subcommand(found, rest)
			}
		}
	}
}

// takesArguments is the annotation of a command that has commands below it and
// arguments of its own.
const takesArguments = "takes-arguments"

// misspelt refuses a word that is no command before its flags are read: they are
// those of the command that was meant, and the error would be about them.
func misspelt(root *cobra.Command, args []string) error {
	cmd, rest, err := root.Find(args)
	if err != nil || !cmd.HasAvailableSubCommands() || cmd.Annotations[takesArguments] != "" || len(rest) == 0 || strings.HasPrefix(rest[0], "-") || strings.HasPrefix(rest[0], "__") {
		return nil
	}
	return subcommand(cmd, rest)
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

// kindOfFlag says what a flag of a type takes.
var kindOfFlag = map[string]string{
	"int": "a whole number", "uint": "a whole number, 0 or more", "uint64": "a whole number, 0 or more", "float64": "a number", "bool": "true or false",
	"duration": "a time such as 90m or 8h",
}

// wrongFlag tells of a flag that cannot be read, and names the nearest one.
func wrongFlag(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("see '%s --help'", cmd.CommandPath())
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		if want := kindOfFlag[invalid.GetFlag().Value.Type()]; want != "" {
			return withHint(usage("--%s is %q: it must be %s", invalid.GetFlag().Name, invalid.GetValue(), want), help)
		}
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && len(unknown.GetSpecifiedName()) > 1 {
		name := unknown.GetSpecifiedName()
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		for _, c := range cmd.Commands() {
			if c.Name() == name { // holdfast --version
				return withHint(usage("%w", err), fmt.Sprintf("did you mean '%s'?", c.CommandPath()))
			}
		}
		help = didYouMean("--"+name, names, help)
	}
	return withHint(usage("%w", err), help)
}

// wants checks the number of arguments of a command; they are what to give.
func wants(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return withHint(usage("%s needs %s", cmd.CommandPath(), what), "usage: "+cmd.UseLine())
		case most >= 0 && len(args) > most:
			return withHint(usage("%s takes %s, not also %q", cmd.CommandPath(), what, args[most]), "usage: "+cmd.UseLine())
		}
		return nil
	}
}

// wantsNothing refuses every argument.
var wantsNothing = wants(0, 0, "no argument")

// prepare fills the flags that were not given from the environment
// (HOLDFAST_TARGET for --target) and checks the global ones.
func (p *program) prepare(cmd *cobra.Command, _ []string) error {
	var errs []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if v := p.Env(envName(f.Name)); v != "" && !f.Changed {
			if err := cmd.Flags().Set(f.Name, v); err != nil {
				errs = append(errs, fmt.Errorf("environment variable %s: %w", envName(f.Name), err))
			}
			p.fromEnv[f.Name] = true
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
