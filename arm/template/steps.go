package template

import "strings"

// Step is one resource of a deployment with what it waits for.
type Step struct {
	Resource *Resource
	// After are the indices, in [Run.Steps], of the steps that must have ended
	// well before: by dependsOn; by reference() to a resource of the template by
	// its name, symbol, or id without an API version (a full id with an API
	// version is no dependency for the service, and is none here); and in a serial
	// copy loop the batch before. In ascending order, without repetition.
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
	batches := r.batches()
	for i := range r.steps {
		waits := make([]bool, len(r.steps))
		for _, k := range batches[i] {
			waits[k] = true
		}
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

// batches gives for each step those that it waits for because they are the batch
// before it in a serial loop.
func (r *Run) batches() map[int][]int {
	out := map[int][]int{}
	for _, decl := range r.root.t.decl.resources {
		if !is(decl.copy.Get("mode").Str(), "serial") {
			continue
		}
		size := int64(1)
		if n, ok := r.x.tree(decl.copy.Get("batchSize"), &frame{ev: r.root.ev, dep: r.root, static: "the batch size of a loop"}).AsInt(); ok && n > 0 {
			size = n
		}
		batch := map[int64][]int{}
		for i, st := range r.steps {
			if n, ok := st.Resource.loopIndex(decl); ok {
				batch[n/size] = append(batch[n/size], i)
			}
		}
		for n, members := range batch {
			for _, i := range members {
				out[i] = batch[n-1]
			}
		}
	}
	return out
}

// loopIndex is the index of an instance in the loop of its declaration; false
// when it is an instance of another one.
func (r *Resource) loopIndex(decl *declaration) (int64, bool) {
	if r.decl != decl || len(r.Copies) == 0 {
		return 0, false
	}
	return r.Copies[len(r.Copies)-1].Index.AsInt()
}
