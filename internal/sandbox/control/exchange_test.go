package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// step is a request of an exchange, or a time that passes.
type step struct {
	method, path, body string
	header             []string
	wait               time.Duration
}

// shown are the headers that an exchange shows.
var shown = []string{"Azure-AsyncOperation", "Location", "Retry-After", "ETag", "WWW-Authenticate", "x-ms-async-operation-timeout", "x-ms-failure-cause"}

// TestExchangesAreAsTheyWere plays conversations with the control plane and
// compares what went to and fro, line by line, with testdata/*.http.
func TestExchangesAreAsTheyWere(t *testing.T) {
	const (
		here    = `{"location":"westeurope"}`
		red     = `{"location":"westeurope","properties":{"colour":"red"}}`
		locks   = "/providers/Microsoft.Authorization/locks"
		lockAPI = "?api-version=2020-05-01"
		toyAPI  = "?api-version=" + version
		api     = "?api-version=2021-04-01"
		dolls   = group + "/providers/Toy.Box/dolls/ann"
		deleted = subPath + "/providers/Toy.Box/locations/westeurope/deletedDolls"
	)
	for name, steps := range map[string][]step{
		"create": {
			{method: "PUT", path: box + toyAPI, body: `{"location":"West Europe","sku":{"name":"LARGE"},"tags":{"a":"1"},"properties":{"colour":"red","code":"secret"}}`},
			{method: "GET", path: box + toyAPI},
			{method: "PATCH", path: box + toyAPI, body: `{"tags":{"b":"2"}}`},
			{method: "HEAD", path: box + toyAPI},
			{method: "POST", path: box + "/listKeys" + toyAPI},
			{method: "DELETE", path: box + toyAPI},
			{method: "DELETE", path: box + toyAPI},
			{method: "GET", path: box + toyAPI},
		},
		"async": {
			{method: "PUT", path: train + toyAPI, body: here},
			{method: "GET", path: "{Azure-AsyncOperation}"},
			{method: "PUT", path: train + toyAPI, body: here},
			{wait: time.Minute},
			{method: "GET", path: "{Azure-AsyncOperation}"},
			{method: "GET", path: train + toyAPI},
		},
		"location": {
			{method: "PUT", path: order + toyAPI, body: here},
			{wait: time.Minute},
			{method: "GET", path: "{Location}"},
			{method: "DELETE", path: order + toyAPI},
			{method: "GET", path: "{Location}"},
			{wait: time.Minute},
			{method: "GET", path: "{Location}"},
		},
		"group": {
			{method: "PUT", path: subPath + "/resourcegroups/new" + api, body: `{"location":"North Europe","tags":{"a":"1"}}`},
			{method: "HEAD", path: subPath + "/resourcegroups/new" + api},
			{method: "GET", path: subPath + "/resourcegroups" + api + "&$top=1"},
			{method: "DELETE", path: subPath + "/resourcegroups/new" + api},
			{method: "GET", path: "{Location}"},
			{method: "GET", path: subPath + "/resourcegroups/new" + api},
			{method: "PUT", path: subPath + "/resourcegroups/new" + api, body: `{"location":"North Europe"}`},
			{wait: time.Minute},
			{method: "GET", path: "{Location}"},
			{method: "GET", path: subPath + "/resourcegroups/new" + api},
		},
		"refusals": {
			{method: "GET", path: group},
			{method: "GET", path: group + api, header: []string{"Authorization", ""}},
			{method: "GET", path: group + "?api-version=1999-01-01"},
			{method: "PUT", path: box + toyAPI, body: `{"location":`},
			{method: "PUT", path: box + toyAPI, body: `{"location":"westeurope"}`},
			{method: "PUT", path: box + toyAPI, body: `{"location":"westeurope","size":3}`},
			{method: "PUT", path: box + "/blocks/b" + toyAPI, body: `{}`},
			{method: "GET", path: group + "/providers/Toy.Box/cars/c" + toyAPI},
			{method: "GET", path: "/subscriptions/x/resourceGroups" + api},
			{method: "POST", path: group + "/exportTemplate" + api, body: "{}"},
		},
		"locks": {
			{method: "PUT", path: box + toyAPI, body: red},
			{method: "PUT", path: group + locks + "/keep" + lockAPI, body: `{"properties":{"level":"CanNotDelete","notes":"please"}}`},
			{method: "DELETE", path: box + toyAPI},
			{method: "DELETE", path: group + api},
			{method: "GET", path: box + locks + lockAPI},
			{method: "DELETE", path: group + locks + "/keep" + lockAPI},
			{method: "DELETE", path: box + toyAPI},
		},
		"recover": {
			{method: "PUT", path: dolls + toyAPI, body: `{"location":"westeurope","tags":{"a":"1"},"properties":{"precious":true}}`},
			{method: "DELETE", path: dolls + toyAPI},
			{method: "GET", path: deleted + toyAPI},
			{method: "PUT", path: dolls + toyAPI, body: here},
			{method: "POST", path: deleted + "/ann/purge" + toyAPI},
			{method: "PUT", path: dolls + toyAPI, body: `{"location":"westeurope","properties":{"createMode":"recover"}}`},
			{method: "GET", path: deleted + "/ann" + toyAPI},
		},
		"etags": {
			{method: "PUT", path: box + toyAPI, body: red},
			{method: "PUT", path: box + toyAPI, body: red, header: []string{"If-None-Match", "*"}},
			{method: "PUT", path: box + toyAPI, body: red, header: []string{"If-Match", `W/"other"`}},
			{method: "GET", path: box + toyAPI, header: []string{"If-None-Match", "{ETag}"}},
			{method: "DELETE", path: box + toyAPI, header: []string{"If-Match", "{ETag}"}},
		},
		"tags": {
			{method: "PUT", path: subPath + "/providers/Microsoft.Resources/tags/default" + api, body: `{"properties":{"tags":{"a":"1"}}}`},
			{method: "PATCH", path: subPath + "/providers/Microsoft.Resources/tags/default" + api, body: `{"operation":"Merge","properties":{"tags":{"b":"2"}}}`},
			{method: "GET", path: subPath + api},
			{method: "DELETE", path: subPath + "/providers/Microsoft.Resources/tags/default" + api},
			{method: "GET", path: subPath + "/tagNames" + api},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := play(openShop(t), steps)
			file := filepath.Join("testdata", name+".http")
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s (%v; -update writes it anew):\n%s", file, err, got)
			}
		})
	}
}

