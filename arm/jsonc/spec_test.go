package jsonc_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// What plain JSON has, and what templates have beside it (section 2 of the specification).
func TestWhatIsRead(t *testing.T) {
	tests := []struct{ src, kind, raw string }{
		{`null`, "null", "null"},
		{`true`, "boolean", "true"},
		{`false`, "boolean", "false"},
		{`0`, "number", "0"},
		{`-0`, "number", "-0"},
		{`12.50e+3`, "number", "12.50e+3"},
		{`1E9`, "number", "1E9"},
		{`""`, "string", `""`},
		{`"a"`, "string", `"a"`},
		{`[]`, "array", "[]"},
		{`{}`, "object", "{}"},
		{" \t\r\n 5 \t\r\n ", "number", "5"},
		{"\ufeff{}", "object", "{}"},
		{"// first\n[1] // last", "array", "[1]"},
		{"/* a */ {} /* b */", "object", "{}"},
		{"/**/1/**/", "number", "1"},
		{"[1,/* , */2]", "array", "[1,/* , */2]"},
		{"[1,]", "array", "[1,]"},
		{`{"a": 1,}`, "object", `{"a": 1,}`},
		{"\"two\nlines\"", "string", "\"two\nlines\""},
		{"\"a\tb\"", "string", "\"a\tb\""},
		{`"http://no comment"`, "string", `"http://no comment"`},
	}
	for _, tt := range tests {
		doc, errs := jsonc.Parse("f.json", []byte(tt.src))
		root := doc.Root()
		if len(errs) > 0 || root.Kind().String() != tt.kind || root.Raw() != tt.raw {
			t.Errorf("%q: %s %q, %v", tt.src, root.Kind(), root.Raw(), errs)
		}
	}
}

