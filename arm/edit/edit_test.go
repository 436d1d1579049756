package edit_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/edit"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// order is one edit of a test, in words: "set /a b 1" and the like.
//
//	set POINTER KEY JSON           SetMember
//	after POINTER OTHER KEY JSON   SetMemberAfter; OTHER is - for the first place
//	replace POINTER JSON           Replace
//	append POINTER JSON            Append
//	remove POINTER                 Remove
//
// The pointer of the root is "/".
func obey(s *edit.Set, root jsonc.Node, order string) error {
	word, rest, _ := strings.Cut(order, " ")
	pointer, rest, _ := strings.Cut(rest, " ")
	n := at(root, pointer)
	switch word {
	case "set":
		key, text, _ := strings.Cut(rest, " ")
		return s.SetMember(n, key, val(text), order)
	case "after":
		after, rest, _ := strings.Cut(rest, " ")
		key, text, _ := strings.Cut(rest, " ")
		return s.SetMemberAfter(n, strings.TrimSuffix(after, "-"), key, val(text), order)
	case "replace":
		return s.Replace(n, val(rest), order)
	case "append":
		return s.Append(n, val(rest), order)
	case "remove":
		return s.Remove(n, order)
	}
	panic("no such order: " + order)
}

// at walks from a node along a JSON pointer; "/" stays.
func at(n jsonc.Node, pointer string) jsonc.Node {
	for _, step := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		switch {
		case step == "":
		case n.Kind() == jsonc.Array:
			i := 0
			fmt.Sscan(step, &i)
			n = n.At(i)
		default:
			n = n.Get(step)
		}
	}
	return n
}

func val(text string) value.Value {
	doc, errs := jsonc.Parse("value", []byte(text))
	if len(errs) > 0 {
		panic(errs[0])
	}
	return value.FromNode(doc.Root())
}

func parse(t *testing.T, text string) *jsonc.Document {
	t.Helper()
	doc, errs := jsonc.Parse("t.json", []byte(text))
	if len(errs) > 0 {
		t.Fatalf("the text of the test is no JSON: %v\n%s", errs[0], text)
	}
	return doc
}

// edited makes the edits, one order a line.
func edited(t *testing.T, before, orders string) string {
	t.Helper()
	doc := parse(t, before)
	s := edit.New(doc)
	for _, o := range strings.Split(orders, "\n") {
		if err := obey(s, doc.Root(), strings.TrimSpace(o)); err != nil {
			t.Fatalf("%s: %v", o, err)
		}
	}
	after := string(s.Bytes())
	parse(t, after)
	return after
}

func show(s string) string {
	return strings.NewReplacer("\r", "␍", "\t", "→").Replace(s)
}

type example struct{ name, before, edits, after string }

func check(t *testing.T, examples []example) {
	t.Helper()
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			before, after := strings.TrimPrefix(e.before, "\n"), strings.TrimPrefix(e.after, "\n")
			got := edited(t, before, e.edits)
			if got != after {
				t.Errorf("%s\nbefore:\n%s\ngot:\n%s\ndiff (-want +got):\n%s", e.edits, show(before), show(got), cmp.Diff(show(after), show(got)))
			}
		})
	}
}

