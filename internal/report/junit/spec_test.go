package junit_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/junit"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func TestWhatTheFileSays(t *testing.T) {
	for _, tt := range []struct {
		what   string
		change func(*assess.Result, *report.Options)
		want   []string
		not    []string
	}{
		{what: "a suite for each service", want: []string{`<testsuite name="Azure Storage" tests="1" failures="1"`, `<testsuite name="Azure SQL Database" tests="2" failures="1" errors="0" skipped="1">`}},
		{what: "a case is a rule and a resource, at its place", want: []string{`<testcase name="The default storage account does not survive a zone: stcontosoml" classname="default-storage-zone" file="infra/azuredeploy.json" line="54">`}},
		{what: "a failure has its severity, its message and its details", want: []string{`<failure type="critical" message="The data of stcontosoml stand in one zone of westeurope.">`,
			"zone 1 of westeurope fails: author, train, score batch and register are lost until it is back", "seen: sku.name = Standard_LRS\n  at infra/azuredeploy.json:54:17", "remedy: Convert the account to zone redundancy (ZRS).", "rule: default-storage-zone"}},
		{what: "a failure without a message has the title of its rule", change: func(r *assess.Result, _ *report.Options) { r.Findings[0].Message = "" }, want: []string{`<failure type="critical" message="The default storage account does not survive a zone">`}},
		{what: "what is not known is skipped, with what would tell", want: []string{`<skipped message="not known: properties.zoneRedundant of sales: [parameters(&#39;zoneRedundant&#39;)]">`}},
		{what: "what is accepted is skipped, with the reason", want: []string{`<skipped message="accepted: images are built in each region, until 2027-06-30">`}},
		{what: "an exception without end has no date", change: func(r *assess.Result, _ *report.Options) { r.Findings[4].Suppression.Expires = time.Time{} }, want: []string{`<skipped message="accepted: images are built in each region">`}},
		{what: "an exception that is not told is accepted all the same", change: func(r *assess.Result, _ *report.Options) { r.Findings[4].Suppression = nil }, want: []string{`<skipped message="accepted">`}},
		{what: "what passes is a case with nothing in it", want: []string{`classname="default-storage-zone" file="infra/azuredeploy.json" line="96"></testcase>`}},
		{what: "what does not apply is no case", not: []string{`name="The key vault can be purged: acrcontosoml"`}},
		{what: "what was not seen is a suite", want: []string{`<testsuite name="what was not seen" tests="1" failures="0" errors="0" skipped="1">`, `<skipped message="not seen: it is not on this machine`}},
		{what: "nothing unseen, no suite", change: func(r *assess.Result, _ *report.Options) { r.Estate.Coverage.NotSeen = nil }, not: []string{"what was not seen"}},
		{what: "a finding about the estate has a suite of its own", change: func(r *assess.Result, _ *report.Options) { r.Findings[0].Resource = nil }, want: []string{`<testsuite name="the estate as a whole"`}},
		{what: "a finding without a place has that of its resource", change: func(r *assess.Result, _ *report.Options) { r.Findings[0].Origin = estate.Origin{} }, want: []string{`file="infra/azuredeploy.json" line="48">`}},
		{what: "the run has properties", want: []string{`<property name="target" value="production">`, `<property name="catalog" value="2026-05-04">`, `<property name="outages" value="8">`}},
		{what: "no target and no catalog, no properties of them", change: func(r *assess.Result, _ *report.Options) { r.Target, r.Catalog = nil, nil }, not: []string{`name="target"`, `name="catalog"`}},
		{what: "the time stands there when it is given", change: func(_ *assess.Result, o *report.Options) { o.Created = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }, want: []string{`timestamp="2026-11-23T12:00:00Z"`}},
		{what: "and else it does not", not: []string{"timestamp"}},
		{what: "an end of character data in a name ends nothing", change: func(r *assess.Result, _ *report.Options) { r.Findings[0].Evidence[0].Value = "a]]>b" }, want: []string{"seen: sku.name = a]]]]><![CDATA[>b"}},
	} {
		t.Run(tt.what, func(t *testing.T) {
			r, opt := reporttest.Contoso(t), reporttest.Options()
			if tt.change != nil {
				tt.change(r, &opt)
			}
			var b bytes.Buffer
			if err := junit.Write(&b, r, opt); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, b.String())
				}
			}
			for _, not := range tt.not {
				if strings.Contains(b.String(), not) {
					t.Errorf("it says %q:\n%s", not, b.String())
				}
			}
		})
	}
}
