package estate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Ids as Azure, templates and people write them.
func TestIDsAsTheyAreWritten(t *testing.T) {
	const kv = group + "/providers/Microsoft.KeyVault/vaults/kv"
	for text, want := range map[string]struct {
		arm       bool
		typ, name string
	}{
		kv:                                  {true, "Microsoft.KeyVault/vaults", "kv"},
		strings.ToLower(kv):                 {true, "microsoft.keyvault/vaults", "kv"},
		kv + "/":                            {true, "Microsoft.KeyVault/vaults", "kv"},
		kv + "///":                          {true, "Microsoft.KeyVault/vaults", "kv"},
		"\t" + kv + "\n":                    {true, "Microsoft.KeyVault/vaults", "kv"},
		kv + "/secrets/s/versions/1":        {true, "Microsoft.KeyVault/vaults/secrets/versions", "kv/s/1"},
		kv + "/secrets":                     {true, "Microsoft.KeyVault/vaults/secrets", "kv"}, // a collection: the name is its parent's
		kv + "?api-version=2023-07-01":      {true, "Microsoft.KeyVault/vaults", "kv?api-version=2023-07-01"},
		"https://management.azure.com" + kv: {true, "Microsoft.KeyVault/vaults", "kv"},
		"kv":                                {false, "", ""},
		"/":                                 {false, "", ""},
		"//":                                {false, "", ""},
		"/subscriptions":                    {false, "", ""},
		"/subscriptions/":                   {false, "", ""},
		"/subscriptions/S":                  {true, "Microsoft.Resources/subscriptions", "S"},
		"/subscriptions/S/resourceGroups":   {false, "", ""},
		"/subscriptions/S/resourceGroups/g": {true, "Microsoft.Resources/resourceGroups", "g"},
		"/providers":                        {false, "", ""},
		"/providers/Microsoft.KeyVault":     {false, "Microsoft.KeyVault", ""},
		"{resourceId('a/b')}":               {false, "", ""},
		group + "/providers/Microsoft.KeyVault/vaults/{if(true(), 'a/b', 'c')}":                        {true, "Microsoft.KeyVault/vaults", "{if(true(), 'a/b', 'c')}"},
		group + "/providers/Microsoft.KeyVault/vaults/{unclosed/secrets/s":                             {true, "Microsoft.KeyVault/vaults", "{unclosed/secrets/s"},
		group + "/providers/Microsoft.KeyVault/vaults/x}y":                                             {true, "Microsoft.KeyVault/vaults", "x}y"},
		group + "/providers/A.B/c/providers":                                                           {true, "A.B/c", "providers"},
		"/subscriptions/resourceGroups/resourceGroups/providers/providers/Microsoft.KeyVault/vaults/v": {true, "Microsoft.KeyVault/vaults", "v"},
	} {
		id := ParseID(text)
		if id.IsARM() != want.arm || id.Type() != want.typ || id.Name() != want.name && want.arm {
			t.Errorf("%q is %v, %q %q; want %v, %q %q", text, id.IsARM(), id.Type(), id.Name(), want.arm, want.typ, want.name)
		}
	}
}

