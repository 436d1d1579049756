package deploy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/deploy"
)

const placed = `"parameters": {
    "size": {"type": "string", "defaultValue": "x"}
  },
  /* a comment <of> two
     lines */
  "resources": [
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "one",
     "location": "westeurope", "sku": {"name": "Standard_LRS"}, "properties": {
       "encryption": {"keySource": "Microsoft.Storage"}, // <-- in here
       "note": "a < b"
     }},
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "[concat('two', uniqueString(utcNow()))]",
     "location": "westeurope", "kind": "BlobStorage", "sku": {"name": "Standard_LRS"}}
  ],
  "outputs": {"o": {"type": "string", "value": "v"}}`

const group = "/subscriptions/s/resourceGroups/g"

// TestWhatAzureComplainsOfPointsToTheFile in all the ways in which Azure tells
// where something is.
func TestWhatAzureComplainsOfPointsToTheFile(t *testing.T) {
	d := read(t, "main.json", templ(strings.ReplaceAll(placed, "utcNow()", "resourceGroup().name")), azure.Scope{Subscription: "s", Group: "g"}, nil)
	sent := string(d.Request.Template)
	column := func(text string) int { return strings.Index(sent, text) + 1 }
	one := group + "/providers/Microsoft.Storage/storageAccounts/one"
	for name, tt := range map[string]struct {
		err  azure.Error
		want string
	}{
		"line and column of what was sent": {azure.Error{Code: "InvalidTemplate", Message: fmt.Sprintf("The template resource 'one' at line '1' and column '%d' is not valid.", column(`"keySource"`))}, "main.json:11:23"},
		"line and position":                {azure.Error{Code: "X", Message: fmt.Sprintf("Path 'a', line 1, position %d.", column(`"BlobStorage"`))}, "main.json:15:32"},
		"a resource id":                    {azure.Error{Code: "X", Message: "no", Target: one}, "main.json:9:5"},
		"in other letters":                 {azure.Error{Code: "X", Message: "no", Target: strings.ToUpper(one)}, "main.json:9:5"},
		"the resource of the call":         {azure.Error{Code: "X", Message: "no", Resource: one}, "main.json:9:5"},
		"and a property":                   {azure.Error{Code: "X", Message: "no", Resource: one, Target: "encryption.keySource"}, "main.json:11:23"},
		"a property that is named":         {azure.Error{Code: "X", Message: "The property 'encryption' is bad.", Resource: one}, "main.json:11:8"},
		"a path in the template":           {azure.Error{Code: "X", Message: "bad", Target: "properties.template.resources[1].sku.name"}, "main.json:15:63"},
		"a parameter":                      {azure.Error{Code: "X", Message: "The value for the template parameter 'size' is not provided."}, "main.json:4:5"},
		"an output":                        {azure.Error{Code: "X", Message: "The template output 'o' is not valid."}, "main.json:17:15"},
		"a name":                           {azure.Error{Code: "X", Message: "The storage account named 'one' is already taken."}, "main.json:9:5"},
		"nothing":                          {azure.Error{Code: "X", Message: "Something is wrong."}, ""},
		"a line that is not there":         {azure.Error{Code: "X", Message: "at line '900' and column '1'"}, ""},
	} {
		got := d.Problems(&tt.err)
		if len(got) != 1 || got[0].Place() != tt.want {
			t.Errorf("%s: %+v at %q, want %q", name, got, got[0].Place(), tt.want)
		}
	}
}

// TestAllCausesAreTold, the innermost ones, each with its own place.
func TestAllCausesAreTold(t *testing.T) {
	d := read(t, "main.json", templ(placed[:strings.Index(placed, ",\n    {\"type\"")]+"]"), azure.Scope{Subscription: "s", Group: "g"}, nil)
	got := d.Problems(fmt.Errorf("wrapped: %w", &azure.Error{Code: "Outer", Message: "see the details", Details: []azure.Detail{
		{Code: "First", Message: "one", Target: group + "/providers/Microsoft.Storage/storageAccounts/one"},
		{Code: "Middle", Message: "see below", Details: []azure.Detail{{Code: "Second", Message: "The parameter 'size' is bad."}}},
	}}))
	if len(got) != 2 || got[0].Code != "First" || got[0].Line != 9 || got[1].Code != "Second" || got[1].Line != 4 {
		t.Errorf("%+v", got)
	}
	if got := d.Problems(errors.New("no answer")); got != nil {
		t.Errorf("an error that is none of Azure's: %+v", got)
	}
	var none *deploy.Template
	if got := none.Problems(&azure.Error{Code: "X", Message: "m", Target: group}); len(got) != 1 || got[0].Line != 0 {
		t.Errorf("without a template: %+v", got)
	}
}

// TestAnyComplaintIsTakenIn: whatever Azure says, there is a problem, with a place
// within the file or none.
func TestAnyComplaintIsTakenIn(t *testing.T) {
	text := templ(strings.ReplaceAll(placed, "utcNow()", "resourceGroup().name"))
	d := read(t, "main.json", text, azure.Scope{Subscription: "s", Group: "g"}, nil)
	lines := strings.Count(text, "\n") + 1
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.SampledFrom([]string{"line '", "1", "and column '", "'", "one", "property '", "template.resources[", "0", "]", ".sku", "parameter '", "size", group, "/providers/", "Microsoft.Storage/", "é", " "})
		say := func(label string) string {
			return strings.Join(rapid.SliceOfN(word, 0, 12).Draw(rt, label), "")
		}
		e := azure.Error{Code: say("code"), Message: say("message"), Target: say("target"), Resource: say("resource")}
		for _, p := range d.Problems(&e) {
			if p.Line < 0 || p.Line > lines || p.Message == "" || (p.Line > 0) != (p.File != "") {
				rt.Fatalf("%+v", p)
			}
		}
	})
}
