// Command gen writes the reference pages of commands, rules and remedies into a folder.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	for name, page := range map[string]func(io.Writer) error{"commands.md": cli.CommandReference, "rules.md": cli.RuleReference, "remedies.md": cli.RemedyReference} {
		var b bytes.Buffer
		if err := page(&b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
