// Package lean answers, for one operation of Azure Machine Learning in the
// sandbox, whether what it needs is in place at this moment. What a capability
// needs, and how much, is data of the catalog; what plays which role for a
// workspace is read from the bodies that the sandbox keeps; how well each of it
// is, is asked of the world's health.
//
// Words: an operation is one thing that somebody does with a workspace: submit a
// job, score, register a model. It touches some things by name (the compute that
// it runs on, the endpoint that it asks, the datastores that it reads) and leans
// on others because the workspace does (its storage, its vault). A cause is a
// needed thing that is not whole. A verdict is what the causes do to the
// operation: fatal ones end it, halting ones end every other one, and missing
// ones leave it without something.
package lean

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Operation is what somebody does with a workspace, and what it touches by name.
// All are ids of resources.
type Operation struct {
	Workspace  string
	Capability catalog.Capability
	Compute    string   // "" when it runs on none of the workspace's
	Endpoint   string   // the one that is asked
	Datastores []string // those that are read or written; none named are all, where the capability needs them
}

// Cause is something needed that is not whole.
type Cause struct {
	ID    string
	Role  estate.Role
	Write bool        // it can be read, but not be written
	Level world.Level // Partial or Gone
	Why   string      // the outage, in the words of the world's health
}

// String tells the cause in a sentence without a full stop.
func (c Cause) String() string {
	what := "is not available"
	switch {
	case c.Level == world.Partial && c.Write:
		what = "takes only some of what is written"
	case c.Level == world.Partial:
		what = "answers only some requests"
	case c.Write:
		what = "cannot be written to"
	}
	text := fmt.Sprintf("%s %s %s", strings.ReplaceAll(string(c.Role), "-", " "), c.ID, what)
	if c.Why != "" {
		text += ": " + strings.TrimSuffix(c.Why, ".")
	}
	return text
}

// Verdict is what an operation meets, each list in the order of the catalog.
type Verdict struct {
	Fatal   []Cause // it cannot be done
	Halting []Cause // every other one of its kind fails
	Missing []Cause // it is done without these
}

// First is the gravest cause, false when all is well or only something is
// missing. odd says that this is one of those that halting causes let fail.
func (v *Verdict) First(odd bool) (Cause, bool) {
	switch {
	case len(v.Fatal) > 0:
		return v.Fatal[0], true
	case odd && len(v.Halting) > 0:
		return v.Halting[0], true
	}
	return Cause{}, false
}

func (v *Verdict) add(c Cause, s catalog.Strength) {
	switch {
	case s == catalog.Soft:
		v.Missing = append(v.Missing, c)
	case s != catalog.Hard:
	case c.Level == world.Gone:
		v.Fatal = append(v.Fatal, c)
	default:
		v.Halting = append(v.Halting, c)
	}
}