// From an id up to its top: each step is a parent, and the group stays.
func TestTheAncestorsOfAnID(t *testing.T) {
	deep := ParseID(group + "/providers/Microsoft.Storage/storageAccounts/st/blobServices/default/containers/c/providers/Microsoft.Authorization/locks/l")
	var types []string
	for id := deep; !id.IsZero(); id = id.Parent() {
		types = append(types, id.Type()+" "+id.LastName())
		if id.ResourceGroup() != "rg-ml" || id.Subscription() != "S" || id.Group().String() != group {
			t.Errorf("%s lies in %s of %s", id, id.Group(), id.Subscription())
		}
	}
	want := []string{"Microsoft.Authorization/locks l", "Microsoft.Storage/storageAccounts/blobServices/containers c", "Microsoft.Storage/storageAccounts/blobServices default", "Microsoft.Storage/storageAccounts st"}
	if d := cmp.Diff(want, types); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestIDsThatNameOneAnotherOnlyInLetterCase(t *testing.T) {
	for _, pair := range [][2]string{
		{group + "/providers/A.B/c/1", "/SUBSCRIPTIONS/s/RESOURCEGROUPS/RG-ML/PROVIDERS/a.b/C/1"},
		{group + "/providers/A.B/c/straße", group + "/providers/A.B/c/STRAßE"},
		{group + "/providers/A.B/c/1", group + "/providers/A.B/c/1/"},
		{group, group + "/"},
	} {
		a, b := ParseID(pair[0]), ParseID(pair[1])
		if !a.Equal(b) || !b.Equal(a) {
			t.Errorf("%s and %s are two", a, b)
		}
		e := Build([]*Resource{{ID: a, External: true}, {ID: b}}, nil, Coverage{})
		if len(e.Resources) != 1 || e.ByID(a) == nil || e.ByID(a) != e.ByID(b) {
			t.Errorf("%s and %s make %d resources", a, b, len(e.Resources))
		}
	}
	for _, pair := range [][2]string{{group + "/providers/A.B/c/1", group + "/providers/A.B/c/10"}, {group, group + "2"}, {p + "a", p + "a/d/b"}, {"", p}} {
		if ParseID(pair[0]).Equal(ParseID(pair[1])) {
			t.Errorf("%s and %s are one", pair[0], pair[1])
		}
	}
}

// What becomes of two mentions of one id, by what each of them is.
func TestTwoMentionsOfOneID(t *testing.T) {
	at := func(file string) Origin { return Origin{File: file, Line: 1, Column: 1} }
	given := func(file string) *Resource {
		r := res(p + "x")
		r.Origin, r.Location, r.Body = at(file), "westeurope", value.String(file)
		return r
	}
	named := func(file string) *Resource {
		r := ext(p + "x")
		r.Origin = at(file)
		return r
	}
	implied := func(file string) *Resource {
		r := named(file)
		r.Implied, r.Presence, r.Location = true, "[on()]", "northeurope"
		return r
	}
	for _, c := range []struct {
		what          string
		first, second *Resource
		file          string // where the one that stays comes from
		external      bool
		implied       bool
		presence      string
		told          int
	}{
		{"given twice: the first", given("a"), given("b"), "a", false, false, "", 1},
		{"named, then given", named("a"), given("b"), "b", false, false, "", 0},
		{"given, then named", given("a"), named("b"), "a", false, false, "", 0},
		{"implied, then given", implied("a"), given("b"), "b", false, false, "", 0},
		{"given, then implied", given("a"), implied("b"), "a", false, false, "", 0},
		{"named twice", named("a"), named("b"), "a", true, false, "", 0},
		{"implied, then named: somebody knows it", implied("a"), named("b"), "a", true, false, "", 0},
		{"named, then implied", named("a"), implied("b"), "a", true, false, "", 0},
		{"implied twice", implied("a"), implied("b"), "a", true, true, "[on()]", 0},
	} {
		user := res(p + "user")
		relations := []Relation{{From: user, To: c.first, Role: KeyVault}, {From: user, To: c.second, Role: Logs}}
		e := Build([]*Resource{c.first, user, c.second}, relations, Coverage{})
		r := e.ByID(ParseID(p + "x"))
		if len(e.Resources) != 2 || r.Origin.File != c.file || r.External != c.external || r.Implied != c.implied || r.Presence != c.presence {
			t.Errorf("%s: %+v of %d resources", c.what, r, len(e.Resources))
		}
		if len(e.Coverage.NotSeen) != c.told {
			t.Errorf("%s: told %+v", c.what, e.Coverage.NotSeen)
		}
		if !slices.Equal(r.Roles, []Role{KeyVault, Logs}) {
			t.Errorf("%s: the roles %v", c.what, r.Roles)
		}
	}
}

// A relation that certainly holds replaces the same one under a condition, and
// one that says more replaces one that says less, unless it is less certain.
func TestWhichOfTwoRelationsStays(t *testing.T) {
	for _, c := range []struct {
		what string
		a, b Relation
		want []string
	}{
		{"the same twice", Relation{Role: KeyVault}, Relation{Role: KeyVault}, []string{"key-vault"}},
		{"certain and under a condition", Relation{Role: KeyVault, Presence: "[c()]"}, Relation{Role: KeyVault}, []string{"key-vault"}},
		{"under two conditions", Relation{Role: KeyVault, Presence: "[a()]"}, Relation{Role: KeyVault, Presence: "[b()]"}, []string{"key-vault if [a()]"}},
		{"with a detail and without", Relation{Role: Datastore, Detail: "AzureBlob"}, Relation{Role: Datastore}, []string{"datastore AzureBlob"}},
		{"with two details", Relation{Role: Datastore, Detail: "AzureBlob"}, Relation{Role: Datastore, Detail: "AzureFile"}, []string{"datastore AzureBlob", "datastore AzureFile"}},
		{"the one with a detail is less certain", Relation{Role: Datastore, Detail: "AzureBlob", Presence: "[c()]"}, Relation{Role: Datastore}, []string{"datastore", "datastore AzureBlob if [c()]"}},
		{"both under the same condition", Relation{Role: Datastore, Detail: "AzureBlob", Presence: "[c()]"}, Relation{Role: Datastore, Presence: "[c()]"}, []string{"datastore AzureBlob if [c()]"}},
		{"two roles", Relation{Role: KeyVault}, Relation{Role: EncryptionKey}, []string{"encryption-key", "key-vault"}},
	} {
		for _, order := range [][2]Relation{{c.a, c.b}, {c.b, c.a}} {
			from, to := res(p+"a"), res(p+"b")
			var relations []Relation
			for _, r := range order {
				r.From, r.To = from, to
				relations = append(relations, r)
			}
			var got []string
			for _, r := range Build([]*Resource{from, to}, relations, Coverage{}).Relations {
				text := strings.TrimSpace(string(r.Role) + " " + r.Detail)
				if r.Presence != "" {
					text += " if " + r.Presence
				}
				got = append(got, text)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s: -want +got\n%s", c.what, d)
			}
		}
	}
}

// An estate of nothing answers as any other.
func TestAnEmptyEstate(t *testing.T) {
	for _, e := range []*Estate{Build(nil, nil, Coverage{}), Build([]*Resource{}, []Relation{}, Coverage{})} {
		if len(e.Resources) != 0 || len(e.Relations) != 0 || e.ByID(ParseID(p+"x")) != nil || e.ByID(ResourceID{}) != nil || len(e.Workspaces()) != 0 {
			t.Errorf("%+v", e)
		}
		for range e.LeansOn(res(p + "x")) {
			t.Error("it has relations")
		}
	}
}

// A loop over relations may end early, and one in another one.
func TestLoopsOverRelations(t *testing.T) {
	hub := res(p + "hub")
	resources := []*Resource{hub}
	var relations []Relation
	for i := range 5 {
		r := res(fmt.Sprintf("%sx%d", p, i))
		resources, relations = append(resources, r), append(relations, Relation{From: r, To: hub, Role: Hub}, Relation{From: hub, To: r, Role: Network})
	}
	e := Build(resources, relations, Coverage{})
	n := 0
	for range e.LeanedOnBy(hub) {
		if n++; n == 2 {
			break
		}
	}
	for out := range e.LeansOn(hub) {
		for in := range e.LeansOn(out.To) {
			if in.To != hub {
				t.Errorf("%s leans on %s", out.To.Name, in.To.Name)
			}
			n++
		}
	}
	if n != 2+5 {
		t.Errorf("%d steps", n)
	}
}

// The order in which resources and relations come does not matter for what the
// estate is.
func TestTheOrderOfTheInputDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		make := func() ([]*Resource, []Relation) {
			var resources []*Resource
			for i := range 6 {
				resources = append(resources, res(fmt.Sprintf("%sn%d", p, i)))
			}
			var relations []Relation
			for i := range 12 {
				relations = append(relations, Relation{From: resources[i%6], To: resources[i*i%5], Role: []Role{Logs, Network}[i%2], Detail: []string{"", "d"}[i/6]})
			}
			return resources, relations
		}
		a, ra := make()
		b, rb := make()
		b, rb = rapid.Permutation(b).Draw(t, "resources"), rapid.Permutation(rb).Draw(t, "relations")
		first, second := Encoding{}.AppendDocument(nil, Build(a, ra, Coverage{})), Encoding{}.AppendDocument(nil, Build(b, rb, Coverage{}))
		if string(first) != string(second) {
			t.Fatalf("%s\n%s", first, second)
		}
	})
}

