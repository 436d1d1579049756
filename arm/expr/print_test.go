package expr_test

import (
	"math"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

func TestConstructedTreesPrintAndParse(t *testing.T) {
	tests := []struct {
		e    *expr.Expr
		want string
	}{
		{expr.Call("concat", expr.Str("sa"), expr.Member(expr.Call("resourceGroup"), "id")), "concat('sa', resourceGroup().id)"},
		{expr.Member(expr.Call("f"), "with space"), "f()['with space']"},
		{expr.Member(expr.Call("f"), "it's"), "f()['it''s']"},
		{expr.Member(expr.Call("f"), ""), "f()['']"},
		{expr.Member(expr.Call("f"), "9lives"), "f()['9lives']"},
		{expr.Member(expr.Call("f"), "a.b"), "f()['a.b']"},
		{expr.Index(expr.Call("f"), expr.Int(-3)), "f()[-3]"},
		{expr.Int(1 << 40), "json('1099511627776')"},
		{expr.Value("true"), "true()"},
		{expr.Value(" null "), "null()"},
		{expr.Value("12"), "12"},
		{expr.Value("-12"), "-12"},
		{expr.Value("2199023255552"), "json('2199023255552')"},
		{expr.Value("0.25"), "json('0.25')"},
		{expr.Value("1e3"), "json('1e3')"},
		{expr.Value(`"it's"`), "'it''s'"},
		{expr.Value("[]"), "createArray()"},
		{expr.Value("{}"), "createObject()"},
		{expr.Value(`{"b": [1, {"a": null}], "a": false}`), "createObject('b', createArray(1, createObject('a', null())), 'a', false())"},
		{expr.Value("{'lenient'"), "json('{''lenient''')"},
		{expr.Value("1 2"), "json('1 2')"},
		{expr.Value(strings.Repeat("[", 150) + strings.Repeat("]", 150)), "json('" + strings.Repeat("[", 150) + strings.Repeat("]", 150) + "')"},
		{nil, ""},
		{&expr.Expr{}, ""},
	}
	for _, tt := range tests {
		got := tt.e.String()
		if got != tt.want {
			t.Errorf("prints %q, want %q", got, tt.want)
		}
		if got == "" {
			continue
		}
		again, err := expr.Parse("[" + got + "]")
		if err != nil {
			t.Errorf("%s: %v", got, err)
		} else if again.String() != got {
			t.Errorf("%s prints as %s after parsing", got, again)
		}
	}
}

func TestEqualIgnoresSpellingThatDoesNotMatter(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"[f(1, 'a')]", "[ F( 1,'a' ) ]", true},
		{"[f().a]", "[f()['a']]", true},
		{"[f()['a']]", "[f().a]", true},
		{"[f().a]", "[f().A]", false},
		{"[f(1)]", "[f('1')]", false},
		{"[f(1)]", "[f(2)]", false},
		{"['a']", "['A']", false},
		{"[f(1)]", "[f(1, 2)]", false},
		{"[f()[0]]", "[f()[1]]", false},
		{"[f().a]", "[f()[0]]", false},
		{"[f()]", "[g()]", false},
		{"[n.f()]", "[N.F()]", true},
	}
	for _, tt := range tests {
		a, errA := expr.Parse(tt.a)
		b, errB := expr.Parse(tt.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if got := expr.Equal(a, b); got != tt.want {
			t.Errorf("Equal(%s, %s) = %v", tt.a, tt.b, got)
		}
	}
	f := expr.Call("f")
	if !expr.Equal(nil, nil) || expr.Equal(f, nil) || expr.Equal(nil, f) || !expr.Equal(f, f) {
		t.Error("nil equals nil and nothing else")
	}
	if !expr.Equal(expr.Value("[1]"), expr.Value("[1]")) || expr.Equal(expr.Value("[1]"), expr.Value("[2]")) {
		t.Error("value literals compare by text")
	}
}

func TestSizeBoundsWhatATreePrints(t *testing.T) {
	if e, _ := expr.Parse("[f('a', g(1).b)[2]]"); e.Size != 7 {
		t.Errorf("a tree of 7 nodes has size %d", e.Size)
	}
	if s := expr.Str(strings.Repeat("x", 3200)); s.Size != 101 {
		t.Errorf("a long text has size %d", s.Size)
	}
	// 2^40 nodes, when printed; only 40 in memory.
	e := expr.Str("x")
	for range 40 {
		e = expr.Call("concat", e, e)
	}
	if e.Size != math.MaxInt32 {
		t.Errorf("size %d, want the greatest", e.Size)
	}
}

func TestKindsHaveNames(t *testing.T) {
	e, _ := expr.Parse("[f(1)[0]]")
	if e.Kind.String() != "index" || e.Base().Kind.String() != "call" || e.Args[1].Kind.String() != "int" {
		t.Errorf("kinds: %v %v %v", e.Kind, e.Base().Kind, e.Args[1].Kind)
	}
	if expr.Kind(0).String() != "invalid" || expr.Kind(99).String() != "invalid" {
		t.Error("an invalid kind says so")
	}
	if expr.Str("x").Base() != nil {
		t.Error("only accesses have a base")
	}
}

// checkStable asserts the round trip of everything that parses: print, parse, print.
func checkStable(t *testing.T, s string) {
	t.Helper()
	e, err := expr.Parse(s)
	if err != nil {
		if err.Offset < 0 || err.Offset > len(s) || err.Message == "" || err.Expected == "" {
			t.Fatalf("Parse(%q): unusable error %+v", s, err)
		}
		return
	}
	e.Walk(func(n *expr.Expr) bool {
		if n.Start < 1 || n.End <= n.Start || int(n.End) >= len(s) {
			t.Fatalf("Parse(%q): node %s spans %d to %d", s, n, n.Start, n.End)
		}
		return true
	})
	text := e.String()
	again, err := expr.Parse("[" + text + "]")
	if err != nil {
		// Canonical blanks may push an expression just under the length limit over it.
		if len(text) > expr.MaxLength-2 {
			return
		}
		t.Fatalf("Parse(%q) prints %q, which does not parse: %v", s, text, err)
	}
	if !expr.Equal(e, again) || again.String() != text {
		t.Fatalf("Parse(%q) prints %q, then %q", s, text, again)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"[concat('a''b', f( 12 )[ 0 ].name, -1)]", "[ ]", "['x']", "[contoso.f(g().a-b.$c)]", "[1 + 2]",
		"[f(\"a\")]", "[f('a)]", "[é('ü')[f()].ß]", "[a.b.c()]", "[f(2147483648)]", "[f()\n[\t0]]",
	} {
		f.Add(s)
	}
	f.Fuzz(checkStable)
}

func BenchmarkParse(b *testing.B) {
	for _, s := range []string{
		"[parameters('location')]",
		"[concat('sa', uniqueString(resourceGroup().id))]",
		"[if(equals(parameters('storageAccountOption'), 'new'), resourceId(parameters('storageAccountResourceGroupName'), 'Microsoft.Storage/storageAccounts', parameters('storageAccountName')), json('null'))]",
	} {
		b.Run(s[:12], func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := expr.Parse(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
