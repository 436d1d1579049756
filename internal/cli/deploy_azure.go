package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/deploy"
	deploytext "github.com/holdfast-ml/holdfast/internal/deploy/text"
)

// The api-versions of subscriptions and resource groups.
const (
	subscriptionsVersion = "2022-12-01"
	groupsVersion        = "2022-09-01"
)

// reach logs in, finds the subscription and the group, and gives the region that
// resourceGroup().location, or for a subscription deployment().location, will be.
func (d *deployment) reach(ctx context.Context) (location string, err error) {
	if d.client, err = d.p.connect(ctx, &d.f.azure, d.f.scope.Tenant); err != nil {
		return "", err
	}
	if d.scope.Subscription, err = d.p.subscription(ctx, d.client, &d.f.azure, d.f.scope.Subscription); err != nil {
		return "", err
	}
	if d.scope.Group == "" {
		return d.f.scope.Location, nil
	}
	resp, err := d.client.Get(ctx, d.scope.Path(), groupsVersion)
	if errors.Is(err, azure.ErrNotFound) {
		return "", withHint(usage("there is no resource group %s in the subscription %s", d.scope.Group, d.scope.Subscription),
			fmt.Sprintf("make it: az group create -n %s -l REGION --subscription %s", quoted(d.scope.Group), d.scope.Subscription))
	}
	if err != nil {
		return "", err
	}
	var g struct {
		Location string `json:"location"`
	}
	return g.Location, resp.Decode(&g)
}

// subscription is the id that a flag or the environment gives, that of the sandbox,
// or the only one that the login sees.
func (p *program) subscription(ctx context.Context, c *azure.Client, f *azureFlags, given string) (string, error) {
	if given == "" && strings.EqualFold(f.cloud, sandboxCloud) {
		at, err := p.connectionOf(f.connection)
		return at.Subscription, err
	}
	if given == "" {
		given = p.Env("AZURE_SUBSCRIPTION_ID")
	}
	if given != "" {
		return given, nil
	}
	list, err := azure.All(c.List(ctx, "/subscriptions", subscriptionsVersion))
	if err != nil {
		return "", err
	}
	var names []string
	var s struct {
		ID   string `json:"subscriptionId"`
		Name string `json:"displayName"`
	}
	for _, raw := range list {
		if err := json.Unmarshal(raw, &s); err != nil {
			return "", fmt.Errorf("the list of subscriptions: %w", err)
		}
		names = append(names, s.ID+" ("+s.Name+")")
	}
	switch len(list) {
	case 0:
		return "", withHint(usage("this login sees no subscription"), "give it a role in one, or log in as somebody else: az login")
	case 1:
		return s.ID, nil
	}
	slices.Sort(names)
	return "", withHint(usage("this login sees %d subscriptions", len(list)), "choose one with --subscription: "+strings.Join(names, ", "))
}

// prepare reads the template once more with all that is known of the place, and
// lets Azure check it.
func (d *deployment) prepare(ctx context.Context, file, location string) error {
	if file != "-" { // what came from standard input is gone
		quiet := d.p.quiet
		d.p.quiet = true // it has been told once
		t, opts, err := d.parse(file)
		d.p.quiet = quiet
		if err != nil {
			return err
		}
		opts.SubscriptionID, opts.Location = d.scope.Subscription, location
		again, diags, err := deploy.Read(ctx, t, opts)
		if err != nil {
			d.p.printDiagnostics(d.hideDiagnostics(diags))
			return withHint(usage("%w", err), "mend what is told above; nothing was deployed")
		}
		d.template = again
	}
	d.template.Request.Location = d.f.scope.Location
	d.report.SchemaVersion = "1.0"
	d.report.Deployment = placeJSON{Name: d.name, Scope: d.scope.Path(), Subscription: d.scope.Subscription, ResourceGroup: d.scope.Group, Location: location}
	done := d.p.progress("Azure checks the template")
	defer done()
	_, err := d.client.ValidateDeployment(ctx, d.scope, d.name, d.template.Request)
	done()
	return d.refused(err, "Azure does not accept the template")
}

func (d *deployment) preview(ctx context.Context) (*deploy.Preview, error) {
	done := d.p.progress("Azure works out what would change")
	defer done()
	preview, err := deploy.PreviewOf(ctx, d.client, d.scope, d.name, d.template)
	done()
	return preview, d.refused(err, "Azure cannot preview the template")
}

// refused shows what Azure complains of, when an error is an answer of Azure about
// the template; others go through.
func (d *deployment) refused(err error, what string) error {
	e := new(azure.Error)
	if err == nil || !errors.As(err, &e) || e.Status >= 500 || e.Status == 401 || e.Status == 403 || e.Status == 429 || e.Kind != nil && e.Kind != azure.ErrFailed {
		return err
	}
	problems := d.template.Problems(err)
	if len(problems) == 0 {
		return err
	}
	d.report.Problems = problems
	var text strings.Builder
	if err := deploytext.Problems(&text, problems, d.p.deployOptions()); err != nil {
		return err
	}
	fmt.Fprint(d.p.Err, text.String())
	hint := "nothing was deployed"
	if e.RequestID != "" {
		hint += "; Azure's request id is " + e.RequestID
	}
	return errors.Join(d.finish(), &exitError{code: ExitAzure, err: errors.New(what), hint: hint})
}

