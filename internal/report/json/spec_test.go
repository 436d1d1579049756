package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// at decodes a report and gives the value at a path such as findings.0.rule.
func at(t *testing.T, out []byte, path string) any {
	t.Helper()
	var v any
	if err := stdjson.Unmarshal(out, &v); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			n := 0
			if err := stdjson.Unmarshal([]byte(step), &n); err != nil || n >= len(x) {
				t.Fatalf("%s: there is no element %s of %d", path, step, len(x))
			}
			v = x[n]
		default:
			t.Fatalf("%s: nothing is at %s", path, step)
		}
	}
	return v
}

// text is a value as it stands in JSON.
func text(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := stdjson.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

const group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/"

func TestMembers(t *testing.T) {
	out := write(t, reporttest.Contoso(t), reporttest.Options())
	for path, want := range map[string]string{
		"schemaVersion":                     `"1.0"`,
		"tool":                              `{"catalogAsOf":"2026-05-04","commit":"abc1234","name":"holdfast","version":"0.1.0"}`,
		"target.name":                       `"production"`,
		"target.capabilities.train.0":       `{"rpoSeconds":0,"rtoSeconds":3600,"scope":"zone"}`,
		"estate.resources.1.origin":         `{"column":5,"file":"infra/azuredeploy.json","line":96,"pointer":"/resources/acrcontosoml"}`,
		"estate.resources.1.zones":          `[]`,
		"estate.resources.1.roles":          `["container-registry"]`,
		"estate.resources.1.managedBy":      `"customer"`,
		"estate.resources.1.haByDefault":    `"no"`,
		"estate.resources.1.external":       `false`,
		"estate.resources.0.service":        `null`,
		"estate.resources.0.managedBy":      `null`,
		"estate.resources.0.location":       `null`,
		"estate.relations.0.role":           `"lock"`,
		"outages.2.scope":                   `"zone"`,
		"outages.2.region":                  `"westeurope"`,
		"outages.2.zone":                    `"1"`,
		"outages.2.service":                 `null`,
		"outages.2.resource":                `null`,
		"outages.5.service":                 `"key-vault"`,
		"outages.2.impacts.1.capability":    `"train"`,
		"outages.2.impacts.1.effect":        `"lost"`,
		"outages.2.impacts.1.because":       `["` + group + `Microsoft.Storage/storageAccounts/stcontosoml"]`,
		"outages.2.impacts.1.rto":           `"outage"`,
		"outages.2.impacts.1.rtoSeconds":    `null`,
		"outages.2.impacts.1.rpo":           `"total"`,
		"outages.2.impacts.2.effect":        `"none"`,
		"outages.2.impacts.2.because":       `[]`,
		"outages.2.impacts.2.rtoSeconds":    `0`,
		"outages.2.impacts.5.rtoSeconds":    `3600`,
		"outages.2.impacts.5.rto":           `"upTo"`,
		"outages.0.impacts.1.atBest":        `"none"`,
		"outages.0.impacts.1.atWorst":       `"lost"`,
		"outages.0.impacts.1.assuming":      `["the server of sales is where its name says"]`,
		"findings.0.rule":                   `"default-storage-zone"`,
		"findings.0.status":                 `"fail"`,
		"findings.0.severity":               `"critical"`,
		"findings.0.remedy":                 `"Convert the account to zone redundancy (ZRS)."`,
		"findings.0.change":                 `{"duration":"up to 72 hours until it starts","kind":"conversion","oneWay":false}`,
		"findings.0.sources.0":              `"https://learn.microsoft.com/azure/storage/common/storage-redundancy"`,
		"findings.0.peers.checkov":          `["CKV_AZURE_206"]`,
		"findings.0.peers.trivy":            `[]`,
		"findings.0.evidence.0.value":       `"Standard_LRS"`,
		"findings.0.evidence.0.origin.line": `54`,
		"findings.0.takes.0.capability":     `"author"`,
		"findings.0.takes.0.outage.zone":    `"1"`,
		"findings.0.suppression":            `null`,
		"findings.0.known":                  `false`,
		"findings.0.fingerprint":            `"1f2e3d4c5b6a7988"`,
		"findings.1.suppression.expired":    `true`,
		"findings.1.suppression.expires":    `"2026-09-30"`,
		"findings.3.unknowns":               `["properties.zoneRedundant of sales: [parameters('zoneRedundant')]"]`,
		"findings.4.suppression.owner":      `"platform"`,
		"coverage.inputs.0.parameters":      `["infra/azuredeploy.parameters.json"]`,
		"coverage.notSeen.0.origin.line":    `402`,
		"coverage.skipped":                  `2`,
		"notes.0.hint":                      `"give it with -p administratorLogin=VALUE"`,
		"summary.workspaces":                `1`,
		"summary.fail":                      `3`,
		"summary.bySeverity":                `{"critical":1,"high":1,"info":0,"low":0,"medium":1}`,
		"summary.expired":                   `1`,
		"summary.exit":                      `{"code":3,"meaning":"findings of severity high or worse"}`,
	} {
		if got := text(t, at(t, out, path)); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func TestMembersOfUnusualResults(t *testing.T) {
	first := func(r *assess.Result) *estate.Resource { return r.Estate.Resources[1] }
	for _, tt := range []struct {
		what   string
		change func(*assess.Result, *report.Options)
		path   string
		want   string
	}{
		{"no target", func(r *assess.Result, _ *report.Options) { r.Target = nil }, "target", `null`},
		{"a target that allows anything", func(r *assess.Result, _ *report.Options) {
			r.Target.Capabilities[catalog.Train] = []assess.Demand{{Scope: catalog.ScopeRegion, RTO: -1, RPO: -1}}
		}, "target.capabilities.train.0", `{"rpoSeconds":null,"rtoSeconds":null,"scope":"region"}`},
		{"a capability that may be lost", func(r *assess.Result, _ *report.Options) { delete(r.Target.Capabilities, catalog.Train) }, "target.capabilities.train", `null`},
		{"no catalog", func(r *assess.Result, _ *report.Options) { r.Catalog = nil }, "tool.catalogAsOf", `null`},
		{"no version", func(_ *assess.Result, o *report.Options) { o.Tool.Version = "" }, "tool.version", `null`},
		{"another tool", func(_ *assess.Result, o *report.Options) { o.Tool.Name = "other" }, "tool.name", `"other"`},
		{"a time", func(_ *assess.Result, o *report.Options) { o.Created = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }, "tool.created", `"2026-11-23T12:00:00Z"`},
		{"no exit", func(_ *assess.Result, o *report.Options) { o.Exit = report.Exit{} }, "summary.exit", `null`},
		{"a pinned resource", func(r *assess.Result, _ *report.Options) { first(r).Zones = []string{"1", "3"} }, "estate.resources.1.zones", `["1","3"]`},
		{"an implied resource", func(r *assess.Result, _ *report.Options) { first(r).Implied = true }, "estate.resources.1.implied", `true`},
		{"a resource under a condition", func(r *assess.Result, _ *report.Options) { first(r).Presence = "[parameters('a')]" }, "estate.resources.1.presence", `"[parameters('a')]"`},
		{"a resource without a place", func(r *assess.Result, _ *report.Options) { first(r).Origin = estate.Origin{} }, "estate.resources.1.origin", `null`},
		{"a place without a column", func(r *assess.Result, _ *report.Options) { first(r).Origin = estate.Origin{File: "a", Line: 2} }, "estate.resources.1.origin", `{"column":null,"file":"a","line":2,"pointer":null}`},
		{"a relation with a detail", func(r *assess.Result, _ *report.Options) { r.Estate.Relations[0].Detail = "AzureBlob" }, "estate.relations.0.detail", `"AzureBlob"`},
		{"a relation with a place", func(r *assess.Result, _ *report.Options) { r.Estate.Relations[0].Origin = estate.Origin{File: "a"} }, "estate.relations.0.origin.file", `"a"`},
		{"an outage of one resource", func(r *assess.Result, _ *report.Options) {
			r.Outages[0].Outage = outage.Outage{Scope: catalog.ScopeResource, Resource: first(r)}
		}, "outages.0.resource", `"` + group + `Microsoft.ContainerRegistry/registries/acrcontosoml"`},
		{"a cause by way of another", func(r *assess.Result, _ *report.Options) { r.Outages[2].Impacts[0].Because[0].Via = first(r) }, "outages.2.impacts.0.causes.0.via", `"` + group + `Microsoft.ContainerRegistry/registries/acrcontosoml"`},
		{"a cause with a need", func(r *assess.Result, _ *report.Options) {
			r.Outages[2].Impacts[0].Because[0].Need = &catalog.Need{Capability: catalog.Author, Role: estate.DefaultStorage, Read: catalog.Hard, Write: catalog.Soft, Why: "files", Sources: []string{"guide"}}
		}, "needs.0", `{"capability":"author","oneOf":false,"read":"hard","role":"default-storage","sources":["MicrosoftDocs/azure-docs:articles/machine-learning/how-to-high-availability-machine-learning.md"],"why":"files","write":"soft"}`},
		{"a finding about the estate", func(r *assess.Result, _ *report.Options) { r.Findings[0].Resource = nil }, "findings.0.resource", `null`},
		{"a finding without a rule", func(r *assess.Result, _ *report.Options) { r.Findings[0].Rule = nil }, "findings.0.peers", `{"aprl":[],"azqr":[],"checkov":[],"psrule":[],"trivy":[]}`},
		{"a finding with its own remedy", func(r *assess.Result, _ *report.Options) { r.Findings[0].Remedy = "Ask." }, "findings.0.remedy", `"Ask."`},
		{"a known finding", func(r *assess.Result, _ *report.Options) { r.Findings[0].Known = true }, "findings.0.known", `true`},
		{"an exception without end", func(r *assess.Result, _ *report.Options) { r.Findings[4].Suppression.Expires = time.Time{} }, "findings.4.suppression.expires", `null`},
		{"a source that the catalog lacks", func(r *assess.Result, _ *report.Options) {
			rule := *r.Findings[0].Rule
			rule.Sources = []string{"a book"}
			r.Findings[0].Rule = &rule
		}, "findings.0.sources", `["a book"]`},
	} {
		t.Run(tt.what, func(t *testing.T) {
			r, opt := reporttest.Contoso(t), reporttest.Options()
			tt.change(r, &opt)
			if got := text(t, at(t, write(t, r, opt), tt.path)); got != tt.want {
				t.Errorf("%s is %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	for _, tt := range []struct {
		span    catalog.Span
		seconds string
		kind    string
	}{
		{catalog.Span{}, "0", "figure"},
		{catalog.Span{Seconds: 60}, "60", "figure"},
		{catalog.Span{Seconds: 60, Upper: true}, "60", "upTo"},
		{catalog.Span{Seconds: -1, Word: "none"}, "0", "none"},
		{catalog.Span{Seconds: -1, Word: "outage"}, "null", "outage"},
		{catalog.Span{Seconds: -1, Word: "rebuild"}, "null", "rebuild"},
		{catalog.Span{Seconds: -1, Word: "total"}, "null", "total"},
		{catalog.Span{Seconds: -1, Word: "unknown"}, "null", "unknown"},
		{catalog.Span{Seconds: -1}, "null", "unknown"},
	} {
		r := reporttest.Contoso(t)
		r.Outages[2].Impacts[0].RTO = tt.span
		out := write(t, r, report.Options{})
		if got := text(t, at(t, out, "outages.2.impacts.0.rtoSeconds")); got != tt.seconds {
			t.Errorf("%+v has %s seconds, want %s", tt.span, got, tt.seconds)
		}
		if got := at(t, out, "outages.2.impacts.0.rto"); got != tt.kind {
			t.Errorf("%+v is %s, want %s", tt.span, got, tt.kind)
		}
	}
}

// Who asks about outages is told what every resource does.
func TestOutagesTellTheFateOfResources(t *testing.T) {
	r := reporttest.Contoso(t)
	var b bytes.Buffer
	if err := json.Outages(&b, r.Estate, r.Catalog, r.Outages, report.Options{}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"outages.2.fates.0.state":    `"degraded"`,
		"outages.2.fates.0.rto":      `"upTo"`,
		"outages.2.fates.0.through":  `null`,
		"outages.2.fates.2.through":  `"` + group + `Microsoft.ContainerRegistry/registries/acrcontosoml"`,
		"outages.0.fates.0.state":    `"unknown"`,
		"outages.0.fates.0.atBest":   `"carries-on"`,
		"outages.0.fates.0.atWorst":  `"down"`,
		"outages.0.fates.0.unknowns": `["properties.zoneRedundant of mlw-contoso/sales"]`,
		"facts.0.why":                `"All copies of the account stand in one zone."`,
		"facts.0.sources":            `["https://learn.microsoft.com/azure/storage/common/storage-redundancy"]`,
		"facts.0.reads":              `"down"`,
		"facts.0.estimate":           `false`,
	} {
		if got := text(t, at(t, b.Bytes(), path)); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// Elements of the long lists have a line each, for diffs and for grep.
func TestElementsHaveALineEach(t *testing.T) {
	r := reporttest.Contoso(t)
	lines := strings.Split(string(write(t, r, report.Options{})), "\n")
	resources, findings := 0, 0
	for _, line := range lines {
		if strings.HasPrefix(line, `      {"id":`) {
			resources++
		}
		if strings.HasPrefix(line, `    {"rule":`) {
			findings++
		}
	}
	if resources != len(r.Estate.Resources) || findings != len(r.Findings) {
		t.Errorf("%d lines of resources, %d of findings", resources, findings)
	}
	if again := string(write(t, r, report.Options{})); again != strings.Join(lines, "\n") {
		t.Error("the same result gives another report")
	}
}
