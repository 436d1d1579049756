package cli_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

func TestReferencePagesAreUpToDate(t *testing.T) {
	for name, page := range map[string]func(io.Writer) error{"commands.md": cli.CommandReference, "rules.md": cli.RuleReference, "remedies.md": cli.RemedyReference} {
		var b bytes.Buffer
		if err := page(&b); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(top, "docs", "reference", name)
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, b.Bytes()) {
			t.Errorf("%s is not what the program says: run go generate ./internal/cli", name)
		}
	}
}
