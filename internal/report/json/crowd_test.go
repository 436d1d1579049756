package json_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// The same of results in which findings differ from one another.
func TestMembersOfExceptionsAndOfCrowds(t *testing.T) {
	for _, tt := range []struct{ name, what, paths, want string }{
		{"accepted", "an accepted gap does not count, a known one neither; one whose exception is over does again", "findings summary", `
findings.0.rule "default-storage-zone"
findings.0.title "The default storage account does not survive a zone"
findings.0.status "fail"
findings.0.severity "high"
findings.0.resource "…/stb"
findings.0.workspaces []
findings.0.origin.file "main.json"
findings.0.origin.line 96
findings.0.origin.column 5
findings.0.origin.pointer "/resources/stb"
findings.0.message "The data of stb stand in one zone."
findings.0.remedy "Convert the account to zone redundancy (ZRS)."
findings.0.evidence []
findings.0.takes.0.workspace "…/mlw-b"
findings.0.takes.0.capability "train"
findings.0.takes.0.outage.scope "zone"
findings.0.takes.0.outage.region "westeurope"
findings.0.takes.0.outage.zone "1"
findings.0.takes.0.outage.service null
findings.0.takes.0.outage.resource null
findings.0.takes.0.effect "lost"
findings.0.takes.0.rtoSeconds null
findings.0.takes.0.rto "outage"
findings.0.takes.0.rpoSeconds null
findings.0.takes.0.rpo "total"
findings.0.unknowns []
findings.0.suppression.rule "*"
findings.0.suppression.resource "stb"
findings.0.suppression.reason "soon rebuilt"
findings.0.suppression.owner "ml"
findings.0.suppression.expires "2026-10-31"
findings.0.suppression.expired true
findings.0.suppression.origin.file ".holdfast.yaml"
findings.0.suppression.origin.line 4
findings.0.suppression.origin.column 5
findings.0.suppression.origin.pointer null
findings.0.fingerprint "c2"
findings.0.known false
findings.1.rule "default-storage-zone"
findings.1.title "The default storage account does not survive a zone"
findings.1.status "fail"
findings.1.severity "low"
findings.1.resource "…/stc"
findings.1.workspaces []
findings.1.origin.file "main.json"
findings.1.origin.line 144
findings.1.origin.column 5
findings.1.origin.pointer "/resources/stc"
findings.1.message "The data of stc stand in one zone."
findings.1.remedy "Convert the account to zone redundancy (ZRS)."
findings.1.evidence []
findings.1.takes.0.workspace "…/mlw-c"
findings.1.takes.0.capability "train"
findings.1.takes.0.outage.scope "zone"
findings.1.takes.0.outage.region "westeurope"
findings.1.takes.0.outage.zone "1"
findings.1.takes.0.outage.service null
findings.1.takes.0.outage.resource null
findings.1.takes.0.effect "lost"
findings.1.takes.0.rtoSeconds null
findings.1.takes.0.rto "outage"
findings.1.takes.0.rpoSeconds null
findings.1.takes.0.rpo "total"
findings.1.unknowns []
findings.1.suppression null
findings.1.fingerprint "c3"
findings.1.known true
findings.2.rule "default-storage-zone"
findings.2.title "The default storage account does not survive a zone"
findings.2.status "suppressed"
findings.2.severity "high"
findings.2.resource "…/sta"
findings.2.workspaces []
findings.2.origin.file "main.json"
findings.2.origin.line 48
findings.2.origin.column 5
findings.2.origin.pointer "/resources/sta"
findings.2.message "The data of sta stand in one zone."
findings.2.remedy "Convert the account to zone redundancy (ZRS)."
findings.2.evidence []
findings.2.takes.0.workspace "…/mlw-a"
findings.2.takes.0.capability "train"
findings.2.takes.0.outage.scope "zone"
findings.2.takes.0.outage.region "westeurope"
findings.2.takes.0.outage.zone "1"
findings.2.takes.0.outage.service null
findings.2.takes.0.outage.resource null
findings.2.takes.0.effect "lost"
findings.2.takes.0.rtoSeconds null
findings.2.takes.0.rto "outage"
findings.2.takes.0.rpoSeconds null
findings.2.takes.0.rpo "total"
findings.2.unknowns []
findings.2.suppression.rule "*"
findings.2.suppression.resource "sta"
findings.2.suppression.reason "a sandbox"
findings.2.suppression.owner "ml"
findings.2.suppression.expires "2026-12-31"
findings.2.suppression.expired false
findings.2.suppression.origin.file ".holdfast.yaml"
findings.2.suppression.origin.line 4
findings.2.suppression.origin.column 5
findings.2.suppression.origin.pointer null
findings.2.fingerprint "c1"
findings.2.known false
summary.workspaces 3
summary.resources 6
summary.external 0
summary.relations 3
summary.outages 1
summary.rules 4
summary.findings 3
summary.pass 0
summary.fail 2
summary.unknown 0
summary.notApplicable 0
summary.suppressed 1
summary.known 1
summary.expired 1
summary.notSeen 0
summary.notListed 0
summary.bySeverity.critical 0
summary.bySeverity.high 1
summary.bySeverity.medium 0
summary.bySeverity.low 0
summary.bySeverity.info 0
`},
		{"four", "more workspaces than fit are counted, and the worst off named", "outages.0.impacts.1 outages.0.impacts.19 outages.1.impacts.19 findings.0.takes findings.1.takes summary", `
outages.0.impacts.1.workspace "…/mlw-a"
outages.0.impacts.1.capability "train"
outages.0.impacts.1.effect "none"
outages.0.impacts.1.rtoSeconds 0
outages.0.impacts.1.rto "figure"
outages.0.impacts.1.rpoSeconds 0
outages.0.impacts.1.rpo "figure"
outages.0.impacts.1.because []
outages.0.impacts.19.workspace "…/mlw-d"
outages.0.impacts.19.capability "train"
outages.0.impacts.19.effect "lost"
outages.0.impacts.19.rtoSeconds null
outages.0.impacts.19.rto "outage"
outages.0.impacts.19.rpoSeconds null
outages.0.impacts.19.rpo "total"
outages.0.impacts.19.because ["…/std"]
outages.0.impacts.19.causes.0.resource "…/std"
outages.0.impacts.19.causes.0.via null
outages.0.impacts.19.causes.0.role "default-storage"
outages.0.impacts.19.causes.0.effect "lost"
outages.0.impacts.19.causes.0.state "down"
outages.0.impacts.19.causes.0.fact 0
outages.1.impacts.19.workspace "…/mlw-d"
outages.1.impacts.19.capability "train"
outages.1.impacts.19.effect "none"
outages.1.impacts.19.rtoSeconds 0
outages.1.impacts.19.rto "figure"
outages.1.impacts.19.rpoSeconds 0
outages.1.impacts.19.rpo "figure"
outages.1.impacts.19.because []
findings.0.takes.0.workspace "…/mlw-d"
findings.0.takes.0.capability "train"
findings.0.takes.0.outage.scope "zone"
findings.0.takes.0.outage.region "westeurope"
findings.0.takes.0.outage.zone "1"
findings.0.takes.0.outage.service null
findings.0.takes.0.outage.resource null
findings.0.takes.0.effect "lost"
findings.0.takes.0.rtoSeconds null
findings.0.takes.0.rto "outage"
findings.0.takes.0.rpoSeconds null
findings.0.takes.0.rpo "total"
findings.1.takes []
summary.workspaces 4
summary.resources 8
summary.external 0
summary.relations 4
summary.outages 2
summary.rules 4
summary.findings 4
summary.pass 3
summary.fail 1
summary.unknown 0
summary.notApplicable 0
summary.suppressed 0
summary.known 0
summary.expired 0
summary.notSeen 0
summary.notListed 0
summary.bySeverity.critical 1
summary.bySeverity.high 0
summary.bySeverity.medium 0
summary.bySeverity.low 0
summary.bySeverity.info 0
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := write(t, reporttest.Small(t, tt.name), reporttest.SmallOptions())
			if diff := cmp.Diff(strings.Split(tt.want[1:], "\n"), strings.Split(members(t, out, tt.paths, `\.sources|\.peers\.|\.change\.`), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
