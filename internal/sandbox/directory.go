package sandbox

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// directoryPath is where Microsoft Graph answers.
const directoryPath = "/graph/v1.0/"

// directory is the little of Microsoft Graph that clients ask before they work:
// who the service principal is. Whatever else is asked gets Graph's error.
type directory struct {
	w    *world.World
	self principal
}

// principal is the one service principal of a sandbox.
type principal struct{ ID, AppID, Name string }

// named is how clients look for a service principal: by one of its names, or by
// the id of its application.
var named = regexp.MustCompile(`(?i)^\s*(?:servicePrincipalNames/any\(\w+:\s*\w+ eq '([^']*)'\)|appId eq '([^']*)')\s*$`)

func (d *directory) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if _, err := d.w.Tokens.Verify(r.Header.Get("Authorization"), d.w.Wall(), d.w.At.Main+"/graph", d.w.At.Main+"/graph/", "https://graph.microsoft.com"); err != nil {
		graphError(rw, http.StatusUnauthorized, "InvalidAuthenticationToken", "Access token is empty, wrong or expired.")
		return
	}
	rest, _ := strings.CutPrefix(strings.ToLower(r.URL.Path), directoryPath)
	kind, id, _ := strings.Cut(rest, "/")
	switch {
	case r.Method != http.MethodGet:
		graphError(rw, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation: the directory of the sandbox is only read.")
	case rest == "me":
		graphError(rw, http.StatusBadRequest, "BadRequest", "/me request is only valid with delegated authentication flow.")
	case kind == "serviceprincipals" && id == "":
		d.list(rw, r.URL.Query().Get("$filter"))
	case kind == "serviceprincipals" && strings.EqualFold(id, d.self.ID):
		writeJSON(rw, http.StatusOK, d.self.shown())
	case kind == "users" && id == "", kind == "groups" && id == "", kind == "applications" && id == "":
		writeJSON(rw, http.StatusOK, map[string]any{"value": []any{}})
	default:
		graphError(rw, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
	}
}

// list gives the service principal when the filter means it, or there is none.
func (d *directory) list(rw http.ResponseWriter, filter string) {
	found := []any{}
	if m := named.FindStringSubmatch(filter); filter == "" || m != nil && strings.EqualFold(m[1]+m[2], d.self.AppID) {
		found = append(found, d.self.shown())
	} else if m == nil {
		graphError(rw, http.StatusBadRequest, "Request_UnsupportedQuery", "The sandbox finds service principals by servicePrincipalNames or appId only.")
		return
	}
	writeJSON(rw, http.StatusOK, map[string]any{"value": found})
}

func (p principal) shown() map[string]any {
	return map[string]any{
		"id": p.ID, "appId": p.AppID, "displayName": p.Name, "appDisplayName": p.Name, "servicePrincipalType": "Application",
		"servicePrincipalNames": []string{p.AppID}, "accountEnabled": true,
	}
}

func graphError(rw http.ResponseWriter, status int, code, message string) {
	writeJSON(rw, status, map[string]any{"error": map[string]any{"code": code, "message": message}})
}
