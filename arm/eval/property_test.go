package eval_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
	"pgregory.net/rapid"
)

// The world has these parameters; each may be known or not.
var world = []value.Member{
	{Key: "s", Value: value.String("Ab-c")},
	{Key: "t", Value: value.String("")},
	{Key: "i", Value: value.Int(2)},
	{Key: "b", Value: value.Bool(true)},
	{Key: "d", Value: value.Bool(false)},
	{Key: "a", Value: value.Array([]value.Value{value.String("x"), value.Int(2), value.String("Ab-c")})},
	{Key: "o", Value: value.Object([]value.Member{
		{Key: "k", Value: value.String("v")}, {Key: "n", Value: value.Int(1)},
		{Key: "deep", Value: value.Object([]value.Member{{Key: "k", Value: value.Bool(true)}})},
	})},
	{Key: "z", Value: value.Null()},
}

// grammar draws an expression that gives a value of the kind, most of the time.
func grammar(t *rapid.T, kind value.Kind, depth int) string {
	pick := func(options ...func() string) string {
		return options[rapid.IntRange(0, len(options)-1).Draw(t, "rule")]()
	}
	sub := func(k value.Kind) string { return grammar(t, k, depth-1) }
	any := func() string {
		return sub([]value.Kind{value.StringKind, value.IntKind, value.BoolKind, value.ArrayKind, value.ObjectKind, value.NullKind}[rapid.IntRange(0, 5).Draw(t, "kind")])
	}
	leaf := func(names ...string) func() string {
		return func() string { return rapid.SampledFrom(names).Draw(t, "leaf") }
	}
	call := func(name string, args ...func() string) func() string {
		return func() string {
			texts := make([]string, len(args))
			for i, a := range args {
				texts[i] = a()
			}
			return name + "(" + strings.Join(texts, ", ") + ")"
		}
	}
	of := func(k value.Kind) func() string { return func() string { return sub(k) } }
	str, num, yes, arr, obj := of(value.StringKind), of(value.IntKind), of(value.BoolKind), of(value.ArrayKind), of(value.ObjectKind)
	lambda := func(body string) func() string { return func() string { return "lambda('x', " + body + ")" } }
	both := func(k func() string) []func() string {
		return []func() string{call("if", yes, k, k), call("coalesce", k, k), call("coalesce", leaf("parameters('z')", "tryGet(parameters('o'), 'none')"), k)}
	}

	var leaves, rules []func() string
	switch kind {
	case value.StringKind:
		leaves = []func() string{leaf("parameters('s')", "parameters('t')", "'x'", "'Ab-c'", "''", "'-'", "resourceGroup().name", "parameters('o').k")}
		rules = append(both(str), call("concat", str, str), call("concat", str, num, yes), call("format", leaf("'{0}-{1}'", "'{1}'", "'a'", "'{0,5}|{1}'"), str, num),
			call("toLower", str), call("toUpper", str), call("replace", str, leaf("'-'", "'b-'"), leaf("''", "'++'")), call("trim", str),
			call("take", str, num), call("skip", str, num), call("first", str), call("last", str), call("string", of(value.IntKind)), call("string", arr), call("string", obj),
			call("join", arr, leaf("','", "''")), call("uniqueString", str), call("guid", str, str), call("base64", str), call("base64ToString", call("base64", str)),
			call("resourceId", leaf("'A.B/c'"), str), call("substring", str, leaf("0", "1"), leaf("0", "1")), call("padLeft", str, leaf("6")), call("uriComponent", str))
	case value.IntKind:
		leaves = []func() string{leaf("parameters('i')", "0", "1", "2", "-1", "parameters('o').n")}
		rules = append(both(num), call("add", num, num), call("sub", num, num), call("mul", num, num), call("div", num, num), call("mod", num, num),
			call("length", str), call("length", arr), call("length", obj), call("indexOf", arr, any), call("lastIndexOf", arr, any), call("indexOf", str, str), call("max", num, num), call("min", num, num), call("int", num))
	case value.BoolKind:
		leaves = []func() string{leaf("parameters('b')", "parameters('d')", "true()", "false()", "parameters('o').deep.k")}
		rules = append(both(yes), call("not", yes), call("and", yes, yes), call("or", yes, yes), call("equals", any, any), call("equals", str, str), call("equals", obj, obj), call("empty", str), call("empty", arr), call("empty", obj),
			call("contains", arr, any), call("contains", str, str), call("contains", obj, str), call("startsWith", str, str), call("endsWith", str, str), call("less", num, num), call("greaterOrEquals", num, num))
	case value.ArrayKind:
		leaves = []func() string{leaf("parameters('a')", "createArray()", "createArray('x', 2)", "createArray(parameters('s'), 'x')")}
		rules = append(both(arr), call("createArray", any, any), call("concat", arr, arr), call("union", arr, arr), call("intersection", arr, arr), call("take", arr, num), call("skip", arr, num),
			call("distinct", arr), call("array", any), call("flatten", call("createArray", arr, arr)), call("split", str, leaf("'-'")), call("items", obj), call("objectKeys", obj), call("range", leaf("0"), leaf("0", "2")),
			call("map", arr, lambda("lambdaVariables('x')")), call("map", arr, lambda("string(lambdaVariables('x'))")), call("filter", arr, lambda("equals(lambdaVariables('x'), parameters('s'))")),
			call("filter", arr, lambda("not(equals(lambdaVariables('x'), 'x'))")))
	case value.ObjectKind:
		leaves = []func() string{leaf("parameters('o')", "createObject()", "createObject('k', parameters('s'))", "createObject('n', 1)")}
		rules = append(both(obj), call("createObject", leaf("'k'"), any, leaf("'n'", "'m'"), any), call("union", obj, obj), call("shallowMerge", call("createArray", obj, obj)), call("intersection", obj, obj),
			call("toObject", arr, lambda("string(lambdaVariables('x'))")), call("mapValues", obj, lambda("createArray(lambdaVariables('x'))")), call("groupBy", arr, lambda("string(lambdaVariables('x'))")))
	default:
		leaves = []func() string{leaf("null()", "parameters('z')", "tryGet(parameters('o'), 'missing')", "tryGet(parameters('o'), 'k')", "parameters('o').n", "parameters('a')[1]", "parameters('a')[parameters('i')]")}
		rules = []func() string{call("first", arr), call("last", arr), call("tryGet", obj, leaf("'k'", "'m'")), call("coalesce", any, any), call("if", yes, any, any),
			func() string { return sub(value.ObjectKind) + ".k" }, func() string { return sub(value.ArrayKind) + "[0]" },
			call("reduce", arr, any, func() string { return "lambda('c', 'n', lambdaVariables('n'))" })}
	}
	if depth <= 0 || rapid.IntRange(0, 3).Draw(t, "leaf?") == 0 {
		return pick(leaves...)
	}
	return pick(rules...)
}

