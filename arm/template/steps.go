package template

import "strings"

// Step is one resource of a deployment with what it waits for.
type Step struct {
	Resource *Resource
	// After are the indices, in [Run.Steps], of the steps that must have ended
	// well before: by dependsOn, and by reference() to a resource of the template
	// by its name, symbol, or id without an API version. A full id with an API
	// version is no dependency for the service, and is none here. In ascending
	// order, without repetition.
	After []int
}

// Steps are the resources of the deployment itself that are, or may be, deployed,
// in the order of the template; those of child deployments are theirs, and
// existing resources are only passed through. Steps that do not wait for each
// other may go at the same time. The result is shared: it must not be changed.
func (r *Run) Steps() []Step { return r.steps }

func (r *Run) makeSteps() {
	r.byStep = make(map[*Resource]int, len(r.root.resources))
	r.byID = make(map[string]*Resource, len(r.root.resources))
	for _, res := range r.root.resources {
		r.byID[strings.ToLower(res.idText)] = res
		if res.Presence != No && !res.Existing {
			r.byStep[res] = len(r.steps)
			r.steps = append(r.steps, Step{Resource: res})
		}
	}
	for i := range r.steps {
		waits := make([]bool, len(r.steps))
		seen := map[*Resource]bool{r.steps[i].Resource: true}
		r.follow(r.steps[i].Resource, waits, seen)
		waits[i] = false
		for k, w := range waits {
			if w {
				r.steps[i].After = append(r.steps[i].After, k)
			}
		}
	}
}

// follow marks the steps that a resource waits for: those of its own edges, those
// that existing resources pass on, and those that the expressions of a child
// deployment with outer scope ask for.
func (r *Run) follow(res *Resource, waits []bool, seen map[*Resource]bool) {
	for _, e := range res.edges {
		to := e.to
		if to.dep != r.root {
			// A resource of another deployment is none of this one's steps, unless
			// this one deploys it, too.
			to = r.byID[strings.ToLower(to.idText)]
		}
		if e.read || to == nil || seen[to] {
			continue
		}
		seen[to] = true
		if k, ok := r.byStep[to]; ok {
			waits[k] = true
		} else {
			r.follow(to, waits, seen) // existing, or not deployed
		}
	}
	if res.child != nil && res.child.outer {
		for _, c := range res.child.resources {
			if !seen[c] {
				seen[c] = true
				r.follow(c, waits, seen)
			}
		}
	}
}
