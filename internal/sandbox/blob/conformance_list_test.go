package blob_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
)

func flatList(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	var all []string
	for i := range 25 {
		name := fmt.Sprintf("p%d/%02d", i%3, i)
		all = append(all, name)
		upload(t, ctx, c, b, name, strings.Repeat("x", i))
	}
	slices.Sort(all)
	for _, most := range []int32{1, 7, 25, 5000} {
		var got []string
		pager := c.NewListBlobsFlatPager(b, &azblob.ListBlobsFlatOptions{MaxResults: to.Ptr(most), Include: container.ListBlobsInclude{Metadata: true}})
		for pager.More() {
			p, err := pager.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Segment.BlobItems) > int(most) {
				t.Errorf("a page of at most %d has %d", most, len(p.Segment.BlobItems))
			}
			for _, i := range p.Segment.BlobItems {
				got = append(got, *i.Name)
			}
		}
		if !slices.Equal(got, all) {
			t.Errorf("in pages of %d: %v", most, got)
		}
	}
	var got []string
	for pager := c.NewListBlobsFlatPager(b, &azblob.ListBlobsFlatOptions{Prefix: to.Ptr("p1/")}); pager.More(); {
		p, err := pager.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range p.Segment.BlobItems {
			got = append(got, *i.Name)
		}
	}
	if len(got) != 8 || got[0] != "p1/01" {
		t.Errorf("with a prefix: %v", got)
	}
}

func hierarchicalList(t *testing.T, ctx context.Context, c *azblob.Client, b string) {
	for _, name := range []string{"a/1", "a/2", "a/b/3", "c", "d/4", "d/5", "e"} {
		upload(t, ctx, c, b, name, name)
	}
	list := func(prefix string, most int32) (got []string) {
		pager := box(c, b).NewListBlobsHierarchyPager("/", &container.ListBlobsHierarchyOptions{Prefix: &prefix, MaxResults: &most})
		for pager.More() {
			p, err := pager.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range p.Segment.BlobPrefixes {
				got = append(got, *i.Name)
			}
			for _, i := range p.Segment.BlobItems {
				got = append(got, *i.Name)
			}
		}
		slices.Sort(got)
		return got
	}
	for _, most := range []int32{1, 2, 100} {
		if got := list("", most); !slices.Equal(got, []string{"a/", "c", "d/", "e"}) {
			t.Errorf("the top in pages of %d: %v", most, got)
		}
		if got := list("a/", most); !slices.Equal(got, []string{"a/1", "a/2", "a/b/"}) {
			t.Errorf("below a/ in pages of %d: %v", most, got)
		}
	}
}
