package blob_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/appendblob"
	sdk "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/service"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func TestTheServicePassesTheConformanceSuite(t *testing.T) {
	c := content.New()
	b := startOn(t, sandboxtest.New(t), c, blob.Options{})
	conformance(t, b.client(t))
	if n := c.Len(); n != 0 {
		t.Errorf("%d pieces are left of what was deleted", n)
	}
}

func TestTheServicePassesTheConformanceSuiteInAFolder(t *testing.T) {
	dir := t.TempDir()
	s, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := content.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	b := startOn(t, sandboxtest.On(t, s), c, blob.Options{})
	conformance(t, b.client(t))
}

func TestARestartKeepsBlobs(t *testing.T) {
	dir := t.TempDir()
	s, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := content.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	b := startOn(t, sandboxtest.On(t, s), c, blob.Options{})
	ctx := filled(t, b)
	stage(t, ctx, box(b.client(t), "box").NewBlockBlobClient("y"), 1, "staged")
	if _, _, err := c.Put(strings.NewReader("nobody's")); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = state.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if c, err = content.Open(filepath.Join(dir, "blobs")); err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	_ = s.Read(func(tx *state.Tx) error { blob.Owned(tx, func(id string) { own[id] = true }); return nil })
	c.Sweep(func(id string) bool { return own[id] })
	if n, _ := os.ReadDir(filepath.Join(dir, "blobs")); len(n) != 2 {
		t.Errorf("the folder has %d files", len(n))
	}
	b = startOn(t, sandboxtest.On(t, s), c, blob.Options{})
	if got := download(t, ctx, b.client(t), "box", "dir/x"); got != "text" {
		t.Errorf("it is %q", got)
	}
	_, err = box(b.client(t), "box").NewBlockBlobClient("y").CommitBlockList(ctx, []string{blockID(1)}, nil)
	want(t, "committing a block of before", err, "")
}

func TestDeletedBlobsCanBeRecoveredWhereTheAccountSaysSo(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	c := b.client(t)
	_, err := c.ServiceClient().SetProperties(ctx, &service.SetPropertiesOptions{DeleteRetentionPolicy: &service.RetentionPolicy{Enabled: to.Ptr(true), Days: to.Ptr(int32(7))}})
	want(t, "turning it on", err, "")
	p, err := c.ServiceClient().GetProperties(ctx, nil)
	if err != nil || !*p.DeleteRetentionPolicy.Enabled || *p.DeleteRetentionPolicy.Days != 7 {
		t.Errorf("the properties are %+v, %v", p.DeleteRetentionPolicy, err)
	}
	x := box(c, "box").NewBlobClient("dir/x")
	_, err = x.Delete(ctx, nil)
	want(t, "deleting", err, "")
	_, err = x.GetProperties(ctx, nil)
	want(t, "reading what is deleted", err, bloberror.BlobNotFound)
	page, err := c.NewListBlobsFlatPager("box", &azblob.ListBlobsFlatOptions{Include: container.ListBlobsInclude{Deleted: true}}).NextPage(ctx)
	if err != nil || len(page.Segment.BlobItems) != 1 || !*page.Segment.BlobItems[0].Deleted || *page.Segment.BlobItems[0].Properties.RemainingRetentionDays != 7 {
		t.Errorf("the list has %+v, %v", page.Segment.BlobItems, err)
	}
	_, err = x.Undelete(ctx, nil)
	want(t, "recovering", err, "")
	if got := download(t, ctx, c, "box", "dir/x"); got != "text" {
		t.Errorf("it is %q", got)
	}
	_, err = x.Delete(ctx, nil)
	want(t, "deleting again", err, "")
	b.Clock.Advance(8 * 24 * time.Hour)
	_, err = x.Undelete(ctx, nil)
	want(t, "recovering too late", err, bloberror.BlobNotFound)
}

