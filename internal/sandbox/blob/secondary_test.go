package blob_test

import (
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func key() string { return sandboxtest.Key }

func TestTheSecondaryLagsBehind(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	c, second := b.client(t), b.clientOf(t, "data-secondary")
	_, err := second.DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "reading at once", err, bloberror.ContainerNotFound)
	b.Clock.Advance(account.DefaultLag)
	if got := download(t, ctx, second, "box", "dir/x"); got != "text" {
		t.Errorf("after the lag it is %q", got)
	}
	upload(t, ctx, c, "box", "dir/x", "newer")
	upload(t, ctx, c, "box", "other", "other")
	if got := download(t, ctx, second, "box", "dir/x"); got != "text" {
		t.Errorf("what was overwritten is %q", got)
	}
	_, err = c.DeleteBlob(ctx, "box", "dir/x", nil)
	want(t, "deleting", err, "")
	if got := download(t, ctx, second, "box", "dir/x"); got != "text" {
		t.Errorf("what was deleted is %q", got)
	}
	_, err = second.UploadBuffer(ctx, "box", "dir/x", []byte("no"), nil)
	want(t, "writing", err, "WriteOperationsNotSupportedOnSecondary")
	b.Clock.Advance(account.DefaultLag)
	_, err = second.DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "what was deleted long ago", err, bloberror.BlobNotFound)
	stats, err := second.ServiceClient().GetStatistics(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !stats.GeoReplication.LastSyncTime.Equal(b.Clock.Now().Add(-account.DefaultLag)) || *stats.GeoReplication.Status != "live" {
		t.Errorf("the last synchronization was %v, %v", stats.GeoReplication.LastSyncTime, *stats.GeoReplication.Status)
	}
	_, err = c.ServiceClient().GetStatistics(ctx, nil)
	want(t, "the statistics of the primary", err, bloberror.InvalidQueryParameterValue)
}

func TestAppendsReachTheSecondaryOneByOne(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	c, second := b.client(t), b.clientOf(t, "data-secondary")
	log := box(c, "box").NewAppendBlobClient("log")
	_, err := log.Create(ctx, nil)
	want(t, "creating", err, "")
	for _, line := range []string{"a", "b", "c"} {
		_, err := log.AppendBlock(ctx, &body{strings.NewReader(line)}, nil)
		want(t, "appending", err, "")
		b.Clock.Advance(4 * time.Minute)
	}
	if got := download(t, ctx, second, "box", "log"); got != "ab" {
		t.Errorf("the secondary has %q", got)
	}
}

func TestOnlyReadAccessSkusHaveASecondary(t *testing.T) {
	for sku, has := range map[string]bool{"Standard_LRS": false, "Standard_ZRS": false, "Standard_GRS": false, "Standard_GZRS": false, "Standard_RAGRS": true, "Standard_RAGZRS": true} {
		b := start(t)
		b.Account("data", sku, nil)
		ctx := filled(t, b)
		b.Clock.Advance(time.Hour)
		_, err := b.clientOf(t, "data-secondary").DownloadStream(ctx, "box", "dir/x", nil)
		if has != (err == nil) {
			t.Errorf("%s: %v", sku, err)
		}
	}
}

