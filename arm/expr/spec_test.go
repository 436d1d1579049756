package expr_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

// Section 3.1 of the specification: which strings are expressions, and what the others stand for.
func TestWhatIsAnExpression(t *testing.T) {
	tests := []struct {
		in         string
		expression bool
		literal    string
	}{
		{"[x]", true, "[x]"},
		{"[]", true, "[]"},
		{"[ ]", true, "[ ]"},
		{"[concat('a')]", true, "[concat('a')]"},
		{"[\n  f()\n]", true, "[\n  f()\n]"},
		{"[[x]", false, "[x]"},
		{"[[x]]", false, "[x]]"},
		{"[[[x]", false, "[[x]"},
		{"[[]", false, "[]"},
		{"[[test value]", false, "[test value]"},
		{"[[", false, "[["},
		{"[[x", false, "[[x"},
		{"[test] value", false, "[test] value"},
		{" [x]", false, " [x]"},
		{"[x] ", false, "[x] "},
		{"\t[x]", false, "\t[x]"},
		{"[x]\n", false, "[x]\n"},
		{"x]", false, "x]"},
		{"[x", false, "[x"},
		{"[", false, "["},
		{"]", false, "]"},
		{"", false, ""},
		{"plain", false, "plain"},
	}
	for _, tt := range tests {
		if got := expr.IsExpression(tt.in); got != tt.expression {
			t.Errorf("%q is an expression: %v", tt.in, got)
		}
		if tt.expression {
			continue
		}
		if got, dropped := expr.Unescape(tt.in); got != tt.literal || dropped != (got != tt.in) {
			t.Errorf("%q stands for %q, %v; want %q", tt.in, got, dropped, tt.literal)
		}
	}
}

// Section 3.2: what the grammar has; each is printed in its canonical form.
func TestGrammar(t *testing.T) {
	tests := []struct{ in, want string }{
		{"f()", "f()"},
		{"f( )", "f()"},
		{"f ()", "f()"},
		{"f\n(\t'a'\r\n,\n'b' )", "f('a', 'b')"},
		{"  f()  ", "f()"},
		{"'vmLoop'", "'vmLoop'"},
		{"''", "''"},
		{"'it''s'", "'it''s'"},
		{"''''", "''''"},
		{"'a''''b'", "'a''''b'"},
		{`'a\b"c'`, `'a\b"c'`},
		{"'[x]'", "'[x]'"},
		{"'(,)'", "'(,)'"},
		{"'two\nlines'", "'two\nlines'"},
		{"42", "42"},
		{"-1", "-1"},
		{"f(+7)", "f(7)"},
		{"f(-0)", "f(0)"},
		{"f(007)", "f(7)"},
		{"f(2147483647)", "f(2147483647)"},
		{"f(-2147483648)", "f(-2147483648)"},
		{"f(g(h()))", "f(g(h()))"},
		{"f().a", "f().a"},
		{"f() . a", "f().a"},
		{"f().a.b.c", "f().a.b.c"},
		{"f()[0]", "f()[0]"},
		{"f()[ 'k' ]", "f()['k']"},
		{"f()['a b'].c[1]", "f()['a b'].c[1]"},
		{"f()[g()[0]]", "f()[g()[0]]"},
		{"'x'.a", "'x'.a"},
		{"split(x(),'/')[6].y", "split(x(), '/')[6].y"},
		{"f().a-b", "f().a-b"},
		{"f().$ref", "f().$ref"},
		{"f().a$b-c", "f().a$b-c"},
		{"contoso.uniqueName('x')", "contoso.uniqueName('x')"},
		{"contoso . uniqueName ( )", "contoso.uniqueName()"},
		{"__bicep.f(1).g", "__bicep.f(1).g"},
		{"_f1()", "_f1()"},
		{"Größe()", "Größe()"},
		{"f().é", "f().é"},
		{"true()", "true()"},
		{"if(true(),1,2)", "if(true(), 1, 2)"},
	}
	for _, tt := range tests {
		e, err := expr.Parse("[" + tt.in + "]")
		if err != nil {
			t.Errorf("%q: %v", tt.in, err)
			continue
		}
		if got := e.String(); got != tt.want {
			t.Errorf("%q prints as %q, want %q", tt.in, got, tt.want)
		}
		if again, err := expr.Parse("[" + e.String() + "]"); err != nil || !expr.Equal(e, again) {
			t.Errorf("%q does not come back: %v", tt.in, err)
		}
	}
}

