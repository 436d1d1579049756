package assess

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
)

func read(src string, fields func(y *yamlFile) []yamlField) (*yamlFile, error) {
	y := &yamlFile{name: "f.yaml"}
	if top := y.parse([]byte(src)); top != nil {
		y.mapping(top, "the file", fields(y)...)
	}
	return y, y.err()
}

func TestTextsOfYAML(t *testing.T) {
	for src, want := range map[string]string{
		"a: plain":               "plain",
		"a: 'single ''quoted'''": "single 'quoted'",
		`a: "double\tquoted"`:    "double\tquoted",
		"a: 2027-01-31":          "2027-01-31",
		"a: 15":                  "15",
		"a: 1.50":                "1.50",
		"a: true":                "true",
		"a: |\n  two\n  lines\n": "two\nlines",
		"a: >\n  one\n  line\n":  "one line",
		"a: x # comment":         "x",
		"---\na: x\n...\n":       "x",
		"\ufeffa: x":             "x",
	} {
		var got string
		if _, err := read(src, func(y *yamlFile) []yamlField { return []yamlField{{"a", y.string(&got, "a")}} }); err != nil || got != want {
			t.Errorf("%q gives %q, %v, want %q", src, got, err, want)
		}
	}
}

func TestListsOfYAML(t *testing.T) {
	for src, want := range map[string]string{
		"a: one":             "one",
		"a: [one, 2]":        "one,2",
		"a:\n- one\n- two\n": "one,two",
		"a: []":              "",
	} {
		var got []string
		if _, err := read(src, func(y *yamlFile) []yamlField { return []yamlField{{"a", y.strings(&got, "a")}} }); err != nil || strings.Join(got, ",") != want {
			t.Errorf("%q gives %q, %v, want %q", src, got, err, want)
		}
	}
}

func TestWhatYAMLIsRefused(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"an alias", "a: b\nc: *x\n", `f.yaml:2:4: c is not a text: write one word or sentence there`},
		{"a list for a text", "c: [x]\n", `f.yaml:1:4: c is not a text: write one word or sentence there`},
		{"nothing for a text", "c:\n", `f.yaml:1:4: c is not a text: write one word or sentence there`},
		{"a mapping in a list of texts", "a: [{b: c}]\n", `f.yaml:1:5: a is not a text: write one word or sentence there`},
		{"a scalar for all", "word\n", `f.yaml:1:1: the file is not a mapping: write it as lines of key: value`},
		{"a tab", "a:\n\t- b\n", `f.yaml:2:1: `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var list []string
			var text string
			_, err := read(tt.src, func(y *yamlFile) []yamlField {
				return []yamlField{{"a", y.strings(&list, "a")}, {"c", y.string(&text, "c")}}
			})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestNothingIsReadOfAnEmptyFile(t *testing.T) {
	for _, src := range []string{"", "\n\n", "# only a comment\n", "---\n", "null\n", "~\n"} {
		y := &yamlFile{name: "f.yaml"}
		if top := y.parse([]byte(src)); top != nil || y.err() != nil {
			t.Errorf("%q gives %v, %v", src, top, y.err())
		}
	}
}

func TestAFileThatIsTooLargeIsNotRead(t *testing.T) {
	y := &yamlFile{name: "f.yaml"}
	if top := y.parse(make([]byte, maxYAML+1)); top != nil || y.err() == nil || !strings.Contains(y.err().Error(), "more than 4 MiB") {
		t.Errorf("got %v, %v", top, y.err())
	}
}

// What the library cannot cope with is an error, never a panic.
func TestOddYAMLIsAnError(t *testing.T) {
	for _, src := range []string{"{", "[", "a: {b: [c", "? a\n? b", "!!binary x: y", "a: !!int x", "- - - -", "&a", "*a", "a: b: c", "%YAML 9\n---\n", "\x00", "a: \"\\", strings.Repeat("[", 2000), strings.Repeat("- ", 2000)} {
		y := &yamlFile{name: "f.yaml"}
		top := y.parse([]byte(src))
		y.each(top, "the file", func(ast.Node) {})
		y.mapping(top, "the file")
		_ = y.err()
	}
}

func TestTheLastDayOfADateCounts(t *testing.T) {
	p, err := ParseProject("p.yaml", []byte("suppressions: [{rule: a, reason: b, expires: 2026-11-23}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Suppressions[0]; !now.Before(s.Expires) || now.AddDate(0, 0, 1).Before(s.Expires) {
		t.Errorf("it expires at %s", s.Expires)
	}
}
