package deployment_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// bare is a service without anything outside.
func (b *box) bare() *deployment.Service { return deployment.New(b.w, b.plant, deployment.Outside{}) }

func bareRequest(template, parameters string) deployment.Request {
	return deployment.Request{
		Method: "PUT", Path: at + "/bare", Query: url.Values{"api-version": {"2022-09-01"}}, Body: []byte(sent(template, parameters)), Caller: world.Caller{ObjectID: "me"},
	}
}

// Whatever is sent, the answer is one, or a refusal that is the sender's fault, and what was accepted comes to an end.
func FuzzRequests(f *testing.F) {
	for _, seed := range []string{
		sent(quick, ""), sent(slow, ""), `{"properties": {"mode": "Incremental", template:` + quick + `}}`,
		sent(templ(`"parameters": {"p": {"type": "string"}}, "resources": [`+child("c", "", inner, quick)+`]`), `{"p": {"value": "x"}}`),
		sent(templ(`"resources": [`+child("c", "", "", quick)+`], "outputs": {"o": {"type": "object", "value": "[reference('c')]"}}`), ""),
		`{"location": "x", "properties": {"mode": "Incremental", "templateLink": {"relativePath": "../x"}, "parameters": []}}`, `[]`, `{"properties":`, ``,
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, body string, preview bool) {
		b := newBox(t)
		method, path := "PUT", at+"/main"
		if preview {
			method, path = "POST", path+"/whatIf"
		}
		err := b.w.Store.Write(func(tx *state.Tx) error {
			_, err := b.s.Answer(tx, noon, deployment.Request{
				Method: method, Path: path, Query: url.Values{"api-version": {"2022-09-01"}}, Body: []byte(body), Caller: world.Caller{ObjectID: "me"},
			})
			return err
		})
		var e *refusal.Error
		switch {
		case err == nil && !preview:
			b.pass(1 << 38)
			if state := b.get("main")["properties"].(map[string]any)["provisioningState"]; state != "Succeeded" && state != "Failed" {
				t.Errorf("it is %v", state)
			}
		case err != nil && (!errors.As(err, &e) || e.Status >= 500):
			t.Errorf("got %v", err)
		}
	})
}
