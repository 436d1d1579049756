package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	samples "github.com/holdfast-ml/holdfast/examples"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/probe"
	"github.com/holdfast-ml/holdfast/internal/report/html"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// demoFlags are those of the demonstration.
type demoFlags struct {
	keep   bool
	report string
	listen string
}

func (p *program) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show it all on a simulated Azure: deploy, assess, an outage, the way back",
		Long: `Starts a simulated Azure in this process, deploys the example workspace to it,
reads it back and assesses it, takes its region away, tries what people can
still do and holds that against what was predicted, brings the region back, and
writes the HTML report. It needs no subscription and no network, and changes
nothing but the report's file.

--keep leaves the simulated Azure running, with the lines that the az CLI needs.`,
		Example: "  holdfast demo\n  holdfast demo --keep --report demo.html",
		Args:    wantsNothing,
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), &f) },
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.keep, "keep", false, "leave the simulated Azure running until Ctrl-C")
	fl.StringVar(&f.report, "report", "holdfast-demo.html", "file for the HTML report")
	fl.StringVar(&f.listen, "listen", "", "host and port of the simulated Azure (default: any port; 127.0.0.1:8443 with --keep)")
	return cmd
}

// demonstration is one that is under way.
type demonstration struct {
	*program
	*demoFlags
	say      demoText
	s        *sandbox.Sandbox
	c        *azure.Client
	cat      *catalog.Catalog
	e        *estate.Estate
	ws       *estate.Resource
	prober   *probe.Prober
	group    string
	began    time.Time
	deployed time.Duration // on the sandbox's clock
}

const (
	demoGroup  = "rg-demand"
	demoRegion = "westeurope"
)

func (p *program) demo(ctx context.Context, f *demoFlags) error {
	if dir := filepath.Dir(p.path(f.report)); !isFolder(dir) {
		return usage("the report cannot be written: there is no folder %s", dir)
	}
	d := &demonstration{program: p, demoFlags: f, began: time.Now(), say: demoText{w: p.Out, width: min(p.width(), 100), colour: p.colour(p.colourMode)}}
	if err := d.start(ctx); err != nil {
		return err
	}
	defer d.s.Close()
	defer d.c.Close()
	for _, step := range []func(context.Context) error{d.deploy, d.assess, d.vault, d.region} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.say.end(d)
	if !f.keep {
		return d.say.err
	}
	return d.stay(ctx)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// start starts the sandbox and logs in to it.
func (d *demonstration) start(ctx context.Context) error {
	o := sandbox.Options{Listen: d.listen, Manual: true, NoThrottling: true, Chance: 1}
	if d.keep {
		if o.Manual, o.Rate = false, 60; o.Listen == "" {
			o.Listen = "127.0.0.1:8443"
		}
	}
	var err error
	if d.cat, err = catalog.Default(); err != nil {
		return err
	}
	o.Catalog = d.cat
	if d.s, err = sandbox.Start(ctx, o); err != nil {
		return usage("%w", err)
	}
	if d.c, err = demoClient(ctx, d.s.Connection); err != nil {
		return errors.Join(azureError(err), d.s.Close())
	}
	d.prober = &probe.Prober{Client: d.c, Catalog: d.cat, Name: "demo", Tries: 4, Pause: func(context.Context) error {
		_, err := d.s.Advance(5 * time.Second)
		return err
	}}
	d.group = "/subscriptions/" + d.s.Connection.Subscription + "/resourceGroups/" + demoGroup
	d.say.title(d.s.Connection.Address)
	return nil
}

// demoClient is a client of a sandbox that does not wait between retries.
func demoClient(ctx context.Context, at sandbox.Connection) (*azure.Client, error) {
	o := azure.Options{CAFile: at.CAFile, PollInterval: 10 * time.Millisecond, Retry: azure.Retry{Tries: 1}}
	if err := logIn(ctx, &o, at); err != nil {
		return nil, err
	}
	return azure.New(ctx, o)
}

// pass lets the sandbox's time pass while something waits.
func (d *demonstration) pass(do func() error) error {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				if _, err := d.s.Advance(5 * time.Second); err != nil {
					return
				}
			}
		}
	}()
	err := do()
	close(stop)
	<-done
	return err
}

