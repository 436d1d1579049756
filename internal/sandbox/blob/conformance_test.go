package blob_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/appendblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
)

// conformance holds what every blob service does, whoever keeps the bytes. The
// container given to each test is empty and its own.
func conformance(t *testing.T, c *azblob.Client) {
	n := 0
	each := func(name string, fn func(t *testing.T, ctx context.Context, c *azblob.Client, box string)) {
		t.Run(name, func(t *testing.T) {
			ctx := context1(t)
			n++
			box := fmt.Sprintf("conformance-%d", n)
			if _, err := c.CreateContainer(ctx, box, nil); err != nil {
				t.Fatal(err)
			}
			fn(t, ctx, c, box)
			if _, err := c.DeleteContainer(ctx, box, nil); err != nil {
				t.Errorf("deleting the container: %v", err)
			}
		})
	}
	each("what is put is got", whatIsPutIsGot)
	each("ranges", ranges)
	each("conditions", conditionsHold)
	each("blocks", blocks)
	each("append", appends)
	each("metadata and properties", metadataAndProperties)
	each("flat list in pages", flatList)
	each("hierarchical list", hierarchicalList)
	each("containers", containers)
	each("leases", leases)
	each("copy", copies)
	each("names", names)
	each("check sums", checkSums)
	each("empty and large", emptyAndLarge)
}

func upload(t *testing.T, ctx context.Context, c *azblob.Client, box, name, text string) {
	t.Helper()
	if _, err := c.UploadBuffer(ctx, box, name, []byte(text), nil); err != nil {
		t.Fatalf("uploading %s: %v", name, err)
	}
}

