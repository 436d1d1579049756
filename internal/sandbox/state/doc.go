// Package state keeps what the sandbox knows: resources, records beside them,
// and the events that are still to come. It lives in memory; with a folder it
// survives a restart, also a killed process, with nothing half done.
//
// Words: a resource is one ARM resource with the body that reading it shows and
// the secret part that no reading shows. A record is anything else that a part of
// the sandbox wants kept, by kind and key. An event is something that will
// happen at a time of the sandbox's clock: an operation that ends, a replica
// that catches up. A transaction sees all of it, and a writing one changes all
// that it changes or nothing.
//
// Ids and types are compared without regard to case, as Azure does; order is
// that of the lower-case ids.
package state

import (
	"encoding/json"
	"strings"
	"time"
)

// Resource is one resource as the sandbox keeps it. One that a transaction has
// given is shared: take a [Resource.Copy] to change it.
type Resource struct {
	ID       string          `json:"id"`   // as it was first spelt
	Type     string          `json:"type"` // Microsoft.Storage/storageAccounts
	Name     string          `json:"name"` // the last segment of the id
	Location string          `json:"location,omitempty"`
	Body     json.RawMessage `json:"body"`             // the JSON object that reading shows, but for what is worked out then
	Secret   json.RawMessage `json:"secret,omitempty"` // a JSON object that no reading shows: keys, passwords
	ETag     string          `json:"etag,omitempty"`
	Created  time.Time       `json:"created"`
	Changed  time.Time       `json:"changed"`
}

// Copy is a resource that may be changed. The bodies are shared: they are
// replaced, not written into.
func (r *Resource) Copy() *Resource {
	c := *r
	return &c
}

// Event is something that will happen at a time. Kind says whose it is; the
// rest is for whoever that is.
type Event struct {
	At   time.Time       `json:"at"`
	Kind string          `json:"kind"`
	Key  string          `json:"key"`
	Data json.RawMessage `json:"data,omitempty"`

	seq uint64 // those of the same time happen in the order they were scheduled
}

// Key is the id in the form in which ids are compared.
func Key(id string) string { return strings.ToLower(strings.TrimRight(id, "/")) }

// OwnerOf is the id of what a resource belongs to: the parent of a child, the
// target of an extension resource, else the resource group, the subscription or
// "" for the tenant.
func OwnerOf(id string) string {
	id = strings.TrimRight(id, "/")
	two := func(s string) string { // without its last two segments
		for range 2 {
			i := strings.LastIndexByte(s, '/')
			if i < 0 {
				return ""
			}
			s = s[:i]
		}
		return s
	}
	owner := two(id)
	if i := strings.LastIndexByte(owner, '/'); i >= 0 {
		if j := strings.LastIndexByte(owner[:i], '/'); strings.EqualFold(owner[j+1:i], "providers") {
			return owner[:max(j, 0)]
		}
	}
	return owner
}
