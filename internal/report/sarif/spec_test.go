package sarif_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// follow gives the value at a path such as runs.0.results.0.level as JSON.
func follow(t *testing.T, out []byte, path string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			n := 0
			if json.Unmarshal([]byte(step), &n) != nil || n >= len(x) {
				return "none"
			}
			v = x[n]
		default:
			return "none"
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMembers(t *testing.T) {
	out := write(t, reporttest.Contoso(t), reporttest.Options())
	for path, want := range map[string]string{
		"version":                                                                    `"2.1.0"`,
		"runs.0.tool.driver.name":                                                    `"holdfast"`,
		"runs.0.tool.driver.semanticVersion":                                         `"0.1.0"`,
		"runs.0.automationDetails.id":                                                `"holdfast/production/"`,
		"runs.0.columnKind":                                                          `"unicodeCodePoints"`,
		"runs.0.invocations.0.executionSuccessful":                                   `true`,
		"runs.0.tool.driver.rules.0.id":                                              `"default-storage-zone"`,
		"runs.0.tool.driver.rules.0.name":                                            `"DefaultStorageZone"`,
		"runs.0.tool.driver.rules.0.helpUri":                                         `"https://learn.microsoft.com/azure/storage/common/storage-redundancy"`,
		"runs.0.tool.driver.rules.0.defaultConfiguration.level":                      `"error"`,
		"runs.0.tool.driver.rules.0.properties.tags":                                 `["resilience","azure-machine-learning","zone-outage","azure-storage"]`,
		"runs.0.tool.driver.rules.2.properties.tags":                                 `["resilience","azure-machine-learning","key-vault"]`,
		"runs.0.tool.driver.rules.2.defaultConfiguration.level":                      `"warning"`,
		"runs.0.tool.driver.rules.3.properties.problem.severity":                     `"none"`,
		"runs.0.results.0.ruleId":                                                    `"default-storage-zone"`,
		"runs.0.results.0.level":                                                     `"error"`,
		"runs.0.results.0.locations.0.logicalLocations.0.name":                       `"stcontosoml"`,
		"runs.0.results.0.locations.0.logicalLocations.0.kind":                       `"resource"`,
		"runs.0.results.0.properties.managedBy":                                      `"customer"`,
		"runs.0.results.0.properties.severity":                                       `"critical"`,
		"runs.0.results.0.partialFingerprints.primaryLocationLineHash":               `"1f2e3d4c5b6a7988:1"`,
		"runs.0.results.3.kind":                                                      `"open"`,
		"runs.0.results.3.level":                                                     `"none"`,
		"runs.0.results.4.suppressions.0.kind":                                       `"external"`,
		"runs.0.results.4.suppressions.0.location.physicalLocation.region.startLine": `4`,
		"runs.0.results.5":                                                           `"none"`, // what passes or does not apply is not there
		"runs.0.invocations.0.toolExecutionNotifications.1.level":                    `"warning"`,
		"runs.0.properties.notSeen":                                                  `1`,
		"runs.0.properties.catalogAsOf":                                              `"2026-05-04"`,
	} {
		got := follow(t, out, path)
		if got == "none" {
			got = `"none"`
		}
		if want == `"none"` && got == "null" {
			continue
		}
		if got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func TestUnusualResults(t *testing.T) {
	for _, tt := range []struct {
		what   string
		change func(*assess.Result, *report.Options)
		path   string
		want   string
	}{
		{"no target", func(r *assess.Result, _ *report.Options) { r.Target = nil }, "automationDetails.id", `"holdfast/none/"`},
		{"a version with a v", func(_ *assess.Result, o *report.Options) { o.Tool.Version = "v1.2.3-rc.1" }, "tool.driver.semanticVersion", `"1.2.3-rc.1"`},
		{"a version that is none", func(_ *assess.Result, o *report.Options) { o.Tool.Version = "devel" }, "tool.driver.semanticVersion", `null`},
		{"no version", func(_ *assess.Result, o *report.Options) { o.Tool.Version = "" }, "tool.driver.version", `null`},
		{"another tool", func(_ *assess.Result, o *report.Options) { o.Tool.Name = "other" }, "tool.driver.name", `"other"`},
		{"no catalog", func(r *assess.Result, _ *report.Options) { r.Catalog = nil }, "properties.catalogAsOf", `null`},
		{"no catalog, no links", func(r *assess.Result, _ *report.Options) { r.Catalog = nil }, "tool.driver.rules.0.helpUri", `"https://github.com/holdfast-ml/holdfast"`},
		{"no rule", func(r *assess.Result, _ *report.Options) { r.Findings[0].Rule = nil }, "results.0.ruleId", `"holdfast"`},
		{"no fingerprint", func(r *assess.Result, _ *report.Options) { r.Findings[0].Fingerprint = "" }, "results.0.partialFingerprints", `null`},
		{"no message", func(r *assess.Result, _ *report.Options) {
			f := &r.Findings[2]
			f.Message, f.Takes, f.Remedy = "", nil, "Turn it on."
		}, "results.2.message.text", `"The key vault can be purged. Turn it on."`},
		{"an expired exception", nil, "results.1.message.text", `"The database is not zone-redundant. Its exception expired on 2026-09-30. Make the database zone-redundant."`},
		{"what is not known", nil, "results.3.message.text", `"Not known: A database does not survive a zone. What is not known: properties.zoneRedundant of sales: [parameters('zoneRedundant')]. Make the database zone-redundant."`},
		{"an exception without end or owner", func(r *assess.Result, _ *report.Options) {
			s := r.Findings[4].Suppression
			s.Expires, s.Owner, s.Origin = time.Time{}, "", estate.Origin{}
		}, "results.4.suppressions.0", `{"justification":"images are built in each region","kind":"external","status":"accepted"}`},
		{"a finding about the estate", func(r *assess.Result, _ *report.Options) { r.Findings[0].Resource = nil }, "results.0.locations.0.logicalLocations", `null`},
		{"a place without a line", func(r *assess.Result, _ *report.Options) { r.Findings[0].Origin = estate.Origin{File: "a.json"} }, "results.0.locations.0.physicalLocation", `{"artifactLocation":{"uri":"a.json","uriBaseId":"%SRCROOT%"}}`},
		{"no place at all", func(r *assess.Result, _ *report.Options) {
			r.Findings[0].Origin, r.Findings[0].Resource = estate.Origin{}, nil
			r.Estate.Coverage.Inputs = []estate.Input{{Name: "-"}}
		}, "results.0.locations.0.physicalLocation", `{"artifactLocation":{"uri":"stdin","uriBaseId":"%SRCROOT%"},"region":{"startColumn":1,"startLine":1}}`},
		{"evidence elsewhere", func(r *assess.Result, _ *report.Options) {
			r.Findings[0].Evidence = append(r.Findings[0].Evidence, assess.Evidence{Path: "kind", Value: "StorageV2", Origin: estate.Origin{File: "b.json", Line: 9}})
		}, "results.0.relatedLocations.0", `{"id":0,"message":{"text":"kind = StorageV2"},"physicalLocation":{"artifactLocation":{"uri":"b.json","uriBaseId":"%SRCROOT%"},"region":{"startLine":9}}}`},
		{"a note of another kind", func(r *assess.Result, _ *report.Options) { r.Notes[0].Severity = "info" }, "invocations.0.toolExecutionNotifications.1.level", `"note"`},
		{"a low finding", func(r *assess.Result, _ *report.Options) { r.Findings[0].Severity = assess.Low }, "results.0.level", `"note"`},
		{"a rule of a service named twice", func(r *assess.Result, _ *report.Options) {
			rule := *r.Findings[0].Rule
			rule.Services = []string{"a", "*", "a", "b"}
			r.Findings[0].Rule = &rule
		}, "tool.driver.rules.0.properties.tags", `["resilience","azure-machine-learning","zone-outage","a","b"]`},
		{"a rule that says nothing", func(r *assess.Result, _ *report.Options) {
			r.Findings[0].Rule = &catalog.Rule{ID: "x_y", Title: "X"}
		}, "tool.driver.rules.0.help.text", `"X"`},
	} {
		t.Run(tt.what, func(t *testing.T) {
			r, opt := reporttest.Contoso(t), reporttest.Options()
			if tt.change != nil {
				tt.change(r, &opt)
			}
			if got := follow(t, write(t, r, opt), "runs.0."+tt.path); got != tt.want {
				t.Errorf("%s is %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

// The help of a rule is a small page: why, what to do, how, where it is written,
// and where others say otherwise.
func TestHelp(t *testing.T) {
	d := read(t, write(t, reporttest.Contoso(t), reporttest.Options()))
	help := d.Runs[0].Tool.Driver.Rules[0].Help.Markdown
	for _, want := range []string{
		"**The default storage account does not survive a zone**", "**Remedy:** Convert the account", "(conversion, up to 72 hours until it starts)",
		"- <code>az storage account migration start", `**Disagrees with checkov CKV\_AZURE\_206:**`, "- PSRule: Azure.Storage.UseReplication",
		"- [Azure Storage redundancy](<https://learn.microsoft.com/azure/storage/common/storage-redundancy>)",
	} {
		if !strings.Contains(help, want) {
			t.Errorf("the help does not say %q:\n%s", want, help)
		}
	}
}
