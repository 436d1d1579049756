package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

//go:embed hints.json
var hintsFile []byte

// advice is what is known of error codes and of roles. The roles are Azure's
// built-in ones (learn.microsoft.com/azure/role-based-access-control/built-in-roles).
type advice struct {
	Codes   map[string]string `json:"codes"`
	Actions []struct {
		Action string `json:"action"` // a pattern; the first that fits counts
		Role   string `json:"role"`
	} `json:"actions"`
}

var loadAdvice = sync.OnceValues(func() (advice, error) {
	var a advice
	err := json.Unmarshal(hintsFile, &a)
	return a, err
})

// hint is what to do about an error; c is nil before there is a client.
func hint(e *Error, c *Client) string {
	switch {
	case e.Err != nil && e.Status == 0:
		return networkHint(e.Err, c)
	case e.Status == http.StatusUnauthorized:
		if skew := clockHint(e.Message); skew != "" {
			return skew
		}
	}
	all, err := loadAdvice()
	if err != nil {
		return "" // the test of this file keeps it readable
	}
	for _, d := range append([]Detail{{Code: e.Code, Message: e.Message}}, flatten(e.Details)...) {
		if text := missing(d.Message, all); text != "" {
			return text
		}
	}
	for _, d := range append(flatten(e.Details), Detail{Code: e.Code}) {
		if text := all.Codes[d.Code]; text != "" {
			return text
		}
	}
	switch e.Status {
	case http.StatusForbidden:
		return "this login may not do it: ask for a role at the resource or above it"
	case http.StatusUnauthorized:
		return all.Codes["InvalidAuthenticationToken"]
	case http.StatusTooManyRequests:
		if e.RetryAfter > 0 {
			return fmt.Sprintf("the service wants no more requests for %s: wait, and ask for less at a time (--rate, --concurrency)", e.RetryAfter.Round(time.Second))
		}
		return "wait a while, and ask for less at a time (--rate, --concurrency)"
	}
	if e.Status >= 500 {
		return "the service has a fault of its own: try again later; with the request id Microsoft's support can look it up"
	}
	return ""
}

// flatten lists causes, innermost first.
func flatten(ds []Detail) []Detail {
	var out []Detail
	for _, d := range ds {
		out = append(append(out, flatten(d.Details)...), d)
	}
	return out
}

// notAuthorized is how ARM says which action is missing where.
var notAuthorized = regexp.MustCompile(`(?is)does not have authorization to perform action '([^']+)'(?:\s*\([^)]*\))?(?:.{0,40}?over scope '([^']+)')?`)

// notPermitted is how data planes and some providers say it.
var notPermitted = regexp.MustCompile(`(?is)(?:does not have permission to perform action|is not authorized to perform action|perform action\(s\))\s*'([^']+)'(?:.{0,60}?(?:over|on|at) (?:scope|resource) '([^']+)')?`)

func missing(message string, all advice) string {
	for _, pattern := range []*regexp.Regexp{notAuthorized, notPermitted} {
		m := pattern.FindStringSubmatch(message)
		if m == nil {
			continue
		}
		text := fmt.Sprintf("this login lacks the action %s", m[1])
		if m[2] != "" {
			text += " at " + m[2]
		}
		if role := all.role(m[1]); role != "" {
			text += ": the role " + role + " has it"
		}
		return text + "; a new role takes some minutes to work, and then a new login"
	}
	return ""
}

// role names a built-in role that has an action.
func (a advice) role(action string) string {
	for _, known := range a.Actions {
		prefix, suffix, star := strings.Cut(strings.ToLower(known.Action), "*")
		text := strings.ToLower(action)
		if !star && text == prefix || star && len(text) >= len(prefix)+len(suffix) && strings.HasPrefix(text, prefix) && strings.HasSuffix(text, suffix) {
			return known.Role
		}
	}
	return ""
}

var notYetValid = regexp.MustCompile(`(?i)not yet valid|nbf|issued in the future|lifetime validation`)

func clockHint(message string) string {
	if notYetValid.MatchString(message) {
		return "the token is not valid at this time: is the clock of this machine right?"
	}
	return ""
}

