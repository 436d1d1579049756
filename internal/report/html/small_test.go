package html_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/html"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// What a reader finds in each section of the page, all of it but pictures and forms, by what was
// assessed.
func TestSectionsOfSmallResults(t *testing.T) {
	for _, tt := range []struct{ name, section, what, want string }{
		{"right", "answer", "nothing is wrong, and each count is there", `
✓ mlw meets target production: no outage that it must survive takes a capability away.
1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json
0 findings fail
0 checks are not known yet
0 things were not seen
1 check passes
0 findings are accepted
`},
		{"right", "outages", "harmless outages are one sentence, without a table", `
What is lost when
! marks what the target does not allow. Under the word: time to recover, then data lost. Choose a row to see it on the map and to read why.
mlw westeurope
✓ Nothing is lost when one of these fails: zone 1 of westeurope.
`},
		{"right", "who", "who keeps what up, with nothing to do", `
Who must keep it up
Services of the estate with who must keep each up
service | in this estate | highly available by default | to do | what holds today
Microsoft keeps this up
Azure Machine Learning | mlw | no | ✓ nothing | Zone-redundant where the region has zones, without any setting. It has no disaster recovery: a second workspace in a second region is yours to make.
You keep this up
Azure Storage | st | no | ✓ nothing | Zone redundancy (ZRS, GZRS) survives a zone. The default account cannot be failed over by geo-redundancy.
`},
		{"right", "findings", "what passes is told with its rule, and needs no remedy", `
What to do
As it should be 1 check
✓ pass The default storage account does not survive a zone st
Code, models, logs and data of the workspace are in its default account. Without it nobody can author, train or register.
Resources of this finding
resource | what was seen | where
st
main.json:48:5
Disagrees with checkov CKV_AZURE_206: It wants geo-redundancy, which buys no failover for the default account of a workspace.
Rule
default-storage-zone
Sources
Azure Storage redundancy 2026-05-04; Increase Azure Machine Learning resiliency 2020-09
In other tools
PSRule Azure.Storage.UseReplication; checkov CKV_AZURE_206; APRL e6c7e1cc-2f47-264d-aa50-1da421314472; azqr st-003
`},
		{"right", "made", "who made it, of what, for which target in words", `
How this page was made
By
holdfast 1.0.0
Facts of
2026-05-04 (each fact has its own source and date)
Inputs
main.json template, 2 resources
Target
production every capability survives the loss of a zone
author: survives the loss of a zone, back within 1 h, no data lost
train: survives the loss of a zone, back within 1 h, no data lost
score online: survives the loss of a zone, back within 1 h, no data lost
score batch: survives the loss of a zone, back within 1 h, no data lost
register: survives the loss of a zone, back within 1 h, no data lost
monitor: survives the loss of a zone, back within 1 h, no data lost
`},
		{"unknown", "answer", "what is open is neither missed nor met", `
? Whether mlw meets target production is not certain: no gap was found, but 1 check is open.
1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json
0 findings fail
1 check is not known yet
0 things were not seen
0 checks pass
0 findings are accepted
`},
		{"unknown", "outages", "what cannot be known has its best and its worst, and what would tell", `
What is lost when
! marks what the target does not allow. Under the word: time to recover, then data lost. Choose a row to see it on the map and to read why.
mlw westeurope
Outages against capabilities of mlw
when this fails | author | train | score online | score batch | register | monitor
westeurope
zone 1 | ✓ holds | ? unknown holds or lost | ✓ holds | ✓ holds | ✓ holds | ✓ holds
When zone 1 of westeurope fails
? train: unknown: holds at best, lost at worst; data lost: at worst all of it
st is not known. Not known: sku.name of st: [parameters('sku')].
The resources it leans on (1 of 2, the workspace counted, does not, or may not, carry on)
? st is not known: carries on at best, down at worst Not known: sku.name of st: [parameters('sku')].
`},
		{"unknown", "who", "an open check is a question, not a failure", `
Who must keep it up
Services of the estate with who must keep each up
service | in this estate | highly available by default | to do | what holds today
Microsoft keeps this up
Azure Machine Learning | mlw | no | ✓ nothing | Zone-redundant where the region has zones, without any setting. It has no disaster recovery: a second workspace in a second region is yours to make.
You keep this up
Azure Storage | st | no | ? 1 open | Zone redundancy (ZRS, GZRS) survives a zone. The default account cannot be failed over by geo-redundancy.
`},
		{"unknown", "findings", "what is open is not to be done: it has no number", `
What to do
Not known yet 1 check
? unknown The default storage account does not survive a zone st
Code, models, logs and data of the workspace are in its default account. Without it nobody can author, train or register.
Resources of this finding
resource | what was seen | where
st
main.json:48:5 | not known: sku.name of st: [parameters('sku')]

Remedy Convert the account to zone redundancy (ZRS). conversion, up to 72 hours until it starts
az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard_ZRS
Template: set "sku": {"name": "Standard_ZRS"} for new deployments
Disagrees with checkov CKV_AZURE_206: It wants geo-redundancy, which buys no failover for the default account of a workspace.
Rule
default-storage-zone
Sources
Azure Storage redundancy 2026-05-04; Increase Azure Machine Learning resiliency 2020-09
In other tools
PSRule Azure.Storage.UseReplication; checkov CKV_AZURE_206; APRL e6c7e1cc-2f47-264d-aa50-1da421314472; azqr st-003
`},
		{"accepted", "answer", "only what counts is missed; the worst workspaces come first", `
✗ 2 of 3 workspaces miss target production: outages that it must survive take away train.
3 workspaces · 6 resources · 3 relations · 1 outage tried · from main.json
1 finding fails: 1 high
0 checks are not known yet
0 things were not seen
0 checks pass
2 findings are accepted
Workspaces, those with the most gaps first. A gap is a capability that an outage takes beyond the target.
workspace | region | gaps | capabilities lost in some outage
mlw-b | westeurope | ✗ 1 | 1
mlw-c | westeurope | ✗ 1 | 1
mlw-a | westeurope | ✓ 0 | 1
`},
		{"accepted", "outages", "a loss that is accepted has no mark, and is a loss", `
What is lost when
! marks what the target does not allow. Under the word: time to recover, then data lost. Choose a row to see it on the map and to read why.
mlw-b westeurope
Outages against capabilities of mlw-b
when this fails | author | train | score online | score batch | register | monitor
westeurope
zone 1 | ✓ holds | ✗ lost! until it ends data lost: at worst all of it | ✓ holds | ✓ holds | ✓ holds | ✓ holds
When zone 1 of westeurope fails
✗ train: lost until it is back; data lost: at worst all of it
stb is down. All copies stand in one zone.
The resources it leans on (1 of 2, the workspace counted, does not carry on, nor do 2 elsewhere in the estate)
✗ stb is down until it is back; data lost: at worst all of it All copies stand in one zone.
mlw-c westeurope
Outages against capabilities of mlw-c
when this fails | author | train | score online | score batch | register | monitor
westeurope
zone 1 | ✓ holds | ✗ lost! until it ends data lost: at worst all of it | ✓ holds | ✓ holds | ✓ holds | ✓ holds
When zone 1 of westeurope fails
✗ train: lost until it is back; data lost: at worst all of it
stc is down. All copies stand in one zone.
The resources it leans on (1 of 2, the workspace counted, does not carry on, nor do 2 elsewhere in the estate)
✗ stc is down until it is back; data lost: at worst all of it All copies stand in one zone.
mlw-a westeurope
Outages against capabilities of mlw-a
when this fails | author | train | score online | score batch | register | monitor
westeurope
zone 1 | ✓ holds | ✗ lost until it ends data lost: at worst all of it | ✓ holds | ✓ holds | ✓ holds | ✓ holds
When zone 1 of westeurope fails
✗ train: lost until it is back; data lost: at worst all of it
sta is down. All copies stand in one zone.
The resources it leans on (1 of 2, the workspace counted, does not carry on, nor do 2 elsewhere in the estate)
✗ sta is down until it is back; data lost: at worst all of it All copies stand in one zone.
`},
		{"accepted", "findings", "to do is what counts; what is accepted and what was known stand apart, with the reason", `
What to do
Do first 1 finding
1✗ high The default storage account does not survive a zone stb
✗ zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it
Code, models, logs and data of the workspace are in its default account. Without it nobody can author, train or register.
Resources of this finding
resource | what was seen | where
stb
main.json:96:5 | The data of stb stand in one zone.
! Its exception expired on 2026-10-31: soon rebuilt (ml)
Remedy Convert the account to zone redundancy (ZRS). conversion, up to 72 hours until it starts
az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard_ZRS
Template: set "sku": {"name": "Standard_ZRS"} for new deployments
Disagrees with checkov CKV_AZURE_206: It wants geo-redundancy, which buys no failover for the default account of a workspace.
Rule
default-storage-zone
Sources
Azure Storage redundancy 2026-05-04; Increase Azure Machine Learning resiliency 2020-09
In other tools
PSRule Azure.Storage.UseReplication; checkov CKV_AZURE_206; APRL e6c7e1cc-2f47-264d-aa50-1da421314472; azqr st-003
Accepted 1 check
– accepted The default storage account does not survive a zone sta
✗ zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it
Code, models, logs and data of the workspace are in its default account. Without it nobody can author, train or register.
Resources of this finding
resource | what was seen | where
sta
main.json:48:5 | The data of sta stand in one zone.
Accepted until 2026-12-31: a sandbox (ml)
Remedy Convert the account to zone redundancy (ZRS). conversion, up to 72 hours until it starts
az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard_ZRS
Template: set "sku": {"name": "Standard_ZRS"} for new deployments
Disagrees with checkov CKV_AZURE_206: It wants geo-redundancy, which buys no failover for the default account of a workspace.
Rule
default-storage-zone
Sources
Azure Storage redundancy 2026-05-04; Increase Azure Machine Learning resiliency 2020-09
In other tools
PSRule Azure.Storage.UseReplication; checkov CKV_AZURE_206; APRL e6c7e1cc-2f47-264d-aa50-1da421314472; azqr st-003
In the baseline 1 finding
– in the baseline The default storage account does not survive a zone stc
✗ zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it
Code, models, logs and data of the workspace are in its default account. Without it nobody can author, train or register.
Resources of this finding
resource | what was seen | where
stc
main.json:144:5 | The data of stc stand in one zone.

Remedy Convert the account to zone redundancy (ZRS). conversion, up to 72 hours until it starts
az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard_ZRS
Template: set "sku": {"name": "Standard_ZRS"} for new deployments
Disagrees with checkov CKV_AZURE_206: It wants geo-redundancy, which buys no failover for the default account of a workspace.
Rule
default-storage-zone
Sources
Azure Storage redundancy 2026-05-04; Increase Azure Machine Learning resiliency 2020-09
In other tools
PSRule Azure.Storage.UseReplication; checkov CKV_AZURE_206; APRL e6c7e1cc-2f47-264d-aa50-1da421314472; azqr st-003
`},
		{"unseen", "answer", "what was not seen makes the answer uncertain", `
? Whether mlw meets target production is not certain: no gap was found, but 2 things were not seen.
1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json
0 findings fail
0 checks are not known yet
2 things were not seen
1 check passes
0 findings are accepted
`},
		{"unseen", "seen", "what was not seen, where, and the notes, errors first", `
What was seen, and what was not
✓ 2 resources read, 0 only named by others, 1 left out by its condition.
✗ not seen: network.json — the file is not there main.json:9:3
✗ not seen: the region of mlw — no permission
Notes on the input
error: apiVersion is missing Hint: add it
info: one parameter is not used main.json:2
`},
		{"unused", "answer", "without a workspace there is nothing to say of outages", `
? No workspace was found, so nothing can be said about outages.
0 workspaces · 2 resources · 0 relations · 0 outages tried · from main.json
1 finding fails: 1 medium
0 checks are not known yet
0 things were not seen
0 checks pass
0 findings are accepted
`},
		{"unused", "who", "what belongs to no service is counted", `
Who must keep it up
Services of the estate with who must keep each up
service | in this estate | highly available by default | to do | what holds today
You keep this up
Azure Storage | st | no | ✗ 1 to mend | Zone redundancy (ZRS, GZRS) survives a zone. The default account cannot be failed over by geo-redundancy.
1 other resource belongs to no service of the catalog.
`},
		{"anywhere", "answer", "a name that is not known yet is short", `
✗ {format(…)} misses target production: outages that it must survive take away train.
1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json
1 finding fails: 1 critical
0 checks are not known yet
0 things were not seen
0 checks pass
0 findings are accepted
`},
		{"anywhere", "outages", "a region that is not known yet has words", `
What is lost when
! marks what the target does not allow. Under the word: time to recover, then data lost. Choose a row to see it on the map and to read why.
{format(…)} its group's region
Outages against capabilities of {format(…)}
when this fails | author | train | score online | score batch | register | monitor
its group's region
zone 1 | ✓ holds | ✗ lost! until it ends data lost: at worst all of it | ✓ holds | ✓ holds | ✓ holds | ✓ holds
When zone 1 of its group's region fails
✗ train: lost until it is back; data lost: at worst all of it
{uniqueString(resourceGroup().id)} is down. All copies stand in one zone.
The resources it leans on (1 of 2, the workspace counted, does not carry on)
✗ {uniqueString(resourceGroup().id)} is down until it is back; data lost: at worst all of it All copies stand in one zone.
`},
		{"four", "answer", "many workspaces have an overview", `
✗ 1 of 4 workspaces misses target production: outages that it must survive take away train.
4 workspaces · 8 resources · 4 relations · 2 outages tried · from main.json
1 finding fails: 1 critical
0 checks are not known yet
0 things were not seen
3 checks pass
0 findings are accepted
Workspaces, those with the most gaps first. A gap is a capability that an outage takes beyond the target.
workspace | region | gaps | capabilities lost in some outage
mlw-d | westeurope | ✗ 1 | 1
mlw-a | westeurope | ✓ 0 | 0
mlw-b | westeurope | ✓ 0 | 0
mlw-c | westeurope | ✓ 0 | 0
`},
		{"four", "outages", "outages are told by workspace, the worst first", `
What is lost when
! marks what the target does not allow. Under the word: time to recover, then data lost. Choose a row to see it on the map and to read why.
mlw-d westeurope
Outages against capabilities of mlw-d
when this fails | author | train | score online | score batch | register | monitor
westeurope
zone 1 | ✓ holds | ✗ lost! until it ends data lost: at worst all of it | ✓ holds | ✓ holds | ✓ holds | ✓ holds
When zone 1 of westeurope fails
✗ train: lost until it is back; data lost: at worst all of it
std is down. All copies stand in one zone.
The resources it leans on (1 of 2, the workspace counted, does not carry on)
✗ std is down until it is back; data lost: at worst all of it All copies stand in one zone.
✓ Nothing is lost when one of these fails: zone 2 of westeurope.
mlw-a westeurope
✓ Nothing is lost when one of these fails: zone 1 of westeurope, zone 2 of westeurope.
mlw-b westeurope
✓ Nothing is lost when one of these fails: zone 1 of westeurope, zone 2 of westeurope.
mlw-c westeurope
✓ Nothing is lost when one of these fails: zone 1 of westeurope, zone 2 of westeurope.
`},
	} {
		t.Run(tt.section+" of "+tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := html.Write(&b, reporttest.Small(t, tt.name), reporttest.SmallOptions()); err != nil {
				t.Fatal(err)
			}
			got := parse(t, b.String()).byID(t, tt.section).lines()
			if diff := cmp.Diff(strings.Split(tt.want[1:], "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
