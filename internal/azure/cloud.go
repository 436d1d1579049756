package azure

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Cloud is where a client goes: which address Azure Resource Manager has, who
// gives out tokens for it, and what the names of data planes end with.
type Cloud struct {
	Name      string            `json:"name"`
	Aliases   []string          `json:"aliases,omitempty"` // other names, in lower case
	Authority string            `json:"authority"`         // of Microsoft Entra, such as https://login.microsoftonline.com
	ARM       string            `json:"arm"`               // such as https://management.azure.com
	Audience  string            `json:"audience"`          // that tokens for ARM are made for
	Suffixes  map[string]string `json:"suffixes"`          // of host names by service, as ARM's metadata name them: storage, keyVaultDns, acrLoginServer, …
	Custom    bool              `json:"-"`                 // found by its ARM address, not one of Microsoft's
}

//go:embed clouds.json
var cloudsFile []byte

// Clouds are the clouds that need not be discovered. The addresses are those of
// azcore's package cloud and of https://management.azure.com/metadata/endpoints.
func Clouds() []Cloud {
	var all []Cloud
	if err := json.Unmarshal(cloudsFile, &all); err != nil {
		return nil // the test of this file keeps it readable
	}
	return all
}

// CloudNamed finds one of [Clouds] by its name or an alias, such as the names
// that the az CLI uses, whatever the case. The empty name is the public cloud.
func CloudNamed(name string) (Cloud, error) {
	want := strings.ToLower(strings.TrimSpace(name))
	if want == "" {
		want = "public"
	}
	var names []string
	for _, c := range Clouds() {
		if c.Name == want || slices.Contains(c.Aliases, want) {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Cloud{}, fmt.Errorf("there is no cloud %q: it is one of %s, or any other by the address of its ARM (--arm-endpoint https://…)",
		name, strings.Join(names, ", "))
}

// Scope is what a token for ARM is asked for, as azcore builds it from the
// audience.
func (c Cloud) Scope() string { return c.Audience + "/.default" }

// check reads the address of ARM and says whether the cloud can be used.
func (c Cloud) check() (*url.URL, error) {
	u, err := endpoint(c.ARM)
	if err != nil {
		return nil, fmt.Errorf("cloud %s: ARM's address %w", c.Name, err)
	}
	if _, err := endpoint(c.Authority); err != nil {
		return nil, fmt.Errorf("cloud %s: the login address %w", c.Name, err)
	}
	if c.Audience == "" {
		return nil, fmt.Errorf("cloud %s: no audience for tokens is known", c.Name)
	}
	return u, nil
}

// endpoint reads the base address of a service. Tokens are only ever sent over TLS.
func endpoint(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(text), "/"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q is no URL", text)
	case u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("%q must begin with https:// and name a host", text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q must be an address alone, without user, query or fragment", u.Redacted())
	}
	return u, nil
}

// owns says whether a URL is served by the ARM of this cloud, so that its token
// may be sent there: the same host and port; in Microsoft's clouds also a host
// below it (the regional addresses of ARM).
func (c Cloud) owns(base, u *url.URL) bool {
	if u.Scheme != "https" || u.User != nil {
		return false
	}
	host, port := strings.ToLower(u.Hostname()), portOf(u)
	home := strings.ToLower(base.Hostname())
	if port != portOf(base) {
		return false
	}
	return host == home || (!c.Custom && strings.HasSuffix(host, "."+home))
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return "443"
}