// deploy deploys the example, and what a data scientist adds to it.
func (d *demonstration) deploy(ctx context.Context) error {
	d.say.step(1, "Deploying the example workspace to %s", demoRegion)
	src, err := samples.Files.ReadFile("workspace/azuredeploy.json")
	if err != nil {
		return err
	}
	doc, problems := jsonc.Parse("azuredeploy.json", src)
	if len(problems) > 0 {
		return problems[0]
	}
	if _, err := d.c.Put(ctx, d.group, "2022-09-01", map[string]any{"location": demoRegion}); err != nil {
		return azureError(err)
	}
	scope := azure.Scope{Subscription: d.s.Connection.Subscription, Group: demoGroup}
	err = d.pass(func() error {
		op, err := d.c.CreateDeployment(ctx, scope, "demo", azure.DeploymentRequest{
			Template:   value.FromNode(doc.Root()).AppendJSON(nil),
			Parameters: json.RawMessage(`{"prefix":{"value":"demand"},"suffix":{"value":"7f3k"},"sqlPassword":{"value":"Only-In-The-Sandbox-1"}}`),
		})
		if err != nil {
			return err
		}
		_, err = op.Wait(ctx, nil)
		return err
	})
	if err != nil {
		return azureError(err)
	}
	done, err := d.c.GetDeployment(ctx, scope, "demo")
	if err != nil {
		return azureError(err)
	}
	d.deployed, _ = azure.ParseDuration(done.Properties.Duration)
	made := 0
	for op, err := range d.c.DeploymentOperations(ctx, scope, "demo") {
		if err != nil {
			return azureError(err)
		}
		if op.Properties.TargetResource != nil {
			made++
		}
	}
	if err := d.pass(func() error { return d.serve(ctx) }); err != nil {
		return azureError(err)
	}
	d.say.ok("%d resources: storage, vault, registry, AKS, a cluster, a data lake, SQL, …", made)
	d.say.ok("a model, an endpoint that serves it, and one for batches")
	d.say.took(d.deployed)
	return nil
}

