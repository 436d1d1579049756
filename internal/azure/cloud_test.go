package azure_test

import (
	"encoding/pem"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime" // fills in the addresses of ARM
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

// TestKnownClouds holds the built-in addresses against those of the SDK.
func TestKnownClouds(t *testing.T) {
	for name, sdk := range map[string]cloud.Configuration{"public": cloud.AzurePublic, "usgov": cloud.AzureGovernment, "china": cloud.AzureChina} {
		c, err := azure.CloudNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		arm := sdk.Services[cloud.ResourceManager]
		if c.ARM != arm.Endpoint || c.Audience != arm.Audience || c.Authority+"/" != sdk.ActiveDirectoryAuthorityHost || c.Custom {
			t.Errorf("%+v is not %+v", c, sdk)
		}
		for _, service := range []string{"storage", "keyVaultDns", "acrLoginServer"} {
			if c.Suffixes[service] == "" {
				t.Errorf("%s has no suffix for %s", name, service)
			}
		}
	}
	if len(azure.Clouds()) != 3 {
		t.Errorf("%d clouds", len(azure.Clouds()))
	}
}

func TestCloudsHaveTheNamesThatAzGivesThem(t *testing.T) {
	for name, want := range map[string]string{"": "public", "AzureCloud": "public", "AzureUSGovernment": "usgov", "AzureChinaCloud": "china", " Public ": "public"} {
		if c, err := azure.CloudNamed(name); err != nil || c.Name != want {
			t.Errorf("%q is %q, %v", name, c.Name, err)
		}
	}
	if _, err := azure.CloudNamed("moon"); err == nil || !strings.Contains(err.Error(), "public, usgov, china") {
		t.Error(err)
	}
}

func TestMetadataInAllForms(t *testing.T) {
	const arm = "https://arm.local:8443"
	one := `{"name":"Local","resourceManager":"` + arm + `/","authentication":{"loginEndpoint":"https://login.local/","audiences":["https://arm.local/","other"],"tenant":"common"},"suffixes":{"storage":"local","n":1}}`
	old := `{"galleryEndpoint":"https://g","graphEndpoint":"https://graph","portalEndpoint":"https://p","authentication":{"loginEndpoint":"https://login.local/adfs","audiences":["https://arm.local/id"]}}`
	for name, tc := range map[string]struct {
		body string
		want azure.Cloud // zero for none
	}{
		"an object":                  {one, azure.Cloud{Name: "Local", Authority: "https://login.local", Audience: "https://arm.local/"}},
		"a list":                     {`[{"name":"Other","resourceManager":"https://other","authentication":{"loginEndpoint":"https://x","audiences":["y"]}},` + one + `]`, azure.Cloud{Name: "Local", Authority: "https://login.local", Audience: "https://arm.local/"}},
		"a list of one, elsewhere":   {`[{"name":"L","resourceManager":"https://behind","authentication":{"loginEndpoint":"https://x","audiences":["y"]}}]`, azure.Cloud{Name: "L", Authority: "https://x", Audience: "y"}},
		"of 2015-01-01":              {old, azure.Cloud{Name: "custom", Authority: "https://login.local/adfs", Audience: "https://arm.local/id"}},
		"with a byte order mark":     {"\ufeff" + old, azure.Cloud{Name: "custom", Authority: "https://login.local/adfs", Audience: "https://arm.local/id"}},
		"a list of others":           {`[{"resourceManager":"https://a"},{"resourceManager":"https://b"}]`, azure.Cloud{}},
		"an empty list":              {`[]`, azure.Cloud{}},
		"without audience":           {`{"authentication":{"loginEndpoint":"https://x"}}`, azure.Cloud{}},
		"without login":              {`{"authentication":{"audiences":["x"]}}`, azure.Cloud{}},
		"with a login without TLS":   {`{"authentication":{"loginEndpoint":"http://x","audiences":["x"]}}`, azure.Cloud{}},
		"with a login that has user": {`{"authentication":{"loginEndpoint":"https://u:p@x","audiences":["x"]}}`, azure.Cloud{}},
		"cut off":                    {`[{"name":`, azure.Cloud{}},
		"a page":                     {`<html>`, azure.Cloud{}},
		"nothing":                    {``, azure.Cloud{}},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := azure.ParseMetadata([]byte(tc.body), arm)
			if (err == nil) != (tc.want.Name != "") {
				t.Fatalf("%+v, %v", c, err)
			}
			if err == nil && (c.Name != tc.want.Name || c.Authority != tc.want.Authority || c.Audience != tc.want.Audience || c.ARM != arm || !c.Custom) {
				t.Errorf("%+v, want %+v", c, tc.want)
			}
		})
	}
}

