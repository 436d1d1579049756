// Package lookup finds resources by names that are unique in all of Azure: the
// account, vault or registry that a data plane is addressed by.
package lookup

import (
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// most is how many names an index remembers; beyond it, it starts anew.
const most = 1 << 14

// Index finds resources of one type by name and remembers where they were. Its
// zero value with a Type is ready, and safe for concurrent use.
type Index struct {
	Type string // Microsoft.Storage/storageAccounts

	mu    sync.Mutex
	known map[string]string // lower-case name -> id
}

// Find gives the resource with a name, compared without regard to case; nil when
// there is none.
func (x *Index) Find(tx *state.Tx, name string) *state.Resource {
	key := strings.ToLower(name)
	x.mu.Lock()
	id, ok := x.known[key]
	x.mu.Unlock()
	if ok {
		if r := tx.Resource(id); r != nil && strings.EqualFold(r.Name, name) && strings.EqualFold(r.Type, x.Type) {
			return r
		}
	}
	for r := range tx.OfType(x.Type, "") {
		if strings.EqualFold(r.Name, name) {
			x.remember(key, r.ID)
			return r
		}
	}
	return nil
}

func (x *Index) remember(name, id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.known == nil || len(x.known) >= most {
		x.known = map[string]string{}
	}
	x.known[name] = id
}
