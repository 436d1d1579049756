package eval_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Messages have the service's form, so that they can be searched for, and point at what failed.
func TestMessages(t *testing.T) {
	tests := []struct{ in, message, at string }{
		{"[base64()]", "Unable to evaluate template language function 'base64': function requires 1 argument(s) while 0 were provided", "base64()"},
		{"[concat('a', base64(1, 2))]", "function requires 1 argument(s) while 2 were provided", "base64(1, 2)"},
		{"[concat()]", "at least one parameter should be provided", "concat()"},
		{"[union(createArray())]", "function requires at least 2 argument(s) while 1 were provided", ""},
		{"[padLeft('a')]", "function requires between 2 and 3 argument(s) while 1 were provided", ""},
		{"[TOLOWER(100)]", "The template language function 'toLower' expects its parameter to be of type 'String'. The provided value is of type 'Integer'", ""},
		{"[replace('a', 200, 'b')]", "expects parameter 2 to be of type 'String'. The provided value is of type 'Integer'", ""},
		{"[equals(toLower(parameters('o')), 'x')]", "The provided value is of type 'Object'", ""},
		{"[unknownFn('a')]", "The template function 'unknownFn' is not valid", "unknownFn('a')"},
		{"[resourceid2('a')]", "did you mean 'resourceId'?", ""},
		{"[contoso.nope()]", "The template function 'contoso.nope' is not valid", ""},
		{"[parameters('none')]", "The template parameter 'none' is not found", "parameters('none')"},
		{"[variables('none')]", "The template variable 'none' is not found", ""},
		{"[createObject('a', 1, 'b', 2).c]", "The language expression property 'c' doesn't exist, available properties are 'a, b'", "createObject('a', 1, 'b', 2).c"},
		{"[createArray(1)[6]]", "The language expression property array index '6' is out of bounds", ""},
		{"[createArray(1)[sub(0, 1)]]", "array index '-1' is out of bounds", ""},
		{"[null().x]", "property 'x' can't be evaluated: the value before it is of type 'Null'", ""},
		{"['text'.x]", "the value before it is of type 'String'", ""},
		{"[createArray(1).x]", "whose elements are read by an integer", ""},
		{"[createObject()[1]]", "index of type 'Integer' can't be evaluated: the value before it is of type 'Object'", ""},
		{"[format('{1}', 'a')]", "Unable to evaluate template language function 'format': the format is invalid: 'Index (zero based)", ""},
		{"[format('{', 'a')]", "the format is invalid: 'Input string was not in a correct format.'", ""},
		{"[format('{0:Q}', 1)]", "Format specifier was invalid", ""},
		{"[concat(createArray(1), 'a')]", "Either all or none of the parameters must be an array", ""},
		{"[concat(createObject())]", "expects parameter 1 to be of type 'String, Integer, Boolean or Array'", ""},
		{"[padLeft('a', 17)]", "positive integer value and not greater than '16'", ""},
		{"[div(1, 0)]", "attempted to divide by zero", ""},
		{"[mod('x', 0)]", "of type 'Integer'", ""},
		{"[add(json('9223372036854775807'), 1)]", "the operation overflowed", ""},
		{"[int('x1')]", "the value 'x1' cannot be converted to type 'Integer'", ""},
		{"[bool('yes')]", "'yes' cannot be converted to type 'Boolean'", ""},
		{"[if('true', 1, 2)]", "expects parameter 1 to be of type 'Boolean'", ""},
		{"[if(resourceGroup().location, 1, 2)]", "The provided value is of type 'String'", ""},
		{"[and(true(), 1)]", "expects parameter 2 to be of type 'Boolean'", ""},
		{"[json('{')]", "the text is not valid JSON", ""},
		{"[base64ToString('%')]", "cannot be decoded from base64 representation", ""},
		{"[range(0, 10001)]", "the count must be between 0 and 10000", ""},
		{"[resourceId('A.B/c')]", "function requires at least 2 argument(s)", ""},
		{"[resourceId('A.B/c', 'd', 'e')]", "the type 'A.B/c' requires '1' resource name argument(s) while 2 were provided", ""},
		{"[resourceId('a', 'b', 'c', 'd')]", "a resource type such as 'Microsoft.Storage/storageAccounts' is missing", ""},
		{"[utcNow()]", "The template function 'utcNow' is not expected at this location", ""},
		{"[newGuid()]", "can only be used in the default value of a parameter", ""},
		{"[copyIndex()]", "The function can only be used in a resource with copy specified", ""},
		{"[copyIndex('other')]", "The copy loop 'other'", ""},
		{"[copyIndex('loop', 'x')]", "an integer offset", ""},
		{"[fail(format('no {0}', 'way'))]", "no way", ""},
		{"[fail(parameters('known'))]", "{secret}", ""},
		{"[int(parameters('known'))]", "details are not shown because one of them is secret", ""},
		{"[toLower(createArray(parameters('known')))]", "expects its parameter to be of type 'String'", ""},
		{"[lambda('x', 1)]", "a lambda can only be an argument of map", ""},
		{"[map(createArray(1), 2)]", "parameter 2 must be a lambda", "2"},
		{"[map(createArray(1), lambda('a', 'b', 'c', 1))]", "takes at most 2 variable(s), 3 are named", ""},
		{"[map(createArray(1), lambda(concat('a'), 1))]", "must be string literals", "concat('a')"},
		{"[map(createArray(1), lambda(1))]", "needs the name of at least one variable", ""},
		{"[filter(createArray(1), lambda('x', 1))]", "the lambda must give a value of type 'Boolean'", ""},
		{"[toObject(createArray(1), lambda('x', 1))]", "the key lambda must give a value of type 'String'", ""},
		{"[dateTimeAdd('no date', 'P1D')]", "'no date' cannot be converted to a date and time", ""},
		{"[utcNow('Q')]", "", ""},
		{"[cidrSubnet('10.0.0.0/16', 8, 0)]", "the new prefix must be between 16", ""},
		{"[cidrSubnet('10.0.0.0/16', 17, 2)]", "has 2 subnet(s) with the prefix 17", ""},
		{"[cidrHost('10.0.0.0/30', 2)]", "no usable host with the index '2'", ""},
		{"[parseCidr('10.0.0.0')]", "is not an address range in CIDR notation", ""},
		{"[pickZones('A.B', 'c', 'x', 4)]", "the number of zones must be between 1 and 3", ""},
		{"[shallowMerge(createArray(1))]", "element 0 is of type 'Integer'", ""},
		{"[intersection(createArray(), createObject())]", "must be of the same type", ""},
		{"[createObject('a')]", "an even number of parameters", ""},
		{"[uri('x', 'y')]", "must be an absolute URI", ""},
		{"[buildUri(createObject('scheme', 'https'))]", "the property 'host' of the parameter must be a string", ""},
		{"[parameters(1)]", "The template language function 'parameters' expects its parameter to be of type 'String'", ""},
		{"[parameters(concat('no', 'ne'))]", "The template parameter 'none' is not found", ""},
		{"[parameters(parameters('known'))]", "The template parameter '{secret}' is not found", ""},
		{"[parameters('box')[parameters('known')]]", "The language expression property '{secret}' doesn't exist", ""},
		{"[createObject(parameters('known'), 1).x]", "available properties are '{secret}'", ""},
		{"[concat('x', 'y')[parameters('known')]]", "property '{secret}' can't be evaluated", ""},
		{"[int(concat('abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz', 'äbcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz'))]", "qrstu...' cannot", ""},
		{"[ ]", "Unable to parse language expression ' '", ""},
	}
	for _, tt := range tests {
		s := halfKnown()
		v, err := s.Evaluate(tt.in)
		if err == nil {
			t.Errorf("%s gives %s, want an error", tt.in, shown(v))
			continue
		}
		if !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: %q lacks %q", tt.in, err, tt.message)
		}
		var e *eval.Error
		if errors.As(err, &e) && tt.at != "" && tt.in[e.Start:e.End] != tt.at {
			t.Errorf("%s: points at %q, want %q", tt.in, tt.in[e.Start:e.End], tt.at)
		}
	}
}

