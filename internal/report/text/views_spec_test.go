package text_test

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
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// tells checks what a view says, wherever its lines break.
func tells(t *testing.T, view func(io.Writer, report.Options) error, opt report.Options, want ...string) {
	t.Helper()
	var b bytes.Buffer
	if err := view(&b, opt); err != nil {
		t.Fatal(err)
	}
	out := squeezed(b.String())
	for _, w := range want {
		if not, ok := strings.CutPrefix(w, "not: "); ok {
			if strings.Contains(out, squeezed(not)) {
				t.Errorf("it says %q:\n%s", not, b.String())
			}
		} else if !strings.Contains(out, squeezed(w)) {
			t.Errorf("it does not say %q:\n%s", w, b.String())
		}
	}
}

func TestTheCatalogIsTheGuidesTable(t *testing.T) {
	c := reporttest.Catalog(t)
	view := func(w io.Writer, o report.Options) error { return text.Catalog(w, c, o) }
	tells(t, view, reporttest.Options(),
		"Who must keep it up", "9 services", "Infrastructure Azure Machine Learning Microsoft no aml-workspace · Zone-redundant",
		"Made with the workspace Azure Storage you no azure-storage ·", "Key Vault you yes key-vault ·", "Application Insights you n/a",
		"Beside the guide's table", "1 service", "Supporting Log Analytics", "One service in full: holdfast catalog\u00a0aml-workspace")
	wide := reporttest.Options()
	wide.Width = 140
	tells(t, view, wide, "Azure Storage you no Zone redundancy (ZRS, GZRS) survives a zone.", "azure-storage failed over by geo-redundancy.")
}

func TestOneServiceInFull(t *testing.T) {
	c := reporttest.Catalog(t)
	storage := *c.Service("azure-storage")
	view := func(w io.Writer, o report.Options) error { return text.Service(w, c, &storage, o) }
	tells(t, view, reporttest.Options(),
		"Azure Storage", "azure-storage", "Kept up by you · highly available by default: no [1]", "ARM types: Microsoft.Storage/storageAccounts",
		"✓ when sku == 'Standard_ZRS' || sku == 'Standard_GZRS': carries on", "✗ otherwise: is down until it is back; data lost: all data; meanwhile reads down, writes down",
		"→ Choose zone redundancy.", "sku Redundancy (sku) · change: conversion", "sku.name · default Standard_GRS · one of Standard_LRS, Standard_ZRS",
		"· The default account of a workspace cannot be failed over to another region. [1]", "99.9 % reads and writes, hot tier [2]",
		"General-purpose v1 accounts: retired on 2026-10-13, use General-purpose v2", "ZRS compared with LRS: × 1.25 (our estimate)",
		"critical default-storage-zone · The default storage account does not survive a zone", "[2] Azure Storage redundancy (2026-05-04) https://learn.microsoft.com/")

	storage.Survival = append([]catalog.Survival(nil), storage.Survival...)
	last := &storage.Survival[len(storage.Survival)-1]
	last.State, last.Trigger, last.RTO, last.RPO, last.Estimate, last.Unverified = catalog.FailedOver, "microsoft", catalog.Span{Seconds: 3600, Upper: true}, catalog.Span{}, true, "the hour"
	last.Reads, last.Writes = "ok", "down"
	storage.Constraints, storage.SLA, storage.Retirements, storage.Costs = []catalog.Fact{{Text: "A guess.", Unverified: true}}, []catalog.SLA{{Percent: 99.99, What: "reads", When: "sku == 'x'"}}, nil, nil
	tells(t, view, reporttest.Options(),
		"⇄ otherwise: is failed over by hand in up to 1 h; started by Microsoft; meanwhile reads ok, writes down; our estimate",
		"not confirmed by any source: the hour", "A guess. (not confirmed by any source)", "99.99 % reads, when sku == 'x'", "not: Retirement", "not: Cost")

	storage.Survival, storage.Settings, storage.Constraints, storage.SLA, storage.Sources = nil, nil, nil, nil, nil
	tells(t, view, reporttest.Options(), "not: What it does in an outage", "not: Settings that matter", "not: Worth knowing", "not: Sources")
}

func TestOneRuleExplained(t *testing.T) {
	c := reporttest.Catalog(t)
	rule := *c.Rule("default-storage-zone")
	view := func(w io.Writer, o report.Options) error { return text.Rule(w, c, &rule, o) }
	tells(t, view, reporttest.Options(),
		"Severity critical · about Azure Storage · what the outage of a zone takes away", "looks at sku", "Why Code, models, logs and data",
		"$ az storage account migration start", "- Template: set", "How it changes: conversion, up to 72 hours until it starts",
		"The same in other tools PSRule Azure.Storage.UseReplication checkov CKV_AZURE_206 APRL", "Disagrees with checkov CKV_AZURE_206 It wants geo-redundancy", "not: trivy")
	rule.Services, rule.Scope, rule.When, rule.Check = []string{"*", "key-vault"}, "", "a == 'b'", "c"
	rule.Peers, rule.Disagree, rule.Remedy, rule.Sources = catalog.Peers{}, nil, "", []string{"a book"}
	rule.Change = catalog.Change{Kind: "none", Call: "az do it", Note: "with care"}
	tells(t, view, reporttest.Options(),
		"about every service and Key Vault · a plain check", "only when a == 'b'", "passes when c", "$ az do it with care", "[1] a book",
		"not: The same in other tools", "not: Disagrees", "not: Remedy", "not: How it changes")
}