func TestEscapes(t *testing.T) {
	tests := [][2]string{
		{`\"`, `"`}, {`\\`, `\`}, {`\/`, `/`}, {`\b`, "\b"}, {`\f`, "\f"}, {`\n`, "\n"}, {`\r`, "\r"}, {`\t`, "\t"},
		{`\u0041`, "A"}, {`\u00e9`, "é"}, {`\u00E9`, "é"}, {`\u20ac`, "€"}, {`\u0000`, "\x00"},
		{`\ud83d\ude00`, "😀"}, {`a\ud83d\ude00b`, "a😀b"},
		{`\ud83d`, "\ufffd"}, {`\ude00`, "\ufffd"}, {`\ud83dx`, "\ufffdx"}, {`\ud83d\u0041`, "\ufffdA"}, {`\ud83d\ud83d\ude00`, "\ufffd😀"},
		{`\\n`, `\n`}, {`\\\\`, `\\`}, {`x\u0022y`, `x"y`}, {`\u005bx]`, "[x]"},
	}
	for _, tt := range tests {
		for _, src := range []string{`"` + tt[0] + `"`, `{"` + tt[0] + `": 1}`} {
			doc, errs := jsonc.Parse("f.json", []byte(src))
			got := doc.Root().Str()
			if doc.Root().Kind() == jsonc.Object {
				got = doc.Root().First().Key()
			}
			if len(errs) > 0 || got != tt[1] {
				t.Errorf("%s is read as %q, %v; want %q", src, got, errs, tt[1])
			}
		}
	}
}

func TestNumbersKeepTheirExactness(t *testing.T) {
	tests := []struct {
		src   string
		i     int64
		isInt bool
		f     float64
	}{
		{"0", 0, true, 0},
		{"-7", -7, true, -7},
		{"9223372036854775807", 9223372036854775807, true, 9223372036854775807},
		{"-9223372036854775808", -9223372036854775808, true, -9223372036854775808},
		{"9223372036854775808", 0, false, 9223372036854775808},
		{"9007199254740993", 9007199254740993, true, 9007199254740992},
		{"1.0", 0, false, 1},
		{"1e2", 0, false, 100},
		{"0.1", 0, false, 0.1},
		{"-2.5E-3", 0, false, -0.0025},
	}
	for _, tt := range tests {
		doc, _ := jsonc.Parse("f.json", []byte(tt.src))
		n := doc.Root()
		i, ok := n.Int()
		if ok != tt.isInt || ok && i != tt.i || n.Float() != tt.f || n.Raw() != tt.src {
			t.Errorf("%s: %d %v %v %q", tt.src, i, ok, n.Float(), n.Raw())
		}
	}
}

// Every error has its place, says what was found and what should stand there; reading goes on behind it.
func TestErrorsAndRecovery(t *testing.T) {
	tests := []struct {
		name, src, want string
		rest            string // what could be read, by pointer=raw
	}{
		{"nothing", "", "1:1: the file holds no JSON, expected an object", ""},
		{"only blanks", " \n ", "2:2: the file holds no JSON, expected an object", ""},
		{"only a comment", "// x", "1:5: the file holds no JSON, expected an object", ""},
		{"text behind", "{} x", "1:4: there is 'x' after the end of the JSON value, expected nothing more", ""},
		{"second value", "[1] [2]", "1:5: there is '[' after the end", "/0=1"},
		{"missing comma", "[1 2]", "1:4: found '2' after the value, expected ',' or ']'", "/0=1 /1=2"},
		{"missing comma in an object", `{"a": 1 "b": 2}`, `1:9: found '"' after the value, expected ',' or '}'`, "/a=1 /b=2"},
		{"missing colon", `{"a" 1}`, "1:6: found '1' after the property name, expected ':'", "/a=1"},
		{"missing value", `{"a": , "b": 2}`, "1:7: found ',', expected a value", "/b=2"},
		{"missing value at the end", `{"a": }`, "1:7: found '}', expected a value", ""},
		{"two commas", "[1,,2]", "1:4: found ',', expected a value", "/0=1 /2=2"},
		{"two commas in an object", `{"a": 1,, "b": 2}`, "1:9: found ',', expected a property name", "/a=1 /b=2"},
		{"key without quotes", `{a: 1, "b": 2}`, "1:2: 'a' is not a property name, expected a property name in double quotes", "/b=2"},
		{"key in single quotes", `{'a': 1, "b": 2}`, "1:2: ''a'' is not a property name", "/b=2"},
		{"number as key", `{1: 1, "b": 2}`, "1:2: '1' is not a property name", "/b=2"},
		{"single quotes", `['a', 2]`, "1:2: the string is in single quotes, expected double quotes", "/1=2"},
		{"unknown word", `[True, 2]`, "1:2: 'True' is not a JSON value", "/1=2"},
		{"NaN", `[NaN, 2]`, "1:2: 'NaN' is not a JSON value", "/1=2"},
		{"leading zero", `[01, 2]`, "1:2: '01' is not a JSON value", "/1=2"},
		{"leading plus", `[+1, 2]`, "1:2: '+1' is not a JSON value", "/1=2"},
		{"bare minus", `[-, 2]`, "1:2: '-' is not a JSON value", "/1=2"},
		{"fraction without digits", `[1., 2]`, "1:2: '1.' is not a JSON value", "/1=2"},
		{"exponent without digits", `[1e, 2]`, "1:2: '1e' is not a JSON value", "/1=2"},
		{"word behind a number", `[1x, 2]`, "1:2: '1x' is not a JSON value", "/1=2"},
		{"word that goes on", `[trues, 2]`, "1:2: 'trues' is not a JSON value", "/1=2"},
		{"wrong escape", `["\x", 2]`, `1:3: the escape '\x' is not valid JSON`, "/1=2"},
		{"short escape", `["\u12", 2]`, `1:3: the escape '\u12' is not valid JSON`, "/1=2"},
		{"string without end", `["abc`, "1:2: the string is not closed, expected '\"'", ""},
		{"key without end", `{"abc`, "1:2: the property name is not closed", ""},
		{"comment without end", `[1, /* x`, "1:5: the comment is not closed, expected '*/'", "/0=1"},
		{"array without end", "[1,\n 2", "2:3: the file ends inside the array that starts at line 1, expected ']'", "/0=1 /1=2"},
		{"object without end", "\n{\"a\": 1", "2:8: the file ends inside the object that starts at line 2, expected '}'", "/a=1"},
		{"wrong bracket in an array", `[1}`, "1:3: found '}' in an array", "/0=1"},
		{"wrong bracket in an object", `{"a": 1]}`, "1:8: found ']' in an object", "/a=1"},
		{"array ends with its object", `{"a": [1, "b": 2}`, "1:14: found ':' after the value", "/a/0=1"},
		{"control character", "[1, \x01]", `1:5: found "\x01", expected a value`, "/0=1"},
		{"NUL", "[1, \x00]", `1:5: found "\x00", expected a value`, "/0=1"},
		{"not UTF-8", "[\"a\xff\", 2]", "1:4: the byte 0xFF is not valid UTF-8, expected text in UTF-8", "/1=2"},
		{"UTF-16", "\xff\xfe[\x00]\x00", "1:1: the file is encoded as UTF-16", ""},
		{"bracket lost in a value without a proper key", `{x: [1}, "b": 2}`, "1:2: 'x' is not a property name", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, errs := jsonc.Parse("", []byte(tt.src))
			if len(errs) == 0 {
				t.Fatalf("%q is read without an error", tt.src)
			}
			if got := errs[0].Error(); !strings.HasPrefix(got, tt.want) {
				t.Errorf("%q gives %q, want %q", tt.src, got, tt.want)
			}
			for i := 1; i < len(errs); i++ {
				if errs[i].Pos.Offset < errs[i-1].Pos.Offset {
					t.Errorf("%v comes after %v", errs[i], errs[i-1])
				}
			}
			for _, pair := range strings.Fields(tt.rest) {
				pointer, raw, _ := strings.Cut(pair, "=")
				if got := at(doc, pointer).Raw(); got != raw {
					t.Errorf("%q has %q at %s, want %s", tt.src, got, pointer, raw)
				}
			}
		})
	}
}

