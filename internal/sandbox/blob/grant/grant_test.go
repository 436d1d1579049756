package grant

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
)

var testKey = []byte("a key for tests")

func TestARequestThatIsSignedHereIsLetIn(t *testing.T) {
	for name, c := range map[string]struct {
		target string
		header map[string]string
	}{
		"plain":              {"/data/box/x", nil},
		"a query":            {"/data/box?restype=container&comp=list&prefix=a%2Fb&include=metadata&include=tags", nil},
		"headers":            {"/data/box/x", map[string]string{"x-ms-meta-a": "1", "x-ms-blob-type": "BlockBlob", "Content-Type": "text/plain", "If-Match": "*", "Range": "bytes=0-1"}},
		"an escaped name":    {"/data/box/a%20b/%C3%BC", nil},
		"the secondary":      {"/data-secondary/box/x", nil},
		"names with hyphens": {"/data/box/x", map[string]string{"x-ms-copy-source": "a", "x-ms-copy-source-authorization": "b", "x-ms-copysource": "c"}},
	} {
		r := httptest.NewRequest(http.MethodGet, "https://127.0.0.1"+c.target, nil)
		r.Header.Set("x-ms-date", "Mon, 23 Nov 2026 12:00:00 GMT")
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		Authorize(r, "data", testKey)
		if !SharedKey(r, "data", [][]byte{[]byte("another"), testKey}) {
			t.Errorf("%s: it is refused", name)
		}
		if SharedKey(r, "data", [][]byte{[]byte("another")}) || SharedKey(r, "data", nil) || SharedKey(r, "other", [][]byte{testKey}) {
			t.Errorf("%s: it is let in with another key or account", name)
		}
		for what, change := range map[string]func(*http.Request){
			"the method": func(r *http.Request) { r.Method = http.MethodDelete },
			"the path":   func(r *http.Request) { r.URL.Path, r.URL.RawPath = r.URL.Path+"y", "" },
			"the query":  func(r *http.Request) { r.URL.RawQuery += "&comp=acl" },
			"a header":   func(r *http.Request) { r.Header.Set("x-ms-extra", "1") },
			"the date":   func(r *http.Request) { r.Header.Set("x-ms-date", "Tue, 24 Nov 2026 12:00:00 GMT") },
			"the length": func(r *http.Request) { r.ContentLength = 7 },
		} {
			other := r.Clone(t.Context())
			change(other)
			if SharedKey(other, "data", [][]byte{testKey}) {
				t.Errorf("%s: it is let in with %s changed", name, what)
			}
		}
	}
}

func TestSharedKeyLite(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "https://127.0.0.1/data/box?comp=list&prefix=x", nil)
	r.Header.Set("x-ms-date", "Mon, 23 Nov 2026 12:00:00 GMT")
	text := "GET\n\n\n\nx-ms-date:Mon, 23 Nov 2026 12:00:00 GMT\n/data/data/box?comp=list"
	r.Header.Set("Authorization", "SharedKeyLite data:"+Sign(testKey, text))
	if !SharedKey(r, "data", [][]byte{testKey}) {
		t.Error("it is refused")
	}
}