// bodyOf is how a body stands in the JSON of an estate.
func bodyOf(t *testing.T, v value.Value) string {
	t.Helper()
	r := res(p + "x")
	r.Body = value.Object([]value.Member{{Key: "v", Value: v}})
	var doc struct {
		Estate struct {
			Resources []struct {
				Body map[string]json.RawMessage
			}
		}
	}
	text := Encoding{Bodies: true}.AppendDocument(nil, Build([]*Resource{r}, nil, Coverage{}))
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return string(doc.Estate.Resources[0].Body["v"])
}

// Each kind of value in the JSON of an estate.
func TestHowValuesAreWritten(t *testing.T) {
	x := expr.Call("parameters", expr.Str("x"))
	for _, c := range []struct {
		what string
		v    value.Value
		want string
	}{
		{"a text", value.String("a\"b\\c\n\u2028"), `"a\"b\\c\n` + "\u2028" + `"`},
		{"a number", value.Int(-7), `-7`},
		{"a large number", value.Int(9007199254740993), `9007199254740993`},
		{"a fraction", value.Float(0.5), `0.5`},
		{"true", value.Bool(true), `true`},
		{"null", value.Null(), `null`},
		{"an empty object", value.Object(nil), `{}`},
		{"an empty list", value.Array(nil), `[]`},
		{"a list", value.Array([]value.Value{value.Int(1), value.Array(nil), value.String("")}), `[1,[],""]`},
		{"a secret", value.String("hunter2").WithSecret(), `{"$secret":true}`},
		{"an unknown", value.FromUnknown(value.Unknown{Residual: x}), `{"$unknown":"[parameters('x')]","$reason":0}`},
		{"an unknown with all it knows", value.FromUnknown(value.Unknown{Residual: x, Hint: value.StringKind, Subject: "x", Resource: "/r", NotNull: true, Reason: value.MissingParameter}),
			fmt.Sprintf(`{"$unknown":"[parameters('x')]","$reason":%d,"$hint":%d,"$subject":"x","$resource":"/r","$notNull":true}`, value.MissingParameter, value.StringKind)},
		{"a text with a hole", value.FromUnknown(value.Unknown{Residual: x, Parts: []value.Part{{Lit: "st"}, {Hole: x}}}),
			`{"$unknown":"[parameters('x')]","$reason":0,"$parts":["st",{"$hole":"[parameters('x')]"}]}`},
		{"a choice", value.FromUnknown(value.Unknown{Residual: x, Choice: &value.Choice{Cond: x, Then: value.Int(1), Else: value.String("k").WithSecret()}}),
			`{"$unknown":"[parameters('x')]","$reason":0,"$choice":{"if":"[parameters('x')]","then":1,"else":{"$secret":true}}}`},
	} {
		if got := bodyOf(t, c.v); got != c.want {
			t.Errorf("%s is\n%s, want\n%s", c.what, got, c.want)
		}
	}
}

