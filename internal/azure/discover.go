package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// metadataVersions are the api-versions of ARM's metadata endpoint, newest first.
var metadataVersions = []string{"2022-09-01", "2019-05-01", "2015-01-01"}

// Discover reads a cloud from the metadata that its ARM publishes without login,
// at /metadata/endpoints. The client needs no token.
func Discover(ctx context.Context, arm string, client *http.Client) (Cloud, error) {
	base, err := endpoint(arm)
	if err != nil {
		return Cloud{}, fmt.Errorf("ARM's address %w", err)
	}
	var failures []error
	for _, version := range metadataVersions {
		c, err := discover(ctx, base, version, client)
		if err == nil {
			return c, nil
		}
		failures = append(failures, err)
		if e := new(Error); errors.As(err, &e) && e.Status == 0 {
			return Cloud{}, err // not reached at all: other versions would not be either
		}
	}
	return Cloud{}, failures[0]
}

func discover(ctx context.Context, base *url.URL, version string, client *http.Client) (Cloud, error) {
	u := *base
	u.Path += "/metadata/endpoints"
	u.RawQuery = "api-version=" + version
	fail := func(status int, err error) (Cloud, error) {
		e := &Error{Operation: http.MethodGet, Resource: u.Path, Status: status, Err: hide(err),
			Message: "the metadata of the cloud at " + base.String() + " cannot be read"}
		switch status {
		case 0:
			e.Kind = ErrUnreachable
		case http.StatusOK:
			e.Kind = ErrIncomplete
		}
		e.Hint = hint(e, nil)
		return Cloud{}, e
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fail(0, err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fail(0, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fail(0, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fail(resp.StatusCode, fmt.Errorf("it answers %s", resp.Status))
	}
	c, err := ParseMetadata(body, base.String())
	if err != nil {
		return fail(resp.StatusCode, err)
	}
	return c, nil
}

// metadata is one environment in any of the published forms: since 2019-05-01
// with name, audiences and suffixes, in 2015-01-01 without.
type metadata struct {
	Name            string `json:"name"`
	ResourceManager string `json:"resourceManager"`
	Authentication  struct {
		LoginEndpoint string   `json:"loginEndpoint"`
		Audiences     []string `json:"audiences"`
		Tenant        string   `json:"tenant"`
	} `json:"authentication"`
	Suffixes map[string]any `json:"suffixes"`
}

// ParseMetadata reads the answer of /metadata/endpoints: one environment or a
// list of them. In a list the one is taken whose resourceManager is arm, else the
// only one there is.
func ParseMetadata(body []byte, arm string) (Cloud, error) {
	body = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\ufeff"))
	var all []metadata
	if bytes.HasPrefix(body, []byte("[")) {
		if err := json.Unmarshal(body, &all); err != nil {
			return Cloud{}, fmt.Errorf("the cloud's metadata are no list of environments: %w", err)
		}
	} else {
		var one metadata
		if err := json.Unmarshal(body, &one); err != nil {
			return Cloud{}, fmt.Errorf("the cloud's metadata are no environment: %w", err)
		}
		all = []metadata{one}
	}
	for _, m := range all {
		if sameAddress(m.ResourceManager, arm) {
			return m.cloud(arm)
		}
	}
	if len(all) == 1 {
		return all[0].cloud(arm)
	}
	return Cloud{}, fmt.Errorf("the cloud's metadata describe %d environments and none of them is %s", len(all), arm)
}

func sameAddress(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, "/"), strings.TrimRight(b, "/"))
}

func (m metadata) cloud(arm string) (Cloud, error) {
	c := Cloud{Name: m.Name, ARM: strings.TrimRight(arm, "/"), Custom: true, Suffixes: map[string]string{}}
	for service, suffix := range m.Suffixes {
		if text, ok := suffix.(string); ok {
			c.Suffixes[service] = text
		}
	}
	if c.Name == "" {
		c.Name = "custom"
	}
	// An authority of AD FS ends with /adfs, and azidentity wants it there; that
	// of Entra may end with a slash or, in old metadata, with nothing.
	c.Authority = strings.TrimRight(m.Authentication.LoginEndpoint, "/")
	if len(m.Authentication.Audiences) > 0 {
		c.Audience = m.Authentication.Audiences[0]
	}
	for _, known := range Clouds() {
		if sameAddress(known.ARM, c.ARM) {
			c.Custom = false // one of Microsoft's, named by its address
		}
	}
	if _, err := c.check(); err != nil {
		return Cloud{}, err
	}
	return c, nil
}