func TestTimes(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		start, expiry string
		want          bool
	}{
		{"", "2026-11-23T13:00:00Z", true}, {"", "2026-11-23T12:00:00Z", false}, {"", "2026-11-24", true}, {"", "2026-11-23T12:01Z", true},
		{"2026-11-23T12:00:00Z", "2026-11-24", true}, {"2026-11-23T12:00:01Z", "2026-11-24", false}, {"", "", false}, {"x", "2026-11-24", false}, {"", "tomorrow", false},
	} {
		if got := Within(c.start, c.expiry, now); got != c.want {
			t.Errorf("%q to %q: %v", c.start, c.expiry, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		allowed, from string
		want          bool
	}{
		{"", "anything", true}, {"127.0.0.1", "127.0.0.1:80", true}, {"127.0.0.2", "127.0.0.1:80", false}, {"127.0.0.1-127.0.0.9", "127.0.0.5:80", true},
		{"127.0.0.1-127.0.0.9", "127.0.0.10:80", false}, {"127.0.0.1", "[::1]:80", false}, {"::1", "[::1]:80", true}, {"x", "127.0.0.1:80", false},
		{"127.0.0.1-x", "127.0.0.1:80", false}, {"127.0.0.1", "no address", false},
	} {
		if got := From(c.allowed, c.from); got != c.want {
			t.Errorf("%q from %s: %v", c.allowed, c.from, got)
		}
	}
}

func TestEveryVersionOfAServiceSASIsRead(t *testing.T) {
	cred, err := azblob.NewSharedKeyCredential("data", "YSBrZXkgZm9yIHRlc3Rz")
	if err != nil {
		t.Fatal(err)
	}
	q, err := sas.BlobSignatureValues{Permissions: "r", ExpiryTime: time.Now().Add(time.Hour), ContainerName: "box", BlobName: "x", ContentType: "text/x"}.SignWithSharedKey(cred)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := url.ParseQuery(q.Encode())
	s := Parse(v)
	if !s.SignedService("/blob/data/box/x", [][]byte{testKey}) || s.SignedService("/blob/data/box/y", [][]byte{testKey}) {
		t.Error("one of the SDK is not read")
	}
	if got := s.Overrides(); len(got) != 1 || got["Content-Type"] != "text/x" {
		t.Errorf("it replaces %v", got)
	}
	for version, fields := range map[string]int{"2015-04-05": 13, "2018-11-09": 15, "2020-12-06": 16} {
		v := url.Values{"sv": {version}, "sp": {"r"}, "se": {"2030-01-01"}, "sr": {"b"}}
		text := []string{"r", "", "2030-01-01", "/blob/data/box/x", "", "", "", version}
		if fields > 13 {
			text = append(text, "b")
		}
		text = append(text, make([]string, fields-len(text))...)
		v.Set("sig", Sign(testKey, strings.Join(text, "\n")))
		if !Parse(v).SignedService("/blob/data/box/x", [][]byte{testKey}) {
			t.Errorf("one of %s is not read", version)
		}
	}
	if Parse(url.Values{"sv": {"2020-12-06"}}) != nil {
		t.Error("a query without a signature is taken for a SAS")
	}
}

func FuzzSAS(f *testing.F) {
	f.Add("sv=2026-12-06&sp=r&se=2030-01-01&sr=b&sig=x", "/blob/data/box/x")
	f.Add("sv=2020-12-06&ss=b&srt=o&sp=r&se=2030-01-01T00%3A00%3A00Z&sip=1.2.3.4-5.6.7.8&sig=x", "")
	f.Add("skoid=a&sktid=b&skt=2026-01-01&ske=2027-01-01&sks=b&skv=2026-12-06&sr=d&sig=x", "/blob/a/b/c")
	f.Fuzz(func(t *testing.T, query, resource string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s := Parse(v)
		if s == nil {
			return
		}
		if s.SignedAccount("data", [][]byte{testKey}) || s.SignedService(resource, [][]byte{testKey}) || s.SignedDelegation(resource, testKey) {
			t.Errorf("a signature was guessed: %q", query)
		}
		_ = Within(s.Start, s.Expiry, time.Time{})
		_ = From(s.IP, "127.0.0.1:1")
		_ = s.Overrides()
	})
}

func FuzzSharedKey(f *testing.F) {
	f.Add("SharedKey data:c2ln", "/data/box/x", "comp=list&prefix=a", "x-ms-meta-a")
	f.Add("SharedKeyLite data-secondary:x", "/data-secondary", "", "X-Ms-Date")
	f.Fuzz(func(t *testing.T, authorization, path, query, header string) {
		r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{"Authorization": {authorization}, header: {"v"}}}
		if SharedKey(r, "data", [][]byte{testKey}) {
			t.Errorf("a signature was guessed: %q", authorization)
		}
	})
}
