package containers_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/containers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestExchangesAreAsTheyWere plays conversations with a registry and compares
// what went to and fro, line by line, with testdata/*.http.
func TestExchangesAreAsTheyWere(t *testing.T) {
	sandboxtest.Play(t, "*.http", *update, func(t *testing.T) *sandboxtest.Stage {
		w, c := sandboxtest.New(t), content.New()
		w.Wall = w.Clock.Now
		properties := func(p object.Object) string {
			return w.Put("Microsoft.ContainerRegistry/registries/images", "westeurope", object.Object{"sku": object.Object{"name": "Premium"}, "properties": p},
				object.Object{"username": "images", "password": password, "password2": "other-password"})
		}
		id := properties(object.Object{"adminUserEnabled": true})
		server := w.Serve(containers.New(w.World, c).Handler(id))
		t.Cleanup(func() { server.Close(); _ = c.Close() })
		var stage *sandboxtest.Stage
		access := ""
		standing := map[string]world.Standing{"whole": {}, "gone": {Read: world.Gone, Write: world.Gone}, "partial": {Read: world.Partial, Write: world.Partial}}
		stage = &sandboxtest.Stage{
			World: w, URL: server.URL, Client: server.Client(),
			As: map[string]func(*http.Request){
				"nobody":   func(*http.Request) {},
				"admin":    func(r *http.Request) { r.SetBasicAuth("images", password) },
				"stranger": func(r *http.Request) { r.SetBasicAuth("images", "nonsense") },
				"token":    func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+access) },
			},
			Do: map[string]func(string) string{
				"health": func(words string) string {
					s, ok := standing[words]
					if words == "failed-over" {
						s, ok = world.Standing{Secondary: true, Since: w.Clock.Now(), Lost: 5 * time.Minute}, true
					}
					if !ok {
						t.Fatalf("nothing is %s", words)
					}
					w.Health.Set(id, s)
					return ""
				},
				// take makes what is kept the token that is sent from here on.
				"take": func(words string) string {
					access = words
					return ""
				},
				// entra is a token of the tenant.
				"entra": func(scope string) string {
					token, _ := w.Credential().GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{scope}})
					return token.Token
				},
				// digest is that of the text.
				"digest": func(text string) string {
					sum := sha256.Sum256([]byte(text))
					return "sha256:" + hex.EncodeToString(sum[:])
				},
				"registry": func(words string) string {
					o, err := object.Decode([]byte(words))
					if err != nil {
						t.Fatal(err)
					}
					properties(o)
					return ""
				},
			},
			Mask: func(text string) string { return strings.ReplaceAll(text, password, "{password}") },
		}
		return stage
	})
}