// Evaluating with unknowns and filling them in later gives the same as knowing everything from the start:
// what is known early is right, an unknown's kind, parts and cases fit, its residual gives the value, and nothing fails
// early that would not fail late.
func TestUnknownsAgreeWithWhatTheyTurnOutToBe(t *testing.T) {
	facts := eval.NewFacts(eval.Given{SubscriptionID: value.String("sub"), ResourceGroup: value.String("Group-1")})
	for range 20 {
		rapid.Check(t, func(t *rapid.T) { agree(t, facts) })
	}
}

func agree(t *rapid.T, facts *eval.Facts) {
	kinds := []value.Kind{value.StringKind, value.IntKind, value.BoolKind, value.ArrayKind, value.ObjectKind, value.NullKind}
	text := "[" + grammar(t, rapid.SampledFrom(kinds).Draw(t, "kind"), 5) + "]"
	known := &eval.Single{Parameters: value.Object(world), Config: eval.Config{Facts: facts}}
	late, lateErr := known.Evaluate(text)
	if lateErr != nil {
		// What cannot be deployed may give anything.
		return
	}
	parameters := make([]value.Member, len(world))
	for i, p := range world {
		parameters[i] = p
		switch rapid.IntRange(0, 2).Draw(t, p.Key) {
		case 1:
			parameters[i] = missing(p.Key, p.Value.Kind())
			if p.Value.IsNull() {
				parameters[i] = missing(p.Key, value.AbsentKind)
			}
		case 2:
			parameters[i] = missing(p.Key, value.AbsentKind)
		}
	}
	partly := &eval.Single{Parameters: value.Object(parameters)}
	early, err := partly.Evaluate(text)
	if err != nil {
		t.Fatalf("%s: fails with unknowns: %v", text, err)
	}
	if problem := fits(known, early, late); problem != "" {
		t.Fatalf("%s:\n with unknowns %s\n in the end %s\n %s", text, shown(early), shown(late), problem)
	}
}

// fits says what is wrong with an early value, given what it turns out to be.
func fits(known *eval.Single, early, late value.Value) string {
	u := early.Unknown()
	if u == nil {
		return fitsKnown(known, early, late)
	}
	if u.Hint != value.AbsentKind && u.Hint != late.Kind() && !late.IsNull() {
		return fmt.Sprintf("the kind is said to be %v", u.Hint)
	}
	if u.NotNull && late.IsNull() {
		return "it is said not to be null"
	}
	if u.Choice != nil && fits(known, u.Choice.Then, late) != "" && fits(known, u.Choice.Else, late) != "" {
		return "neither case fits"
	}
	if len(u.Parts) > 0 {
		if problem := fitsParts(known, u.Parts, late); problem != "" {
			return problem
		}
	}
	again, err := known.Evaluate(early.Residual())
	if err != nil {
		return fmt.Sprintf("the residual %s fails: %v", early.Residual(), err)
	}
	if value.Equal(again, late) != value.Yes {
		return fmt.Sprintf("the residual gives %s", shown(again))
	}
	return ""
}

func fitsKnown(known *eval.Single, early, late value.Value) string {
	if early.IsNull() && late.IsNull() {
		return ""
	}
	if early.Kind() != late.Kind() || early.Len() != late.Len() {
		return "it is known to be something else"
	}
	switch early.Kind() {
	case value.ArrayKind:
		for i, x := range early.Elems() {
			if problem := fits(known, x, late.At(i)); problem != "" {
				return fmt.Sprintf("element %d: %s", i, problem)
			}
		}
	case value.ObjectKind:
		for k, x := range early.Members() {
			if problem := fits(known, x, late.Get(k)); problem != "" {
				return fmt.Sprintf("member %s: %s", k, problem)
			}
		}
	default:
		if value.Equal(early, late) != value.Yes {
			return "it is known to be something else"
		}
	}
	return ""
}

// fitsParts fills the holes and compares.
func fitsParts(known *eval.Single, parts []value.Part, late value.Value) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Hole == nil {
			b.WriteString(p.Lit)
			continue
		}
		v, err := known.Evaluate("[" + expr.Call("format", expr.Str("{0}"), p.Hole).String() + "]")
		if err != nil {
			return fmt.Sprintf("the hole %s fails: %v", p.Hole, err)
		}
		b.WriteString(v.Str())
	}
	if b.String() != late.Str() {
		return fmt.Sprintf("the parts give %q", b.String())
	}
	return ""
}
