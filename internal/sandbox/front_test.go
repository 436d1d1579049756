package sandbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/remote"
)

// trusting is a client that trusts the certificate of a sandbox and no other.
func trusting(t testing.TB, s *sandbox.Sandbox) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(s.Connection.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 30 * time.Second}
}

// ask sends a request and gives the status and the body.
func ask(t testing.TB, s *sandbox.Sandbox, method, path, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.Connection.Address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := trusting(t, s).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func dial(t testing.TB, s *sandbox.Sandbox) *remote.Client {
	t.Helper()
	return dialTo(t, s.Connection)
}

func dialTo(t testing.TB, at sandbox.Connection) *remote.Client {
	t.Helper()
	c, err := remote.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheAddressesAreOnLoopbackUnlessToldOtherwise(t *testing.T) {
	s, _ := start(t, sandbox.Options{})
	for _, at := range []string{s.Connection.Address, s.Connection.Blob, s.Connection.File} {
		u, err := url.Parse(at)
		if err != nil || u.Scheme != "https" || u.Hostname() != "127.0.0.1" || u.Port() == "0" {
			t.Errorf("%s is no https address with a port on loopback", at)
		}
	}
}

func TestBlobsAndFilesTakeTheNextPorts(t *testing.T) {
	for range 20 { // until three ports in a row are free
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		_ = l.Close()
		s, err := sandbox.Start(t.Context(), sandbox.Options{Listen: "127.0.0.1:" + strconv.Itoa(port)})
		if err != nil {
			continue
		}
		defer s.Close()
		if want := "https://127.0.0.1:" + strconv.Itoa(port+1); s.Connection.Blob != want {
			t.Errorf("blobs are at %s, want %s", s.Connection.Blob, want)
		}
		if want := "https://127.0.0.1:" + strconv.Itoa(port+2); s.Connection.File != want {
			t.Errorf("files are at %s, want %s", s.Connection.File, want)
		}
		_, err = sandbox.Start(t.Context(), sandbox.Options{Listen: "127.0.0.1:" + strconv.Itoa(port)})
		if err == nil || !strings.Contains(err.Error(), "choose another port with --listen") {
			t.Errorf("a port that is taken gives %v", err)
		}
		return
	}
	t.Fatal("no three ports in a row are free")
}

func TestAddressesThatCannotBeListenedOn(t *testing.T) {
	for _, test := range []struct{ listen, want string }{
		{"127.0.0.1", "give a host and a port"},
		{"127.0.0.1:https", "give a number"},
		{"127.0.0.1:65534", "give a number"},
		{"127.0.0.1:-1", "give a number"},
		{"no.such.host.invalid:0", "cannot listen"},
	} {
		if _, err := sandbox.Start(t.Context(), sandbox.Options{Listen: test.listen}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s gives %v, want %q", test.listen, err, test.want)
		}
	}
}

func TestClientsFindEverythingByTheMetadata(t *testing.T) {
	s, _ := start(t, sandbox.Options{})
	main := s.Connection.Address
	for _, version := range []string{"2015-01-01", "1.0", ""} {
		status, body := ask(t, s, "GET", "/metadata/endpoints?api-version="+version, "", "")
		if status != 200 || !strings.Contains(body, `"loginEndpoint":"`+main+`/adfs"`) {
			t.Errorf("%q: %d %s", version, status, body)
		}
	}
	for _, version := range []string{"2019-05-01", "2022-09-01"} {
		status, body := ask(t, s, "GET", "/metadata/endpoints?api-version="+version, "", "")
		var clouds []struct {
			ResourceManager string
			Authentication  struct {
				LoginEndpoint, Tenant string
				Audiences             []string
			}
			Suffixes map[string]string
		}
		if err := json.Unmarshal([]byte(body), &clouds); err != nil || status != 200 || len(clouds) != 1 {
			t.Fatalf("%s: %d %s", version, status, body)
		}
		c := clouds[0]
		if c.ResourceManager != main+"/" || c.Authentication.LoginEndpoint != main+"/" || c.Authentication.Tenant != s.Connection.Tenant || c.Suffixes["storage"] == "" {
			t.Errorf("%s: %s", version, body)
		}
	}
	var config struct{ Endpoints, Suffixes map[string]string }
	src, err := os.ReadFile(filepath.Join(filepath.Dir(s.Connection.CAFile), "cloud.json"))
	if err != nil || json.Unmarshal(src, &config) != nil || config.Endpoints["resourceManager"] != main+"/" {
		t.Errorf("the file for az: %v %s", err, src)
	}
}

func TestTheCertificateIsTheSandboxsOwn(t *testing.T) {
	s, _ := start(t, sandbox.Options{})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}}}
	var unknown x509.UnknownAuthorityError
	if _, err := client.Get(s.Connection.Address); !errors.As(err, &unknown) {
		t.Errorf("a client that does not trust the file gets %v", err)
	}
	if src, err := os.ReadFile(s.Connection.CAFile); err != nil || bytes.Contains(src, []byte("PRIVATE")) {
		t.Errorf("the file to trust: %v", err)
	}
}

