package deployment

import "testing"

func TestBareNamesGetQuotes(t *testing.T) {
	for src, want := range map[string]string{
		`{"properties": {"mode": "I", template:{"a": 1}}}`: `{"properties": {"mode": "I", "template":{"a": 1}}}`,
		`{a: 1, b_2 : [true, false, null]}`:                `{"a": 1, "b_2" : [true, false, null]}`,
		`{"a": "{b: 1, c: \" d: 2}"}`:                      `{"a": "{b: 1, c: \" d: 2}"}`,
		"{// x: 1\n a: 1 /* , b: */, $c: 2}":               "{// x: 1\n \"a\": 1 /* , b: */, \"$c\": 2}",
		`{'a': {x:1}}`:                                     `{'a': {"x":1}}`,
		`{a}`:                                              `{a}`,
		`{"a": "b`:                                         `{"a": "b`,
		`/* {a:1}`:                                         `/* {a:1}`,
		``:                                                 ``,
	} {
		if got := string(quoteNames([]byte(src))); got != want {
			t.Errorf("%s becomes %s, want %s", src, got, want)
		}
	}
}
