package sketch

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

func TestEstateReadsLines(t *testing.T) {
	e := Estate(t, `
		workspace ws westeurope
		storage st northeurope sku=LRS zones=1,2
		compute ws/c kind=AKS presence=wanted
		vault kv external
		ws -default-storage-> st
		ws -key-vault-> kv`)
	if len(e.Resources) != 4 || len(e.Relations) != 2 || e.Coverage.External != 1 {
		t.Fatalf("%d resources, %d of them external, and %d relations", len(e.Resources), e.Coverage.External, len(e.Relations))
	}
	st := e.ByID(estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st"))
	if st == nil || st.Service != "storage" || !st.HasRole(estate.DefaultStorage) || len(st.Zones) != 2 || st.Origin.Line != 3 {
		t.Errorf("the account is %+v", st)
	}
	c := e.ByID(estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/ws/computes/c"))
	if c == nil || c.Service != "cluster" || c.Presence != "wanted" || c.Property("computeType").Str() != "AKS" {
		t.Errorf("the compute is %+v", c)
	}
}