func TestReplacedValuesLeaveTheirSurroundingsAlone(t *testing.T) {
	check(t, []example{
		{"a scalar", `{"a" : /* old */ 1 , "b":2}`, `replace /a "x"`, `{"a" : /* old */ "x" , "b":2}`},
		{"the root", ` 1 // one`, `replace / "x"`, ` "x" // one`},
		{"a member by its name in other letters", `{"SKU": 1}`, `set / sku 2`, `{"SKU": 2}`},
		{"an element", `[1, 2, 3]`, `replace /1 true`, `[1, true, 3]`},
		{"only the members that differ", `
{
  "sku": {
    "name": "Basic", // cheap
    /* size */ "tier": "Basic"
  }
}
`, `replace /sku {"name":"Premium","tier":"Basic"}`, `
{
  "sku": {
    "name": "Premium", // cheap
    /* size */ "tier": "Basic"
  }
}
`},
		{"members that are new and members that go", `
{
  "sku": {
    "name": "Basic",
    "size": 1
  }
}
`, `replace /sku {"name":"Premium","tier":"Premium"}`, `
{
  "sku": {
    "name": "Premium",
    "tier": "Premium"
  }
}
`},
		{"only the elements that differ", `{"allowed": ["a", /* b is old */ "b", "d"]}`, `replace /allowed ["a","b","c","d"]`, `{"allowed": ["a", /* b is old */ "b", "c", "d"]}`},
		{"an object over a string", "{\n\t\"a\": 1,\n\t\"sku\": \"x\"\n}", `replace /sku {"name":"y","zones":["1"]}`,
			"{\n\t\"a\": 1,\n\t\"sku\": {\n\t\t\"name\": \"y\",\n\t\t\"zones\": [\n\t\t\t\"1\"\n\t\t]\n\t}\n}"},
		{"an empty object over a full one", "{\n  \"a\": {\n    \"b\": 1\n  }\n}", `replace /a {}`, "{\n  \"a\": {}\n}"},
		{"an object with nothing in common", `{"a": {"x": 1}}`, `replace /a {"y":2}`, `{"a": {"y": 2}}`},
		{"quotes and other letters", `{"a": 1}`, `replace /a "é \"\u0001\n"`, `{"a": "é \"\u0001\n"}`},
	})
}

func TestAddedMembersAreWrittenAsTheirNeighbours(t *testing.T) {
	check(t, []example{
		{"two spaces", "{\n  \"a\": 1\n}\n", `set / b {"c":[1,2]}`, "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [\n      1,\n      2\n    ]\n  }\n}\n"},
		{"four spaces", "{\n    \"a\": 1\n}", `set / b {"c":true}`, "{\n    \"a\": 1,\n    \"b\": {\n        \"c\": true\n    }\n}"},
		{"tabs", "{\n\t\"a\": 1\n}", `set / b {"c":true}`, "{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": true\n\t}\n}"},
		{"three spaces, Windows lines", "{\r\n   \"a\": 1\r\n}", `set / b {"c":true}`, "{\r\n   \"a\": 1,\r\n   \"b\": {\r\n      \"c\": true\r\n   }\r\n}"},
		{"odd indentation of an inner object", `
{
    "a": {
      "x": 1
    },
    "b": 1
}
`, `set /a y {"z":1}`, `
{
    "a": {
      "x": 1,
      "y": {
        "z": 1
      }
    },
    "b": 1
}
`},
		{"a byte order mark", "\xEF\xBB\xBF{\n  \"a\": 1\n}", `set / b 2`, "\xEF\xBB\xBF{\n  \"a\": 1,\n  \"b\": 2\n}"},
		{"spaces around the colon", "{\n  \"a\" : 1\n}", `set / b {"c":1}`, "{\n  \"a\" : 1,\n  \"b\" : {\n    \"c\" : 1\n  }\n}"},
		{"one line", `{ "a": 1, "b": 2 }`, `set / c {"d":[1,2]}`, `{ "a": 1, "b": 2, "c": { "d": [1, 2] } }`},
		{"one line without spaces", `{"a":1}`, `set / c {"d":[1,2]}`, `{"a":1,"c":{"d":[1,2]}}`},
		{"one line in a file with lines", "{\n  \"sku\": { \"name\": \"x\" }\n}", `set /sku tier "y"`, "{\n  \"sku\": { \"name\": \"x\", \"tier\": \"y\" }\n}"},
		{"objects in one line each", `
{
  "parameters": {
    "a": { "type": "string" },
    "b": { "type": "int" }
  }
}
`, `set /parameters c {"type":"bool"}`, `
{
  "parameters": {
    "a": { "type": "string" },
    "b": { "type": "int" },
    "c": { "type": "bool" }
  }
}
`},
		{"arrays in one line each", "{\n  \"a\": [\"1\", \"2\"],\n  \"b\": 1\n}", `set / zones ["1","2","3"]`, "{\n  \"a\": [\"1\", \"2\"],\n  \"b\": 1,\n  \"zones\": [\"1\", \"2\", \"3\"]\n}"},
		{"a trailing comma", "{\n  \"a\": 1,\n}", `set / b 2`, "{\n  \"a\": 1,\n  \"b\": 2,\n}"},
		{"a trailing comma in one line", `{ "a": 1, }`, `set / b 2`, `{ "a": 1, "b": 2, }`},
		{"the bracket on the last line", "{\n  \"a\": 1,\n  \"b\": 2}", `set / c 3`, "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3}"},
		{"the first member on the line of the brace", "{ \"a\": 1,\n  \"b\": 2 }", `set / c 3`, "{ \"a\": 1,\n  \"b\": 2,\n  \"c\": 3 }"},
	})
}

