package markdown_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/markdown"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func TestWhatThePageSays(t *testing.T) {
	for _, tt := range []struct {
		what    string
		change  func(*assess.Result, *report.Options)
		want    []string
		not     []string
		verbose bool
	}{
		{what: "the answer is the first paragraph", want: []string{"\n✗ **mlw-contoso misses target production: outages that it must survive take away author, train, score\u00a0batch and register.**\n"}},
		{what: "a gap has a mark", want: []string{"**✗ lost!**<br>until it ends"}},
		{what: "what is not known stands between two words", want: []string{"? unknown<br>holds to lost"}},
		{what: "harmless outages are put together", want: []string{"✓ Nothing is lost when one of these fails: Application Insights in westeurope."}},
		{what: "outages that take no time have none", change: func(r *assess.Result, _ *report.Options) {
			for i := range r.Outages[2].Impacts {
				r.Outages[2].Impacts[i].RTO = catalog.Span{}
			}
		}, want: []string{"| zone 1 of westeurope | **✗ lost!** |"}},
		{what: "duties say who, what by default, and what to do", want: []string{"| Azure Storage | you | no | stcontosoml | ✗ 1 to mend |", "| Compute instance | Microsoft | no | ci-anna | – |"}},
		{what: "open checks stand beside", want: []string{"✗ 1 to mend, ? 1 open |"}},
		{what: "only open checks stand alone", change: func(r *assess.Result, _ *report.Options) { r.Findings[0].Status = assess.Unknown }, want: []string{"| stcontosoml | ? 1 open |"}},
		{what: "what the catalog does not hold has dashes", want: []string{"| aml-endpoint | – | – |"}},
		{what: "phases are headings", want: []string{"## Do first", "## Do next"}, not: []string{"## When there is time"}},
		{what: "a step folds", want: []string{"<details><summary>✗ CRITICAL — The default storage account does not survive a zone (1 resource)</summary>"}},
		{what: "evidence is code with its place", want: []string{"| stcontosoml | <code>sku.name = Standard&#95;LRS</code> | <code>infra/azuredeploy.json&#58;54&#58;17</code> |"}},
		{what: "a finding without evidence has its message", change: func(r *assess.Result, _ *report.Options) { r.Findings[0].Evidence = nil },
			want: []string{"| stcontosoml | The data of stcontosoml stand in one zone of westeurope. | <code>infra/azuredeploy.json&#58;54&#58;17</code> |"}},
		{what: "a finding about the estate has no resource", change: func(r *assess.Result, _ *report.Options) { r.Findings[0].Resource = nil }, want: []string{"| the estate | <code>sku.name"}},
		{what: "the remedy tells how it changes", want: []string{"**Remedy:** Turn purge protection on. (in place, no way back)"}},
		{what: "commands are code", want: []string{"- <code>az keyvault update"}},
		{what: "what is not known yet is listed", want: []string{"## Not known yet\n\n- ? A database does not survive a zone: properties.zoneRedundant of sales"}},
		{what: "what was not seen has its place", want: []string{"- ✗ not seen: linked template https://example.com/network.json — it is not on this machine", "(<code>infra/azuredeploy.json&#58;402&#58;11</code>)"}},
		{what: "nothing unseen has no list", change: func(r *assess.Result, _ *report.Options) { r.Estate.Coverage.NotSeen = nil }, not: []string{"not seen:"}},
		{what: "many things unseen are counted", change: func(r *assess.Result, _ *report.Options) {
			for i := range 30 {
				r.Estate.Coverage.NotSeen = append(r.Estate.Coverage.NotSeen, estate.NotSeen{What: fmt.Sprint("file", i), Why: "gone"})
			}
		}, want: []string{"- and 11 more things not seen"}, not: []string{"file25"}},
		{what: "all are listed when all is asked for", verbose: true, change: func(r *assess.Result, _ *report.Options) {
			for i := range 30 {
				r.Estate.Coverage.NotSeen = append(r.Estate.Coverage.NotSeen, estate.NotSeen{What: fmt.Sprint("file", i), Why: "gone"})
			}
		}, want: []string{"file25"}, not: []string{"more things"}},
		{what: "the foot tells what made it and how it ends", want: []string{"<sub>holdfast 0.1.0 · target production · facts of 2026-05-04 · exit 3: findings of severity high or worse</sub>"}},
		{what: "a foot of less", change: func(r *assess.Result, o *report.Options) { r.Target, r.Catalog, o.Exit = nil, nil, report.Exit{} }, want: []string{"<sub>holdfast 0.1.0</sub>"}},
		{what: "without workspaces there is no matrix", change: func(r *assess.Result, _ *report.Options) { r.Outages = nil }, not: []string{"## What is lost when"}},
		{what: "without services there are no duties", change: func(r *assess.Result, _ *report.Options) { r.Estate = estate.Build(nil, nil, estate.Coverage{}) }, not: []string{"## Who must keep it up"}},
	} {
		t.Run(tt.what, func(t *testing.T) {
			r, opt := reporttest.Contoso(t), reporttest.Options()
			opt.Verbose = tt.verbose
			if tt.change != nil {
				tt.change(r, &opt)
				r.Summary = reporttest.Summarize(r)
			}
			var b bytes.Buffer
			if err := markdown.Write(&b, r, opt); err != nil {
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

// A page that a host cuts off says nothing; what is left out is counted instead.
func TestWhatIsLeftOutIsCounted(t *testing.T) {
	r := reporttest.Fleet(t, 60)
	out := write(t, r)
	for _, want := range []string{"And 55 more workspaces: 40 with gaps, 15 without any.", "and 25 more resources"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	rules := r.Catalog.Rules()
	for i := range 50 {
		rule := *rules[0]
		rule.ID = fmt.Sprint("rule-", i)
		f := r.Findings[0]
		f.Rule, f.Status, f.Severity = &rule, assess.Fail, assess.Low
		r.Findings = append(r.Findings, f)
		u := f
		u.Status = assess.Unknown
		r.Findings = append(r.Findings, u)
	}
	out = write(t, r)
	for _, want := range []string{"And 11 milder steps that are not shown here.", "- and 30 more checks"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

func TestAnOutageThatLosesDataOnlyIsAGap(t *testing.T) {
	r := reporttest.Contoso(t)
	for i := range r.Outages[2].Impacts {
		if m := &r.Outages[2].Impacts[i]; m.Effect == outage.Lost {
			m.Effect = outage.Degraded
		}
	}
	if out := write(t, r); !strings.Contains(out, "◐ degraded!<br>until it ends") {
		t.Errorf("it is not marked:\n%s", out)
	}
}

func TestWriteErrorsComeBack(t *testing.T) {
	reader, w := io.Pipe()
	boom := errors.New("disk full")
	reader.CloseWithError(boom)
	if err := markdown.Write(w, reporttest.Contoso(t), reporttest.Options()); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
}
