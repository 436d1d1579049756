package azure_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

const graph = "POST /providers/Microsoft.ResourceGraph/resources"

func TestQueriesFollowTheirPages(t *testing.T) {
	s := newService(t)
	s.turns(graph,
		answer(200, `{"totalRecords":3,"count":2,"resultTruncated":"true","data":[{"id":"a"},{"id":"b"}],"$skipToken":"t1"}`),
		answer(200, `{"totalRecords":3,"count":1,"resultTruncated":"false","data":[{"id":"c"}],"facets":[]}`))
	rows, err := azure.All(s.client().Query(t.Context(), "resources | order by id", []string{"s1"}))
	if err != nil || len(rows) != 3 || string(rows[2]) != `{"id":"c"}` {
		t.Errorf("%s, %v", rows, err)
	}
	for i, want := range []string{
		`{"subscriptions":["s1"],"query":"resources | order by id","options":{"$top":1000,"resultFormat":"objectArray"}}`,
		`{"subscriptions":["s1"],"query":"resources | order by id","options":{"$top":1000,"$skipToken":"t1","resultFormat":"objectArray"}}`,
	} {
		if s.bodies[i] != want {
			t.Errorf("asked %s, want %s", s.bodies[i], want)
		}
	}
}

func TestManySubscriptionsAreAskedForInBatches(t *testing.T) {
	for n, want := range map[int][]int{0: {0}, 1: {1}, 300: {300}, 301: {300, 1}, 750: {300, 300, 150}} {
		s := newService(t)
		s.say(graph, 200, `{"totalRecords":1,"count":1,"data":[{"id":"x"}]}`)
		var subscriptions []string
		for i := range n {
			subscriptions = append(subscriptions, fmt.Sprint(i))
		}
		rows, err := azure.All(s.client().Query(t.Context(), "resources", subscriptions))
		if err != nil || len(rows) != len(want) {
			t.Errorf("%d subscriptions: %d rows, %v", n, len(rows), err)
		}
		for i, size := range want {
			var asked struct{ Subscriptions []string }
			if err := json.Unmarshal([]byte(s.bodies[i]), &asked); err != nil || len(asked.Subscriptions) != size {
				t.Errorf("%d subscriptions: batch %d has %d", n, i, len(asked.Subscriptions))
			}
		}
	}
}

func TestAResultThatIsNotWholeIsAnError(t *testing.T) {
	for name, answers := range map[string][]http.HandlerFunc{
		"fewer rows than announced": {answer(200, `{"totalRecords":2,"count":1,"data":[{"id":1}]}`)},
		"more rows than announced":  {answer(200, `{"totalRecords":1,"count":2,"data":[{"id":1},{"id":2}]}`)},
		"a page shorter than it says": {answer(200, `{"totalRecords":2,"count":2,"data":[{"id":1}],"$skipToken":"t"}`),
			answer(200, `{"totalRecords":2,"count":1,"data":[{"id":2}]}`)},
		"cut off for good":                 {answer(200, `{"totalRecords":1,"count":1,"resultTruncated":"true","data":[{"id":1}]}`)},
		"no rows":                          {answer(200, `{"totalRecords":0,"count":0}`)},
		"no number":                        {answer(200, `{"count":0,"data":[]}`)},
		"a table, not objects":             {answer(200, `{"totalRecords":1,"count":1,"data":{"columns":[],"rows":[]}}`)},
		"the same page again":              {answer(200, `{"totalRecords":9,"count":1,"data":[{"id":1}],"$skipToken":"t"}`)},
		"an empty page in the middle":      {answer(200, `{"totalRecords":9,"count":0,"data":[],"$skipToken":"t"}`)},
		"too many subscriptions":           {answer(200, `{"totalRecords":0,"count":0,"data":[]}`, "x-ms-tenant-subscription-limit-hit", "true")},
		"rows that came or went meanwhile": {answer(200, `{"totalRecords":3,"count":2,"data":[{"id":1},{"id":2}],"$skipToken":"t"}`), answer(200, `{"totalRecords":2,"count":1,"data":[{"id":2}]}`)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.turns(graph, answers...)
			rows, err := azure.All(s.client().Query(t.Context(), "resources", nil))
			if !errors.Is(err, azure.ErrIncomplete) || rows != nil {
				t.Errorf("%d rows, %v", len(rows), err)
			}
		})
	}
}

func TestAQueryThatIsWrongSaysWhy(t *testing.T) {
	s := newService(t)
	s.say(graph, 400, `{"error":{"code":"BadRequest","message":"Please provide below info when asking for support","details":[{"code":"InvalidQuery","message":"Query is invalid. Please refer to the documentation"},{"code":"ParserFailure","message":"line 1"}]}}`)
	_, err := azure.All(s.client().Query(t.Context(), "resourcess", nil))
	if err == nil || !strings.Contains(err.Error(), "Query is invalid") {
		t.Error(err)
	}
}

func TestQueriesKeepToTheirLimit(t *testing.T) {
	s := newService(t)
	s.say(graph, 200, `{"totalRecords":0,"count":0,"data":[]}`)
	now := clock.NewFake(time.Unix(0, 0))
	c := s.client(func(o *azure.Options) { o.Clock = now })
	for range 31 {
		if _, err := azure.All(c.Query(t.Context(), "resources", nil)); err != nil {
			t.Fatal(err)
		}
	}
	if now.Slept() != 10*time.Second {
		t.Errorf("31 queries took %v, 15 are allowed in 5 s", now.Slept())
	}
}

func TestAQueryCanBeLeft(t *testing.T) {
	s := newService(t)
	s.say(graph, 200, `{"totalRecords":9,"count":2,"data":[{"id":1},{"id":2}],"$skipToken":"t"}`)
	for _, err := range s.client().Query(t.Context(), "resources", []string{"a"}) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}