func TestCommentsStayWithTheirMember(t *testing.T) {
	check(t, []example{
		{"behind the last member", "{\n  \"a\": 1 // one\n}", `set / b 2`, "{\n  \"a\": 1, // one\n  \"b\": 2\n}"},
		{"behind the last member and its comma", "{\n  \"a\": 1, // one\n}", `set / b 2`, "{\n  \"a\": 1, // one\n  \"b\": 2,\n}"},
		{"below the last member", "{\n  \"a\": 1\n  // \"z\": 26\n}", `set / b 2`, "{\n  \"a\": 1,\n  \"b\": 2\n  // \"z\": 26\n}"},
		{"in one line", `{ "a": 1 /* one */ }`, `set / b 2`, `{ "a": 1, /* one */ "b": 2 }`},
		{"a line comment in one line", "{ \"a\": 1 // one\n}", `set / b 2`, "{ \"a\": 1, // one\n  \"b\": 2\n}"},
		{"behind the brace", "{ // all\n  \"a\": 1\n}", `after / - b 2`, "{ // all\n  \"b\": 2,\n  \"a\": 1\n}"},
		{"between two members", "{\n  \"a\": 1, // one\n  // two\n  \"b\": 2\n}", `after / a x 0`, "{\n  \"a\": 1, // one\n  \"x\": 0,\n  // two\n  \"b\": 2\n}"},
		{"before the comma", "{\n  \"a\": 1 /* one */,\n  \"b\": 2\n}", `after / a x 0`, "{\n  \"a\": 1 /* one */,\n  \"x\": 0,\n  \"b\": 2\n}"},
	})
}

func TestTheCallerSaysWhereAMemberGoes(t *testing.T) {
	check(t, []example{
		{"behind another", "{\n  \"a\": 1,\n  \"b\": 2\n}", `after / a x 0`, "{\n  \"a\": 1,\n  \"x\": 0,\n  \"b\": 2\n}"},
		{"behind the last", "{\n  \"a\": 1,\n  \"b\": 2\n}", `after / b x 0`, "{\n  \"a\": 1,\n  \"b\": 2,\n  \"x\": 0\n}"},
		{"behind one that is not there", `{"a":1,"b":2}`, `after / q x 0`, `{"a":1,"b":2,"x":0}`},
		{"as the first", "{\n  \"a\": 1\n}", `after / - x 0`, "{\n  \"x\": 0,\n  \"a\": 1\n}"},
		{"as the first, in one line", `{ "a": 1 }`, `after / - x 0`, `{ "x": 0, "a": 1 }`},
		{"behind one in other letters", `{"SKU":1,"b":2}`, `after / sku x 0`, `{"SKU":1,"x":0,"b":2}`},
		{"behind one that was added", `{"a":1,"b":2}`, "after / a x 0\nafter / x y 1", `{"a":1,"x":0,"y":1,"b":2}`},
		{"one that is there stays in its place", `{"a":1,"b":2}`, `after / b a 3`, `{"a":3,"b":2}`},
		{"behind one that goes", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}", "remove /b\nafter / b x 0", "{\n  \"a\": 1,\n  \"x\": 0,\n  \"c\": 3\n}"},
	})
}

