package deploy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/deploy"
)

var changeTypes = []azure.ChangeType{azure.ChangeCreate, azure.ChangeModify, azure.ChangeNone, azure.ChangeNoEffect, azure.ChangeDeploy,
	azure.ChangeDelete, azure.ChangeIgnore, azure.ChangeUnsupported, "SomethingNew"}

// TestWhatIsNotEvaluatedIsNeverNoChange for every type that Azure may say, also
// one that is not known yet.
func TestWhatIsNotEvaluatedIsNeverNoChange(t *testing.T) {
	want := []deploy.Kind{deploy.Create, deploy.Modify, deploy.NoChange, deploy.NoChange, deploy.NotEvaluated, deploy.Delete, deploy.NotEvaluated, deploy.NotEvaluated, deploy.NotEvaluated}
	for i, typ := range changeTypes {
		p := deploy.NewPreview(&azure.WhatIfResult{Changes: []azure.WhatIfChange{{ResourceID: group + "/providers/A.B/c/d", ChangeType: typ}}}, nil)
		c := p.Changes[0]
		if c.Kind != want[i] || (c.Kind == deploy.NotEvaluated) != (c.Why != "") || c.Untouched != (typ == azure.ChangeIgnore) {
			t.Errorf("%s becomes %+v", typ, c)
		}
		if c.Type != "A.B/c" || c.Name != "d" || c.Group != "g" {
			t.Errorf("named %+v", c)
		}
	}
}

// TestTheCountsAddUp, and the bodies before and after are those that Azure tells.
func TestTheCountsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var w azure.WhatIfResult
		body := rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage("null"), json.RawMessage(`{"location":"x"}`), json.RawMessage(`[1]`), json.RawMessage(`no`)})
		for i := range rapid.IntRange(0, 20).Draw(rt, "changes") {
			c := azure.WhatIfChange{ResourceID: group + "/providers/A.B/c/d" + string(rune('a'+i)), ChangeType: rapid.SampledFrom(changeTypes).Draw(rt, "type"),
				Before: body.Draw(rt, "before"), After: body.Draw(rt, "after")}
			if rapid.Bool().Draw(rt, "maybe") {
				w.Potential = append(w.Potential, c)
			} else {
				w.Changes = append(w.Changes, c)
			}
		}
		p := deploy.NewPreview(&w, nil)
		sum := 0
		for _, n := range p.Counts() {
			sum += n
		}
		if all := len(w.Changes) + len(w.Potential); sum != all || len(p.Changes) != all || len(p.Before) > all || len(p.After) > all {
			rt.Fatalf("%d changes are counted as %d", all, sum)
		}
		if _, err := json.Marshal(p); err != nil {
			rt.Fatal(err)
		}
	})
}

// TestEachPropertyHasItsPath through objects and arrays, with old and new value.
func TestEachPropertyHasItsPath(t *testing.T) {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	p := deploy.NewPreview(&azure.WhatIfResult{Changes: []azure.WhatIfChange{{ResourceID: group + "/providers/A.B/c/d", ChangeType: azure.ChangeModify, Delta: []azure.PropertyChange{
		{Path: "sku.name", Type: "Modify", Before: raw(`"a"`), After: raw(`"b"`)},
		{Path: "properties.list", Type: "Array", Before: raw("null"), After: raw("null"), Children: []azure.PropertyChange{
			{Path: "0", Type: "Modify", Children: []azure.PropertyChange{{Path: "size", Type: "Create", Before: raw("null"), After: raw("3")}}},
			{Path: "12", Type: "Delete", Before: raw(`{"x":1}`)},
		}},
		{Path: "properties.adminPassword", Type: "Modify", Before: raw(`"hunter-one"`), After: raw(`"hunter-two"`)},
		{Path: "properties.time", Type: "NoEffect", After: raw(`"now"`)},
	}}}}, nil)
	var got []string
	for _, x := range p.Changes[0].Properties {
		line := x.Path + " " + string(x.Old) + ">" + string(x.New)
		if x.NoEffect {
			line += " no effect"
		}
		got = append(got, line)
	}
	want := `sku.name "a">"b"
properties.list[0].size >3
properties.list[12] {"x":1}>
properties.adminPassword "(secret)">"(secret)"
properties.time >"now" no effect`
	if strings.Join(got, "\n") != want {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// TestSecretsAreHiddenWhereverTheyTurnUp: in a text, in JSON, as a part, escaped,
// and what the template makes of them.
func TestSecretsAreHiddenWhereverTheyTurnUp(t *testing.T) {
	secret := `pä"ss word+1`
	d := read(t, "m.json", templ(`"parameters": {"p": {"type": "securestring"}, "o": {"type": "secureObject", "defaultValue": {"deep": ["inner-secret"], "n": 48151623}}, "short": {"type": "securestring", "defaultValue": "ab"}},
	"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"upper": "[toUpper(parameters('p'))]", "made": "[base64(concat('user:', parameters('p')))]"}}]`),
		azure.Scope{Subscription: "s", Group: "g"}, map[string]string{"p": secret})
	for _, text := range []string{secret, "before " + secret + " after", strings.ToUpper(secret), `p\u00e4`, "inner-secret", "48151623", "ab", "dXNlcjpww6Qic3Mgd29yZCsx"} {
		got := d.Secrets.Hide(text)
		if text == `p\u00e4` {
			continue // a part of a secret is none
		}
		if strings.Contains(got, text) {
			t.Errorf("%q goes through as %q", text, got)
		}
	}
	body, _ := json.Marshal(map[string]any{"a": secret, "b": []any{"x " + secret}, "n": 48151623, "password": "other", "fine": "cabbage"})
	got := string(d.Secrets.JSON(body))
	if got != `{"a":"(secret)","b":["x (secret)"],"fine":"cabbage","n":"(secret)","password":"(secret)"}` {
		t.Errorf("%s", got)
	}
	if d.Secrets.JSON(nil) != nil || d.Secrets.JSON(json.RawMessage("null")) != nil {
		t.Error("what is absent becomes something")
	}
}
