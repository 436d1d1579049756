package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
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

const shown = 46 // lines of the output that README shows

func TestReadmeShowsTheRealOutput(t *testing.T) {
	out, _, code := run(t, "assess", "examples/workspace")
	if code != cli.ExitFindings {
		t.Fatalf("exit code %d, want %d", code, cli.ExitFindings)
	}
	lines := strings.SplitAfter(out, "\n")
	want := strings.Join(lines[:shown], "")
	page := filepath.Join(top, "README.md")
	src, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const before = "<!-- output: assess examples/workspace -->\n```\n"
	start := strings.Index(string(src), before)
	if start < 0 {
		t.Fatal("README has no place for the output")
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