func FuzzParseMetadata(f *testing.F) {
	f.Add([]byte(`[{"resourceManager":"https://a","authentication":{"loginEndpoint":"https://x","audiences":["y"]}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if c, err := azure.ParseMetadata(body, "https://a"); err == nil && (!strings.HasPrefix(c.Authority, "https://") || c.Audience == "") {
			t.Errorf("%q gives %+v", body, c)
		}
	})
}

func TestACloudIsFoundByItsAddress(t *testing.T) {
	s := newService(t)
	c := s.client(func(o *azure.Options) { o.Cloud = "mine" }).Cloud()
	if c.Name != "mine" || c.ARM != s.URL || c.Authority != s.URL || c.Suffixes["storage"] != "example.test" || c.Scope() != s.URL+"/.default" {
		t.Errorf("%+v", c)
	}
}

func TestOldMetadataAreAskedForWhenThereAreNoNewOnes(t *testing.T) {
	s := newService(t)
	var asked []string
	rt := roundTrip(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Query().Get("api-version"))
		if len(asked) < 3 {
			r.URL.Path = "/none"
		}
		return s.Client().Transport.RoundTrip(r)
	})
	c, err := azure.Discover(t.Context(), s.URL, &http.Client{Transport: rt})
	if err != nil || c.Name != "testcloud" || strings.Join(asked, " ") != "2022-09-01 2019-05-01 2015-01-01" {
		t.Errorf("%+v, %v, asked %v", c, err, asked)
	}
}

func TestAddressesOfCloudsAreTakenWithTLSOnly(t *testing.T) {
	for _, arm := range []string{"http://127.0.0.1:1", "127.0.0.1:8443", "https://", "https://u:p@host", "https://host?x=1", "https://host#x", ":"} {
		if _, err := azure.New(t.Context(), azure.Options{ARMEndpoint: arm, Credential: token{}}); err == nil {
			t.Errorf("%s is taken", arm)
		} else if strings.Contains(err.Error(), "u:p@") {
			t.Errorf("the password is told: %v", err)
		}
	}
}

func TestACustomCloudMayHaveItsOwnAuthority(t *testing.T) {
	s := newService(t)
	s.say("GET "+ws, 200, `{}`)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]azure.Options{"as a file": {CAFile: file}, "as text": {CAPEM: text}} {
		t.Run(name, func(t *testing.T) {
			o.ARMEndpoint, o.Credential = s.URL, token{}
			c, err := azure.New(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Get(t.Context(), ws, version); err != nil {
				t.Error(err)
			}
		})
	}
	for name, o := range map[string]azure.Options{"no file": {CAFile: file + "x"}, "no certificate": {CAPEM: []byte("x")}} {
		if _, err := azure.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), "--ca-file") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestThePublicCloudNeedsNoRequest makes a client with the default credentials.
func TestThePublicCloudNeedsNoRequest(t *testing.T) {
	c, err := azure.New(t.Context(), azure.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		t.Errorf("asked %s", r.URL)
		return nil, errors.New("no network")
	})})
	if err != nil {
		t.Fatal(err)
	}
	if c.Cloud().Name != "public" || c.Credential() == nil || c.HTTPClient() == nil || c.ClientOptions().Cloud.ActiveDirectoryAuthorityHost != "https://login.microsoftonline.com" {
		t.Errorf("%+v", c.Cloud())
	}
}

// TestRegionalHostsOfMicrosoftsCloudsAreTheirOwn follows a page to the regional
// address of ARM, and to none that only looks like it.
func TestRegionalHostsOfMicrosoftsCloudsAreTheirOwn(t *testing.T) {
	for host, own := range map[string]bool{"westeurope.management.azure.com": true, "management.azure.com": true, "management.azure.com:443": true,
		"evil-management.azure.com": false, "management.azure.com.evil.example": false, "management.azure.com:8443": false, "azure.com": false} {
		var asked []string
		c, err := azure.New(t.Context(), azure.Options{Credential: token{}, Transport: (&pagesAt{next: "https://" + host + "/next", asked: &asked})})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := azure.All(c.List(t.Context(), listed, version)); (err == nil) != own || len(asked) == 2 != own {
			t.Errorf("%s: %v, asked %v", host, err, asked)
		}
	}
}

// pagesAt answers with a page whose next one is elsewhere.
type pagesAt struct {
	next  string
	asked *[]string
}

func (p *pagesAt) RoundTrip(r *http.Request) (*http.Response, error) {
	*p.asked = append(*p.asked, r.URL.Host)
	body := `{"value":[]}`
	if len(*p.asked) == 1 {
		body = `{"value":[],"nextLink":"` + p.next + `"}`
	}
	return response(r, 200, body), nil
}
