package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// What --help says of every command, one file each.
func TestHelpOfEveryCommand(t *testing.T) {
	for _, cmd := range commands() {
		t.Run(name(cmd), func(t *testing.T) {
			golden(t, "help/"+name(cmd)+".txt", session{}.run(t, append(strings.Fields(cmd.CommandPath())[1:], "--help")...).out)
		})
	}
}

// What is said of every service of the catalog.
func TestCatalogOfEveryService(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range cat.Services() {
		t.Run(s.ID, func(t *testing.T) {
			golden(t, "catalog/"+s.ID+".txt", transcript(t, session{width: 80, env: plainText}, "catalog "+s.ID))
		})
	}
	golden(t, "catalog.txt", transcript(t, session{width: 80, env: plainText}, "catalog"))
}

// A sandbox that runs on this machine is not the tests'.
var plainText = map[string]string{"NO_COLOR": "1", "XDG_CACHE_HOME": "no-cache-here"}

// What is said of every rule, all in one file.
func TestExplainEveryRule(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range cat.Rules() {
		b.WriteString(transcript(t, session{width: 80, env: plainText}, "explain "+r.ID))
	}
	golden(t, "explain.txt", b.String())
	golden(t, "rules.txt", transcript(t, session{width: 80, env: plainText}, "rules"))
}

// Every flag of outage, alone and with the ones it needs.
func TestOutageWithEachFlag(t *testing.T) {
	golden(t, "outage-flags.txt", transcript(t, session{dir: playground(t), width: 80, env: plainText}, `
		outage examples/workspace --region westeurope
		outage examples/workspace --region westeurope --zone 1
		outage examples/workspace --region westeurope --zone 2
		outage examples/workspace --region westeurope --zone 3
		outage examples/workspace --region westeurope --service key-vault
		outage examples/workspace --region westeurope --service azure-storage
		outage examples/workspace --region westeurope --service azure-machine-learning
		outage examples/workspace --region westeurope --service entra-id
		outage examples/workspace --region its --zone 1
		outage examples/workspace --region northeurope
		outage examples/workspace --resource demand-aks
		outage examples/workspace --zone 1
		outage examples/workspace --service key-vault
		outage examples/workspace --region westeurope --zone 9
		outage examples/workspace --region nowhere
		outage examples/workspace --region westeurope --service nothing
		outage examples/workspace --resource nothing
		outage examples/workspace --resource demand-aks --region westeurope
		outage examples/workspace --region westeurope --zone 1 --service key-vault
		outage examples/resilient --region westeurope
		outage examples/resilient --region northeurope
		outage examples/resilient --region westeurope --zone 1
		outage examples/all-services --region westeurope --zone 1
		outage examples/workspace examples/resilient --region westeurope --zone 1
	`))
}

// The reports that are small, in the formats for machines and for other people.
func TestFormatsOfTheReports(t *testing.T) {
	dir := playground(t)
	for file, command := range map[string]string{
		"assess-small.md":           "assess small.json --target critical -o markdown",
		"assess-small.json":         "assess small.json --target critical -o json",
		"assess-small.sarif":        "assess small.json --target critical -o sarif",
		"assess-small.junit":        "assess small.json --target critical -o junit",
		"outage-small.json":         "outage small.json --region westeurope --zone 1 -o json",
		"availability-small.json":   "availability small.json --draws 20 --capability train -o json",
		"inventory-small.json":      "inventory small.json -o json",
		"improve-small.md":          "improve small.json --capability train --availability 99.8 -o markdown",
		"improve-small.json":        "improve small.json --capability train --availability 99.8 -o json",
		"config.json":               "config -o json",
		"rules.json":                "rules -o json",
		"catalog-key-vault.json":    "catalog key-vault -o json",
		"explain-aks.json":          "explain aks-free-tier -o json",
		"faulttree-two-region.json": "faulttree examples/faulttree/two-regions.xml --importance -o json",
	} {
		t.Run(file, func(t *testing.T) {
			s := session{dir: dir, width: 80, env: plainText}
			writeFile(t, dir, "small.json", smallest)
			got := transcript(t, s, command)
			if version, _ := programVersion(); version != "" {
				got = strings.ReplaceAll(got, `"version": "`+version, `"version": "VERSION`)
			}
			golden(t, "formats/"+file+".txt", got)
		})
	}
}

