package cli

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// sandboxCloud is the name of the cloud that a running sandbox is.
const sandboxCloud = "sandbox"

// azureFlags say which Azure is meant and how it is reached.
type azureFlags struct {
	cloud, endpoint, caFile, connection string
	debug                               bool

	flags *pflag.FlagSet // of the command
}

// add adds the flags to a command that talks to Azure.
func (f *azureFlags) add(p *program, cmd *cobra.Command) {
	fl := cmd.Flags()
	f.flags = fl
	fl.StringVar(&f.cloud, "cloud", "", "public, usgov, china, or sandbox for the 'holdfast sandbox' that runs here (default: public)")
	fl.StringVar(&f.endpoint, "arm-endpoint", "", "address of the ARM of any other cloud, such as https://management.example.com")
	fl.StringVar(&f.caFile, "ca-file", "", "PEM file of certificates to trust besides those of the system")
	fl.BoolVar(&f.debug, "debug", false, "log every request to standard error, without secrets")
	p.connectionFlag(cmd, &f.connection)
	_ = cmd.RegisterFlagCompletionFunc("cloud", cobra.FixedCompletions([]string{"public", "usgov", "china", sandboxCloud}, cobra.ShellCompDirectiveNoFileComp))
}

// unused says which of the flags was given to a run that does not talk to Azure,
// where it would be passed over in silence. What stands in the environment is for
// other runs, too.
func (f *azureFlags) unused(p *program) error {
	for _, name := range []string{"cloud", "arm-endpoint", "ca-file", "connection", "debug"} {
		if f.flags != nil && f.flags.Changed(name) && !p.fromEnv[name] {
			return withHint(usage("--%s is for reading from Azure, and the input is a file", name), "leave it out, or give the id of a workspace, a resource group or a subscription, or azure")
		}
	}
	return nil
}

// connect makes a client of the cloud that the flags mean. The login is that of
// the sandbox, else what azidentity finds, in the tenant if one is given.
func (p *program) connect(ctx context.Context, f *azureFlags, tenant string) (*azure.Client, error) {
	o := azure.Options{Cloud: f.cloud, ARMEndpoint: f.endpoint, TenantID: tenant}
	if f.caFile != "" {
		o.CAFile = p.path(f.caFile)
	}
	if f.debug {
		o.Log = slog.NewTextHandler(p.Err, &slog.HandlerOptions{Level: slog.LevelDebug})
	}
	if strings.EqualFold(f.cloud, sandboxCloud) {
		if err := p.toSandbox(ctx, &o, f); err != nil {
			return nil, err
		}
	}
	client, err := azure.New(ctx, o)
	if err != nil {
		return nil, azureError(err)
	}
	return client, nil
}

// toSandbox aims the options at the sandbox that runs here.
func (p *program) toSandbox(ctx context.Context, o *azure.Options, f *azureFlags) error {
	if f.endpoint != "" {
		return usage("--cloud sandbox knows its own address: leave out --arm-endpoint")
	}
	c, err := p.connectionOf(f.connection)
	if err != nil {
		return err
	}
	if o.CAFile == "" {
		o.CAFile = c.CAFile
	}
	return logIn(ctx, o, c)
}

// logIn gives options the address and the login of a sandbox.
func logIn(ctx context.Context, o *azure.Options, c sandbox.Connection) error {
	o.ARMEndpoint = c.Address
	// The credential needs the cloud's addresses and certificates, which a client
	// finds out: the first one is only asked for those.
	bare := *o
	bare.Credential = noToken{}
	client, err := azure.New(ctx, bare)
	if err != nil {
		return azureError(err)
	}
	o.Credential, err = azidentity.NewClientSecretCredential(c.Tenant, c.ClientID, c.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: client.ClientOptions(), DisableInstanceDiscovery: true})
	if err != nil {
		return usage("the login of the sandbox cannot be used: %w", err)
	}
	return nil
}

// noToken gives no token: it is for clients that ask for nothing that needs one.
type noToken struct{}

func (noToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, errors.New("this client has no login")
}

// azureError gives an error of Azure or the network its exit code and what to do
// about it; any other is one of usage.
func azureError(err error) error {
	var e *azure.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &e):
		return &exitError{code: ExitAzure, err: err, hint: azure.Hint(err)}
	}
	return usage("%w", err)
}