// apply starts the deployment and follows it.
func (d *deployment) apply(ctx context.Context) error {
	op, err := deploy.Start(ctx, d.client, d.scope, d.name, newCorrelation(), d.template)
	switch {
	case errors.Is(err, deploy.ErrUnsure) && ctx.Err() != nil:
		return &exitError{code: ExitCancelled, err: errors.New("interrupted while the deployment was being started: it may be under way"), hint: "look with: " + d.followLine()}
	case errors.Is(err, deploy.ErrUnsure):
		return &exitError{code: ExitAzure, err: err, hint: "look with: " + d.followLine()}
	case err != nil:
		return d.refused(err, "Azure does not start the deployment")
	}
	return d.follow(ctx, op)
}

// follow watches a deployment to its end and reports.
func (d *deployment) follow(ctx context.Context, op *azure.Operation) error {
	w := d.p.watch(d.template.Planned())
	follower := deploy.Follower{Client: d.client, Scope: d.scope, Name: d.name, Template: d.template, Show: w.show}
	result, err := follower.Follow(ctx, op)
	w.close()
	switch {
	case err != nil && ctx.Err() != nil:
		return &exitError{code: ExitCancelled, err: errors.New("stopped watching; the deployment goes on"), hint: "follow it with: " + d.followLine()}
	case err != nil:
		return &exitError{code: ExitAzure, err: fmt.Errorf("the deployment cannot be followed, and may go on: %w", err), hint: "take it up again with: " + d.followLine()}
	}
	d.report.Result = result
	if err := d.show(func(w io.Writer) error { return deploytext.Result(w, d.where(), result, d.p.deployOptions()) }, false); err != nil {
		return err
	}
	if err := d.finish(); err != nil {
		return err
	}
	switch {
	case result.State != deploy.Succeeded:
		return status(ExitAzure)
	case len(result.Missing) > 0:
		return status(ExitNotWhole)
	}
	return nil
}

// where is the deployment for headings.
func (d *deployment) where() deploytext.Where {
	if d.scope.Group == "" {
		return deploytext.Where{Name: d.name, Scope: "subscription " + d.scope.Subscription}
	}
	return deploytext.Where{Name: d.name, Scope: "resource group " + d.scope.Group}
}

// followLine is the command that takes the deployment up again.
func (d *deployment) followLine() string {
	words := []string{"holdfast deploy follow", quoted(d.name)}
	for _, x := range [][2]string{{"-g", d.scope.Group}, {"--subscription", d.scope.Subscription}, {"--tenant", d.f.scope.Tenant},
		{"--cloud", d.f.azure.cloud}, {"--arm-endpoint", d.f.azure.endpoint}, {"--ca-file", d.f.azure.caFile}, {"--connection", d.f.azure.connection}} {
		if x[1] != "" {
			words = append(words, x[0], quoted(x[1]))
		}
	}
	return strings.Join(words, " ")
}

// show writes a part of the text where text is wanted: at once to standard output;
// and to standard error when a question about it follows and standard output is
// for something else.
func (d *deployment) show(render func(io.Writer) error, asked bool) error {
	var b strings.Builder
	if err := render(&b); err != nil {
		return err
	}
	if d.all.Len() > 0 {
		d.all.WriteByte('\n')
	}
	d.all.WriteString(b.String())
	for _, o := range d.outs {
		if o.file == "" && o.format == "text" {
			if d.report.Result != nil && d.report.Preview != nil {
				fmt.Fprintln(d.p.Out)
			}
			_, err := io.WriteString(d.p.Out, b.String())
			return err
		}
	}
	if asked {
		fmt.Fprint(d.p.Err, b.String())
	}
	return nil
}

// finish writes the outputs that come whole at the end.
func (d *deployment) finish() error {
	for _, o := range d.outs {
		var err error
		switch {
		case o.format == "json":
			err = o.write(d.p.Streams, func(w io.Writer) error { return writeJSON(w, d.report) })
		case o.file != "":
			err = o.write(d.p.Streams, func(w io.Writer) error { _, err := io.WriteString(w, d.all.String()); return err })
		}
		if err != nil {
			return err
		}
		if o.file != "" {
			d.p.note("wrote %s (%s)", o.file, o.format)
		}
	}
	return nil
}

// hidden is an error without the secrets of the template.
func (d *deployment) hidden(err error) error {
	if d.template == nil || err == nil {
		return err
	}
	var silent *exitError
	if errors.As(err, &silent) && silent.err == nil {
		return err
	}
	return &exitError{code: exitCode(err), err: errors.New(d.template.Secrets.Hide(err.Error())), hint: d.template.Secrets.Hide(hintOf(err))}
}

func (d *deployment) hideDiagnostics(diags []template.Diagnostic) []template.Diagnostic {
	if d.template == nil {
		return diags
	}
	out := slices.Clone(diags)
	for i := range out {
		out[i].Message, out[i].Hint = d.template.Secrets.Hide(out[i].Message), d.template.Secrets.Hide(out[i].Hint)
	}
	return out
}