func TestRulesAreListedByService(t *testing.T) {
	c := reporttest.Catalog(t)
	view := func(w io.Writer, o report.Options) error { return text.Rules(w, c, o) }
	tells(t, view, reporttest.Options(), "holdfast 0.1.0 · 4 rules · facts of 2026-05-04",
		"critical default-storage-zone · The default storage account does not survive a zone PSRule Azure.Storage.UseReplication · checkov CKV_AZURE_206",
		"low registry-region · The container registry is in one region only", "One rule in full: holdfast explain\u00a0default-storage-zone")
	var b bytes.Buffer
	if err := view(&b, report.Options{}); err != nil {
		t.Fatal(err)
	}
	order := []string{"Azure Storage ─", "Key Vault ─", "Container Registry ─", "Azure SQL Database ─"}
	last := -1
	for _, heading := range order {
		at := strings.Index(b.String(), heading)
		if at <= last {
			t.Errorf("%s is not where the catalog has it:\n%s", heading, b.String())
		}
		last = at
	}
}

func TestOneOutageInFull(t *testing.T) {
	r := reporttest.Contoso(t)
	only := func(i int) func(io.Writer, report.Options) error {
		return func(w io.Writer, o report.Options) error {
			return text.Outages(w, r.Estate, r.Catalog, r.Outages[i:i+1], o)
		}
	}
	tells(t, only(2), reporttest.Options(),
		"Zone 1 of westeurope fails", "✗ stcontosoml (Azure Storage) is down until it is back; data lost: at worst all of it All copies of the account stand in one zone.",
		"◐ acrcontosoml (Container Registry) is degraded for up to 1 h Pulls may fail while another zone takes over. (figures are our estimate)",
		"because acrcontosoml does", "What that does to mlw-contoso", "✗ train, score batch, register: lost until it is back because of stcontosoml down; data lost: at worst all of it",
		"✓ score online: holds", "14 resources read")
	tells(t, only(0), reporttest.Options(),
		"Region northeurope fails", "? mlw-contoso/sales (Azure SQL Database) is not known: carries on at best, down at worst not known: properties.zoneRedundant of mlw-contoso/sales",
		"? train: unknown (holds at best, lost at worst)", "! assumed: the server of sales is where its name says")
	tells(t, only(5), reporttest.Options(), "Key Vault in westeurope fails", "⇄ kv-contoso-ml (Key Vault) is failed over by hand in a time that nobody documents; data lost: 15 min")
	tells(t, only(7), reporttest.Options(), "✓ Every resource carries on.", "✓ author, train, score online, score batch, register, monitor: holds")

	r.Outages[2].Outage = outage.Outage{Scope: catalog.ScopeResource, Resource: &estate.Resource{Name: "one"}}
	r.Outages[2].Impacts[0].Because[0].Via = &estate.Resource{Name: "mlw/way"}
	tells(t, only(2), reporttest.Options(), "one fails ─", "stcontosoml down (by way of way)")
}

func TestOutagesOfManyAreCutShort(t *testing.T) {
	r := reporttest.Fleet(t, 160)
	view := func(w io.Writer, o report.Options) error {
		return text.Outages(w, r.Estate, r.Catalog, r.Outages[:1], o)
	}
	tells(t, view, reporttest.Options(), "and 10 more (all 40 with --verbose)", "and 30 more workspaces (all 40 with --verbose)")
	all := reporttest.Options()
	all.Verbose = true
	tells(t, view, all, "stml0156", "What that does to mlw-0156", "not: with --verbose")
}

func TestTablesThatCountWorkspaces(t *testing.T) {
	r := reporttest.Fleet(t, 40)
	for i := range r.Outages {
		for j := range r.Outages[i].Impacts {
			m := &r.Outages[i].Impacts[j]
			if m.Effect == outage.Lost && m.Capability == catalog.Register {
				m.Effect, m.AtBest, m.AtWorst = outage.Unknown, outage.None, outage.Lost
			}
			if m.Effect == outage.Lost && m.Capability == catalog.ScoreOnline {
				m.Effect = outage.Degraded
			}
		}
	}
	out := squeezed(string(render(t, r, nil)))
	for _, want := range []string{
		"✗ lost 10! 10! 0 10! 0 0 ? unknown 0 0 0 0 10! 0 ◐ degraded 0 0 10! 0 0 0 ✓ holds 30 30 30 30 30 40",
		"✓ 9 other outages take nothing from any workspace.", "and 20 more with gaps, and 10 without any",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, render(t, r, nil))
		}
	}
	for i := range 20 {
		copied := r.Outages[0]
		copied.Outage.Region = fmt.Sprintf("region%d", i)
		r.Outages = append(r.Outages, copied)
	}
	if out := squeezed(string(render(t, r, nil))); !strings.Contains(out, "11 milder outages are not shown (--verbose shows all 23).") {
		t.Errorf("outages that are left out are not counted:\n%s", render(t, r, nil))
	}
	for i := range r.Findings {
		r.Findings[i].Status = assess.Pass
	}
	if out := string(render(t, r, nil)); strings.Contains(out, "Worst off") {
		t.Errorf("somebody is worst off without any gap:\n%s", out)
	}
}

func TestWriteErrorsComeBack(t *testing.T) {
	boom := errors.New("disk full")
	r, c := reporttest.Contoso(t), reporttest.Catalog(t)
	w := failing{boom}
	for name, err := range map[string]error{
		"report": text.Write(w, r, report.Options{}), "catalog": text.Catalog(w, c, report.Options{}), "service": text.Service(w, c, c.Services()[0], report.Options{}),
		"rule": text.Rule(w, c, c.Rules()[0], report.Options{}), "rules": text.Rules(w, c, report.Options{}), "outages": text.Outages(w, r.Estate, c, r.Outages, report.Options{}),
	} {
		if !errors.Is(err, boom) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