func TestElementsAreAppended(t *testing.T) {
	check(t, []example{
		{"in one line", `{"a": ["1", "2"]}`, `append /a "3"`, `{"a": ["1", "2", "3"]}`},
		{"one a line", "[\n  1,\n  2\n]", "append / 3\nappend / 4", "[\n  1,\n  2,\n  3,\n  4\n]"},
		{"a single one in a line", "{\n  \"a\": [\"x\"]\n}", `append /a "y"`, "{\n  \"a\": [\"x\", \"y\"]\n}"},
		{"objects", "[\n  {\n    \"a\": 1\n  }\n]", `append / {"a":2}`, "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]"},
		{"objects between brackets on the same line", "{\n  \"r\": [{\n    \"a\": 1\n  }]\n}", `append /r {"a":2}`, "{\n  \"r\": [{\n    \"a\": 1\n  }, {\n    \"a\": 2\n  }]\n}"},
	})
}

func TestEmptyContainersAreOpenedUp(t *testing.T) {
	check(t, []example{
		{"an object", "{\n  \"a\": {}\n}", "set /a b 1\nset /a c 2", "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": 2\n  }\n}"},
		{"an array", "{\n\t\"a\": []\n}", `append /a {"b":1}`, "{\n\t\"a\": [\n\t\t{\n\t\t\t\"b\": 1\n\t\t}\n\t]\n}"},
		{"with a space", `{"x":1,"a":{ }}`, "set /a b 1", `{"x":1,"a":{"b":1}}`},
		{"with a line", "{\n  \"a\": {\n  }\n}", "set /a b 1", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"},
		{"with a comment", "{\n  \"a\": {\n    // nothing yet\n  }\n}", "set /a b 1", "{\n  \"a\": {\n    // nothing yet\n    \"b\": 1\n  }\n}"},
		{"the whole document", `{}`, `set / a {"b":1}`, "{\n  \"a\": {\n    \"b\": 1\n  }\n}"},
		{"an array of scalars where those stand in a line", "{\n  \"a\": [1, 2],\n  \"b\": []\n}", "append /b 1\nappend /b 2", "{\n  \"a\": [1, 2],\n  \"b\": [1, 2]\n}"},
	})
}

func TestRemovedMembersTakeTheirCommaAndLineWithThem(t *testing.T) {
	lines := "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}"
	check(t, []example{
		{"the first", lines, `remove /a`, "{\n  \"b\": 2,\n  \"c\": 3\n}"},
		{"one in the middle", lines, `remove /b`, "{\n  \"a\": 1,\n  \"c\": 3\n}"},
		{"the last", lines, `remove /c`, "{\n  \"a\": 1,\n  \"b\": 2\n}"},
		{"the last two", lines, "remove /b\nremove /c", "{\n  \"a\": 1\n}"},
		{"all", lines, "remove /a\nremove /b\nremove /c", "{}"},
		{"all, and one comes", lines, "remove /a\nremove /b\nremove /c\nset / d 4", "{\n  \"d\": 4\n}"},
		{"the last, and one comes", lines, "remove /c\nset / d 4", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"d\": 4\n}"},
		{"the last of a trailing comma", "[\n  1,\n  2,\n]", `remove /1`, "[\n  1,\n]"},
		{"in one line, the first", `{ "a": 1, "b": 2, "c": 3 }`, `remove /a`, `{ "b": 2, "c": 3 }`},
		{"in one line, the middle", `{ "a": 1, "b": 2, "c": 3 }`, `remove /b`, `{ "a": 1, "c": 3 }`},
		{"in one line, the last", `{ "a": 1, "b": 2, "c": 3 }`, `remove /c`, `{ "a": 1, "b": 2 }`},
		{"in one line, the last two", `{ "a": 1, "b": 2, "c": 3 }`, "remove /b\nremove /c", `{ "a": 1 }`},
		{"in one line, all", `{"x": { "a": 1, "b": 2 }}`, "remove /x/a\nremove /x/b", `{"x": {}}`},
		{"a comment at its end goes, those above stay", "{\n  // first\n  \"a\": 1, // one\n  // second\n  \"b\": 2 // two\n}", `remove /b`, "{\n  // first\n  \"a\": 1 // one\n  // second\n}"},
		{"the line that the bracket ends", "{ \"a\": 1,\n  \"b\": 2 }", `remove /b`, "{ \"a\": 1 }"},
		{"the line that the bracket ends, behind a comment", "{ \"a\": 1, // one\n  \"b\": 2 }", `remove /b`, "{ \"a\": 1 // one\n   }"},
		{"the line of the brace", "{ \"a\": 1,\n  \"b\": 2 }", `remove /a`, "{ \"b\": 2 }"},
		{"two on a line", "[\n  1, 2,\n  3, 4\n]", "remove /1\nremove /2", "[\n  1,\n  4\n]"},
		{"an object of many lines", "[\n  {\n    \"a\": 1\n  },\n  2\n]", `remove /0`, "[\n  2\n]"},
		{"the comma on the next line, with a comment of its own", "[\n  1\n  , // and\n  2\n]", `remove /0`, "[\n   // and\n  2\n]"},
		{"commas first", "{ \"a\": 1\n, \"b\": 2\n, \"c\": 3\n}", `remove /b`, "{ \"a\": 1\n,\n \"c\": 3\n}"},
		{"comments stay when all goes", "[\n  // one\n  1\n]", `remove /0`, "[\n  // one\n]"},
	})
}

