package json

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Whatever a name holds, it comes back as it was; only broken UTF-8 is mended.
func TestQuotedStringsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		if rapid.Bool().Draw(t, "text") {
			in = rapid.String().Draw(t, "string")
		}
		var out string
		if err := json.Unmarshal(appendQuoted(nil, in), &out); err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		var want strings.Builder
		for _, r := range in {
			want.WriteRune(r)
		}
		if out != want.String() || !utf8.ValidString(out) {
			t.Fatalf("%q came back as %q", in, out)
		}
	})
}

func TestQuoting(t *testing.T) {
	for in, want := range map[string]string{
		``:             `""`,
		`plain`:        `"plain"`,
		"a\"b\\c":      `"a\"b\\c"`,
		"\x00\n\t\x7f": `"\u0000\n\t\u007f"`,
		"é✗":           `"é✗"`,
		"a\xffb":       "\"a\uFFFDb\"",
	} {
		if got := string(appendQuoted(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}
