package relate

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

var connectionID = path("metadata.resourceId")

// connection relates a connection with its target: by the id in its metadata,
// else by the target, which is an id or an address.
func (f *finder) connection(r *estate.Resource) {
	properties := r.Body.Get("properties")
	detail := properties.Get("category").Str()
	named := false
	walk(properties, connectionID, "", func(at found) {
		at.references(func(ref reference) {
			named = true
			f.add(r, f.byID(r, ref.text, ""), estate.Connection, detail, r.OriginOf(ref.value), ref.presence)
		})
	}, func(value.Value) {})
	if named {
		return
	}
	target := properties.Get("target")
	if !references(target, target, "", 0, func(ref reference) {
		f.later = append(f.later, func() {
			to := byAddress(f, r, nil, ref.text)
			if to == nil {
				to = f.madeBy(target)
			}
			if to != nil {
				f.add(r, to, estate.Connection, detail, r.OriginOf(ref.value), ref.presence)
				return
			}
			f.unseen(r, "target", reason(target, ref.text+" is not an Azure resource that Holdfast knows"), target)
		})
	}) {
		f.unseen(r, "target", reason(target, "it is no text"), target)
	}
}

// insights relates Application Insights with its logs. Without a workspace the
// service makes one by itself (facts/associated-resources.md section 4.1),
// unless the component says that it is of the classic kind.
func (f *finder) insights(r *estate.Resource) {
	properties := r.Body.Get("properties")
	logs := properties.Get("WorkspaceResourceId")
	named := false
	if !references(logs, logs, "", 0, func(ref reference) {
		named = true
		f.add(r, f.byID(r, ref.text, typeLogs), estate.Logs, "", r.OriginOf(ref.value), ref.presence)
	}) {
		f.unseen(r, "WorkspaceResourceId", reason(logs, "it is no text that could name a resource"), logs)
		return
	}
	if named || strings.EqualFold(properties.Get("IngestionMode").Str(), "ApplicationInsights") {
		return
	}
	name := r.ID.LastName()
	group := groupID(r.ID.Subscription(), "ai_"+name+"_{id}_managed")
	f.add(r, f.implied(r, group.InGroup(typeLogs, "managed-"+name+"-ws"), typeLogs, r.Presence), estate.Logs, "", r.Origin, "")
}

// objectReplication relates the account that blobs are copied from with the one
// that they are copied to; both are given by name or by id.
func (f *finder) objectReplication(r *estate.Resource) {
	source, target := r.Property("sourceAccount").Text(), r.Property("destinationAccount").Text()
	if source == "" || target == "" {
		return
	}
	f.later = append(f.later, func() {
		account := func(text string) *estate.Resource {
			if strings.HasPrefix(text, "/") {
				return f.byID(r, text, typeStorage)
			}
			return f.named(r, typeStorage, text, "", "")
		}
		f.add(account(source), account(target), estate.Replica, "object replication", r.Origin, r.Presence)
	})
}
