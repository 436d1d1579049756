package eval_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func TestScopesHaveIDs(t *testing.T) {
	given := eval.Given{SubscriptionID: value.String("S"), ResourceGroup: value.String("G"), ManagementGroup: value.String("M")}
	for scope, want := range map[eval.ScopeKind][2]string{
		eval.ResourceGroupScope:   {"/subscriptions/S/resourceGroups/G", "/subscriptions/{subscription().subscriptionId}/resourceGroups/{resourceGroup().name}"},
		eval.SubscriptionScope:    {"/subscriptions/S", "/subscriptions/{subscription().subscriptionId}"},
		eval.ManagementGroupScope: {"/providers/Microsoft.Management/managementGroups/M", "/providers/Microsoft.Management/managementGroups/{managementGroup().name}"},
		eval.TenantScope:          {"", ""},
	} {
		given.Scope = scope
		if got := eval.NewFacts(given).ID().Text(); got != want[0] {
			t.Errorf("%v: %q", scope, got)
		}
		symbolic := eval.NewFacts(eval.Given{Scope: scope})
		if got := symbolic.ID().Text(); got != want[1] {
			t.Errorf("symbolic %v: %q", scope, got)
		}
		if symbolic.Scope() != scope || symbolic.Given().Scope != scope {
			t.Errorf("the scope is %v", symbolic.Scope())
		}
	}
	if eval.ScopeKind(9).String() != "unknown" {
		t.Error("an invalid scope says so")
	}
}

// Half of the facts known is half of the id known.
func TestFactsMayBeKnownInPart(t *testing.T) {
	f := eval.NewFacts(eval.Given{ResourceGroup: value.String("G"), TenantID: value.String("T")})
	if got := f.ID().Text(); got != "/subscriptions/{subscription().subscriptionId}/resourceGroups/G" {
		t.Error(got)
	}
	s := &eval.Single{Config: eval.Config{Facts: f}}
	for in, want := range map[string]string{
		"[subscription().tenantId]":       `"T"`,
		"[tenant().id]":                   `"/tenants/T"`,
		"[resourceGroup().name]":          `"G"`,
		"[subscription().id]":             "[subscription().id]",
		"[split(subscription().id, '/')]": `["","subscriptions",{"$unknown":"[subscription().subscriptionId]"}]`,
	} {
		if v, err := s.Evaluate(in); err != nil || shown(v) != want {
			t.Errorf("%s: %s, %v", in, shown(v), err)
		}
	}
	if !eval.Text("").IsAbsent() || eval.Text("x").Str() != "x" {
		t.Error("an empty text is a fact that was not supplied")
	}
}

