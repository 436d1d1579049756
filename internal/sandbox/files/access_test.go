package files_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/file"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/fileerror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/sas"

	"github.com/holdfast-ml/holdfast/internal/sandbox/files"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func TestSignaturesAndTokens(t *testing.T) {
	b := start(t)
	s := b.share(t)
	f := s.NewRootDirectoryClient().NewFileClient("f")
	upload(t, f, "text")
	try := func(url string) error {
		c, err := file.NewClientWithNoCredential(url, &file.ClientOptions{ClientOptions: b.options()})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.DownloadStream(ctx(t), nil)
		return err
	}
	u, err := f.GetSASURL(sas.FilePermissions{Read: true}, time.Now().Add(time.Hour), nil)
	want(t, "signing", err, "")
	want(t, "a SAS of the file", try(u), "")
	u, err = f.GetSASURL(sas.FilePermissions{Write: true}, time.Now().Add(time.Hour), nil)
	want(t, "signing", err, "")
	want(t, "a SAS for writing", try(u), "AuthorizationPermissionMismatch")
	want(t, "a SAS that was changed", try(strings.Replace(u, "sp=w", "sp=r", 1)), fileerror.AuthenticationFailed)
	want(t, "no credential", try(b.url+"/data/code/f"), "NoAuthenticationInformation")

	u, err = b.client(t).GetSASURL(sas.AccountResourceTypes{Object: true}, sas.AccountPermissions{Read: true}, time.Now().Add(time.Hour), nil)
	want(t, "signing", err, "")
	want(t, "a SAS of the account", try(strings.Replace(u, "/data/?", "/data/code/f?", 1)), "")

	c, err := file.NewClient(b.url+"/data/code/f", b.Credential(), &file.ClientOptions{ClientOptions: b.options(), FileRequestIntent: to.Ptr(file.ShareTokenIntentBackup)})
	if err != nil {
		t.Fatal(err)
	}
	if got := download(t, c); got != "text" {
		t.Errorf("with a token it is %q", got)
	}
	b.Account("data", "Standard_LRS", object.Object{"allowSharedKeyAccess": false})
	_, err = f.DownloadStream(ctx(t), nil)
	want(t, "a key where keys are forbidden", err, "KeyBasedAuthenticationNotPermitted")
}

func TestAnOutageAndAFailover(t *testing.T) {
	b := start(t)
	root := b.share(t).NewRootDirectoryClient()
	upload(t, root.NewFileClient("old"), "old")
	b.Clock.Advance(time.Hour)
	upload(t, root.NewFileClient("late"), "late")
	b.Clock.Advance(time.Minute)
	b.Health.Set(b.id, world.Standing{Write: world.Gone, Secondary: true, Since: b.Clock.Now(), Lost: 15 * time.Minute})
	_, err := root.NewFileClient("old").DownloadStream(ctx(t), nil)
	want(t, "while the region is gone", err, fileerror.ServerBusy)
	res, err := b.http.Get(b.url + "/data-secondary/code/old")
	if err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("the secondary endpoint answers %v, %v", res.StatusCode, err)
	}
	_ = res.Body.Close()
	b.Health.Set(b.id, world.Standing{Secondary: true, Since: b.Clock.Now(), Lost: 15 * time.Minute})
	if got := download(t, root.NewFileClient("old")); got != "old" {
		t.Errorf("after the failover the old file is %q", got)
	}
	_, err = root.NewFileClient("late").DownloadStream(ctx(t), nil)
	want(t, "what was lost", err, fileerror.ResourceNotFound)
}

func TestAFailoverOfTheCustomerLosesForGood(t *testing.T) {
	b := start(t)
	root := b.share(t).NewRootDirectoryClient()
	upload(t, root.NewFileClient("old"), "old text")
	b.Clock.Advance(time.Hour)
	sync := b.Clock.Now()
	b.Clock.Advance(time.Minute)
	upload(t, root.NewFileClient("late"), "late")
	_, err := root.NewFileClient("old").UploadRange(ctx(t), 4, &body{strings.NewReader("TEXT")}, nil)
	want(t, "writing", err, "")
	_, err = b.client(t).NewShareClient("late-share").Create(ctx(t), nil)
	want(t, "a late share", err, "")
	b.Write(func(tx *state.Tx) error { return files.Lose(tx, b.id, sync) })
	if got := download(t, root.NewFileClient("old")); got != "old \x00\x00\x00\x00" {
		t.Errorf("the old file is %q", got)
	}
	_, err = root.NewFileClient("late").DownloadStream(ctx(t), nil)
	want(t, "the late file", err, fileerror.ResourceNotFound)
	_, err = b.client(t).NewShareClient("late-share").GetProperties(ctx(t), nil)
	want(t, "the late share", err, "ShareNotFound")
	upload(t, root.NewFileClient("new"), "new") // whoever writes next takes the garbage away
	if n := b.content.Len(); n != 2 {
		t.Errorf("%d pieces are kept", n)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	b := start(t)
	s := b.share(t)
	root := s.NewRootDirectoryClient()
	_, err := b.client(t).NewShareClient("Upper").Create(ctx(t), nil)
	want(t, "a bad name of a share", err, fileerror.InvalidResourceName)
	_, err = root.NewFileClient("a:b").Create(ctx(t), 1, nil)
	want(t, "a bad name of a file", err, fileerror.InvalidResourceName)
	_, err = root.NewSubdirectoryClient("d").Create(ctx(t), nil)
	want(t, "a directory", err, "")
	_, err = root.NewFileClient("d").Create(ctx(t), 1, nil)
	want(t, "a file in the place of a directory", err, "ResourceTypeMismatch")
	_, err = root.NewFileClient("f").StartCopyFromURL(ctx(t), b.url+"/data/code/x", nil)
	want(t, "a copy", err, "NotImplemented")
	_, err = s.CreateSnapshot(ctx(t), nil)
	want(t, "a snapshot", err, "NotImplemented")
}
