package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseOutputs(t *testing.T) {
	known := []string{"text", "json", "html"}
	tests := []struct {
		name   string
		values []string
		want   []output
		wrong  string // what the error says
		hint   string
	}{
		{"none means the default on standard output", nil, []output{{"text", ""}}, "", ""},
		{"a format alone goes to standard output", []string{"json"}, []output{{"json", ""}}, "", ""},
		{"a dash is standard output, too", []string{"json=-"}, []output{{"json", ""}}, "", ""},
		{"so is no name at all", []string{"json="}, []output{{"json", ""}}, "", ""},
		{"a file", []string{"html=out/r.html"}, []output{{"html", "out/r.html"}}, "", ""},
		{"only the first sign of equality parts", []string{"json=a=b.json"}, []output{{"json", "a=b.json"}}, "", ""},
		{"several, in order", []string{"text", "json=a", "html=b"}, []output{{"text", ""}, {"json", "a"}, {"html", "b"}}, "", ""},
		{"one format to two files", []string{"json=a", "json=b"}, []output{{"json", "a"}, {"json", "b"}}, "", ""},
		{"an unknown format", []string{"xml"}, nil, `unknown output format "xml"`, "formats: text, json, html; write FORMAT=FILE to write to a file"},
		{"letter case counts", []string{"JSON"}, nil, `unknown output format "JSON"`, "formats: text, json, html"},
		{"a file without a format", []string{"report.html"}, nil, `unknown output format "report.html"`, "write FORMAT=FILE"},
		{"nothing", []string{""}, nil, `unknown output format ""`, "formats: "},
		{"two on standard output", []string{"text", "json"}, nil, "2 outputs go to standard output", "give all but one a file"},
		{"two by dash", []string{"text=-", "json=-", "html"}, nil, "3 outputs go to standard output", "give all but one a file"},
		{"two in one file", []string{"json=a", "html=./a"}, nil, "two outputs go to ./a", "give each a file of its own"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseOutputs(tt.values, known)
			if tt.wrong != "" {
				if err == nil || err.Error() != tt.wrong || exitCode(err) != ExitUsage || !strings.Contains(hintOf(err), tt.hint) {
					t.Fatalf("error %v (exit %d), hint %q; want %q, exit 2, hint %q", err, exitCode(err), hintOf(err), tt.wrong, tt.hint)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(output{})); diff != "" {
				t.Errorf("outputs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnOutputFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	hello := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	half := func(w io.Writer) error {
		if _, err := io.WriteString(w, strings.Repeat("half", 1<<16)); err != nil {
			return err
		}
		return errors.New("no more")
	}
	tests := []struct {
		name   string
		file   string
		render func(io.Writer) error
		want   string // in the file old.txt
		wrong  string
	}{
		{"a new file", "new.txt", hello, "old", ""},
		{"an old one is replaced", "old.txt", hello, "new", ""},
		{"a report that fails leaves the old one as it was", "old.txt", half, "old", "writing old.txt: no more"},
		{"a folder that is not there", "no/such/new.txt", hello, "old", "cannot write no/such/new.txt: no such file or directory"},
		{"a folder in place of a file", "folder", hello, "old", "cannot write folder: it is a folder"},
		{"a file in place of a folder", "old.txt/new.txt", hello, "old", "cannot write old.txt/new.txt: not a directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, map[string]string{"old.txt": "old", "folder/in": "x"})
			err := output{"text", tt.file}.write(Streams{Dir: dir}, tt.render)
			if got := errorText(err); got != tt.wrong {
				t.Errorf("error %q, want %q", got, tt.wrong)
			}
			if err != nil && exitCode(err) != ExitUsage {
				t.Errorf("exit code %d, want 2", exitCode(err))
			}
			if got, _ := os.ReadFile(filepath.Join(dir, "old.txt")); string(got) != tt.want {
				t.Errorf("old.txt holds %.20q, want %q", got, tt.want)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".holdfast-*")); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestAnOutputFileCanBeReadByOthers(t *testing.T) {
	dir := t.TempDir()
	if err := (output{"text", "a"}).write(Streams{Dir: dir}, func(io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "a"))
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v; want 0644, as a shell's > would make it", info.Mode().Perm(), err)
	}
}

// full is a standard output whose disk is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAStandardOutputThatFailsIsAnError(t *testing.T) {
	for _, args := range [][]string{
		{"version"}, {"version", "-o", "json"}, {"schema"}, {"config"}, {"catalog"}, {"rules", "-o", "json"}, {"explain", "aks-zone-outage"},
		{"arm", "eval", "[add(1, 2)]"}, {"assess", workspace(t)}, {"outage", workspace(t)},
	} {
		var errs strings.Builder
		code := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: full{}, Err: &errs, Env: func(string) string { return "" }, Dir: t.TempDir()})
		if code == ExitFine || !strings.Contains(errs.String(), "no space left on device") {
			t.Errorf("%q ends with %d: %s", args, code, errs.String())
		}
	}
}
