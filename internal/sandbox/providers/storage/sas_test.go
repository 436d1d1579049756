package storage_test

import (
	"encoding/base64"
	"net/url"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/grant"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

// TestSignaturesAreThoseOfTheDataPlane makes signatures by ARM and has them
// checked by what serves blobs.
func TestSignaturesAreThoseOfTheDataPlane(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", ""))
	secret := object.Must(b.Stored(account + "alpha").Secret)
	key := func(name string) [][]byte {
		k, err := base64.StdEncoding.DecodeString(object.Text(secret, name))
		if err != nil {
			t.Fatal(err)
		}
		return [][]byte{k}
	}
	const whole = `{"signedServices":"bf","signedResourceTypes":"sco","signedPermission":"rwl","signedExpiry":"2026-12-01T00:00:00Z","signedProtocol":"https","keyToSign":"key2"}`
	q, err := url.ParseQuery(object.Text(b.Done(account+"alpha", "ListAccountSas", whole), "accountSasToken"))
	if err != nil {
		t.Fatal(err)
	}
	s := grant.Parse(q)
	if s == nil || !s.IsAccount() || !s.SignedAccount("alpha", key("key2")) || s.SignedAccount("alpha", key("key1")) || s.SignedAccount("beta", key("key2")) {
		t.Errorf("the account SAS %v is not signed with the second key", q)
	}
	const one = `{"canonicalizedResource":"/blob/alpha/data","signedResource":"c","signedPermission":"r","signedExpiry":"2026-12-01T00:00:00Z","rsct":"text/plain"}`
	q, err = url.ParseQuery(object.Text(b.Done(account+"alpha", "ListServiceSas", one), "serviceSasToken"))
	if err != nil {
		t.Fatal(err)
	}
	s = grant.Parse(q)
	if s == nil || s.Resource != "c" || !s.SignedService("/blob/alpha/data", key("key1")) || s.SignedService("/blob/alpha/other", key("key1")) {
		t.Errorf("the service SAS %v is not signed with the first key", q)
	}
	for action, body := range map[string]string{
		"listAccountSas": `{"signedServices":"b","signedPermission":"r"}`,
		"listServiceSas": `{"signedResource":"c"}`,
	} {
		if _, err := b.Post(account+"alpha", action, body); trial.Code(err) != "InvalidValuesForRequestParameters" {
			t.Errorf("%s of %s: %v", action, body, err)
		}
	}
	if _, err := b.Post(account+"alpha", "listAccountSas", `{"signedServices":"b","signedResourceTypes":"c","signedPermission":"r","signedExpiry":"2026-12-01","keyToSign":"key9"}`); err == nil {
		t.Error("it signs with a key that is not there")
	}
}
