package providers_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

var update = flag.Bool("update", false, "rewrite the expected answers")

// script is a conversation with one namespace. Its lines are comments, times
// that pass ("wait 45m") and requests: a method, what follows the group's
// providers or a whole path, with @ and an api-version where it is not the newest
// one, and a body.
type script struct {
	b   *trial.Bench
	out bytes.Buffer
	// made is the first body that Azure took of each type, with its path.
	made map[string]sample
	// asked are the types that anything was asked of.
	asked map[string]bool
}

type sample struct{ path, version, body string }

// TestTypesAnswerAsTheyDid plays testdata/*.script and compares what was answered
// with testdata/*.http; -update rewrites the latter. What a PUT makes is shown as
// a GET shows it when its operation has ended.
func TestTypesAnswerAsTheyDid(t *testing.T) {
	for _, file := range scripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".script"), func(t *testing.T) {
			golden(t, strings.TrimSuffix(file, ".script")+".http", play(t, file).out.Bytes())
		})
	}
}

// TestTypesRefuseAsTheyDid breaks each rule that a type's data has, one at a time,
// in the bodies of the scripts, and compares the refusals with
// testdata/*.refused.
func TestTypesRefuseAsTheyDid(t *testing.T) {
	for _, file := range scripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".script"), func(t *testing.T) {
			s := play(t, file)
			s.out.Reset()
			s.refusals()
			golden(t, strings.TrimSuffix(file, ".script")+".refused", s.out.Bytes())
		})
	}
}

// TestScriptsHaveEveryTypeAndAction wants no type or action without an expected
// answer.
func TestScriptsHaveEveryTypeAndAction(t *testing.T) {
	said, asked := "", map[string]bool{}
	for _, file := range scripts(t) {
		maps.Copy(asked, play(t, file).asked)
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		said += strings.ToLower(string(src))
	}
	for _, typ := range trial.New(t).Control.Types() {
		if space, _, _ := strings.Cut(typ.Name, "/"); space == "Microsoft.Authorization" || space == "Microsoft.ResourceHealth" || space == "Microsoft.Resources" {
			continue // ARM's own
		}
		if !asked[typ.Name] && !strings.HasSuffix(typ.Name, "/locations") && !strings.HasSuffix(typ.Name, "/privateEndpointConnections") {
			t.Errorf("no script asks for a %s", typ.Name)
		}
		for _, action := range slices.Concat(slices.Collect(maps.Keys(typ.Hooks.Actions)), slices.Collect(maps.Keys(typ.Hooks.Reads))) {
			if !strings.Contains(said, "/"+action) {
				t.Errorf("no script asks a %s to %s", typ.Name, action)
			}
		}
	}
}

func scripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.script")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	return files
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s:%d differs: it is\n%s\nand was\n%s", file, i+1, strings.Join(g[i:min(i+5, len(g))], "\n"), strings.Join(w[min(i, len(w)):min(i+5, len(w))], "\n"))
		}
	}
	t.Fatalf("%s has %d lines, now there are %d", file, len(w), len(g))
}

func play(t *testing.T, file string) *script {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{b: trial.New(t), made: map[string]sample{}, asked: map[string]bool{}}
	s.b.Control.Unthrottled = true // the buckets fill with real time
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		verb, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "":
		case verb == "#":
			fmt.Fprintf(&s.out, "\n%s\n", line)
		case verb == "wait":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			s.b.Advance(d)
		default:
			path, body, _ := strings.Cut(rest, " ")
			s.do(verb, path, body)
		}
	}
	return s
}

// do sends a request and writes what is answered.
func (s *script) do(method, path, body string) {
	body = strings.NewReplacer("{group}", trial.Group, "{tenant}", trial.Tenant).Replace(body)
	fmt.Fprintf(&s.out, "\n%s %s %s\n", method, path, body)
	path, version, _ := strings.Cut(path, "@")
	if typ := s.typeOf(path); typ != nil {
		s.asked[typ.Name] = true
	}
	status, o := s.send(method, path, version, body)
	fmt.Fprintf(&s.out, "%d\n", status)
	if method == http.MethodPut && status < 400 {
		s.b.Settle()
		if status, shown := s.send(http.MethodGet, path, version, ""); status == http.StatusOK {
			o = shown
		}
		if typ := object.Text(o, "type"); typ != "" {
			if _, ok := s.made[strings.ToLower(typ)]; !ok {
				s.made[strings.ToLower(typ)] = sample{path, version, body}
			}
		}
	}
	s.show(o)
	if status == http.StatusAccepted {
		s.b.Settle()
	}
}

func (s *script) show(o object.Object) {
	if o == nil {
		return
	}
	pretty, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		s.b.T.Fatal(err)
	}
	text := strings.ReplaceAll(string(pretty), trial.Group, "{group}")
	s.out.WriteString(strings.ReplaceAll(text, "/subscriptions/"+trial.Subscription, "{subscription}") + "\n")
}

