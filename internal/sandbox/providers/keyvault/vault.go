package keyvault

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// roleBasedSince is the version since which a new vault that says nothing of its
// access model has roles instead of access policies (associated-resources.md 2).
const roleBasedSince = "2026-02-01"

func prepareVault(c *provider.Call) error {
	if err := facet.Checks(c, checkVault); err != nil {
		return err
	}
	object.Set(c.Body, "properties.enableSoftDelete", true)
	if c.Was == nil {
		object.Default(c.Body, "properties.softDeleteRetentionInDays", 90)
		object.Default(c.Body, "properties.enableRbacAuthorization", c.APIVersion >= roleBasedSince && object.Get(c.Body, "properties.accessPolicies") == nil)
	}
	object.Default(c.Body, "properties.accessPolicies", []any{})
	object.Delete(c.Body, "properties.createMode")
	if !object.Bool(c.Body, "properties.enablePurgeProtection") {
		object.Delete(c.Body, "properties.enablePurgeProtection")
	}
	return nil
}

// checkVault holds a vault to what can be set and what can never be taken back.
func checkVault(c *provider.Call) error {
	was := facet.Was(c)
	soft, hasSoft := object.Find(c.Body, "properties.enableSoftDelete")
	purge, hasPurge := object.Find(c.Body, "properties.enablePurgeProtection")
	days, hasDays := whole(object.Get(c.Body, "properties.softDeleteRetentionInDays"))
	kept, _ := whole(object.Get(was, "properties.softDeleteRetentionInDays"))
	needsPolicies := c.Was == nil && c.APIVersion < roleBasedSince && !object.Bool(c.Body, "properties.enableRbacAuthorization") &&
		!strings.EqualFold(object.Text(c.Body, "properties.createMode"), "recover")
	switch {
	case hasSoft && soft == false:
		return refusal.BadRequest("The property \"enableSoftDelete\" cannot be set to false. Soft delete is on for every vault, and turning it on is an irreversible action.")
	case hasPurge && purge == false:
		return refusal.BadRequest("The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.")
	case hasDays && (days < 7 || days > 90):
		return refusal.BadRequest("The property \"softDeleteRetentionInDays\" is invalid: it must be between 7 and 90.")
	case c.Was != nil && hasDays && days != kept:
		return refusal.BadRequest("The property \"softDeleteRetentionInDays\" has been set already and it can't be modified.")
	case needsPolicies && object.Get(c.Body, "properties.accessPolicies") == nil:
		return refusal.BadRequest("An invalid value was provided for 'accessPolicies'.")
	}
	return checkPolicies(c)
}

func checkPolicies(c *provider.Call) error {
	for _, policy := range facet.Objects(c.Body, "properties.accessPolicies") {
		if object.Text(policy, "tenantId") == "" || object.Text(policy, "objectId") == "" {
			return refusal.BadRequest("An invalid value was provided for 'accessPolicies': each needs a tenantId and an objectId.")
		}
	}
	return nil
}

// whole reads a whole number of a body; false when it is none.
func whole(v any) (int, bool) {
	if v == nil {
		return 0, false
	}
	n, err := strconv.Atoi(fmt.Sprint(v))
	return n, err == nil
}

func showVault(c *provider.Call) error {
	object.Set(c.Body, "properties.vaultUri", c.World.At.Vault(c.Name))
	return nil
}

// preparePolicies checks what add, replace or remove were given.
func preparePolicies(c *provider.Call) error { return facet.Checks(c, checkPolicies) }

// keptPolicies changes the vault's policies, and shows what they have become.
func keptPolicies(c *provider.Call) error {
	vault := c.Tx.Resource(c.Parent.ID)
	if vault == nil {
		return nil
	}
	body := object.Must(vault.Body)
	sent := facet.Objects(c.Body, "properties.accessPolicies")
	object.Set(body, "properties.accessPolicies", combine(strings.ToLower(c.Name), facet.Objects(body, "properties.accessPolicies"), sent))
	if err := facet.Change(c, vault, body, nil); err != nil {
		return err
	}
	object.Set(c.Body, "properties.accessPolicies", object.Get(body, "properties.accessPolicies"))
	return nil
}

// combine makes one list of policies: add joins the permissions of a principal
// with those it has, replace takes their place, remove takes them away.
func combine(how string, was, sent []object.Object) []any {
	out := []any{}
	same := func(a, b object.Object) bool {
		return strings.EqualFold(object.Text(a, "objectId"), object.Text(b, "objectId")) &&
			strings.EqualFold(object.Text(a, "applicationId"), object.Text(b, "applicationId"))
	}
	used := make([]bool, len(sent))
	for _, policy := range was {
		for i, other := range sent {
			if !same(policy, other) {
				continue
			}
			used[i] = true
			policy = joined(how, policy, other)
			break
		}
		if policy != nil {
			out = append(out, policy)
		}
	}
	for i, other := range sent {
		if !used[i] && how != "remove" {
			out = append(out, object.CloneObject(other))
		}
	}
	return out
}

// joined is one principal's policy after a change, nil when nothing is left.
func joined(how string, was, sent object.Object) object.Object {
	switch how {
	case "replace":
		return object.CloneObject(sent)
	case "remove":
		left := object.CloneObject(was)
		some := false
		for kind := range object.Inner(sent, "permissions") {
			object.Set(left, "permissions."+kind, without(facet.Strings(was, "permissions."+kind), facet.Strings(sent, "permissions."+kind)))
		}
		for kind := range object.Inner(left, "permissions") {
			some = some || len(object.List(left, "permissions."+kind)) > 0
		}
		if !some || object.Inner(sent, "permissions") == nil {
			return nil
		}
		return left
	}
	all := object.CloneObject(was)
	for kind := range object.Inner(sent, "permissions") {
		have := facet.Strings(was, "permissions."+kind)
		list := append([]any{}, object.List(was, "permissions."+kind)...)
		object.Set(all, "permissions."+kind, append(list, without(facet.Strings(sent, "permissions."+kind), have)...))
	}
	return all
}

// without is a list less what another has, without regard to case.
func without(list, less []string) []any {
	out := []any{}
	for _, s := range list {
		if !slices.ContainsFunc(less, func(o string) bool { return strings.EqualFold(o, s) }) {
			out = append(out, s)
		}
	}
	return out
}
