package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// build says which build of the program this is.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Date    string `json:"date,omitempty"` // of the commit
	Go      string `json:"go"`
	Catalog string `json:"catalog"` // date of the newest fact
	Rules   int    `json:"rules"`
}

// programVersion is the version and the commit of the build.
func programVersion() (version, commit string) {
	b, _ := buildInfo(false)
	return b.Version, b.Commit
}

func buildInfo(withCatalog bool) (build, error) {
	b := build{Version: "devel", Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			b.Version = v
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.time":
				b.Date = s.Value
			}
		}
	}
	if !withCatalog {
		return b, nil
	}
	c, err := catalog.Default()
	if err != nil {
		return b, err
	}
	b.Catalog, b.Rules = c.AsOf(), len(c.Rules())
	return b, nil
}

func (p *program) versionCommand() *cobra.Command {
	var outs []string
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Show the version, the commit and the date of the facts",
		Example: "  holdfast version\n  holdfast version -o json",
		Args:    wantsNothing,
		RunE: func(*cobra.Command, []string) error {
			b, err := buildInfo(true)
			if err != nil {
				return err
			}
			return p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
				"text": func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "holdfast %s\ncommit   %s %s\ngo       %s\ncatalog  %s, %d rules\n", b.Version, orNone(b.Commit), b.Date, b.Go, b.Catalog, b.Rules)
					return err
				},
				"json": func(w io.Writer) error { return writeJSON(w, b) },
			})
		},
	}
	outputFlag(cmd, &outs, "text", "json")
	return cmd
}

func orNone(s string) string {
	if s == "" {
		return "(not recorded)"
	}
	return s
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
