package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/deploy"
	deploytext "github.com/holdfast-ml/holdfast/internal/deploy/text"
)

// deployFlags say what is deployed, where and how.
type deployFlags struct {
	settings
	azure       azureFlags
	params      []string
	outs        []string
	name        string
	whatIf, yes bool
}

var deployFormats = []string{"text", "json"}

func (p *program) deployCommand() *cobra.Command {
	var f deployFlags
	cmd := &cobra.Command{
		Use:   "deploy TEMPLATE",
		Short: "Deploy an ARM template: check, preview, ask, apply, follow",
		Long: `Takes an ARM template to Azure, to a resource group (-g) or, where its $schema
says so, to the subscription. The template is checked offline first, then by
Azure. The preview tells what would be created and changed, what Azure has not
evaluated, and on top what the change does to what survives an outage. Only
after a yes it is applied. What Azure complains of points back to the line in
the template.

A deployment deletes nothing (its mode is incremental). Ctrl-C stops watching,
not the deployment: 'holdfast deploy follow' takes it up again.

Without -p the parameter file with the usual name beside the template is taken.
Exit codes: 0 deployed, or only previewed; 2 the template or the flags are
wrong; 3 Azure refused it or it failed; 4 deployed, but the report is not
whole; 130 not confirmed, or watching was interrupted.`,
		Example: `  holdfast deploy azuredeploy.json -g rg-ml --what-if
  holdfast deploy azuredeploy.json -g rg-ml -p azuredeploy.parameters.json
  holdfast deploy azuredeploy.json -g rg-ml --yes -o json
  holdfast deploy subscription.json --location westeurope
  holdfast deploy follow azuredeploy -g rg-ml`,
		Args:        wants(1, 1, "one template, or - for standard input"),
		Annotations: map[string]string{takesArguments: "yes"},
		RunE:        func(cmd *cobra.Command, args []string) error { return p.deploy(cmd.Context(), args[0], &f) },
	}
	parameterFlag(cmd, &f.params)
	f.addDeployScope(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.name, "name", "", "name of the deployment (default: that of the template's file without its extension)")
	fl.BoolVar(&f.whatIf, "what-if", false, "show the preview only")
	fl.BoolVarP(&f.yes, "yes", "y", false, "apply without asking")
	outputFlag(cmd, &f.outs, deployFormats...)
	f.azure.add(p, cmd)
	f.addCatalog(cmd)
	cmd.AddCommand(p.deployFollowCommand())
	return cmd
}

// addDeployScope adds where a deployment goes.
func (f *deployFlags) addDeployScope(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVarP(&f.scope.ResourceGroup, "resource-group", "g", "", "resource group to deploy to")
	fl.StringVar(&f.scope.Subscription, "subscription", "", "id of the subscription (default: AZURE_SUBSCRIPTION_ID, or the only one that the login sees)")
	fl.StringVar(&f.scope.Location, "location", "", "region that keeps the record of a deployment to a subscription")
	fl.StringVar(&f.scope.Tenant, "tenant", "", "id of the tenant to log in to")
}

// deployment is one run of deploy on its way.
type deployment struct {
	p        *program
	f        *deployFlags
	outs     []output
	client   *azure.Client
	scope    azure.Scope
	name     string
	template *deploy.Template
	report   deployReport
	all      strings.Builder // the text so far, for -o text=FILE
}

func (p *program) deploy(ctx context.Context, file string, f *deployFlags) error {
	d := &deployment{p: p, f: f}
	err := d.run(ctx, file)
	if err == nil || d.client == nil {
		return err
	}
	if e := (*exitError)(nil); !errors.As(err, &e) {
		err = azureError(err)
	}
	return d.hidden(err)
}

func (d *deployment) run(ctx context.Context, file string) error {
	p, f := d.p, d.f
	var err error
	if d.outs, err = parseOutputs(f.outs, deployFormats); err != nil {
		return err
	}
	cat, err := p.loadCatalog(&f.settings)
	if err != nil {
		return err
	}
	if err := d.read(ctx, file); err != nil {
		return err
	}
	if !f.yes && !f.whatIf && !p.InTTY {
		return withHint(usage("there is no terminal to ask whether to apply the changes"), "add --yes to apply them, or --what-if to see them only")
	}
	location, err := d.reach(ctx)
	if err != nil {
		return err
	}
	if err := d.prepare(ctx, file, location); err != nil {
		return err
	}
	preview, err := d.preview(ctx)
	if err != nil {
		return err
	}
	d.report.Preview = newPreviewJSON(preview, p.resilience(ctx, cat, &f.settings, preview, d.scope, location))
	if err := d.show(func(w io.Writer) error {
		return deploytext.Preview(w, d.where(), preview, d.report.Preview.Resilience, p.deployOptions())
	}, !f.yes && !f.whatIf); err != nil {
		return err
	}
	if f.whatIf {
		return d.finish()
	}
	if !f.yes {
		ok, err := p.ask(ctx, "\nApply these changes to "+d.where().Scope+"?")
		if err != nil || !ok {
			return errors.Join(err, d.finish(), &exitError{code: ExitCancelled, err: errors.New("not applied; nothing was changed")})
		}
	}
	return d.apply(ctx)
}

