package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func client(t *testing.T, a *Authority) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(a.PEM()) {
		t.Fatal("the root cannot be trusted")
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
}

func serve(t *testing.T, a *Authority, hosts ...string) *httptest.Server {
	t.Helper()
	cert, err := a.Server(time.Now(), hosts...)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestAClientThatTrustsTheRootTrustsTheServer(t *testing.T) {
	a, err := New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, a, "sandbox.example", "192.0.2.1")
	res, err := client(t, a).Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	other, err := New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client(t, other).Get(s.URL); err == nil {
		t.Error("another root is trusted, too")
	}
}

func TestAnAuthorityThatWasKeptIsTheSame(t *testing.T) {
	a, err := New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := a.Secret()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(secret)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client(t, a).Get(serve(t, again).URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	for _, wrong := range [][]byte{nil, []byte("x"), a.PEM(), secret[len(a.PEM()):], append(a.PEM(), a.PEM()...)} {
		if _, err := Parse(wrong); err == nil {
			t.Errorf("it is read from %d bytes of something else", len(wrong))
		}
	}
}

func TestTheServerHasItsHosts(t *testing.T) {
	a, err := New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := a.Server(time.Now(), "sandbox.example", "192.0.2.1", "")
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]", "sandbox.example", "192.0.2.1"} {
		if err := leaf.VerifyHostname(host); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}
