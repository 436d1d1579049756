package sandboxtest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Stage is where exchanges are played: files of requests with the answers that
// they got. The lines of such a file are
//
//	# a remark
//	= as key              from here on requests are signed so, see As
//	= keep first {ETag}   a name for what {ETag} stands for now
//	= wait 15m0s          time that passes
//	= verb words          something else that is done, see Do
//	> PUT /path           a request; its headers follow, and after an empty line its body
//	< 201                 the answer, written by -update
//
// {Name} in a request is the last answer's header of that name, {body.a.b} a
// member of the last JSON object that was answered, or what was kept.
type Stage struct {
	World  *World
	URL    string // of the server
	Client *http.Client
	// As are the ways to say who asks; requests before the first "= as" say nothing.
	As map[string]func(r *http.Request)
	// Do are further verbs, which are given the words behind them. What is
	// returned, if anything, is kept under the verb's name.
	Do map[string]func(words string) string

	// Mask, if any, makes what differs each time in an answer the same.
	Mask func(text string) string

	known map[string]string
}

// hidden are the headers of answers that are not shown: they differ each time.
var hidden = map[string]bool{"Date": true, "X-Ms-Request-Id": true, "X-Ms-Client-Request-Id": true}

var tokens = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]*`)

// Play plays the files testdata/pattern, each on a stage of its own, and fails
// unless the answers are those in the file, which update writes anew.
func Play(t *testing.T, pattern string, update bool, open func(t *testing.T) *Stage) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no exchanges %s (%v)", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := open(t).play(t, string(raw))
			if update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			} else if got != string(raw) {
				t.Errorf("%s (-update writes it anew): %s", file, difference(string(raw), got))
			}
		})
	}
}

// difference shows the first lines that differ.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	part := func(l []string) string { return strings.Join(l[min(i, len(l)):min(i+6, len(l))], "\n") }
	return fmt.Sprintf("line %d was\n%s\nand is\n%s", i+1, part(a), part(b))
}

// play plays an exchange and gives it with the answers.
func (s *Stage) play(t *testing.T, text string) string {
	t.Helper()
	s.known = map[string]string{}
	var out strings.Builder
	var request []string
	var sign func(*http.Request)
	flush := func() {
		if len(request) > 0 {
			out.WriteString(s.ask(t, request, sign))
		}
		request = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "<") {
			continue
		}
		if strings.HasPrefix(line, "> ") || line == ">" {
			request = append(request, strings.TrimPrefix(strings.TrimPrefix(line, ">"), " "))
			out.WriteString(line + "\n")
			continue
		}
		flush()
		out.WriteString(line + "\n")
		verb, words, _ := strings.Cut(strings.TrimPrefix(line, "= "), " ")
		switch {
		case !strings.HasPrefix(line, "= "):
		case verb == "as":
			ok := false
			if sign, ok = s.As[words]; !ok {
				t.Fatalf("%s: nobody is called so", line)
			}
		case verb == "keep":
			name, value, _ := strings.Cut(words, " ")
			s.known[name] = s.fill(value)
		case verb == "wait":
			d, err := time.ParseDuration(words)
			if err != nil {
				t.Fatal(err)
			}
			s.World.Clock.Advance(d)
			if err := s.World.Settle(); err != nil {
				t.Fatal(err)
			}
		case s.Do[verb] != nil:
			s.known[verb] = s.Do[verb](s.fill(words))
		default:
			t.Fatalf("%s: there is no such verb", line)
		}
	}
	flush()
	return out.String()
}

func (s *Stage) fill(text string) string {
	for _, k := range slices.Sorted(maps.Keys(s.known)) {
		text = strings.ReplaceAll(text, "{"+k+"}", s.known[k])
	}
	return strings.ReplaceAll(text, "https://sandbox", s.URL)
}

// ask sends a request and gives the lines of the answer.
func (s *Stage) ask(t *testing.T, lines []string, sign func(*http.Request)) string {
	t.Helper()
	at := slices.Index(lines, "")
	body := ""
	if at < 0 {
		at = len(lines)
	} else {
		body = s.fill(strings.Join(lines[at+1:], "\n"))
	}
	method, path, _ := strings.Cut(lines[0], " ")
	if path = s.fill(path); strings.HasPrefix(path, "/") {
		path = s.URL + path
	}
	r, err := http.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines[1:at] {
		name, value, _ := strings.Cut(l, ":")
		r.Header.Set(name, strings.TrimSpace(s.fill(value)))
	}
	if sign != nil {
		sign(r)
	}
	client := *s.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(r)
	if err != nil {
		return "< the connection is closed\n"
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Sprintf("< %d, and the connection is closed\n", res.StatusCode)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%d\n", res.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		s.known[name] = res.Header.Get(name)
		if !hidden[name] {
			fmt.Fprintf(&out, "%s: %s\n", name, strings.Join(res.Header[name], ", "))
		}
	}
	var object map[string]any
	if json.Unmarshal(raw, &object) == nil {
		s.remember("body", object)
	}
	if len(raw) > 0 {
		out.WriteString("\n" + Readable(raw) + "\n")
	}
	text := tokens.ReplaceAllString(strings.ReplaceAll(out.String(), s.URL, "https://sandbox"), "{token}")
	text = strings.ReplaceAll(text, strings.TrimPrefix(s.URL, "https://"), "sandbox")
	if s.Mask != nil {
		text = s.Mask(text)
	}
	return "< " + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n< "), "\n< \n", "\n<\n") + "\n"
}

func (s *Stage) remember(at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			s.remember(at+"."+k, e)
		}
	case string:
		s.known[at] = v
	}
}

// Readable is a body with its XML or JSON on lines, and in hexadecimal when it is
// no text.
func Readable(raw []byte) string {
	var b bytes.Buffer
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\ufeff")))
	switch {
	case !utf8.Valid(raw):
		return fmt.Sprintf("%x", raw)
	case len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Indent(&b, trimmed, "", "  ") == nil:
		return b.String()
	case len(trimmed) > 0 && trimmed[0] == '<':
		d, e := xml.NewDecoder(bytes.NewReader(trimmed)), xml.NewEncoder(&b)
		e.Indent("", "  ")
		for {
			token, err := d.RawToken()
			if err == io.EOF && e.Flush() == nil {
				return b.String()
			}
			if err != nil || e.EncodeToken(token) != nil {
				return string(raw)
			}
		}
	}
	return string(bytes.TrimSuffix(raw, []byte("\n")))
}
