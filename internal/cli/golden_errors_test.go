package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeFile(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What every command says to an unknown flag, to a flag without its value, and to
// JSON asked for while something is wrong.
func TestWrongFlagsOfEveryCommand(t *testing.T) {
	var lines []string
	for _, cmd := range commands() {
		path := strings.TrimSpace(strings.TrimPrefix(cmd.CommandPath(), "holdfast"))
		lines = append(lines, path+" --nonsense", path+" -Z", path+" --color", path+" --color=blue")
		if cmd.Flags().Lookup("output") != nil {
			lines = append(lines, path+" -o", path+" -o yaml", path+" -o json --nonsense")
		}
	}
	golden(t, "wrong-flags.txt", refusals(t, session{dir: playground(t), env: plainText}, strings.Join(lines, "\n")))
}

// What every command says when it is called without what it needs, or with one
// word too many.
func TestWrongArgumentsOfEveryCommand(t *testing.T) {
	golden(t, "wrong-arguments.txt", refusals(t, session{dir: playground(t), env: plainText}, `
		asses
		nothing
		assess
		outage
		availability
		improve
		inventory
		explain
		explain a b
		explain nothing
		explain aks-fre-tier
		catalog nothing
		catalog key-vautl
		catalog a b
		rules x
		version x
		schema x
		config x
		demo x
		faulttree
		faulttree nothing.xml
		faulttree azuredeploy.json
		arm nothing
		arm eval
		arm eval a b
		arm expand
		arm expand nothing.json
		sandbox nothing
		sandbox outage
		sandbox outage nothing
		sandbox outage start
		sandbox outage stop
		sandbox clock
		sandbox clock advance
		sandbox clock advance soon
		sandbox fault
		sandbox fault nothing
		sandbox status --connection nothing.json
		sandbox env --connection nothing.json
		deploy
		deploy nothing.json -g g
		deploy azuredeploy.json
		deploy follow
		completion nothing
		help nothing
		help assess nothing
	`))
}

// What is said of values that cannot be: which flag, what is wrong with it, and
// what it may be.
func TestWrongValues(t *testing.T) {
	dir := playground(t)
	writeFile(t, dir, "broken.json", "{\n  \"resources\": [\n")
	writeFile(t, dir, "empty.json", "")
	writeFile(t, dir, "list.json", "[1, 2]")
	writeFile(t, dir, "text.txt", "hello")
	writeFile(t, dir, "broken.yaml", "rates:\n  - id: [\n")
	writeFile(t, dir, "odd.yaml", "rates:\n  - id: nothing\n    perYear: 1\n")
	writeFile(t, dir, "negative.yaml", "rates:\n  - id: service\n    perYear: -1\n")
	writeFile(t, dir, "broken.xml", "<opsa-mef><define-fault-tree>")
	writeFile(t, dir, "project.yaml", "target: nothing\n")
	writeFile(t, dir, "unknown.yaml", "tarhet: dev\n")
	golden(t, "wrong-values.txt", refusals(t, session{dir: dir, env: plainText}, `
		assess nothing.json
		assess azuredeploy.json --cloud usgov
		outage azuredeploy.json --region westeurope --debug
		assess broken.json
		assess empty.json
		assess list.json
		assess text.txt
		assess .
		assess - -
		assess azuredeploy.json --target nothing
		assess azuredeploy.json --target prodction
		assess azuredeploy.json --target broken.yaml
		assess azuredeploy.json --fail-on nothing
		assess azuredeploy.json --fail-on hgih
		assess azuredeploy.json --baseline nothing.json
		assess azuredeploy.json --baseline broken.json
		assess azuredeploy.json --config nothing.yaml
		assess azuredeploy.json --config project.yaml
		assess azuredeploy.json --config unknown.yaml
		assess azuredeploy.json --catalog nothing
		assess azuredeploy.json -p nothing.json
		assess azuredeploy.json -p broken.json
		assess azuredeploy.json -p nothing=1
		assess azuredeploy.json -p =1
		assess azuredeploy.json -o text=
		assess azuredeploy.json -o html=nowhere/report.html
		assess azuredeploy.json -o json -o text
		assess azuredeploy.json --write-baseline nowhere/known.json
		assess azuredeploy.json --cloud moon
		assess azure --cloud moon
		assess azure --cloud sandbox --connection nothing.json
		assess azure --cloud sandbox --connection broken.json
		assess azure --arm-endpoint nothing
		assess azure --arm-endpoint http://example.com
		assess azure --ca-file nothing.pem --cloud sandbox
		outage azuredeploy.json --zone 1 --region ""
		outage azuredeploy.json --zone x --region westeurope
		outage azuredeploy.json --region "west europe"
		outage azuredeploy.json --region WestEurope --service keyvault
		outage azuredeploy.json --resource DEMAND-AKS --service key-vault
		availability azuredeploy.json --capability nothing
		availability azuredeploy.json --capability trian
		availability azuredeploy.json --draws 0
		availability azuredeploy.json --draws -1
		availability azuredeploy.json --draws many
		availability azuredeploy.json --seed -1
		availability azuredeploy.json --simulate -5
		availability azuredeploy.json --simulate 10 --more-than x
		availability azuredeploy.json --more-than 1
		availability azuredeploy.json --export nothing
		availability azuredeploy.json --export openpsa --reading nothing
		availability azuredeploy.json --reading contractual
		availability azuredeploy.json --rates nothing.yaml
		availability azuredeploy.json --rates broken.yaml
		availability azuredeploy.json --rates odd.yaml
		availability azuredeploy.json --rates negative.yaml
		improve azuredeploy.json
		improve azuredeploy.json --capability nothing --availability 99
		improve azuredeploy.json --capability train
		improve azuredeploy.json --capability train --availability 101
		improve azuredeploy.json --capability train --availability 100
		improve azuredeploy.json --capability train --availability x
		improve azuredeploy.json --capability train --availability -1
		improve azuredeploy.json --capability train --budget 0.5
		improve azuredeploy.json --capability train --budget x
		improve azuredeploy.json --capability train --availability 99 --workspace nothing
		improve azuredeploy.json --capability train --availability 99 --region nowhere
		improve azuredeploy.json --capability train --availability 99 --costs nothing.yaml
		improve azuredeploy.json --capability train --availability 99 --costs broken.yaml
		improve azuredeploy.json --capability train --availability 99 --grain -1
		improve azuredeploy.json --capability train --availability 99 --limit 0
		faulttree broken.xml
		faulttree text.txt
		faulttree examples/faulttree/two-regions.xml --top nothing
		faulttree examples/faulttree/two-regions.xml --mission -1
		faulttree examples/faulttree/two-regions.xml --mission x
		faulttree examples/faulttree/two-regions.xml --cut-sets -1
		faulttree examples/faulttree/two-regions.xml --uncertainty -1
		faulttree examples/faulttree/two-regions.xml --simulate -1
		faulttree examples/faulttree/two-regions.xml --simulate 10 --repair 0
		faulttree examples/faulttree/two-regions.xml --max-nodes 1
		faulttree examples/faulttree/two-regions.xml examples/faulttree/two-regions.xml
		inventory nothing.json
		inventory azuredeploy.json -o nowhere/estate.json
		arm eval "concat("
		arm eval "nothing()"
		arm eval "concat(1, 2)"
		arm expand broken.json
		arm expand list.json
		deploy broken.json -g g
		deploy azuredeploy.json -g g --cloud moon
		deploy azuredeploy.json -g g --cloud sandbox --connection nothing.json
		sandbox --clock nothing
		sandbox --listen nothing
		sandbox --listen 127.0.0.1:0 --connection c.json --seed nothing.json
		sandbox --listen 127.0.0.1:0 --connection c.json --seed broken.json
		sandbox --seed-random x
		demo --listen nothing
	`))
}
