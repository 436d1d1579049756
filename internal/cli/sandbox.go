package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
)

// sandboxFlags say how the sandbox is to be.
type sandboxFlags struct {
	listen, state, seed, clock, azurite, connection string
	chance                                          uint64
	noThrottling, logRequests                       bool
}

func (p *program) sandboxCommand() *cobra.Command {
	var f sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a simulated Azure that real clients believe, and break it",
		Long: `Starts a simulated Azure and runs until it is interrupted: Azure Resource
Manager, Entra, Azure Machine Learning with its jobs and endpoints, storage
blobs and files, key vaults, container registries, Resource Graph. The az CLI,
the Azure SDKs and Holdfast itself work against it; it costs nothing and needs
no subscription. Its regions, zones and services can be made to fail with
'holdfast sandbox outage'.

It listens on loopback and makes a certificate of its own, whose file clients
are to trust. With --state it is the same Azure after a restart. Where clients
find it stands in a file that only you can read (see --connection); with that
'--cloud sandbox' needs nothing more.

It is no Azure: keys and secrets protect nothing, nothing is really computed.
docs/sandbox.md says what it has and what it has not.`,
		Example: `  holdfast sandbox
  holdfast sandbox --state ~/.holdfast --clock x60
  holdfast sandbox --seed estate.json --listen 127.0.0.1:9443
  holdfast sandbox outage start --region westeurope
  holdfast sandbox clock advance 8h`,
		Args: wantsNothing,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.sandbox(cmd.Context(), &f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.listen, "listen", "127.0.0.1:8443", "host and port of ARM and Entra; blobs and files take the next two ports; port 0 takes any")
	fl.StringVar(&f.state, "state", "", "folder that keeps the state, also through a restart (default: memory)")
	fl.StringVar(&f.seed, "seed", "", "an inventory or estate JSON whose resources are there from the start")
	fl.StringVar(&f.clock, "clock", "real", "real, manual (moves only by 'clock advance'), or a factor such as x60")
	fl.Uint64Var(&f.chance, "seed-random", 0, "decides everything that is left to chance, but secrets")
	fl.StringVar(&f.azurite, "azurite", "", "address of a running Azurite that keeps the blobs, such as http://127.0.0.1:10000")
	fl.BoolVar(&f.noThrottling, "no-throttling", false, "let clients ask as often as they like")
	fl.BoolVar(&f.logRequests, "log", false, "log what goes wrong inside on standard error")
	p.connectionFlag(cmd, &f.connection)
	cmd.AddCommand(p.sandboxOutageCommand(), p.sandboxFaultCommand(), p.sandboxClockCommand(), p.sandboxStatusCommand(), p.sandboxEnvCommand())
	return cmd
}

// connectionFlag adds --connection with the file where a sandbox leaves its
// connection unless it is told otherwise.
func (p *program) connectionFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "connection", "", "file with the connection of the sandbox (default: holdfast/sandbox.json in the user's cache folder)")
}

func (p *program) connectionFile(given string) (string, error) {
	if given != "" {
		return files{p.Dir}.path(given), nil
	}
	if dir := p.Env("XDG_CACHE_HOME"); dir != "" {
		return filepath.Join(dir, "holdfast", "sandbox.json"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", usage("there is no folder for the connection of the sandbox: %w; give one with --connection", err)
	}
	return filepath.Join(dir, "holdfast", "sandbox.json"), nil
}

func (p *program) sandbox(ctx context.Context, f *sandboxFlags) error {
	rate, err := clock.ParseMode(f.clock)
	if err != nil {
		return usage("%w", err)
	}
	file, err := p.connectionFile(f.connection)
	if err != nil {
		return err
	}
	o := sandbox.Options{Listen: f.listen, Rate: rate, Manual: rate == 0, Chance: f.chance, Azurite: f.azurite, NoThrottling: f.noThrottling}
	if f.state != "" {
		o.StateDir = files{p.Dir}.path(f.state)
	}
	if f.logRequests {
		o.Log = slog.New(slog.NewTextHandler(p.Err, nil))
	}
	s, err := sandbox.Start(ctx, o)
	if err != nil {
		return usage("%w", err)
	}
	defer s.Close()
	if f.seed != "" {
		n, err := p.seedSandbox(s, f.seed)
		if err != nil {
			return err
		}
		p.note("put %s of %s into the sandbox", count(n, "resource"), f.seed)
	}
	if err := s.Connection.Write(file); err != nil {
		return usage("%w", err)
	}
	defer forget(file, s.Connection)
	named := ""
	if f.connection != "" {
		named = " --connection " + quoted(file)
	}
	if err := introduce(p.Out, s.Connection, file, f.clock, named); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		p.note("\nthe sandbox has stopped")
		return nil
	case err := <-s.Failed():
		return &exitError{code: ExitAzure, err: err}
	}
}

