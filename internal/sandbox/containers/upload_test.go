package containers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestChunksAndBrokenUploads(t *testing.T) {
	b := start(t)
	begin := func() string {
		res, _ := b.ask(t, "POST", "/v2/r/blobs/uploads/", nil)
		if res.StatusCode != http.StatusAccepted {
			t.Fatalf("beginning gives %d", res.StatusCode)
		}
		return res.Header.Get("Location")
	}
	const digest = "sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9" // of "hello world"
	at := begin()
	for i, chunk := range []string{"hello ", "world"} {
		res, text := b.ask(t, "PATCH", at, []byte(chunk), "Content-Range", fmt.Sprintf("%d-%d", i*6, i*6+len(chunk)-1))
		if res.StatusCode != http.StatusAccepted {
			t.Fatalf("a chunk gives %d %s", res.StatusCode, text)
		}
	}
	if res, _ := b.ask(t, "PATCH", at, []byte("x"), "Content-Range", "3-3"); res.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a chunk in the wrong place gives %d", res.StatusCode)
	}
	if res, _ := b.ask(t, "GET", at, nil); res.Header.Get("Range") != "0-10" {
		t.Errorf("the upload is at %s", res.Header.Get("Range"))
	}
	if res, _ := b.ask(t, "PUT", at+"?digest="+digest, nil); res.StatusCode != http.StatusCreated {
		t.Errorf("ending gives %d", res.StatusCode)
	}
	if _, text := b.ask(t, "GET", "/v2/r/blobs/"+digest, nil); text != "hello world" {
		t.Errorf("it is %q", text)
	}
	if res, text := b.ask(t, "GET", "/v2/r/blobs/"+digest, nil, "Range", "bytes=6-"); res.StatusCode != http.StatusPartialContent || text != "world" {
		t.Errorf("a range is %d %q", res.StatusCode, text)
	}
	if res, _ := b.ask(t, "POST", "/v2/other/blobs/uploads/?mount="+digest+"&from=r", nil); res.StatusCode != http.StatusCreated {
		t.Errorf("a mount gives %d", res.StatusCode)
	}
	if res, _ := b.ask(t, "POST", "/v2/other/blobs/uploads/?digest="+digest, []byte("hello world")); res.StatusCode != http.StatusCreated {
		t.Errorf("an upload in one request gives %d", res.StatusCode)
	}
	if n := b.content.Len(); n != 1 {
		t.Errorf("%d pieces are kept of one blob", n)
	}
	at = begin()
	if res, text := b.ask(t, "PUT", at+"?digest="+digest, []byte("something else")); res.StatusCode != http.StatusBadRequest || !strings.Contains(text, "DIGEST_INVALID") {
		t.Errorf("a wrong digest gives %d %s", res.StatusCode, text)
	}
	if res, _ := b.ask(t, "GET", at, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("the broken upload is still there: %d", res.StatusCode)
	}
	at = begin()
	_, _ = b.ask(t, "PATCH", at, []byte("given up"))
	if res, _ := b.ask(t, "DELETE", at, nil); res.StatusCode != http.StatusNoContent {
		t.Errorf("giving up gives %d", res.StatusCode)
	}
	if res, _ := b.ask(t, "DELETE", "/v2/r/blobs/"+digest, nil); res.StatusCode != http.StatusAccepted {
		t.Errorf("deleting gives %d", res.StatusCode)
	}
	if n := b.content.Len(); n != 0 {
		t.Errorf("%d pieces are left", n)
	}
}

func TestUploadsThatAreLeftAloneAreBounded(t *testing.T) {
	b := start(t)
	for range 300 {
		res, _ := b.ask(t, "POST", "/v2/r/blobs/uploads/", nil)
		_, _ = b.ask(t, "PATCH", res.Header.Get("Location"), []byte("x"))
	}
	if n := b.content.Len(); n > 256 {
		t.Errorf("%d uploads are kept", n)
	}
}

func TestManifestsThatAreRefused(t *testing.T) {
	b := start(t)
	const media = "application/vnd.oci.image.manifest.v1+json"
	for name, c := range map[string]struct{ path, body, typ, code string }{
		"no JSON":          {"/v2/r/manifests/v1", "x", media, "MANIFEST_INVALID"},
		"an old schema":    {"/v2/r/manifests/v1", `{"schemaVersion":1}`, media, "MANIFEST_INVALID"},
		"no type":          {"/v2/r/manifests/v1", `{"schemaVersion":2}`, "", "MANIFEST_INVALID"},
		"another type":     {"/v2/r/manifests/v1", `{"schemaVersion":2,"mediaType":"a/b"}`, media, "MANIFEST_INVALID"},
		"a missing layer":  {"/v2/r/manifests/v1", `{"schemaVersion":2,"layers":[{"digest":"sha256:x"}]}`, media, "MANIFEST_BLOB_UNKNOWN"},
		"a missing image":  {"/v2/r/manifests/v1", `{"schemaVersion":2,"manifests":[{"digest":"sha256:x"}]}`, media, "MANIFEST_UNKNOWN"},
		"another's digest": {"/v2/r/manifests/sha256:" + strings.Repeat("0", 64), `{"schemaVersion":2}`, media, "DIGEST_INVALID"},
		"a bad tag":        {"/v2/r/manifests/-", `{"schemaVersion":2}`, media, "TAG_INVALID"},
		"a bad name":       {"/v2/R/manifests/v1", `{"schemaVersion":2}`, media, "NAME_INVALID"},
	} {
		if res, text := b.ask(t, "PUT", c.path, []byte(c.body), "Content-Type", c.typ); res.StatusCode < 400 || !strings.Contains(text, `"`+c.code+`"`) {
			t.Errorf("%s: %d %s", name, res.StatusCode, text)
		}
	}
}
