// Package grant reads and checks what allows a request to Azure Storage: the
// signature of an account key, or a shared access signature (SAS).
//
// Words: a key is the decoded account key. The string to sign is what the
// service documents for each kind; the signature is its HMAC-SHA256. A service
// SAS names a container or a blob, an account SAS whole services; a user
// delegation SAS is a service SAS signed with a key that a token was exchanged
// for. A scope is the kind of thing that a request touches: the service, a
// container (or share), an object (a blob or file).
//
// The layouts are those of learn.microsoft.com/rest/api/storageservices
// (authorize-with-shared-key, create-service-sas, create-account-sas,
// create-user-delegation-sas), read with what the clients of Azure's SDK sign.
package grant

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Sign gives the base64 of the HMAC-SHA256 of a text.
func Sign(key []byte, text string) string {
	m := hmac.New(sha256.New, key)
	_, _ = m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// signed says whether one of the keys made the signature of one of the texts.
func signed(signature string, keys [][]byte, texts ...string) bool {
	for _, k := range keys {
		for _, t := range texts {
			if hmac.Equal([]byte(signature), []byte(Sign(k, t))) {
				return true
			}
		}
	}
	return false
}

// SharedKey checks an Authorization header of the schemes SharedKey and
// SharedKeyLite. It gives whether the header is right for the account and keys.
func SharedKey(r *http.Request, account string, keys [][]byte) bool {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	name, signature, ok := strings.Cut(strings.TrimSpace(rest), ":")
	if !ok || !strings.EqualFold(strings.TrimSuffix(name, "-secondary"), account) {
		return false
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return false
	}
	var texts []string
	for _, headers := range canonicalHeaders(r.Header) {
		for _, path := range paths(r.URL.EscapedPath(), account) {
			for _, owner := range []string{account, name} {
				texts = append(texts, stringToSign(r, scheme, headers, "/"+owner+path, query))
			}
		}
	}
	slices.Sort(texts)
	return signed(signature, keys, slices.Compact(texts)...)
}

// paths are the spellings of a path that clients sign: as it is sent, and as the
// path of the primary endpoint.
func paths(path, account string) []string {
	if path == "" {
		path = "/"
	}
	out := []string{path}
	if rest, ok := strings.CutPrefix(path, "/"+account+"-secondary"); ok {
		out = append(out, "/"+account+rest)
	}
	return out
}

func stringToSign(r *http.Request, scheme, headers, resource string, query url.Values) string {
	h := r.Header
	date := h.Get("Date")
	if h.Get("x-ms-date") != "" {
		date = ""
	}
	if strings.EqualFold(scheme, "SharedKeyLite") {
		if comp := query.Get("comp"); comp != "" {
			resource += "?comp=" + comp
		}
		return strings.Join([]string{r.Method, h.Get("Content-MD5"), h.Get("Content-Type"), h.Get("Date"), headers, resource}, "\n")
	}
	length := ""
	if r.ContentLength > 0 {
		length = strconv.FormatInt(r.ContentLength, 10)
	}
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		values := slices.Sorted(slices.Values(query[name]))
		b.WriteString("\n" + strings.ToLower(name) + ":" + strings.Join(values, ","))
	}
	return strings.Join([]string{
		r.Method, h.Get("Content-Encoding"), h.Get("Content-Language"), length, h.Get("Content-MD5"), h.Get("Content-Type"), date,
		h.Get("If-Modified-Since"), h.Get("If-Match"), h.Get("If-None-Match"), h.Get("If-Unmodified-Since"), h.Get("Range"),
		headers, resource + b.String(),
	}, "\n")
}

// canonicalHeaders are the x-ms- headers in the orders that clients sign them in:
// by code points, and as the service itself compares names, with hyphens last.
func canonicalHeaders(h http.Header) []string {
	var names []string
	for name := range h {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-ms-") {
			names = append(names, lower)
		}
	}
	join := func() string {
		lines := make([]string, len(names))
		for i, name := range names {
			lines[i] = name + ":" + strings.Join(h.Values(name), ",")
		}
		return strings.Join(lines, "\n")
	}
	slices.Sort(names)
	plain := join()
	weight := strings.NewReplacer("-", "", "_", "!")
	slices.SortStableFunc(names, func(a, b string) int { return strings.Compare(weight.Replace(a), weight.Replace(b)) })
	if other := join(); other != plain {
		return []string{plain, other}
	}
	return []string{plain}
}

// Authorize signs a request with an account key, as a client does. The header
// x-ms-date is set before.
func Authorize(r *http.Request, account string, key []byte) {
	query := r.URL.Query()
	text := stringToSign(r, "SharedKey", canonicalHeaders(r.Header)[0], "/"+account+r.URL.EscapedPath(), query)
	r.Header.Set("Authorization", "SharedKey "+account+":"+Sign(key, text))
}
