package text_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// says is one thing that the report says of a changed result.
type says struct {
	what    string
	change  func(*assess.Result)
	options func(*report.Options)
	want    []string // stand in the report, each on one line or over several
	not     []string // do not
}

// squeezed is text on one line, so that it does not matter where it was wrapped.
func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

func check(t *testing.T, base func(testing.TB) *assess.Result, tests []says) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			r := base(t)
			if tt.change != nil {
				tt.change(r)
				r.Summary = reporttest.Summarize(r)
			}
			out := squeezed(string(render(t, r, tt.options)))
			for _, want := range tt.want {
				if !strings.Contains(out, squeezed(want)) {
					t.Errorf("it does not say %q:\n%s", want, render(t, r, tt.options))
				}
			}
			for _, not := range tt.not {
				if strings.Contains(out, squeezed(not)) {
					t.Errorf("it says %q:\n%s", not, render(t, r, tt.options))
				}
			}
		})
	}
}

func verbose(o *report.Options) { o.Verbose = true }

func TestTheAnswerComesFirst(t *testing.T) {
	check(t, reporttest.Contoso, []says{
		{what: "who made it, for which target, with which facts", want: []string{"holdfast 0.1.0 · target production · facts of 2026-05-04"}},
		{what: "a target without a title has no line of its own", change: func(r *assess.Result) { r.Target.Title = "" }, not: []string{"Target:"}},
		{what: "without a target nothing is said of one", change: func(r *assess.Result) { r.Target = nil },
			want: []string{"mlw-contoso misses the target: outages"}, not: []string{"target production"}},
		{what: "without a catalog nothing is said of its date", change: func(r *assess.Result) { r.Catalog = nil }, not: []string{"facts of"}},
		{what: "several inputs are counted", change: func(r *assess.Result) {
			r.Estate.Coverage.Inputs = append(r.Estate.Coverage.Inputs, estate.Input{Name: "b.json", Kind: "inventory"})
		}, want: []string{"from 2 inputs"}},
		{what: "a stream has a name", change: func(r *assess.Result) { r.Estate.Coverage.Inputs[0].Name = "-" }, want: []string{"from standard input"}},
		{what: "an accepted gap is none", change: func(r *assess.Result) { r.Findings[0].Status = assess.Suppressed },
			want: []string{"Whether mlw-contoso meets target production is not certain: no gap was found, but 1 check is open and 1 thing was not seen."}},
		{what: "what is only degraded costs data", change: func(r *assess.Result) {
			for i := range r.Outages {
				for j := range r.Outages[i].Impacts {
					if r.Outages[i].Impacts[j].Effect == outage.Lost {
						r.Outages[i].Impacts[j].Effect = outage.Degraded
					}
				}
			}
		}, want: []string{"outages that it must survive lose data of author, train, score batch and register."}},
	})
}

