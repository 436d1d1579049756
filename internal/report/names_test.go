package report_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func TestOutagesHaveNames(t *testing.T) {
	services := report.IndexServices(reporttest.Catalog(t))
	account := &estate.Resource{Name: "stml"}
	zone := func(z string) outage.Outage {
		return outage.Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: z}
	}
	for _, tt := range []struct {
		outages     []outage.Outage
		name, title string
		plain       string
	}{
		{[]outage.Outage{zone("1")}, "zone 1", "zone 1 of westeurope", "zone 1 of westeurope"},
		{[]outage.Outage{zone("1"), zone("3")}, "zones 1, 3", "any of zones 1, 3 of westeurope", "zones 1, 3 of westeurope"},
		{[]outage.Outage{{Scope: catalog.ScopeZone, Region: "{resourceGroup().location}", Zone: "any"}}, "any one zone", "any one zone of its group's region", "any one zone of its group's region"},
		{[]outage.Outage{{Scope: catalog.ScopeRegion, Region: "westeurope"}}, "the whole region", "region westeurope", "region westeurope"},
		{[]outage.Outage{{Scope: catalog.ScopeRegion, Region: "{resourceGroup().location}"}}, "the whole region", "the group's region", "the group's region"},
		{[]outage.Outage{{Scope: catalog.ScopeService, Region: "westeurope", Service: "key-vault"}}, "Key Vault", "Key Vault in westeurope", "Key Vault in westeurope"},
		{[]outage.Outage{{Scope: catalog.ScopeService, Service: "unheard-of"}}, "unheard-of", "unheard-of", "unheard-of"},
		{[]outage.Outage{{Scope: catalog.ScopeResource, Resource: account}}, "stml", "stml", "stml"},
		{[]outage.Outage{{Scope: catalog.ScopeNode, Resource: account}}, "stml", "a node of stml", "a node of stml"},
		{nil, "", "any of ", ""},
	} {
		if got := report.OutagesName(tt.outages, services); got != tt.name {
			t.Errorf("the name is %q, want %q", got, tt.name)
		}
		if got := report.OutagesTitle(tt.outages, services); got != tt.title {
			t.Errorf("the title is %q, want %q", got, tt.title)
		}
		if got := report.OutagesPlain(tt.outages, services); got != tt.plain {
			t.Errorf("in a list it is %q, want %q", got, tt.plain)
		}
	}
}

func TestResourcesHaveNames(t *testing.T) {
	id := estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a/blobServices/b")
	for _, tt := range []struct {
		r           *estate.Resource
		name, short string
	}{
		{nil, "", ""},
		{&estate.Resource{Name: "x/y"}, "x/y", "y"},
		{&estate.Resource{ID: id}, "a/b", "b"},
		{&estate.Resource{ID: estate.ParseID("what")}, "what", "what"},
		{&estate.Resource{Name: "{concat(a, '/', b)}"}, "{concat(a, '/', b)}", "{concat(…)}"},
		{&estate.Resource{Name: "x/st{uniqueString(resourceGroup().id)}1"}, "x/st{uniqueString(resourceGroup().id)}1", "st{…}1"},
		{&estate.Resource{Name: "{storage of ml}"}, "{storage of ml}", "{storage of ml}"},
		{&estate.Resource{Name: "odd}{(name"}, "odd}{(name", "odd}{(name"},
	} {
		if got := report.ResourceName(tt.r); got != tt.name {
			t.Errorf("the name is %q, want %q", got, tt.name)
		}
		if got := report.ShortName(tt.r); got != tt.short {
			t.Errorf("the short name is %q, want %q", got, tt.short)
		}
	}
}

func TestPlaces(t *testing.T) {
	for want, o := range map[string]estate.Origin{
		"": {Line: 3}, "a.json": {File: "a.json"}, "a.json:3": {File: "a.json", Line: 3}, "a.json:3:7": {File: "a.json", Line: 3, Column: 7},
	} {
		if got := report.Place(o); got != want {
			t.Errorf("%+v is %q, want %q", o, got, want)
		}
	}
	for in, want := range map[string]string{"": "no region", "westeurope": "westeurope", "{resourceGroup().location}": "its group's region", "{x}": "{x}"} {
		if got := report.RegionName(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	if report.InputName("-") != "standard input" || report.InputName("a") != "a" {
		t.Error("the standard input has no name")
	}
}

func TestSourcesBecomeLinks(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.com/a":      "https://example.com/a",
		"http://example.com":         "http://example.com",
		"MicrosoftDocs/azure:a/b.md": "https://github.com/MicrosoftDocs/azure/blob/HEAD/a/b.md",
		"owner/repo:a.md (line 3)":   "https://github.com/owner/repo/blob/HEAD/a.md",
		"javascript:alert(1)":        "",
		"ftp://example.com/a":        "",
		"a book":                     "",
		"see a/b: the third chapter": "",
	} {
		if got := report.SourceLink(in); got != want {
			t.Errorf("%q leads to %q, want %q", in, got, want)
		}
	}
	c := reporttest.Catalog(t)
	if got := report.SourceText(c, "storage-redundancy"); got != "https://learn.microsoft.com/azure/storage/common/storage-redundancy" {
		t.Errorf("got %q", got)
	}
	if report.SourceText(c, "nowhere") != "nowhere" || report.SourceText(nil, "x") != "x" {
		t.Error("a source that is not there is not told by its key")
	}
}