func TestCopiesBetweenAccountsTakeTime(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	b.Account("other", "Standard_LRS", nil)
	o := b.clientOf(t, "other")
	_, err := o.CreateContainer(ctx, "box", nil)
	want(t, "a container", err, "")
	_, err = box(o, "box").NewBlobClient("copy").StartCopyFromURL(ctx, b.url+"/data/box/dir/x", nil)
	want(t, "copying what one may not read", err, "CannotVerifyCopySource")
	source, err := box(b.client(t), "box").NewBlobClient("dir/x").GetSASURL(sas.BlobPermissions{Read: true}, time.Now().Add(time.Hour), nil)
	want(t, "signing", err, "")
	to1 := box(o, "box").NewBlobClient("copy")
	started, err := to1.StartCopyFromURL(ctx, source, nil)
	if err != nil || *started.CopyStatus != sdk.CopyStatusTypePending {
		t.Fatalf("it begins as %v, %v", started.CopyStatus, err)
	}
	b.Clock.Advance(10 * time.Second)
	p, err := to1.GetProperties(ctx, nil)
	if err != nil || *p.CopyStatus != sdk.CopyStatusTypeSuccess || *p.CopyProgress != "4/4" || *p.CopySource != b.url+"/data/box/dir%2Fx" {
		t.Errorf("it is %v, from %v, %v", *p.CopyStatus, *p.CopySource, err)
	}
	if got := download(t, ctx, o, "box", "copy"); got != "text" {
		t.Errorf("the copy is %q", got)
	}
	started, err = to1.StartCopyFromURL(ctx, source, nil)
	want(t, "copying again", err, "")
	_, err = to1.AbortCopyFromURL(ctx, *started.CopyID, nil)
	want(t, "aborting", err, "")
	_, err = to1.AbortCopyFromURL(ctx, *started.CopyID, nil)
	want(t, "aborting twice", err, bloberror.NoPendingCopyOperation)
	b.Clock.Advance(10 * time.Second)
	if p, err = to1.GetProperties(ctx, nil); err != nil || *p.CopyStatus != sdk.CopyStatusTypeAborted || *p.ContentLength != 0 {
		t.Errorf("an aborted copy is %v, %v", *p.CopyStatus, err)
	}
	_, err = to1.StartCopyFromURL(ctx, "https://elsewhere.example.org/x", nil)
	want(t, "copying from elsewhere", err, "CannotVerifyCopySource")
}