func TestTheMatrixSaysWhatIsLostWhen(t *testing.T) {
	zone := func(r *assess.Result) *outage.Result { return &r.Outages[2] }
	check(t, reporttest.Contoso, []says{
		{what: "the workspace and its region are the heading", want: []string{"mlw-contoso · westeurope"}},
		{what: "a gap is marked, other losses are not", want: []string{"zone 1 ✗ lost! ✗ lost! ✓ holds ✗ lost! ✗ lost! ◐ degraded", "the region ✗ lost ✗ lost ✗ lost ✗ lost ✗ lost ✗ lost"}},
		{what: "zones that do the same share a row", want: []string{"zones 2,3 ✓ holds ✓ holds ◐ degraded"}},
		{what: "the time to recover stands below", want: []string{"outage outage outage outage ≤1 h"}},
		{what: "causes are told by what they do", want: []string{"down: stcontosoml, ci-anna · degraded: acrcontosoml · data lost: at worst all of it"}},
		{what: "what is not known is told", want: []string{"? unknown", "✓ to ✗", "not known: properties.zoneRedundant of sales: [parameters('zoneRedundant')]"}},
		{what: "what is assumed is told when all is asked for", options: verbose, want: []string{"assumed: the server of sales is where its name says"}},
		{what: "and else it is not", not: []string{"assumed: the server"}},
		{what: "single services have a line each", want: []string{"one service in westeurope Key Vault ✗ lost: author, train", "Azure Storage ✗ lost: author, train, score batch, register · ◐ degraded: monitor"}},
		{what: "harmless outages are put together", want: []string{"✓ Nothing is lost when one of these fails: Application Insights in westeurope."}},
		{what: "many causes are counted", change: func(r *assess.Result) {
			m := &zone(r).Impacts[0]
			for i := range 9 {
				cause := m.Because[0]
				cause.Resource = &estate.Resource{Name: fmt.Sprintf("more%d", i)}
				m.Because = append(m.Because, cause)
			}
		}, want: []string{"more0, more1, more2, more3 and 5 more"}},
		{what: "and all told when all is asked for", change: func(r *assess.Result) {
			m := &zone(r).Impacts[0]
			for i := range 9 {
				cause := m.Because[0]
				cause.Resource = &estate.Resource{Name: fmt.Sprintf("more%d", i)}
				m.Because = append(m.Because, cause)
			}
		}, options: verbose, want: []string{"more0, more1, more2, more3, more4, more5, more6, more7, more8"}},
		{what: "one resource fails in a group of its own", change: func(r *assess.Result) {
			r.Outages[6].Outage = outage.Outage{Scope: catalog.ScopeResource, Resource: r.Estate.Resources[0]}
		}, want: []string{"one resource lock-kv"}},
		{what: "a region that is not known yet has words", change: func(r *assess.Result) {
			for i := range r.Outages {
				r.Outages[i].Outage.Region = "{resourceGroup().location}"
			}
		}, want: []string{"its group's region zone 1"}},
		{what: "without workspaces there is none", change: func(r *assess.Result) { r.Outages = nil }, not: []string{"What is lost when"}},
		{what: "figures that nobody documents are a question mark", change: func(r *assess.Result) {
			for j := range zone(r).Impacts {
				zone(r).Impacts[j].RTO = catalog.Span{Seconds: -1, Word: "unknown"}
			}
		}, want: []string{"zone 1 ✗ lost! ✗ lost! ✓ holds ✗ lost! ✗ lost! ◐ degraded ? ? ? ? ?"}},
	})
}

func TestDutiesSayWhoMustKeepWhatUp(t *testing.T) {
	check(t, reporttest.Contoso, []says{
		{what: "what Microsoft keeps up comes first", want: []string{"Microsoft ✓ Azure Machine Learning mlw-contoso no nothing"}},
		{what: "then what you keep up, with what is to do", want: []string{"You ✗ Azure Storage stcontosoml no 1 to mend", "✗ Key Vault kv-contoso-ml yes 1 to mend"}},
		{what: "what does not apply is n/a", want: []string{"Application Insights appi-contoso n/a nothing"}},
		{what: "several resources are counted, named ones apart", want: []string{"Azure SQL Database 2 resources, 1 named no 1 to mend, 1 open"}},
		{what: "one that is only named says so", change: func(r *assess.Result) {
			for _, x := range r.Estate.Resources {
				if x.Name == "log-contoso" {
					x.External = true
				}
			}
		}, want: []string{"log-contoso (named)"}},
		{what: "what the catalog does not hold is told", want: []string{"Not in the catalog ✓ aml-endpoint 2 resources – nothing"}},
		{what: "and what belongs to nothing is counted", want: []string{"2 other resources belong to no service of the catalog."}},
		{what: "findings of the baseline are nothing to do", change: func(r *assess.Result) { r.Findings[0].Known = true }, want: []string{"✓ Azure Storage stcontosoml no nothing"}},
		{what: "what is only open is a question", change: func(r *assess.Result) { r.Findings[0].Status = assess.Unknown }, want: []string{"? Azure Storage stcontosoml no 1 open"}},
		{what: "what holds today is told where there is room", options: func(o *report.Options) { o.Width = 140 }, want: []string{"A single machine in one zone; what is only on its disk is"}},
		{what: "or when all is asked for", options: verbose, want: []string{"A single machine in one zone; what is only on its disk is lost with it."}},
		{what: "and else it is not", not: []string{"A single machine in one zone"}},
	})
}

