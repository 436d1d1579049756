package quickstart

import (
	_ "embed" // for what templates presuppose
	"fmt"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

//go:embed needs.yaml
var needTable []byte

// need is something that templates presuppose; needs.yaml has them.
type need struct {
	Name  string   `yaml:"name"`  // what follows GET-PREREQ-
	Dir   string   `yaml:"dir"`   // only for folders whose name has this; "" for all
	Value string   `yaml:"value"` // the parameter's value
	Makes []string `yaml:"makes"` // keys of resources that have to be there
	// Shown is where the value stands in the last of the resources, instead of Value.
	Shown string `yaml:"shown"`
}

// thing is a resource that templates presuppose.
type thing struct {
	Path    string   `yaml:"path"` // below the group's providers
	Version string   `yaml:"version"`
	After   []string `yaml:"after"` // keys of what it needs itself
	Body    string   `yaml:"body"`
	// Seed says that Azure would not make it any more: it is there from before.
	Seed bool `yaml:"seed"`
}

type table struct {
	Needs  []need           `yaml:"needs"`
	Things map[string]thing `yaml:"things"`
}

var needs = sync.OnceValues(func() (table, error) {
	var t table
	return t, yaml.UnmarshalWithOptions(needTable, &t, yaml.Strict())
})

// spell puts what the deployer is about into a text.
func (d *deployer) spell(text string) string {
	return strings.NewReplacer("{group}", d.group, "{scope}", d.scope, "{location}", d.location, "{tenant}", d.s.Connection.Tenant, "{key}", key).Replace(text)
}

// need makes what a GET-PREREQ word of a folder's parameters names, and gives its
// value.
func (d *deployer) need(dir, name string) (string, error) {
	t, err := needs()
	if err != nil {
		return "", err
	}
	for _, n := range t.Needs {
		if n.Name != name || !strings.Contains(dir, n.Dir) {
			continue
		}
		for _, key := range n.Makes {
			if err := d.make(t, key); err != nil {
				return "", fmt.Errorf("making %s, which the template presupposes: %w", key, err)
			}
		}
		if n.Shown == "" {
			return d.spell(n.Value), nil
		}
		last := t.Things[n.Makes[len(n.Makes)-1]]
		shown, err := d.ask("GET", d.scope+"/providers/"+last.Path, last.Version, nil)
		return object.Text(shown, n.Shown), err
	}
	return "", fmt.Errorf("nothing is known of the prerequisite %s", name)
}

// make makes a resource, and what it needs, once.
func (d *deployer) make(t table, key string) error {
	if d.made[key] {
		return nil
	}
	d.made[key] = true
	what, ok := t.Things[key]
	if !ok {
		return fmt.Errorf("nothing is known of %s", key)
	}
	for _, other := range what.After {
		if err := d.make(t, other); err != nil {
			return err
		}
	}
	body, err := object.Decode([]byte(d.spell(what.Body)))
	if err != nil {
		return err
	}
	id := d.scope + "/providers/" + what.Path
	if !what.Seed {
		_, err = d.put(id, what.Version, body)
		return err
	}
	parts := strings.Split(what.Path, "/")
	body["id"], body["name"], body["type"] = id, parts[len(parts)-1], parts[0]+"/"+parts[1]
	_, err = d.s.Seed("prerequisites", object.Encode(object.Object{"value": []any{body}}))
	return err
}

// passwords makes a vault with the secret "password" and gives its id.
func (d *deployer) passwords() (string, error) {
	t, err := needs()
	if err != nil {
		return "", err
	}
	err = d.make(t, "password")
	return d.scope + "/providers/Microsoft.KeyVault/vaults/" + "qs-passwords", err
}
