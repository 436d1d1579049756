package compute

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	osDisk = "properties.storageProfile.osDisk"
	// powerChanged is the kind of the event at which a machine or a group of
	// containers has a new state; its key is the id, its data the state.
	powerChanged = "compute.power"
	powerTakes   = 30 * time.Second // an estimate
	powerKey     = "power"          // of the secret part, which holds the state
)

func prepareMachine(c *provider.Call) error {
	if err := facet.Checks(c, facet.One, checkMachine); err != nil {
		return err
	}
	facet.Made(c, "properties.vmId", func() any { return c.World.GUID() })
	facet.Made(c, "properties.timeCreated", func() any { return facet.Time(c.Now) })
	if object.Inner(c.Body, osDisk) != nil {
		object.Default(c.Body, osDisk+".createOption", "FromImage")
		object.Default(c.Body, osDisk+".name", c.Name+"_OsDisk_1_"+strings.ReplaceAll(c.World.GUID(), "-", ""))
		object.Default(c.Body, osDisk+".caching", "ReadWrite")
		object.Default(c.Body, osDisk+".deleteOption", "Detach")
		object.Default(c.Body, osDisk+".osType", system(c.Body))
		object.Default(c.Body, osDisk+".diskSizeGB", 30)
		object.Default(c.Body, osDisk+".managedDisk.storageAccountType", "Standard_LRS")
		object.Set(c.Body, osDisk+".managedDisk.id", c.Group+"/providers/"+diskType+"/"+object.Text(c.Body, osDisk+".name"))
	}
	object.Default(c.Body, "properties.storageProfile.dataDisks", []any{})
	for _, nic := range facet.Objects(c.Body, "properties.networkProfile.networkInterfaces") {
		object.Default(nic, "properties", object.Object{"primary": true})
	}
	if object.Text(c.Body, "properties.osProfile.adminUsername") != "" {
		object.Default(c.Body, "properties.osProfile.allowExtensionOperations", true)
		object.Default(c.Body, "properties.osProfile.secrets", []any{})
	}
	if object.Text(c.Secret, powerKey) == "" {
		c.Secret[powerKey] = "starting"
	}
	return nil
}

func checkMachine(c *provider.Call) error {
	size := object.Text(c.Body, "properties.hardwareProfile.vmSize")
	if c.Was == nil && sizeNamed(size) == nil && !strings.HasPrefix(size, "Standard_") && !strings.HasPrefix(size, "Basic_") {
		return refusal.New(http.StatusBadRequest, "InvalidParameter", "The value %s provided for the VM size is not valid. The valid sizes in the current region are those that 'az vm list-sizes' lists.", size)
	}
	nics := facet.Objects(c.Body, "properties.networkProfile.networkInterfaces")
	if len(nics) == 0 && object.Get(c.Body, "properties.networkProfile.networkInterfaceConfigurations") == nil {
		return refusal.New(http.StatusBadRequest, "InvalidParameter", "Required parameter 'networkProfile' is missing (null).")
	}
	for _, nic := range nics {
		id := object.Text(nic, "id")
		if c.Tx.Resource(id) == nil {
			return refusal.New(http.StatusNotFound, "NotFound", "Resource %s referenced by resource %s was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.", id, c.ID)
		}
		for r := range c.Tx.OfType(machineType, facet.Subscription(c.ID)) {
			for _, other := range facet.Objects(object.Must(r.Body), "properties.networkProfile.networkInterfaces") {
				if state.Key(object.Text(other, "id")) == state.Key(id) && state.Key(r.ID) != state.Key(c.ID) {
					return refusal.New(http.StatusBadRequest, "NicInUse", "Network Interface %s is used by existing resource %s.", id, r.ID)
				}
			}
		}
	}
	if object.Text(c.Body, "properties.availabilitySet.id") != "" && len(object.List(c.Body, "zones")) > 0 {
		return refusal.New(http.StatusBadRequest, "InvalidParameter", "The machine %s cannot be in an availability set and in a zone.", c.Name)
	}
	return nil
}

// keptMachine makes the disk of the operating system, in the machine's zone.
func keptMachine(c *provider.Call) error {
	id := object.Text(c.Body, osDisk+".managedDisk.id")
	if id == "" || c.Tx.Resource(id) != nil || c.Seeding {
		return nil
	}
	body := object.Object{"location": c.Location, "sku": object.Object{"name": object.Text(c.Body, osDisk+".managedDisk.storageAccountType")},
		"properties": object.Object{"osType": object.Text(c.Body, osDisk+".osType"), "creationData": object.Object{"createOption": "FromImage"}, "diskSizeGB": object.Get(c.Body, osDisk+".diskSizeGB")}}
	if zones := object.List(c.Body, "zones"); zones != nil {
		body["zones"] = zones
	}
	err := facet.Bring(c, provider.Request{ID: id, Body: body})
	return err
}

func doneMachine(c *provider.Call) error {
	if c.Created {
		c.Secret[powerKey] = "running"
	}
	return nil
}

