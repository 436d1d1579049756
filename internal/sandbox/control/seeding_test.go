package control

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func TestAnEstateIsPutInAsItIs(t *testing.T) {
	s := open(t, state.New())
	const sub = "/subscriptions/22222222-2222-3333-4444-555555555555"
	body := func(src string) object.Object { return object.Must([]byte(src)) }
	if err := s.w.Store.Write(func(tx *state.Tx) error {
		return s.Seed(tx, start, []Seeded{
			{ID: sub + "/resourceGroups/new/providers/Toy.Box/boxes/sea/blocks/a", Type: "Toy.Box/boxes/blocks", Body: body(`{"properties":{"n":1}}`)},
			{ID: sub + "/resourceGroups/new/providers/toy.box/BOXES/sea", Type: "Toy.Box/boxes", Location: "North Europe", Body: body(`{"properties":{"serial":"kept","code":"hidden"},"identity":{"type":"SystemAssigned","principalId":"p"}}`)},
			{ID: sub + "/resourceGroups/new/providers/Strange.Thing/things/x", Type: "Strange.Thing/things", Location: "northeurope", Body: body(`{"sku":{"name":"S"}}`)},
			{ID: sub + "/resourceGroups/new/providers/Toy.Box/trains/t", Type: "Toy.Box/trains", Location: "northeurope", Body: body(`{"properties":{"provisioningState":"Failed"}}`)},
			{ID: sub + "/resourceGroups/tagged", Type: groupType, Location: "eastus", Body: body(`{"tags":{"a":"1"}}`)},
		})
	}); err != nil {
		t.Fatal(err)
	}
	r := s.do(200, "GET", sub+"/resourceGroups/new/providers/Toy.Box/boxes/sea", "")
	for path, want := range map[string]any{
		"id": sub + "/resourceGroups/new/providers/Toy.Box/boxes/sea", "location": "northeurope", "properties.serial": "s1", "identity.principalId": "p",
		"identity.tenantId": tenantID, "properties.code": nil, "sku.name": "Small", stateProperty: "Succeeded",
	} {
		if got := object.Get(r.body, path); got != want {
			t.Errorf("%s is %v, not %v", path, got, want)
		}
	}
	if got := s.do(200, "POST", sub+"/resourceGroups/new/providers/Toy.Box/boxes/sea/listKeys", ""); got.body["key"] != "k-sea" {
		t.Errorf("its key is %s", got.text)
	}
	if got := s.do(200, "GET", sub+"/resourceGroups/new/providers/Toy.Box/trains/t", ""); object.Text(got.body, stateProperty) != "Failed" {
		t.Errorf("the train is %s", got.text)
	}
	if got := s.walk(sub + "/resources"); got != "x sea t" {
		t.Errorf("the subscription has %s", got)
	}
	if got := s.walk(sub + "/resourceGroups"); got != "new tagged" {
		t.Errorf("its groups are %s", got)
	}
	if got := s.do(200, "GET", sub+"/resourceGroups/new", ""); got.body["location"] != "northeurope" {
		t.Errorf("the group is %s", got.text)
	}
	s.refused(409, "BoxNameTaken", "PUT", group+"/providers/Toy.Box/boxes/sea", `{"location":"westeurope","properties":{"colour":"red"}}`)
	err := s.w.Store.Write(func(tx *state.Tx) error {
		return s.Seed(tx, start, []Seeded{{ID: group + "/providers/Toy.Box/boxes/sea", Type: "Toy.Box/boxes", Location: "eastus"}})
	})
	if err == nil || !strings.Contains(err.Error(), group+"/providers/Toy.Box/boxes/sea: BoxNameTaken") {
		t.Errorf("a name twice: %v", err)
	}
}

func reqFor(id, body string) provider.Request {
	return provider.Request{ID: id, Body: object.Must([]byte(body))}
}

func TestTheEngineAnswersFromWithin(t *testing.T) {
	s := fill(t)
	s.w.Health = outage{"toy.box/boxes@westeurope": 2}
	s.do(201, "PUT", subPath+"/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01", `{"properties":{"level":"ReadOnly"}}`)
	if s.Type("TOY.BOX/boxes") == nil || s.Type("Toy.Box/cars") != nil || len(s.Types()) < 10 {
		t.Error("the types are not found")
	}
	_ = s.w.Store.Write(func(tx *state.Tx) error {
		for _, id := range []string{box, group, subPath + "/providers/" + definitionType + "/b24988ac-6180-42a0-ab88-20f7382dd24c"} {
			if b, err := s.Get(tx, start, id); err != nil || object.Text(b, "id") != id {
				t.Errorf("%s: %v, %v", id, b, err)
			}
		}
		if _, err := s.Get(tx, start, box+"x"); err == nil {
			t.Error("what is not there is given")
		}
		put := reqFor(box, `{"location":"westeurope","properties":{"colour":"x","serial":"set"}}`)
		put.Internal = true
		r, err := s.Put(tx, start, put)
		if err != nil || object.Text(r.Body, "properties.serial") != "set" {
			t.Errorf("a service cannot change its resource: %v, %v", r, err)
		}
		put.Internal = false
		if _, err := s.Put(tx, start, put); err == nil {
			t.Error("a caller can, in spite of the lock")
		}
		reply, err := s.Post(tx, start, reqFor(box, ""), "listKeys")
		if err == nil {
			t.Errorf("an action passes the lock: %v", reply)
		}
		act := reqFor(box, "")
		act.Internal = true
		if reply, err = s.Post(tx, start, act, "LISTKEYS"); err != nil || reply.Body.(object.Object)["key"] != "k-red" {
			t.Errorf("the keys are %v, %v", reply, err)
		}
		if !s.Taken(tx, s.Type("Toy.Box/boxes"), subID, "westeurope", "RED") || s.Taken(tx, s.Type("Toy.Box/boxes"), subID, "westeurope", "pink") || s.Taken(tx, s.Type("Toy.Box/trains"), subID, "", "fast") {
			t.Error("the names that are taken are others")
		}
		return nil
	})
}