// networkHint is what to do when no answer came.
func networkHint(err error, c *Client) string {
	custom := c == nil || c.cloud.Custom
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var dns *net.DNSError
	var login loginError
	switch {
	case errors.As(err, &unknown):
		if custom {
			return "the certificate is signed by nobody this machine trusts: name the authority's file with --ca-file (the sandbox prints the path of its own when it starts)"
		}
		return "the certificate is signed by nobody this machine trusts: a proxy that opens TLS? Name its authority's file with --ca-file"
	case errors.As(err, &host):
		return "the certificate is for another name: use the address that it was made for"
	case errors.As(err, &invalid):
		return "the certificate is not valid at this time: is the clock of this machine right?"
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "the address does not speak TLS: is it the right port? A proxy in between (HTTPS_PROXY)?"
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s is not known: check the address, the network, and HTTPS_PROXY", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		if custom {
			return "nothing listens there: is the sandbox running (holdfast sandbox), and is the port right?"
		}
		return "the connection is refused: check the network, a firewall, and HTTPS_PROXY"
	case errors.Is(err, context.Canceled):
		return ""
	case errors.As(err, &login), errors.Is(err, ErrUnauthenticated):
		return loginHint(c)
	}
	return "check the network and HTTPS_PROXY, and try again"
}

func loginHint(c *Client) string {
	text := "log in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
	if c != nil && c.cloud.Custom {
		return text + " as the sandbox or your cloud gives them"
	}
	return text + "; AZURE_TOKEN_CREDENTIALS chooses the kind of login"
}

// callError makes the error of a call that did not end with a whole 2xx.
func (c *Client) callError(ctx context.Context, k *call, cause error, correlation string) error {
	if own := new(Error); errors.As(cause, &own) {
		return own
	}
	e := &Error{Operation: k.method, Resource: k.resource(), Tries: k.tries, CorrelationID: correlation, RetryAfter: k.after}
	if k.resp != nil {
		e.Status = k.resp.StatusCode
		e.RequestID = k.resp.Header.Get("x-ms-request-id")
	}
	var login loginError
	var cut notWhole
	var large tooLarge
	switch {
	case ctx.Err() != nil:
		e.Err = hide(ctx.Err())
		return e
	case errors.As(cause, &login):
		e.Kind, e.Err, e.Message = ErrUnauthenticated, hideLogin(cause), "no token could be had"
	case errors.As(cause, &cut), errors.As(cause, &large):
		e.Kind, e.Err = ErrIncomplete, hide(cause)
		if !k.safe && e.Status < 300 {
			e.Hint = "the service may have done what was asked: look before asking again"
		}
	case cause != nil:
		e.Kind, e.Err = ErrUnreachable, hide(cause)
		if !k.safe && !unsent(cause) && !permanent(cause) {
			e.Hint = "the service may have done what was asked: look before asking again"
		}
	default:
		e.read(k.body)
		if e.Status < 400 && e.Message == "" {
			e.Message = redact.Text("the service redirects to " + k.resp.Header.Get("Location") + ", which is not followed")
		}
		if t := tenantOf(k.resp.Header); e.Status == http.StatusUnauthorized && t != "" {
			e.Hint = "the service wants a token of tenant " + t + ": log in there (az login --tenant " + t + ", or AZURE_TENANT_ID=" + t + ")"
		}
	}
	if e.Hint == "" {
		e.Hint = hint(e, c)
	}
	c.stats.failed.Add(1)
	return e
}

// tenantInChallenge is the tenant within the authority of a WWW-Authenticate header.
var tenantInChallenge = regexp.MustCompile(`authorization(?:_uri)?="https://[^/"]+/([0-9a-fA-F-]{36})`)

func tenantOf(h http.Header) string {
	if m := tenantInChallenge.FindStringSubmatch(h.Get("WWW-Authenticate")); m != nil && strings.Contains(strings.ToLower(h.Get("WWW-Authenticate")), "tenant") {
		return m[1]
	}
	return ""
}