// Functions of the deployment's place are there where the place has one.
func TestScopesThatLackAFunctionSaySo(t *testing.T) {
	tests := []struct {
		scope eval.ScopeKind
		in    string
		ok    bool
	}{
		{eval.ResourceGroupScope, "[resourceGroup().name]", true},
		{eval.SubscriptionScope, "[resourceGroup().name]", false},
		{eval.SubscriptionScope, "[subscription().id]", true},
		{eval.ManagementGroupScope, "[subscription().id]", false},
		{eval.ManagementGroupScope, "[managementGroup().id]", true},
		{eval.TenantScope, "[managementGroup().id]", false},
		{eval.TenantScope, "[tenant().tenantId]", true},
	}
	for _, tt := range tests {
		s := &eval.Single{Config: eval.Config{Facts: eval.NewFacts(eval.Given{Scope: tt.scope})}}
		_, err := s.Evaluate(tt.in)
		if (err == nil) != tt.ok {
			t.Errorf("%s at %v scope: %v", tt.in, tt.scope, err)
		}
		if err != nil && !strings.Contains(err.Error(), tt.scope.String()+" scope") {
			t.Errorf("%s: the message %q does not name the scope", tt.in, err)
		}
	}
}

// A failing variable is reported once, where it stands; what depends on it is unknown.
func TestFailuresDoNotCascade(t *testing.T) {
	s := &eval.Single{Variables: value.Object([]value.Member{
		{Key: "bad", Value: value.String("[int('x')]")},
		{Key: "worse", Value: value.String("[add(variables('bad'), 1)]")},
		{Key: "loop", Value: value.Object([]value.Member{{Key: "k", Value: value.String("[variables('loop').k]")}})},
	})}
	v, err := s.Evaluate("[mul(variables('worse'), 2)]")
	if err == nil || !strings.Contains(err.Error(), "The template variable 'bad' is not valid") {
		t.Errorf("error %v", err)
	}
	if u := v.Unknown(); u == nil || u.Reason != value.Failed {
		t.Errorf("value %s", shown(v))
	}
	if _, err := s.Evaluate("[variables('loop')]"); !errors.Is(err, eval.ErrCircular) {
		t.Errorf("a circle gives %v", err)
	}
	if v, err := s.Evaluate("[if(true(), 'fine', variables('bad'))]"); err != nil || v.Str() != "fine" {
		t.Errorf("a broken variable that is not used spoils %v, %v", shown(v), err)
	}
}