func TestSeveralEditsCombine(t *testing.T) {
	check(t, []example{
		{"two members of one object", `{"a":1}`, "set / b 2\nset / c 3", `{"a":1,"b":2,"c":3}`},
		{"the same member twice", `{"a":1}`, "set / b 2\nset / B 2", `{"a":1,"b":2}`},
		{"members of an object that is added", `{"a":1}`, "set / sku {\"name\":\"x\"}\nset / sku {\"tier\":\"y\",\"name\":\"x\"}", `{"a":1,"sku":{"name":"x","tier":"y"}}`},
		{"the same removal twice", `[1,2]`, "remove /0\nremove /0", `[2]`},
		{"a change at each depth", "{\n  \"a\": {\n    \"b\": [1]\n  }\n}", "append /a/b 2\nset /a c 3\nset / d 4", "{\n  \"a\": {\n    \"b\": [1, 2],\n    \"c\": 3\n  },\n  \"d\": 4\n}"},
		{"what is so already", `{ "a" : {"x":1.0, "y":[]} }`, "set / a {\"y\":[],\"x\":1}", `{ "a" : {"x":1.0, "y":[]} }`},
		{"a member that is written twice", `{"a":1,"b":2,"a":3}`, "set / a 4\nset / c 5\nremove /b", `{"a":1,"a":4,"c":5}`},
	})
}

func TestEditsThatSayWhatIsSoChangeNothing(t *testing.T) {
	for _, orders := range []string{
		`set / b {"c":[1,{"d":2}]}`, "set /a x null\nreplace /l [1,2]", "after / a q 1\nafter / q r []", `replace /a {"x":1,"y":2}`,
	} {
		once := edited(t, "{\n  // all\n  \"a\": { \"x\": 0 },\n  \"l\": []\n}", orders)
		if twice := edited(t, once, orders); twice != once {
			t.Errorf("%s\nonce:\n%s\ntwice:\n%s", orders, once, twice)
		}
	}
}