// at finds the node of a simple JSON pointer.
func at(doc *jsonc.Document, pointer string) jsonc.Node {
	n := doc.Root()
	for _, step := range strings.Split(pointer, "/")[1:] {
		if n.Kind() == jsonc.Array {
			n = n.At(int(step[0] - '0'))
		} else {
			n = n.Get(step)
		}
	}
	return n
}

// Errors come in the order of the source, though bytes that are no UTF-8 are looked for first.
func TestErrorsComeInTheOrderOfTheSource(t *testing.T) {
	_, errs := jsonc.Parse("", []byte("[1 2, tru, \"\xff\", 'x']"))
	var got []string
	for _, e := range errs {
		got = append(got, e.Pos.String())
	}
	if s := strings.Join(got, " "); s != "1:4 1:7 1:13 1:17" {
		t.Errorf("the errors lie at %s", s)
	}
}

// What is lost by one mistake ends where the mistake ends.
func TestAMistakeInAnUnnamedValueEndsWithIt(t *testing.T) {
	doc, errs := jsonc.Parse("", []byte(`{"a": 1, b: [2}, "c": 3}`))
	if len(errs) == 0 || doc.Root().Get("a").Raw() != "1" {
		t.Errorf("%v", errs)
	}
	doc, errs = jsonc.Parse("", []byte(`{"o": {"a": 1, b: {"x": [2], "y": {}}, "c": 3}, "d": 4}`))
	if len(errs) != 1 || at(doc, "/o/c").Raw() != "3" || at(doc, "/d").Raw() != "4" || at(doc, "/o").Len() != 2 {
		t.Errorf("%v, %s", errs, doc.Root().Raw())
	}
}

