package containers

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// nobody is the user name with which clients send a refresh token as a password.
const nobody = "00000000-0000-0000-0000-000000000000"

// aadAudiences are those of Entra's tokens that can be exchanged.
var aadAudiences = []string{"https://management.azure.com", "https://management.core.windows.net", "https://containerregistry.azure.net"}

func (q *request) accessAudience() string  { return "acr-access:" + state.Key(q.id) }
func (q *request) refreshAudience() string { return "acr-refresh:" + state.Key(q.id) }

// authenticate lets in who has an access token or the admin's password, and
// everybody who pulls from a registry that allows it.
func (q *request) authenticate() error {
	header := q.r.Header.Get("Authorization")
	if user, password, ok := q.r.BasicAuth(); ok {
		if _, ok := q.login(user, password); ok {
			return nil
		}
	} else if header != "" {
		if _, err := q.world.Tokens.Verify(header, q.now, q.accessAudience()); err == nil {
			return nil
		}
	} else if q.r.Method == http.MethodGet || q.r.Method == http.MethodHead {
		if object.Bool(object.Must(q.registry.Body), "properties.anonymousPullEnabled") && q.r.URL.Path != "/v2/" {
			return nil
		}
	}
	f := refusal(http.StatusUnauthorized, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization for more information.")
	f.header = map[string]string{"WWW-Authenticate": `Bearer realm="https://` + q.r.Host + `/oauth2/token",service="` + q.r.Host + `"` + q.scope()}
	return f
}

// scope is what the request would need to be allowed, for the challenge.
func (q *request) scope() string {
	rest, _ := strings.CutPrefix(q.r.URL.Path, "/v2/")
	if rest == "_catalog" {
		return `,scope="registry:catalog:*"`
	}
	for _, part := range []string{"/blobs/", "/manifests/", "/tags/"} {
		if i := strings.LastIndex(rest, part); i > 0 {
			what := "pull"
			switch q.r.Method {
			case http.MethodPut, http.MethodPost, http.MethodPatch:
				what = "pull,push"
			case http.MethodDelete:
				what = "delete"
			}
			return `,scope="repository:` + strings.NewReplacer(`"`, "", "\\", "").Replace(rest[:i]) + `:` + what + `"`
		}
	}
	return ""
}

// login checks a user name and a password: the admin's, or a refresh token.
func (q *request) login(user, password string) (world.Caller, bool) {
	if user == nobody {
		c, err := q.world.Tokens.Verify("Bearer "+password, q.now, q.refreshAudience(), q.accessAudience())
		return c, err == nil
	}
	if !object.Bool(object.Must(q.registry.Body), "properties.adminUserEnabled") {
		return world.Caller{}, false
	}
	secret := object.Must(q.registry.Secret)
	if !strings.EqualFold(user, object.Text(secret, "username")) {
		return world.Caller{}, false
	}
	for _, name := range []string{"password", "password2"} {
		if p := object.Text(secret, name); p != "" && subtle.ConstantTimeCompare([]byte(p), []byte(password)) == 1 {
			return world.Caller{ObjectID: user, AppID: user, Tenant: q.world.Tenant}, true
		}
	}
	return world.Caller{}, false
}

var errLogin = refusal(http.StatusUnauthorized, "UNAUTHORIZED", "The token or the password is not valid for this registry.")

// token gives an access token: for a password, a refresh token, or nothing where
// everybody may pull.
func (q *request) token() error {
	q.r.Body = http.MaxBytesReader(q.w, q.r.Body, 1<<20)
	if err := q.r.ParseForm(); err != nil {
		return refusal(http.StatusBadRequest, "UNSUPPORTED", "The form cannot be read.")
	}
	var c world.Caller
	ok := false
	if user, password, basic := q.r.BasicAuth(); basic {
		c, ok = q.login(user, password)
	} else if t := q.r.PostForm.Get("refresh_token"); t != "" {
		c, ok = q.login(nobody, t)
	} else if q.r.PostForm.Get("grant_type") == "password" {
		c, ok = q.login(q.r.PostForm.Get("username"), q.r.PostForm.Get("password"))
	} else {
		ok = object.Bool(object.Must(q.registry.Body), "properties.anonymousPullEnabled") && strings.HasSuffix(q.r.Form.Get("scope"), ":pull")
		c = world.Caller{ObjectID: "anonymous", Tenant: q.world.Tenant}
	}
	if !ok {
		return errLogin
	}
	q.json(http.StatusOK, map[string]any{"access_token": q.world.Tokens.Issue(c, q.accessAudience(), q.now, accessLife)})
	return nil
}

// exchange gives a refresh token for one of Entra.
func (q *request) exchange() error {
	q.r.Body = http.MaxBytesReader(q.w, q.r.Body, 1<<20)
	if err := q.r.ParseForm(); err != nil || q.r.Method != http.MethodPost {
		return refusal(http.StatusBadRequest, "UNSUPPORTED", "The form cannot be read.")
	}
	c, err := q.world.Tokens.Verify("Bearer "+q.r.PostForm.Get("access_token"), q.now, aadAudiences...)
	if err != nil {
		return refusal(http.StatusUnauthorized, "UNAUTHORIZED", "%v", err)
	}
	q.json(http.StatusOK, map[string]any{"refresh_token": q.world.Tokens.Issue(c, q.refreshAudience(), q.now, refreshLife)})
	return nil
}
