// Package architecture holds the project's own rules about itself: which room
// may know which, how large a file may grow, and which claims of the
// documentation have a witness. Its tests fail when the tree breaks them.
package architecture

import (
	"fmt"
	"slices"
	"strings"
)

// Module is the path of the Go module that the rules are about.
const Module = "github.com/holdfast-ml/holdfast"

// Room is a part of the tree, and the rooms that it may import besides its own
// packages. The first room whose prefix fits a package is the package's room.
type Room struct {
	Prefix string   // of the import path, below the module
	Knows  []string // prefixes; "" stands f's root package
}

// Rooms is who may know whom. Test files are free: they may build their input
// with any room.
var Rooms = []Room{
	{"arm", nil},
	{"faulttree", nil},
	{"internal/estate", []string{"arm/jsonc", "arm/value"}},
	{"internal/spelling", nil},
	{"internal/yamlplace", nil},
	{"internal/catalog", []string{"internal/spelling", "internal/estate", "arm/jsonc", "arm/unique", "arm/value"}},
	{"internal/outage", []string{"internal/estate", "internal/catalog", "arm/value"}},
	{"internal/assess", []string{"internal/spelling", "internal/yamlplace", "internal/estate", "internal/catalog", "internal/outage", "arm/jsonc", "arm/value"}},
	{"internal/availability", []string{"internal/yamlplace", "internal/estate", "internal/catalog", "internal/outage", "arm/value", "faulttree"}},
	{"internal/azure", []string{"internal/estate"}},
	{"internal/source/live", []string{"internal/estate", "internal/azure", "internal/source/relate", "arm/jsonc", "arm/value"}},
	{"internal/improve", []string{"internal/estate", "internal/catalog", "internal/outage", "internal/availability", "internal/yamlplace", "arm/value"}},
	{"internal/source", []string{"internal/estate", "arm"}},
	{"internal/harden/live", []string{"internal/estate", "internal/catalog", "internal/improve", "internal/harden", "internal/azure", "arm/jsonc", "arm/value"}},
	{"internal/harden/text", []string{"internal/estate", "internal/catalog", "internal/outage", "internal/assess", "internal/improve", "internal/harden", "internal/report"}},
	{"internal/harden", []string{"internal/estate", "internal/catalog", "internal/outage", "internal/assess", "internal/improve", "internal/price", "internal/source", "arm"}},
	{"internal/price", []string{"internal/estate", "internal/catalog", "internal/yamlplace", "arm/jsonc", "arm/value"}},
	{"internal/blueprint", []string{"internal/estate", "internal/catalog", "internal/assess", "internal/spelling", "internal/yamlplace", "internal/price", "arm"}},
	{"internal/deploy", []string{"internal/estate", "internal/azure", "arm"}},
	{"internal/probe", []string{"internal/estate", "internal/catalog", "internal/azure", "arm/value"}},
	{"internal/sandbox", []string{"internal/estate", "internal/catalog", "internal/source/relate", "internal/source/inventory", "arm"}},
	{"internal/report", []string{"internal/estate", "internal/catalog", "internal/outage", "internal/assess", "arm/value"}},
	{"internal/architecture", nil},
	{"internal/benchmark", []string{"arm", "internal"}},
	{"internal/cli", []string{"arm", "faulttree", "internal", "examples"}},
	{"examples", []string{"arm", "internal"}},
	{"cmd", []string{"internal/cli"}},
}

// Break is an import that the rules forbid.
type Break struct{ From, To string }

func (b Break) String() string {
	return fmt.Sprintf("%s must not import %s: see who may know whom in internal/architecture/rooms.go", b.From, b.To)
}

// Breaks lists the imports within the module that the rules forbid. Imports are
// given as import path -> imported paths; other modules are ignored. A package
// that is in no room is a break with itself.
func Breaks(imports map[string][]string) []Break {
	var out []Break
	for from, tos := range imports {
		room, ok := roomOf(from)
		if !ok {
			out = append(out, Break{from, from})
			continue
		}
		for _, to := range tos {
			if inModule(to) && !allowed(room, to) {
				out = append(out, Break{from, to})
			}
		}
	}
	slices.SortFunc(out, func(a, b Break) int { return strings.Compare(a.From+" "+a.To, b.From+" "+b.To) })
	return out
}

func inModule(path string) bool { return path == Module || strings.HasPrefix(path, Module+"/") }

func roomOf(path string) (Room, bool) {
	for _, r := range Rooms {
		if under(path, r.Prefix) {
			return r, true
		}
	}
	return Room{}, false
}

func under(path, prefix string) bool {
	full := Module + "/" + prefix
	return path == full || strings.HasPrefix(path, full+"/")
}

func allowed(r Room, to string) bool {
	if under(to, r.Prefix) {
		return true
	}
	return slices.ContainsFunc(r.Knows, func(p string) bool { return under(to, p) })
}
