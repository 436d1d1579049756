package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob"
	"github.com/holdfast-ml/holdfast/internal/sandbox/containers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/files"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// lab is a sandbox whose clock only the test moves, with what people need to keep
// data in it.
type lab struct {
	*sandbox.Sandbox
	t      *testing.T
	client *azure.Client
	group  string
}

func newLab(t *testing.T, o sandbox.Options) *lab {
	t.Helper()
	o.Manual = true
	s, c := start(t, o)
	l := &lab{s, t, c, "/subscriptions/" + s.Connection.Subscription + "/resourceGroups/rg-data"}
	l.ask(http.MethodPut, l.group, "2022-09-01", `{"location": "westeurope"}`)
	return l
}

// send asks ARM or a vault, with a token for an audience, and gives the answer's
// status and body.
func (l *lab) send(method, url, audience, body string) (int, object.Object) {
	l.t.Helper()
	token, err := l.client.Credential().GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{audience + "/.default"}})
	if err != nil {
		l.t.Fatal(err)
	}
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token.Token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := l.client.HTTPClient().Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	var o object.Object
	if len(bytes.TrimSpace(raw)) > 0 {
		if o, err = object.Decode(raw); err != nil {
			l.t.Fatalf("%s %s answers %s", method, url, raw)
		}
	}
	return res.StatusCode, o
}

// ask sends a request to ARM that must succeed, and lets what it starts end.
func (l *lab) ask(method, path, version, body string) object.Object {
	l.t.Helper()
	status, o := l.send(method, l.Connection.Address+path+"?api-version="+version, l.Connection.Address, body)
	if status >= 400 {
		l.t.Fatalf("%s %s answers %d %v", method, path, status, o)
	}
	l.pass(time.Hour)
	return o
}

func (l *lab) pass(d time.Duration) {
	l.t.Helper()
	if _, err := l.Advance(d); err != nil {
		l.t.Fatal(err)
	}
}

const storageVersion = "2023-05-01"

