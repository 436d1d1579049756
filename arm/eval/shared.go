package eval

import (
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

// Bounds of what [ParseShared] remembers: expressions that come again are short,
// and a process that lives long must not grow with what it has read.
const (
	sharedLength  = 512     // the longest text, in bytes
	sharedEntries = 1 << 12 // then all is forgotten
)

var shared = struct {
	sync.RWMutex
	trees map[string]*expr.Expr
}{trees: map[string]*expr.Expr{}}

// ParseShared is [Parse] with a memory that all templates of the process share:
// the same expressions ([parameters('location')], [resourceGroup().location])
// stand in most of them. Trees are never changed after they are linked, so any
// number of goroutines may share one. Errors are not remembered.
func ParseShared(s string) (*expr.Expr, *expr.SyntaxError) {
	if len(s) > sharedLength {
		return Parse(s)
	}
	shared.RLock()
	e := shared.trees[s]
	shared.RUnlock()
	if e != nil {
		return e, nil
	}
	s = strings.Clone(s) // s is a piece of a document, which must not live as long
	e, err := Parse(s)
	if err != nil {
		return nil, err
	}
	shared.Lock()
	defer shared.Unlock()
	if len(shared.trees) >= sharedEntries {
		clear(shared.trees)
	}
	shared.trees[s] = e
	return e, nil
}
