package files_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/directory"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/file"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/fileerror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/service"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azfile/share"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/files"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

type bench struct {
	*sandboxtest.World
	service *files.Service
	content *content.Store
	http    *http.Client
	url     string
	id      string
}

func start(t *testing.T) *bench {
	t.Helper()
	w, c := sandboxtest.New(t), content.New()
	s := files.New(w.World, c)
	server := w.Serve(s)
	w.At.File, w.At.Main = server.URL, server.URL
	t.Cleanup(func() { server.Close(); _ = c.Close() })
	b := &bench{World: w, service: s, content: c, http: server.Client(), url: server.URL}
	b.id = w.Account("data", "Standard_RAGRS", nil)
	return b
}

func (b *bench) options() azcore.ClientOptions {
	return azcore.ClientOptions{Transport: b.http, Retry: policy.RetryOptions{MaxRetries: -1}}
}

func (b *bench) client(t *testing.T) *service.Client {
	t.Helper()
	cred, err := service.NewSharedKeyCredential("data", sandboxtest.Key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := service.NewClientWithSharedKeyCredential(b.url+"/data/", cred, &service.ClientOptions{ClientOptions: b.options()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// share makes a share and gives its client.
func (b *bench) share(t *testing.T) *share.Client {
	t.Helper()
	s := b.client(t).NewShareClient("code")
	if _, err := s.Create(ctx(t), nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func ctx(t *testing.T) context.Context {
	c, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return c
}

func want(t *testing.T, what string, err error, code fileerror.Code) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case code != "" && !fileerror.HasCode(err, code):
		t.Errorf("%s gives %v, want %s", what, err, code)
	}
}

func upload(t *testing.T, f *file.Client, text string) {
	t.Helper()
	if _, err := f.Create(ctx(t), int64(len(text)), nil); err != nil {
		t.Fatal(err)
	}
	if err := f.UploadBuffer(ctx(t), []byte(text), nil); err != nil {
		t.Fatal(err)
	}
}

func download(t *testing.T, f *file.Client) string {
	t.Helper()
	r, err := f.DownloadStream(ctx(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestNotebooksAreKeptInDirectories(t *testing.T) {
	b := start(t)
	s := b.share(t)
	d := s.NewDirectoryClient("Users")
	_, err := d.NewSubdirectoryClient("ada").Create(ctx(t), nil)
	want(t, "a directory without its parent", err, fileerror.ParentNotFound)
	_, err = d.Create(ctx(t), nil)
	want(t, "a directory", err, "")
	_, err = d.Create(ctx(t), nil)
	want(t, "the same directory", err, fileerror.ResourceAlreadyExists)
	ada := d.NewSubdirectoryClient("ada")
	_, err = ada.Create(ctx(t), nil)
	want(t, "a directory in it", err, "")
	f := ada.NewFileClient("first notebook.ipynb")
	upload(t, f, `{"cells": []}`)
	if got := download(t, f); got != `{"cells": []}` {
		t.Errorf("the notebook is %s", got)
	}
	if got := download(t, s.NewDirectoryClient("users").NewSubdirectoryClient("ADA").NewFileClient("First Notebook.ipynb")); got != `{"cells": []}` {
		t.Errorf("in another spelling it is %s", got)
	}
	p, err := f.GetProperties(ctx(t), nil)
	if err != nil || *p.ContentLength != 13 || p.FileLastWriteTime == nil || *p.FileAttributes != "Archive" {
		t.Errorf("its properties are %+v, %v", p, err)
	}
	_, err = ada.Delete(ctx(t), nil)
	want(t, "deleting a directory with a file", err, fileerror.DirectoryNotEmpty)
	_, err = f.Delete(ctx(t), nil)
	want(t, "deleting the file", err, "")
	_, err = f.DownloadStream(ctx(t), nil)
	want(t, "reading what is deleted", err, fileerror.ResourceNotFound)
	_, err = ada.Delete(ctx(t), nil)
	want(t, "deleting the empty directory", err, "")
	if b.content.Len() != 0 {
		t.Errorf("%d pieces are left", b.content.Len())
	}
}

func TestRanges(t *testing.T) {
	b := start(t)
	f := b.share(t).NewRootDirectoryClient().NewFileClient("f")
	_, err := f.Create(ctx(t), 20, nil)
	want(t, "creating", err, "")
	put := func(offset int64, text string) {
		t.Helper()
		_, err := f.UploadRange(ctx(t), offset, &body{strings.NewReader(text)}, nil)
		want(t, "writing", err, "")
	}
	put(2, "abcdef")
	put(12, "xyz")
	put(4, "CD")
	model := []byte("\x00\x00abCDef\x00\x00\x00\x00xyz\x00\x00\x00\x00\x00")
	if got := download(t, f); got != string(model) {
		t.Errorf("it is %q", got)
	}
	l, err := f.GetRangeList(ctx(t), nil)
	if err != nil || len(l.Ranges) != 2 || *l.Ranges[0].Start != 2 || *l.Ranges[0].End != 7 {
		t.Errorf("the ranges are %+v, %v", l.Ranges, err)
	}
	_, err = f.ClearRange(ctx(t), file.HTTPRange{Offset: 3, Count: 10}, nil)
	want(t, "clearing", err, "")
	if got := download(t, f); got != "\x00\x00a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00yz\x00\x00\x00\x00\x00" {
		t.Errorf("cleared it is %q", got)
	}
	r, err := f.DownloadStream(ctx(t), &file.DownloadStreamOptions{Range: file.HTTPRange{Offset: 12, Count: 3}})
	if err != nil {
		t.Fatal(err)
	}
	if raw, _ := io.ReadAll(r.Body); string(raw) != "\x00yz" {
		t.Errorf("a range is %q", raw)
	}
	_, err = f.Resize(ctx(t), 14, nil)
	want(t, "cutting", err, "")
	_, err = f.Resize(ctx(t), 16, nil)
	want(t, "growing", err, "")
	if got := download(t, f); got != "\x00\x00a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00y\x00\x00" {
		t.Errorf("resized it is %q", got)
	}
	_, err = f.UploadRange(ctx(t), 15, &body{strings.NewReader("xy")}, nil)
	want(t, "writing beyond the end", err, fileerror.InvalidRange)
}

// body is a reader that the SDK takes.
type body struct{ *strings.Reader }

func (*body) Close() error { return nil }

func TestLargeFiles(t *testing.T) {
	b := start(t)
	f := b.share(t).NewRootDirectoryClient().NewFileClient("large")
	data := bytes.Repeat([]byte("notebook"), 9<<17) // 9 MiB
	_, err := f.Create(ctx(t), int64(len(data)), nil)
	want(t, "creating", err, "")
	want(t, "uploading", f.UploadBuffer(ctx(t), data, nil), "")
	got := make([]byte, len(data))
	if _, err := f.DownloadBuffer(ctx(t), got, nil); err != nil || !bytes.Equal(got, data) {
		t.Errorf("it comes back other than it was, %v", err)
	}
}

func TestListsComeInPages(t *testing.T) {
	b := start(t)
	root := b.share(t).NewRootDirectoryClient()
	for _, name := range []string{"c", "B", "a", "dir", "dir2"} {
		if strings.HasPrefix(name, "dir") {
			_, err := root.NewSubdirectoryClient(name).Create(ctx(t), nil)
			want(t, "a directory", err, "")
			continue
		}
		upload(t, root.NewFileClient(name), name)
	}
	upload(t, root.NewSubdirectoryClient("dir").NewFileClient("inner"), "x")
	list := func(most int32, prefix string) (got []string) {
		for p := root.NewListFilesAndDirectoriesPager(&directory.ListFilesAndDirectoriesOptions{MaxResults: &most, Prefix: &prefix}); p.More(); {
			page, err := p.NextPage(ctx(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range page.Segment.Files {
				got = append(got, *f.Name)
			}
			for _, d := range page.Segment.Directories {
				got = append(got, *d.Name+"/")
			}
		}
		return got
	}
	for _, most := range []int32{1, 2, 100} {
		got := list(most, "")
		slices.Sort(got)
		if !slices.Equal(got, []string{"B", "a", "c", "dir/", "dir2/"}) {
			t.Errorf("in pages of %d: %v", most, got)
		}
	}
	if got := list(1, "di"); !slices.Equal(got, []string{"dir/", "dir2/"}) {
		t.Errorf("with a prefix: %v", got)
	}
}

func TestShares(t *testing.T) {
	b := start(t)
	c, s := b.client(t), b.share(t)
	_, err := s.Create(ctx(t), nil)
	want(t, "creating it again", err, fileerror.ShareAlreadyExists)
	_, err = s.SetMetadata(ctx(t), &share.SetMetadataOptions{Metadata: map[string]*string{"owner": to.Ptr("me")}})
	want(t, "setting metadata", err, "")
	_, err = s.SetProperties(ctx(t), &share.SetPropertiesOptions{Quota: to.Ptr(int32(7))})
	want(t, "setting the quota", err, "")
	p, err := s.GetProperties(ctx(t), nil)
	if err != nil || *p.Quota != 7 || len(p.Metadata) != 1 {
		t.Errorf("its properties are %+v, %v", p, err)
	}
	upload(t, s.NewRootDirectoryClient().NewFileClient("f"), "12345")
	st, err := s.GetStatistics(ctx(t), nil)
	if err != nil || *st.ShareUsageBytes != 5 {
		t.Errorf("its statistics are %+v, %v", st, err)
	}
	b.Write(func(tx *state.Tx) error { return b.service.EnsureShare(tx, b.id, "other", b.Clock.Now()) })
	var names []string
	for pager := c.NewListSharesPager(&service.ListSharesOptions{MaxResults: to.Ptr(int32(1)), Include: service.ListSharesInclude{Metadata: true}}); pager.More(); {
		page, err := pager.NextPage(ctx(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Shares {
			names = append(names, *s.Name)
		}
	}
	if !slices.Equal(names, []string{"code", "other"}) {
		t.Errorf("the shares are %v", names)
	}
	_, err = s.Delete(ctx(t), nil)
	want(t, "deleting", err, "")
	_, err = s.NewRootDirectoryClient().NewFileClient("f").GetProperties(ctx(t), nil)
	want(t, "a file of what is deleted", err, "ShareNotFound")
	_, err = s.Create(ctx(t), nil)
	want(t, "creating it anew", err, "")
	_, err = s.NewRootDirectoryClient().NewFileClient("f").DownloadStream(ctx(t), nil)
	want(t, "a file of the share before", err, fileerror.ResourceNotFound)
	if b.content.Len() != 0 {
		t.Errorf("%d pieces are left", b.content.Len())
	}
}

func TestMetadataAndHeaders(t *testing.T) {
	b := start(t)
	f := b.share(t).NewRootDirectoryClient().NewFileClient("f")
	_, err := f.Create(ctx(t), 0, &file.CreateOptions{HTTPHeaders: &file.HTTPHeaders{ContentType: to.Ptr("text/plain")}, Metadata: map[string]*string{"k": to.Ptr("v")}})
	want(t, "creating", err, "")
	_, err = f.SetMetadata(ctx(t), &file.SetMetadataOptions{Metadata: map[string]*string{"k": to.Ptr("w")}})
	want(t, "setting metadata", err, "")
	_, err = f.SetHTTPHeaders(ctx(t), &file.SetHTTPHeadersOptions{HTTPHeaders: &file.HTTPHeaders{ContentType: to.Ptr("text/x")}})
	want(t, "setting headers", err, "")
	p, err := f.GetProperties(ctx(t), nil)
	if err != nil || *p.ContentType != "text/x" || len(p.Metadata) != 1 {
		t.Errorf("its properties are %+v, %v", p, err)
	}
}
