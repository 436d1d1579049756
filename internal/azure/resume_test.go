package azure_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

func TestAnOperationCanBeTakenUpBetweenAnyTwoLooks(t *testing.T) {
	for _, tc := range []struct{ method, follow string }{{"PUT", "Azure-AsyncOperation"}, {"PUT", "Location"}, {"POST", "Location"}, {"PUT", ""}} {
		t.Run(tc.method+" "+tc.follow, func(t *testing.T) {
			s := newService(t)
			if tc.follow != "" {
				s.say(tc.method+" "+ws, 202, ``, tc.follow, s.URL+statusPath)
			} else {
				s.say(tc.method+" "+ws, 201, state("Creating"))
			}
			s.turns("GET "+statusPath, answer(202, ``), answer(202, ``), answer(200, `{"status":"Succeeded"}`))
			s.turns("GET "+ws, answer(200, state("Creating")), answer(200, state("Succeeded")))
			op, err := begin(t.Context(), s.client(), tc.method)
			if err != nil {
				t.Fatal(err)
			}
			for looks := 0; ; looks++ {
				if looks > 10 {
					t.Fatal("does not end")
				}
				text, err := op.Token()
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(text, canary) {
					t.Error("the token of the login is in the saved operation")
				}
				if op, err = s.client().Resume(text); err != nil {
					t.Fatal(err)
				}
				done, err := op.Poll(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if done {
					break
				}
			}
			if op.Status() != "Succeeded" || op.Response() == nil || op.Path() != ws {
				t.Errorf("%s, %v", op.Status(), op.Response())
			}
			// One that has ended can be taken up too, and gives its result again.
			text, err := op.Token()
			if err != nil {
				t.Fatal(err)
			}
			again, err := s.client().Resume(text)
			if err != nil {
				t.Fatal(err)
			}
			if resp, err := again.Wait(t.Context(), nil); err != nil || tc.method == "PUT" && string(resp.Body) != state("Succeeded") {
				t.Errorf("%v, %v", resp, err)
			}
		})
	}
}

func TestAFailedOperationIsStillFailedWhenTakenUp(t *testing.T) {
	s := newService(t)
	s.say("POST "+ws, 202, ``, "Azure-AsyncOperation", s.URL+statusPath)
	s.say("GET "+statusPath, 200, `{"status":"Failed","error":{"code":"OutOfLuck","message":"none left"}}`)
	op, err := begin(t.Context(), s.client(), "POST")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context(), nil); !errors.Is(err, azure.ErrFailed) {
		t.Fatal(err)
	}
	text, err := op.Token()
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.client().Resume(text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = again.Wait(t.Context(), nil)
	if e := new(azure.Error); !errors.Is(err, azure.ErrFailed) || !errors.As(err, &e) || e.Code != "OutOfLuck" || e.Message != "none left" {
		t.Error(err)
	}
}

func TestWhatIsNoSavedOperationIsNotTakenUp(t *testing.T) {
	s := newService(t)
	c := s.client()
	good := `"method":"PUT","url":"` + s.URL + ws + `","way":"resource","began":"2026-11-23T12:00:00Z"`
	if _, err := c.Resume(`{"v":1,` + good + `}`); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		``, `{}`, `[]`, `{"v":2,` + good + `}`,
		`{"v":1,"method":"GET","url":"` + s.URL + ws + `","way":"resource"}`,
		`{"v":1,"method":"PUT","url":"` + s.URL + ws + `"}`,
		`{"v":1,"method":"PUT","url":"` + s.URL + ws + `","way":"status"}`,
		`{"v":1,"method":"PUT","url":"","way":"resource"}`,
		`{"v":1,"method":"PUT","url":"https://elsewhere.example/x","way":"resource"}`,
		`{"v":1,"method":"PUT","url":"` + s.URL + ws + `","way":"status","poll":"https://elsewhere.example/x"}`,
		`{"v":1,"method":"PUT","url":"` + s.URL + ws + `","way":"status","poll":":"}`,
	} {
		if _, err := c.Resume(text); err == nil {
			t.Errorf("took up %s", text)
		}
	}
}
