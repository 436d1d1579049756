package relate

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// The rules for what is below "encryption" of a workspace. They hold only when
// encryption is on, so they are applied by hand.
var (
	keyVaultRule   = encryptionRule(rule{text: "keyVaultProperties.keyVaultArmId", role: estate.EncryptionKey, want: typeVault})
	keyRule        = encryptionRule(rule{text: "keyVaultProperties.keyIdentifier", role: estate.EncryptionKey, resolve: byAddress})
	encryptedAs    = encryptionRule(rule{text: "identity.userAssignedIdentity", role: estate.Identity, want: typeIdentity})
	encryptedStore = []rule{
		encryptionRule(rule{text: "cosmosDbResourceId", role: estate.EncryptionStore, want: typeCosmos}),
		encryptionRule(rule{text: "searchAccountResourceId", role: estate.EncryptionStore, want: typeSearch}),
		encryptionRule(rule{text: "storageAccountResourceId", role: estate.EncryptionStore, want: typeStorage}),
	}
)

func encryptionRule(r rule) rule {
	r.compile()
	r.text = "encryption." + r.text
	return r
}

// workspace finds what the customer-managed key of a workspace brings along: the
// vault of the key, and the stores that hold the workspace's metadata in the
// customer's subscription (facts/azure-ml.md section 1.4).
func (f *finder) workspace(r *estate.Resource) {
	properties := r.Body.Get("properties")
	walk(properties, path("encryption"), "", func(at found) {
		encryption := at.value
		presence, on := enabled(encryption)
		if !on {
			return
		}
		presence = both(at.presence, presence)
		if hasReference(encryption, keyVaultRule.steps) {
			f.apply(r, &keyVaultRule, encryption, presence)
		} else {
			f.apply(r, &keyRule, encryption, presence)
		}
		f.apply(r, &encryptedAs, encryption, presence)
		serviceSide, known := properties.Get("enableServiceSideCMKEncryption").AsBool()
		for i := range encryptedStore {
			store := &encryptedStore[i]
			switch {
			case hasReference(encryption, store.steps):
				f.apply(r, store, encryption, presence)
			case known && serviceSide: // the metadata stays with Microsoft
			default:
				f.impliedStore(r, store.want, presence, encryption)
			}
		}
	}, func(v value.Value) { f.blocked(r, &keyVaultRule, v) })
}

// enabled says whether encryption with an own key is on, and under which
// condition where that is not known.
func enabled(encryption value.Value) (presence string, on bool) {
	if encryption.IsUnknown() {
		return encryption.Residual(), true
	}
	status := encryption.Get("status")
	switch {
	case status.IsUnknown():
		return "[equals(" + inner(status.Residual()) + ", 'Enabled')]", true
	case status.IsNull():
		return "", hasReference(encryption, keyRule.steps) || hasReference(encryption, keyVaultRule.steps)
	}
	return "", strings.EqualFold(status.Str(), "Enabled")
}

// hasReference says whether a resource is named at the end of the path.
func hasReference(v value.Value, steps []step) bool {
	any := false
	walk(v, steps, "", func(at found) { at.references(func(reference) { any = true }) }, func(value.Value) {})
	return any
}

// impliedStore relates an encrypted workspace with the store that the service
// made for it: the one that the input has in the managed group, else an implied one.
func (f *finder) impliedStore(r *estate.Resource, typ, presence string, at value.Value) {
	f.later = append(f.later, func() {
		name := r.Property("serviceProvisionedResourceGroup").Text()
		group := groupID(r.ID.Subscription(), "{managed group of "+r.ID.LastName()+"}")
		if strings.HasPrefix(name, "/") {
			group = estate.ParseID(name)
		} else if name != "" {
			group = groupID(r.ID.Subscription(), name)
		}
		origin, known := r.OriginOf(at), false
		for _, x := range f.inGroup(group) {
			if x.Is(typ) {
				f.add(r, x, estate.EncryptionStore, "", origin, presence)
				known = true
			}
		}
		if !known {
			x := f.implied(r, group.InGroup(typ, madeFor(typ, r)), typ, both(r.Presence, presence))
			f.add(r, x, estate.EncryptionStore, "", origin, presence)
		}
	})
}

// inGroup gives the resources in a group that rules look for by their place.
func (f *finder) inGroup(group estate.ResourceID) []*estate.Resource {
	if f.byGroup == nil {
		f.byGroup = map[string][]*estate.Resource{}
		for _, r := range f.resources {
			if r.Is(typeCosmos) || r.Is(typeSearch) || r.Is(typeStorage) {
				key := r.ID.Group().Key()
				f.byGroup[key] = append(f.byGroup[key], r)
			}
		}
	}
	return f.byGroup[group.Key()]
}

// datasets and deployments name what they use by addresses of AML.

// dataset relates a dataset or data asset with the datastores that it lies in.
func (f *finder) dataset(r *estate.Resource) {
	names := func(text string, at value.Value, presence string) {
		f.later = append(f.later, func() {
			id := workspaceOf(r.ID).Child("datastores", text)
			f.add(r, f.resource(id, ""), estate.Datastore, "", r.OriginOf(at), presence)
		})
	}
	var search func(v value.Value, depth int)
	search = func(v value.Value, depth int) {
		if depth > 8 {
			return
		}
		for k, e := range v.Members() {
			switch {
			case strings.EqualFold(k, "datastoreName"):
				references(e, e, "", 0, func(ref reference) { names(ref.text, ref.value, ref.presence) })
			case strings.EqualFold(k, "dataUri"):
				references(e, e, "", 0, func(ref reference) {
					if store := between(ref.text, "/datastores/", "/paths"); store != "" {
						names(store, ref.value, ref.presence)
					}
				})
			default:
				search(e, depth+1)
			}
		}
		for _, e := range v.Elems() {
			search(e, depth+1)
		}
	}
	search(r.Body.Get("properties"), 0)
}

// between is what stands between two pieces of s, "" when the first is not there.
func between(s, before, after string) string {
	_, s, ok := strings.Cut(s, before)
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, after)
	return strings.Trim(s, "/")
}

var assetPaths = [][]step{path("model"), path("model.assetId"), path("environmentId"), path("codeConfiguration.codeId"), path("deploymentConfiguration.componentId.assetId")}

// deployment relates a deployment with the registries that its assets come from.
func (f *finder) deployment(r *estate.Resource) {
	for _, p := range assetPaths {
		walk(r.Body.Get("properties"), p, "", func(at found) {
			at.references(func(ref reference) {
				registry := between(ref.text, "azureml://registries/", "/")
				if registry == "" {
					return // an asset of the workspace itself
				}
				f.later = append(f.later, func() {
					f.add(r, f.named(r, typeMLRegistry, registry, "", ""), estate.Registry, "", r.OriginOf(ref.value), ref.presence)
				})
			})
		}, func(value.Value) {})
	}
}
