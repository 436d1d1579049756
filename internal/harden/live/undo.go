package live

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Undo takes back what a run has done, the last first, where Azure allows it: it
// puts back the values that were there, if nobody has changed them since. What
// cannot be taken back and what was added is told as [Kept] tasks: Holdfast deletes
// nothing. A run that is open is given up first. The undoing is a run itself: it
// is journaled, and taken up by the same call.
func Undo(ctx context.Context, o Options, id string) (*Run, error) {
	return o.within(ctx, func() (*Run, error) {
		runs, err := List(ctx, o.Journal)
		if err != nil {
			return nil, err
		}
		run, err := find(runs, o.Journal, id)
		if err != nil {
			return nil, err
		}
		if run.Undoes != "" {
			return nil, fmt.Errorf("the run %s is itself the undoing of %s: harden again instead", id, run.Undoes)
		}
		if open := openRun(runs, "", id); open != nil {
			return o.start(ctx, open.ID, nil)
		}
		if run.State == Open {
			if run, err = abandon(ctx, o.Journal, id); err != nil {
				return nil, err
			}
			runs = slices.DeleteFunc(runs, func(r Run) bool { return r.ID == id })
		}
		w := backward(run)
		if err := alone(runs, w); err != nil {
			return nil, err
		}
		if len(w.Tasks) == 0 {
			return &Run{Scope: run.Scope, Undoes: id, State: Over}, nil
		}
		return o.start(ctx, fresh(runs, w.id()), w)
	})
}

// backward is the work that takes back what a run has written, or may have
// written.
func backward(run *Run) *Work {
	w := &Work{Format: format, Scope: run.Scope, Undoes: run.ID}
	for i := len(run.Tasks) - 1; i >= 0; i-- {
		t := &run.Tasks[i]
		back := Task{Remedy: t.Remedy, Title: t.Title, Resource: t.Resource, Kind: t.Kind}
		var kept []string
		for j := len(t.Acts) - 1; j >= 0 && j < len(t.Made); j-- {
			a, made := &t.Acts[j], &t.Made[j]
			if made.Sight == nil || made.Sight.Act != write {
				continue
			}
			switch {
			case a.Kind == Add:
				kept = append(kept, "Holdfast deletes nothing. What was added can be removed with: "+removal(a.ID))
			case a.Kind == Convert, t.Forever != "":
				kept = append(kept, t.Forever)
			default:
				if act, why := a.backward(made.Sight.Readings); why != "" {
					kept = append(kept, why)
				} else if len(act.Sets) > 0 {
					back.Acts = append(back.Acts, act)
				}
			}
		}
		if len(back.Acts) > 0 {
			w.Tasks = append(w.Tasks, back)
		}
		if len(kept) > 0 {
			slices.Sort(kept)
			back.Acts, back.Kept = nil, strings.Join(slices.Compact(kept), " ")
			w.Tasks = append(w.Tasks, back)
		}
	}
	return w
}

// backward is the act that puts back what was read before.
func (a *Act) backward(readings []Reading) (Act, string) {
	out := Act{Kind: Change, ID: a.ID, Version: a.Version, Method: a.Method, Place: a.Place}
	for i, r := range readings {
		switch {
		case !r.Changes():
		case a.Sets[i].Append:
			return out, fmt.Sprintf("What was added to %s of %s holds data, or may: Holdfast does not remove it.", r.Path, a.ID)
		default:
			planned := r.After
			if planned == nil {
				planned = r.Wanted
			}
			out.Sets = append(out.Sets, Set{Paths: []string{r.Path}, Back: r.Before, Planned: planned})
		}
	}
	return out, ""
}

// removal is the command that removes what was added.
func removal(id string) string {
	if strings.Contains(strings.ToLower(id), "/providers/microsoft.authorization/locks/") {
		return "az lock delete --ids " + id
	}
	return "az resource delete --ids " + id
}
