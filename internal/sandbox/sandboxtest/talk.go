package sandboxtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Line is what a talk goes over.
type Line interface {
	// Say sends a request and gives the answer.
	Say(method, path, body string) (status int, header http.Header, answer []byte)
	// Wait lets the clock go on.
	Wait(d time.Duration)
}

// Talks holds the talks of a folder, each with a line of its own, against what
// has been said before: dir/*.talk are what the client says, dir/*.golden is the
// whole with the answers. With update the golden files are written.
//
// A talk is steps: "> METHOD path", and beneath it the body; "> WAIT 2m" lets
// time pass. Lines that begin with # are for readers. The answer to a change that
// is taken is told without its body, as a GET shows it. What stands in hide (a
// pattern of old, new as [strings.NewReplacer] takes them) differs from run to
// run.
func Talks(t *testing.T, dir string, update bool, open func(t *testing.T) (line Line, hide []string)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.talk"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no talks in %s: %v", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".talk"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			line, hide := open(t)
			got := strings.NewReplacer(hide...).Replace(talk(t, line, string(text)))
			golden := strings.TrimSuffix(file, ".talk") + ".golden"
			if update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is not what was said: %s", golden, firstDifference(string(want), got))
			}
		})
	}
}

func talk(t *testing.T, line Line, script string) string {
	t.Helper()
	var out strings.Builder
	for _, block := range strings.Split("\n"+script, "\n> ")[1:] {
		head, rest, _ := strings.Cut(block, "\n")
		var body strings.Builder
		var remarks []string
		for l := range strings.Lines(rest) {
			if strings.HasPrefix(l, "#") {
				remarks = append(remarks, strings.TrimSuffix(l, "\n")+"\n")
				continue
			}
			body.WriteString(l)
		}
		fmt.Fprintf(&out, "> %s\n", head)
		method, path, _ := strings.Cut(head, " ")
		if method == "WAIT" {
			d, err := time.ParseDuration(path)
			if err != nil {
				t.Fatalf("> %s: %v", head, err)
			}
			line.Wait(d)
		} else {
			out.WriteString(answered(method, line, path, strings.TrimSpace(body.String())))
		}
		out.WriteByte('\n')
		if len(remarks) > 0 {
			out.WriteString(strings.Join(remarks, "") + "\n")
		}
	}
	first, _, _ := strings.Cut(script, "> ")
	return first + out.String()
}

func answered(method string, line Line, path, body string) string {
	status, header, answer := line.Say(method, path, body)
	var out strings.Builder
	fmt.Fprintf(&out, "%d\n", status)
	for _, name := range []string{"Location", "Azure-AsyncOperation", "Retry-After"} {
		if v := header.Get(name); v != "" {
			fmt.Fprintf(&out, "%s: %s\n", name, v)
		}
	}
	if status < 300 && (method == http.MethodPut || method == http.MethodPatch) || len(bytes.TrimSpace(answer)) == 0 {
		return out.String()
	}
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		fmt.Fprintf(&out, "%s\n", answer)
		return out.String()
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil { // what was decoded can be encoded
		return err.Error()
	}
	return out.String() + b.String()
}

// firstDifference names the line at which two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("it has %d lines, want %d", len(g), len(w))
}
