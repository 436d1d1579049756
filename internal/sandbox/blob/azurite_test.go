package blob_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// The version of Azurite that the test command installs from npm.
const azuriteRelease = "azurite@3.37.0"

// azuriteProgram finds Azurite in PATH; with HOLDFAST_REQUIRE_AZURITE it is
// installed with npm when it is not there, and its absence is a failure.
func azuriteProgram(t *testing.T) string {
	t.Helper()
	if p, err := exec.LookPath("azurite-blob"); err == nil {
		return p
	}
	if os.Getenv("HOLDFAST_REQUIRE_AZURITE") == "" {
		t.Skip("there is no azurite-blob in PATH; HOLDFAST_REQUIRE_AZURITE=1 installs it")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "holdfast-test", strings.ReplaceAll(azuriteRelease, "@", "-"))
	program := filepath.Join(dir, "node_modules", ".bin", "azurite-blob")
	if _, err := os.Stat(program); err == nil {
		return program
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--no-audit", "--no-fund", azuriteRelease).CombinedOutput()
	if err != nil {
		t.Fatalf("HOLDFAST_REQUIRE_AZURITE is set and npm cannot install %s (put azurite-blob in PATH): %v\n%s", azuriteRelease, err, out)
	}
	return program
}

// startAzurite starts one that keeps everything in memory and gives its address.
func startAzurite(t *testing.T) string {
	t.Helper()
	program := azuriteProgram(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command(program, "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", port)
	cmd.Dir = t.TempDir()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 600 {
		if c, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			_ = c.Close()
			return "http://" + address
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("Azurite does not begin to listen:\n%s", out.String())
	return ""
}

func TestAzuritePassesTheConformanceSuiteBehindTheFrontAndAlone(t *testing.T) {
	address := startAzurite(t)
	t.Run("behind the front", func(t *testing.T) {
		b := startOn(t, sandboxtest.New(t), content.New(), blob.Options{Azurite: address})
		conformance(t, b.client(t))
	})
	t.Run("alone", func(t *testing.T) {
		const name, key = "devstoreaccount1", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
		cred, err := azblob.NewSharedKeyCredential(name, key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := azblob.NewClientWithSharedKeyCredential(fmt.Sprintf("%s/%s/", address, name), cred,
			&azblob.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: http.DefaultClient, Retry: policy.RetryOptions{MaxRetries: -1}}})
		if err != nil {
			t.Fatal(err)
		}
		conformance(t, c)
	})
}

func TestTheFrontStaysTheSandboxsOwnBeforeAzurite(t *testing.T) {
	b := startOn(t, sandboxtest.New(t), content.New(), blob.Options{Azurite: startAzurite(t)})
	ctx := filled(t, b)
	c, second := b.client(t), b.clientOf(t, "data-secondary")
	b.Clock.Advance(time.Hour)
	upload(t, ctx, c, "box", "late", "late")
	if got := download(t, ctx, second, "box", "dir/x"); got != "text" {
		t.Errorf("the secondary has %q", got)
	}
	_, err := second.DownloadStream(ctx, "box", "late", nil)
	want(t, "what has not reached the secondary", err, bloberror.BlobNotFound)
	page, err := second.NewListBlobsFlatPager("box", nil).NextPage(ctx)
	if err != nil || len(page.Segment.BlobItems) != 1 || *page.ContainerName != "box" {
		t.Errorf("its list is %+v, %v", page.Segment, err)
	}
	b.Clock.Advance(account.DefaultLag)
	if got := download(t, ctx, second, "box", "late"); got != "late" {
		t.Errorf("after the lag it has %q", got)
	}
	b.Health.Set(b.id, world.Standing{Read: world.Gone, Write: world.Gone})
	_, err = c.DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "in an outage", err, bloberror.ServerBusy)
	b.Health.Set(b.id, world.Standing{})
	if status, _, _ := b.request(t, "GET", b.url+"/data/box/dir/x", ""); status != http.StatusUnauthorized {
		t.Errorf("without a credential it answers %d", status)
	}
	_, err = c.DeleteContainer(ctx, "box", nil)
	want(t, "deleting the container", err, "")
	_, err = c.CreateContainer(ctx, "box", nil)
	want(t, "making it anew", err, "")
	_, err = c.DownloadStream(ctx, "box", "dir/x", nil)
	want(t, "a blob of the container before", err, bloberror.BlobNotFound)
}

func TestWhatTheSandboxWritesItselfReachesAzurite(t *testing.T) {
	b := startOn(t, sandboxtest.New(t), content.New(), blob.Options{Azurite: startAzurite(t)})
	ctx := filled(t, b)
	write := func() {
		b.Write(func(tx *state.Tx) error {
			if err := b.service.WriteIn(tx, b.id, "box", "config.json", "{}", "application/json"); err != nil {
				return err
			}
			return b.service.AppendIn(tx, b.id, "box", "logs/std_log.txt", "a line\n")
		})
	}
	write()
	c := b.client(t)
	if got := download(t, ctx, c, "box", "config.json"); got != "{}" {
		t.Errorf("what was written is %q", got)
	}
	write()
	if got := download(t, ctx, c, "box", "logs/std_log.txt"); got != "a line\na line\n" {
		t.Errorf("the log is %q", got)
	}
}

func TestAnAzuriteThatDoesNotAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	_ = l.Close()
	b := startOn(t, sandboxtest.New(t), content.New(), blob.Options{Azurite: address})
	c := b.client(t)
	_, err = c.CreateContainer(context1(t), "box", nil)
	want(t, "a container", err, "")
	_, err = c.UploadBuffer(context1(t), "box", "x", []byte("x"), nil)
	want(t, "a blob", err, bloberror.ServerBusy)
	if _, err := blob.New(b.World.World, content.New(), blob.Options{Azurite: "127.0.0.1"}); err == nil {
		t.Error("what is no address is taken")
	}
}
