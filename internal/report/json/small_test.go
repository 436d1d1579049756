package json_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// The members of each part in their order, and which of them are null, empty or not there, by
// what was assessed. What a finding takes from its rule is told once.
func TestMembersOfSmallResults(t *testing.T) {
	for _, tt := range []struct{ name, what, paths, want string }{
		{"right", "nothing is wrong: the answer says so, and nothing is to be done", "tool target.name target.title estate outages.0.scope outages.0.region outages.0.zone outages.0.service outages.0.resource outages.0.impacts.1 facts needs findings coverage notes summary", `
tool.name "holdfast"
tool.version "1.0.0"
tool.commit null
tool.catalogAsOf "2026-05-04"
target.name "production"
target.title "every capability survives the loss of a zone"
estate.resources.0.id "…/mlw"
estate.resources.0.type "Microsoft.MachineLearningServices/workspaces"
estate.resources.0.name "mlw"
estate.resources.0.location "westeurope"
estate.resources.0.zones []
estate.resources.0.service "aml-workspace"
estate.resources.0.roles []
estate.resources.0.managedBy "microsoft"
estate.resources.0.haByDefault "no"
estate.resources.0.external false
estate.resources.0.origin.file "main.json"
estate.resources.0.origin.line 24
estate.resources.0.origin.column 5
estate.resources.0.origin.pointer "/resources/mlw"
estate.resources.1.id "…/st"
estate.resources.1.type "Microsoft.Storage/storageAccounts"
estate.resources.1.name "st"
estate.resources.1.location "westeurope"
estate.resources.1.zones []
estate.resources.1.service "azure-storage"
estate.resources.1.roles ["default-storage"]
estate.resources.1.managedBy "customer"
estate.resources.1.haByDefault "no"
estate.resources.1.external false
estate.resources.1.origin.file "main.json"
estate.resources.1.origin.line 48
estate.resources.1.origin.column 5
estate.resources.1.origin.pointer "/resources/st"
estate.relations.0.from "…/mlw"
estate.relations.0.to "…/st"
estate.relations.0.role "default-storage"
outages.0.scope "zone"
outages.0.region "westeurope"
outages.0.zone "1"
outages.0.service null
outages.0.resource null
outages.0.impacts.1.workspace "…/mlw"
outages.0.impacts.1.capability "train"
outages.0.impacts.1.effect "none"
outages.0.impacts.1.rtoSeconds 0
outages.0.impacts.1.rto "figure"
outages.0.impacts.1.rpoSeconds 0
outages.0.impacts.1.rpo "figure"
outages.0.impacts.1.because []
facts []
needs []
findings.0.rule "default-storage-zone"
findings.0.title "The default storage account does not survive a zone"
findings.0.status "pass"
findings.0.severity "critical"
findings.0.resource "…/st"
findings.0.workspaces []
findings.0.origin.file "main.json"
findings.0.origin.line 48
findings.0.origin.column 5
findings.0.origin.pointer "/resources/st"
findings.0.message ""
findings.0.remedy "Convert the account to zone redundancy (ZRS)."
findings.0.sources ["https://learn.microsoft.com/azure/storage/common/storage-redundancy","MicrosoftDocs/azure-docs:articles/machine-learning/how-to-high-availability-machine-learning.md"]
findings.0.change.kind "conversion"
findings.0.change.duration "up to 72 hours until it starts"
findings.0.change.oneWay false
findings.0.peers.psrule ["Azure.Storage.UseReplication"]
findings.0.peers.checkov ["CKV_AZURE_206"]
findings.0.peers.trivy []
findings.0.peers.aprl ["e6c7e1cc-2f47-264d-aa50-1da421314472"]
findings.0.peers.azqr ["st-003"]
findings.0.evidence []
findings.0.takes []
findings.0.unknowns []
findings.0.suppression null
findings.0.fingerprint "a1"
findings.0.known false
coverage.resources 2
coverage.external 0
coverage.skipped 0
coverage.inputs.0.name "main.json"
coverage.inputs.0.kind "template"
coverage.inputs.0.resources 2
coverage.inputs.0.parameters []
coverage.notSeen []
notes []
summary.workspaces 1
summary.resources 2
summary.external 0
summary.relations 1
summary.outages 1
summary.rules 4
summary.findings 1
summary.pass 1
summary.fail 0
summary.unknown 0
summary.notApplicable 0
summary.suppressed 0
summary.known 0
summary.expired 0
summary.notSeen 0
summary.notListed 0
summary.bySeverity.critical 0
summary.bySeverity.high 0
summary.bySeverity.medium 0
summary.bySeverity.low 0
summary.bySeverity.info 0
`},
		{"unknown", "what cannot be known is no gap, and not right either: the check is open, with what would tell", "outages.0.impacts.1 facts needs findings summary", `
outages.0.impacts.1.workspace "…/mlw"
outages.0.impacts.1.capability "train"
outages.0.impacts.1.effect "unknown"
outages.0.impacts.1.atBest "none"
outages.0.impacts.1.atWorst "lost"
outages.0.impacts.1.rtoSeconds null
outages.0.impacts.1.rto "outage"
outages.0.impacts.1.rpoSeconds null
outages.0.impacts.1.rpo "total"
outages.0.impacts.1.because ["…/st"]
outages.0.impacts.1.causes.0.resource "…/st"
outages.0.impacts.1.causes.0.via null
outages.0.impacts.1.causes.0.role "default-storage"
outages.0.impacts.1.causes.0.effect "unknown"
outages.0.impacts.1.causes.0.unknowns ["sku.name of st: [parameters('sku')]"]
facts []
needs []
findings.0.rule "default-storage-zone"
findings.0.title "The default storage account does not survive a zone"
findings.0.status "unknown"
findings.0.severity "critical"
findings.0.resource "…/st"
findings.0.workspaces []
findings.0.origin.file "main.json"
findings.0.origin.line 48
findings.0.origin.column 5
findings.0.origin.pointer "/resources/st"
findings.0.message ""
findings.0.remedy "Convert the account to zone redundancy (ZRS)."
findings.0.evidence []
findings.0.takes []
findings.0.unknowns ["sku.name of st: [parameters('sku')]"]
findings.0.suppression null
findings.0.fingerprint "b1"
findings.0.known false
summary.workspaces 1
summary.resources 2
summary.external 0
summary.relations 1
summary.outages 1
summary.rules 4
summary.findings 1
summary.pass 0
summary.fail 0
summary.unknown 1
summary.notApplicable 0
summary.suppressed 0
summary.known 0
summary.expired 0
summary.notSeen 0
summary.notListed 0
summary.bySeverity.critical 0
summary.bySeverity.high 0
summary.bySeverity.medium 0
summary.bySeverity.low 0
summary.bySeverity.info 0
`},
		{"unseen", "what is not there to be read makes the answer uncertain, however right the rest is", "coverage notes summary.notSeen", `
coverage.resources 2
coverage.external 0
coverage.skipped 1
coverage.inputs.0.name "main.json"
coverage.inputs.0.kind "template"
coverage.inputs.0.resources 2
coverage.inputs.0.parameters []
coverage.notSeen.0.what "network.json"
coverage.notSeen.0.why "the file is not there"
coverage.notSeen.0.origin.file "main.json"
coverage.notSeen.0.origin.line 9
coverage.notSeen.0.origin.column 3
coverage.notSeen.0.origin.pointer null
coverage.notSeen.1.what "the region of mlw"
coverage.notSeen.1.why "no permission"
coverage.notSeen.1.origin null
notes.0.severity "info"
notes.0.message "one parameter is not used"
notes.0.hint null
notes.0.origin.file "main.json"
notes.0.origin.line 2
notes.0.origin.column null
notes.0.origin.pointer null
notes.1.severity "error"
notes.1.message "apiVersion is missing"
notes.1.hint "add it"
notes.1.origin null
summary.notSeen 2
`},
		{"unused", "without a workspace nothing can be said about outages; the checks are made all the same", "outages estate.relations findings.0.resource findings.0.takes summary", `
outages []
estate.relations []
findings.0.resource "…/st"
findings.0.takes []
summary.workspaces 0
summary.resources 2
summary.external 0
summary.relations 0
summary.outages 0
summary.rules 4
summary.findings 1
summary.pass 0
summary.fail 1
summary.unknown 0
summary.notApplicable 0
summary.suppressed 0
summary.known 0
summary.expired 0
summary.notSeen 0
summary.notListed 0
summary.bySeverity.critical 0
summary.bySeverity.high 0
summary.bySeverity.medium 1
summary.bySeverity.low 0
summary.bySeverity.info 0
`},
		{"anywhere", "a region and names that are only known at deployment have words", "estate outages.0.region outages.0.impacts.1 findings.0.resource findings.0.takes.0", `
estate.resources.0.id "…/{format('mlw-{0}', parameters('env'))}"
estate.resources.0.type "Microsoft.MachineLearningServices/workspaces"
estate.resources.0.name "{format('mlw-{0}', parameters('env'))}"
estate.resources.0.location "{resourceGroup().location}"
estate.resources.0.zones []
estate.resources.0.service "aml-workspace"
estate.resources.0.roles []
estate.resources.0.managedBy "microsoft"
estate.resources.0.haByDefault "no"
estate.resources.0.external false
estate.resources.0.origin.file "main.json"
estate.resources.0.origin.line 24
estate.resources.0.origin.column 5
estate.resources.0.origin.pointer "/resources/{format('mlw-{0}', parameters('env'))}"
estate.resources.1.id "…/{uniqueString(resourceGroup().id)}"
estate.resources.1.type "Microsoft.Storage/storageAccounts"
estate.resources.1.name "{uniqueString(resourceGroup().id)}"
estate.resources.1.location "{resourceGroup().location}"
estate.resources.1.zones []
estate.resources.1.service "azure-storage"
estate.resources.1.roles ["default-storage"]
estate.resources.1.managedBy "customer"
estate.resources.1.haByDefault "no"
estate.resources.1.external false
estate.resources.1.origin.file "main.json"
estate.resources.1.origin.line 48
estate.resources.1.origin.column 5
estate.resources.1.origin.pointer "/resources/{uniqueString(resourceGroup().id)}"
estate.relations.0.from "…/{format('mlw-{0}', parameters('env'))}"
estate.relations.0.to "…/{uniqueString(resourceGroup().id)}"
estate.relations.0.role "default-storage"
outages.0.region "{resourceGroup().location}"
outages.0.impacts.1.workspace "…/{format('mlw-{0}', parameters('env'))}"
outages.0.impacts.1.capability "train"
outages.0.impacts.1.effect "lost"
outages.0.impacts.1.rtoSeconds null
outages.0.impacts.1.rto "outage"
outages.0.impacts.1.rpoSeconds null
outages.0.impacts.1.rpo "total"
outages.0.impacts.1.because ["…/{uniqueString(resourceGroup().id)}"]
outages.0.impacts.1.causes.0.resource "…/{uniqueString(resourceGroup().id)}"
outages.0.impacts.1.causes.0.via null
outages.0.impacts.1.causes.0.role "default-storage"
outages.0.impacts.1.causes.0.effect "lost"
outages.0.impacts.1.causes.0.state "down"
outages.0.impacts.1.causes.0.fact 0
findings.0.resource "…/{uniqueString(resourceGroup().id)}"
findings.0.takes.0.workspace "…/{format('mlw-{0}', parameters('env'))}"
findings.0.takes.0.capability "train"
findings.0.takes.0.outage.scope "zone"
findings.0.takes.0.outage.region "{resourceGroup().location}"
findings.0.takes.0.outage.zone "1"
findings.0.takes.0.outage.service null
findings.0.takes.0.outage.resource null
findings.0.takes.0.effect "lost"
findings.0.takes.0.rtoSeconds null
findings.0.takes.0.rto "outage"
findings.0.takes.0.rpoSeconds null
findings.0.takes.0.rpo "total"
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			skip := `\.sources|\.peers\.|\.change\.`
			if tt.name == "right" {
				skip = `^$`
			}
			out := write(t, reporttest.Small(t, tt.name), reporttest.SmallOptions())
			if diff := cmp.Diff(strings.Split(tt.want[1:], "\n"), strings.Split(members(t, out, tt.paths, skip), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
