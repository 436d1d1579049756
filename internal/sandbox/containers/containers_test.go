package containers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/containers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const password = "canary-password-of-the-admin"

type bench struct {
	*sandboxtest.World
	content *content.Store
	http    *http.Client
	host    string
	id      string
}

func start(t *testing.T) *bench {
	t.Helper()
	return on(t, sandboxtest.New(t), content.New())
}

func on(t *testing.T, w *sandboxtest.World, c *content.Store) *bench {
	t.Helper()
	id := w.Put("Microsoft.ContainerRegistry/registries/images", "westeurope",
		object.Object{"sku": object.Object{"name": "Premium"}, "properties": object.Object{"adminUserEnabled": true}},
		object.Object{"username": "images", "password": password, "password2": "other-password"})
	server := w.Serve(containers.New(w.World, c).Handler(id))
	t.Cleanup(func() { server.Close(); _ = c.Close() })
	return &bench{World: w, content: c, http: server.Client(), host: "images.example.com", id: id} // the client of a test server finds it by that name
}

func (b *bench) ref(t *testing.T, s string) name.Reference {
	t.Helper()
	r, err := name.ParseReference(b.host + "/" + s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// as gives the options of a client that logs in so.
func (b *bench) as(t *testing.T, a authn.AuthConfig) []remote.Option {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return []remote.Option{remote.WithContext(ctx), remote.WithTransport(b.http.Transport), remote.WithAuth(authn.FromConfig(a)), remote.WithRetryStatusCodes()}
}

func (b *bench) admin(t *testing.T) []remote.Option {
	t.Helper()
	return b.as(t, authn.AuthConfig{Username: "images", Password: password})
}

func (b *bench) push(t *testing.T, to string) v1.Image {
	t.Helper()
	img, err := random.Image(2000, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(b.ref(t, to), img, b.admin(t)...); err != nil {
		t.Fatal(err)
	}
	return img
}

func (b *bench) pulls(t *testing.T, from string, o ...remote.Option) error {
	t.Helper()
	img, err := remote.Image(b.ref(t, from), o...)
	if err != nil {
		return err
	}
	return validate.Image(img)
}

func TestWhatIsPushedIsPulled(t *testing.T) {
	b := start(t)
	img := b.push(t, "azureml/env:v1")
	if err := b.pulls(t, "azureml/env:v1", b.admin(t)...); err != nil {
		t.Error(err)
	}
	digest, _ := img.Digest()
	if err := b.pulls(t, "azureml/env@"+digest.String(), b.admin(t)...); err != nil {
		t.Error("by its digest:", err)
	}
	if err := b.pulls(t, "azureml/env:v2", b.admin(t)...); err == nil || !strings.Contains(err.Error(), "MANIFEST_UNKNOWN") {
		t.Errorf("a tag that is not there: %v", err)
	}
	if err := remote.Write(b.ref(t, "azureml/env:again"), img, b.admin(t)...); err != nil {
		t.Error("pushing it again:", err)
	}
	if err := remote.Write(b.ref(t, "copies/env:v1"), img, b.admin(t)...); err != nil {
		t.Error("pushing it to another repository:", err)
	}
	if err := b.pulls(t, "copies/env:v1", b.admin(t)...); err != nil {
		t.Error("pulling the copy:", err)
	}
}

func TestIndexes(t *testing.T) {
	b := start(t)
	index, err := random.Index(500, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(b.ref(t, "multi:v1"), index, b.admin(t)...); err != nil {
		t.Fatal(err)
	}
	got, err := remote.Index(b.ref(t, "multi:v1"), b.admin(t)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(got); err != nil {
		t.Error(err)
	}
}

func TestListsAndDeletion(t *testing.T) {
	b := start(t)
	img := b.push(t, "a/one:v1")
	b.push(t, "a/one:v2")
	b.push(t, "b:latest")
	registry, _ := name.NewRegistry(b.host)
	repos, err := remote.Catalog(context.Background(), registry, b.admin(t)...)
	if err != nil || !slices.Equal(repos, []string{"a/one", "b"}) {
		t.Errorf("the repositories are %v, %v", repos, err)
	}
	tags, err := remote.List(b.ref(t, "a/one").Context(), append(b.admin(t), remote.WithPageSize(1))...)
	if err != nil || !slices.Equal(tags, []string{"v1", "v2"}) {
		t.Errorf("the tags are %v, %v", tags, err)
	}
	digest, _ := img.Digest()
	if err := remote.Delete(b.ref(t, "a/one@"+digest.String()), b.admin(t)...); err != nil {
		t.Error(err)
	}
	tags, err = remote.List(b.ref(t, "a/one").Context(), b.admin(t)...)
	if err != nil || !slices.Equal(tags, []string{"v2"}) {
		t.Errorf("after the deletion the tags are %v, %v", tags, err)
	}
	if _, err := remote.List(b.ref(t, "none").Context(), b.admin(t)...); err == nil || !strings.Contains(err.Error(), "NAME_UNKNOWN") {
		t.Errorf("the tags of no repository: %v", err)
	}
}

// ask sends a request without the client, with the admin's password.
func (b *bench) ask(t *testing.T, method, path string, payload []byte, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, "https://"+b.host+path, bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("images", password)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res, string(raw)
}

func TestAzuresOwnPaths(t *testing.T) {
	b := start(t)
	b.push(t, "a/one:v1")
	if _, text := b.ask(t, "GET", "/acr/v1/_catalog", nil); text != `{"repositories":["a/one"]}`+"\n" {
		t.Error(text)
	}
	if _, text := b.ask(t, "GET", "/acr/v1/a/one/_tags", nil); !strings.Contains(text, `"name":"v1"`) || !strings.Contains(text, `"imageName":"a/one"`) {
		t.Error(text)
	}
	res, text := b.ask(t, "DELETE", "/acr/v1/a/one", nil)
	if res.StatusCode != http.StatusAccepted || !strings.Contains(text, `"tagsDeleted":["v1"]`) {
		t.Error(res.StatusCode, text)
	}
	if res, _ := b.ask(t, "DELETE", "/acr/v1/a/one", nil); res.StatusCode != http.StatusNotFound {
		t.Error("a second time:", res.StatusCode)
	}
}

func TestLogins(t *testing.T) {
	b := start(t)
	b.push(t, "env:v1")
	form := func(path string, v url.Values) (int, map[string]string) {
		t.Helper()
		res, err := b.http.PostForm("https://"+b.host+path, v)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		m := map[string]string{}
		_ = json.NewDecoder(res.Body).Decode(&m)
		return res.StatusCode, m
	}
	aad := b.Tokens.Issue(world.Caller{ObjectID: "o", Tenant: sandboxtest.Tenant}, "https://management.azure.com", b.Clock.Now(), time.Hour)
	status, m := form("/oauth2/exchange", url.Values{"grant_type": {"access_token"}, "service": {b.host}, "tenant": {sandboxtest.Tenant}, "access_token": {aad}})
	if status != http.StatusOK || m["refresh_token"] == "" {
		t.Fatalf("exchanging gives %d", status)
	}
	for what, a := range map[string]authn.AuthConfig{
		"the second password":           {Username: "images", Password: "other-password"},
		"a refresh token":               {IdentityToken: m["refresh_token"]},
		"a refresh token as a password": {Username: "00000000-0000-0000-0000-000000000000", Password: m["refresh_token"]},
	} {
		if err := b.pulls(t, "env:v1", b.as(t, a)...); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, a := range map[string]authn.AuthConfig{
		"nothing":          {},
		"a wrong password": {Username: "images", Password: "wrong"},
		"an empty one":     {Username: "images"},
		"another user":     {Username: "imager", Password: password},
		"a token of Entra": {RegistryToken: aad},
	} {
		if err := b.pulls(t, "env:v1", b.as(t, a)...); err == nil {
			t.Errorf("%s is let in", what)
		} else if strings.Contains(err.Error(), password) {
			t.Errorf("%s: the error tells the password", what)
		}
	}
	if status, _ := form("/oauth2/exchange", url.Values{"access_token": {"nonsense"}}); status != http.StatusUnauthorized {
		t.Errorf("exchanging nonsense gives %d", status)
	}
	b.Put("Microsoft.ContainerRegistry/registries/images", "westeurope", object.Object{"properties": object.Object{"anonymousPullEnabled": true}}, object.Object{"username": "images", "password": password})
	if err := b.pulls(t, "env:v1", b.as(t, authn.AuthConfig{})...); err != nil {
		t.Errorf("anonymous pull: %v", err)
	}
	if err := b.pulls(t, "env:v1", b.admin(t)...); err == nil {
		t.Error("the admin is let in where it is off")
	}
}

func TestOutages(t *testing.T) {
	b := start(t)
	b.push(t, "env:old")
	b.Clock.Advance(time.Hour)
	b.push(t, "env:late")
	b.Clock.Advance(time.Minute)
	b.Health.Set(b.id, world.Standing{Read: world.Gone, Write: world.Gone})
	if err := b.pulls(t, "env:old", b.admin(t)...); err == nil || !strings.Contains(err.Error(), "UNAVAILABLE") {
		t.Errorf("a registry that is gone: %v", err)
	}
	b.Health.Set(b.id, world.Standing{Secondary: true, Since: b.Clock.Now(), Lost: 15 * time.Minute})
	if err := b.pulls(t, "env:old", b.admin(t)...); err != nil {
		t.Errorf("from a replica: %v", err)
	}
	if err := b.pulls(t, "env:late", b.admin(t)...); err == nil || !strings.Contains(err.Error(), "MANIFEST_UNKNOWN") {
		t.Errorf("what had not reached the replica: %v", err)
	}
	b.Clock.Advance(time.Minute)
	b.push(t, "env:new")
	if err := b.pulls(t, "env:new", b.admin(t)...); err != nil {
		t.Errorf("what is pushed to the replica: %v", err)
	}
	b.Health.Set(b.id, world.Standing{Read: world.Partial, Write: world.Partial})
	failed := 0
	for range 8 {
		if res, _ := b.ask(t, "GET", "/v2/", nil); res.StatusCode == http.StatusServiceUnavailable {
			failed++
		}
	}
	if failed != 4 {
		t.Errorf("%d of 8 requests failed", failed)
	}
}

func TestARestartKeepsImages(t *testing.T) {
	dir := t.TempDir()
	s, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := content.Open(dir + "/blobs")
	if err != nil {
		t.Fatal(err)
	}
	b := on(t, sandboxtest.On(t, s), c)
	b.push(t, "env:v1")
	_ = c.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = state.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if c, err = content.Open(dir + "/blobs"); err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	_ = s.Read(func(tx *state.Tx) error { containers.Owned(tx, func(id string) { own[id] = true }); return nil })
	c.Sweep(func(id string) bool { return own[id] })
	b = on(t, sandboxtest.On(t, s), c)
	if err := b.pulls(t, "env:v1", b.admin(t)...); err != nil {
		t.Error(err)
	}
}

func TestForget(t *testing.T) {
	b := start(t)
	b.push(t, "env:v1")
	b.Write(func(tx *state.Tx) error { return containers.Forget(tx, b.id) })
	if err := b.pulls(t, "env:v1", b.admin(t)...); err == nil {
		t.Error("it can still be pulled")
	}
	b.push(t, "env:v2") // whoever writes next takes the garbage away
	if n := b.content.Len(); n != 4 {
		t.Errorf("%d pieces are kept of an image of four", n)
	}
}
