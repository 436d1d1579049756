package entra_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/entra"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	tenant = "11111111-2222-3333-4444-555555555555"
	app    = "aaaaaaaa-2222-3333-4444-555555555555"
	object = "bbbbbbbb-2222-3333-4444-555555555555"
	secret = "a secret + with / signs"
)

// down is a world in which the token service is down.
type down struct{ world.Well }

func (down) Identity(*state.Tx, time.Time) world.Standing { return world.Standing{Read: world.Gone} }

type service struct {
	*httptest.Server
	*entra.Service
	w *world.World
}

func start(t *testing.T) service {
	t.Helper()
	store := state.New()
	w := world.New(clock.New(time.Now(), 1, time.Now), store, nil, 1)
	w.Tenant = tenant
	e, err := entra.New(w)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Write(func(tx *state.Tx) error { return entra.Register(tx, app, object, "tester", secret) }); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewTLSServer(e)
	t.Cleanup(s.Close)
	w.At.Main = s.URL
	return service{s, e, w}
}

func (s service) credential(t *testing.T, secret string) azcore.TokenCredential {
	t.Helper()
	c, err := azidentity.NewClientSecretCredential(tenant, app, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions: policy.ClientOptions{
			Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: s.URL},
			Transport: s.Client(),
			Retry:     policy.RetryOptions{MaxRetries: -1},
		},
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAzuresOwnLibraryGetsATokenThatIsAccepted(t *testing.T) {
	s := start(t)
	token, err := s.credential(t, secret).GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Verify("Bearer "+token.Token, time.Time{}, "https://vault.azure.net", "https://MANAGEMENT.azure.com/")
	if err != nil || c != (world.Caller{ObjectID: object, AppID: app, Tenant: tenant}) {
		t.Errorf("it is for %+v, %v", c, err)
	}
	if _, err := s.Verify("Bearer "+token.Token, time.Time{}, "https://vault.azure.net"); err == nil || !strings.Contains(err.Error(), "wrong audience") {
		t.Errorf("another audience takes it: %v", err)
	}
}

func TestAWrongSecretIsRefusedInEntrasWords(t *testing.T) {
	s := start(t)
	_, err := s.credential(t, "wrong").GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	if err == nil || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Errorf("got %v", err)
	}
}

func TestATokenEndsAndIsBoundToItsTenantAndKey(t *testing.T) {
	s := start(t)
	const audience = "https://storage.azure.com"
	c := world.Caller{ObjectID: object, AppID: app, Tenant: tenant}
	good := s.Issue(c, audience, time.Time{}, time.Hour)
	other := start(t).Issue(c, audience, time.Time{}, time.Hour)
	head, rest, _ := strings.Cut(good, ".")
	for name, header := range map[string]string{
		"nothing":         "",
		"no scheme":       good,
		"another scheme":  "Basic " + good,
		"another key":     "Bearer " + other,
		"a changed token": "Bearer " + head + "." + strings.Replace(rest, rest[:4], "AAAA", 1),
		"no signature":    "Bearer " + good[:strings.LastIndex(good, ".")+1],
		"algorithm none":  "Bearer eyJhbGciOiJub25lIn0." + rest[:strings.Index(rest, ".")] + ".",
		"an expired one":  "Bearer " + s.Issue(c, audience, time.Time{}, -time.Minute),
	} {
		_, err := s.Verify(header, time.Time{}, audience)
		if err == nil {
			t.Errorf("%s is accepted", name)
		} else if strings.Contains(err.Error(), good[:40]) {
			t.Errorf("%s: the error shows the token", name)
		}
	}
	if _, err := s.Verify("bearer  "+good, time.Time{}, audience); err != nil {
		t.Error(err)
	}
	s.w.Clock.Advance(10 * time.Hour)
	if _, err := s.Verify("Bearer "+good, time.Time{}, audience); err != nil {
		t.Errorf("advancing the sandbox's clock ends a token: %v", err)
	}
}

func TestTokensOutliveARestart(t *testing.T) {
	s := start(t)
	token := s.Issue(world.Caller{AppID: app}, "a", time.Time{}, time.Hour)
	again, err := entra.New(s.w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Verify("Bearer "+token, time.Time{}, "a"); err != nil {
		t.Error(err)
	}
}

func (s service) post(t *testing.T, path string, form url.Values, basic bool) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if basic {
		req.SetBasicAuth(url.QueryEscape(app), url.QueryEscape(secret))
	}
	return s.do(t, req)
}

func (s service) do(t *testing.T, req *http.Request) (int, map[string]any) {
	t.Helper()
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), secret) {
		t.Errorf("the answer shows the secret: %s", b)
	}
	var body map[string]any
	if err := json.Unmarshal(b, &body); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return res.StatusCode, body
}