// A wrong expression says where: ^ stands before the offending token.
func TestPlacesOfSyntaxErrors(t *testing.T) {
	tests := []struct{ in, expected, found, message string }{
		{"[^]", "Identifier", "EndOfData", "expected token 'Identifier' and actual 'EndOfData'"},
		{"[ ^]", "Identifier", "EndOfData", "expected token 'Identifier' and actual 'EndOfData'"},
		{"[f^]", "LeftParenthesis", "EndOfData", "expected token 'LeftParenthesis'"},
		{"[f(^]", "Identifier", "EndOfData", ""},
		{"[f('a'^]", "RightParenthesis", "EndOfData", ""},
		{"[f('a' ^'b')]", "RightParenthesis", "Literal", ""},
		{"[f('a',^)]", "Identifier", "RightParenthesis", ""},
		{"[f(^,)]", "Identifier", "Comma", ""},
		{"[f()^)]", "EndOfData", "RightParenthesis", ""},
		{"[f() ^g()]", "EndOfData", "Identifier", ""},
		{"[f()^'x']", "EndOfData", "Literal", ""},
		{"[f().^]", "Identifier", "EndOfData", ""},
		{"[f().^5]", "Identifier", "Integer", "an element [0]"},
		{"[f().^'a']", "Identifier", "Literal", ""},
		{"[f().^.a]", "Identifier", "Dot", ""},
		{"[f()[^]]", "Identifier", "RightSquareBracket", ""},
		{"[f()[0^]", "RightSquareBracket", "EndOfData", ""},
		{"[f()[0^)]", "RightSquareBracket", "RightParenthesis", ""},
		{"[f(^true)]", "LeftParenthesis", "RightParenthesis", "a name must be a function call"},
		{"[a.b^]", "LeftParenthesis", "EndOfData", ""},
		{"[a.b.c^()]", "LeftParenthesis", "Dot", ""},
		{"[1^.5]", "Identifier", "Integer", "a fraction is written json('0.5')"},
		{"[^(f())]", "Identifier", "LeftParenthesis", ""},
		{"[^\"a\"]", "Identifier", "\"", "strings stand in single quotes"},
		{"[f(^{})]", "Identifier", "{", "objects are made with createObject()"},
		{"[f(1 ^+ 2)]", "RightParenthesis", "+", "there are no operators"},
		{"[f() ^== g()]", "EndOfData", "=", "there are no operators"},
		{"[^!f()]", "Identifier", "!", "there are no operators"},
		{"[f(^#)]", "Identifier", "#", "the string character '#' at position"},
		{"[f(^€)]", "Identifier", "€", "the string character '€' at position"},
		{"[f('é', ^€)]", "Identifier", "€", ""},
		{"[f(^'abc)]", "Literal", "EndOfData", "has no closing quote"},
		{"[f('a', ^'it''s)]", "Literal", "EndOfData", "has no closing quote"},
		{"[f(^2147483648)]", "a 32-bit integer", "Integer", "write json('2147483648')"},
		{"[f(^-2147483649)]", "a 32-bit integer", "Integer", "write json('-2147483649')"},
		{"[providers('a', 'b')^'2015-10-01'0]", "EndOfData", "Literal", ""},
	}
	for _, tt := range tests {
		offset := strings.IndexByte(tt.in, '^')
		in := strings.Replace(tt.in, "^", "", 1)
		if tt.in == "[f(^true)]" {
			offset = len("[f(true") // what is missing is the parenthesis behind the name
		}
		if tt.in == "[a.b.c^()]" {
			offset = len("[a.b")
		}
		if tt.in == "[1^.5]" {
			offset = len("[1.")
		}
		e, err := expr.Parse(in)
		if err == nil {
			t.Errorf("%s is read as %s", in, e)
			continue
		}
		if e != nil || err.Offset != offset || err.Expected != tt.expected || err.Found != tt.found || err.Text != in {
			t.Errorf("%s: at %d, expected %q, found %q; want %d, %q, %q", in, err.Offset, err.Expected, err.Found, offset, tt.expected, tt.found)
		}
		if !strings.HasPrefix(err.Error(), "Unable to parse language expression '"+in[1:len(in)-1]+"': ") || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: the message is %s, want %q in it", in, err, tt.message)
		}
	}
}

// Every node knows the bytes that it came from.
func TestNodesKnowTheirBytes(t *testing.T) {
	const src = "[concat( 'a''b', f().x [ 2 ].y, ns.g(-5) )]"
	e, err := expr.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	e.Walk(func(n *expr.Expr) bool {
		got = append(got, n.Kind.String()+" "+src[n.Start:n.End])
		return true
	})
	want := []string{
		"call concat( 'a''b', f().x [ 2 ].y, ns.g(-5) )",
		"string 'a''b'",
		"member f().x [ 2 ].y",
		"index f().x [ 2 ]",
		"member f().x",
		"call f()",
		"int 2",
		"call ns.g(-5)",
		"int -5",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the nodes are\n%s", strings.Join(got, "\n"))
	}
}