func TestMicrosoftGraphTellsWhoTheClientIs(t *testing.T) {
	s, c := start(t, sandbox.Options{})
	token, err := c.Credential().GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{s.Connection.Address + "/graph/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	self := "servicePrincipals?$filter=" + url.QueryEscape("servicePrincipalNames/any(c:c eq '"+s.Connection.ClientID+"')")
	for _, test := range []struct {
		method, path, token string
		status              int
		want                string
	}{
		{"GET", self, token.Token, 200, `"appId":"` + s.Connection.ClientID + `"`},
		{"GET", "servicePrincipals?$filter=" + url.QueryEscape("appId eq 'another'"), token.Token, 200, `"value":[]`},
		{"GET", "servicePrincipals?$filter=" + url.QueryEscape("displayName eq 'x'"), token.Token, 400, "Request_UnsupportedQuery"},
		{"GET", "me", token.Token, 400, "delegated"},
		{"GET", "users", token.Token, 200, `"value":[]`},
		{"GET", "devices/x", token.Token, 404, "Request_ResourceNotFound"},
		{"POST", "applications", token.Token, 403, "Authorization_RequestDenied"},
		{"GET", self, "", 401, "InvalidAuthenticationToken"},
		{"GET", self, "wrong", 401, "InvalidAuthenticationToken"},
	} {
		if status, body := ask(t, s, test.method, "/graph/v1.0/"+test.path, test.token, ""); status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s %s: %d %s, want %d %s", test.method, test.path, status, body, test.status, test.want)
		}
	}
}

func TestTheAdministrationNeedsItsToken(t *testing.T) {
	s, _ := start(t, sandbox.Options{})
	for _, token := range []string{"", "wrong", s.Connection.ClientSecret} {
		for _, path := range []string{"/sandbox/status", "/sandbox/outages", "/sandbox/nothing"} {
			if status, body := ask(t, s, "GET", path, token, ""); status != 401 || strings.Contains(body, s.Connection.AdminToken) {
				t.Errorf("%s with %q: %d %s", path, token, status, body)
			}
		}
	}
	admin := s.Connection.AdminToken
	for _, test := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/sandbox/status", "", 200, `"clock":"real"`},
		{"GET", "/sandbox/outages", "", 200, `"outages":[]`},
		{"GET", "/sandbox/faults", "", 200, `"faults":[]`},
		{"POST", "/sandbox/outages", `{"scope":"region"}`, 400, "needs a region"},
		{"POST", "/sandbox/outages", `{"scope":"region","region":"atlantis"}`, 400, "not known"},
		{"POST", "/sandbox/outages", `{"scope":"region","regoin":"westeurope"}`, 400, "regoin"},
		{"POST", "/sandbox/outages", `nonsense`, 400, "cannot be read"},
		{"DELETE", "/sandbox/outages/outage-9", "", 404, "outage-9"},
		{"POST", "/sandbox/faults", `{"kind":"gremlins"}`, 400, "gremlins"},
		{"POST", "/sandbox/faults", `{"kind":"error","path":"("}`, 400, "regular expression"},
		{"POST", "/sandbox/clock/advance", `{"by":"-1h"}`, 400, "cannot be advanced"},
		{"GET", "/sandbox/standing?id=/subscriptions/x", "", 400, "there is no resource"},
		{"GET", "/sandbox/requests", "", 200, `"requests":[`},
		{"GET", "/sandbox/requests?after=then", "", 400, "cannot be read"},
		{"GET", "/sandbox/nothing", "", 404, ""},
		{"PUT", "/sandbox/status", "", 405, ""},
	} {
		if status, body := ask(t, s, test.method, test.path, admin, test.body); status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", test.method, test.path, test.body, status, body, test.status, test.want)
		}
	}
}

func TestOutagesFaultsAndTheClockFromAfar(t *testing.T) {
	s, _ := start(t, sandbox.Options{Manual: true})
	ctx, c := t.Context(), dial(t, s)
	o, err := c.StartOutage(ctx, failure.Outage{Scope: catalog.ScopeRegion, Region: "West Europe"})
	if err != nil || o.ID != "outage-1" || o.Region != "westeurope" {
		t.Fatalf("%+v %v", o, err)
	}
	before := s.World.Clock.Now()
	if now, err := c.Advance(ctx, 90*time.Minute); err != nil || now.Sub(before) != 90*time.Minute {
		t.Errorf("advanced to %v: %v", now.Sub(before), err)
	}
	st, err := c.Status(ctx)
	if err != nil || len(st.Outages) != 1 || st.Clock != "manual" || !st.Now.Equal(before.Add(90*time.Minute)) {
		t.Errorf("%+v %v", st, err)
	}
	ended, err := c.StopOutage(ctx, "")
	if err != nil || len(ended) != 1 || ended[0].Ended.Sub(ended[0].Started) != 90*time.Minute {
		t.Errorf("%+v %v", ended, err)
	}
	if list, err := c.Outages(ctx); err != nil || len(list) != 1 || list[0].Ended == nil {
		t.Errorf("%+v %v", list, err)
	}
	if _, err := c.StopOutage(ctx, "outage-7"); !errors.Is(err, remote.ErrRefused) {
		t.Errorf("an outage that is not there gives %v", err)
	}
	wrong := s.Connection
	wrong.AdminToken = "wrong"
	bad, err := remote.Dial(wrong)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bad.Status(ctx); !errors.Is(err, remote.ErrRefused) || !strings.Contains(err.Error(), "needs its token") {
		t.Errorf("a wrong token gives %v", err)
	}
}