// An outage of the region: the primary endpoint is gone, the secondary has what
// had reached it.
func TestARegionGoes(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	c, second := b.client(t), b.clientOf(t, "data-secondary")
	b.Clock.Advance(time.Hour)
	upload(t, ctx, c, "box", "late", "late")
	b.Clock.Advance(time.Minute)
	b.Health.Set(b.id, world.Standing{Read: world.Gone, Write: world.Gone, Since: b.Clock.Now(), Lost: 15 * time.Minute, Why: "the region is gone"})
	b.Clock.Advance(3 * time.Hour)
	_, err := c.DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "reading from the primary", err, bloberror.ServerBusy)
	if got := download(t, ctx, second, "box", "dir/x"); got != "text" {
		t.Errorf("the secondary has %q", got)
	}
	_, err = second.DownloadStream(ctx, "box", "late", nil)
	want(t, "what had not reached the secondary", err, bloberror.BlobNotFound)
	stats, err := second.ServiceClient().GetStatistics(ctx, nil)
	if err != nil || *stats.GeoReplication.Status != "unavailable" {
		t.Errorf("the statistics are %+v, %v", stats.GeoReplication, err)
	}

	// Where no copy outlives the outage neither endpoint answers.
	b.Health.Set(b.id, world.Standing{Read: world.Gone, Write: world.Gone, Since: b.Clock.Now(), Why: "the account is gone"})
	_, err = second.DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "reading from the secondary of what is gone with its copy", err, bloberror.ServerBusy)

	// A failover makes the copy the primary: what it lacks is lost, new writes hold.
	failover := b.Clock.Now()
	b.Health.Set(b.id, world.Standing{Secondary: true, Since: failover, Lost: 4 * time.Hour, Why: "failed over"})
	b.Clock.Advance(time.Minute)
	_, err = c.DownloadStream(ctx, "box", "late", nil)
	want(t, "what was lost", err, bloberror.BlobNotFound)
	upload(t, ctx, c, "box", "late", "written again")
	if got := download(t, ctx, c, "box", "late"); got != "written again" {
		t.Errorf("what is written after the failover is %q", got)
	}
	if got := download(t, ctx, c, "box", "dir/x"); got != "text" {
		t.Errorf("what is old is %q", got)
	}
}

func TestAFailoverOfTheCustomerLosesForGood(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	c := b.client(t)
	log := box(c, "box").NewAppendBlobClient("log")
	_, err := log.Create(ctx, nil)
	want(t, "creating", err, "")
	_, err = log.AppendBlock(ctx, &body{strings.NewReader("kept ")}, nil)
	want(t, "appending", err, "")
	b.Clock.Advance(time.Hour)
	sync := b.Clock.Now()
	b.Clock.Advance(time.Minute)
	_, err = log.AppendBlock(ctx, &body{strings.NewReader("lost")}, nil)
	want(t, "appending", err, "")
	upload(t, ctx, c, "box", "dir/x", "newer")
	upload(t, ctx, c, "box", "new", "new")
	_, err = c.CreateContainer(ctx, "late", nil)
	want(t, "a late container", err, "")
	b.Clock.Advance(time.Minute)
	b.Write(func(tx *state.Tx) error { return blob.Lose(tx, b.id, sync) })
	b.Account("data", "Standard_LRS", nil)
	if got := download(t, ctx, c, "box", "dir/x"); got != "text" {
		t.Errorf("what was overwritten is %q", got)
	}
	if got := download(t, ctx, c, "box", "log"); got != "kept " {
		t.Errorf("what was appended to is %q", got)
	}
	_, err = c.DownloadStream(ctx, "box", "new", nil)
	want(t, "what was new", err, bloberror.BlobNotFound)
	_, err = c.UploadBuffer(ctx, "late", "x", nil, nil)
	want(t, "the late container", err, bloberror.ContainerNotFound)
}

func TestAnAccountThatIsGoneOrHalfGoneOrReadOnly(t *testing.T) {
	b := start(t)
	ctx := filled(t, b)
	c := b.client(t)
	b.Health.Set(b.id, world.Standing{Read: world.Gone, Write: world.Gone, Why: "the zone is gone"})
	_, err := c.DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "reading what is gone", err, bloberror.ServerBusy)
	status, code, text := b.request(t, "GET", b.url+"/data/box/dir/x", "")
	if status != 503 || code != "ServerBusy" || !strings.Contains(text, "<Code>ServerBusy</Code>") {
		t.Errorf("%d %s %s", status, code, text)
	}
	b.Health.Set(b.id, world.Standing{Write: world.Gone})
	if got := download(t, ctx, c, "box", "dir/x"); got != "text" {
		t.Errorf("what can be read only is %q", got)
	}
	_, err = c.UploadBuffer(ctx, "box", "y", []byte("y"), nil)
	want(t, "writing to what can be read only", err, "AccountIsDisabled")
	b.Health.Set(b.id, world.Standing{Read: world.Partial, Write: world.Partial})
	failed := 0
	for range 10 {
		if _, err := c.DownloadStream(ctx, "box", "dir/x", nil); err != nil {
			want(t, "reading from what is half gone", err, bloberror.ServerBusy)
			failed++
		}
	}
	if failed != 5 {
		t.Errorf("%d of 10 requests failed", failed)
	}
}