// What a secret is stays inside, however deep it lies.
func TestNoSecretIsWritten(t *testing.T) {
	secret := value.String("hunter2").WithSecret()
	x := expr.Call("parameters", expr.Str("x"))
	for _, v := range []value.Value{
		secret, value.Array([]value.Value{value.Int(1), secret}), value.Object([]value.Member{{Key: "a", Value: value.Object([]value.Member{{Key: "b", Value: secret}})}}),
		value.FromUnknown(value.Unknown{Residual: x, Choice: &value.Choice{Cond: x, Then: value.Array([]value.Value{secret}), Else: value.Null()}}),
		value.Object([]value.Member{{Key: "a", Value: value.String("hunter2")}}).WithSecret(),
		value.Array([]value.Value{value.String("hunter2")}).WithSecret(),
	} {
		if got := bodyOf(t, v); strings.Contains(got, "hunter2") {
			t.Errorf("it says %s", got)
		}
	}
}

// The facts stand with each resource; without them their keys are there, empty.
func TestTheFactsOfResources(t *testing.T) {
	e := Build([]*Resource{res(p + "a"), ext(p + "b")}, nil, Coverage{})
	facts := func(r *Resource) (string, string) { return "customer", "of " + r.Name }
	for enc, want := range map[*Encoding][2]string{{}: {"", ""}, {Facts: facts}: {"customer", "of a"}} {
		var doc document
		if err := json.Unmarshal(enc.AppendDocument(nil, e), &doc); err != nil {
			t.Fatal(err)
		}
		if r := doc.Estate.Resources[0]; r.ManagedBy != want[0] || r.HAByDefault != want[1] {
			t.Errorf("%+v", r)
		}
	}
}

