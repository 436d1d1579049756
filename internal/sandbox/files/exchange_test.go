package files_test

import (
	"encoding/base64"
	"flag"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/grant"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestExchangesAreAsTheyWere plays conversations with the file service and
// compares what went to and fro, line by line, with testdata/*.http.
func TestExchangesAreAsTheyWere(t *testing.T) {
	sandboxtest.Play(t, "*.http", *update, func(t *testing.T) *sandboxtest.Stage {
		b := start(t)
		b.Wall = b.Clock.Now
		key, err := base64.StdEncoding.DecodeString(sandboxtest.Key)
		if err != nil {
			t.Fatal(err)
		}
		date := func(r *http.Request) {
			r.Header.Set("x-ms-date", b.Clock.Now().UTC().Format(http.TimeFormat))
			r.Header.Set("x-ms-version", "2023-11-03")
		}
		standing := map[string]world.Standing{
			"whole": {}, "gone": {Read: world.Gone, Write: world.Gone}, "read-only": {Write: world.Gone}, "partial": {Read: world.Partial, Write: world.Partial},
		}
		return &sandboxtest.Stage{
			World: b.World, URL: b.url, Client: b.http,
			As: map[string]func(*http.Request){
				"nobody":   func(*http.Request) {},
				"somebody": date,
				"key": func(r *http.Request) {
					date(r)
					grant.Authorize(r, "data", key)
				},
				"token": func(r *http.Request) {
					date(r)
					token, _ := b.Credential().GetToken(r.Context(), policy.TokenRequestOptions{Scopes: []string{"https://storage.azure.com/.default"}})
					r.Header.Set("Authorization", "Bearer "+token.Token)
				},
			},
			Do: map[string]func(string) string{
				"health": func(words string) string {
					s, ok := standing[words]
					if words == "failed-over" {
						s, ok = world.Standing{Secondary: true, Since: b.Clock.Now(), Lost: 15 * time.Minute}, true
					}
					if !ok {
						t.Fatalf("nothing is %s", words)
					}
					b.Health.Set(b.id, s)
					return ""
				},
			},
			// the ids of files follow from their share's
			Mask: func(text string) string { return strings.ReplaceAll(text, "\r", "") },
		}
	})
}