// send asks the control plane as a client does.
func (s *script) send(method, path, version, body string) (int, object.Object) {
	s.b.T.Helper()
	path, query, _ := strings.Cut(path, "?")
	if version == "" {
		version = s.newest(path)
	}
	r := httptest.NewRequest(method, "https://127.0.0.1:8443"+trial.ID(path)+"?api-version="+version+"&"+query, strings.NewReader(body))
	rw := httptest.NewRecorder()
	s.b.Control.ServeHTTP(rw, r)
	if len(bytes.TrimSpace(rw.Body.Bytes())) == 0 {
		return rw.Code, nil
	}
	var o object.Object
	if rw.Body.Bytes()[0] == '[' {
		o = object.Must(fmt.Appendf(nil, `{"list": %s}`, rw.Body))
	} else {
		o = object.Must(rw.Body.Bytes())
	}
	return rw.Code, o
}

// newest is the newest api-version of the type in a path that has one.
func (s *script) newest(path string) string {
	if t := s.typeOf(path); t != nil {
		return t.APIVersions[0]
	}
	parts := strings.Split(path, "/providers/")
	space, _, _ := strings.Cut(parts[len(parts)-1], "/")
	for _, t := range s.b.Control.Types() {
		if strings.HasPrefix(strings.ToLower(t.Name), strings.ToLower(space)+"/") {
			return t.APIVersions[0]
		}
	}
	return "2021-04-01"
}

// typeOf finds the type of what a path names, or of what it stands below.
func (s *script) typeOf(path string) *provider.Type {
	parts := strings.Split(path, "/providers/")
	segments := strings.Split(parts[len(parts)-1], "/")
	name := segments[0]
	var found *provider.Type
	for i := 1; i < len(segments); i += 2 {
		name += "/" + segments[i]
		if t := s.b.Control.Type(name); t != nil {
			found = t
		}
	}
	return found
}

// refusals breaks the rules of each type that the script has made.
func (s *script) refusals() {
	for _, name := range slices.Sorted(maps.Keys(s.made)) {
		from, typ := s.made[name], s.b.Control.Type(name)
		i := strings.LastIndexByte(from.path, '/')
		above, last := from.path[:i+1], from.path[i+1:]
		fmt.Fprintf(&s.out, "\n# %s\n", typ.Name)
		for _, bad := range []string{"x_-", strings.Repeat("a", 300), "a%20b"} {
			s.refused(above+bad, from.version, from.body)
		}
		s.refused(from.path, "1999-01-01", from.body)
		if typ.Kind == "tracked" && !typ.Global {
			s.refused(above+"n"+last, from.version, with(from.body, "location", "mars"))
			s.refused(from.path, from.version, with(from.body, "location", "japaneast"))
		}
		for _, path := range slices.Sorted(maps.Keys(typ.Allowed)) {
			s.refused(above+"n"+last, from.version, with(from.body, path, "nonsense"))
		}
		for _, path := range typ.Required {
			s.refused(above+"n"+last, from.version, with(from.body, path, nil))
		}
		for _, path := range typ.Immutable {
			was := object.Get(object.Must([]byte(from.body)), path)
			other := any("other")
			if _, ok := was.(bool); ok || strings.Contains(path, ".is") || strings.HasSuffix(path, "nabled") {
				other = was != true
			}
			s.refused(from.path, from.version, with(from.body, path, other))
		}
		if typ.Naming.Unique == "global" && !strings.HasPrefix(from.path, "/") {
			s.send(http.MethodPut, "/subscriptions/"+trial.Subscription+"/resourceGroups/other", "2021-04-01", `{"location":"westeurope"}`)
			s.refused("/subscriptions/"+trial.Subscription+"/resourceGroups/other/providers/"+from.path, from.version, from.body)
		}
		if len(typ.Hooks.Actions) > 0 {
			s.line(http.MethodPost, from.path+"/nonsense", from.version, "{}")
		}
	}
}

func with(body, path string, v any) string {
	o := object.Must([]byte(body))
	if v == nil {
		object.Delete(o, path)
	} else {
		object.Set(o, path, v)
	}
	return string(object.Encode(o))
}

// refused sends a PUT and writes the answer when it is a refusal; what is taken
// is said so.
func (s *script) refused(path, version, body string) { s.line(http.MethodPut, path, version, body) }

func (s *script) line(method, path, version, body string) {
	status, o := s.send(method, path, version, body)
	if version != "" {
		version = "@" + version
	}
	body = strings.ReplaceAll(body, trial.Group, "{group}")
	if len(path) > 200 {
		path = path[:60] + "..."
	}
	fmt.Fprintf(&s.out, "\n%s %s%s %s\n%d\n", method, strings.ReplaceAll(path, "/subscriptions/"+trial.Subscription, "{subscription}"), version, body, status)
	if status >= 400 {
		s.show(o)
	} else {
		s.b.Settle()
	}
}
