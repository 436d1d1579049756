package live

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

// found are the relations of what is known, and what of it is reached from the
// roots.
type found struct {
	relate.Result
	owner map[string]string // by the key of what is reached: the id of the root that it was reached from first
	via   map[string]*estate.Relation
}

// backward are the roles in which what leans belongs to what is leaned on, and is
// followed too: the locks of a group, the databases of a server.
var backward = []estate.Role{estate.Lock, estate.Parent, estate.Server, estate.Replica, estate.FailoverGroup}

// reach follows the relations from the roots, level by level, so that each
// resource belongs to the root that is nearest.
func reach(res relate.Result, roots []*estate.Resource) found {
	f := found{Result: res, owner: map[string]string{}, via: map[string]*estate.Relation{}}
	next := map[string][]int{}
	for i := range res.Relations {
		rel := &res.Relations[i]
		next[rel.From.ID.Key()] = append(next[rel.From.ID.Key()], i)
		if slices.Contains(backward, rel.Role) {
			next[rel.To.ID.Key()] = append(next[rel.To.ID.Key()], i)
		}
	}
	var queue []string
	for _, x := range roots {
		if f.owner[x.ID.Key()] == "" {
			f.owner[x.ID.Key()] = x.ID.String()
			queue = append(queue, x.ID.Key())
		}
	}
	for len(queue) > 0 {
		key := queue[0]
		queue = queue[1:]
		for _, i := range next[key] {
			rel := &res.Relations[i]
			to := rel.To
			if rel.From.ID.Key() != key {
				to = rel.From
			} else if rel.Role == estate.Lock { // what else a lock locks
				continue
			}
			if other := to.ID.Key(); f.owner[other] == "" {
				f.owner[other], f.via[other] = f.owner[key], rel
				queue = append(queue, other)
			}
		}
	}
	for i := range res.Relations { // locks of whole subscriptions, which nothing leans on
		rel := &res.Relations[i]
		if rel.Role == estate.Lock && rel.To.ID.ResourceGroup() == "" && f.owner[rel.From.ID.Key()] == "" {
			if owner := f.in(rel.From.ID.Subscription()); owner != "" {
				f.owner[rel.From.ID.Key()] = owner
			}
		}
	}
	return f
}

// in is the owner of something that is reached in a subscription, "" when there
// is nothing.
func (f found) in(subscription string) string {
	for _, x := range f.Resources {
		if owner := f.owner[x.ID.Key()]; owner != "" && strings.EqualFold(x.ID.Subscription(), subscription) {
			return owner
		}
	}
	return ""
}