// A nested deployment elsewhere knows what its deployments resource says of the place, and no more.
func TestTargetsOfNestedDeployments(t *testing.T) {
	parent := eval.NewFacts(eval.Given{
		SubscriptionID: value.String("S"), SubscriptionName: value.String("prod"), ResourceGroup: value.String("G"),
		Location: value.String("westeurope"), Tags: value.Object(nil), TenantID: value.String("T"),
	})
	none := value.Absent()
	open := missing("rg", value.StringKind).Value
	tests := []struct {
		name                       string
		target                     *eval.Facts
		id, location, subscription string
	}{
		{"nothing said: the parent's place", parent.Target(eval.ResourceGroupScope, none, none, none), "/subscriptions/S/resourceGroups/G", "westeurope", "prod"},
		{"the same group in other letters", parent.Target(eval.ResourceGroupScope, none, value.String("g"), none), "/subscriptions/S/resourceGroups/G", "westeurope", "prod"},
		{"another group", parent.Target(eval.ResourceGroupScope, none, value.String("H"), none), "/subscriptions/S/resourceGroups/H",
			"{reference('/subscriptions/S/resourceGroups/H', '2022-09-01', 'Full').location}", "prod"},
		{"a group that is not known", parent.Target(eval.ResourceGroupScope, none, open, none), "/subscriptions/S/resourceGroups/{parameters('rg')}",
			"{reference(concat('/subscriptions/S/resourceGroups/', parameters('rg')), '2022-09-01', 'Full').location}", "prod"},
		{"another subscription", parent.Target(eval.ResourceGroupScope, value.String("X"), value.String("G"), none), "/subscriptions/X/resourceGroups/G",
			"{reference('/subscriptions/X/resourceGroups/G', '2022-09-01', 'Full').location}", "{reference('/subscriptions/X', '2022-12-01', 'Full').displayName}"},
		{"the subscription", parent.Target(eval.SubscriptionScope, none, none, none), "/subscriptions/S", "westeurope", "prod"},
		{"a management group", parent.Target(eval.ManagementGroupScope, none, none, value.String("M")), "/providers/Microsoft.Management/managementGroups/M", "westeurope", "prod"},
		{"the tenant", parent.Target(eval.TenantScope, none, none, none), "", "westeurope", "prod"},
	}
	for _, tt := range tests {
		if got := tt.target.ID().Text(); got != tt.id {
			t.Errorf("%s: id %s", tt.name, got)
		}
		if got := tt.target.Location().Text(); got != tt.location && tt.location != "" {
			t.Errorf("%s: location %s", tt.name, got)
		}
		if got := tt.target.Given().SubscriptionName.Text(); got != tt.subscription {
			t.Errorf("%s: subscription %s", tt.name, got)
		}
	}
	f := parent.Target(eval.ResourceGroupScope, none, value.String("H"), none)
	if f.ResourceGroup().Str() != "H" || f.SubscriptionID().Str() != "S" || f.ManagementGroup().Str() != "" {
		t.Error("the facts of the target can be read one by one")
	}
}

