package expr_test

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

func TestParsePrintsTheCanonicalText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"['vmLoop']", "'vmLoop'"},
		{"[42]", "42"},
		{"[-1]", "-1"},
		{"[+7]", "7"},
		{"[2147483647]", "2147483647"},
		{"[concat('sa',uniqueString(resourceGroup().id,'ws'))]", "concat('sa', uniqueString(resourceGroup().id, 'ws'))"},
		{"[  concat ( 'a' ,\n\t'b' )\r\n ]", "concat('a', 'b')"},
		{"[f()]", "f()"},
		{"[f( )]", "f()"},
		{"[concat('it''s', '''', '')]", "concat('it''s', '''', '')"},
		{`[f('back\slash "quoted" {x}')]`, `f('back\slash "quoted" {x}')`},
		{"[split(x(),'/')[6].y]", "split(x(), '/')[6].y"},
		{"['abc'.length]", "'abc'.length"},
		{"[a() . b [ c() ] [ 'd e' ]]", "a().b[c()]['d e']"},
		{"[contoso.uniqueName('x').y]", "contoso.uniqueName('x').y"},
		{"[contoso . uniqueName ('x')]", "contoso.uniqueName('x')"},
		{"[__bicep.f(1)]", "__bicep.f(1)"},
		{"[f().with-dash.$type]", "f().with-dash.$type"},
		{"[größe('ü').straße]", "größe('ü').straße"},
		{"[CONCAT('a')]", "CONCAT('a')"},
		{"[reference('x')['y']]", "reference('x')['y']"},
		{"[f(']')]", "f(']')"},
	}
	for _, tt := range tests {
		e, err := expr.Parse(tt.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.in, err)
			continue
		}
		if got := e.String(); got != tt.want {
			t.Errorf("Parse(%q) prints %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSyntaxErrorsPointAtTheOffendingToken(t *testing.T) {
	tests := []struct {
		in       string
		offset   int
		expected string
		message  string // a part of it
	}{
		{"[ ]", 2, "Identifier", "expected token 'Identifier' and actual 'EndOfData'"},
		{"[]", 1, "Identifier", "actual 'EndOfData'"},
		{"[concat('a') concat('b')]", 13, "EndOfData", "actual 'Identifier' at position '13'"},
		{"[{'id': 0}]", 1, "Identifier", "the string character '{' at position '1' is not expected; objects are made"},
		{"[add(1, 2]", 9, "RightParenthesis", "actual 'EndOfData'"},
		{"[1 + 2]", 3, "EndOfData", "there are no operators"},
		{"[1 +2]", 3, "EndOfData", "actual 'Integer'"},
		{"[true]", 5, "LeftParenthesis", "expected token 'LeftParenthesis' and actual 'EndOfData'"},
		{"[true, 1]", 5, "LeftParenthesis", "a name must be a function call"},
		{"[f(\"a\")]", 3, "Identifier", "strings stand in single quotes"},
		{"[f('a)]", 3, "Literal", "no closing quote"},
		{"[f(a)]", 4, "LeftParenthesis", "RightParenthesis"},
		{"[f(1,)]", 5, "Identifier", "RightParenthesis"},
		{"[f(,1)]", 3, "Identifier", "Comma"},
		{"[f(1 2)]", 5, "RightParenthesis", "Integer"},
		{"[f().]", 5, "Identifier", "EndOfData"},
		{"[f().'x']", 5, "Identifier", "Literal"},
		{"[f()[]]", 5, "Identifier", "RightSquareBracket"},
		{"[f()[1]", 6, "RightSquareBracket", "EndOfData"},
		{"[f()[1,2]]", 6, "RightSquareBracket", "Comma"},
		{"[a.b.c()]", 4, "LeftParenthesis", "Dot"},
		{"[a.1()]", 3, "Identifier", "Integer"},
		{"[(1)]", 1, "Identifier", "LeftParenthesis"},
		{"[f(2147483648)]", 3, "a 32-bit integer", "json('2147483648')"},
		{"[f(99999999999999999999)]", 3, "a 32-bit integer", "does not fit 32 bits"},
		{"[f(0.5)]", 5, "Identifier", "a fraction is written json('0.5')"},
		{"[providers('a','b')'2015-10-01'0]", 19, "EndOfData", "Literal"},
		{"[f()}]", 4, "EndOfData", "'}' at position '4'"},
		{"literal", 0, "an expression in brackets", "starts with one '['"},
		{"[[x]", 0, "an expression in brackets", ""},
	}
	for _, tt := range tests {
		e, err := expr.Parse(tt.in)
		if err == nil {
			t.Errorf("Parse(%q) = %s, want an error", tt.in, e)
			continue
		}
		if e != nil {
			t.Errorf("Parse(%q) gives a tree beside its error", tt.in)
		}
		if err.Offset != tt.offset || err.Expected != tt.expected {
			t.Errorf("Parse(%q): offset %d, expected %q; want %d, %q (%v)", tt.in, err.Offset, err.Expected, tt.offset, tt.expected, err)
		}
		if !strings.Contains(err.Error(), tt.message) || !strings.HasPrefix(err.Error(), "Unable to parse language expression '") {
			t.Errorf("Parse(%q): message %q lacks %q", tt.in, err.Error(), tt.message)
		}
		if err.Text != tt.in {
			t.Errorf("Parse(%q): Text is %q", tt.in, err.Text)
		}
	}
}

func TestWalkLeavesOutWhatIsRefused(t *testing.T) {
	e, _ := expr.Parse("[a(b(c()), d())]")
	var names []string
	e.Walk(func(n *expr.Expr) bool { names = append(names, n.Name); return n.Name != "b" })
	if got := strings.Join(names, " "); got != "a b d" {
		t.Errorf("visited %q", got)
	}
	(*expr.Expr)(nil).Walk(func(*expr.Expr) bool { t.Error("visited nothing"); return true })
}

func TestLimitsEndHostileInput(t *testing.T) {
	calls := func(n int) string { return "[" + strings.Repeat("f(", n) + strings.Repeat(")", n) + "]" }
	chain := func(n int) string { return "[f()" + strings.Repeat(".a", n) + "]" }
	index := func(n int) string { return "[f()" + strings.Repeat("[f()", n) + strings.Repeat("]", n) + "]" }
	mixed := func(n int) string { return "[" + strings.Repeat("f(", n) + "g()" + strings.Repeat(".a)", n) + "]" }
	for name, make := range map[string]func(int) string{"calls": calls, "chain": chain, "index": index} {
		if _, err := expr.Parse(make(190)); err != nil {
			t.Errorf("%s of 190: %v", name, err)
		}
		if _, err := expr.Parse(make(220)); err == nil || !strings.Contains(err.Error(), "deeper than 200") {
			t.Errorf("%s of 220: %v", name, err)
		}
	}
	if _, err := expr.Parse(mixed(150)); err == nil {
		t.Error("a chain in every call passes the height limit")
	}

	long := "['" + strings.Repeat("x", expr.MaxLength-4) + "']"
	if _, err := expr.Parse(long); err != nil {
		t.Errorf("an expression of the greatest length: %v", err)
	}
	_, err := expr.Parse("[" + "'" + long[1:])
	if err == nil || !strings.Contains(err.Error(), "24577 characters") {
		t.Errorf("an expression too long by one: %v", err)
	}
	if err != nil && len(err.Error()) > 1000 {
		t.Errorf("the message has %d bytes", len(err.Error()))
	}
	wide := "['" + strings.Repeat("é", expr.MaxLength-4) + "']"
	if _, err := expr.Parse(wide); err != nil {
		t.Errorf("characters count, not bytes: %v", err)
	}
	if _, err := expr.Parse("['" + strings.Repeat("😀", expr.MaxLength/2) + "']"); err == nil {
		t.Error("characters beyond the basic plane count twice, as in .NET")
	}
	if _, err := expr.Parse("[" + strings.Repeat("é", 2000) + "']"); err == nil || !strings.Contains(err.Error(), "...") {
		t.Errorf("a long text is shortened in messages: %v", err)
	}
}

// A parser that is fed noise must answer with a tree or an error, and quickly.
func TestNoiseNeverPanics(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	pieces := []string{"f", "(", ")", "[", "]", ",", ".", "'", "''", " ", "1", "-", "+", "é", "\x80", "\n", "$", "{", "concat("}
	for range 5000 {
		var b strings.Builder
		b.WriteByte('[')
		for range r.Intn(20) {
			b.WriteString(pieces[r.Intn(len(pieces))])
		}
		b.WriteByte(']')
		checkStable(t, b.String())
	}
}