func download(t *testing.T, ctx context.Context, c *azblob.Client, box, name string) string {
	t.Helper()
	r, err := c.DownloadStream(ctx, box, name, nil)
	if err != nil {
		t.Fatalf("downloading %s: %v", name, err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func box(c *azblob.Client, name string) *container.Client {
	return c.ServiceClient().NewContainerClient(name)
}

func whatIsPutIsGot(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	upload(t, ctx, c, b, "folder/a file", "hello")
	if got := download(t, ctx, c, b, "folder/a file"); got != "hello" {
		t.Errorf("it is %q", got)
	}
	upload(t, ctx, c, b, "folder/a file", "hello again")
	p, err := box(c, b).NewBlobClient("folder/a file").GetProperties(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if *p.ContentLength != 11 || *p.BlobType != blob.BlobTypeBlockBlob || *p.ContentType != "application/octet-stream" || p.LastModified == nil {
		t.Errorf("its properties are %+v", p)
	}
	if sum := md5.Sum([]byte("hello again")); !bytes.Equal(p.ContentMD5, sum[:]) {
		t.Errorf("its MD5 is %x", p.ContentMD5)
	}
	_, err = c.DeleteBlob(ctx, b, "folder/a file", nil)
	want(t, "deleting it", err, "")
	_, err = c.DeleteBlob(ctx, b, "folder/a file", nil)
	want(t, "deleting it again", err, bloberror.BlobNotFound)
	_, err = c.DownloadStream(ctx, b, "folder/a file", nil)
	want(t, "getting what is deleted", err, bloberror.BlobNotFound)
	_, err = c.DownloadStream(ctx, "no-such-container", "x", nil)
	want(t, "getting from no container", err, bloberror.ContainerNotFound)
}

func ranges(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	upload(t, ctx, c, b, "x", "0123456789")
	for _, r := range []struct {
		offset, count int64
		want          string
	}{{0, 3, "012"}, {4, 0, "456789"}, {8, 100, "89"}, {9, 1, "9"}} {
		got, err := box(c, b).NewBlobClient("x").DownloadStream(ctx, &blob.DownloadStreamOptions{Range: blob.HTTPRange{Offset: r.offset, Count: r.count}})
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(got.Body)
		if string(raw) != r.want || *got.ContentLength != int64(len(r.want)) || !strings.HasSuffix(*got.ContentRange, "/10") {
			t.Errorf("%d from %d is %q, %s", r.count, r.offset, raw, *got.ContentRange)
		}
	}
	_, err := box(c, b).NewBlobClient("x").DownloadStream(ctx, &blob.DownloadStreamOptions{Range: blob.HTTPRange{Offset: 100, Count: 5}})
	want(t, "a range behind the end", err, bloberror.InvalidRange)
}

func conditionsHold(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	only := func(m blob.ModifiedAccessConditions) *azblob.UploadBufferOptions {
		return &azblob.UploadBufferOptions{AccessConditions: &blob.AccessConditions{ModifiedAccessConditions: &m}}
	}
	put := func(m blob.ModifiedAccessConditions) (azcore.ETag, error) {
		r, err := c.UploadBuffer(ctx, b, "x", []byte("text"), only(m))
		if err != nil {
			return "", err
		}
		return *r.ETag, nil
	}
	any := azcore.ETagAny
	_, err := put(blob.ModifiedAccessConditions{IfMatch: &any})
	want(t, "If-Match: * on nothing", err, bloberror.ConditionNotMet)
	first, err := put(blob.ModifiedAccessConditions{IfNoneMatch: &any})
	want(t, "If-None-Match: * on nothing", err, "")
	_, err = put(blob.ModifiedAccessConditions{IfNoneMatch: &any})
	want(t, "If-None-Match: * on something", err, bloberror.BlobAlreadyExists)
	second, err := put(blob.ModifiedAccessConditions{IfMatch: &first})
	want(t, "If-Match with the right tag", err, "")
	if first == second {
		t.Errorf("a write left the ETag as it was: %s", first)
	}
	_, err = put(blob.ModifiedAccessConditions{IfMatch: &first})
	want(t, "If-Match with an old tag", err, bloberror.ConditionNotMet)
	get := func(m blob.ModifiedAccessConditions) error {
		_, err := c.DownloadStream(ctx, b, "x", &azblob.DownloadStreamOptions{AccessConditions: &blob.AccessConditions{ModifiedAccessConditions: &m}})
		return err
	}
	r, err := c.DownloadStream(ctx, b, "x", &azblob.DownloadStreamOptions{AccessConditions: &blob.AccessConditions{ModifiedAccessConditions: &blob.ModifiedAccessConditions{IfNoneMatch: &second}}})
	if err != nil || r.ErrorCode == nil || *r.ErrorCode != string(bloberror.ConditionNotMet) { // a 304 is no error to the SDK
		t.Errorf("reading with If-None-Match of the tag gives %v, %v", r.ErrorCode, err)
	}
	want(t, "reading with If-Match of an old tag", get(blob.ModifiedAccessConditions{IfMatch: &first}), bloberror.ConditionNotMet)
	want(t, "reading with If-None-Match of an old tag", get(blob.ModifiedAccessConditions{IfNoneMatch: &first}), "")
}

func blockID(n int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "block-%04d", n))
}

func stage(t *testing.T, ctx context.Context, c *blockblob.Client, n int, text string) {
	t.Helper()
	if _, err := c.StageBlock(ctx, blockID(n), &body{strings.NewReader(text)}, nil); err != nil {
		t.Fatal(err)
	}
}

// body is a reader that the SDK takes.
type body struct{ *strings.Reader }

func (*body) Close() error { return nil }

func blocks(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	x := box(c, b).NewBlockBlobClient("x")
	stage(t, ctx, x, 1, "one ")
	stage(t, ctx, x, 2, "two ")
	stage(t, ctx, x, 3, "never")
	_, err := x.GetProperties(ctx, nil)
	want(t, "a blob of blocks that are not committed", err, bloberror.BlobNotFound)
	_, err = x.CommitBlockList(ctx, []string{blockID(2), blockID(1), blockID(2)}, nil)
	want(t, "committing", err, "")
	if got := download(t, ctx, c, b, "x"); got != "two one two " {
		t.Errorf("it is %q", got)
	}
	stage(t, ctx, x, 4, "four")
	l, err := x.GetBlockList(ctx, blockblob.BlockListTypeAll, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.CommittedBlocks) != 3 || len(l.UncommittedBlocks) != 1 || *l.UncommittedBlocks[0].Name != blockID(4) || *l.CommittedBlocks[1].Size != 4 {
		t.Errorf("its blocks are %d and %d", len(l.CommittedBlocks), len(l.UncommittedBlocks))
	}
	_, err = x.CommitBlockList(ctx, []string{blockID(1), blockID(4)}, nil)
	want(t, "committing an old block and a new one", err, "")
	if got := download(t, ctx, c, b, "x"); got != "one four" {
		t.Errorf("it is %q", got)
	}
	_, err = x.CommitBlockList(ctx, []string{blockID(3)}, nil)
	want(t, "committing a block that was dropped", err, bloberror.InvalidBlockList)
}

func appends(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	x := box(c, b).NewAppendBlobClient("log")
	_, err := x.AppendBlock(ctx, &body{strings.NewReader("early")}, nil)
	want(t, "appending to nothing", err, bloberror.BlobNotFound)
	_, err = x.Create(ctx, nil)
	want(t, "creating", err, "")
	all := ""
	for i := range 5 {
		line := fmt.Sprintf("line %d\n", i)
		r, err := x.AppendBlock(ctx, &body{strings.NewReader(line)}, nil)
		want(t, "appending", err, "")
		if *r.BlobAppendOffset != fmt.Sprint(len(all)) {
			t.Errorf("it was appended at %s, want %d", *r.BlobAppendOffset, len(all))
		}
		all += line
	}
	if got := download(t, ctx, c, b, "log"); got != all {
		t.Errorf("it is %q", got)
	}
	_, err = x.AppendBlock(ctx, &body{strings.NewReader("x")}, &appendblob.AppendBlockOptions{
		AppendPositionAccessConditions: &appendblob.AppendPositionAccessConditions{AppendPosition: to.Ptr(int64(3))}})
	want(t, "appending at another place", err, bloberror.AppendPositionConditionNotMet)
	_, err = box(c, b).NewBlockBlobClient("log").StageBlock(ctx, blockID(1), &body{strings.NewReader("x")}, nil)
	want(t, "a block for an append blob", err, bloberror.InvalidBlobType)
}

func metadataAndProperties(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	x := box(c, b).NewBlobClient("x")
	_, err := c.UploadBuffer(ctx, b, "x", []byte("{}"), &azblob.UploadBufferOptions{
		Metadata:    map[string]*string{"colour": to.Ptr("blue")},
		HTTPHeaders: &blob.HTTPHeaders{BlobContentType: to.Ptr("application/json"), BlobCacheControl: to.Ptr("no-store"), BlobContentDisposition: to.Ptr("inline")},
	})
	want(t, "uploading", err, "")
	check := func(colour, typ, cache string) {
		t.Helper()
		p, err := x.GetProperties(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for k, v := range p.Metadata {
			if strings.EqualFold(k, "colour") {
				got = *v
			}
		}
		if got != colour || *p.ContentType != typ || (p.CacheControl != nil && *p.CacheControl != cache) || p.CacheControl == nil && cache != "" {
			t.Errorf("it has %v, %s, %v", p.Metadata, *p.ContentType, p.CacheControl)
		}
	}
	check("blue", "application/json", "no-store")
	_, err = x.SetMetadata(ctx, map[string]*string{"colour": to.Ptr("red")}, nil)
	want(t, "setting metadata", err, "")
	check("red", "application/json", "no-store")
	_, err = x.SetHTTPHeaders(ctx, blob.HTTPHeaders{BlobContentType: to.Ptr("text/plain")}, nil)
	want(t, "setting headers", err, "")
	check("red", "text/plain", "")
	_, err = x.SetTier(ctx, blob.AccessTierCool, nil)
	want(t, "setting the tier", err, "")
	p, err := x.GetProperties(ctx, nil)
	if err != nil || *p.AccessTier != "Cool" {
		t.Errorf("the tier is %v, %v", p.AccessTier, err)
	}
	_, err = x.SetTags(ctx, map[string]string{"project": "a b"}, nil)
	want(t, "setting tags", err, "")
	tags, err := x.GetTags(ctx, nil)
	if err != nil || len(tags.BlobTagSet) != 1 || *tags.BlobTagSet[0].Value != "a b" {
		t.Errorf("the tags are %v, %v", tags.BlobTagSet, err)
	}
}

func containers(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	_, err := c.CreateContainer(ctx, b, nil)
	want(t, "creating it again", err, bloberror.ContainerAlreadyExists)
	_, err = c.CreateContainer(ctx, "Upper-Case", nil)
	want(t, "a bad name", err, bloberror.InvalidResourceName)
	_, err = box(c, b).SetMetadata(ctx, &container.SetMetadataOptions{Metadata: map[string]*string{"owner": to.Ptr("me")}})
	want(t, "setting metadata", err, "")
	p, err := box(c, b).GetProperties(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Metadata) != 1 || p.LastModified == nil || p.ETag == nil {
		t.Errorf("its properties are %+v", p)
	}
	found := false
	for pager := c.NewListContainersPager(&azblob.ListContainersOptions{Prefix: to.Ptr("conformance-"), MaxResults: to.Ptr(int32(1)), Include: azblob.ListContainersInclude{Metadata: true}}); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range page.ContainerItems {
			if *i.Name == b {
				found = true
				if v := i.Metadata["owner"]; v == nil || *v != "me" {
					t.Errorf("in the list its metadata are %v", i.Metadata)
				}
			}
		}
	}
	if !found {
		t.Error("the list does not have it")
	}
	_, err = c.DeleteContainer(ctx, "no-such-container", nil)
	want(t, "deleting what is not there", err, bloberror.ContainerNotFound)
	upload(t, ctx, c, b, "x", "old")
	other := b + "-again"
	_, err = c.CreateContainer(ctx, other, nil)
	want(t, "creating another", err, "")
	upload(t, ctx, c, other, "x", "text")
	_, err = c.DeleteContainer(ctx, other, nil)
	want(t, "deleting it with its blob", err, "")
	if got := download(t, ctx, c, b, "x"); got != "old" {
		t.Errorf("the blob of the first container is %q", got)
	}
}

func names(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	all := []string{"plain", "with space", "ünï/çödé", "a+b&c=d", "semi;colon", "per%cent", "dots..", "日本語/テスト.txt"}
	for _, name := range all {
		upload(t, ctx, c, b, name, name)
	}
	for _, name := range all {
		if got := download(t, ctx, c, b, name); got != name {
			t.Errorf("%q holds %q", name, got)
		}
	}
	var got []string
	for pager := c.NewListBlobsFlatPager(b, nil); pager.More(); {
		p, err := pager.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range p.Segment.BlobItems {
			got = append(got, *i.Name)
		}
	}
	slices.Sort(all)
	slices.Sort(got)
	if !slices.Equal(got, all) {
		t.Errorf("the list has %q", got)
	}
}

func checkSums(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	x := box(c, b).NewBlockBlobClient("x")
	wrong := md5.Sum([]byte("other"))
	_, err := x.Upload(ctx, &body{strings.NewReader("text")}, &blockblob.UploadOptions{TransactionalValidation: blob.TransferValidationTypeMD5(wrong[:])})
	want(t, "a wrong MD5", err, bloberror.MD5Mismatch)
	right := md5.Sum([]byte("text"))
	_, err = x.Upload(ctx, &body{strings.NewReader("text")}, &blockblob.UploadOptions{TransactionalValidation: blob.TransferValidationTypeMD5(right[:])})
	want(t, "the right MD5", err, "")
}

func emptyAndLarge(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	upload(t, ctx, c, b, "empty", "")
	if got := download(t, ctx, c, b, "empty"); got != "" {
		t.Errorf("the empty blob is %q", got)
	}
	large := bytes.Repeat([]byte("holdfast"), 3<<20) // 24 MiB
	_, err := c.UploadBuffer(ctx, b, "large", large, &azblob.UploadBufferOptions{BlockSize: 4 << 20, Concurrency: 3})
	want(t, "uploading 24 MiB in blocks", err, "")
	got := make([]byte, len(large))
	n, err := c.DownloadBuffer(ctx, b, "large", got, &azblob.DownloadBufferOptions{BlockSize: 5 << 20, Concurrency: 3})
	if err != nil || n != int64(len(large)) || !bytes.Equal(got, large) {
		t.Errorf("%d bytes come back, %v", n, err)
	}
}