// Lists are lists in the JSON, also where there is nothing in them: programs
// that read it need no case for null.
func TestListsAreNeverNull(t *testing.T) {
	for _, enc := range []Encoding{{}, {Bodies: true}} {
		for _, e := range []*Estate{Build(nil, nil, Coverage{}), Build([]*Resource{res(p + "a"), ext(p + "b")}, nil, Coverage{Inputs: []Input{{Name: "f"}}})} {
			text := string(enc.AppendDocument(nil, e))
			for _, key := range []string{"zones", "roles", "resources", "relations", "inputs", "notSeen"} {
				if strings.Contains(text, `"`+key+`":null`) {
					t.Errorf("%s is null in %s", key, text)
				}
			}
		}
	}
}

// Locations in any spelling that Azure gives, and texts that are none.
func TestLocationsInAnySpelling(t *testing.T) {
	for text, want := range map[string]string{
		"eastus2": "eastus2", "East US 2": "eastus2", "EAST US 2": "eastus2", "(Europe) West Europe": "(europe)westeurope", "\twesteurope\n": "westeurope", "Global": "global",
		"{toLower('West Europe')}": "{toLower('West Europe')}", "Ã": "ã",
	} {
		if got := NormalizeLocation(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		if again := NormalizeLocation(NormalizeLocation(text)); again != NormalizeLocation(text) {
			t.Errorf("%q twice is %q", text, again)
		}
	}
	for text, want := range map[string]bool{"": false, "a": false, "{x}": true, "a{x}b": true, "[parameters('x')]": false} {
		if IsSymbolic(text) != want {
			t.Errorf("%q is symbolic: %v", text, !want)
		}
	}
}

// Every pair joins two regions that are known, and every mutual one says so from
// both sides.
func TestPairsJoinRegions(t *testing.T) {
	for _, r := range Regions() {
		switch other, ok := RegionByName(r.Pair); {
		case r.Pair == "" && r.PairMutual:
			t.Errorf("%s has no pair, which is mutual", r.Name)
		case r.Pair != "" && (!ok || other.Name == r.Name):
			t.Errorf("%s is paired with %s", r.Name, r.Pair)
		case r.PairMutual && (other.Pair != r.Name || !other.PairMutual):
			t.Errorf("%s is paired with %s, which is paired with %s", r.Name, r.Pair, other.Pair)
		case r.Pair != "" && !r.PairMutual && other.Pair == r.Name:
			t.Errorf("%s and %s are paired with each other, and it does not say so", r.Name, r.Pair)
		}
		if r.Zones != 0 && r.Zones != 3 || r.DisplayName == "" || r.Geography == "" || NormalizeLocation(r.DisplayName) != r.Name && !strings.Contains(r.DisplayName, "(") {
			t.Errorf("%s is called %q, with %d zones", r.Name, r.DisplayName, r.Zones)
		}
	}
}