// Values print as the calls that make them.
func TestValuesPrintAsCalls(t *testing.T) {
	tests := []struct{ json, want string }{
		{`null`, "null()"},
		{`true`, "true()"},
		{`false`, "false()"},
		{`5`, "5"},
		{`-5`, "-5"},
		{`2147483648`, "json('2147483648')"},
		{`1.5`, "json('1.5')"},
		{`1e3`, "json('1e3')"},
		{`"a'b"`, "'a''b'"},
		{`"\u00e9"`, "'é'"},
		{`[]`, "createArray()"},
		{`{}`, "createObject()"},
		{`[1, "a", [true]]`, "createArray(1, 'a', createArray(true()))"},
		{`{"a": {"b": null}, "c'd": [1]}`, "createObject('a', createObject('b', null()), 'c''d', createArray(1))"},
		{`{`, "json('{')"},
		{`1 2`, "json('1 2')"},
		{``, "json('')"},
		{`it's`, "json('it''s')"},
		{strings.Repeat("[", 300) + strings.Repeat("]", 300), "json('" + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "')"},
	}
	for _, tt := range tests {
		if got := expr.Value(tt.json).String(); got != tt.want {
			t.Errorf("%s prints as %s, want %s", tt.json, got, tt.want)
		}
	}
	if got := expr.Int(1 << 40).String(); got != "json('1099511627776')" {
		t.Errorf("a long integer prints as %s", got)
	}
	if got := expr.Member(expr.Call("f"), "a b'c").String(); got != "f()['a b''c']" {
		t.Errorf("a member that is no name prints as %s", got)
	}
	if got := expr.Member(expr.Call("f"), "").String(); got != "f()['']" {
		t.Errorf("a member without a name prints as %s", got)
	}
	if got := expr.Member(expr.Call("f"), "1a").String(); got != "f()['1a']" {
		t.Errorf("a member that starts with a digit prints as %s", got)
	}
	var none *expr.Expr
	if none.String() != "" {
		t.Error("no expression prints something")
	}
}

func TestEqualTrees(t *testing.T) {
	tests := []struct {
		a, b  string
		equal bool
	}{
		{"f()", "F()", true},
		{"f()", "f ( )", true},
		{"f().a", "f()['a']", true},
		{"f()['a'].b", "f().a['b']", true},
		{"ns.F(1)", "NS.f(1)", true},
		{"'a'", "'A'", false},
		{"f('a')", "f('A')", false},
		{"f().a", "f().A", false},
		{"f(1)", "f('1')", false},
		{"f(1)", "f(1, 1)", false},
		{"f(1, 2)", "f(2, 1)", false},
		{"f(1)", "f(2)", false},
		{"f().a", "f().b", false},
		{"f()[0]", "f()[1]", false},
		{"f()[0]", "f()['0']", false},
		{"f()", "f().a", false},
		{"f()", "g()", false},
	}
	for _, tt := range tests {
		a, errA := expr.Parse("[" + tt.a + "]")
		b, errB := expr.Parse("[" + tt.b + "]")
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if expr.Equal(a, b) != tt.equal || expr.Equal(b, a) != tt.equal {
			t.Errorf("%s and %s are equal: %v", tt.a, tt.b, !tt.equal)
		}
	}
}

// The limits count what the service counts, and end the reading before it costs.
func TestLimits(t *testing.T) {
	long := func(n int, unit string) string { return "['" + strings.Repeat(unit, n) + "']" }
	nested := func(n int) string { return "[" + strings.Repeat("f(", n) + strings.Repeat(")", n) + "]" }
	chain := func(n int) string { return "[f()" + strings.Repeat(".a", n) + "]" }
	tests := []struct{ name, in, want string }{
		{"24,576 characters", long(expr.MaxLength-4, "x"), ""},
		{"one more", long(expr.MaxLength-3, "x"), "the expression has 24577 characters, the limit is 24576"},
		{"24,576 characters of two bytes", long(expr.MaxLength-4, "é"), ""},
		{"characters beyond the basic plane count twice", long(expr.MaxLength/2, "😀"), "the expression has 24580 characters"},
		{"200 levels", nested(expr.MaxDepth), ""},
		{"201 levels", nested(expr.MaxDepth + 1), "nests deeper than 200 levels"},
		{"a chain of 199", chain(expr.MaxDepth - 1), ""},
		{"a chain of 200", chain(expr.MaxDepth), "nests deeper than 200 levels"},
		{"far too deep", nested(5_000), "nests deeper than 200 levels"},
		{"indices in indices", "[" + strings.Repeat("f()[", 300) + "0" + strings.Repeat("]", 300) + "]", "nests deeper than 200 levels"},
	}
	for _, tt := range tests {
		_, err := expr.Parse(tt.in)
		switch {
		case err == nil && tt.want != "":
			t.Errorf("%s: no error", tt.name)
		case err != nil && (tt.want == "" || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %.200s", tt.name, err.Message)
		case err != nil && len(err.Error()) > 1000:
			t.Errorf("%s: the message has %d bytes", tt.name, len(err.Error()))
		}
	}
}
