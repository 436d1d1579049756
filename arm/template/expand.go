package template

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// expander is one run of [Template.Expand].
type expander struct {
	ctx       context.Context
	opts      Options
	budget    *eval.Budget
	diags     reporter
	inputs    map[string]value.Value
	all       []*Resource
	byID      map[string][]*Resource // by lower-case id
	indexed   int                    // how many of all are in byID
	repeated  bool                   // two resources have the same id
	files     map[string]*Template   // linked templates by path
	calls     int
	exhausted bool
	live      *liveness   // what a run is deployed to; nil offline
	rootOf    *deployment // the deployment of the template itself
}

// Expand evaluates the template. It fails only when the context ends; all else
// becomes a diagnostic. A template may be expanded by several goroutines at once.
func (t *Template) Expand(ctx context.Context, opts Options) (*Expansion, error) {
	x := &expander{ctx: ctx, opts: opts, budget: eval.NewBudget(opts.Limits.Steps, opts.Limits.bytes())}
	return x.expand(t)
}

func (x *expander) expand(t *Template) (*Expansion, error) {
	for _, d := range t.unit.diags {
		x.diags.add(d)
	}
	root := x.root(t)
	x.rootOf = root
	x.enumerate(root)
	for i := 0; i < len(x.all); i++ { // bodies may bring in resources of linked deployments
		x.body(x.all[i])
	}
	out := &Expansion{Root: root.pub}
	x.parameters(root, out)
	x.nestedParameters(root)
	x.allOutputs(root)
	out.Outputs = root.pub.Outputs
	x.asserts(root)
	x.duplicates()
	x.dependencies()
	out.Resources, out.Skipped = x.order()
	if err := x.ctx.Err(); err != nil {
		return nil, err
	}
	out.Diagnostics = x.diags.finish()
	return out, nil
}

// deployment is the working side of a [Deployment].
type deployment struct {
	pub       *Deployment
	t         *Template
	parent    *deployment
	res       *Resource
	facts     *eval.Facts // of the target: ids
	ev        *evaluation // of the expressions: its own, or the parent's
	outer     bool
	base      []loop // loops of the parent that expressions may ask for
	depth     int
	instances []instances // by index of the declaration
	resources []*Resource
	children  []*deployment
	names     map[string][]*Resource
	named     int
	outputs   cell // the object of outputs
	presence  Presence
	condition value.Value
	listed    bool // enumerate has been here
	complete  bool // all instances are known
}

type instances struct {
	state uint8
	list  []*Resource
}

func (x *expander) root(t *Template) *deployment {
	o := &x.opts
	tags := value.Absent()
	if o.Tags != nil {
		m := make(map[string]any, len(o.Tags))
		for k, v := range o.Tags {
			m[k] = v
		}
		tags = value.FromAny(m)
	}
	scope := t.decl.scope
	if o.Scope != nil {
		scope = *o.Scope
	}
	facts := eval.NewFacts(eval.Given{
		Scope: scope, SubscriptionID: eval.Text(o.SubscriptionID), SubscriptionName: eval.Text(o.SubscriptionName),
		TenantID: eval.Text(o.TenantID), ResourceGroup: eval.Text(o.ResourceGroup), Location: eval.Text(o.Location),
		Tags: tags, ManagementGroup: eval.Text(o.ManagementGroup), Environment: o.Environment, Deployer: o.Deployer,
	})
	name := o.DeploymentName
	if name == "" {
		base := filepath.Base(filepath.ToSlash(t.unit.doc.Name()))
		if name = strings.TrimSuffix(base, filepath.Ext(base)); name == "" || name == "." || name == "-" || name == "/" {
			name = "main"
		}
	}
	d := &deployment{
		pub: &Deployment{Name: value.String(name), Template: t, Facts: facts},
		t:   t, facts: facts, presence: Yes,
	}
	d.ev = x.newEvaluation(t)
	d.ev.dep, d.ev.facts = d, facts
	d.ev.frame = &frame{ev: d.ev, dep: d}
	x.rootSupplies(d.ev)
	d.pub.Facts = facts
	return d
}

// stopped reports whether nothing more is to be evaluated.
func (x *expander) stopped() bool {
	if x.exhausted {
		return true
	}
	if x.calls++; x.calls&0xFF == 0 && x.ctx.Err() != nil {
		x.exhausted = true
	}
	return x.exhausted
}

// exhaust ends the evaluation for its cost.
func (x *expander) exhaust(n jsonc.Node, message string) {
	if x.exhausted {
		return
	}
	x.exhausted = true
	x.diags.add(at(n, CodeBudget, Error, "%s", message).hint("the expansion was cut short here; what was not evaluated is unknown"))
}

// spend takes work off the budget; true means that it is used up.
func (x *expander) spend(n jsonc.Node, steps int) bool {
	if x.exhausted {
		return true
	}
	if err := x.budget.Spend(steps + 1); err != nil {
		x.exhaust(n, err.Message)
		return true
	}
	if err := x.budget.Produce(steps * 96); err != nil {
		x.exhaust(n, err.Message)
		return true
	}
	return false
}

// enumerate finds the instances of all resources of a deployment and of those
// that it deploys in turn.
func (x *expander) enumerate(d *deployment) {
	if d.listed {
		return
	}
	d.listed = true
	for _, decl := range d.t.decl.resources {
		x.instancesOf(d, decl)
	}
	if n := len(d.resources); n > maxResources {
		x.diags.add(at(d.t.node, CodeLimit, Warning, "the template deploys %d resources; Azure accepts %d in one deployment", n, maxResources))
	}
	for i := 0; i < len(d.children); i++ {
		x.enumerate(d.children[i])
	}
}

// parameters lists the parameters of the root, evaluating those not used.
func (x *expander) parameters(root *deployment, out *Expansion) {
	ev := root.ev
	ev.frame = &frame{ev: ev, dep: root}
	out.Parameters = make([]Parameter, 0, len(root.t.decl.parameters))
	for _, p := range root.t.decl.parameters {
		v, err := ev.Parameter(p.name)
		if err != nil {
			continue // only while it is evaluated, which nothing is here
		}
		s := &ev.supplies[p.index]
		_, secret := root.t.declaredKind(p.node)
		param := Parameter{Name: p.name, Source: s.source, Value: v, Secure: secret || p.secure, Node: p.node, Origin: s.node}
		if s.vault.IsValid() {
			param.Vault = s.vault.Get("keyVault").Get("id").Str()
			param.Secret = s.vault.Get("secretName").Str()
			param.SecretVersion = s.vault.Get("secretVersion").Str()
		}
		out.Parameters = append(out.Parameters, param)
	}
}

// nestedParameters evaluates what is handed to the parameters of nested
// deployments, also where it is not used, so that what is missing or of the
// wrong type is found.
func (x *expander) nestedParameters(d *deployment) {
	for _, c := range d.children {
		if !c.outer {
			c.ev.frame = &frame{ev: c.ev, dep: c}
			for _, p := range c.t.decl.parameters {
				s := &c.ev.supplies[p.index]
				if s.node.IsValid() || s.assignment != nil || !p.dflt.IsValid() {
					_, _ = c.ev.Parameter(p.name)
				}
			}
		}
		x.nestedParameters(c)
	}
}
