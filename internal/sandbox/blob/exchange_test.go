package blob_test

import (
	"encoding/base64"
	"flag"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/grant"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestExchangesAreAsTheyWere plays conversations with the blob service and
// compares what went to and fro, line by line, with testdata/*.http.
func TestExchangesAreAsTheyWere(t *testing.T) {
	sandboxtest.Play(t, "*.http", *update, stage1)
}

// standings are what a test can say of how well an account is.
func standings(b *sandboxtest.World) map[string]world.Standing {
	return map[string]world.Standing{
		"whole": {}, "gone": {Read: world.Gone, Write: world.Gone}, "read-only": {Write: world.Gone}, "partial": {Read: world.Partial, Write: world.Partial},
		"failed-over": {Secondary: true, Since: b.Clock.Now(), Lost: 15 * time.Minute},
	}
}

// stage1 has the account data, with a copy in another region, and an account
// local without one. The wall clock is the sandbox's, so that signatures do not
// differ from day to day.
func stage1(t *testing.T) *sandboxtest.Stage {
	b := start(t)
	b.Wall = b.Clock.Now
	local := b.Account("local", "Standard_LRS", nil)
	key, err := base64.StdEncoding.DecodeString(sandboxtest.Key)
	if err != nil {
		t.Fatal(err)
	}
	date := func(r *http.Request) {
		if r.Header.Get("x-ms-date") == "" {
			r.Header.Set("x-ms-date", b.Clock.Now().UTC().Format(http.TimeFormat))
		}
		if r.Header.Get("x-ms-version") == "" {
			r.Header.Set("x-ms-version", "2023-11-03")
		}
	}
	named := func(r *http.Request) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		return strings.TrimSuffix(name, "-secondary")
	}
	return &sandboxtest.Stage{
		World: b.World, URL: b.url, Client: b.http,
		As: map[string]func(*http.Request){
			"nobody":       func(*http.Request) {},
			"somebody":     date,
			"key":          func(r *http.Request) { date(r); grant.Authorize(r, named(r), key) },
			"another-key":  func(r *http.Request) { date(r); grant.Authorize(r, named(r), []byte("another")) },
			"nonsense":     func(r *http.Request) { date(r); r.Header.Set("Authorization", "Bearer nonsense") },
			"other-scheme": func(r *http.Request) { date(r); r.Header.Set("Authorization", "Basic eDp5") },
			"token": func(r *http.Request) {
				date(r)
				token, _ := b.Credential().GetToken(r.Context(), tokenRequest())
				r.Header.Set("Authorization", "Bearer "+token.Token)
			},
		},
		Do: map[string]func(string) string{
			// health says how well the account data is.
			"health": func(words string) string {
				s, ok := standings(b.World)[words]
				if !ok {
					t.Fatalf("nothing is %s", words)
				}
				b.Health.Set(b.id, s)
				return ""
			},
			// account gives data other properties, as JSON.
			"account": func(words string) string {
				o, err := object.Decode([]byte(words))
				if err != nil {
					t.Fatal(err)
				}
				b.Account("data", "Standard_RAGRS", o)
				return ""
			},
			// sas signs for "path fields...", the fields as they stand in the query.
			"sas": func(words string) string {
				path, fields, _ := strings.Cut(words, " ")
				return signature(t, key, path, fields)
			},
			"local": func(string) string { return local },
		},
	}
}

// signature is the query of a service SAS for a path such as /data/box/x.
func signature(t *testing.T, key []byte, path, fields string) string {
	t.Helper()
	v, err := url.ParseQuery(strings.ReplaceAll(fields, " ", "&"))
	if err != nil {
		t.Fatal(err)
	}
	for k, d := range map[string]string{"sv": "2023-11-03", "se": "2026-11-23T13:00:00Z"} {
		if !v.Has(k) && !v.Has("si") || k == "sv" {
			v.Set(k, d)
		}
	}
	text := strings.Join([]string{v.Get("sp"), v.Get("st"), v.Get("se"), "/blob" + path, v.Get("si"), v.Get("sip"), v.Get("spr"), v.Get("sv"), v.Get("sr"), "", "",
		v.Get("rscc"), v.Get("rscd"), v.Get("rsce"), v.Get("rscl"), v.Get("rsct")}, "\n")
	v.Set("sig", grant.Sign(key, text))
	return v.Encode()
}
