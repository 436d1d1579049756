package sarif_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// Every member of every result, in order, by what was assessed. What passes is no result.
func TestResultsOfSmallResults(t *testing.T) {
	for _, tt := range []struct{ name, what, want string }{
		{"right", "nothing is wrong: the answer says so, and nothing is to be done", `
runs.0.invocations.0.executionSuccessful true
runs.0.results []
`},
		{"unknown", "what cannot be known is no gap, and not right either: the check is open, with what would tell", `
runs.0.invocations.0.executionSuccessful true
runs.0.results.0.ruleId "default-storage-zone"
runs.0.results.0.ruleIndex 0
runs.0.results.0.kind "open"
runs.0.results.0.level "none"
runs.0.results.0.message.text "Not known: The default storage account does not survive a zone. What is not known: sku.name of st: [parameters('sku')]. Convert the account to zone redundancy (ZRS)."
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.0.locations.0.physicalLocation.region.startLine 48
runs.0.results.0.locations.0.physicalLocation.region.startColumn 5
runs.0.results.0.locations.0.logicalLocations.0.name "st"
runs.0.results.0.locations.0.logicalLocations.0.fullyQualifiedName "…/st"
runs.0.results.0.locations.0.logicalLocations.0.kind "resource"
runs.0.results.0.partialFingerprints.holdfast/v1 "b1"
runs.0.results.0.partialFingerprints.primaryLocationLineHash "b1:1"
runs.0.results.0.properties.managedBy "customer"
runs.0.results.0.properties.resource "…/st"
runs.0.results.0.properties.service "azure-storage"
runs.0.results.0.properties.severity "critical"
`},
		{"accepted", "an accepted gap does not count, a known one neither; one whose exception is over does again", `
runs.0.invocations.0.executionSuccessful true
runs.0.results.0.ruleId "default-storage-zone"
runs.0.results.0.ruleIndex 0
runs.0.results.0.kind "fail"
runs.0.results.0.level "error"
runs.0.results.0.message.text "The data of stb stand in one zone. zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it. Its exception expired on 2026-10-31. Convert the account to zone redundancy (ZRS)."
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.0.locations.0.physicalLocation.region.startLine 96
runs.0.results.0.locations.0.physicalLocation.region.startColumn 5
runs.0.results.0.locations.0.logicalLocations.0.name "stb"
runs.0.results.0.locations.0.logicalLocations.0.fullyQualifiedName "…/stb"
runs.0.results.0.locations.0.logicalLocations.0.kind "resource"
runs.0.results.0.partialFingerprints.holdfast/v1 "c2"
runs.0.results.0.partialFingerprints.primaryLocationLineHash "c2:1"
runs.0.results.0.baselineState "new"
runs.0.results.0.properties.managedBy "customer"
runs.0.results.0.properties.resource "…/stb"
runs.0.results.0.properties.service "azure-storage"
runs.0.results.0.properties.severity "high"
runs.0.results.1.ruleId "default-storage-zone"
runs.0.results.1.ruleIndex 0
runs.0.results.1.kind "fail"
runs.0.results.1.level "note"
runs.0.results.1.message.text "The data of stc stand in one zone. zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it. Convert the account to zone redundancy (ZRS)."
runs.0.results.1.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.results.1.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.1.locations.0.physicalLocation.region.startLine 144
runs.0.results.1.locations.0.physicalLocation.region.startColumn 5
runs.0.results.1.locations.0.logicalLocations.0.name "stc"
runs.0.results.1.locations.0.logicalLocations.0.fullyQualifiedName "…/stc"
runs.0.results.1.locations.0.logicalLocations.0.kind "resource"
runs.0.results.1.partialFingerprints.holdfast/v1 "c3"
runs.0.results.1.partialFingerprints.primaryLocationLineHash "c3:1"
runs.0.results.1.baselineState "unchanged"
runs.0.results.1.properties.managedBy "customer"
runs.0.results.1.properties.resource "…/stc"
runs.0.results.1.properties.service "azure-storage"
runs.0.results.1.properties.severity "low"
runs.0.results.2.ruleId "default-storage-zone"
runs.0.results.2.ruleIndex 0
runs.0.results.2.kind "fail"
runs.0.results.2.level "error"
runs.0.results.2.message.text "The data of sta stand in one zone. zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it. Convert the account to zone redundancy (ZRS)."
runs.0.results.2.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.results.2.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.2.locations.0.physicalLocation.region.startLine 48
runs.0.results.2.locations.0.physicalLocation.region.startColumn 5
runs.0.results.2.locations.0.logicalLocations.0.name "sta"
runs.0.results.2.locations.0.logicalLocations.0.fullyQualifiedName "…/sta"
runs.0.results.2.locations.0.logicalLocations.0.kind "resource"
runs.0.results.2.partialFingerprints.holdfast/v1 "c1"
runs.0.results.2.partialFingerprints.primaryLocationLineHash "c1:1"
runs.0.results.2.baselineState "new"
runs.0.results.2.suppressions.0.kind "external"
runs.0.results.2.suppressions.0.status "accepted"
runs.0.results.2.suppressions.0.justification "a sandbox (ml), until 2026-12-31"
runs.0.results.2.suppressions.0.location.physicalLocation.artifactLocation.uri ".holdfast.yaml"
runs.0.results.2.suppressions.0.location.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.2.suppressions.0.location.physicalLocation.region.startLine 4
runs.0.results.2.suppressions.0.location.physicalLocation.region.startColumn 5
runs.0.results.2.properties.managedBy "customer"
runs.0.results.2.properties.resource "…/sta"
runs.0.results.2.properties.service "azure-storage"
runs.0.results.2.properties.severity "high"
`},
		{"unseen", "what is not there to be read makes the answer uncertain, however right the rest is", `
runs.0.invocations.0.executionSuccessful true
runs.0.invocations.0.toolExecutionNotifications.0.level "warning"
runs.0.invocations.0.toolExecutionNotifications.0.message.text "Not seen: network.json: the file is not there"
runs.0.invocations.0.toolExecutionNotifications.0.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.invocations.0.toolExecutionNotifications.0.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.invocations.0.toolExecutionNotifications.0.locations.0.physicalLocation.region.startLine 9
runs.0.invocations.0.toolExecutionNotifications.0.locations.0.physicalLocation.region.startColumn 3
runs.0.invocations.0.toolExecutionNotifications.1.level "warning"
runs.0.invocations.0.toolExecutionNotifications.1.message.text "Not seen: the region of mlw: no permission"
runs.0.invocations.0.toolExecutionNotifications.2.level "note"
runs.0.invocations.0.toolExecutionNotifications.2.message.text "one parameter is not used"
runs.0.invocations.0.toolExecutionNotifications.2.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.invocations.0.toolExecutionNotifications.2.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.invocations.0.toolExecutionNotifications.2.locations.0.physicalLocation.region.startLine 2
runs.0.invocations.0.toolExecutionNotifications.3.level "error"
runs.0.invocations.0.toolExecutionNotifications.3.message.text "apiVersion is missing Hint: add it"
runs.0.results []
`},
		{"unused", "without a workspace nothing can be said about outages; the checks are made all the same", `
runs.0.invocations.0.executionSuccessful true
runs.0.results.0.ruleId "default-storage-zone"
runs.0.results.0.ruleIndex 0
runs.0.results.0.kind "fail"
runs.0.results.0.level "warning"
runs.0.results.0.message.text "The data of st stand in one zone. Convert the account to zone redundancy (ZRS)."
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.0.locations.0.physicalLocation.region.startLine 24
runs.0.results.0.locations.0.physicalLocation.region.startColumn 5
runs.0.results.0.locations.0.logicalLocations.0.name "st"
runs.0.results.0.locations.0.logicalLocations.0.fullyQualifiedName "…/st"
runs.0.results.0.locations.0.logicalLocations.0.kind "resource"
runs.0.results.0.partialFingerprints.holdfast/v1 "d1"
runs.0.results.0.partialFingerprints.primaryLocationLineHash "d1:1"
runs.0.results.0.properties.managedBy "customer"
runs.0.results.0.properties.resource "…/st"
runs.0.results.0.properties.service "azure-storage"
runs.0.results.0.properties.severity "medium"
`},
		{"anywhere", "a region and names that are only known at deployment have words", `
runs.0.invocations.0.executionSuccessful true
runs.0.results.0.ruleId "default-storage-zone"
runs.0.results.0.ruleIndex 0
runs.0.results.0.kind "fail"
runs.0.results.0.level "error"
runs.0.results.0.message.text "The data of {uniqueString(resourceGroup().id)} stand in one zone. zone 1 of its group's region fails: train is lost until it is back; data lost: at worst all of it. Convert the account to zone redundancy (ZRS)."
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.0.locations.0.physicalLocation.region.startLine 48
runs.0.results.0.locations.0.physicalLocation.region.startColumn 5
runs.0.results.0.locations.0.logicalLocations.0.name "{uniqueString(resourceGroup().id)}"
runs.0.results.0.locations.0.logicalLocations.0.fullyQualifiedName "…/{uniqueString(resourceGroup().id)}"
runs.0.results.0.locations.0.logicalLocations.0.kind "resource"
runs.0.results.0.partialFingerprints.holdfast/v1 "e1"
runs.0.results.0.partialFingerprints.primaryLocationLineHash "e1:1"
runs.0.results.0.properties.managedBy "customer"
runs.0.results.0.properties.resource "…/{uniqueString(resourceGroup().id)}"
runs.0.results.0.properties.service "azure-storage"
runs.0.results.0.properties.severity "critical"
`},
		{"four", "more workspaces than fit are counted, and the worst off named", `
runs.0.invocations.0.executionSuccessful true
runs.0.results.0.ruleId "default-storage-zone"
runs.0.results.0.ruleIndex 0
runs.0.results.0.kind "fail"
runs.0.results.0.level "error"
runs.0.results.0.message.text "The data of std stand in one zone. zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it. Convert the account to zone redundancy (ZRS)."
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri "main.json"
runs.0.results.0.locations.0.physicalLocation.artifactLocation.uriBaseId "%SRCROOT%"
runs.0.results.0.locations.0.physicalLocation.region.startLine 192
runs.0.results.0.locations.0.physicalLocation.region.startColumn 5
runs.0.results.0.locations.0.logicalLocations.0.name "std"
runs.0.results.0.locations.0.logicalLocations.0.fullyQualifiedName "…/std"
runs.0.results.0.locations.0.logicalLocations.0.kind "resource"
runs.0.results.0.partialFingerprints.holdfast/v1 "f4"
runs.0.results.0.partialFingerprints.primaryLocationLineHash "f4:1"
runs.0.results.0.properties.managedBy "customer"
runs.0.results.0.properties.resource "…/std"
runs.0.results.0.properties.service "azure-storage"
runs.0.results.0.properties.severity "critical"
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := write(t, reporttest.Small(t, tt.name), reporttest.SmallOptions())
			if diff := cmp.Diff(strings.Split(tt.want[1:], "\n"), strings.Split(members(t, out, "runs.0.invocations runs.0.results", `^$`), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
