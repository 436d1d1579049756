package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/deploy"
)

func (p *program) deployFollowCommand() *cobra.Command {
	var f deployFlags
	var file string
	cmd := &cobra.Command{
		Use:   "follow NAME",
		Short: "Follow a deployment that is under way, or report on one that has ended",
		Long: `Takes up a deployment by its name, whoever has started it, and reports as
'holdfast deploy' does when it has ended. With --template what went wrong points
to the line in the template, and what it keeps secret stays so.

Exit codes: 0 it succeeded, 2 wrong flags, 3 it failed or Azure cannot be asked,
4 it succeeded but the report is not whole, 130 watching was interrupted.`,
		Example: `  holdfast deploy follow azuredeploy -g rg-ml
  holdfast deploy follow azuredeploy -g rg-ml --template azuredeploy.json -o json`,
		Args: wants(1, 1, "the name of a deployment"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.deployFollow(cmd.Context(), args[0], file, &f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&file, "template", "", "the template that was deployed")
	parameterFlag(cmd, &f.params)
	fl.StringVarP(&f.scope.ResourceGroup, "resource-group", "g", "", "resource group that is deployed to (default: the subscription itself)")
	fl.StringVar(&f.scope.Subscription, "subscription", "", "id of the subscription (default: AZURE_SUBSCRIPTION_ID, or the only one that the login sees)")
	fl.StringVar(&f.scope.Tenant, "tenant", "", "id of the tenant to log in to")
	outputFlag(cmd, &f.outs, deployFormats...)
	f.azure.add(p, cmd)
	return cmd
}

func (p *program) deployFollow(ctx context.Context, name, file string, f *deployFlags) error {
	d := &deployment{p: p, f: f, name: name}
	err := d.takeUp(ctx, file)
	if err == nil || d.client == nil {
		return err
	}
	if e := (*exitError)(nil); !errors.As(err, &e) {
		err = azureError(err)
	}
	return d.hidden(err)
}

func (d *deployment) takeUp(ctx context.Context, file string) error {
	var err error
	if d.outs, err = parseOutputs(d.f.outs, deployFormats); err != nil {
		return err
	}
	d.scope.Group = d.f.scope.ResourceGroup
	if d.client, err = d.p.connect(ctx, &d.f.azure, d.f.scope.Tenant); err != nil {
		return err
	}
	if d.scope.Subscription, err = d.p.subscription(ctx, d.client, &d.f.azure, d.f.scope.Subscription); err != nil {
		return err
	}
	if file != "" {
		t, opts, err := d.parse(file)
		if err != nil {
			return err
		}
		opts.SubscriptionID = d.scope.Subscription
		read, diags, err := deploy.Read(ctx, t, opts)
		d.template = read
		if err != nil {
			d.p.printDiagnostics(d.hideDiagnostics(diags))
			return usage("%w", err)
		}
	}
	d.report.SchemaVersion = "1.0"
	d.report.Deployment = placeJSON{Name: d.name, Scope: d.scope.Path(), Subscription: d.scope.Subscription, ResourceGroup: d.scope.Group}
	op, err := d.client.FollowDeployment(ctx, d.scope, d.name)
	if errors.Is(err, azure.ErrNotFound) {
		return withHint(usage("there is no deployment %s in the %s", d.name, d.where().Scope), "Azure forgets none by itself: check the name, and -g for one to a resource group")
	}
	if err != nil {
		return err
	}
	return d.follow(ctx, op)
}
