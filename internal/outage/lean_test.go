package outage

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// needsOf gives what a workspace needs for a capability, by role.
func needsOf(m *Model, workspace string, c catalog.Capability) []string {
	var out []string
	for _, w := range m.leans.workspaces {
		if m.estate.Resources[w.resource].Name != workspace {
			continue
		}
		for _, item := range w.items {
			if n := m.facts.needs[item.need()]; n.Capability == c {
				out = append(out, string(n.Role)+" "+m.estate.Resources[item.resource()].Name)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestWhatAWorkspaceLeansOn(t *testing.T) {
	tests := []struct {
		name, estate, workspace string
		capability              catalog.Capability
		want                    []string
	}{
		{
			"itself, and what plays a role that the capability needs", `
			workspace ws westeurope
			storage st westeurope sku=LRS
			vault kv westeurope
			insights ai westeurope
			ws -default-storage-> st
			ws -key-vault-> kv
			ws -application-insights-> ai`, "ws", catalog.Author,
			[]string{"default-storage st", "workspace ws"},
		},
		{
			"its children's roles", `
			workspace ws westeurope
			endpoint ws/e westeurope
			registry cr westeurope
			ws -endpoint-> ws/e
			ws/e -container-registry-> cr`, "ws", catalog.ScoreOnline,
			[]string{"container-registry cr", "endpoint ws/e", "workspace ws"},
		},
		{
			"but not what a child leans on in the role that it plays itself", `
			workspace ws westeurope
			compute ws/k westeurope kind=AKS
			aks k8s westeurope
			ws -compute-> ws/k
			ws/k -compute-> k8s`, "ws", catalog.Train,
			[]string{"compute ws/k", "workspace ws"},
		},
		{
			"nor what a workspace with a longer name leans on", `
			workspace ws westeurope
			workspace ws-2 westeurope
			compute ws-2/c westeurope
			ws-2 -compute-> ws-2/c`, "ws", catalog.Train,
			[]string{"workspace ws"},
		},
		{
			"what its hub leans on, and the hub of that", `
			workspace top westeurope
			workspace hub westeurope
			workspace project westeurope
			storage st westeurope sku=LRS
			vault kv westeurope
			compute project/c westeurope
			top -key-vault-> kv
			hub -hub-> top
			hub -default-storage-> st
			project -hub-> hub
			project -compute-> project/c`, "project", catalog.Train,
			[]string{"compute project/c", "default-storage st", "key-vault kv", "workspace hub", "workspace project", "workspace top"},
		},
		{
			"hubs in a circle", `
			workspace a westeurope
			workspace b westeurope
			storage st westeurope sku=LRS
			a -hub-> b
			b -hub-> a
			b -default-storage-> st`, "a", catalog.Train,
			[]string{"default-storage st", "workspace a", "workspace b"},
		},
		{
			"each thing once", `
			workspace ws westeurope
			storage st westeurope sku=LRS
			endpoint ws/e westeurope
			ws -default-storage-> st
			ws/e -default-storage-> st`, "ws", catalog.Train,
			[]string{"default-storage st", "workspace ws"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, needsOf(model(t, tt.estate), tt.workspace, tt.capability)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestImpactsAreAboutTheWorkspacesThatAnOutageReaches(t *testing.T) {
	m := model(t, `
		workspace a westeurope
		workspace b northeurope
		workspace c swedencentral
		workspace named external
		vault kv westeurope
		b -key-vault-> kv
		c -pair-> named`)
	var names []string
	for _, ws := range m.Workspaces() {
		names = append(names, ws.Name)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, names); diff != "" {
		t.Errorf("workspaces (-want +got):\n%s", diff)
	}
	r := m.Run(zone("westeurope", "1"))
	var reached []string
	for i, im := range r.Impacts {
		if i%len(catalog.Capabilities) == 0 {
			reached = append(reached, im.Workspace.Name)
		}
		if im.Capability != catalog.Capabilities[i%len(catalog.Capabilities)] {
			t.Errorf("impact %d is about %s", i, im.Capability)
		}
	}
	if diff := cmp.Diff([]string{"a", "b"}, reached); diff != "" {
		t.Errorf("reached (-want +got):\n%s", diff)
	}
	if im := r.Impact(named(t, m.estate, "c"), catalog.Train); im.Effect != None || im.AtWorst != None || im.Capability != catalog.Train {
		t.Errorf("what is not reached is hit by %+v", im)
	}
}

func TestACapabilityNeedsItsWorkspaceWhereTheCatalogDoesNotSayHow(t *testing.T) {
	own := &catalog.Need{Capability: catalog.Train, Role: "workspace", Read: catalog.Soft}
	all := withOwn([]*catalog.Need{own})
	if len(all) != len(catalog.Capabilities) || all[0] != own {
		t.Fatalf("there are %d needs", len(all))
	}
	for _, n := range all[1:] {
		if n.Capability == catalog.Train || n.Role != "workspace" || n.Read != catalog.Hard {
			t.Errorf("%+v", n)
		}
	}
}

func TestCausesNameTheResourceAtFault(t *testing.T) {
	tests := []struct {
		name, estate string
		outage       Outage
		capability   catalog.Capability
		want         string
	}{
		{
			"all that fall count, the gravest first", `
			workspace ws westeurope
			storage st westeurope sku=LRS
			compute ws/c westeurope
			vault kv westeurope
			ws -default-storage-> st
			ws -compute-> ws/c
			ws -key-vault-> kv`, region("westeurope"), catalog.Train,
			"st as default-storage, ws as workspace, ws/c as compute, kv as key-vault",
		},
		{
			"a thing behind two others counts once", `
			workspace ws westeurope
			compute ws/a swedencentral kind=AKS
			compute ws/b swedencentral kind=AKS
			aks k8s westeurope
			ws -compute-> ws/a
			ws -compute-> ws/b
			ws/a -compute-> k8s
			ws/b -compute-> k8s`, zone("westeurope", "1"), catalog.Train,
			"k8s as compute via ws/a",
		},
		{
			"two things behind one count both", `
			workspace ws westeurope
			compute ws/a swedencentral kind=AKS
			aks one westeurope
			aks two westeurope pools=1,2
			ws -compute-> ws/a
			ws/a -compute-> one
			ws/a -compute-> two`, zone("westeurope", "1"), catalog.Train,
			"one as compute via ws/a, two as compute via ws/a (degraded)",
		},
		{
			"a chain is followed to its start", `
			workspace ws westeurope
			endpoint ws/e swedencentral
			deployment ws/e/d swedencentral
			aks k8s westeurope
			ws -endpoint-> ws/e
			ws/e -deployment-> ws/e/d
			ws/e/d -compute-> k8s`, zone("westeurope", "1"), catalog.ScoreOnline,
			"k8s as endpoint via ws/e",
		},
		{
			"what falls by itself and with another counts for both", `
			workspace ws swedencentral
			insights ai westeurope
			logs la westeurope
			ws -application-insights-> ai
			ai -logs-> la`, region("westeurope"), catalog.Monitor,
			"ai as application-insights, la as application-insights via ai",
		},
		{
			"a circle has its start, too", `
			workspace ws swedencentral
			insights a swedencentral
			insights b swedencentral
			logs la westeurope
			ws -application-insights-> a
			a -logs-> b
			b -logs-> a
			b -logs-> la`, region("westeurope"), catalog.Monitor,
			"la as application-insights via a",
		},
		{
			"a child of no service falls with its parent", `
			workspace ws swedencentral
			registry cr westeurope
			replica cr/x westeurope
			ws -container-registry-> cr/x`, region("westeurope"), catalog.Train,
			"cr as container-registry via cr/x",
		},
		{
			"one of several hurts no more than what is left", `
			workspace ws westeurope
			compute ws/a westeurope
			compute ws/b swedencentral
			ws -compute-> ws/a
			ws -compute-> ws/b`, region("westeurope"), catalog.Train,
			"ws as workspace, ws/a as compute (degraded)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := model(t, tt.estate)
			r := m.Run(tt.outage)
			im := r.Impact(named(t, m.estate, "ws"), tt.capability)
			var words []string
			for _, c := range im.Because {
				s := c.Resource.Name + " as " + string(c.Role)
				if c.Via != nil {
					s += " via " + c.Via.Name
				}
				if c.Effect != im.Effect {
					s += " (" + string(c.Effect) + ")"
				}
				if c.Need == nil || c.Need.Capability != tt.capability {
					t.Errorf("the cause %s has the need %+v", s, c.Need)
				}
				words = append(words, s)
			}
			if diff := cmp.Diff(tt.want, strings.Join(words, ", ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
