package world

import (
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Level is how far something can be used.
type Level uint8

// The levels, from good to bad.
const (
	Whole   Level = iota
	Partial       // some of what is asked fails
	Gone
)

// String is the level in a word.
func (l Level) String() string {
	switch l {
	case Whole:
		return "whole"
	case Partial:
		return "partial"
	}
	return "gone"
}

// Standing is how far a resource can be used now, for reading and for writing.
// Why names the outage and what it did, in a sentence; "" when all is well.
type Standing struct {
	Read, Write Level
	Why         string
	Since       time.Time // when the outage began that Why tells of
	// Lost is how long before the outage the data ends that a failed-over copy
	// has: what was written later is not there any more.
	Lost time.Duration
	// Secondary says that data is served from the copy in the other region.
	Secondary bool
}

// Of is the level for reading, or for writing.
func (s Standing) Of(write bool) Level {
	if write {
		return s.Write
	}
	return s.Read
}

// Health answers how well things are while outages go on. It is asked within
// transactions and does not open its own.
type Health interface {
	// Resource is the standing of a resource with all that it leans on, at the
	// time now. A resource that is not there is whole.
	Resource(tx *state.Tx, id string, now time.Time) Standing
	// Own is the standing of a resource by itself.
	Own(tx *state.Tx, id string, now time.Time) Standing
	// Control is the standing of the control plane for a request to ARM about a
	// resource, a type or a group in a location: of ARM itself, of the group's
	// records, of the resource provider in that region.
	Control(tx *state.Tx, id, typ, location string, now time.Time) Standing
	// Identity is the standing of the token service.
	Identity(tx *state.Tx, now time.Time) Standing
}

// Well is the health of a world without outages.
type Well struct{}

// Resource is whole.
func (Well) Resource(*state.Tx, string, time.Time) Standing { return Standing{} }

// Own is whole.
func (Well) Own(*state.Tx, string, time.Time) Standing { return Standing{} }

// Control is whole.
func (Well) Control(*state.Tx, string, string, string, time.Time) Standing { return Standing{} }

// Identity is whole.
func (Well) Identity(*state.Tx, time.Time) Standing { return Standing{} }