// Check finds what is wrong whatever the values are.
func TestCheck(t *testing.T) {
	s := &eval.Single{Functions: value.Array([]value.Value{value.Object([]value.Member{
		{Key: "namespace", Value: value.String("ns")},
		{Key: "members", Value: value.Object([]value.Member{{Key: "f", Value: value.Object([]value.Member{
			{Key: "parameters", Value: value.Array([]value.Value{value.Null()})},
		})}})},
	})})}
	tests := []struct{ in, want string }{
		{"[concat('a', parameters('x').y[0])]", ""},
		{"[if(true(), concta('a'), base64())]", "The template function 'concta' is not valid; did you mean 'concat'?|Unable to evaluate template language function 'base64': function requires 1 argument(s) while 0 were provided"},
		{"[listAnything('x', 'y')]", ""},
		{"[listKeys('x')]", "Unable to evaluate template language function 'listKeys': function requires between 2 and 3 argument(s) while 1 were provided"},
		{"[NS.F(1)]", ""},
		{"[ns.f()]", "Unable to evaluate template language function 'ns.f': function requires 1 argument(s) while 0 were provided"},
		{"[ns.g()]", "The template function 'ns.g' is not valid"},
		{"[concat(lambda('x', 1))]", "Unable to evaluate template language function 'lambda': a lambda can only be an argument of map, filter, reduce, sort, toObject, groupBy or mapValues"},
		{"[map(createArray(), lambda(1))]", "Unable to evaluate template language function 'lambda': a lambda needs the name of at least one variable and a body"},
		{"[map(createArray(), lambda('x', lambdaVariables('x')))]", ""},
	}
	for _, tt := range tests {
		e, syntax := eval.Parse(tt.in)
		if syntax != nil {
			t.Fatal(syntax)
		}
		var got []string
		for _, err := range eval.Check(e, s) {
			got = append(got, err.Error())
			if err.End <= err.Start {
				t.Errorf("%s: %v has no place", tt.in, err)
			}
		}
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("%s\n gives %s\n want  %s", tt.in, g, tt.want)
		}
	}
	if e, _ := eval.Parse("[ns.unknown()]"); len(eval.Check(e, nil)) != 0 {
		t.Error("without a scope user functions are not judged")
	}
}

// Trees that were not linked evaluate, too: residuals are made of such nodes.
func TestResidualsEvaluate(t *testing.T) {
	s := &eval.Single{}
	m := eval.New(eval.Config{Scope: s})
	v, err := m.Eval(expr.Call("concat", expr.Str("a"), expr.Call("string", expr.Value(`{"k": [1, "x"]}`)), expr.Member(expr.Call("createObject", expr.Str("k"), expr.Int(1)), "k")))
	if err != nil || v.Str() != `a{"k":[1,"x"]}1` {
		t.Errorf("%s, %v", shown(v), err)
	}
	if _, err := m.Eval(&expr.Expr{}); err == nil {
		t.Error("an invalid node evaluates")
	}
	if _, err := m.Eval(expr.Value("{")); err == nil {
		t.Error("an invalid value literal evaluates")
	}
}
