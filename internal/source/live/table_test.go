package live

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// TestEveryChildThatRulesAskForIsRead holds the table against the catalog: a kind
// of child that a setting looks at must be listed, or be known from elsewhere.
func TestEveryChildThatRulesAskForIsRead(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	for _, l := range loadTable().Lists {
		given[strings.ToLower(l.Gives)] = true
	}
	for _, s := range cat.Services() {
		for _, set := range s.Settings {
			if set.Child != "" && !given[strings.ToLower(set.Child)] {
				t.Errorf("the setting %s of %s looks at %s, which nothing reads", set.Name, s.ID, set.Child)
			}
		}
	}
}

// TestTheTableIsComplete wants every list to say where its children are.
func TestTheTableIsComplete(t *testing.T) {
	for _, l := range loadTable().Lists {
		ways := 0
		for _, is := range []bool{l.Graph, l.Body, l.Path != "", l.Reads != ""} {
			if is {
				ways++
			}
		}
		if ways != 1 || l.Of == "" || l.Gives == "" && l.Keep == "" || (l.Path != "" || l.Reads != "") && l.Version == "" {
			t.Errorf("%+v", l)
		}
	}
	for _, typ := range loadTable().Types {
		if typ != strings.ToLower(typ) {
			t.Errorf("%s is not spelt as Resource Graph does", typ)
		}
	}
}

// TestSettingsAreNotTakenForSecrets wants no member on the way to a setting of the
// catalog to have the name of a secret: it would be masked.
func TestSettingsAreNotTakenForSecrets(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range cat.Services() {
		for _, set := range s.Settings {
			for _, path := range set.Path {
				for step := range strings.FieldsFuncSeq(path, func(r rune) bool { return strings.ContainsRune(".[]*{}", r) }) {
					if redact.Secret(step) && !fold(kinds, step) && step != "enableRbacAuthorization" { // that is a bool in ARM, and those are not masked
						t.Errorf("%s of %s reads %s, and %s is taken for a secret", set.Name, s.ID, path, step)
					}
				}
			}
		}
	}
}

// TestMask masks what a body may hold, and nothing that names a resource.
func TestMask(t *testing.T) {
	for text, hidden := range map[string]bool{
		`{"properties":{"accountKey":"canary"}}`:                                                        true,
		`{"properties":{"credentials":{"credentialsType":"AccountKey","secrets":{"key":"canary"}}}}`:    true,
		`{"properties":{"credentials":{"key":{"deep":["canary"]}}}}`:                                    true,
		`{"properties":{"administratorLoginPassword":"canary"}}`:                                        true,
		`{"properties":{"target":"https://a.blob.core.windows.net/c?sv=1&sig=canary"}}`:                 true,
		`{"tags":{"conn":"Server=x;Password=canary;Encrypt=true"}}`:                                     true,
		`{"properties":{"environmentVariables":[{"name":"x","secureValue":"canary"}]}}`:                 true,
		`{"properties":{"dataEncryption":{"primaryKeyURI":"https://canary.vault.azure.net/keys/k/1"}}}`: false,
		`{"properties":{"primaryKey":"/subscriptions/s/resourceGroups/canary"}}`:                        false,
		`{"properties":{"accountName":"canary"}}`:                                                       false,
		`{"properties":{"credentials":{"credentialsType":"canary"}}}`:                                   false,
	} {
		body := `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.X/y/z",` + text[1:]
		r, err := resource([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(r.Body.AppendJSON(nil)); strings.Contains(got, "canary") == hidden {
			t.Errorf("%s\nbecomes %s", text, got)
		}
	}
}