// play sends the requests one after the other. {Name} in a path or header is what
// the last answer with that header had.
func play(s *sandbox, steps []step) []byte {
	var out bytes.Buffer
	last := map[string]string{}
	fill := func(text string) string {
		for name, v := range last {
			text = strings.ReplaceAll(text, "{"+name+"}", v)
		}
		return text
	}
	for _, st := range steps {
		if st.wait > 0 {
			s.advance(st.wait)
			fmt.Fprintf(&out, "... %v\n\n", st.wait)
			continue
		}
		path := fill(st.path)
		fmt.Fprintf(&out, "> %s %s\n", st.method, strings.TrimPrefix(path, s.url))
		var header []string
		for i, h := range st.header {
			header = append(header, fill(h))
			if i%2 == 1 {
				fmt.Fprintf(&out, "> %s: %s\n", st.header[i-1], fill(h))
			}
		}
		if st.body != "" {
			fmt.Fprintf(&out, "> %s\n", st.body)
		}
		r := s.raw(st.method, path, st.body, header...)
		fmt.Fprintf(&out, "< %d\n", r.status)
		for _, name := range shown {
			if v := r.header.Get(name); v != "" {
				last[name] = v
				fmt.Fprintf(&out, "< %s: %s\n", name, v)
			}
		}
		out.Write(shorten(r.text))
		out.WriteByte('\n')
	}
	return bytes.ReplaceAll(out.Bytes(), []byte(s.url), []byte("https://arm"))
}

// shorten indents a body and cuts its long texts.
func shorten(text string) []byte {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return []byte(text + "\n")
	}
	var cut func(v any) any
	cut = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range sorted(v) {
				v[k] = cut(v[k])
			}
		case []any:
			for i := range v {
				v[i] = cut(v[i])
			}
		case string:
			if len(v) > 240 {
				return v[:240] + "..."
			}
		}
		return v
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(cut(v))
	return b.Bytes()
}
