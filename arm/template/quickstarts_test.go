package template_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// quickstarts gives the folder of the shared sample templates.
func quickstarts(tb testing.TB) string {
	tb.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(shared, "data", "quickstarts")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		tb.Skipf("the sample templates are not at %s; set HOLDFAST_SHARED", dir)
	}
	return dir
}

// sample is a template with its parameter file, if it has one.
type sample struct {
	path       string
	src        []byte
	parameters []byte
}

func samples(tb testing.TB) []sample {
	tb.Helper()
	var list []sample
	err := filepath.WalkDir(quickstarts(tb), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		doc, _ := jsonc.Parse(path, src)
		if _, ok := template.SchemaScope(doc.Root().Get("$schema").Str()); !ok {
			return nil
		}
		s := sample{path: path, src: src}
		s.parameters, _ = os.ReadFile(strings.TrimSuffix(path, ".json") + ".parameters.json")
		list = append(list, s)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

var sampleScope = template.Options{
	SubscriptionID: "11111111-1111-1111-1111-111111111111", TenantID: "33333333-3333-3333-3333-333333333333",
	ResourceGroup: "rg", Location: "westeurope",
	UTCNow:  func() *time.Time { t := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC); return &t }(),
	NewGUID: "22222222-2222-2222-2222-222222222222",
}

// madeUp invents a value for a parameter that has neither default nor value in
// the parameter file.
func madeUp(p jsonc.Node) value.Value {
	if list := p.Get("allowedValues"); list.Len() > 0 {
		return value.FromNode(list.First())
	}
	low, _ := p.Get("minLength").Int()
	switch strings.ToLower(p.Get("type").Str()) {
	case "int":
		i, _ := p.Get("minValue").Int()
		return value.Int(max(i, 1))
	case "bool":
		return value.Bool(true)
	case "array":
		return value.Array(slices.Repeat([]value.Value{value.String("a")}, int(low)))
	case "object", "secureobject":
		return value.Object(nil)
	}
	if strings.HasSuffix(p.Key(), "Time") {
		return value.String("2026-01-01T08:30:00Z")
	}
	return value.String(strings.Repeat("a", max(int(low), 8)))
}

func (s sample) options(tmpl *template.Template) template.Options {
	opts := sampleScope
	given := jsonc.Node{}
	if s.parameters != nil {
		doc, _ := jsonc.Parse(strings.TrimSuffix(s.path, ".json")+".parameters.json", s.parameters)
		opts.ParameterFiles = []*jsonc.Document{doc}
		given = doc.Root().Get("parameters")
	}
	for p := range tmpl.Node().Get("parameters").Children() {
		if !p.Get("defaultValue").IsValid() && !given.Get(p.Key()).IsValid() {
			opts.Parameters = append(opts.Parameters, template.Assignment{Name: p.Key(), Value: madeUp(p)})
		}
	}
	opts.ReadFile = os.ReadFile
	return opts
}

func TestQuickstartsExpandWithoutErrors(t *testing.T) {
	for _, s := range samples(t) {
		name, _ := filepath.Rel(quickstarts(t), s.path)
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			doc, errs := jsonc.Parse(s.path, s.src)
			for _, e := range errs {
				t.Errorf("%v", e)
			}
			tmpl, _ := template.Parse(doc)
			x, err := tmpl.Expand(context.Background(), s.options(tmpl))
			if err != nil {
				t.Fatal(err)
			}
			linked := true
			for _, d := range x.Diagnostics {
				if d.Severity == template.Error {
					t.Errorf("%s", d)
				}
				if d.Code == template.CodeLinkedTemplate && d.Severity == template.Warning {
					linked = false
				}
			}
			if len(x.Resources)+len(x.Skipped) == 0 {
				t.Error("there are no resources")
			}
			for _, r := range x.Resources {
				if linked && strings.Contains(r.ID.Text(), "{") {
					t.Errorf("the id %s is not known whole", r.ID.Text())
				}
				if !json.Valid(r.Body.AppendJSON(nil)) {
					t.Errorf("the body of %s is not JSON", r.ID.Text())
				}
			}
		})
	}
}

// Without facts and parameters everything still expands; nothing is invented.
func TestQuickstartsExpandWithNothingGiven(t *testing.T) {
	for _, s := range samples(t) {
		name, _ := filepath.Rel(quickstarts(t), s.path)
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			doc, _ := jsonc.Parse(s.path, s.src)
			tmpl, _ := template.Parse(doc)
			x, err := tmpl.Expand(context.Background(), template.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range x.Diagnostics {
				if d.Severity == template.Error {
					t.Errorf("%s", d)
				}
			}
		})
	}
}

// BenchmarkQuickstarts puts parsing and expanding beside plain decoding of the
// same bytes.
func BenchmarkQuickstarts(b *testing.B) {
	list := samples(b)
	size := 0
	for _, s := range list {
		size += len(s.src)
	}
	options := make([]template.Options, len(list))
	for i, s := range list {
		doc, _ := jsonc.Parse(s.path, s.src)
		tmpl, _ := template.Parse(doc)
		options[i] = s.options(tmpl)
		options[i].ReadFile = nil
	}
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, s := range list {
				var v any
				_ = json.Unmarshal(s.src, &v) // files with comments end at the first
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, s := range list {
				doc, _ := jsonc.Parse(s.path, s.src)
				template.Parse(doc)
			}
		}
	})
	b.Run("parse-and-expand", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for i, s := range list {
				doc, _ := jsonc.Parse(s.path, s.src)
				tmpl, _ := template.Parse(doc)
				if _, err := tmpl.Expand(context.Background(), options[i]); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
