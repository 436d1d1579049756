package entra

import (
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Service answers for Entra and makes and checks the tokens.
type Service struct {
	w   *world.World
	key *rsa.PrivateKey
}

// New makes the service of a world whose tenant is set. An error is one of
// keeping the signing key.
func New(w *world.World) (*Service, error) {
	key, err := signingKey(w)
	if err != nil {
		return nil, err
	}
	return &Service{w, key}, nil
}

// Serves says whether a path of the main address is Entra's.
func Serves(tenant, path string) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch strings.ToLower(first) {
	case strings.ToLower(tenant), "common", "organizations", "consumers", "adfs":
		return true
	}
	return strings.HasPrefix(rest, "oauth2/") || strings.HasSuffix(rest, ".well-known/openid-configuration")
}

// ServeHTTP answers discovery and token requests.
func (s *Service) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch rest = strings.ToLower(rest); {
	case rest == "discovery/instance":
		s.instance(rw, r)
	case strings.HasSuffix(rest, ".well-known/openid-configuration"):
		if !s.knows(tenant) {
			refuse(rw, http.StatusBadRequest, "invalid_tenant", "AADSTS90002: Tenant '"+tenant+"' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", 90002, s.w.Wall())
			return
		}
		write(rw, http.StatusOK, s.configuration(tenant, strings.HasPrefix(rest, "v2.0/")))
	case strings.HasSuffix(rest, "discovery/keys"), strings.HasSuffix(rest, "discovery/v2.0/keys"):
		write(rw, http.StatusOK, s.jwks())
	case rest == "oauth2/token", rest == "oauth2/v2.0/token":
		s.token(rw, r, tenant)
	default:
		refuse(rw, http.StatusNotFound, "invalid_request", "AADSTS900144: the sandbox does not serve this path of Entra.", 900144, s.w.Wall())
	}
}

func (s *Service) knows(tenant string) bool {
	switch strings.ToLower(tenant) {
	case strings.ToLower(s.w.Tenant), "common", "organizations", "adfs":
		return true
	}
	return false
}

// configuration is the OpenID Connect discovery document of an authority.
func (s *Service) configuration(tenant string, v2 bool) map[string]any {
	if !strings.EqualFold(tenant, "adfs") {
		tenant = s.w.Tenant
	}
	base, version := s.w.At.Main+"/"+tenant, ""
	if v2 {
		version = "/v2.0"
	}
	return map[string]any{
		"issuer":                                s.issuer(),
		"authorization_endpoint":                base + "/oauth2" + version + "/authorize",
		"token_endpoint":                        base + "/oauth2" + version + "/token",
		"device_authorization_endpoint":         base + "/oauth2" + version + "/devicecode",
		"jwks_uri":                              base + "/discovery" + version + "/keys",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
		"response_types_supported":              []string{"token"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"tenant_region_scope":                   nil,
		"cloud_instance_name":                   host(s.w.At.Main),
	}
}

// instance tells clients that the authority which they ask about is known.
func (s *Service) instance(rw http.ResponseWriter, r *http.Request) {
	h := host(s.w.At.Main)
	asked, err := url.Parse(r.URL.Query().Get("authorization_endpoint"))
	if err != nil || !strings.EqualFold(asked.Host, h) && !strings.EqualFold(asked.Hostname(), strings.Split(h, ":")[0]) {
		refuse(rw, http.StatusBadRequest, "invalid_instance", "AADSTS50049: Unknown or invalid instance.", 50049, s.w.Wall())
		return
	}
	write(rw, http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": s.w.At.Main + "/" + s.w.Tenant + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata":                  []any{map[string]any{"preferred_network": h, "preferred_cache": h, "aliases": []string{h}}},
	})
}

func host(address string) string {
	_, h, _ := strings.Cut(address, "://")
	return h
}

// token answers the grant of client credentials.
func (s *Service) token(rw http.ResponseWriter, r *http.Request, tenant string) {
	now := s.w.Wall()
	if r.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		refuse(rw, http.StatusMethodNotAllowed, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.", 900561, now)
		return
	}
	r.Body = http.MaxBytesReader(rw, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		refuse(rw, http.StatusBadRequest, "invalid_request", "AADSTS900144: The request body cannot be read.", 900144, now)
		return
	}
	if !s.knows(tenant) {
		refuse(rw, http.StatusBadRequest, "invalid_request", "AADSTS90002: Tenant '"+tenant+"' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", 90002, now)
		return
	}
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = unescape(user), unescape(password)
	}
	var app *App
	var standing world.Standing
	_ = s.w.Store.Read(func(tx *state.Tx) error {
		app, standing = find(tx, id), s.w.Health.Identity(tx, s.w.Clock.Now())
		return nil
	})
	audience := audienceOf(r.PostForm)
	switch {
	case standing.Read == world.Gone:
		rw.Header().Set("Retry-After", "1")
		refuse(rw, http.StatusServiceUnavailable, "temporarily_unavailable", "AADSTS90033: A transient error has occurred. Please try again.", 90033, now)
	case r.PostForm.Get("grant_type") != "client_credentials":
		refuse(rw, http.StatusBadRequest, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type. The sandbox signs in service principals only.", 70003, now)
	case app == nil:
		refuse(rw, http.StatusBadRequest, "unauthorized_client", "AADSTS700016: Application with identifier '"+id+"' was not found in the directory of the sandbox.", 700016, now)
	case r.PostForm.Has("client_assertion"):
		refuse(rw, http.StatusBadRequest, "invalid_client", "AADSTS700027: The sandbox takes client secrets, not certificates or federated tokens.", 700027, now)
	case !app.accepts(secret):
		refuse(rw, http.StatusUnauthorized, "invalid_client", "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value.", 7000215, now)
	case audience == "":
		refuse(rw, http.StatusBadRequest, "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'scope'.", 900144, now)
	default:
		c := world.Caller{ObjectID: app.ObjectID, AppID: app.AppID, Tenant: s.w.Tenant}
		seconds := int(Life / time.Second)
		write(rw, http.StatusOK, map[string]any{
			"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds,
			"expires_on": now.Add(Life).Unix(), "not_before": now.Add(-5 * time.Minute).Unix(),
			"resource": audience, "access_token": s.Issue(c, audience, now, Life),
		})
	}
}

// audienceOf is what a token is asked for: the resource, or the first scope
// without /.default at its end.
func audienceOf(form url.Values) string {
	if r := form.Get("resource"); r != "" {
		return r
	}
	for scope := range strings.FieldsSeq(form.Get("scope")) {
		if a, ok := strings.CutSuffix(scope, "/.default"); ok {
			return a
		}
	}
	return ""
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// refuse writes an error as Entra's token endpoint does.
func refuse(rw http.ResponseWriter, status int, code, text string, number int, now time.Time) {
	write(rw, status, map[string]any{
		"error": code, "error_description": text, "error_codes": []int{number},
		"timestamp": now.UTC().Format("2006-01-02 15:04:05Z"),
	})
}

func write(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	e := json.NewEncoder(rw)
	e.SetEscapeHTML(false)
	_ = e.Encode(body) // the client is gone: nobody is left to tell
}
