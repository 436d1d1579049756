package catalog

import (
	"strings"
	"testing"
)

const shelfCalls = `
- id: shelf-brace
  title: Brace the shelf
  services: [shelf]
  when: "!braced"
  set: [{setting: braced, value: true}]
  change: {kind: conversion}
  calls:
    - method: POST
      path: /brace
      body: {properties: {with: "{name}-{location}"}}
      follow: /bracings/default
      state: properties.how
      done: [Dry]
      failed: [Fell]
    - {pause: PT72H, method: PATCH, body: {properties: {loaded: true}}}
  downtime: none
  noPrice: nobody sells braces
  undo: glue stays
  sources: [book]
`

func TestCallsAreRead(t *testing.T) {
	c, err := Parse(shelfFiles(map[string]string{"remedies/shelf.yaml": shelfCalls}), "x")
	if err != nil {
		t.Fatal(err)
	}
	rem := c.Remedy("shelf-brace")
	if rem.Undo != "glue stays" || rem.ByHand != "" || len(rem.Calls) != 2 {
		t.Fatalf("%+v", rem)
	}
	first, second := rem.Calls[0], rem.Calls[1]
	body := string(Place{Name: "a", Location: "b"}.Value(first.Body, 0).AppendJSON(nil))
	if first.Method != "POST" || first.Path != "/brace" || body != `{"properties":{"with":"a-b"}}` || first.Follow != "/bracings/default" || first.State != "properties.how" || first.Done[0] != "Dry" || first.Failed[0] != "Fell" {
		t.Errorf("%+v", first)
	}
	if second.Pause.Seconds != 72*3600 || second.Path != "" || second.Follow != "" {
		t.Errorf("%+v", second)
	}
}

func TestWrongCallsAreTold(t *testing.T) {
	for from, want := range map[string][2]string{
		"method: POST":                              {"method: DELETE", "method cannot be"},
		"path: /brace":                              {"path: brace", "no path below a resource"},
		"/bracings/default":                         {"/bracings?api-version=1", "no path below a resource"},
		"      state: properties.how\n":             {"", "not said when what is followed is done"},
		"      done: [Dry]\n":                       {"", "not said when what is followed is done"},
		"      follow: /bracings/default\n":         {"", "states are for what is followed"},
		"{name}-{location}":                         {"{nome}", `nothing is known that {nome}`},
		"    - method: POST":                        {"    - pause: PT1H\n      method: POST", "no call before the first"},
		"  undo: glue stays":                        {"  byHand: it is heavy", "needs no calls"},
		"  set: [{setting: braced, value: true}]\n": {"  by: [shelf-brace]\n", "nothing that the calls bring about"},
		"setting: braced, value: true":              {`path: properties.of, value: "{whose}"`, "{whose}"},
	} {
		text := strings.Replace(shelfCalls, from, want[0], 1)
		if text == shelfCalls {
			t.Fatalf("the fixture has no %q", from)
		}
		_, err := Parse(shelfFiles(map[string]string{"remedies/shelf.yaml": text}), "x")
		if err == nil || !strings.Contains(err.Error(), want[1]) || !strings.Contains(err.Error(), "remedies/shelf.yaml:") {
			t.Errorf("%q: %v, want %q with its place", from, err, want[1])
		}
	}
}