func TestEditsThatContradictEachOtherAreRefused(t *testing.T) {
	source := `{
  "a": {"b": {"c": 1}, "list": [1, 2]},
  "twice": 1,
  "twice": 2,
  "n": 5
}`
	for _, e := range []struct{ name, edits, says string }{
		{"two values", "replace /n 6\nreplace /n 7", `t.json:5:3: "n" is to have two values, 6 and 7`},
		{"two values in other letters", "set / n 6\nset / N 7", `"n" is to have two values`},
		{"a value and removal", "replace /n 6\nremove /n", `"n" is to have a new value and cannot be removed, too`},
		{"removal and a value", "remove /n\nset / n 6", `"n" is to be removed and cannot have a new value, too`},
		{"inside of what is removed", "remove /a\nset /a/b c 2", `"a" is to be removed as a whole`},
		{"inside of what is replaced", "replace /a/b {}\nset /a/b d 2", `"b" is to be replaced as a whole`},
		{"deep inside of what is replaced", "replace /a {}\nremove /a/b/c", `"a" is to be replaced as a whole`},
		{"around what is changed", "replace /a/b/c 2\nreplace /a {}", `"a" is to be replaced, but another edit changes something in it`},
		{"around what is added", "append /a/list 2\nremove /a", `"a" is to be removed, but another edit changes something in it`},
		{"two values for what is added", "set / new 1\nset / new 2", `"new" is to have two values, 1 and 2`},
		{"two values in what is added", `set / new {"x":{"y":1}}` + "\n" + `set / new {"x":{"y":2}}`, `"new.x.y" is to have two values`},
		{"a member of no object", "set /n x 1", `cannot set the member "x" of "n" (number): it is no object`},
		{"an element of no array", "append /a 1", `cannot append to "a" (object): it is no array`},
		{"nothing there", "replace /q 1", `t.json: there is nothing at the place of the edit`},
		{"everything", "remove /", `the whole document cannot be removed`},
		{"one of two members with one name", "remove /twice", `"twice" is written twice: at line 3, too`},
	} {
		t.Run(e.name, func(t *testing.T) {
			doc := parse(t, source)
			s := edit.New(doc)
			orders := strings.Split(e.edits, "\n")
			for i, o := range orders {
				before := string(s.Bytes())
				err := obey(s, doc.Root(), o)
				if i < len(orders)-1 {
					if err != nil {
						t.Fatal(err)
					}
					continue
				}
				if err == nil || !strings.Contains(err.Error(), e.says) {
					t.Errorf("got error %v, want one with %q", err, e.says)
				}
				if string(s.Bytes()) != before {
					t.Error("the edit that was refused has changed something")
				}
			}
		})
	}
}

func TestOnlyWhatAFileCanHoldIsWritten(t *testing.T) {
	doc := parse(t, `{"a": 1}`)
	other := parse(t, `{"a": 1}`)
	for _, e := range []struct {
		value value.Value
		says  string
	}{
		{value.String("x").WithSecret(), "it is a secret"},
		{value.Object([]value.Member{{Key: "p", Value: value.Array([]value.Value{value.Absent()})}}), "p.0 is absent"},
		{value.FromUnknown(value.Unknown{Reason: value.MissingParameter}), "it is unknown: "},
		{value.Float(math.Inf(1)), "no number that JSON has"},
	} {
		s := edit.New(doc)
		for _, err := range []error{
			s.Replace(doc.Root().Get("a"), e.value, ""), s.SetMember(doc.Root(), "b", e.value, ""),
		} {
			if err == nil || !strings.Contains(err.Error(), e.says) || strings.Contains(err.Error(), `"x"`) {
				t.Errorf("got error %v, want one with %q", err, e.says)
			}
		}
		if s.Len() != 0 {
			t.Error("something was changed")
		}
	}
	if err := edit.New(doc).Replace(other.Root(), value.Int(1), ""); err == nil || !strings.Contains(err.Error(), "another document") {
		t.Errorf("a node of another document is taken: %v", err)
	}
}

func TestEachChangeHasTheReasonsOfItsEdits(t *testing.T) {
	doc := parse(t, "{\n  \"a\": 1,\n  \"b\": 2\n}")
	s := edit.New(doc)
	for _, err := range []error{
		s.SetMember(doc.Root(), "c", value.Int(3), "c is needed"),
		s.SetMember(doc.Root(), "d", value.Int(4), "d is needed"),
		s.Replace(doc.Root().Get("a"), value.Int(0), "a is wrong"),
		s.Replace(doc.Root().Get("a"), value.Int(0), "a is very wrong"),
		s.Replace(doc.Root().Get("b"), value.Int(2), "b is right"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []edit.Change{
		{Start: 9, End: 10, Text: "0", Why: []string{"a is wrong", "a is very wrong"}},
		{Start: 20, End: 20, Text: ",\n  \"c\": 3,\n  \"d\": 4", Why: []string{"c is needed", "d is needed"}},
	}
	if diff := cmp.Diff(want, s.Changes()); diff != "" || s.Len() != 2 {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
}