// view is the state of a machine as its instance view has it.
func view(c *provider.Call) object.Object {
	power := object.Text(c.Secret, powerKey)
	words := map[string]string{"running": "VM running", "stopped": "VM stopped", "deallocated": "VM deallocated", "starting": "VM starting"}
	return object.Object{"statuses": []any{
		object.Object{"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded"},
		object.Object{"code": "PowerState/" + power, "level": "Info", "displayStatus": words[power]},
	}}
}

func showMachine(c *provider.Call) error {
	if strings.EqualFold(c.Query.Get("$expand"), "instanceView") {
		object.Set(c.Body, "properties.instanceView", view(c))
	}
	var list []any
	for r := range c.Tx.Children(c.ID, machineType+"/extensions") {
		list = append(list, object.Must(r.Body))
	}
	if list != nil {
		c.Body["resources"] = list
	}
	return nil
}

func instanceView(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: view(c)}, nil
}

// dropMachine takes away the disk and the interfaces that go with the machine.
func dropMachine(c *provider.Call) error {
	body := facet.Was(c)
	if strings.EqualFold(object.Text(body, osDisk+".deleteOption"), "Delete") {
		if err := c.Tx.Delete(object.Text(body, osDisk+".managedDisk.id")); err != nil {
			return err
		}
	}
	for _, nic := range facet.Objects(body, "properties.networkProfile.networkInterfaces") {
		if strings.EqualFold(object.Text(nic, "properties.deleteOption"), "Delete") {
			if err := c.Tx.Delete(object.Text(nic, "id")); err != nil {
				return err
			}
		}
	}
	return nil
}

// power is the action after which a machine is in a state.
func power(then string) func(*provider.Call) (provider.Reply, error) {
	return func(c *provider.Call) (provider.Reply, error) {
		return provider.Reply{Status: http.StatusAccepted, Takes: powerTakes, Style: "both", Done: &state.Event{Kind: powerChanged, Key: c.ID, Data: []byte(`"` + then + `"`)}}, nil
	}
}

func changePower(tx *state.Tx, now time.Time, e state.Event) error {
	r := tx.Resource(e.Key)
	if r == nil {
		return nil
	}
	secret := object.Must(r.Secret)
	secret[powerKey] = strings.Trim(string(e.Data), `"`)
	next := r.Copy()
	next.Secret, next.Changed = object.Encode(secret), now
	return tx.Put(next)
}

func prepareDisk(c *provider.Call) error {
	object.Default(c.Body, "sku", object.Object{"name": "Standard_LRS"})
	if err := facet.Checks(c, facet.One, func(c *provider.Call) error {
		if strings.HasSuffix(object.Text(c.Body, "sku.name"), "_ZRS") && !facet.HasZones(c.Location) {
			return refusal.New(http.StatusBadRequest, "InvalidParameter", "The storage account type %s is not supported in the region %s.", object.Text(c.Body, "sku.name"), c.Location)
		}
		return nil
	}); err != nil {
		return err
	}
	tier, _, _ := strings.Cut(object.Text(c.Body, "sku.name"), "_")
	object.Set(c.Body, "sku.tier", tier)
	facet.Made(c, "properties.timeCreated", func() any { return facet.Time(c.Now) })
	facet.Made(c, "properties.uniqueId", func() any { return c.World.GUID() })
	return nil
}

// owner is the id of the machine that has a disk, "" when none does.
func owner(c *provider.Call) string {
	for r := range c.Tx.OfType(machineType, facet.Subscription(c.ID)) {
		body := object.Must(r.Body)
		ids := []string{object.Text(body, osDisk+".managedDisk.id")}
		for _, d := range facet.Objects(body, "properties.storageProfile.dataDisks") {
			ids = append(ids, object.Text(d, "managedDisk.id"))
		}
		for _, id := range ids {
			if state.Key(id) == state.Key(c.ID) {
				return r.ID
			}
		}
	}
	return ""
}

func showDisk(c *provider.Call) error {
	object.Set(c.Body, "properties.diskState", "Unattached")
	if id := owner(c); id != "" {
		object.Set(c.Body, "properties.diskState", "Attached")
		c.Body["managedBy"] = id
	}
	return nil
}

func dropDisk(c *provider.Call) error {
	if id := owner(c); id != "" && !c.Cascade {
		return refusal.Conflict("OperationNotAllowed", "Disk %s is attached to VM %s.", c.Name, id)
	}
	return nil
}

func prepareSet(c *provider.Call) error {
	object.Default(c.Body, "properties.virtualMachines", []any{})
	return nil
}

func showSet(c *provider.Call) error {
	list := []any{}
	for r := range c.Tx.OfType(machineType, facet.Subscription(c.ID)) {
		if state.Key(object.Text(object.Must(r.Body), "properties.availabilitySet.id")) == state.Key(c.ID) {
			list = append(list, object.Object{"id": r.ID})
		}
	}
	object.Set(c.Body, "properties.virtualMachines", list)
	return nil
}

// system is the operating system that a machine says by its settings or by the
// publisher of its image.
func system(body object.Object) string {
	publisher := strings.ToLower(object.Text(body, "properties.storageProfile.imageReference.publisher"))
	if object.Inner(body, "properties.osProfile.windowsConfiguration") != nil || strings.HasPrefix(publisher, "microsoftwindows") {
		return "Windows"
	}
	return "Linux"
}
