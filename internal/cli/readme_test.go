package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

// top is the root of the module, from this package's folder.
var top = filepath.Join("..", "..")

// run runs the program in the root of the module, as the pages say to.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	dir, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code = cli.Run(context.Background(), args, cli.Streams{
		In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) string { return "" }, Dir: dir,
	})
	return out.String(), errs.String(), code
}

// varying is what differs from run to run of the demonstration: the port and the
// time that it took.
var varying = []struct {
	at   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:40123"},
	{regexp.MustCompile(`· \d+\.\d s`), "· 6.5 s"},
}

// TestReadmeShowsTheRealOutput holds what README shows against what the commands
// print: the first lines of each, all of them where lines is 0.
func TestReadmeShowsTheRealOutput(t *testing.T) {
	for _, c := range []struct {
		args  []string
		code  int
		lines int
	}{
		{[]string{"demo", "--report", filepath.Join(t.TempDir(), "holdfast-demo.html")}, cli.ExitFine, 0},
		{[]string{"assess", "examples/workspace"}, cli.ExitFindings, 46},
	} {
		name := strings.Join(c.args, " ")
		if c.args[0] == "demo" {
			name = "demo"
		}
		t.Run(name, func(t *testing.T) {
			out, errs, code := run(t, c.args...)
			if code != c.code {
				t.Fatalf("exit code %d, want %d: %s", code, c.code, errs)
			}
			out = strings.ReplaceAll(out, c.args[len(c.args)-1], filepath.Base(c.args[len(c.args)-1]))
			for _, v := range varying {
				out = v.at.ReplaceAllString(out, v.with)
			}
			if lines := strings.SplitAfter(out, "\n"); c.lines > 0 {
				out = strings.Join(lines[:c.lines], "")
			}
			shows(t, name, out)
		})
	}
}

// shows holds a place of README against what it is to show.
func shows(t *testing.T, name, want string) {
	t.Helper()
	page := filepath.Join(top, "README.md")
	src, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before := "<!-- output: " + name + " -->\n```\n"
	start := strings.Index(string(src), before)
	if start < 0 {
		t.Fatalf("README has no place for the output of %s", name)
	}
	start += len(before)
	end := start + strings.Index(string(src[start:]), "```\n")
	if *update {
		src = []byte(string(src[:start]) + want + string(src[end:]))
		if err := os.WriteFile(page, src, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := string(src[start:end]); got != want {
		t.Errorf("README shows\n%s\nthe program prints\n%s\nrewrite it with: go test ./internal/cli -run Readme -update", got, want)
	}
}
