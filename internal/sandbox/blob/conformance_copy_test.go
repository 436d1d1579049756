package blob_test

import (
	"context"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/lease"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
)

func leases(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	upload(t, ctx, c, b, "x", "text")
	l, err := lease.NewBlobClient(box(c, b).NewBlobClient("x"), &lease.BlobClientOptions{LeaseID: to.Ptr("11111111-1111-1111-1111-111111111111")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.AcquireLease(ctx, -1, nil)
	want(t, "acquiring", err, "")
	_, err = c.UploadBuffer(ctx, b, "x", []byte("other"), nil)
	want(t, "writing without the lease", err, bloberror.LeaseIDMissing)
	_, err = c.DeleteBlob(ctx, b, "x", nil)
	want(t, "deleting without the lease", err, bloberror.LeaseIDMissing)
	_, err = c.UploadBuffer(ctx, b, "x", []byte("mine"), &azblob.UploadBufferOptions{
		AccessConditions: &blob.AccessConditions{LeaseAccessConditions: &blob.LeaseAccessConditions{LeaseID: l.LeaseID()}}})
	want(t, "writing with the lease", err, "")
	p, err := box(c, b).NewBlobClient("x").GetProperties(ctx, nil)
	if err != nil || *p.LeaseState != lease.StateTypeLeased || *p.LeaseStatus != lease.StatusTypeLocked {
		t.Errorf("the lease is %v, %v", p.LeaseState, err)
	}
	other, _ := lease.NewBlobClient(box(c, b).NewBlobClient("x"), &lease.BlobClientOptions{LeaseID: to.Ptr("22222222-2222-2222-2222-222222222222")})
	_, err = other.AcquireLease(ctx, 15, nil)
	want(t, "acquiring what is leased", err, bloberror.LeaseAlreadyPresent)
	_, err = other.ReleaseLease(ctx, nil)
	want(t, "releasing another's lease", err, bloberror.LeaseIDMismatchWithLeaseOperation)
	_, err = other.BreakLease(ctx, &lease.BlobBreakOptions{BreakPeriod: to.Ptr(int32(0))})
	want(t, "breaking", err, "")
	_, err = c.UploadBuffer(ctx, b, "x", []byte("free"), nil)
	want(t, "writing when it is broken", err, "")
	_, err = l.RenewLease(ctx, nil)
	if err == nil {
		t.Error("a lease that was broken before a write is renewed")
	}
	_, err = other.AcquireLease(ctx, 15, nil)
	want(t, "acquiring what is free", err, "")
	_, err = other.ReleaseLease(ctx, nil)
	want(t, "releasing", err, "")
}

// copies copies within the account, with a signature for the source.
func copies(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	_, err := c.UploadBuffer(ctx, b, "from", []byte("copied text"), &azblob.UploadBufferOptions{Metadata: map[string]*string{"k": to.Ptr("v")}})
	want(t, "uploading", err, "")
	source, err := box(c, b).NewBlobClient("from").GetSASURL(sas.BlobPermissions{Read: true}, time.Now().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	to1 := box(c, b).NewBlobClient("to")
	started, err := to1.StartCopyFromURL(ctx, source, nil)
	want(t, "copying", err, "")
	if started.CopyID == nil || started.CopyStatus == nil {
		t.Fatalf("the answer is %+v", started)
	}
	for range 100 {
		p, err := to1.GetProperties(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		if *p.CopyStatus == blob.CopyStatusTypeSuccess {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if got := download(t, ctx, c, b, "to"); got != "copied text" {
		t.Errorf("the copy is %q", got)
	}
	_, err = to1.CopyFromURL(ctx, source, nil)
	want(t, "copying in one go", err, "")
	_, err = c.DeleteBlob(ctx, b, "from", nil)
	want(t, "deleting the source", err, "")
	if got := download(t, ctx, c, b, "to"); got != "copied text" {
		t.Errorf("without the source the copy is %q", got)
	}
	_, err = to1.StartCopyFromURL(ctx, source, nil)
	if err == nil {
		t.Error("what is not there is copied")
	}
}
