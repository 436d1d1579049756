package improve

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// maxWeights bounds a file of costs.
const maxWeights = 1 << 20

// misread is an error of the YAML library with its place as file:line:column.
func misread(name string, err error) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	at := e.GetToken().Position
	return fmt.Errorf("%s:%d:%d: %s", name, at.Line, at.Column, e.GetMessage())
}

// ParseWeights reads a file of costs: a currency and a list of resources, each with
// its name or id and what it costs a month. The error has its place.
func ParseWeights(name string, src []byte) (*Weights, error) {
	if len(src) > maxWeights {
		return nil, fmt.Errorf("%s: the file has more than 1 MiB: name the right file", name)
	}
	var f struct {
		Currency  string `yaml:"currency"`
		Resources []struct {
			Name    string   `yaml:"name"`
			Monthly *float64 `yaml:"monthly"`
		} `yaml:"resources"`
	}
	if err := yaml.UnmarshalWithOptions(src, &f, yaml.Strict()); err != nil {
		return nil, misread(name, err)
	}
	out := &Weights{Currency: f.Currency, Monthly: map[string]float64{}}
	var errs []error
	for i, r := range f.Resources {
		key := strings.ToLower(strings.TrimSpace(r.Name))
		_, twice := out.Monthly[key]
		switch {
		case key == "":
			errs = append(errs, fmt.Errorf("%s: resource %d has no name: write its name or its id", name, i+1))
		case r.Monthly == nil || !(*r.Monthly >= 0) || *r.Monthly > 1e12:
			errs = append(errs, fmt.Errorf("%s: %s has no monthly cost of 0 or more: write monthly: 12.50", name, r.Name))
		case twice:
			errs = append(errs, fmt.Errorf("%s: %s is there twice: remove one", name, r.Name))
		default:
			out.Monthly[key] = *r.Monthly
		}
	}
	if len(f.Resources) == 0 {
		errs = append(errs, fmt.Errorf("%s: it names no resource: write resources: [{name: st1, monthly: 12.50}]", name))
	}
	return out, errors.Join(errs...)
}
