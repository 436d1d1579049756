package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func write(t testing.TB, r *assess.Result, opt report.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Write(&b, r, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReportGolden(t *testing.T) {
	reporttest.Golden(t, "contoso.json", write(t, reporttest.Contoso(t), reporttest.Options()))
}

func TestReportsFollowTheirSchema(t *testing.T) {
	schema := compile(t)
	for name, r := range reporttest.All(t) {
		t.Run(name, func(t *testing.T) {
			out := write(t, r, reporttest.Options())
			instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
			if err != nil {
				t.Fatalf("not JSON: %v\n%.2000s", err, out)
			}
			if err := schema.Validate(instance); err != nil {
				t.Error(err)
			}
		})
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(json.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("report.json")
}

// The keys that were promised; more may come, none may go.
func TestPromisedKeys(t *testing.T) {
	var doc map[string]any
	if err := stdjson.Unmarshal(write(t, reporttest.Contoso(t), reporttest.Options()), &doc); err != nil {
		t.Fatal(err)
	}
	for path, keys := range map[string]string{
		"":                             "schemaVersion target estate outages findings summary",
		"estate.resources[]":           "id type name location zones service roles managedBy haByDefault external origin",
		"estate.resources[].origin":    "file line column pointer",
		"estate.relations[]":           "from to role",
		"outages[]":                    "scope region zone service resource impacts",
		"outages[].impacts[]":          "capability effect rtoSeconds rpoSeconds because workspace",
		"findings[]":                   "rule title status severity resource origin message remedy sources peers evidence takes unknowns suppression fingerprint known",
		"findings[].peers":             "psrule checkov trivy aprl azqr",
		"findings[].evidence[].origin": "file line column pointer",
	} {
		for _, at := range follow(doc, path) {
			object, ok := at.(map[string]any)
			if !ok {
				continue // a place that is not known is null
			}
			for _, key := range strings.Fields(keys) {
				if _, ok := object[key]; !ok {
					t.Errorf("%s has no key %q", path, key)
				}
			}
		}
	}
}

// follow gives the values at a path such as a.b[].c.
func follow(v any, path string) []any {
	all := []any{v}
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' }) {
		name, each := strings.CutSuffix(step, "[]")
		var next []any
		for _, x := range all {
			m, _ := x.(map[string]any)
			if list, ok := m[name].([]any); ok && each {
				next = append(next, list...)
			} else if !each {
				next = append(next, m[name])
			}
		}
		all = next
	}
	return all
}

func TestWordsAreTheCatalogs(t *testing.T) {
	out := string(write(t, reporttest.Contoso(t), reporttest.Options()))
	for _, want := range []string{`"managedBy":"microsoft"`, `"managedBy":"customer"`, `"haByDefault":"yes"`, `"haByDefault":"no"`, `"haByDefault":"notApplicable"`,
		`"rtoSeconds":null,"rto":"outage"`, `"rtoSeconds":3600,"rto":"upTo"`, `"rtoSeconds":0,"rto":"figure"`} {
		if !strings.Contains(out, want) {
			t.Errorf("nothing says %s", want)
		}
	}
}

// Findings of rules that do not apply are listed as long as they are few, and
// counted when they are not.
func TestIdleFindingsAreListedOrCounted(t *testing.T) {
	r := reporttest.Calm(t)
	for range 20010 {
		f := r.Findings[0]
		f.Status = assess.NotApplicable
		r.Findings = append(r.Findings, f)
	}
	r.Summary = reporttest.Summarize(r)
	for _, verbose := range []bool{false, true} {
		var doc struct {
			Findings []struct{ Status string }
			Summary  struct{ Findings, NotApplicable, NotListed int }
		}
		opt := reporttest.Options()
		opt.Verbose = verbose
		if err := stdjson.Unmarshal(write(t, r, opt), &doc); err != nil {
			t.Fatal(err)
		}
		want := 10
		if verbose {
			want = 0
		}
		if doc.Summary.NotListed != want || len(doc.Findings)+want != doc.Summary.Findings || doc.Summary.NotApplicable != 20010 {
			t.Errorf("verbose %v: %d findings listed, %d not, of %d", verbose, len(doc.Findings), doc.Summary.NotListed, doc.Summary.Findings)
		}
	}
}

// Facts and needs are told once; causes name them by number.
func TestCausesNameTheirFacts(t *testing.T) {
	var doc struct {
		Outages []struct {
			Impacts []struct {
				Causes []struct {
					State string
					Fact  *int
				}
			}
		}
		Facts []struct{ State, Why string }
	}
	if err := stdjson.Unmarshal(write(t, reporttest.Contoso(t), reporttest.Options()), &doc); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, o := range doc.Outages {
		for _, m := range o.Impacts {
			for _, c := range m.Causes {
				if c.Fact == nil {
					continue
				}
				seen++
				if *c.Fact >= len(doc.Facts) || doc.Facts[*c.Fact].State != c.State {
					t.Errorf("a cause that is %s names fact %d", c.State, *c.Fact)
				}
			}
		}
	}
	if seen == 0 || len(doc.Facts) != 4 {
		t.Errorf("%d causes name %d facts", seen, len(doc.Facts))
	}
}

// A report may not need memory in the order of its own size.
func TestWritingDoesNotCopyTheReport(t *testing.T) {
	r := reporttest.Fleet(t, 200)
	size := len(write(t, r, report.Options{}))
	b := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if err := json.Write(io.Discard, r, report.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	if got := b.AllocedBytesPerOp(); got > int64(size)/4+128<<10 {
		t.Errorf("%d bytes allocated to write %d", got, size)
	}
}

func TestWriteErrorsComeBack(t *testing.T) {
	boom := errors.New("disk full")
	if err := json.Write(failing{boom}, reporttest.Contoso(t), report.Options{}); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestNothingAtAll(t *testing.T) {
	out := write(t, &assess.Result{Estate: estate.Build(nil, nil, estate.Coverage{})}, report.Options{})
	if !stdjson.Valid(out) {
		t.Errorf("not JSON: %s", out)
	}
}

func BenchmarkWrite(b *testing.B) {
	r := reporttest.Fleet(b, 1000)
	b.SetBytes(int64(len(write(b, r, report.Options{}))))
	b.ReportAllocs()
	for b.Loop() {
		if err := json.Write(io.Discard, r, report.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
