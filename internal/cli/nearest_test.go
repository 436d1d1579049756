package cli

import (
	"strings"
	"testing"
)

func TestDidYouMean(t *testing.T) {
	words := []string{"key-vault", "azure-storage", "aks", "azure-sql", "container-registry"}
	for _, tt := range []struct{ word, want string }{
		{"key-vualt", `did you mean "key-vault"? see list`},
		{"keyvault", `did you mean "key-vault"? see list`},
		{"KEY-VAULT", `did you mean "key-vault"? see list`},
		{"asure-sql", `did you mean "azure-sql"? see list`},
		{"ask", `see list`}, // two changes in three letters is another word
		{"ak", `did you mean "aks"? see list`},
		{"nothing-like-it", "see list"},
		{"", "see list"},
		{"x", "see list"},
		{strings.Repeat("long", 100), "see list"},
	} {
		if got := didYouMean(tt.word, words, "see list"); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.word, got, tt.want)
		}
	}
	if got := didYouMean("x", nil, "see list"); got != "see list" {
		t.Errorf("of no words: %s", got)
	}
}

func TestWrongWordsAreAnsweredWithTheNearestRightOne(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"asess", "x"}, `did you mean "assess"?`},
		{[]string{"asess", "x", "--target", "dev"}, `did you mean "assess"?`}, // the flags are those of the command that was meant
		{[]string{"asess", "x", "-o", "text"}, `did you mean "assess"?`},
		{[]string{"Assess", "x"}, `did you mean "assess"?`},
		{[]string{"arm", "evl", "--stdin"}, `did you mean "eval"?`},
		{[]string{"help", "asess"}, `did you mean "assess"?`},
		{[]string{"help", "arm", "expnd"}, `did you mean "expand"?`},
		{[]string{"completion", "bsh"}, `did you mean "bash"?`},
		{[]string{"assess", "x", "--tarjet", "dev"}, `did you mean "--target"?`},
		{[]string{"assess", "x", "--failon=low"}, `did you mean "--fail-on"?`},
		{[]string{"--colour", "never", "version"}, `did you mean "--color"?`},
		{[]string{"--version"}, "did you mean 'holdfast version'?"},
		{[]string{"assess", "x", "--zzzzzz"}, "see 'holdfast assess --help'"},
		{[]string{"assess", "x", "-z"}, "see 'holdfast assess --help'"},
		{[]string{"assess", "x", "--target"}, "see 'holdfast assess --help'"}, // without its value
		{[]string{"assess", "x", "--strict=perhaps"}, "see 'holdfast assess --help'"},
		{[]string{"explain", "aks-zone-outge"}, `did you mean "aks-zone-outage"?`},
		{[]string{"catalog", "azure-storge"}, `did you mean "azure-storage"?`},
		{[]string{"outage", "x", "--service", "azure-storge"}, `did you mean "azure-storage"?`},
	} {
		got := session{}.run(t, tt.args...)
		if got.code != ExitUsage || !strings.Contains(got.err, "hint: "+tt.want) || got.out != "" {
			t.Errorf("%q ends with %d:\n%s%s\nwant the hint: %s", tt.args, got.code, got.out, got.err, tt.want)
		}
	}
}

func TestMissingAndExcessArgumentsAreNamed(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"assess"}, "holdfast assess needs a SOURCE: a file, a folder, or - for standard input\nhint: usage: holdfast assess SOURCE... [flags]\n"},
		{[]string{"outage"}, "holdfast outage needs a SOURCE"},
		{[]string{"explain"}, "holdfast explain needs one rule"},
		{[]string{"explain", "a", "b"}, `holdfast explain takes one rule, as 'holdfast rules' lists them, not also "b"`},
		{[]string{"catalog", "a", "b"}, `holdfast catalog takes one service, not also "b"`},
		{[]string{"rules", "a"}, `holdfast rules takes no argument, not also "a"`},
		{[]string{"config", "a"}, `takes no argument`},
		{[]string{"schema", "a"}, `takes no argument`},
		{[]string{"version", "a"}, `takes no argument`},
		{[]string{"arm", "expand"}, "holdfast arm expand needs one template"},
		{[]string{"arm", "expand", "a", "b"}, `not also "b"`},
		{[]string{"arm", "eval"}, "give one expression, or --stdin"},
		{[]string{"arm", "eval", "a", "b"}, "give one expression, or --stdin"},
		{[]string{"arm", "eval", "a", "--stdin"}, "give one expression, or --stdin"},
	} {
		got := session{}.run(t, tt.args...)
		if got.code != ExitUsage || !strings.Contains(got.err, tt.want) {
			t.Errorf("%q ends with %d:\n%s\nwant: %s", tt.args, got.code, got.err, tt.want)
		}
	}
}