// The headings of an HTML report, and its elements that have an id or a class:
// what a style or a reader's link hangs on.
func TestSkeletonOfHTML(t *testing.T) {
	dir := playground(t)
	writeFile(t, dir, "small.json", smallest)
	for file, command := range map[string]string{
		"assess": "assess small.json -o html", "availability": "availability small.json --draws 20 -o html",
		"improve": "improve small.json --capability train --availability 99.8 -o html",
	} {
		got := session{dir: dir}.run(t, words(command)...)
		golden(t, "formats/"+file+".html.txt", skeleton(got.out))
	}
}

// skeleton lists the headings of HTML and the opening tags that have an id or a
// class, and how deep each lies; of styles and drawings the outer tag only.
func skeleton(html string) string {
	var b strings.Builder
	depth, hidden := 0, ""
	void := map[string]bool{"meta": true, "link": true, "br": true, "img": true, "input": true, "hr": true, "!doctype": true, "col": true}
	for part := range strings.SplitSeq(html, "<") {
		tag, _, found := strings.Cut(part, ">")
		if !found {
			continue
		}
		word, rest, _ := strings.Cut(strings.TrimSuffix(tag, "/"), " ")
		word = strings.ToLower(strings.TrimSpace(word))
		switch {
		case word == "":
		case hidden != "" && word != "/"+hidden:
		case strings.HasPrefix(word, "/"):
			hidden, depth = "", depth-1
		default:
			if named := attribute(rest, "id", "#") + attribute(rest, "class", "."); named != "" || word[0] == 'h' {
				fmt.Fprintf(&b, "%s%s%s\n", strings.Repeat(" ", max(depth, 0)), word, named)
			}
			if void[word] || strings.HasSuffix(tag, "/") {
				continue
			}
			depth++
			if word == "style" || word == "script" || word == "svg" {
				hidden = word
			}
		}
	}
	return b.String()
}

func attribute(tag, name, mark string) string {
	_, after, found := strings.Cut(" "+tag, " "+name+"=\"")
	if !found {
		return ""
	}
	v, _, _ := strings.Cut(after, `"`)
	return mark + strings.ReplaceAll(v, " ", mark)
}

// The commands that say something of the program and its files, and the ones
// that lead a stranger through it.
func TestSmallCommands(t *testing.T) {
	dir := playground(t)
	writeFile(t, dir, ".holdfast.yaml", "target: critical\nfailOn: medium\n")
	golden(t, "small-commands.txt", transcript(t, session{dir: dir, width: 80, env: map[string]string{"NO_COLOR": "1", "HOLDFAST_TENANT": "t-1"}}, `
		config
		config --target dev
		config --fail-on none -o json
		explain aks-zone-outage
		faulttree examples/faulttree/two-regions.xml
		faulttree examples/faulttree/two-regions.xml --cut-sets 3 --importance
		faulttree examples/faulttree/two-regions.xml --ccf=false --mission 100
		faulttree examples/faulttree/two-regions.xml --top Region1Down --uncertainty 500 --seed 7
		faulttree examples/faulttree/two-regions.xml --simulate 200 --repair 8 --more-than 2,10
		improve examples/workspace --capability train --availability 99.84
		improve examples/workspace --capability train --availability 99.999
		improve examples/workspace --capability train --budget 1.05
		improve examples/workspace --capability train --availability 99.84 --in-place
		improve examples/workspace --capability author --availability 99.5 --costs costs.yaml
		availability examples/workspace --capability train --draws 50 --rates rates.yaml
		availability examples/resilient --capability score-online --draws 50
		arm eval "concat('a', 'b')"
		arm eval "resourceGroup().location" --location westeurope
		inventory examples/workspace
	`))
}
