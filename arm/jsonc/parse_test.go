package jsonc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

func parse(t *testing.T, src string) jsonc.Node {
	t.Helper()
	doc, errs := jsonc.Parse("f.json", []byte(src))
	for _, e := range errs {
		t.Errorf("unexpected error: %v", e)
	}
	return doc.Root()
}

func TestAcceptsWhatTemplatesContain(t *testing.T) {
	tests := map[string]struct {
		src   string
		notes []string
	}{
		"plain":                        {`{"a": [1, true, null, "x"]}`, nil},
		"byte order mark":              {"\xEF\xBB\xBF{}", []string{"byte order mark"}},
		"line comments":                {"// one\n{ // two\n} // three", []string{"comment", "comment", "comment"}},
		"block comments":               {"/* a */{/* b\n */\"a\"/**/:/**/1}", []string{"comment", "comment", "comment", "comment"}},
		"trailing commas":              {`{"a": [1,], "b": {"c": 1,},}`, []string{"trailing comma", "trailing comma", "trailing comma"}},
		"raw newline and tab in text":  {"{\"a\": \"x\n\ty\"}", []string{"raw control character in a string", "raw control character in a string"}},
		"duplicate key":                {`{"a": 1, "a": 2}`, []string{"duplicate key"}},
		"key in another letter case":   {`{"a": 1, "A": 2}`, []string{"key that differs only by letter case"}},
		"comment at the very end":      {`{} //`, []string{"comment"}},
		"comment that holds a closing": {`{} // */`, []string{"comment"}},
		"scalar as root":               {` "x" `, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := parse(t, test.src)
			var notes []string
			for _, n := range root.Document().Notes() {
				notes = append(notes, n.Kind.String())
			}
			if diff := cmp.Diff(test.notes, notes); diff != "" {
				t.Errorf("notes differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReportsErrorsWithPlaceAndExpectation(t *testing.T) {
	tests := map[string]struct {
		src  string
		want []string
	}{
		"empty":                 {"", []string{"1:1: the file holds no JSON, expected an object"}},
		"only a comment":        {"// x\n", []string{"2:1: the file holds no JSON, expected an object"}},
		"missing comma in list": {"[1\n 2]", []string{"2:2: found '2' after the value, expected ',' or ']'"}},
		"missing comma in object": {"{\"a\": 1\n\"b\": 2}", []string{
			"2:1: found '\"' after the value, expected ',' or '}'"}},
		"missing colon": {`{"a" 1}`, []string{"1:6: found '1' after the property name, expected ':'"}},
		"missing value": {`{"a": , "b": }`, []string{
			"1:7: found ',', expected a value: a string in double quotes, a number, true, false, null, '{' or '['",
			"1:14: found '}', expected a value: a string in double quotes, a number, true, false, null, '{' or '['"}},
		"single quotes": {`{"a": 'x', "b": 1}`, []string{"1:7: the string is in single quotes, expected double quotes"}},
		"unquoted key":  {`{a: 1, "b": 2}`, []string{"1:2: 'a' is not a property name, expected a property name in double quotes or '}'"}},
		"wrong word":    {`[True]`, []string{"1:2: 'True' is not a JSON value, expected a value: a string in double quotes, a number, true, false, null, '{' or '['"}},
		"numbers": {`[01, 1., .5, +1, 1e, -, 0x10, 1a]`, []string{
			"1:2: '01' is not", "1:6: '1.' is not", "1:10: '.5' is not", "1:14: '+1' is not",
			"1:18: '1e' is not", "1:22: '-' is not", "1:25: '0x10' is not", "1:31: '1a' is not"}},
		"wrong escape":            {`"a\qb\u12"`, []string{`1:3: the escape '\qb\u1' is not valid JSON`, `1:6: the escape '\u12' is not valid`}},
		"string not closed":       {`{"a": "x`, []string{`1:7: the string is not closed, expected '"'`, "1:9: the file ends inside the object that starts at line 1, expected '}'"}},
		"key not closed":          {`{"a`, []string{"1:2: the property name is not closed, expected '\"'"}},
		"object not closed":       {"\n{\"a\": 1", []string{"2:8: the file ends inside the object that starts at line 2, expected '}'"}},
		"comment not closed":      {`{} /* x`, []string{"1:4: the comment is not closed, expected '*/'"}},
		"text after the end":      {`{} {}`, []string{"1:4: there is '{' after the end of the JSON value, expected nothing more"}},
		"brackets crossed":        {`{"a": [1, 2}, "b": 3`, []string{"1:12: found '}' in an array, expected ',' or ']'", "1:13: there is ',' after the end"}},
		"wrong closing in object": {`{"a": 1]}`, []string{"1:8: found ']' in an object, expected a property name in double quotes or '}'"}},
		"UTF-16":                  {"\xFF\xFE{\x00", []string{"1:1: the file is encoded as UTF-16 (it starts with its byte order mark), expected UTF-8; save it in that encoding"}},
		"not UTF-8":               {"{\"a\":\n \"é\xFFx\"}", []string{"2:4: the byte 0xFF is not valid UTF-8, expected text in UTF-8"}},
		"too deep":                {strings.Repeat("[", 600), []string{"1:513: the value is nested too deeply, expected at most 512 levels"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc, errs := jsonc.Parse("", []byte(test.src))
			if doc == nil {
				t.Fatal("no document")
			}
			var got []string
			for i, e := range errs {
				text := e.Error()
				if i < len(test.want) && strings.HasPrefix(text, test.want[i]) {
					text = test.want[i]
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("errors differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKeepsReadingAfterErrors(t *testing.T) {
	doc, errs := jsonc.Parse("f.json", []byte(`{"a": tru, b: {"x": [1]}, "c": 'q', "d" 4, "e": [1 2,], "f": "end"}`))
	if len(errs) != 5 {
		t.Errorf("%d errors, want 5: %v", len(errs), errs)
	}
	root := doc.Root()
	if got := root.Get("f").Str(); got != "end" {
		t.Errorf("the member after the errors is %q, want end", got)
	}
	if got := root.Get("e").Len(); got != 2 {
		t.Errorf("the array after a missing comma has %d elements, want 2", got)
	}
	if i, ok := root.Get("d").Int(); !ok || i != 4 {
		t.Errorf("the value after a missing colon is %d, want 4", i)
	}
}

func TestReportsAtMostFiftyErrors(t *testing.T) {
	_, errs := jsonc.Parse("f.json", []byte("["+strings.Repeat("x,", 100)+"]"))
	if len(errs) != 50 {
		t.Errorf("%d errors, want 50", len(errs))
	}
}

func TestKeepsTheLastOfDuplicateKeys(t *testing.T) {
	root := parse(t, `{"a": 1, "b": 2, "a": 3, "c": 4, "a": 5}`)
	var got []string
	for c := range root.Children() {
		got = append(got, c.Key()+c.Raw())
	}
	if diff := cmp.Diff([]string{"b2", "c4", "a5"}, got); diff != "" {
		t.Errorf("members differ (-want +got):\n%s", diff)
	}
	if root.Len() != 3 || root.At(2).Raw() != "5" || root.Get("a").Raw() != "5" {
		t.Errorf("Len %d, At(2) %s, Get(a) %s", root.Len(), root.At(2).Raw(), root.Get("a").Raw())
	}
}

func TestFindsDuplicatesInLargeObjects(t *testing.T) {
	var b strings.Builder
	b.WriteString("{")
	for i := range 5000 {
		fmt.Fprintf(&b, `"key%d": %d, "KEY%d": 0, `, i%2000, i, i%2000)
	}
	b.WriteString(`"last": 1}`)
	root := parse(t, b.String())
	if root.Len() != 4001 {
		t.Errorf("Len is %d, want 4001", root.Len())
	}
	if i, _ := root.Get("key999").Int(); i != 4999 {
		t.Errorf("key999 is %d, want the last one, 4999", i)
	}
	if i, _ := root.Get("key1999").Int(); i != 3999 {
		t.Errorf("key1999 is %d, want the last one, 3999", i)
	}
}