func TestBlobsFromURLs(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	x := box(b.client(t), "box")
	source, err := x.NewBlobClient("dir/x").GetSASURL(sas.BlobPermissions{Read: true}, time.Now().Add(time.Hour), nil)
	want(t, "signing", err, "")
	_, err = x.NewBlockBlobClient("whole").UploadBlobFromURL(ctx, source, nil)
	want(t, "a whole blob", err, "")
	parts := x.NewBlockBlobClient("parts")
	_, err = parts.StageBlockFromURL(ctx, blockID(1), source, &blockblob.StageBlockFromURLOptions{Range: sdk.HTTPRange{Offset: 1, Count: 2}})
	want(t, "a block", err, "")
	_, err = parts.CommitBlockList(ctx, []string{blockID(1)}, nil)
	want(t, "committing", err, "")
	log := x.NewAppendBlobClient("log")
	_, err = log.Create(ctx, nil)
	want(t, "an append blob", err, "")
	_, err = log.AppendBlockFromURL(ctx, source, &appendblob.AppendBlockFromURLOptions{Range: sdk.HTTPRange{Count: 3}})
	want(t, "an append", err, "")
	for name, want := range map[string]string{"whole": "text", "parts": "ex", "log": "tex"} {
		if got := download(t, ctx, b.client(t), "box", name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestWhatTheSandboxItselfWrites(t *testing.T) {
	b := start(t)
	ctx := context1(t)
	b.Write(func(tx *state.Tx) error {
		now := b.Clock.Now()
		if err := b.service.EnsureContainer(tx, b.id, "logs", now); err != nil {
			return err
		}
		if err := b.service.EnsureContainer(tx, b.id, "logs", now); err != nil {
			return err
		}
		if err := b.service.WriteIn(tx, b.id, "logs", "a.txt", "one", "text/plain"); err != nil {
			return err
		}
		if err := b.service.WriteIn(tx, b.id, "logs", "a.txt", "two", "text/plain"); err != nil {
			return err
		}
		for i := range 200 {
			if err := b.service.AppendIn(tx, b.id, "logs", "log.txt", fmt.Sprintf("line %d\n", i)); err != nil {
				return err
			}
		}
		if err := b.service.WriteIn(tx, b.id, "none", "a", "x", ""); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("a container that is not there: %v", err)
		}
		return nil
	})
	if err := b.service.Write(b.id, "logs", "b.bin", strings.NewReader("streamed"), "application/x"); err != nil {
		t.Fatal(err)
	}
	c := b.client(t)
	for name, want := range map[string]string{"a.txt": "two", "b.bin": "streamed"} {
		if got := download(t, ctx, c, "logs", name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if got := download(t, ctx, c, "logs", "log.txt"); !strings.HasPrefix(got, "line 0\nline 1\n") || !strings.HasSuffix(got, "line 199\n") || strings.Count(got, "\n") != 200 {
		t.Errorf("the log is %q", got)
	}
	_ = b.Store.Read(func(tx *state.Tx) error {
		if raw, err := b.service.Read(tx, b.id, "logs", "a.txt", 2); err != nil || string(raw) != "tw" {
			t.Errorf("reading gives %q, %v", raw, err)
		}
		if _, err := b.service.Read(tx, b.id, "logs", "no", 2); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("reading what is not there gives %v", err)
		}
		var names []string
		b.service.List(tx, b.id, "logs", "", func(name string, size int64) bool {
			names = append(names, fmt.Sprint(name, " ", size))
			return len(names) < 2
		})
		if got := strings.Join(names, ", "); got != "a.txt 3, b.bin 8" {
			t.Errorf("the list is %s", got)
		}
		return nil
	})
}

func TestForget(t *testing.T) {
	c := content.New()
	b := startOn(t, sandboxtest.New(t), c, blob.Options{})
	ctx := filled(t, b)
	stage(t, ctx, box(b.client(t), "box").NewBlockBlobClient("y"), 1, "staged")
	b.Write(func(tx *state.Tx) error { return blob.Forget(tx, b.id) })
	_, err := b.client(t).DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "what was forgotten", err, bloberror.BlobNotFound)
	upload(t, ctx, b.client(t), "box", "z", "z") // whoever writes next takes the garbage away
	if n := c.Len(); n != 1 {
		t.Errorf("%d pieces are kept", n)
	}
}

func TestAccountInformation(t *testing.T) {
	b := start(t)
	i, err := b.client(t).ServiceClient().GetAccountInfo(context1(t), nil)
	if err != nil || string(*i.SKUName) != "Standard_RAGRS" || string(*i.AccountKind) != "StorageV2" {
		t.Errorf("it is %v, %v", i, err)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	b := start(t)
	filled(t, b)
	b.Account("data", "Standard_LRS", object.Object{"allowBlobPublicAccess": true})
	token, err := b.Credential().GetToken(context1(t), tokenRequest())
	if err != nil {
		t.Fatal(err)
	}
	bearer := "Bearer " + token.Token
	id := base64.StdEncoding.EncodeToString([]byte("1"))
	for what, c := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		code               string
	}{
		"no such account":           {"GET", "/none/box/x", "", nil, 404, "ResourceNotFound"},
		"no such version":           {"GET", "/data/box/x", "", []string{"x-ms-version", "latest"}, 400, "InvalidHeaderValue"},
		"a page blob":               {"PUT", "/data/box/x", "", []string{"x-ms-blob-type", "PageBlob"}, 501, "NotImplemented"},
		"no type":                   {"PUT", "/data/box/x", "x", nil, 400, "MissingRequiredHeader"},
		"a snapshot":                {"PUT", "/data/box/dir/x?comp=snapshot", "", nil, 501, "NotImplemented"},
		"reading a snapshot":        {"GET", "/data/box/dir/x?snapshot=2026-01-01T00:00:00Z", "", nil, 501, "NotImplemented"},
		"no such operation":         {"POST", "/data/box/dir/x?comp=nothing", "", nil, 405, "UnsupportedHttpVerb"},
		"a name too short":          {"PUT", "/data/ab?restype=container", "", nil, 400, "OutOfRangeInput"},
		"a bad page size":           {"GET", "/data/box?restype=container&comp=list&maxresults=0", "", nil, 400, "OutOfRangeQueryParameterValue"},
		"a bad marker":              {"GET", "/data/box?restype=container&comp=list&marker=2!!", "", nil, 400, "InvalidQueryParameterValue"},
		"a block without an id":     {"PUT", "/data/box/x?comp=block", "x", nil, 400, "MissingRequiredQueryParameter"},
		"a block list that is none": {"PUT", "/data/box/x?comp=blocklist", "<BlockList>", nil, 400, "InvalidXmlDocument"},
		"an unknown block":          {"PUT", "/data/box/x?comp=blocklist", "<BlockList><Latest>" + id + "</Latest></BlockList>", nil, 400, "InvalidBlockList"},
		"an unknown entry":          {"PUT", "/data/box/x?comp=blocklist", "<BlockList><Newest>" + id + "</Newest></BlockList>", nil, 400, "InvalidXmlDocument"},
		"a tier":                    {"PUT", "/data/box/dir/x?comp=tier", "", []string{"x-ms-access-tier", "Tepid"}, 400, "InvalidHeaderValue"},
		"a wrong CRC64":             {"PUT", "/data/box/x", "x", []string{"x-ms-blob-type", "BlockBlob", "x-ms-content-crc64", "AAAAAAAAAAA="}, 400, "Crc64Mismatch"},
		"an MD5 that is none":       {"PUT", "/data/box/x", "x", []string{"x-ms-blob-type", "BlockBlob", "Content-MD5", "eA=="}, 400, "InvalidMd5"},
		"metadata of a bad name":    {"PUT", "/data/box/x", "x", []string{"x-ms-blob-type", "BlockBlob", "x-ms-meta-a-b", "c"}, 400, "InvalidMetadata"},
		"too much metadata":         {"PUT", "/data/box/x", "x", []string{"x-ms-blob-type", "BlockBlob", "x-ms-meta-a", strings.Repeat("x", 9000)}, 400, "MetadataTooLarge"},
		"a range at the end":        {"GET", "/data/box/dir/x", "", []string{"Range", "bytes=4-"}, 416, "InvalidRange"},
		"a lease of no action":      {"PUT", "/data/box/dir/x?comp=lease", "", nil, 400, "MissingRequiredHeader"},
		"a source that is no URL":   {"PUT", "/data/box/x", "", []string{"x-ms-copy-source", "x"}, 400, "InvalidHeaderValue"},
		"an access of no kind":      {"PUT", "/data/new?restype=container", "", []string{"x-ms-blob-public-access", "all"}, 400, "InvalidHeaderValue"},
	} {
		header := append([]string{"Authorization", bearer}, c.header...)
		status, code, text := b.request(t, c.method, b.url+c.path, c.body, header...)
		if status != c.status || code != c.code || !strings.Contains(text, "<Code>"+c.code+"</Code>") {
			t.Errorf("%s: %d %s, want %d %s: %s", what, status, code, c.status, c.code, text)
		}
	}
}

func TestABodyThatEndsEarlyLeavesNothing(t *testing.T) {
	c := content.New()
	b := startOn(t, sandboxtest.New(t), c, blob.Options{})
	ctx := filled(t, b)
	u, err := box(b.client(t), "box").NewBlobClient("cut").GetSASURL(sas.BlobPermissions{Create: true, Write: true}, time.Now().Add(time.Hour), nil)
	want(t, "signing", err, "")
	r, _ := http.NewRequestWithContext(ctx, http.MethodPut, u, io.LimitReader(strings.NewReader(strings.Repeat("x", 1000)), 500))
	r.ContentLength = 1000
	r.Header.Set("x-ms-blob-type", "BlockBlob")
	if res, err := b.http.Do(r); err == nil {
		_ = res.Body.Close()
		t.Errorf("it answers %s", res.Status)
	}
	_, err = b.client(t).DownloadStream(ctx, "box", "cut", nil)
	want(t, "the blob that was cut", err, bloberror.BlobNotFound)
	for range 100 { // the server learns of it a little later
		if c.Len() == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d pieces are kept", c.Len())
}