func TestResourceIDsAreBuiltFromTypesAndNames(t *testing.T) {
	scope := eval.NewFacts(eval.Given{SubscriptionID: value.String("S"), ResourceGroup: value.String("G")}).ID()
	open := missing("n", value.StringKind).Value
	tests := []struct {
		got  value.Value
		want string
	}{
		{eval.ResourceID(scope, "A.B/c", value.String("x")), "/subscriptions/S/resourceGroups/G/providers/A.B/c/x"},
		{eval.ResourceID(scope, "A.B/c/d", value.String("x"), open), "/subscriptions/S/resourceGroups/G/providers/A.B/c/x/d/{parameters('n')}"},
		{eval.ResourceID(value.String(""), "A.B/c", value.String("x")), "/providers/A.B/c/x"},
		{eval.NamedResourceID(scope, "A.B/c/d", value.String("x/y")), "/subscriptions/S/resourceGroups/G/providers/A.B/c/x/d/y"},
		{eval.NamedResourceID(scope, "A.B/c/d", eval.Concat(value.String("x/"), open)), "/subscriptions/S/resourceGroups/G/providers/A.B/c/x/d/{parameters('n')}"},
		{eval.NamedResourceID(scope, "A.B/c/d", open), "/subscriptions/S/resourceGroups/G/providers/A.B/c/d/{parameters('n')}"},
		{eval.NamedResourceID(open, "A.B/c", value.String("x")), "{parameters('n')}/providers/A.B/c/x"},
	}
	for _, tt := range tests {
		if got := tt.got.Text(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
	secret := eval.Concat(value.String("a"), value.String("b").WithSecret(), value.Int(1), value.Bool(true), value.Null())
	if s, _ := secret.AsString(); !secret.Secret() || s != "ab1True" {
		t.Errorf("%q, secret %v", s, secret.Secret())
	}
}

// deployed answers reference('vm') as a template package would.
type deployed struct {
	eval.Single
	calls []string
}

func (d *deployed) Runtime(c *eval.RuntimeCall) (value.Value, error) {
	call := c.Name + " " + c.Residual().String()
	if c.Full() {
		call += " full"
	}
	if c.Machine().UnderChoice() {
		call += " maybe"
	}
	d.calls = append(d.calls, call)
	switch {
	case c.Func == eval.Reference && c.Args[0].Str() == "vm":
		return value.Object([]value.Member{{Key: "size", Value: value.String("big")}}), nil
	case c.Args[0].Str() == "gone":
		return value.Absent(), eval.NotFound
	}
	return c.Unknown(), nil
}

func (d *deployed) Parameter(string) (value.Value, error) {
	return missing("b", value.BoolKind).Value, nil
}

func TestRuntimeFunctionsAskTheScope(t *testing.T) {
	d := &deployed{}
	m := eval.New(eval.Config{Scope: d})
	tests := []struct{ in, want, call string }{
		{"[reference('vm').size]", `"big"`, "reference reference('vm')"},
		{"[if(parameters('b'), reference('vm', '2020-01-01', 'FULL'), null()).size]", `[if(parameters('b'), reference('vm', '2020-01-01', 'FULL'), null()).size]`, "reference reference('vm', '2020-01-01', 'FULL') full maybe"},
		{"[LISTKEYS(concat('a', 'b'), '2020').key]", "", "LISTKEYS LISTKEYS('ab', '2020')"},
		{"[references('loop')[0]]", "[references('loop')[0]]", "references references('loop')"},
		{"[resourceInfo('vm').id]", "[resourceInfo('vm').id]", "resourceInfo resourceInfo('vm')"},
		{"[extensions('x').config]", "[extensions('x').config]", "extensions extensions('x')"},
	}
	for _, tt := range tests {
		d.calls = nil
		e, _ := eval.Parse(tt.in)
		v, err := m.Eval(e)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if got := shown(v); got != tt.want && tt.want != "" && v.Str() != "big" {
			t.Errorf("%s gives %s", tt.in, got)
		}
		if len(d.calls) != 1 || d.calls[0] != tt.call {
			t.Errorf("%s asks %q, want %q", tt.in, d.calls, tt.call)
		}
		if v.Secret() != (tt.want == "") {
			t.Errorf("%s: secret is %v", tt.in, v.Secret())
		}
	}
	e, _ := eval.Parse("[reference('gone')]")
	if _, err := m.Eval(e); err == nil || err.Message != "The resource 'gone' that 'reference' asks for is not found" {
		t.Errorf("%v", err)
	}
	e, _ = eval.Parse("[reference('/subscriptions/S/resourceGroups/G/providers/A.B/c/d').x]")
	if v, _ := m.Eval(e); v.Unknown() == nil || v.Unknown().Resource != "/subscriptions/S/resourceGroups/G/providers/A.B/c/d" {
		t.Errorf("the unknown does not know its resource: %s", shown(v))
	}
}

// nesting evaluates a variable while a lambda is under way.
type nesting struct {
	eval.Single
	m *eval.Machine
}

func (n *nesting) Variable(string) (value.Value, error) {
	e, _ := eval.Parse("[lambdaVariables('x')]")
	v, err := n.m.Eval(e)
	if err != nil {
		return v, err
	}
	return v, nil
}

func TestLambdaVariablesEndAtTheExpression(t *testing.T) {
	n := &nesting{}
	n.m = eval.New(eval.Config{Scope: n})
	e, _ := eval.Parse("[map(createArray(1), lambda('x', variables('v')))]")
	if v, err := n.m.Eval(e); err == nil {
		t.Errorf("a variable sees the lambda around its use: %s", shown(v))
	}
	e, _ = eval.Parse("[map(createArray(1), lambda('x', lambdaVariables('x')))]")
	if v, err := n.m.Eval(e); err != nil || shown(v) != "[1]" {
		t.Errorf("after a failure: %s, %v", shown(v), err)
	}
}

func TestACacheGivesTheSameTree(t *testing.T) {
	var c eval.Cache
	a, _ := c.Parse("[concat('a', 'b')]")
	b, _ := c.Parse("[concat('a', 'b')]")
	if a != b || a.Folded == nil {
		t.Error("an expression is parsed once and its constants are folded")
	}
	_, err := c.Parse("[")
	_, again := c.Parse("[")
	if err == nil || err != again {
		t.Error("errors are remembered, too")
	}
	for _, text := range []string{"[range(0, 9)]", "[newGuid()]", "[parameters('x')]", "[add('a', 1)]", "[resourceGroup()]"} {
		if e, _ := eval.Parse(text); e.Folded != nil {
			t.Errorf("%s is folded", text)
		}
	}
}