// One fault of each kind that a request can meet, seen by a client that does not
// try again.
func TestEveryKindOfFaultThroughTheAdministration(t *testing.T) {
	s, _ := start(t, sandbox.Options{})
	ctx, c := t.Context(), dial(t, s)
	get := func(client *http.Client) (int, string, error) {
		res, err := client.Get(s.Connection.Address + "/metadata/endpoints?api-version=2022-09-01")
		if err != nil {
			return 0, "", err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		return res.StatusCode, string(b), err
	}
	for _, test := range []struct {
		fault failure.Fault
		right func(status int, body string, err error) bool
	}{
		{failure.Fault{Kind: "latency", Delay: failure.Duration(time.Millisecond)}, func(status int, _ string, err error) bool { return status == 200 && err == nil }},
		{failure.Fault{Kind: "error", Status: 503}, func(status int, _ string, err error) bool { return status == 503 && err == nil }},
		{failure.Fault{Kind: "throttle"}, func(status int, _ string, err error) bool { return status == 429 && err == nil }},
		{failure.Fault{Kind: "cut"}, func(_ int, _ string, err error) bool { return err != nil }},
		{failure.Fault{Kind: "hang", Delay: failure.Duration(time.Minute)}, func(_ int, _ string, err error) bool { return err != nil }},
		{failure.Fault{Kind: "malformed"}, func(_ int, body string, err error) bool { return err != nil || !json.Valid([]byte(body)) }},
		{failure.Fault{Kind: "stale", Delay: failure.Duration(time.Minute)}, func(status int, _ string, err error) bool { return status == 200 && err == nil }},
	} {
		test.fault.Path = "/metadata/"
		f, err := c.StartFault(ctx, test.fault)
		if err != nil {
			t.Fatalf("%s: %v", test.fault.Kind, err)
		}
		client := trusting(t, s)
		if test.fault.Kind == "hang" {
			client.Timeout = 200 * time.Millisecond
		}
		if status, body, err := get(client); !test.right(status, body, err) {
			t.Errorf("%s: %d %q %v", f.Kind, status, body, err)
		}
		if list, err := c.Faults(ctx); err != nil || len(list) != 1 || list[0].Kind != f.Kind {
			t.Errorf("%s is not listed: %v %v", f.Kind, list, err)
		}
		if err := c.StopFault(ctx, f.ID); err != nil {
			t.Fatal(err)
		}
		if status, _, err := get(trusting(t, s)); status != 200 || err != nil {
			t.Errorf("after %s: %d %v", f.Kind, status, err)
		}
	}
	for _, kind := range []string{"operation-fails", "operation-hangs"} {
		if _, err := c.StartFault(ctx, failure.Fault{Kind: kind, Path: "managedClusters", Times: 1}); err != nil {
			t.Error(err)
		}
	}
	if err := c.StopFault(ctx, ""); err != nil {
		t.Error(err)
	}
	if list, err := c.Faults(ctx); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	s, c := start(t, sandbox.Options{Rate: 600, NoThrottling: true})
	group := "/subscriptions/" + s.Connection.Subscription + "/resourceGroups/rg"
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			at := group + strconv.Itoa(i)
			if _, err := c.Put(t.Context(), at, "2022-09-01", map[string]any{"location": "westeurope"}); err != nil {
				t.Error(err)
			}
			id := at + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity"
			if op, err := c.Put(t.Context(), id, "2023-01-31", map[string]any{"location": "westeurope"}); err != nil {
				t.Error(err)
			} else if _, err := op.Wait(t.Context(), nil); err != nil {
				t.Error(err)
			}
			if _, err := s.Advance(time.Second); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if st, err := s.Status(); err != nil || st.Resources != 16 {
		t.Errorf("%d resources, want 16: %v", st.Resources, err)
	}
}

func TestASandboxThatIsClosedLeavesNothing(t *testing.T) {
	s, err := sandbox.Start(context.Background(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	admin := dial(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Dir(s.Connection.CAFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is still there: %v", err)
	}
	if _, err := admin.Status(t.Context()); err == nil || errors.Is(err, remote.ErrRefused) || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("it still answers: %v", err)
	}
}