func TestNotes(t *testing.T) {
	tests := []struct{ src, want string }{
		{`{"a": 1}`, ""},
		{"\ufeff1", "byte order mark@0"},
		{"// x\n1 /* y */", "comment@0 comment@7"},
		{"[1,]", "trailing comma@2"},
		{"{\"a\": 1 , }", "trailing comma@8"},
		{"\"a\nb\tc\"", "raw control character in a string@2 raw control character in a string@4"},
		{"{\"a\nb\": 1}", "raw control character in a string@3"},
		{`{"a": 1, "a": 2}`, "duplicate key@9:a"},
		{`{"a": 1, "A": 2}`, "key that differs only by letter case@9:A"},
		{`{"a": 1, "a": 2, "a": 3}`, "duplicate key@9:a duplicate key@17:a"},
		{`{"ab": 1, "AB": 2, "Ab": 3}`, "key that differs only by letter case@10:AB key that differs only by letter case@19:Ab"},
		{`{"a": 1, "\u0061": 2}`, "duplicate key@9:a"},
		{`{"s": 1, "ſ": 2}`, ""},
	}
	for _, tt := range tests {
		doc, errs := jsonc.Parse("", []byte(tt.src))
		var got []string
		for _, n := range doc.Notes() {
			s := n.Kind.String() + "@" + itoa(n.Offset)
			if n.Key != "" {
				s += ":" + n.Key
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != tt.want || len(errs) > 0 {
			t.Errorf("%q\n gives %s %v\n want  %s", tt.src, s, errs, tt.want)
		}
	}
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// A key that differs by case from several others is one note, also where keys are found by an index.
func TestCaseVariantsAreNotedOnce(t *testing.T) {
	for _, n := range []int{5, 40} {
		var b strings.Builder
		b.WriteString(`{"key": 0, "KEY": 1`)
		for i := range n {
			b.WriteString(`, "other` + itoa(i) + `": 0`)
		}
		b.WriteString(`, "Key": 2}`)
		doc, _ := jsonc.Parse("", []byte(b.String()))
		if got := len(doc.Notes()); got != 2 {
			t.Errorf("with %d other keys there are %d notes, want 2: %v", n, got, doc.Notes())
		}
	}
}

func TestOfEqualKeysTheLastCounts(t *testing.T) {
	doc, _ := jsonc.Parse("", []byte(`{"a": 1, "b": 2, "a": 3, "A": 4}`))
	root := doc.Root()
	if root.Len() != 3 || root.Get("a").Raw() != "3" || root.Get("A").Raw() != "4" || root.First().Key() != "b" {
		t.Errorf("%d members, a is %s, A is %s", root.Len(), root.Get("a").Raw(), root.Get("A").Raw())
	}
	var keys []string
	for c := range root.Children() {
		keys = append(keys, c.Key()+"="+c.Raw()+c.Pointer())
	}
	if got := strings.Join(keys, " "); got != "b=2/b a=3/a A=4/A" {
		t.Errorf("the members are %s", got)
	}
}

func TestGetPrefersTheVerySpelling(t *testing.T) {
	tests := []struct{ src, name, want string }{
		{`{"name": 1, "Name": 2}`, "name", "1"},
		{`{"name": 1, "Name": 2}`, "Name", "2"},
		{`{"name": 1, "Name": 2}`, "NAME", "2"},
		{`{"Name": 2}`, "name", "2"},
		{`{"É": 1}`, "é", "1"},
		{`{"straße": 1}`, "STRASSE", ""},
		{`{"K": 1}`, "k", "1"},
		{`{"\u212a": 1}`, "k", ""},
		{`{"": 1}`, "", "1"},
		{`{"a": 1}`, "", ""},
		{`["a"]`, "a", ""},
		{`"a"`, "a", ""},
	}
	for _, tt := range tests {
		doc, _ := jsonc.Parse("", []byte(tt.src))
		if got := doc.Root().Get(tt.name).Raw(); got != tt.want {
			t.Errorf("%s at %q is %q, want %q", tt.src, tt.name, got, tt.want)
		}
	}
}

func TestNamesEqualButForCase(t *testing.T) {
	tests := []struct {
		a, b  string
		equal bool
	}{
		{"", "", true}, {"a", "A", true}, {"a", "b", false}, {"a", "", false}, {"ab", "a", false},
		{"@", "`", false}, {"[", "{", false}, {"_", "\x7f", false}, {"resourceGroup", "RESOURCEGROUP", true},
		{"é", "É", true}, {"ä", "a", false}, {"ж", "Ж", true}, {"ß", "ss", false}, {"ß", "ẞ", false},
		{"k", "\u212a", false}, {"s", "ſ", false}, {"i", "ı", false}, {"i", "İ", false}, {"I", "i", true},
		{"σ", "ς", true}, {"aé1", "AÉ1", true}, {"aéx", "AÉy", false}, {"é", "éé", false},
	}
	for _, tt := range tests {
		if jsonc.EqualFold(tt.a, tt.b) != tt.equal || jsonc.EqualFold(tt.b, tt.a) != tt.equal {
			t.Errorf("EqualFold(%q, %q) is %v", tt.a, tt.b, !tt.equal)
		}
	}
}