func TestTokenRequests(t *testing.T) {
	s := start(t)
	form := func(change ...string) url.Values {
		f := url.Values{"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {secret}, "scope": {"https://management.core.windows.net//.default"}}
		for i := 0; i < len(change); i += 2 {
			f.Set(change[i], change[i+1])
			if change[i+1] == "" {
				f.Del(change[i])
			}
		}
		return f
	}
	for _, c := range []struct {
		name, path string
		form       url.Values
		basic      bool
		status     int
		want       string // the audience, or what the error says
	}{
		{"a scope", "/" + tenant + "/oauth2/v2.0/token", form(), false, 200, "https://management.core.windows.net/"},
		{"a resource, the older way", "/" + tenant + "/oauth2/token", form("scope", "", "resource", "https://vault.azure.net"), false, 200, "https://vault.azure.net"},
		{"the older command line", "/adfs/oauth2/token", form(), false, 200, "https://management.core.windows.net/"},
		{"the secret in a header", "/" + tenant + "/oauth2/v2.0/token", form("client_id", "", "client_secret", ""), true, 200, "https://management.core.windows.net/"},
		{"no scope", "/" + tenant + "/oauth2/v2.0/token", form("scope", ""), false, 400, "AADSTS900144"},
		{"another tenant", "/" + object + "/oauth2/v2.0/token", form(), false, 400, "AADSTS90002"},
		{"an app that is not there", "/" + tenant + "/oauth2/v2.0/token", form("client_id", object), false, 400, "AADSTS700016"},
		{"another grant", "/" + tenant + "/oauth2/v2.0/token", form("grant_type", "password"), false, 400, "AADSTS70003"},
		{"a certificate", "/" + tenant + "/oauth2/v2.0/token", form("client_assertion", "x"), false, 400, "AADSTS700027"},
	} {
		status, body := s.post(t, c.path, c.form, c.basic)
		got, _ := body["error_description"].(string)
		if status == 200 {
			got, _ = body["resource"].(string)
			if _, err := s.Verify("Bearer "+body["access_token"].(string), time.Time{}, c.want); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if status != c.status || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %d %q, want %d %q", c.name, status, got, c.status, c.want)
		}
	}
	s.w.Health = down{}
	if status, body := s.post(t, "/"+tenant+"/oauth2/v2.0/token", form(), false); status != 503 || !strings.HasPrefix(body["error_description"].(string), "AADSTS90033") {
		t.Errorf("while identity is down: %d %v", status, body)
	}
}

func TestDiscovery(t *testing.T) {
	s := start(t)
	get := func(path string) (int, map[string]any) {
		req, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s.do(t, req)
	}
	for path, token := range map[string]string{
		"/" + tenant + "/v2.0/.well-known/openid-configuration": "/" + tenant + "/oauth2/v2.0/token",
		"/" + tenant + "/.well-known/openid-configuration":      "/" + tenant + "/oauth2/token",
		"/organizations/v2.0/.well-known/openid-configuration":  "/" + tenant + "/oauth2/v2.0/token",
		"/adfs/.well-known/openid-configuration":                "/adfs/oauth2/token",
	} {
		if !entra.Serves(tenant, path) {
			t.Errorf("%s is not Entra's", path)
		}
		status, body := get(path)
		if status != 200 || body["token_endpoint"] != s.URL+token {
			t.Errorf("%s: %d %v", path, status, body["token_endpoint"])
		}
		keys := strings.TrimPrefix(body["jwks_uri"].(string), s.URL)
		if status, body := get(keys); status != 200 || len(body["keys"].([]any)) != 1 {
			t.Errorf("%s: %d %v", keys, status, body)
		}
	}
	ask := "/common/discovery/instance?api-version=1.1&authorization_endpoint="
	if status, body := get(ask + url.QueryEscape(s.URL+"/"+tenant+"/oauth2/v2.0/authorize")); status != 200 || !strings.HasPrefix(body["tenant_discovery_endpoint"].(string), s.URL) {
		t.Errorf("its own authority: %d %v", status, body)
	}
	if status, _ := get(ask + url.QueryEscape("https://elsewhere.example/x/oauth2/v2.0/authorize")); status != 400 {
		t.Errorf("another authority: %d", status)
	}
	if status, body := get("/" + object + "/v2.0/.well-known/openid-configuration"); status != 400 || body["error"] != "invalid_tenant" {
		t.Errorf("another tenant: %d %v", status, body)
	}
	for _, path := range []string{"/subscriptions", "/subscriptions/x/resourceGroups/oauth2", "/metadata/endpoints", "/vaults/a/secrets/b", "/"} {
		if entra.Serves(tenant, path) {
			t.Errorf("%s is taken for Entra's", path)
		}
	}
}
