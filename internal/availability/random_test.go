package availability

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// drawEstate draws an estate in the lines of package sketch: workspaces that
// share accounts and clusters, computes and datastores between them, hubs and
// pairs, and what is not known.
func drawEstate(t *rapid.T) string {
	return drawEstateIn(t, []string{"westeurope", "northeurope", "westus", "{resourceGroup().location}"})
}

// drawNearEstate draws one that touches two regions at most.
func drawNearEstate(t *rapid.T) string {
	return drawEstateIn(t, rapid.SampledFrom([][]string{
		{"westeurope", "northeurope"}, {"westus", "westeurope"}, {"westus", "{resourceGroup().location}"}, {"northeurope"}, {"westus"},
	}).Draw(t, "regions"))
}

func drawEstateIn(t *rapid.T, places []string) string {
	var b strings.Builder
	var relations, computes []string
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	number := func(label string, low, high int) int { return rapid.IntRange(low, high).Draw(t, label) }
	add := func(kind, name, more string) {
		fmt.Fprintf(&b, "%s %s %s %s", kind, name, pick("place", places...), more)
		switch kind {
		case "storage":
			b.WriteString(" sku=" + pick("sku", "LRS", "ZRS", "GRS", "GZRS", "?"))
		case "aks":
			b.WriteString(pick("pools", "", " pools=1,2,3"))
		}
		if number("perhaps", 0, 5) == 0 {
			b.WriteString(" presence=wanted")
		}
		b.WriteString("\n")
	}
	lean := func(from, role, to string) { relations = append(relations, from+" -"+role+"-> "+to) }
	accounts, clusters, vaults := number("accounts", 1, 4), number("clusters", 0, 2), number("vaults", 0, 2)
	for i := range accounts {
		add("storage", fmt.Sprintf("st%d", i), pick("zones", "", "zones=1", "zones=2,3"))
	}
	for i := range clusters {
		add("aks", fmt.Sprintf("k8s%d", i), "")
	}
	for i := range vaults {
		add("vault", fmt.Sprintf("kv%d", i), "")
	}
	workspaces := number("workspaces", 1, 3)
	for w := range workspaces {
		ws := fmt.Sprintf("ws%d", w)
		fmt.Fprintf(&b, "workspace %s %s%s\n", ws, pick("place", places...), pick("named", "", "", "", " external"))
		lean(ws, "default-storage", fmt.Sprintf("st%d", number("account", 0, accounts-1)))
		if vaults > 0 {
			lean(ws, "key-vault", fmt.Sprintf("kv%d", number("vault", 0, vaults-1)))
		}
		for c := range number("computes", 0, 3) {
			name := fmt.Sprintf("%s/c%d", ws, c)
			attached := clusters > 0 && rapid.Bool().Draw(t, "attached")
			add("compute", name, map[bool]string{true: "kind=AKS"}[attached])
			lean(ws, "compute", name)
			computes = append(computes, name)
			if attached {
				lean(name, "compute", fmt.Sprintf("k8s%d", number("cluster", 0, clusters-1)))
			}
		}
		for s := range number("datastores", 0, 2) {
			name := fmt.Sprintf("%s/ds%d", ws, s)
			fmt.Fprintf(&b, "datastore %s\n", name)
			lean(ws, "datastore", name)
			lean(name, "datastore", fmt.Sprintf("st%d", number("data", 0, accounts-1)))
		}
		if w > 0 {
			if tie := pick("tie", "", "hub", "pair"); tie != "" {
				lean(fmt.Sprintf("ws%d", number("other", 0, w-1)), tie, ws)
			}
		}
	}
	if len(computes) > 1 { // computes may lean on each other, also in a circle
		for range number("circles", 0, 3) {
			lean(pick("one", computes...), "compute", pick("other", computes...))
		}
	}
	return b.String() + strings.Join(relations, "\n")
}
