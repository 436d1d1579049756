package sketch

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Draft is a random estate in lines, see [Estate].
type Draft struct {
	Resources []Line
	Relations [][3]string // from, role, to
}

// Line is the line of one resource.
type Line struct{ Kind, Name, Place, SKU, More, Presence string }

var regions = []string{"westeurope", "northeurope", "westus", "{resourceGroup().location}"}

// Text gives the lines.
func (d *Draft) Text() string {
	var b strings.Builder
	for _, r := range d.Resources {
		fmt.Fprintf(&b, "%s %s %s", r.Kind, r.Name, r.Place)
		if r.SKU != "" {
			b.WriteString(" sku=" + r.SKU)
		}
		if r.Presence != "" {
			b.WriteString(" presence=" + r.Presence)
		}
		b.WriteString(" " + r.More + "\n")
	}
	for _, r := range d.Relations {
		fmt.Fprintf(&b, "%s -%s-> %s\n", r[0], r[1], r[2])
	}
	return b.String()
}

// Without gives the draft without one resource and what hangs on it.
func (d *Draft) Without(name string) *Draft {
	out := &Draft{}
	for _, r := range d.Resources {
		if r.Name != name {
			out.Resources = append(out.Resources, r)
		}
	}
	for _, r := range d.Relations {
		if r[0] != name && r[2] != name {
			out.Relations = append(out.Relations, r)
		}
	}
	return out
}

// Change gives the draft with one resource changed.
func (d *Draft) Change(i int, f func(*Line)) *Draft {
	out := &Draft{Resources: slices.Clone(d.Resources), Relations: d.Relations}
	f(&out.Resources[i])
	return out
}

// Draw draws a draft: workspaces over some regions with accounts, clusters,
// vaults, computes and datastores, hubs and pairs; some skus are not known, some
// resources may not be there.
func Draw(t *rapid.T) *Draft {
	d := &Draft{}
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	add := func(kind, name, more string) {
		r := Line{Kind: kind, Name: name, Place: pick("place", regions...), More: more}
		if kind == "storage" {
			r.SKU = pick("sku", "LRS", "ZRS", "GRS", "GZRS", "?")
		}
		if rapid.IntRange(0, 5).Draw(t, "perhaps") == 0 {
			r.Presence = "wanted"
		}
		d.Resources = append(d.Resources, r)
	}
	lean := func(from, role, to string) { d.Relations = append(d.Relations, [3]string{from, role, to}) }
	accounts, clusters, vaults := rapid.IntRange(1, 4).Draw(t, "accounts"), rapid.IntRange(0, 2).Draw(t, "clusters"), rapid.IntRange(0, 2).Draw(t, "vaults")
	for i := range accounts {
		add("storage", fmt.Sprintf("st%d", i), pick("zones", "", "zones=1", "zones=2,3"))
	}
	for i := range clusters {
		add("aks", fmt.Sprintf("k8s%d", i), pick("pools", "", "pools=1,2,3"))
	}
	for i := range vaults {
		add("vault", fmt.Sprintf("kv%d", i), "")
	}
	workspaces := rapid.IntRange(1, 3).Draw(t, "workspaces")
	for w := range workspaces {
		ws := fmt.Sprintf("ws%d", w)
		d.Resources = append(d.Resources, Line{Kind: "workspace", Name: ws, Place: pick("place", regions...)})
		lean(ws, "default-storage", fmt.Sprintf("st%d", rapid.IntRange(0, accounts-1).Draw(t, "account")))
		if vaults > 0 {
			lean(ws, "key-vault", fmt.Sprintf("kv%d", rapid.IntRange(0, vaults-1).Draw(t, "vault")))
		}
		for c := range rapid.IntRange(0, 3).Draw(t, "computes") {
			name := fmt.Sprintf("%s/c%d", ws, c)
			attached := clusters > 0 && rapid.Bool().Draw(t, "attached")
			add("compute", name, map[bool]string{true: "kind=AKS"}[attached])
			lean(ws, "compute", name)
			if attached {
				lean(name, "compute", fmt.Sprintf("k8s%d", rapid.IntRange(0, clusters-1).Draw(t, "cluster")))
			}
		}
		for s := range rapid.IntRange(0, 2).Draw(t, "datastores") {
			name := fmt.Sprintf("%s/ds%d", ws, s)
			d.Resources = append(d.Resources, Line{Kind: "datastore", Name: name})
			lean(ws, "datastore", name)
			lean(name, "datastore", fmt.Sprintf("st%d", rapid.IntRange(0, accounts-1).Draw(t, "data")))
		}
		if w > 0 {
			switch pick("tie", "", "hub", "pair") {
			case "hub":
				lean(ws, "hub", "ws0")
			case "pair":
				lean("ws0", "pair", ws)
			}
		}
	}
	return d
}