func TestStepsSayWhatToDo(t *testing.T) {
	check(t, reporttest.Contoso, []says{
		{what: "what is worst comes first", want: []string{"2 findings 1 ✗ CRITICAL The default storage account does not survive a zone", "Do next", "3 ✗ MEDIUM The key vault can be purged"}},
		{what: "what is lost is told as a sentence", want: []string{"✗ zone 1 of westeurope fails: author, train, score batch and register are lost until it is back; data lost: at worst all of it"}},
		{what: "the resource and what was seen have places", want: []string{"stcontosoml infra/azuredeploy.json:48:5 sku.name = Standard_LRS infra/azuredeploy.json:54:17"}},
		{what: "what is not written has the place of its resource, once", want: []string{"kv-contoso-ml infra/azuredeploy.json:72:5 properties.enablePurgeProtection = (absent, default false) → Turn"}},
		{what: "a resource that is only named says so", want: []string{"sql-contoso/sales (only named here)"}},
		{what: "the remedy says how it changes", want: []string{"→ Convert the account to zone redundancy (ZRS) (conversion, up to 72 hours until it starts).", "→ Turn purge protection on (in place, no way back)."}},
		{what: "the next command is there", want: []string{"holdfast explain key-vault-purge-protection"}},
		{what: "how stands there when all is asked for", options: verbose, want: []string{"$ az storage account migration start --name default", "- Template: set"}},
		{what: "and else it does not", not: []string{"migration start"}},
		{what: "an exception that has expired is told", want: []string{"Its exception expired on 2026-09-30 (moves to another team): renew it or mend this."}},
		{what: "a finding of its own remedy shows that", change: func(r *assess.Result) { r.Findings[0].Remedy = "Ask Anna." }, want: []string{"→ Ask Anna (conversion"}},
		{what: "a finding of the baseline is no step", change: func(r *assess.Result) { r.Findings[2].Known = true }, not: []string{"Do next"}},
		{what: "one about the estate as a whole has no resource", change: func(r *assess.Result) { r.Findings[2].Resource = nil }, want: []string{"the estate as a whole infra/azuredeploy.json:72:5"}},
		{what: "one without a place stands without", change: func(r *assess.Result) {
			r.Findings[2].Resource, r.Findings[2].Origin, r.Findings[2].Evidence = nil, estate.Origin{}, nil
		}, want: []string{"3 ✗ MEDIUM The key vault can be purged Purge protection is off. → Turn"}},
		{what: "low ones wait", change: func(r *assess.Result) { r.Findings[2].Severity = assess.Info }, want: []string{"When there is time", "3 ✗ INFO"}},
		{what: "one without a rule is still told", change: func(r *assess.Result) { r.Findings[2].Rule, r.Findings[2].Remedy = nil, "Do it." }, want: []string{"3 ✗ MEDIUM", "→ Do it."}},
	})
}

func TestSeveralFindingsOfAStepAreTogether(t *testing.T) {
	fleet := func(t testing.TB) *assess.Result { return reporttest.Fleet(t, 25) }
	check(t, fleet, []says{
		{what: "the first resources are listed, the rest counted", want: []string{"19 findings 1 ✗ CRITICAL", "stml0009", "and 11 more resources (all 19 with --verbose)"}, not: []string{"stml0024"}},
		{what: "all of them when all is asked for", options: verbose, want: []string{"stml0024"}, not: []string{"more resources"}},
		{what: "what they take is told once each", want: []string{"✗ zone 1 of northeurope fails", "✗ zone 1 of {parameters('location')} fails"}},
		{what: "more outages than a few are counted", change: func(r *assess.Result) {
			for i := range 8 {
				l := r.Findings[0].Takes[0]
				l.Outage.Region = fmt.Sprintf("region%d", i)
				r.Findings[0].Takes = append(r.Findings[0].Takes, l)
			}
		}, want: []string{"and 7 more outages (all with --verbose)"}},
	})
}