// account makes a storage account and gives a client with its key.
func (l *lab) account(name, sku string) *azblob.Client {
	l.t.Helper()
	id := l.group + "/providers/Microsoft.Storage/storageAccounts/" + name
	l.ask(http.MethodPut, id, storageVersion, `{"location": "westeurope", "kind": "StorageV2", "sku": {"name": "`+sku+`"}, "properties": {"allowBlobPublicAccess": true}}`)
	keys := l.ask(http.MethodPost, id+"/listKeys", storageVersion, "")
	first, _ := object.List(keys, "keys")[0].(map[string]any)
	cred, err := azblob.NewSharedKeyCredential(name, object.Text(first, "value"))
	if err != nil {
		l.t.Fatal(err)
	}
	c, err := azblob.NewClientWithSharedKeyCredential(l.Connection.Blob+"/"+name+"/", cred, &azblob.ClientOptions{
		ClientOptions: azcore.ClientOptions{Transport: l.client.HTTPClient(), Retry: policy.RetryOptions{MaxRetries: -1}},
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

func (l *lab) upload(c *azblob.Client, box, name, text string) {
	l.t.Helper()
	if _, err := c.CreateContainer(context.Background(), box, nil); err != nil && !bloberror.HasCode(err, bloberror.ContainerAlreadyExists) {
		l.t.Fatal(err)
	}
	if _, err := c.UploadBuffer(context.Background(), box, name, []byte(text), nil); err != nil {
		l.t.Fatal(err)
	}
}

// names are the blobs of a container; "-" when it is not there.
func (l *lab) names(c *azblob.Client, box string) string {
	l.t.Helper()
	var out []string
	for pages := c.NewListBlobsFlatPager(box, nil); pages.More(); {
		page, err := pages.NextPage(context.Background())
		if bloberror.HasCode(err, bloberror.ContainerNotFound) {
			return "-"
		}
		if err != nil {
			l.t.Fatal(err)
		}
		for _, b := range page.Segment.BlobItems {
			out = append(out, *b.Name)
		}
	}
	return strings.Join(out, " ")
}

// owned is how many pieces of content somebody owns.
func (l *lab) owned() (n int) {
	_ = l.World.Store.Read(func(tx *state.Tx) error {
		for _, of := range []func(*state.Tx, func(string)){blob.Owned, files.Owned, containers.Owned} {
			of(tx, func(string) { n++ })
		}
		return nil
	})
	return n
}

func TestWhatARMDeletesIsEmptyWhenItIsMadeAgain(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	id := l.group + "/providers/Microsoft.Storage/storageAccounts/again"
	for what, remove := range map[string]func(){
		"the container": func() {
			l.ask(http.MethodDelete, id+"/blobServices/default/containers/box", storageVersion, "")
		},
		"the account": func() { l.ask(http.MethodDelete, id, storageVersion, "") },
		"the group": func() {
			l.ask(http.MethodDelete, l.group, "2022-09-01", "")
			l.ask(http.MethodPut, l.group, "2022-09-01", `{"location": "westeurope"}`)
		},
	} {
		c := l.account("again", "Standard_LRS")
		l.upload(c, "box", "model.bin", "weights")
		if got := l.names(c, "box"); got != "model.bin" {
			t.Fatalf("before: %q", got)
		}
		remove()
		if n := l.owned(); n != 0 {
			t.Errorf("%s is gone, but %d pieces of content are owned", what, n)
		}
		c = l.account("again", "Standard_LRS")
		if got := l.names(c, "box"); got != "-" {
			t.Errorf("%s was deleted, and its container holds %q", what, got)
		}
		l.upload(c, "box", "new", "x")
		if got := l.names(c, "box"); got != "new" {
			t.Errorf("%s was deleted and made again, and its container holds %q", what, got)
		}
		l.ask(http.MethodDelete, id, storageVersion, "")
	}
}

func TestAPurgedVaultForgetsItsSecrets(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	const version = "2023-07-01"
	id := l.group + "/providers/Microsoft.KeyVault/vaults/safe-again"
	body := `{"location": "westeurope", "properties": {"tenantId": "` + l.Connection.Tenant + `", "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": true}}`
	secret := l.Connection.Address + "/vaults/safe-again/secrets/word?api-version=7.4"
	read := func() (int, string) {
		status, o := l.send(http.MethodGet, secret, "https://vault.azure.net", "")
		return status, object.Text(o, "value")
	}
	l.ask(http.MethodPut, id, version, body)
	if status, o := l.send(http.MethodPut, secret, "https://vault.azure.net", `{"value": "first"}`); status != 200 {
		t.Fatalf("setting a secret answers %d %v", status, o)
	}
	l.ask(http.MethodDelete, id, version, "")
	l.ask(http.MethodPut, id, version, strings.Replace(body, `"properties": {`, `"properties": {"createMode": "recover", `, 1))
	if status, value := read(); status != 200 || value != "first" {
		t.Errorf("a recovered vault gives %d %q", status, value)
	}
	l.ask(http.MethodDelete, id, version, "")
	l.ask(http.MethodPost, "/subscriptions/"+l.Connection.Subscription+"/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/safe-again/purge", version, "")
	l.ask(http.MethodPut, id, version, body)
	if status, value := read(); status != 404 {
		t.Errorf("a vault that was purged and made again gives %d %q", status, value)
	}
}

func TestAFailoverByTheCustomerLosesWhatWasNotCopied(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	id := l.group + "/providers/Microsoft.Storage/storageAccounts/overthere"
	c := l.account("overthere", "Standard_RAGRS")
	l.upload(c, "box", "old", "x")
	l.pass(3 * time.Hour)
	l.ask(http.MethodPost, id+"/failover", storageVersion, "")
	if got := l.names(c, "box"); got != "old" {
		t.Errorf("after a failover it holds %q", got)
	}
	account := l.ask(http.MethodGet, id, storageVersion, "")
	if got := object.Text(account, "sku.name") + " " + object.Text(account, "properties.primaryLocation"); got != "Standard_LRS northeurope" {
		t.Errorf("after a failover it is %s", got)
	}

	id = strings.Replace(id, "overthere", "lateone", 1)
	c = l.account("lateone", "Standard_GRS")
	l.upload(c, "box", "old", "x")
	l.pass(3 * time.Hour)
	status, o := l.send(http.MethodPost, l.Connection.Address+id+"/failover?api-version="+storageVersion, l.Connection.Address, "")
	if status != http.StatusAccepted {
		t.Fatalf("the failover answers %d %v", status, o)
	}
	l.pass(43 * time.Minute) // its end is after 45
	l.upload(c, "box", "new", "x")
	l.pass(time.Hour)
	if got := l.names(c, "box"); got != "old" {
		t.Errorf("what was written two minutes before the failover's end is there: %q", got)
	}
	if n := l.owned(); n != 2 {
		t.Errorf("%d pieces are owned", n)
	}
}

// deploy deploys a body and gives its provisioning state, or the code of why it
// was refused.
func (l *lab) deploy(name, properties string) (state string, outputs object.Object) {
	l.t.Helper()
	path := l.group + "/providers/Microsoft.Resources/deployments/" + name
	status, o := l.send(http.MethodPut, l.Connection.Address+path+"?api-version=2022-09-01", l.Connection.Address, `{"properties": {"mode": "Incremental", `+properties+`}}`)
	if status >= 400 {
		return object.Text(o, "error.code") + ": " + object.Text(o, "error.message"), nil
	}
	l.pass(time.Hour)
	o = l.ask(http.MethodGet, path, "2022-09-01", "")
	return object.Text(o, "properties.provisioningState"), object.Inner(o, "properties.outputs")
}

const linkedTemplate = `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "parameters": {"word": {"type": "string"}}, "resources": [], "outputs": {"word": {"type": "string", "value": "[parameters('word')]"}}}`

func TestTemplatesAreReadFromTheSandboxesOwnBlobs(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	c := l.account("templates", "Standard_LRS")
	l.upload(c, "box", "main.json", linkedTemplate)
	l.upload(c, "box", "parameters.json", `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {"word": {"value": "linked"}}}`)
	signed := func(name string, life time.Duration) string {
		u, err := c.ServiceClient().NewContainerClient("box").NewBlobClient(name).GetSASURL(sas.BlobPermissions{Read: true}, time.Now().Add(life), nil)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	plain := l.Connection.Blob + "/templates/box/main.json"
	quoted := func(s string) string {
		b, _ := json.Marshal(s)
		return string(b)
	}
	link := func(template, parameters string) string {
		return fmt.Sprintf(`"templateLink": {"uri": %s}, "parametersLink": {"uri": %s}`, quoted(template), quoted(parameters))
	}
	main, parameters := signed("main.json", time.Hour), signed("parameters.json", time.Hour)
	got, outputs := l.deploy("linked", link(main, parameters))
	if got != "Succeeded" || object.Text(outputs, "word.value") != "linked" {
		t.Errorf("the deployment of a linked template: %s, %v", got, outputs)
	}
	for what, c := range map[string]struct{ address, want string }{
		"a private blob":          {plain, "NoAuthenticationInformation"},
		"a SAS that is over":      {signed("main.json", -time.Minute), "AuthenticationFailed"},
		"a SAS of another blob":   {strings.Replace(main, "main.json", "parameters.json", 1), "AuthenticationFailed"},
		"a blob that is missing":  {signed("none.json", time.Hour), "BlobNotFound"},
		"an account not there":    {l.Connection.Blob + "/nobody/box/main.json", "ResourceNotFound"},
		"a container":             {l.Connection.Blob + "/templates/box", "InvalidUri"},
		"somebody else's address": {"https://raw.githubusercontent.com/a/b/main.json", "reads nothing from the network but what it serves itself"},
	} {
		got, _ := l.deploy("refused", link(c.address, parameters))
		if !strings.HasPrefix(got, "InvalidContentLink: Unable to download deployment content from") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
		if strings.Contains(got, "sig=") {
			t.Errorf("%s: the refusal shows the signature: %s", what, got)
		}
	}
	if _, err := c.ServiceClient().NewContainerClient("box").SetAccessPolicy(context.Background(), &container.SetAccessPolicyOptions{Access: to.Ptr(container.PublicAccessTypeBlob)}); err != nil {
		t.Fatal(err)
	}
	if got, outputs := l.deploy("public", link(plain, l.Connection.Blob+"/templates/box/parameters.json")); got != "Succeeded" || object.Text(outputs, "word.value") != "linked" {
		t.Errorf("the deployment of a public template: %s, %v", got, outputs)
	}
}

func TestParametersNameSecretsByTheirVersion(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	id := l.group + "/providers/Microsoft.KeyVault/vaults/safe-words"
	l.ask(http.MethodPut, id, "2023-07-01", `{"location": "westeurope", "properties": {"tenantId": "`+l.Connection.Tenant+`", "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": true, "enabledForTemplateDeployment": true}}`)
	set := func(value string) (version string) {
		o := l.ask(http.MethodPut, id+"/secrets/word", "2023-07-01", `{"properties": {"value": "`+value+`"}}`)
		uri := object.Text(o, "properties.secretUriWithVersion")
		status, read := l.send(http.MethodGet, uri+"?api-version=7.4", "https://vault.azure.net", "")
		if status != 200 || object.Text(read, "value") != value {
			t.Errorf("the vault answers %d %v for %s", status, read, uri)
		}
		return uri[strings.LastIndexByte(uri, '/')+1:]
	}
	first := set("one")
	second := set("two")
	deploy := func(name, version string) string {
		if version != "" {
			version = `, "secretVersion": "` + version + `"`
		}
		got, outputs := l.deploy(name, `"template": `+linkedTemplate+`, "parameters": {"word": {"reference": {"keyVault": {"id": "`+id+`"}, "secretName": "word"`+version+`}}}`)
		if got != "Succeeded" {
			return got
		}
		return object.Text(outputs, "word.value")
	}
	for version, want := range map[string]string{first: "one", second: "two", "": "two"} {
		if got := deploy("secret", version); got != want {
			t.Errorf("the version %q is %s, want %s", version, got, want)
		}
	}
	if got := deploy("none", "0123456789abcdef0123456789abcdef"); !strings.HasPrefix(got, "KeyVaultParameterReferenceSecretRetrieveFailed") {
		t.Errorf("a version that is not there: %s", got)
	}
	l.ask(http.MethodPut, id+"/secrets/word", "2023-07-01", `{"properties": {"value": "three", "attributes": {"enabled": false}}}`)
	if got := deploy("disabled", ""); !strings.Contains(got, "disabled") {
		t.Errorf("a disabled secret: %s", got)
	}
	if got := deploy("older", first); got != "one" {
		t.Errorf("an older version that is not disabled: %s", got)
	}
}
