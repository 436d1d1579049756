package deployment

import (
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

func TestPeriodsAreWrittenAsISO8601(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "PT0S", -time.Second: "PT0S", time.Second: "PT1S", 1500 * time.Millisecond: "PT1.5S", time.Minute: "PT1M",
		61 * time.Second: "PT1M1S", 2*time.Hour + 3*time.Second: "PT2H3S", 26*time.Hour + 5*time.Minute: "PT26H5M",
		123456700 * time.Nanosecond: "PT0.1234567S",
	} {
		if got := period(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

func TestTimesHaveSevenDigits(t *testing.T) {
	if got := timestamp(time.Date(2026, 1, 2, 3, 4, 5, 600, time.FixedZone("x", 3600))); got != "2026-01-02T02:04:05.0000006Z" {
		t.Errorf("got %s", got)
	}
}

func TestTypesAreNamedAsTheServiceDoes(t *testing.T) {
	for _, test := range []struct {
		declared string
		v        value.Value
		secure   bool
		want     string
	}{
		{"string", value.Null(), false, "String"}, {"secureString", value.Null(), true, "SecureString"}, {"INT", value.Null(), false, "Int"},
		{"", value.Bool(true), false, "Bool"}, {"", value.String("x"), true, "SecureString"}, {"", value.Null(), false, "Object"},
		{"secureobject", value.Null(), true, "SecureObject"}, {"array", value.Null(), false, "Array"}, {"", value.Int(1), false, "Int"},
	} {
		if got := typeName(test.declared, test.v, test.secure); got != test.want {
			t.Errorf("%q %v is %s, want %s", test.declared, test.v.Kind(), got, test.want)
		}
	}
}

func TestRelativePathsStayOnTheirHost(t *testing.T) {
	for _, test := range []struct{ base, path, want string }{
		{"https://h/a/main.json", "b.json", "https://h/a/b.json"},
		{"https://h/a/main.json", "nested/b.json", "https://h/a/nested/b.json"},
		{"https://h/a/c/main.json", "../b.json", "https://h/a/b.json"},
		{"https://h/main.json", "../../../b.json", "https://h/b.json"},
		{"https://h/a/main.json?sig=1", "b.json", "https://h/a/b.json?sig=1"},
		{"https://h", "b.json", "https://h/b.json"},
		{"main.json", "b.json", "b.json"},
	} {
		if got := relative(test.base, test.path); got != test.want {
			t.Errorf("%s from %s is %s, want %s", test.path, test.base, got, test.want)
		}
	}
	if got := withoutQuery("https://h/x?sig=secret"); got != "https://h/x" {
		t.Errorf("got %s", got)
	}
}

func TestScopesAreGroupsAndSubscriptions(t *testing.T) {
	for scope, want := range map[string]place{
		"/subscriptions/s":                       {scope: "/subscriptions/s", subscription: "s"},
		"/SUBSCRIPTIONS/s/resourcegroups/g":      {scope: "/subscriptions/s/resourceGroups/g", subscription: "s", group: "g"},
		"":                                       {},
		"/":                                      {},
		"/subscriptions":                         {},
		"/subscriptions/s/resourceGroups/g/x":    {},
		"/subscriptions/s/providers/A.B/c/n":     {},
		"/providers/Microsoft.Management/mg/m/x": {},
	} {
		p, err := parseScope(scope)
		if p.scope != want.scope || p.subscription != want.subscription || p.group != want.group || (err == nil) != (want.scope != "") {
			t.Errorf("%q is %+v, %v", scope, p, err)
		}
	}
}

func TestGroupsHaveOneID(t *testing.T) {
	for id, want := range map[string]string{
		"/subscriptions/s/providers/Microsoft.Resources/resourceGroups/g":                  "/subscriptions/s/resourceGroups/g",
		"/subscriptions/s/resourceGroups/r/providers/Microsoft.Resources/resourceGroups/g": "/subscriptions/s/resourceGroups/g",
		"/subscriptions/s/resourceGroups/g":                                                "/subscriptions/s/resourceGroups/g",
		"/subscriptions/s/resourceGroups/g/providers/A.B/c/n":                              "/subscriptions/s/resourceGroups/g/providers/A.B/c/n",
		"/providers/Microsoft.Resources/resourceGroups/g":                                  "/providers/Microsoft.Resources/resourceGroups/g",
	} {
		if got := groupID(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
}

// Secrets are hidden wherever they come back in a body; short ones, which anything could hold, only where they were.
func TestSecretsAreHiddenInBodies(t *testing.T) {
	m := masking{secrets: []string{"hunter2"}}
	got := m.hide(object.Object{"a": "hunter2", "b": []any{"x hunter2 y", object.Object{"c": "hunter2", "d": true, "e": nil}}, "f": "fine"})
	if src := string(object.Encode(object.Object{"v": got})); src != `{"v":{"a":"*******","b":["*******",{"c":"*******","d":true,"e":null}],"f":"fine"}}` {
		t.Errorf("got %s", src)
	}
	var short masking
	short.collect(value.Object([]value.Member{{Key: "a", Value: value.String("ab").WithSecret()}, {Key: "b", Value: value.Array([]value.Value{value.String("abcd")}).WithSecret()}}))
	if len(short.secrets) != 1 || short.secrets[0] != "abcd" {
		t.Errorf("remembered are %q", short.secrets)
	}
}

func TestWhatIsNotKnownStandsAsItsExpression(t *testing.T) {
	v := value.Object([]value.Member{
		{Key: "a", Value: value.FromUnknown(value.Unknown{Reason: value.RuntimeReference})}, {Key: "s", Value: value.String("x").WithSecret()},
		{Key: "n", Value: value.Array([]value.Value{value.Int(1), value.Null(), value.Float(0.5)})},
	})
	if got := string(object.Encode(object.Object{"v": partial(v)})); got != `{"v":{"a":"[null()]","n":[1,null,0.5],"s":"*******"}}` {
		t.Errorf("got %s", got)
	}
}

func TestTimesThatAServiceSetsAreNoChanges(t *testing.T) {
	before := object.Must([]byte(`{"t": "2026-01-01T00:00:00Z", "mine": "2026-01-01T00:00:00Z", "p": {"t": "2026-01-01T00:00:00.1234567Z"}, "x": "a"}`))
	after := object.Must([]byte(`{"t": "2026-01-02T00:00:00Z", "mine": "2026-01-02T00:00:00Z", "p": {"t": "2026-01-02T00:00:00.1234567Z", "n": "2026-01-02T00:00:00Z"}, "x": "b"}`))
	keepTimes(before, after, object.Object{"mine": "2026-01-02T00:00:00Z"})
	got := lines(difference(before, after), "")
	if len(got) != 3 || got[0] != `Modify mine "2026-01-01T00:00:00Z">"2026-01-02T00:00:00Z"` || got[1] != `Create p.n null>"2026-01-02T00:00:00Z"` || got[2] != `Modify x "a">"b"` {
		t.Errorf("got %q", got)
	}
}
