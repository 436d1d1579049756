package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// updating says whether the golden files are to be written anew (-update, which
// script_test.go defines).
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// golden compares with a file below testdata/golden, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", filepath.FromSlash(name))
	if updating() {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (-update writes it)", err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d differs (run with -update when the change is meant)\n got  %q\n want %q", path, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s has %d lines, want %d", path, len(w), len(g))
}

// transcript runs the commands, one a line, and gives what a user sees: the
// prompt, standard output, and beneath it standard error with its lines marked,
// and the exit code where it is not 0. Words are parted by blanks; a word in
// double quotes may hold some.
func transcript(t *testing.T, s session, commands string) string {
	t.Helper()
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	var b strings.Builder
	for line := range strings.Lines(commands) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		got := s.run(t, words(line)...)
		got.out, got.err = strings.ReplaceAll(got.out, s.dir, "DIR"), strings.ReplaceAll(got.err, s.dir, "DIR")
		fmt.Fprintf(&b, "$ holdfast %s\n%s", line, got.out)
		if got.out != "" && !strings.HasSuffix(got.out, "\n") {
			b.WriteString("\n(no line end)\n")
		}
		for l := range strings.Lines(got.err) {
			fmt.Fprintf(&b, "stderr: %s\n", strings.TrimSuffix(l, "\n"))
		}
		if got.code != 0 {
			fmt.Fprintf(&b, "exit %d\n", got.code)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// refusals is a transcript in which what went well shows its first line only.
func refusals(t *testing.T, s session, commands string) string {
	t.Helper()
	var b strings.Builder
	for each := range strings.SplitSeq(transcript(t, s, commands), "\n\n$ ") {
		prompt, rest, _ := strings.Cut(strings.TrimPrefix(each, "$ "), "\n")
		b.WriteString("$ " + prompt + "\n")
		said := 0
		for line := range strings.Lines(rest) {
			line = strings.TrimRight(line, "\n")
			if strings.HasPrefix(line, "stderr: ") || strings.HasPrefix(line, "exit ") {
				b.WriteString(line + "\n")
			} else if line != "" {
				if said == 0 {
					b.WriteString(line + "\n")
				}
				said++
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// words splits a line as a shell does that knows double quotes only.
func words(line string) (out []string) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

// reports are the commands that make a report of an estate, without its name.
var reports = map[string]string{
	"assess":       "assess %s",
	"outage":       "outage %s",
	"availability": "availability %s --draws 50",
	"years":        "availability %s --draws 50 --capability train --simulate 200",
	"inventory":    "inventory %s",
}

var estates = []string{"examples/workspace", "examples/resilient", "examples/all-services"}

// What people see of the example estates, at the widths of a narrow window, of a
// usual one and of a wide one.
func TestReportsOfTheExamples(t *testing.T) {
	dir := playground(t)
	for kind, format := range reports {
		for _, name := range estates {
			for _, width := range []int{60, 80, 120} {
				if width != 80 && name != "examples/workspace" {
					continue
				}
				file := fmt.Sprintf("%s-%s-%d.txt", kind, filepath.Base(name), width)
				t.Run(file, func(t *testing.T) {
					s := session{dir: dir, width: width, env: map[string]string{"NO_COLOR": "1"}}
					got := transcript(t, s, fmt.Sprintf(format, name))
					golden(t, file, got)
					for line := range strings.Lines(got) {
						if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width && !strings.HasPrefix(line, "stderr: ") && !strings.HasPrefix(line, "$ ") && strings.Contains(strings.TrimSpace(line), " ") {
							t.Logf("%d columns, the terminal has %d: %s", n, width, line)
						}
					}
				})
			}
		}
	}
}

// Colour adds nothing but colour: without its escapes the text is the same.
func TestColourAddsOnlyColour(t *testing.T) {
	dir := playground(t)
	for _, command := range []string{
		"assess examples/workspace", "outage examples/workspace --region westeurope --zone 1", "availability examples/workspace --draws 20 --capability train",
		"catalog key-vault", "explain aks-free-tier", "rules", "faulttree examples/faulttree/two-regions.xml", "config", "inventory examples/workspace",
		"improve examples/workspace --capability train --availability 99.84",
	} {
		s := session{dir: dir, width: 80}
		coloured := s.run(t, append(words(command), "--color", "always")...)
		plain := s.run(t, append(words(command), "--color", "never")...)
		if got := withoutColour(coloured.out); got != strings.ReplaceAll(plain.out, "--color never", "--color always") {
			t.Errorf("%s: without its colours the text is another:\n%s\nwant:\n%s", command, got, plain.out)
		}
		if coloured.code != plain.code || strings.Contains(plain.out, "\x1b") || strings.Contains(plain.err, "\x1b") {
			t.Errorf("%s: exit %d with colour, %d without", command, coloured.code, plain.code)
		}
	}
}

// With colour: where each begins and ends, shown as ^[.
func TestColourOfTheReports(t *testing.T) {
	s := session{dir: playground(t), width: 80}
	got := transcript(t, s, `
		assess examples/workspace --color always
		outage examples/workspace --region westeurope --zone 1 --color always
		availability examples/workspace --draws 20 --capability train --color always
		explain aks-free-tier --color always
		catalog key-vault --color always
	`)
	golden(t, "colour.txt", strings.ReplaceAll(got, "\x1b", "^"))
}
