package improve

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Trial is an estate on which changes are tried one after the other, and taken
// back. It copies the estate once, at the first change, and puts it together anew
// only after resources came or went: a change of settings costs what it touches. It
// must not be used by two goroutines at the same time.
type Trial struct {
	cat     *catalog.Catalog
	base    *estate.Estate
	w       *whatIf        // nil until the first change
	current *estate.Estate // as it was put together last
	built   int            // what the journal had then
	stale   bool           // resources or relations came or went since
	gone    bool           // some that it had were taken back
}

// Try begins a trial. The estate has to be classified, and stays as it is.
func Try(e *estate.Estate, cat *catalog.Catalog) *Trial {
	return &Trial{cat: cat, base: e, current: e}
}

// Estate is the estate after the changes so far, classified. Further changes of
// settings change it; before the first change it is the one that was begun with.
func (t *Trial) Estate() *estate.Estate {
	if t.stale {
		if t.gone {
			for _, r := range t.w.resources {
				r.Roles = nil
			}
		}
		t.current = t.w.build(t.cat, t.base.Coverage)
		t.settle()
	}
	return t.current
}

// settle takes over what the estate was put together to.
func (t *Trial) settle() {
	t.w.resources, t.w.relations = slices.Clip(t.current.Resources), slices.Clip(t.current.Relations)
	t.w.sorted, t.built = len(t.w.resources), len(t.w.journal)
	t.stale, t.gone = false, false
}

// Seen is the estate as [Trial.Estate] gave it last, with all changes of settings
// since, but perhaps without the latest resources; [Trial.Stale] says whether.
func (t *Trial) Seen() *estate.Estate { return t.current }

// Stale says that resources or relations came or went since [Trial.Estate] was
// asked last.
func (t *Trial) Stale() bool { return t.stale }

// Mark names the state of the trial, for [Trial.Back].
func (t *Trial) Mark() int {
	if t.w == nil {
		return 0
	}
	return len(t.w.journal)
}

// Do makes a change, and lists the ids of the resources that it adds, in the order
// in which they are added.
func (t *Trial) Do(otherRegion string, c Change) []estate.ResourceID {
	if t.w == nil {
		t.w = copyOf(t.base)
		t.current = estate.Build(t.w.resources, t.w.relations, t.base.Coverage)
		t.settle()
	}
	mark := len(t.w.journal)
	t.w.apply(t.cat, otherRegion, c)
	var added []estate.ResourceID
	for i := mark; i < len(t.w.journal); i++ {
		u := &t.w.journal[i]
		if u.added {
			added = append(added, u.resource.ID)
		}
		t.stale = t.stale || u.structural()
	}
	return added
}

// Back takes back all changes since a mark.
func (t *Trial) Back(mark int) {
	if t.w == nil || mark >= len(t.w.journal) {
		return
	}
	t.gone = t.gone || mark < t.built && slices.ContainsFunc(t.w.journal[mark:t.built], undo.structural)
	t.w.back(mark)
	t.built = min(t.built, mark)
	t.stale = t.gone || slices.ContainsFunc(t.w.journal[t.built:], undo.structural)
}

// structural says that a resource or a relation came.
func (u undo) structural() bool { return u.added || u.resource == nil }
