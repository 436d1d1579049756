package provider

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const types = `
- name: Toy.Box/boxes
  apiVersions: ["2024-01-01"]
  kind: tracked
  offered: aml
  naming: {pattern: "[a-z]+", min: 3, max: 24, unique: global, takenCode: Taken, takenMessage: "{name} is taken"}
  defaults: {sku: {name: Small}, properties: {size: 3}}
  allowed: {sku.name: [Small, Large]}
  immutable: [properties.colour]
  create: {takes: 90s, style: location}
  delete: {takes: 1m, style: both, timeout: 5m}
  states: {creating: Provisioning}
  softDelete: {days: 7, type: Toy.Box/locations/deletedBoxes, idProperty: boxId}
  sources: [none]
- name: Toy.Box/boxes/blocks
  apiVersions: ["2024-01-01"]
  kind: proxy
- name: Toy.Shelf/shelves
  apiVersions: ["2024-01-01"]
  kind: proxy
`

func load(src string) (*Provider, error) {
	return Load("Toy.Box", fstest.MapFS{"types.yaml": {Data: []byte(src)}, "other.txt": {Data: []byte("no types")}})
}

func TestTypesAreReadFromTheirFiles(t *testing.T) {
	p, err := load(types)
	if err != nil {
		t.Fatal(err)
	}
	if p.Namespace != "Toy.Box" || len(p.Types) != 2 {
		t.Fatalf("got %d types of %s", len(p.Types), p.Namespace)
	}
	b := p.Type("toy.box/BOXES")
	if b == nil || p.Type("Toy.Box/cars") != nil {
		t.Fatal("types are not found by their names")
	}
	if b.Create.Takes != 90*time.Second || b.Create.Style != "location" || b.Delete.Timeout != 5*time.Minute || b.States.Creating != "Provisioning" ||
		b.SoftDelete.Days != 7 || b.SoftDelete.IDProperty != "boxId" || b.Naming.Max != 24 || b.Allowed["sku.name"][1] != "Large" || b.Offered != "aml" {
		t.Errorf("it is read as %+v", b)
	}
	if sku, _ := b.Defaults["sku"].(map[string]any); sku["name"] != "Small" {
		t.Errorf("its defaults are %v", b.Defaults)
	}
}

func TestWrongTypesAreRefused(t *testing.T) {
	const start = "- name: Toy.Box/boxes\n"
	for src, want := range map[string]string{
		start + "  kind: tracked":                                               "no apiVersions",
		start + "  apiVersions: [a]":                                            "must be tracked, proxy or extension",
		start + "  apiVersions: [a]\n  kind: odd":                               `its kind is "odd"`,
		start + "  apiVersions: [a]\n  kind: proxy\n  create: {takes: -1s}":     "an operation takes -1s",
		start + "  apiVersions: [a]\n  kind: proxy\n  delete: {takes: 100h}":    "an operation takes 100h",
		start + "  apiVersions: [a]\n  kind: proxy\n  update: {style: odd}":     `the style "odd"`,
		start + "  apiVersions: [a]\n  kind: proxy\n  naming: {pattern: \"[\"}": "the pattern of its names",
		start + "  apiVersions: [a]\n  kind: proxy\n  colour: red":              "colour",
		"no: list": "types.yaml",
	} {
		if _, err := load(src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngives %v, not %q", src, err, want)
		}
	}
}

func TestProgressEnds(t *testing.T) {
	for status, want := range map[string]bool{"InProgress": false, "Succeeded": true, "Failed": true, "Canceled": true} {
		if got := (Progress{Status: status}).Ended(); got != want {
			t.Errorf("%s: %v", status, got)
		}
	}
}