// serve registers a model and puts it behind an online and a batch endpoint.
func (d *demonstration) serve(ctx context.Context) error {
	const version = "2025-06-01"
	ws := d.group + "/providers/" + estate.WorkspaceType + "/demand-ml"
	online, batch := ws+"/onlineEndpoints/demand-demand", ws+"/batchEndpoints/demand-nightly"
	model := ws + "/models/demand/versions/1"
	tracked := func(properties map[string]any) map[string]any {
		return map[string]any{"location": demoRegion, "properties": properties}
	}
	deployment := tracked(map[string]any{"endpointComputeType": "Kubernetes", "instanceType": "defaultinstancetype", "model": model})
	deployment["sku"] = map[string]any{"name": "Default", "capacity": 3}
	at, err := d.c.Get(ctx, online, version)
	if err != nil {
		return err
	}
	var endpoint map[string]any
	if err := at.Decode(&endpoint); err != nil {
		return err
	}
	open, _ := endpoint["properties"].(map[string]any)
	open["traffic"] = map[string]any{"blue": 100}
	for _, put := range []struct {
		path string
		body any
	}{
		{model, map[string]any{"properties": map[string]any{"modelType": "custom_model", "modelUri": "azureml://datastores/workspaceblobstore/paths/demand"}}},
		{online + "/deployments/blue", deployment},
		{online, map[string]any{"location": demoRegion, "identity": endpoint["identity"], "properties": open}},
		{batch, tracked(map[string]any{"authMode": "AADToken"})},
		{batch + "/deployments/main", tracked(map[string]any{"compute": ws + "/computes/train", "model": map[string]any{"referenceType": "Id", "assetId": model}})},
		{batch, tracked(map[string]any{"authMode": "AADToken", "defaults": map[string]any{"deploymentName": "main"}})},
	} {
		op, err := d.c.Put(ctx, put.path, version, put.body)
		if err != nil {
			return err
		}
		if _, err := op.Wait(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// assess reads the workspace back as from Azure, and writes the report.
func (d *demonstration) assess(ctx context.Context) error {
	d.say.step(2, "Reading it back from Azure, and assessing it")
	scope, err := live.ParseScope(d.group)
	if err != nil {
		return err
	}
	e, stats, err := live.Read(ctx, d.c, []live.Scope{scope}, live.Options{})
	if err != nil {
		return azureError(err)
	}
	r, err := assess.Assess(ctx, e, d.cat, assess.Options{Target: assess.TargetByName(assess.ProductionTarget), Now: time.Now()})
	if err != nil {
		return err
	}
	d.e = e
	if all := e.Workspaces(); len(all) == 1 {
		d.ws = all[0]
	} else {
		return fmt.Errorf("the demonstration has %d workspaces, not one", len(all))
	}
	var page bytes.Buffer
	if err := html.Write(&page, r, d.reportOptions()); err != nil {
		return err
	}
	if err := os.WriteFile(d.path(d.report), page.Bytes(), 0o644); err != nil {
		return usage("the report cannot be written: %w", err)
	}
	d.say.assessed(r, d.cat, &stats)
	return nil
}

// look is one look at what people can still do, so long after the outage began;
// 0 after its end.
type look struct {
	head  string
	after time.Duration
	back  bool
}

// vault takes one service away: some of what people do goes on.
func (d *demonstration) vault(ctx context.Context) error {
	healthy, err := d.prober.Run(ctx, d.e, d.ws) // clients have their keys before an outage
	if err != nil {
		return err
	}
	if bad := firstBad(healthy); bad != nil {
		return &exitError{code: ExitAzure, err: fmt.Errorf("%s does not work although nothing has failed: %s", bad.Capability, bad.Because())}
	}
	d.say.step(3, "Key Vault fails in %s: trying what people can still do", demoRegion)
	return d.fail(ctx, outage.Outage{Scope: catalog.ScopeService, Region: demoRegion, Service: "key-vault"},
		look{head: "seen"}, look{head: "when it is back", back: true})
}

// region takes the region away, and brings it back ten hours later.
func (d *demonstration) region(ctx context.Context) error {
	d.say.step(4, "The whole region fails, for ten hours")
	return d.fail(ctx, outage.Outage{Scope: catalog.ScopeRegion, Region: demoRegion},
		look{head: "seen"}, look{head: "after 9 h", after: 9 * time.Hour}, look{head: "after 10 h", after: 10 * time.Hour, back: true})
}

// fail lets an outage happen, looks, and holds the first look against what was
// predicted.
func (d *demonstration) fail(ctx context.Context, o outage.Outage, looks ...look) error {
	predicted := outage.New(d.e, d.cat).Run(o)
	started, err := d.s.StartOutage(failure.Outage{Scope: o.Scope, Region: o.Region, Service: o.Service})
	if err != nil {
		return err
	}
	t := demoTable{predicted: &predicted, ws: d.ws}
	for _, l := range looks {
		if ahead := started.Started.Add(l.after).Sub(d.s.World.Clock.Now()); ahead > 0 {
			if _, err := d.s.Advance(ahead); err != nil {
				return err
			}
		}
		if l.back {
			if _, err := d.s.StopOutage(started.ID); err != nil {
				return err
			}
		}
		seen, err := d.prober.Run(ctx, d.e, d.ws)
		if err != nil {
			return err
		}
		t.heads, t.seen = append(t.heads, l.head), append(t.seen, seen)
	}
	d.say.outage(&t)
	if n := t.disagreements(); n > 0 {
		return &exitError{code: ExitFindings, err: fmt.Errorf("%d predictions are not what was seen: this is a fault of Holdfast, please report it", n)}
	}
	return nil
}

func firstBad(list []probe.Observation) *probe.Observation {
	for i := range list {
		if list[i].Effect == probe.Lost || list[i].Effect == probe.Degraded {
			return &list[i]
		}
	}
	return nil
}

// stay leaves the sandbox running until it is interrupted.
func (d *demonstration) stay(ctx context.Context) error {
	file, err := d.connectionFile("")
	if err != nil {
		return err
	}
	if err := d.s.Connection.Write(file); err != nil {
		return usage("%w", err)
	}
	defer forget(file, d.s.Connection)
	var b strings.Builder
	if err := writeConnection(&b, d.s.Connection, file, d.s.World.Clock.Mode()); err != nil {
		return err
	}
	if _, err := fmt.Fprint(d.Out, "\n"+b.String()); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		d.note("\nthe simulated Azure has stopped")
		return nil
	case err := <-d.s.Failed():
		return &exitError{code: ExitAzure, err: err}
	}
}
