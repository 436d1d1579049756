package identity_test

import (
	"fmt"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const identity = "Microsoft.ManagedIdentity/userAssignedIdentities/"

func TestAnIdentityKeepsWhoItIs(t *testing.T) {
	b := trial.New(t)
	first := b.Make(identity+"who", `{"location":"westeurope"}`)
	principal, client := object.Text(first, "properties.principalId"), object.Text(first, "properties.clientId")
	if len(principal) != 36 || len(client) != 36 || principal == client {
		t.Fatalf("principal %q, client %q", principal, client)
	}
	b.Is(first, "properties.tenantId", trial.Tenant)
	again := b.Make(identity+"who", `{"location":"westeurope","tags":{"a":"b"},"properties":{"principalId":"mine"}}`)
	b.Is(again, "properties.principalId", principal)
	b.Is(again, "properties.clientId", client)
}

func TestOthersShowWhoTheirIdentityIs(t *testing.T) {
	b := trial.New(t)
	who := b.Make(identity+"who", `{"location":"westeurope"}`)
	id := trial.ID(identity + "who")
	a := b.Make("Microsoft.Storage/storageAccounts/alpha", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"identity":{"type":"SystemAssigned,UserAssigned","userAssignedIdentities":{"`+id+`":{}}}}`)
	shown, _ := object.Inner(a, "identity.userAssignedIdentities")[id].(map[string]any)
	b.Is(shown, "clientId", object.Text(who, "properties.clientId"))
	if len(object.Text(a, "identity.principalId")) != 36 {
		t.Errorf("its own principal is %v", a["identity"])
	}
}

func TestCredentialsOfOtherIssuers(t *testing.T) {
	b := trial.New(t)
	b.Make(identity+"who", `{"location":"westeurope"}`)
	body := func(subject string) string {
		return `{"properties":{"issuer":"https://issuer","subject":"` + subject + `","audiences":["api://AzureADTokenExchange"]}}`
	}
	b.Make(identity+"who/federatedIdentityCredentials/cred-00", body("0"))
	b.Refuses("Conflict", identity+"who/federatedIdentityCredentials/same", body("0"))
	b.Refuses("InvalidParameter", identity+"who/federatedIdentityCredentials/less", `{"properties":{"issuer":"https://issuer"}}`)
	for i := 1; i < 20; i++ {
		b.Make(fmt.Sprintf("%swho/federatedIdentityCredentials/cred-%02d", identity, i), body(fmt.Sprint(i)))
	}
	b.Refuses("BadRequest", identity+"who/federatedIdentityCredentials/many", body("many"))
}
