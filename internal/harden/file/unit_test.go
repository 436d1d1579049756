package file

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func parsed(t testing.TB, text string) value.Value {
	t.Helper()
	doc, errs := jsonc.Parse("x.json", []byte(text))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return value.FromNode(doc.Root())
}

// Texts of templates are taken apart and put together in the way of the file.
func TestTexts(t *testing.T) {
	for _, x := range []struct{ text, add, concat, format string }{
		{"store", "/default", "store/default", "store/default"},
		{"[parameters('n')]", "/default", "[concat(parameters('n'), '/default')]", "[format('{0}/default', parameters('n'))]"},
		{"[concat('a', parameters('n'))]", "/d", "[concat('a', parameters('n'), '/d')]", "[format('a{0}/d', parameters('n'))]"},
		{"[format('{0}-{1}', variables('x'), 'y')]", "/d", "[concat(variables('x'), '-y/d')]", "[format('{0}-y/d', variables('x'))]"},
		{"[format('{0:D3}', 7)]", "x", "[concat(format('{0:D3}', 7), 'x')]", "[format('{0}x', format('{0:D3}', 7))]"},
		{"[[odd]", "", "[[odd]", "[[odd]"},
		{"[concat('a{', parameters('n'))]", "", "[concat('a{', parameters('n'))]", "[format('a{{{0}', parameters('n'))]"},
		{"['plain']", "/x", "plain/x", "plain/x"},
		{"[not an expression", "", "[not an expression", "[not an expression"},
		{"[broken(]", "", "[[broken(]", "[[broken(]"},
	} {
		all := join(textOf(x.text), literal(x.add))
		if got := all.write(false); got != x.concat {
			t.Errorf("%s + %s: %s, want %s", x.text, x.add, got, x.concat)
		}
		if got := all.write(true); got != x.format {
			t.Errorf("%s + %s: %s, want %s", x.text, x.add, got, x.format)
		}
	}
}

func TestTextsAreCutIntoSegments(t *testing.T) {
	for _, x := range []struct {
		text string
		n    int
		want string
	}{
		{"a/b", 2, "'a' 'b'"},
		{"[concat(parameters('n'), '/default')]", 2, "parameters('n') 'default'"},
		{"[concat('x', parameters('n'), '/', parameters('m'), 'y')]", 2, "concat('x', parameters('n')) concat(parameters('m'), 'y')"},
		{"[parameters('n')]", 1, "parameters('n')"},
		{"[parameters('n')]", 2, "split(parameters('n'), '/')[0] split(parameters('n'), '/')[1]"},
	} {
		var got []string
		for _, e := range textOf(x.text).segments(x.n, false) {
			got = append(got, e.String())
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: %s, want %s", x.text, strings.Join(got, " "), x.want)
		}
	}
}

func TestDifferencesAreTheLeastThatIsThere(t *testing.T) {
	for _, x := range []struct{ old, wanted, want string }{
		{`{"a":1,"b":{"c":2}}`, `{"a":1,"b":{"c":3}}`, "b.c=3"},
		{`{"A":{"b":1}}`, `{"a":{"B":1,"c":{"d":2}}}`, `a.c+{"d":2}`},
		{`{"l":[{"n":1},{"n":2}]}`, `{"l":[{"n":1},{"n":5},{"n":6}]}`, `l[1].n=5 l*{"n":6}`},
		{`{"l":[]}`, `{"l":[1]}`, "l=[1]"},
		{`{"l":[1,2]}`, `{"l":[1]}`, "l=[1]"},
		{`{"a":1,"b":2}`, `{"a":1}`, "b-"},
		{`{"a":"x"}`, `{"a":{"b":1}}`, `a={"b":1}`},
		{`{"a":null}`, `{"a":true}`, "a=true"},
		{`{"a":[1]}`, `{"a":[1]}`, ""},
	} {
		var got []string
		for _, d := range differences(parsed(t, x.old), parsed(t, x.wanted)) {
			sign := "="
			switch {
			case d.gone:
				got = append(got, d.path.String()+"-")
				continue
			case d.insert:
				sign = "+"
			}
			if d.value.IsAbsent() {
				for _, e := range d.more {
					got = append(got, d.path.String()+"*"+string(e.AppendJSON(nil)))
				}
				continue
			}
			got = append(got, d.path.String()+sign+string(d.value.AppendJSON(nil)))
		}
		if s := strings.Join(got, " "); s != x.want {
			t.Errorf("%s -> %s: %s, want %s", x.old, x.wanted, s, x.want)
		}
	}
}

// What a draft gives is compared member by member; what is null is not there.
func TestBodiesAreCompared(t *testing.T) {
	for _, x := range []struct{ a, b, different, lacking string }{
		{`{"a":1,"b":null}`, `{"A":1}`, "", ""},
		{`{"a":1}`, `{"a":2}`, ".a.", ".a."},
		{`{"a":1}`, `{"a":1,"b":2}`, ".b", ""},
		{`{"a":{"b":1}}`, `{"a":{"b":1,"c":2}}`, ".a.c", ""},
		{`{"a":[1,2]}`, `{"a":[1,3]}`, ".a[1].", ".a[1]."},
		{`{"id":"/Subscriptions/X"}`, `{"id":"/subscriptions/x"}`, "", ""},
		{`{"id":"Name"}`, `{"id":"name"}`, ".id.", ".id."},
	} {
		if got := different(parsed(t, x.a), parsed(t, x.b), ""); got != x.different {
			t.Errorf("%s and %s differ at %q, want %q", x.a, x.b, got, x.different)
		}
		if got := lacking(parsed(t, x.a), parsed(t, x.b)); got != x.lacking {
			t.Errorf("%s lacks of %s %q, want %q", x.b, x.a, got, x.lacking)
		}
	}
}

func TestValuesBecomeExpressions(t *testing.T) {
	if got := asExpr(parsed(t, `{"a":[1,true,false,"x","[parameters('p')]",null,1.5]}`)).String(); got != "createObject('a', createArray(1, true(), false(), 'x', parameters('p'), null(), json('1.5')))" {
		t.Error(got)
	}
	if got := string(merge(parsed(t, `{"a":{"b":1}}`), parsed(t, `{"a":{"c":2},"d":3}`)).AppendJSON(nil)); got != `{"a":{"b":1,"c":2},"d":3}` {
		t.Error(got)
	}
}

// A member of a resource is put where it usually stands.
func TestMembersHaveTheirPlace(t *testing.T) {
	doc, _ := jsonc.Parse("x.json", []byte(`{"type":"t","Name":"n","location":"l","properties":{}}`))
	for key, want := range map[string]string{"sku": "location", "zones": "location", "apiVersion": "type", "dependsOn": "location", "odd": "", "resources": "properties"} {
		if after, _ := place(doc.Root(), key, true); after != want {
			t.Errorf("%s goes behind %q, want %q", key, after, want)
		}
	}
	if _, ordered := place(doc.Root(), "sku", false); ordered {
		t.Error("only resources have an order")
	}
}

func TestLoopsAreRenamedWhereTheyAreNamed(t *testing.T) {
	v := renameLoop(parsed(t, `{"a":["[concat(copyIndex('Stores'), copyIndex(), copyIndex('other'))]","copyIndex('stores')"]}`), "stores", "storesMore")
	if got := string(v.AppendJSON(nil)); got != `{"a":["[concat(copyIndex('storesMore'), copyIndex(), copyIndex('other'))]","copyIndex('stores')"]}` {
		t.Error(got)
	}
}
