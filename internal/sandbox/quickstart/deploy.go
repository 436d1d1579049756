package quickstart

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	resourcesVersion = "2022-09-01"
	// longest is how long a deployment may take on the sandbox's clock.
	longest = 48 * time.Hour
)

// Option changes how a template is deployed.
type Option func(*deployer)

// In has the resource group, and what the template presupposes, in a region; it is
// eastus otherwise.
func In(region string) Option { return func(d *deployer) { d.location = region } }

// Group names the resource group; it is called after the folder otherwise. Two
// deployments of one template into one group meet the same resources.
func Group(name string) Option { return func(d *deployer) { d.group = name } }

// With gives a parameter another value than the parameter file does.
func With(name string, v any) Option {
	return func(d *deployer) { d.with[name] = object.Object{"value": v} }
}

// Deploy deploys a template of the folder dir of the published quickstarts, such
// as 101-aks, with its parameter file, both as published or changed; without a
// parameter file, parameters is empty. Template and parameters may have comments.
// What they presuppose is made first, in the same group. Any other template can be
// deployed so, too; one for a subscription is known by its $schema. The sandbox should not
// throttle. An error is what Azure would say, or what went wrong on the way.
func Deploy(t testing.TB, s *sandbox.Sandbox, dir string, template, parameters []byte, with ...Option) error {
	t.Helper()
	d := &deployer{s: s, location: "eastus", group: "rg-" + dir, made: map[string]bool{}, with: object.Object{}}
	for _, o := range with {
		o(d)
	}
	pem, err := os.ReadFile(s.Connection.CAFile)
	if err != nil {
		return fmt.Errorf("reading the sandbox's certificate: %w", err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	d.http = &http.Client{Transport: transport, Timeout: time.Minute}
	d.scope = "/subscriptions/" + s.Connection.Subscription + "/resourceGroups/" + d.group
	if _, err := d.put(d.scope, resourcesVersion, object.Object{"location": d.location}); err != nil {
		return err
	}
	if template, err = plain(dir+"/azuredeploy.json", template); err != nil {
		return err
	}
	if len(parameters) > 0 {
		if parameters, err = plain(dir+"/azuredeploy.parameters.json", parameters); err != nil {
			return err
		}
	}
	given, err := fill{dir, func(name string) (string, error) { return d.need(dir, name) }, d.passwords}.parameters(parameters)
	if err != nil {
		return err
	}
	for name, v := range d.with {
		given[name] = v
	}
	return d.deploy(template, given)
}

// plain is a text without its comments.
func plain(name string, src []byte) ([]byte, error) {
	doc, problems := jsonc.Parse(name, src)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s cannot be read: %w", name, problems[0])
	}
	return value.FromNode(doc.Root()).AppendJSON(nil), nil
}

// deployer speaks to one sandbox about one group.
type deployer struct {
	s        *sandbox.Sandbox
	http     *http.Client
	location string
	group    string
	scope    string // the id of the group
	made     map[string]bool
	with     object.Object // parameters of the caller's own
}

func (d *deployer) deploy(template []byte, parameters object.Object) error {
	id := d.scope + "/providers/Microsoft.Resources/deployments/main"
	body := object.Object{"properties": object.Object{"mode": "Incremental", "template": json.RawMessage(template), "parameters": parameters}}
	if strings.Contains(strings.ToLower(object.Text(object.Must(template), "$schema")), "subscriptiondeploymenttemplate") {
		id = "/subscriptions/" + d.s.Connection.Subscription + "/providers/Microsoft.Resources/deployments/main"
		body["location"] = d.location
	}
	if _, err := d.ask(http.MethodPut, id, resourcesVersion, body); err != nil {
		return err
	}
	for waited := time.Duration(0); waited < longest; waited += 10 * time.Minute {
		shown, err := d.ask(http.MethodGet, id, resourcesVersion, nil)
		if err != nil {
			return err
		}
		switch object.Text(shown, "properties.provisioningState") {
		case "Succeeded":
			return nil
		case "Failed", "Canceled":
			return errors.New(strings.Join(reasons(object.Inner(shown, "properties.error")), "\n"))
		}
		if _, err := d.s.Advance(10 * time.Minute); err != nil {
			return err
		}
	}
	return fmt.Errorf("the deployment has not ended after %v", longest)
}

// reasons are the innermost errors of one.
func reasons(e object.Object) []string {
	var out []string
	for _, v := range object.List(e, "details") {
		if inner, ok := v.(map[string]any); ok {
			out = append(out, reasons(inner)...)
		}
	}
	if len(out) == 0 {
		out = []string{object.Text(e, "code") + ": " + object.Text(e, "message")}
	}
	return out
}

// put makes a resource and waits until it is made.
func (d *deployer) put(id, version string, body object.Object) (object.Object, error) {
	if _, err := d.ask(http.MethodPut, id, version, body); err != nil {
		return nil, err
	}
	for waited := time.Duration(0); waited < longest; waited += 10 * time.Minute {
		shown, err := d.ask(http.MethodGet, id, version, nil)
		if err != nil {
			return nil, err
		}
		switch object.Text(shown, "properties.provisioningState") {
		case "Succeeded", "":
			if waited > 0 || object.Text(shown, "properties.provisioningState") != "" {
				return shown, nil
			}
		case "Failed":
			return nil, fmt.Errorf("%s could not be made", id)
		}
		if _, err := d.s.Advance(10 * time.Minute); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s is not made after %v", id, longest)
}

// ask sends one request.
func (d *deployer) ask(method, path, version string, body object.Object) (object.Object, error) {
	var src io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		src = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, d.s.Connection.Address+path+"?api-version="+version, src)
	if err != nil {
		return nil, err
	}
	caller := world.Caller{ObjectID: "7c1b2a40-93f7-4b7e-8a1e-6f5d0c9b8a02", AppID: d.s.Connection.ClientID, Tenant: d.s.Connection.Tenant}
	r.Header.Set("Authorization", "Bearer "+d.s.World.Tokens.Issue(caller, "https://management.azure.com", time.Now(), time.Hour))
	r.Header.Set("Content-Type", "application/json")
	res, err := d.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	o := object.Must(raw)
	if res.StatusCode >= http.StatusBadRequest {
		return nil, fmt.Errorf("%s %s answers %d: %s", method, path, res.StatusCode, strings.Join(reasons(object.Inner(o, "error")), "\n"))
	}
	return o, nil
}