func TestWhatIsNotAProblemIsToldShortly(t *testing.T) {
	check(t, reporttest.Contoso, []says{
		{what: "what is not known yet says what would tell", want: []string{"Not known yet", "? A database does not survive a zone — mlw-contoso/sales not known: properties.zoneRedundant of sales: [parameters('zoneRedundant')]"}},
		{what: "what is accepted says why, until when, by whom", want: []string{"– The container registry is in one region only — acrcontosoml: images are built in each region, until 2027-06-30, platform"}},
		{what: "one that never expires has no date", change: func(r *assess.Result) { r.Findings[4].Suppression.Expires = time.Time{} }, want: []string{"images are built in each region, platform"}, not: []string{"until 2027"}},
		{what: "expired exceptions are counted", want: []string{"! 1 exception has expired; what it excused counts again."}},
		{what: "findings of the baseline are counted", change: func(r *assess.Result) { r.Findings[0].Known = true }, want: []string{"1 finding stands in the baseline and does not count."}},
		{what: "what passes is told when all is asked for", options: verbose, want: []string{"As it should be", "✓ The default storage account does not survive a zone — acrcontosoml"}},
		{what: "and else only counted", not: []string{"As it should be"}, want: []string{"1 pass"}},
		{what: "nothing open has no heading", change: func(r *assess.Result) { r.Findings = r.Findings[:3] }, not: []string{"Not known yet"}},
		{what: "nothing accepted has no heading", change: func(r *assess.Result) {
			r.Findings = r.Findings[:1]
		}, not: []string{"Accepted"}},
	})
}

func TestWhatWasNotSeenIsTold(t *testing.T) {
	many := func(r *assess.Result) {
		for i := range 20 {
			r.Estate.Coverage.NotSeen = append(r.Estate.Coverage.NotSeen, estate.NotSeen{What: fmt.Sprintf("file%d", i), Why: "it is not there"})
			r.Estate.Coverage.Inputs = append(r.Estate.Coverage.Inputs, estate.Input{Name: fmt.Sprintf("in%d.json", i), Kind: "template"})
			r.Notes = append(r.Notes, assess.Note{Severity: "info", Message: fmt.Sprintf("note%d", i)})
		}
	}
	check(t, reporttest.Contoso, []says{
		{what: "resources add up", want: []string{"✓ 14 resources read, 2 only named by others, 2 left out by their condition."}},
		{what: "inputs say what they gave, and with which parameters", want: []string{"infra/azuredeploy.json (template, 14 resources, with infra/azuredeploy.parameters.json)"}},
		{what: "what was not seen says why, and where", want: []string{"✗ not seen: linked template https://example.com/network.json — it is not on this machine; map its address to a file with --link infra/azuredeploy.json:402:11"}},
		{what: "many things are counted", change: many, want: []string{"file8 — it is not there", "and 11 more (all 21 with --verbose)"}, not: []string{"file9", "in9.json", "note12"}},
		{what: "all are told when all is asked for", change: many, options: verbose, want: []string{"file19", "in19.json", "note19"}, not: []string{"with --verbose"}},
		{what: "notes have places and hints", want: []string{"warning: parameter administratorLogin has no value; what depends on it is not known infra/azuredeploy.json:31:6 hint: give it with -p administratorLogin=VALUE"}},
		{what: "errors come before warnings", change: func(r *assess.Result) {
			r.Notes = append(r.Notes, assess.Note{Severity: "error", Message: "broken"})
		}, want: []string{"2 notes error: broken warning: parameter"}},
	})
}

func TestTheLastLineSaysHowItEnds(t *testing.T) {
	check(t, reporttest.Contoso, []says{
		{what: "what fails, what it means, what is next", want: []string{"✗ 3 findings fail (1 critical, 1 high, 1 medium), 1 unknown, 1 pass, 1 not applicable, 1 accepted. Exit 3: findings of severity high or worse. Next: holdfast explain\u00a0default-storage-zone"}},
		{what: "one finding fails", change: func(r *assess.Result) { r.Findings = r.Findings[:1] }, want: []string{"✗ 1 finding fails (1 critical)"}},
		{what: "what is open is a question", change: func(r *assess.Result) { r.Findings = r.Findings[3:4] }, want: []string{"? 0 findings fail, 1 unknown"}},
		{what: "the baseline is counted", change: func(r *assess.Result) { r.Findings[0].Known = true }, want: []string{"1 in the baseline. Exit"}},
		{what: "no exit is told when none is given", options: func(o *report.Options) { o.Exit = report.Exit{} }, not: []string{"Exit"}},
		{what: "no command is told when none is given", options: func(o *report.Options) { o.Next = nil }, not: []string{"Next:"}},
	})
	check(t, reporttest.Calm, []says{{what: "a calm end", want: []string{"✓ 0 findings fail, 0 unknown, 1 pass"}}})
}
