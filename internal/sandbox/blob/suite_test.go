package blob_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
)

// bench is a world with a blob service that listens.
type bench struct {
	*sandboxtest.World
	service *blob.Service
	http    *http.Client
	url     string // https://127.0.0.1:port
	id      string // of the account data
}

func start(t *testing.T) *bench { return startOn(t, sandboxtest.New(t), content.New(), blob.Options{}) }

func startOn(t *testing.T, w *sandboxtest.World, c *content.Store, o blob.Options) *bench {
	t.Helper()
	s, err := blob.New(w.World, c, o)
	if err != nil {
		t.Fatal(err)
	}
	server := w.Serve(s)
	w.At.Blob, w.At.Main = server.URL, server.URL
	b := &bench{World: w, service: s, http: server.Client(), url: server.URL}
	b.id = w.Account("data", "Standard_RAGRS", object.Object{"allowBlobPublicAccess": true, "accessTier": "Hot"})
	t.Cleanup(func() {
		server.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bench) options() azcore.ClientOptions {
	return azcore.ClientOptions{Transport: b.http, Retry: policy.RetryOptions{MaxRetries: -1}}
}

// client is one of the SDK, with the account's key.
func (b *bench) client(t *testing.T) *azblob.Client { return b.clientOf(t, "data") }

func (b *bench) clientOf(t *testing.T, account string) *azblob.Client {
	t.Helper()
	name, key := account, sandboxtest.Key
	if n := len(name) - len("-secondary"); n > 0 && name[n:] == "-secondary" {
		name = name[:n]
	}
	cred, err := azblob.NewSharedKeyCredential(name, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := azblob.NewClientWithSharedKeyCredential(b.url+"/"+account+"/", cred, &azblob.ClientOptions{ClientOptions: b.options()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func context1(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// want fails unless an error has a code of the service; "" is no error.
func want(t *testing.T, what string, err error, code bloberror.Code) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case code != "" && !bloberror.HasCode(err, code):
		t.Errorf("%s gives %v, want %s", what, err, code)
	}
}

func tokenRequest() policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{"https://storage.azure.com/.default"}}
}
