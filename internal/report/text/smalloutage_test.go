package text_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// Outages that are asked for, each in full: what the resources do, then what that does to each
// workspace.
func TestOutagesOfSmallResults(t *testing.T) {
	for _, tt := range []struct{ name, what, want string }{
		{"unknown", "a resource of which nobody knows has its best and its worst, and what would tell", `

Zone 1 of westeurope fails ─────────────────────────────────────────────────────

 What the resources do; the others carry on
  ? st (Azure Storage) is not known: carries on at best, down at worst
      not known: sku.name of st: [parameters('sku')]

 What that does to mlw
  ? train: unknown (holds at best, lost at worst)
      because of st unknown; data lost: at worst all of it
  ✓ author, score online, score batch, register, monitor: holds

What was seen, and what was not ────────────────────────────────────────────────

 ✓ 2 resources read.
   main.json (template, 2 resources)
`},
		{"accepted", "each workspace is told what it loses because of its own account", `

Zone 1 of westeurope fails ─────────────────────────────────────────────────────

 What the resources do; the others carry on
  ✗ sta (Azure Storage) is down until it is back; data lost: at worst all of it
      All copies stand in one zone.
  ✗ stb (Azure Storage) is down until it is back; data lost: at worst all of it
      All copies stand in one zone.
  ✗ stc (Azure Storage) is down until it is back; data lost: at worst all of it
      All copies stand in one zone.

 What that does to mlw-a
  ✗ train: lost until it is back
      because of sta down; data lost: at worst all of it
  ✓ author, score online, score batch, register, monitor: holds

 What that does to mlw-b
  ✗ train: lost until it is back
      because of stb down; data lost: at worst all of it
  ✓ author, score online, score batch, register, monitor: holds

 What that does to mlw-c
  ✗ train: lost until it is back
      because of stc down; data lost: at worst all of it
  ✓ author, score online, score batch, register, monitor: holds

What was seen, and what was not ────────────────────────────────────────────────

 ✓ 6 resources read.
   main.json (template, 6 resources)
`},
		{"anywhere", "names that are not known yet are told in full", `

Zone 1 of its group's region fails ─────────────────────────────────────────────

 What the resources do; the others carry on
  ✗ {uniqueString(resourceGroup().id)} (Azure Storage) is down until it is back;
    data lost: at worst all of it
      All copies stand in one zone.

 What that does to {format('mlw-{0}', parameters('env'))}
  ✗ train: lost until it is back
      because of {uniqueString(resourceGroup().id)} down; data lost: at worst
      all of it
  ✓ author, score online, score batch, register, monitor: holds

What was seen, and what was not ────────────────────────────────────────────────

 ✓ 2 resources read.
   main.json (template, 2 resources)
`},
		{"four", "every workspace is told of every outage, those that lose nothing too", `

Zone 1 of westeurope fails ─────────────────────────────────────────────────────

 What the resources do; the others carry on
  ✗ std (Azure Storage) is down until it is back; data lost: at worst all of it
      All copies stand in one zone.

 What that does to mlw-a
  ✓ author, train, score online, score batch, register, monitor: holds

 What that does to mlw-b
  ✓ author, train, score online, score batch, register, monitor: holds

 What that does to mlw-c
  ✓ author, train, score online, score batch, register, monitor: holds

 What that does to mlw-d
  ✗ train: lost until it is back
      because of std down; data lost: at worst all of it
  ✓ author, score online, score batch, register, monitor: holds

Zone 2 of westeurope fails ─────────────────────────────────────────────────────

 ✓ Every resource carries on.

 What that does to mlw-a
  ✓ author, train, score online, score batch, register, monitor: holds

 What that does to mlw-b
  ✓ author, train, score online, score batch, register, monitor: holds

 What that does to mlw-c
  ✓ author, train, score online, score batch, register, monitor: holds

 What that does to mlw-d
  ✓ author, train, score online, score batch, register, monitor: holds

What was seen, and what was not ────────────────────────────────────────────────

 ✓ 8 resources read.
   main.json (template, 8 resources)
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, opt := reporttest.Small(t, tt.name), reporttest.SmallOptions()
			var b bytes.Buffer
			if err := text.Outages(&b, r.Estate, r.Catalog, r.Outages, opt); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(tt.want[1:], "\n"), strings.Split(b.String(), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
