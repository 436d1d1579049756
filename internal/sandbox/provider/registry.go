package provider

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Provider is a namespace with its types.
type Provider struct {
	Namespace string
	Types     []*Type
	// Locations are GETs and POSTs below /subscriptions/{id}/providers/{namespace}/
	// locations/{location}/ by the rest of the path, lower case: "usages". The
	// call has the location and no type.
	Locations map[string]func(*Call) (Reply, error)
	// Subscription are GETs and POSTs below /subscriptions/{id}/providers/
	// {namespace}/ by the rest of the path, lower case: "checknameavailability".
	Subscription map[string]func(*Call) (Reply, error)
	// Tenant are GETs and POSTs below /providers/{namespace}/, likewise.
	Tenant map[string]func(*Call) (Reply, error)
}

// Load reads the type definitions of a namespace from its YAML files. A key that
// is not known, a type of another namespace, or an order that cannot be is an
// error.
func Load(namespace string, files fs.FS) (*Provider, error) {
	p := &Provider{Namespace: namespace}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		src, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading the types of %s: %w", namespace, err)
		}
		var types []*Type
		if err := yaml.UnmarshalWithOptions(src, &types, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, t := range types {
			if !strings.HasPrefix(strings.ToLower(t.Name), strings.ToLower(namespace)+"/") {
				continue // a file may hold the types of several namespaces
			}
			if err := t.check(); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, t.Name, err)
			}
			p.Types = append(p.Types, t)
		}
	}
	return p, nil
}

func (t *Type) check() error {
	if len(t.APIVersions) == 0 {
		return fmt.Errorf("it has no apiVersions")
	}
	if !slices.Contains([]string{"tracked", "proxy", "extension"}, t.Kind) {
		return fmt.Errorf("its kind is %q: it must be tracked, proxy or extension", t.Kind)
	}
	if _, err := regexp.Compile(t.Naming.Pattern); err != nil {
		return fmt.Errorf("the pattern of its names: %w", err)
	}
	for _, o := range []Operation{t.Create, t.Update, t.Delete} {
		if o.Takes < 0 || o.Takes > 48*time.Hour {
			return fmt.Errorf("an operation takes %v", o.Takes)
		}
		if !slices.Contains([]string{"", "async", "location", "both", "state"}, o.Style) {
			return fmt.Errorf("the style %q of an operation is not known", o.Style)
		}
	}
	return nil
}

// Type finds one of the provider's types by its full name; nil when there is
// none. It is for adding hooks to what was loaded.
func (p *Provider) Type(name string) *Type {
	for _, t := range p.Types {
		if strings.EqualFold(t.Name, name) {
			return t
		}
	}
	return nil
}
