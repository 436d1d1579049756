// Package redact masks secrets in text that people or files will see: errors,
// logs, traces. It knows the forms in which Azure's secrets travel: bearer
// tokens and JWTs, account keys, connection strings, shared access signatures,
// client secrets, private keys, and members of JSON whose name says that their
// value is secret. It masks rather too much than too little, and masking twice
// changes nothing.
package redact

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "REDACTED"

// words are what names of secrets contain, in lower case and without "-" and "_".
var words = []string{
	"password", "passwd", "passphrase", "secret", "credential", "authorization", "connectionstring",
	"accountkey", "accesskey", "primarykey", "secondarykey", "masterkey", "readonlykey", "sharedkey",
	"privatekey", "apikey", "instrumentationkey", "sharedaccess", "sastoken", "sasuri", "sasurl", "pfx", "kubeconfig",
}

// exact are whole names of secrets, normalised as above.
var exact = []string{
	"key", "keys", "key1", "key2", "pwd", "sas", "sig", "signature", "token", "code", "assertion", "cookie",
	"accesstoken", "refreshtoken", "idtoken", "authtoken", "bearertoken", "registrationtoken", "clienttoken",
	"querykey", "functionkey", "hostkey", "systemkey", "aadtoken", "usertoken", "setcookie",
	"admintoken", "workspacekey", "storagekey", "keymaterial", "connstr",
}

// harmless are names that contain one of the words and are no secrets: they name
// or describe one.
var harmless = []string{
	"secretname", "secreturi", "secretid", "secrettype", "secretstype", "credentialtype", "credentialstype",
	"secretreference", "disablepasswordauthentication", "passwordauth", "allowsharedkeyaccess", "allowsharedaccesskey",
	"passwordpolicy", "passwordexpiry", "enablerbacauthorization", "sharedaccesskeyname", "accesskeymetadata",
}

func normal(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", "$", "", ".", "", " ", "").Replace(name))
}

// Secret says whether a member, header or parameter of that name holds a secret.
func Secret(name string) bool {
	n := normal(name)
	if slices.Contains(exact, n) {
		return true
	}
	if slices.Contains(harmless, n) {
		return false
	}
	for _, w := range words {
		if strings.Contains(n, w) {
			return true
		}
	}
	return false
}

type rule struct {
	find *regexp.Regexp
	put  string
}

// named are the names that precede a secret in connection strings and queries.
const named = `AccountKey|SharedAccessKey|SharedAccessSignature|SharedSecret|Password|Pwd|InstrumentationKey|` +
	`[A-Za-z_-]*(?:Secret|Password|Passwd|Access_?Token|Refresh_?Token|Id_?Token|Api_?-?Key|Account_?Key|Access_?Key|Primary_?Key|Secondary_?Key|Connection_?String)|` +
	`client_assertion|assertion|sig|signature|token`

var rules = []rule{
	{regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|$)`), Mask},
	{regexp.MustCompile(`eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*`), Mask},
	{regexp.MustCompile(`(?i)\b(authorization["']?\s*[:=]\s*["'\[]*)(?:(bearer|basic|sharedkey|sharedkeylite|sharedaccesssignature)\s+)?[^\s"',;\]]+`), "${1}" + Mask},
	{regexp.MustCompile(`(?i)\b(bearer|basic|sharedkey|sharedkeylite)\s+[A-Za-z0-9\-._~+/:]{12,}=*`), "${1} " + Mask},
	{regexp.MustCompile(`(?i)\b(SharedAccessSignature)\s+[^\s"']+`), "${1} " + Mask},
	{regexp.MustCompile(`(?i)(://)[^/\s:@"'?#]*:[^/\s@"'?#]+@`), "${1}" + Mask + "@"},
	{regexp.MustCompile(`(?i)\b(` + named + `)(\s*=\s*)("[^"\r\n]*"?|'[^'\r\n]*'?|[^;&\s"'<>]+)`), "${1}${2}" + Mask},
	{regexp.MustCompile(`(?i)([?&](?:code|key|sv_sig|access_token)=)[^&\s"'<>]+`), "${1}" + Mask},
	{regexp.MustCompile(`[A-Za-z0-9+/]{86}==`), Mask},
	{regexp.MustCompile(`\b[A-Za-z0-9+/]{43}=`), Mask},
	{regexp.MustCompile(`[A-Za-z0-9_~.\-]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,34}`), Mask},
}

// Text masks the secrets in text.
func Text(s string) string {
	if s == "" {
		return s
	}
	s = members(s)
	for _, r := range rules {
		s = r.find.ReplaceAllString(s, r.put)
	}
	return s
}

// URL is the text of u without its secrets: user information, secret parameters,
// and the parameters (t, c, s, h) with which ARM signs the address of a
// long-running operation.
func URL(u *url.URL) string {
	if u == nil {
		return ""
	}
	clean := *u
	if clean.User != nil {
		clean.User = url.User(Mask)
	}
	clean.RawQuery = query(u.RawQuery)
	clean.Fragment, clean.RawFragment = "", ""
	return Text(clean.String())
}

func query(raw string) string {
	if raw == "" {
		return ""
	}
	signed := strings.Contains("&"+raw, "&c=") && strings.Contains("&"+raw, "&s=") && strings.Contains("&"+raw, "&h=")
	parts := strings.Split(raw, "&")
	for i, p := range parts {
		name, value, _ := strings.Cut(p, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		switch {
		case value == "":
		case Secret(plain), signed && slices.Contains([]string{"t", "c", "s", "h"}, plain):
			parts[i] = name + "=" + Mask
		}
	}
	return strings.Join(parts, "&")
}

// Header is a copy of h with the values of secret headers masked.
func Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		clean := make([]string, len(values))
		for i, v := range values {
			if clean[i] = Text(v); Secret(name) {
				clean[i] = Mask
			} else if u, err := url.Parse(v); err == nil && u.Scheme == "https" {
				clean[i] = URL(u)
			}
		}
		out[name] = clean
	}
	return out
}