// read checks the template offline, as far as that goes without knowing where.
func (d *deployment) read(ctx context.Context, file string) error {
	d.name = d.f.name
	if d.name == "" {
		d.name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		if file == "-" {
			d.name = "holdfast"
		}
	}
	t, opts, err := d.parse(file)
	if err != nil {
		return err
	}
	level, _ := template.SchemaScope(t.Node().Get("$schema").Str())
	d.scope = azure.Scope{Group: d.f.scope.ResourceGroup}
	var diags []template.Diagnostic
	d.template, diags, err = deploy.Read(ctx, t, opts)
	if err != nil {
		d.p.printDiagnostics(d.hideDiagnostics(diags))
		if errors.Is(err, deploy.ErrInvalid) {
			return withHint(usage("%w", err), "mend what is told above; nothing was sent to Azure")
		}
		return err
	}
	d.p.printDiagnostics(d.hideDiagnostics(notable(diags)))
	if err := d.template.Fits(d.scope); err != nil {
		hint := "name one with -g; it must exist: az group create -n NAME -l REGION"
		switch level {
		case eval.SubscriptionScope:
			hint = "leave out -g, and give --location REGION for the deployment's own record"
		case eval.ManagementGroupScope, eval.TenantScope:
			hint = "use the az CLI: az deployment mg create, az deployment tenant create"
		}
		return withHint(usage("%w", err), hint)
	}
	if level == eval.SubscriptionScope && d.f.scope.Location == "" {
		return withHint(usage("a deployment to a subscription needs a region that keeps its record"), "give --location REGION, such as --location westeurope")
	}
	return nil
}

// notable are the diagnostics that matter before a deployment: what is only not
// known offline will be known then.
func notable(diags []template.Diagnostic) []template.Diagnostic {
	var out []template.Diagnostic
	for _, x := range diags {
		if x.Severity != template.Info {
			out = append(out, x)
		}
	}
	return out
}

// parse reads the template and its parameters from files.
func (d *deployment) parse(file string) (*template.Template, template.Options, error) {
	p := d.p
	t, parsed, err := p.parseTemplate(file)
	if err != nil {
		return nil, template.Options{}, err
	}
	assigned, names := parameters(d.f.params)
	if len(names) == 0 {
		if beside := p.parametersBeside(file); beside != "" {
			names = []string{beside}
			p.note("parameters from %s", beside)
		}
	}
	docs, bad, err := p.readParameters(names)
	if err != nil {
		return nil, template.Options{}, err
	}
	if all := append(bad, parsed...); template.HasErrors(all) {
		p.printDiagnostics(all)
		return nil, template.Options{}, withHint(usage("the template cannot be deployed"), "mend what is told above; nothing was sent to Azure")
	}
	return t, template.Options{
		SubscriptionID: d.f.scope.Subscription, ResourceGroup: d.f.scope.ResourceGroup, TenantID: d.f.scope.Tenant,
		DeploymentName: d.name, Parameters: assigned, ParameterFiles: docs, Zones: zones, ReadFile: files{p.Dir}.ReadFile,
	}, nil
}

// parametersBeside is the parameter file that is named for a template, "" when
// there is none.
func (p *program) parametersBeside(file string) string {
	if file == "-" {
		return ""
	}
	stem := strings.TrimSuffix(file, filepath.Ext(file))
	names := []string{stem + ".parameters.json", stem + ".parameters.jsonc"}
	if strings.EqualFold(filepath.Base(file), "template.json") {
		names = append(names, filepath.Join(filepath.Dir(file), "parameters.json"))
	}
	for _, name := range names {
		src, err := os.ReadFile(p.path(name))
		if err != nil {
			continue
		}
		if doc, bad := jsonc.Parse(name, src); len(bad) > 0 || template.IsParameterFile(doc.Root()) {
			return name
		}
	}
	return ""
}

// ask asks a question on the terminal; only y or yes is a yes.
func (p *program) ask(ctx context.Context, question string) (bool, error) {
	fmt.Fprintf(p.Err, "%s [y/N] ", question)
	answer := make(chan string, 1)
	go func() { // it ends with the terminal: a read cannot be taken back
		line, _ := bufio.NewReader(p.In).ReadString('\n')
		answer <- line
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(p.Err)
		return false, nil
	case line := <-answer:
		line = strings.ToLower(strings.TrimSpace(line))
		return line == "y" || line == "yes", nil
	}
}

// deployOptions are those of the texts about a deployment.
func (p *program) deployOptions() deploytext.Options {
	return deploytext.Options{Width: p.width(), Color: p.colour(p.colourMode), Verbose: p.verbose}
}

// newCorrelation is a random id (RFC 9562, version 4).
func newCorrelation() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
