package azure_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

const listed = rg + "/resources"

// names are the names of a list's items, in order, or why it is not whole.
func names(t *testing.T, items []json.RawMessage, err error) string {
	t.Helper()
	if err != nil {
		return "error: " + err.Error()
	}
	var out []string
	for _, item := range items {
		var v struct{ Name string }
		if err := json.Unmarshal(item, &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v.Name)
	}
	return strings.Join(out, " ")
}

func TestListsFollowTheirPages(t *testing.T) {
	for name, link := range map[string]string{
		"$skip, as AML has it": "{host}{path}?api-version=2024-10-01&$skip=aHR0cA==",
		"$skipToken":           "{host}{path}?%24skipToken=a%2Bb%3D&api-version=other",
		"another path":         "{host}/subscriptions/0000/elsewhere?x",
		"relative":             "{path}?page=2",
		"only a query":         "?page=2",
		"with a space":         "{host}{path}?$filter=a eq 'b'",
		"with semicolons":      "{host}{path}?a=b;c=d",
		"in another case":      "{host}{path}?page=2&API-VERSION=x",
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			next := strings.NewReplacer("{host}", s.URL, "{path}", listed).Replace(link)
			serve := func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("api-version") == version && r.URL.Query().Get("$skip") == "" {
					quoted, _ := json.Marshal(next)
					reply(w, 200, `{"value":[{"name":"a"},{"name":"b"}],"nextLink":`+string(quoted)+`}`)
					return
				}
				reply(w, 200, `{"value":[{"name":"c"}],"nextLink":""}`)
			}
			s.on("GET "+listed, serve)
			s.on("GET /subscriptions/0000/elsewhere", serve)
			items, err := azure.All(s.client().List(t.Context(), listed, version))
			if got := names(t, items, err); got != "a b c" {
				t.Errorf("%s, after %v", got, s.asked)
			}
			if want := strings.ReplaceAll(strings.TrimPrefix(next, s.URL), " ", "%20"); !strings.HasSuffix(s.asked[1], want) {
				t.Errorf("asked %s, not verbatim %s", s.asked[1], want)
			}
		})
	}
}

func TestAListWhosePagesGoWrongIsNotWhole(t *testing.T) {
	for name, second := range map[string]http.HandlerFunc{
		"forbidden": answer(403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`),
		"malformed": answer(200, `{"value":[{"name":"c"}`),
		"gone":      answer(404, ``),
		"no list":   answer(200, `{}`),
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.turns("GET "+listed, answer(200, `{"value":[{"name":"a"}],"nextLink":"`+s.URL+listed+`?page=2"}`), second)
			if items, err := azure.All(s.client().List(t.Context(), listed, version)); err == nil || items != nil {
				t.Errorf("%d items, %v", len(items), err)
			}
		})
	}
}

func TestTheTokenGoesToNoOtherHost(t *testing.T) {
	other := newService(t)
	other.say("GET "+listed, 200, `{"value":[]}`)
	for name, link := range map[string]string{
		"another host":         other.URL + listed,
		"without TLS":          "http://127.0.0.1/x",
		"a host in the user":   "https://127.0.0.1@elsewhere.example/x",
		"a host below":         "https://arm.127.0.0.1.nip.example/x",
		"a protocol-relative":  strings.TrimPrefix(other.URL, "https:") + listed,
		"with user and secret": strings.Replace(other.URL, "https://", "https://u:p@", 1),
		"nonsense":             "https://[::",
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.say("GET "+listed, 200, `{"value":[],"nextLink":"`+link+`"}`)
			_, err := azure.All(s.client().List(t.Context(), listed, version))
			if !errors.Is(err, azure.ErrRefused) && !errors.Is(err, azure.ErrIncomplete) {
				t.Errorf("%v", err)
			}
			if len(s.requests()) != 1 || len(other.requests()) != 0 {
				t.Errorf("asked %v and %v", s.requests(), other.requests())
			}
		})
	}
	t.Run("redirection", func(t *testing.T) {
		s := newService(t)
		s.say("GET "+ws, 307, ``, "Location", other.URL+listed)
		_, err := s.client().Get(t.Context(), ws, version)
		if e := new(azure.Error); !errors.As(err, &e) || e.Status != 307 || len(other.requests()) != 0 {
			t.Errorf("%v; the other was asked %v", err, other.requests())
		}
	})
}

func TestPagesInACircleEnd(t *testing.T) {
	s := newService(t)
	s.on("GET "+listed, func(w http.ResponseWriter, r *http.Request) {
		page := map[string]string{"": "1", "1": "2", "2": "1"}[r.URL.Query().Get("page")]
		reply(w, 200, `{"value":[{"name":"a"}],"nextLink":"`+s.URL+listed+`?page=`+page+`"}`)
	})
	if _, err := azure.All(s.client().List(t.Context(), listed, version)); !errors.Is(err, azure.ErrIncomplete) || len(s.requests()) != 3 {
		t.Errorf("%v after %d requests", err, len(s.requests()))
	}
}

func TestAListCanBeLeft(t *testing.T) {
	s := newService(t)
	s.say("GET "+listed, 200, `{"value":[{"name":"a"},{"name":"b"}],"nextLink":"`+s.URL+listed+`?page=2"}`)
	for range s.client().List(t.Context(), listed, version) {
		break
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestListsByPost(t *testing.T) {
	const path = ws + "/listThings"
	for _, tc := range []struct {
		name   string
		second string // the method that the second page takes
		want   string
	}{{"POST all the way", "POST", "POST POST"}, {"further pages with GET", "GET", "POST POST GET"}} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			serve := func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Query().Get("page") == "":
					reply(w, 200, `{"value":[{"name":"a"}],"nextLink":"`+s.URL+path+`?page=2"}`)
				case r.Method != tc.second:
					reply(w, 405, ``)
				default:
					reply(w, 200, `{"value":[{"name":"b"}]}`)
				}
			}
			s.on("POST "+path, serve)
			s.on("GET "+path, serve)
			items, err := azure.All(s.client().ListPost(t.Context(), path, version, map[string]int{"a": 1}))
			if got := names(t, items, err); got != "a b" {
				t.Error(got)
			}
			var methods []string
			for i, r := range s.requests() {
				method, _, _ := strings.Cut(r, " ")
				methods = append(methods, method)
				if method == "POST" && s.bodies[i] != `{"a":1}` {
					t.Errorf("request %d has the body %s", i, s.bodies[i])
				}
			}
			if got := strings.Join(methods, " "); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}
