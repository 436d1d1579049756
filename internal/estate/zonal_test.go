package estate_test

import (
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

func TestZonesFor(t *testing.T) {
	tests := []struct {
		name, typ, location string
		zones               []string
		known               bool
	}{
		{"a machine in a region with zones", "Microsoft.Compute/virtualMachines", "westus2", []string{"1", "2", "3"}, true},
		{"whatever the letter case", "microsoft.compute/VIRTUALMACHINES", "West US 2", []string{"1", "2", "3"}, true},
		{"a region without zones has none for any type", "Microsoft.Cdn/profiles", "northcentralus", nil, true},
		{"a type of which nothing is known", "Microsoft.Cdn/profiles", "westus2", nil, false},
		{"a region that is not in the data", "Microsoft.Compute/virtualMachines", "atlantis", nil, false},
		{"a symbolic location", "Microsoft.Compute/virtualMachines", "{resourceGroup().location}", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zones, known := estate.ZonesFor(tt.typ, tt.location)
			if !slices.Equal(zones, tt.zones) || known != tt.known {
				t.Errorf("%v, %v; want %v, %v", zones, known, tt.zones, tt.known)
			}
		})
	}
}
