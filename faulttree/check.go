package faulttree

import (
	"fmt"
	"strings"
)

// CycleError is a gate that is defined by itself.
type CycleError struct {
	Path  []*Gate // from the gate back to itself
	Place Place
}

func (e *CycleError) Error() string {
	names := make([]string, len(e.Path))
	for i, g := range e.Path {
		names[i] = g.Name
	}
	return fmt.Sprintf("%s: gate %s is defined by itself: %s", e.Place, e.Path[0].Name, strings.Join(names, " -> "))
}

// acyclic reports the first cycle below the tops.
func acyclic(tops []*Gate) error {
	const (
		open = 1
		done = 2
	)
	state := map[*Gate]int{}
	var path []*Gate
	var visit func(g *Gate) error
	visit = func(g *Gate) error {
		switch state[g] {
		case done:
			return nil
		case open:
			start := 0
			for path[start] != g {
				start++
			}
			return &CycleError{Path: append(append([]*Gate{}, path[start:]...), g), Place: g.Place}
		}
		state[g] = open
		path = append(path, g)
		var err error
		g.Formula.walk(func(f *Formula) {
			if f.Gate != nil && err == nil {
				err = visit(f.Gate)
			}
		})
		path = path[:len(path)-1]
		state[g] = done
		return err
	}
	for _, g := range tops {
		if err := visit(g); err != nil {
			return err
		}
	}
	return nil
}
