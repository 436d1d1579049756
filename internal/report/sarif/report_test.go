package sarif_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/sarif"
	gosarif "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func write(t testing.TB, r *assess.Result, opt report.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sarif.Write(&b, r, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReportGolden(t *testing.T) {
	reporttest.Golden(t, "contoso.sarif", write(t, reporttest.Contoso(t), reporttest.Options()))
}

func TestReportsFollowTheSchema(t *testing.T) {
	schema := schema(t)
	for name, r := range reporttest.All(t) {
		t.Run(name, func(t *testing.T) {
			out := write(t, r, reporttest.Options())
			instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(instance); err != nil {
				t.Error(err)
			}
			if _, err := gosarif.FromBytes(out); err != nil {
				t.Errorf("another library cannot read it: %v", err)
			}
		})
	}
}

// schema is the one of OASIS, which go-sarif carries as a constant.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	pkg, err := build.Import("github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && len(lit.Value) > len(text) {
			text = lit.Value
		}
		return true
	})
	text, err = strconv.Unquote(text)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("sarif.json")
}

type doc struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID      string
					HelpURI string
					Help    struct{ Text, Markdown string }
				}
			}
		}
		Invocations []struct {
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []struct {
			RuleID, Kind, Level, BaselineState string
			RuleIndex                          int
			Message                            struct{ Text string }
			PartialFingerprints                map[string]string
			Suppressions                       []struct{ Kind, Status, Justification string }
			Locations                          []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI, URIBaseID string }
					Region           struct{ StartLine, StartColumn int }
				}
			}
		}
	}
}

func read(t *testing.T, out []byte) doc {
	t.Helper()
	var d doc
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFindingsStandAtTheirLines(t *testing.T) {
	d := read(t, write(t, reporttest.Contoso(t), reporttest.Options()))
	first := d.Runs[0].Results[0]
	at := first.Locations[0].PhysicalLocation
	if at.ArtifactLocation.URI != "infra/azuredeploy.json" || at.Region.StartLine != 54 || at.Region.StartColumn != 17 {
		t.Errorf("it stands at %+v", at)
	}
	if first.Level != "error" || first.Kind != "fail" || first.PartialFingerprints["holdfast/v1"] != "1f2e3d4c5b6a7988" {
		t.Errorf("it is %+v", first)
	}
	for _, r := range d.Runs[0].Results {
		if d.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the index of %s names another rule", r.RuleID)
		}
	}
}

func TestStatuses(t *testing.T) {
	got := map[string]int{}
	for _, r := range read(t, write(t, reporttest.Contoso(t), reporttest.Options())).Runs[0].Results {
		key := r.Kind + " " + r.Level
		for _, s := range r.Suppressions {
			key += " " + s.Status + ": " + s.Justification
		}
		got[key]++
	}
	for key, n := range map[string]int{"fail error": 2, "fail warning": 1, "open none": 1,
		"fail note accepted: images are built in each region (platform), until 2027-06-30": 1} {
		if got[key] != n {
			t.Errorf("%d results are %q, want %d; all: %v", got[key], key, n, got)
		}
	}
}

func TestBaselineStates(t *testing.T) {
	r := reporttest.Contoso(t)
	r.Findings[0].Known = true
	r.Summary = reporttest.Summarize(r)
	states := ""
	for _, x := range read(t, write(t, r, reporttest.Options())).Runs[0].Results {
		states += x.BaselineState + " "
	}
	if states != "unchanged new new new new " {
		t.Errorf("got %s", states)
	}
}

func TestWhatWasNotSeenIsTold(t *testing.T) {
	d := read(t, write(t, reporttest.Contoso(t), reporttest.Options()))
	for _, n := range d.Runs[0].Invocations[0].ToolExecutionNotifications {
		if strings.HasPrefix(n.Message.Text, "Not seen: linked template") {
			return
		}
	}
	t.Error("no notification tells what was not seen")
}

func TestLimits(t *testing.T) {
	r := reporttest.Contoso(t)
	one := r.Findings[0]
	one.Message = strings.Repeat("é", 2000)
	r.Findings = nil
	for range 25010 {
		r.Findings = append(r.Findings, one)
	}
	run := read(t, write(t, r, reporttest.Options())).Runs[0]
	if len(run.Results) != 25000 {
		t.Errorf("%d results", len(run.Results))
	}
	if text := run.Results[0].Message.Text; len(text) > 1024 || !utf8.ValidString(text) {
		t.Errorf("a message of %d bytes", len(text))
	}
	if text := run.Invocations[0].ToolExecutionNotifications[0].Message.Text; !strings.HasPrefix(text, "10 results are left out") {
		t.Errorf("nothing tells of the results that are left out: %s", text)
	}
}

func TestAddressesOfFiles(t *testing.T) {
	base := filepath.Join(string(filepath.Separator), "repo")
	for _, tt := range []struct{ file, want, baseID string }{
		{"main.json", "main.json", "%SRCROOT%"},
		{"./infra/../main.json", "main.json", "%SRCROOT%"},
		{"a b/ü#1?.json", "a%20b/%C3%BC%231%3F.json", "%SRCROOT%"},
		{filepath.Join(base, "infra", "main.json"), "infra/main.json", "%SRCROOT%"},
		{filepath.Join(string(filepath.Separator), "else", "main.json"), "file:///else/main.json", ""},
		{"c:main.json", "./c:main.json", "%SRCROOT%"},
		{"", "infra/azuredeploy.json", "%SRCROOT%"},
	} {
		r := reporttest.Contoso(t)
		r.Findings = r.Findings[:1]
		r.Findings[0].Origin.File = tt.file
		r.Findings[0].Resource.Origin.File = ""
		opt := reporttest.Options()
		opt.Base = base
		at := read(t, write(t, r, opt)).Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation
		if at.URI != tt.want || at.URIBaseID != tt.baseID {
			t.Errorf("%q is at %q below %q, want %q", tt.file, at.URI, at.URIBaseID, tt.want)
		}
		if _, err := url.Parse(at.URI); err != nil {
			t.Error(err)
		}
	}
}
