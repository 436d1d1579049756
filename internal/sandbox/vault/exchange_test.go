package vault_test

import (
	"flag"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/vault"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var update = flag.Bool("update", false, "write the golden files anew")

// long is what a key makes, which differs each time.
var long = regexp.MustCompile(`"[\w-]{300,}"`)

// TestExchangesAreAsTheyWere plays conversations with a vault and compares what
// went to and fro, line by line, with testdata/*.http.
func TestExchangesAreAsTheyWere(t *testing.T) {
	sandboxtest.Play(t, "*.http", *update, func(t *testing.T) *sandboxtest.Stage {
		b := start(t, nil)
		b.Wall = b.Clock.Now
		bearer := func(token func(t *testing.T) string) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set("Authorization", token(t)) }
		}
		standing := map[string]world.Standing{
			"whole": {}, "gone": {Read: world.Gone, Write: world.Gone}, "read-only": {Write: world.Gone}, "partial": {Read: world.Partial, Write: world.Partial},
		}
		return &sandboxtest.Stage{
			World: b.World, URL: b.World.At.Main, Client: b.http,
			As: map[string]func(*http.Request){
				"nobody":   func(*http.Request) {},
				"caller":   bearer(func(t *testing.T) string { return b.token(t, vault.Resource) }),
				"stranger": bearer(func(t *testing.T) string { return b.token(t, "https://storage.azure.com") }),
				"nonsense": bearer(func(*testing.T) string { return "Bearer nonsense" }),
			},
			Do: map[string]func(string) string{
				"health": func(words string) string {
					s, ok := standing[words]
					if words == "failed-over" {
						s, ok = world.Standing{Write: world.Gone, Secondary: true, Since: b.Clock.Now(), Lost: 5 * time.Minute}, true
					}
					if !ok {
						t.Fatalf("nothing is %s", words)
					}
					b.Health.Set(b.id, s)
					return ""
				},
				// vault gives the vault other properties, as JSON.
				"vault": func(words string) string {
					o, err := object.Decode([]byte(words))
					if err != nil {
						t.Fatal(err)
					}
					b.Put("Microsoft.KeyVault/vaults/safe", "westeurope", object.Object{"properties": o}, nil)
					return ""
				},
			},
			Mask: func(text string) string {
				if long.MatchString(text) { // Go counts what it answers by itself
					text = regexp.MustCompile(`(?m)^Content-Length: .*\n`).ReplaceAllString(text, "")
				}
				return long.ReplaceAllString(text, `"{long}"`)
			},
		}
	})
}