// seedSandbox puts the resources of an inventory into the sandbox.
func (p *program) seedSandbox(s *sandbox.Sandbox, name string) (int, error) {
	src, err := files{p.Dir}.ReadFile(name)
	if err != nil {
		return 0, usage("reading the seed: %w", err)
	}
	n, err := s.Seed(name, src)
	if err != nil {
		return 0, usage("%w", err)
	}
	return n, nil
}

// forget takes the connection file away, when it is still that of this sandbox.
func forget(file string, c sandbox.Connection) {
	if now, err := sandbox.ReadConnection(file); err == nil && now.AdminToken == c.AdminToken {
		_ = os.Remove(file)
	}
}

// writeConnection says how to reach a sandbox whose connection is where the
// program looks by itself.
func writeConnection(w io.Writer, c sandbox.Connection, file, clock string) error {
	return introduce(w, c, file, clock, "")
}

// introduce says how to reach a sandbox; named is the flag with its connection
// that other commands need, if any.
func introduce(w io.Writer, c sandbox.Connection, file, clock, named string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "A simulated Azure is running at %s (clock: %s). Ctrl-C stops it.\n\n", c.Address, clock)
	for _, l := range [][2]string{
		{"subscription", c.Subscription}, {"tenant", c.Tenant}, {"client id", c.ClientID}, {"client secret", c.ClientSecret},
		{"certificate", c.CAFile}, {"connection", file},
	} {
		fmt.Fprintf(&b, "  %-14s %s\n", l[0], l[1])
	}
	if named == "" {
		b.WriteString("\nWith Holdfast, in another terminal:\n  holdfast assess azure --cloud sandbox\n")
	}
	fmt.Fprintf(&b, "\nBreak it:\n  holdfast sandbox outage start --region westeurope%s\n  holdfast sandbox clock advance 8h%s\n", named, named)
	b.WriteString("\nWith the az CLI, in another terminal (the Azure SDKs need the first line only):\n")
	for _, l := range azLines(c, named) {
		b.WriteString("  " + l + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// azLines are what to type so that the az CLI uses the sandbox.
func azLines(c sandbox.Connection, named string) []string {
	return []string{
		"eval \"$(holdfast sandbox env" + named + ")\"",
		"az cloud register -n HoldfastSandbox --cloud-config @" + quoted(filepath.Join(filepath.Dir(c.CAFile), "cloud.json")),
		"az cloud set -n HoldfastSandbox",
		"az login --service-principal -u \"$AZURE_CLIENT_ID\" -p \"$AZURE_CLIENT_SECRET\" -t \"$AZURE_TENANT_ID\"",
	}
}

func (p *program) sandboxEnvCommand() *cobra.Command {
	var connection string
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print the environment that clients of the sandbox need, for a shell",
		Long: `Prints export lines: the certificate to trust for the az CLI, Python and
OpenSSL, the service principal for the Azure SDKs, the authority and the
subscription, and a configuration folder of its own for the az CLI, so that your
own login stays as it is. Programs in that shell trust the sandbox alone.`,
		Example: `  eval "$(holdfast sandbox env)"`,
		Args:    wantsNothing,
		RunE: func(*cobra.Command, []string) error {
			c, err := p.connectionOf(connection)
			if err != nil {
				return err
			}
			for _, l := range [][2]string{
				{"REQUESTS_CA_BUNDLE", c.CAFile}, {"SSL_CERT_FILE", c.CAFile}, {"AZURE_AUTHORITY_HOST", c.Address},
				{"AZURE_TENANT_ID", c.Tenant}, {"AZURE_CLIENT_ID", c.ClientID}, {"AZURE_CLIENT_SECRET", c.ClientSecret},
				{"AZURE_SUBSCRIPTION_ID", c.Subscription}, {"AZURE_CONFIG_DIR", filepath.Join(filepath.Dir(c.CAFile), "az")},
			} {
				if _, err := fmt.Fprintf(p.Out, "export %s=%s\n", l[0], quoted(l[1])); err != nil {
					return err
				}
			}
			return nil
		},
	}
	p.connectionFlag(cmd, &connection)
	return cmd
}

func (p *program) connectionOf(given string) (sandbox.Connection, error) {
	file, err := p.connectionFile(given)
	if err != nil {
		return sandbox.Connection{}, err
	}
	c, err := sandbox.ReadConnection(file)
	if errors.Is(err, sandbox.ErrNoConnection) {
		return c, withHint(usage("%w", sandbox.ErrNoConnection), "start one in another terminal with: holdfast sandbox")
	}
	if err != nil {
		return c, usage("%w", err)
	}
	return c, nil
}
