package blob_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/service"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// request sends a request without the SDK and gives status, error code and body.
func (b *bench) request(t *testing.T, method, url, payload string, header ...string) (int, string, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context1(t), method, url, strings.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("x-ms-error-code"), string(raw)
}

func filled(t *testing.T, b *bench) context.Context {
	ctx := context1(t)
	c := b.client(t)
	if _, err := c.CreateContainer(ctx, "box", nil); err != nil {
		t.Fatal(err)
	}
	upload(t, ctx, c, "box", "dir/x", "text")
	return ctx
}

func TestAWrongKeyIsRefused(t *testing.T) {
	b := start(t)
	ctx := context1(t)
	cred, _ := azblob.NewSharedKeyCredential("data", "d3Jvbmc=")
	c, err := azblob.NewClientWithSharedKeyCredential(b.url+"/data/", cred, &azblob.ClientOptions{ClientOptions: b.options()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateContainer(ctx, "box", nil)
	want(t, "a wrong key", err, bloberror.AuthenticationFailed)
	if strings.Contains(fmt.Sprint(err), "d3Jvbmc=") {
		t.Error("the answer tells the key")
	}
}

func TestWhoDoesNotSayWhoTheyAreIsChallenged(t *testing.T) {
	b := start(t)
	filled(t, b)
	r, _ := http.NewRequestWithContext(context1(t), http.MethodGet, b.url+"/data/box/dir/x", nil)
	res, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized || !strings.Contains(res.Header.Get("WWW-Authenticate"), "resource_id=https://storage.azure.com") {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("WWW-Authenticate"))
	}
}

func TestATokenIsLetIn(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	c, err := azblob.NewClient(b.url+"/data/", b.Credential(), &azblob.ClientOptions{ClientOptions: b.options()})
	if err != nil {
		t.Fatal(err)
	}
	if got := download(t, ctx, c, "box", "dir/x"); got != "text" {
		t.Errorf("it is %q", got)
	}
	for name, token := range map[string]string{"of no tenant": "Bearer nonsense", "of no scheme": "Digest x"} {
		if status, code, _ := b.request(t, "GET", b.url+"/data/box/dir/x", "", "Authorization", token); status != 401 && status != 403 {
			t.Errorf("a token %s: %d %s", name, status, code)
		}
	}
}

func TestKeysCanBeForbidden(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	signed, err := box(b.client(t), "box").GetSASURL(sas.ContainerPermissions{Read: true}, time.Now().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	b.Account("data", "Standard_LRS", object.Object{"allowSharedKeyAccess": false})
	_, err = b.client(t).DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "a key", err, "KeyBasedAuthenticationNotPermitted")
	c, _ := container.NewClientWithNoCredential(signed, &container.ClientOptions{ClientOptions: b.options()})
	_, err = c.NewBlobClient("dir/x").DownloadStream(ctx, nil)
	want(t, "a SAS of a key", err, "KeyBasedAuthenticationNotPermitted")
	tc, _ := azblob.NewClient(b.url+"/data/", b.Credential(), &azblob.ClientOptions{ClientOptions: b.options()})
	if got := download(t, ctx, tc, "box", "dir/x"); got != "text" {
		t.Errorf("with a token it is %q", got)
	}
}

func TestServiceSAS(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	x := box(b.client(t), "box")
	good := func(s string, err error) *container.Client {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		c, err := container.NewClientWithNoCredential(s, &container.ClientOptions{ClientOptions: b.options()})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	reading := good(x.GetSASURL(sas.ContainerPermissions{Read: true}, time.Now().Add(time.Hour), nil))
	_, err := reading.NewBlobClient("dir/x").DownloadStream(ctx, nil)
	want(t, "reading", err, "")
	_, err = reading.NewBlockBlobClient("y").Upload(ctx, &body{strings.NewReader("y")}, nil)
	want(t, "writing with a SAS for reading", err, "AuthorizationPermissionMismatch")
	_, err = reading.NewListBlobsFlatPager(nil).NextPage(ctx)
	want(t, "listing with a SAS for reading", err, "AuthorizationPermissionMismatch")

	creating := good(x.GetSASURL(sas.ContainerPermissions{Create: true, List: true}, time.Now().Add(time.Hour), nil))
	_, err = creating.NewBlockBlobClient("y").Upload(ctx, &body{strings.NewReader("y")}, nil)
	want(t, "creating", err, "")
	_, err = creating.NewBlockBlobClient("y").Upload(ctx, &body{strings.NewReader("y")}, nil)
	want(t, "replacing with a SAS for creating", err, "AuthorizationPermissionMismatch")
	_, err = creating.NewListBlobsFlatPager(nil).NextPage(ctx)
	want(t, "listing", err, "")

	past := good(x.GetSASURL(sas.ContainerPermissions{Read: true}, time.Now().Add(-time.Hour), &container.GetSASURLOptions{StartTime: to.Ptr(time.Now().Add(-2 * time.Hour))}))
	_, err = past.NewBlobClient("dir/x").DownloadStream(ctx, nil)
	want(t, "a SAS that has expired", err, bloberror.AuthenticationFailed)

	u, _ := x.GetSASURL(sas.ContainerPermissions{Read: true}, time.Now().Add(time.Hour), nil)
	forged := good(strings.Replace(u, "sp=r&", "sp=rw&", 1), nil)
	_, err = forged.NewBlobClient("dir/x").DownloadStream(ctx, nil)
	want(t, "a SAS that was changed", err, bloberror.AuthenticationFailed)

	u, err = x.NewBlobClient("dir/x").GetSASURL(sas.BlobPermissions{Read: true}, time.Now().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	if status, code, text := b.request(t, "GET", u, ""); status != 200 || text != "text" {
		t.Errorf("a SAS of a blob: %d %s %s", status, code, text)
	}
	if status, _, _ := b.request(t, "GET", strings.Replace(u, "dir%2Fx", "y", 1), ""); status != 403 {
		t.Errorf("a SAS of another blob: %d", status)
	}
}

func TestAccountSAS(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	u, err := b.client(t).ServiceClient().GetSASURL(sas.AccountResourceTypes{Container: true, Object: true}, sas.AccountPermissions{Read: true, List: true}, time.Now().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := azblob.NewClientWithNoCredential(u, &azblob.ClientOptions{ClientOptions: b.options()})
	if err != nil {
		t.Fatal(err)
	}
	if got := download(t, ctx, c, "box", "dir/x"); got != "text" {
		t.Errorf("it is %q", got)
	}
	_, err = c.NewListContainersPager(nil).NextPage(ctx)
	want(t, "a list of containers without the type of services", err, "AuthorizationResourceTypeMismatch")
	_, err = c.DeleteBlob(ctx, "box", "dir/x", nil)
	want(t, "deleting", err, "AuthorizationPermissionMismatch")
}

func TestUserDelegationSAS(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	s, err := service.NewClient(b.url+"/data/", b.Credential(), &service.ClientOptions{ClientOptions: b.options()})
	if err != nil {
		t.Fatal(err)
	}
	from, until := time.Now().UTC().Add(-time.Minute), time.Now().UTC().Add(time.Hour)
	key, err := s.GetUserDelegationCredential(ctx, service.KeyInfo{Start: to.Ptr(from.Format(sas.TimeFormat)), Expiry: to.Ptr(until.Format(sas.TimeFormat))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	q, err := sas.BlobSignatureValues{Protocol: sas.ProtocolHTTPS, StartTime: from, ExpiryTime: until, Permissions: "r", ContainerName: "box"}.SignWithUserDelegation(key)
	if err != nil {
		t.Fatal(err)
	}
	if status, code, text := b.request(t, "GET", b.url+"/data/box/dir/x?"+q.Encode(), ""); status != 200 || text != "text" {
		t.Errorf("%d %s %s", status, code, text)
	}
	if status, _, _ := b.request(t, "GET", b.url+"/data/box/dir/x?"+strings.Replace(q.Encode(), "skoid=b", "skoid=c", 1), ""); status != 403 {
		t.Errorf("of somebody else: %d", status)
	}
	_, err = b.client(t).ServiceClient().GetUserDelegationCredential(ctx, service.KeyInfo{Start: to.Ptr(from.Format(sas.TimeFormat)), Expiry: to.Ptr(until.Format(sas.TimeFormat))}, nil)
	if err == nil {
		t.Error("a key gets a user delegation key")
	}
}

func TestStoredAccessPolicies(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	x := box(b.client(t), "box")
	_, err := x.SetAccessPolicy(ctx, &container.SetAccessPolicyOptions{ContainerACL: []*container.SignedIdentifier{{
		ID: to.Ptr("readers"), AccessPolicy: &container.AccessPolicy{Start: to.Ptr(time.Now().Add(-time.Hour)), Expiry: to.Ptr(time.Now().Add(time.Hour)), Permission: to.Ptr("r")},
	}}})
	want(t, "setting a policy", err, "")
	p, err := x.GetAccessPolicy(ctx, nil)
	if err != nil || len(p.SignedIdentifiers) != 1 || *p.SignedIdentifiers[0].AccessPolicy.Permission != "r" {
		t.Fatalf("the policies are %+v, %v", p.SignedIdentifiers, err)
	}
	cred, _ := azblob.NewSharedKeyCredential("data", key())
	q, err := sas.BlobSignatureValues{ContainerName: "box", Identifier: "readers"}.SignWithSharedKey(cred)
	if err != nil {
		t.Fatal(err)
	}
	if status, code, text := b.request(t, "GET", b.url+"/data/box/dir/x?"+q.Encode(), ""); status != 200 {
		t.Errorf("with the policy: %d %s %s", status, code, text)
	}
	_, err = x.SetAccessPolicy(ctx, nil)
	want(t, "taking the policy away", err, "")
	if status, _, _ := b.request(t, "GET", b.url+"/data/box/dir/x?"+q.Encode(), ""); status != 403 {
		t.Errorf("without the policy: %d", status)
	}
}

func TestPublicContainers(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	x := box(b.client(t), "box")
	for _, c := range []struct {
		access     *container.PublicAccessType
		read, list int
	}{{nil, 401, 401}, {to.Ptr(container.PublicAccessTypeBlob), 200, 401}, {to.Ptr(container.PublicAccessTypeContainer), 200, 200}} {
		_, err := x.SetAccessPolicy(ctx, &container.SetAccessPolicyOptions{Access: c.access})
		want(t, "setting the access", err, "")
		if status, _, _ := b.request(t, "GET", b.url+"/data/box/dir/x", ""); status != c.read {
			t.Errorf("reading with %v: %d", c.access, status)
		}
		if status, _, _ := b.request(t, "GET", b.url+"/data/box?restype=container&comp=list", ""); status != c.list {
			t.Errorf("listing with %v: %d", c.access, status)
		}
		if status, _, _ := b.request(t, "DELETE", b.url+"/data/box/dir/x", ""); status != 401 {
			t.Errorf("deleting with %v: %d", c.access, status)
		}
	}
	b.Account("data", "Standard_LRS", object.Object{"allowBlobPublicAccess": false})
	if status, code, _ := b.request(t, "GET", b.url+"/data/box/dir/x", ""); status != 409 || code != "PublicAccessNotPermitted" {
		t.Errorf("with an account that forbids it: %d %s", status, code)
	}
}
