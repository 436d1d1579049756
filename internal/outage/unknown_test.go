package outage

import (
	"strings"
	"testing"
)

func TestWhatIsNotKnownHubsAndPairs(t *testing.T) {
	checkCases(t, []outageCase{
		{
			"a sku that is not known lies between the best and the worst", `
			workspace ws westeurope
			storage st westeurope sku=?
			ws -default-storage-> st`, zone("westeurope", "1"), `
			author unknown(none..lost) outage/total st
			train unknown(none..lost) outage/total st
			score-online unknown(none..degraded) outage/total st
			score-batch unknown(none..lost) outage/total st
			register unknown(none..lost) outage/total st`,
		},
		{
			"unless every sku does the same", `
			workspace ws swedencentral
			storage st westeurope sku=?
			ws -default-storage-> st`, region("westeurope"), `
			author lost outage/total st
			train lost outage/total st
			score-online degraded outage/total st
			score-batch lost outage/total st
			register lost outage/total st`,
		},
		{
			"a symbolic region has a zone", `
			workspace ws {resourceGroup().location}
			storage st {resourceGroup().location} sku=LRS
			ws -default-storage-> st`, zone("{resourceGroup().location}", AnyZone), `
			author lost outage/total st
			train lost outage/total st
			score-online degraded outage/total st
			score-batch lost outage/total st
			register lost outage/total st`,
		},
		{
			"a service in a region", strings.Replace(plain, "SKU", "GZRS", 1), service("westeurope", "storage"), `
			author lost outage/0m st
			train lost outage/0m st
			score-online degraded outage/0m st
			score-batch lost outage/0m st
			register lost outage/0m st`,
		},
		{
			"the region takes the workspace itself", `
			workspace ws westeurope`, region("westeurope"), `
			author lost outage/0m ws
			train lost outage/0m ws
			score-online degraded outage/0m ws
			score-batch lost outage/0m ws
			register lost outage/0m ws
			monitor degraded outage/0m ws`,
		},
		{
			"a secondary takes over by hand", `
			workspace ws westeurope
			workspace second northeurope
			ws -pair-> second`, region("westeurope"), `
			author degraded unknown/0m ws
			train degraded unknown/0m ws
			score-online degraded outage/0m ws
			score-batch degraded unknown/0m ws
			register degraded unknown/0m ws
			monitor degraded outage/0m ws`,
		},
		{
			"unless it shares what is lost", `
			workspace ws westeurope
			workspace second northeurope
			storage st westeurope sku=LRS
			ws -pair-> second
			ws -default-storage-> st
			second -default-storage-> st`, zone("westeurope", "1"), `
			author lost outage/total st
			train lost outage/total st
			score-online degraded outage/total st
			score-batch lost outage/total st
			register lost outage/total st`,
		},
		{
			"which is then to blame alone", `
			workspace ws westeurope
			workspace second northeurope
			storage st westeurope sku=GRS
			storage st2 northeurope sku=GRS
			compute ws/k swedencentral kind=AKS
			compute second/k northeurope kind=AKS
			aks k8s westeurope
			ws -pair-> second
			ws -default-storage-> st
			second -default-storage-> st2
			ws -compute-> ws/k
			second -compute-> second/k
			ws/k -compute-> k8s
			second/k -compute-> k8s`, region("westeurope"), `
			author degraded unknown/<=15m st ws
			train lost outage/<=15m k8s(ws/k) st:degraded ws:degraded
			score-online degraded outage/<=15m st ws
			score-batch degraded unknown/<=15m st ws
			register degraded unknown/<=15m st ws
			monitor degraded outage/0m ws`,
		},
		{
			"and lost only until the secondary has it back", `
			workspace ws westeurope
			workspace second northeurope
			vault kv westeurope
			ws -pair-> second
			ws -key-vault-> kv
			second -key-vault-> kv`, region("westeurope"), `
			author degraded unknown/0m ws
			train lost 480m/unknown kv ws:degraded
			score-online degraded outage/0m ws
			score-batch degraded unknown/0m ws
			register lost 480m/unknown kv ws:degraded
			monitor degraded outage/0m ws`,
		},
		{
			"or has nothing to do it with", `
			workspace ws westeurope
			workspace second northeurope
			compute ws/a westeurope
			ws -pair-> second
			ws -compute-> ws/a`, region("westeurope"), `
			author degraded unknown/0m ws
			train lost outage/0m ws ws/a
			score-online degraded outage/0m ws
			score-batch degraded unknown/0m ws
			register degraded unknown/0m ws
			monitor degraded outage/0m ws`,
		},
		{
			"what a secondary has that is only named is not known", `
			workspace ws westeurope
			workspace second external
			vault kv westeurope
			ws -key-vault-> kv
			ws -pair-> second`, service("westeurope", "vault"), `
			train unknown(degraded..lost) outage/0m kv
			register unknown(degraded..lost) outage/0m kv`,
		},
		{
			"a project leans on what its hub leans on", `
			workspace hub westeurope
			workspace project westeurope
			storage st westeurope sku=LRS
			hub -default-storage-> st
			project -hub-> hub`, zone("westeurope", "1"), `PROJECT
			author lost outage/total st
			train lost outage/total st
			score-online degraded outage/total st
			score-batch lost outage/total st
			register lost outage/total st`,
		},
		{
			"what is only named may stand in the same region", `
			workspace ws westeurope
			storage st external sku=LRS
			ws -default-storage-> st`, zone("westeurope", "1"), `
			author unknown(none..lost) outage/total st
			train unknown(none..lost) outage/total st
			score-online unknown(none..degraded) outage/total st
			score-batch unknown(none..lost) outage/total st
			register unknown(none..lost) outage/total st`,
		},
		{
			"a workspace that is only named is looked at when the input says what it leans on", `
			workspace ws external
			compute ws/a westeurope
			ws -compute-> ws/a`, region("westeurope"), `
			author unknown(none..lost) outage/0m ws
			train lost outage/0m ws/a ws:unknown
			score-online unknown(none..degraded) outage/0m ws
			score-batch unknown(none..lost) outage/0m ws
			register unknown(none..lost) outage/0m ws
			monitor unknown(none..degraded) outage/0m ws`,
		},
		{
			"what Azure makes by itself does", `
			workspace ws westeurope
			logs la implied
			insights ai westeurope
			ws -application-insights-> ai
			ai -logs-> la`, zone("westeurope", "1"), `
			monitor lost outage/0m la(ai)`,
		},
		{
			"what is global is hit by no region", `
			workspace ws swedencentral
			insights ai global
			ws -application-insights-> ai`, region("global"), ``,
		},
		{
			"nobody says what it does", `
			workspace ws westeurope
			riddle x westeurope
			datastore ws/ds
			ws -datastore-> ws/ds
			ws/ds -datastore-> x`, zone("westeurope", "1"), `
			train unknown(none..lost) unknown/unknown x(ws/ds)`,
		},
		{
			"what the catalog does not have is not known", `
			workspace ws swedencentral
			other x westeurope
			datastore ws/ds
			ws -datastore-> ws/ds
			ws/ds -datastore-> x`, region("westeurope"), `
			train unknown(none..lost) unknown/unknown x(ws/ds)`,
		},
		{
			"relations may go round in circles", `
			workspace ws swedencentral
			insights a westeurope
			insights b swedencentral
			ws -application-insights-> b
			a -logs-> b
			b -logs-> a`, region("westeurope"), `
			monitor lost outage/0m a(b)`,
		},
	})
}
