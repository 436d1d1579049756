package control

import (
	"net/http"
	"sort"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// identity gives a resource the managed identity that its body asks for: a
// principal of its own, which it keeps as long as it has one, and the ids of the
// user-assigned identities, which must be there.
func (c *Control) identity(tx *state.Tx, call *provider.Call, was object.Object) error {
	b := call.Body
	id := object.Inner(b, "identity")
	if id == nil {
		object.Delete(b, "identity")
		return nil
	}
	kind := strings.ToLower(strings.ReplaceAll(object.Text(id, "type"), " ", ""))
	own, users := strings.Contains(kind, "systemassigned"), strings.Contains(kind, "userassigned")
	if kind == "" && len(object.Inner(id, "userAssignedIdentities")) > 0 {
		users = true
	}
	if !own && !users && kind != "none" && kind != "" {
		return refusal.New(http.StatusBadRequest, "InvalidIdentityType", "The identity type '%s' is not valid: it must be SystemAssigned, UserAssigned, 'SystemAssigned, UserAssigned' or None.", object.Text(id, "type"))
	}
	spelt := map[[2]bool]string{{true, true}: "SystemAssigned, UserAssigned", {true, false}: "SystemAssigned", {false, true}: "UserAssigned", {false, false}: "None"}
	word := spelt[[2]bool{own, users}]
	if given := object.Text(id, "type"); own && users && strings.EqualFold(given, "SystemAssigned,UserAssigned") {
		word = "SystemAssigned,UserAssigned"
	}
	out := object.Object{"type": word}
	if own {
		principal := object.Text(was, "identity.principalId")
		if principal == "" && call.Seeding {
			principal = object.Text(id, "principalId")
		}
		if principal == "" {
			principal = c.w.GUID()
		}
		out["principalId"], out["tenantId"] = principal, c.w.Tenant
	}
	if users {
		assigned, err := c.assigned(tx, call, object.Inner(id, "userAssignedIdentities"))
		if err != nil {
			return err
		}
		out["userAssignedIdentities"] = assigned
	}
	object.Set(b, "identity", out)
	return nil
}

func (c *Control) assigned(tx *state.Tx, call *provider.Call, users object.Object) (object.Object, error) {
	out := object.Object{}
	ids := make([]string, 0, len(users))
	for id := range users {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		r := tx.Resource(id)
		switch {
		case r == nil && call.Seeding:
			out[id] = users[id]
		case r == nil || !strings.EqualFold(r.Type, "Microsoft.ManagedIdentity/userAssignedIdentities"):
			return nil, refusal.New(http.StatusBadRequest, "FailedIdentityOperation",
				"Identity operation for resource '%s' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{\"error\":{\"code\":\"BadRequest\",\"message\":\"Resource '%s' was not found.\"}}'.'.", call.ID, id)
		default:
			b := object.Must(r.Body)
			out[id] = object.Object{"clientId": object.Text(b, "properties.clientId"), "principalId": object.Text(b, "properties.principalId")}
		}
	}
	return out, nil
}
