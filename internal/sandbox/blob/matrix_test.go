package blob_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
)

// TestWhatSignaturesPermit compares, for each operation and each permission of a
// service SAS, what is answered with testdata/permissions.txt.
func TestWhatSignaturesPermit(t *testing.T) {
	operations := []struct{ name, method, path, body, header string }{
		{"Get Blob", "GET", "/data/box/dir/x", "", ""},
		{"Get Blob Properties", "HEAD", "/data/box/dir/x", "", ""},
		{"Get Blob Metadata", "GET", "/data/box/dir/x?comp=metadata", "", ""},
		{"Get Blob Tags", "GET", "/data/box/dir/x?comp=tags", "", ""},
		{"Get Block List", "GET", "/data/box/dir/x?comp=blocklist", "", ""},
		{"Put Blob, new", "PUT", "/data/box/{new}", "text", "x-ms-blob-type: BlockBlob"},
		{"Put Blob, in place of another", "PUT", "/data/box/dir/x", "text", "x-ms-blob-type: BlockBlob"},
		{"Put Block", "PUT", "/data/box/dir/x?comp=block&blockid=AAAA", "text", ""},
		{"Set Blob Metadata", "PUT", "/data/box/dir/x?comp=metadata", "", "x-ms-meta-a: b"},
		{"Set Blob Properties", "PUT", "/data/box/dir/x?comp=properties", "", "x-ms-blob-content-type: text/plain"},
		{"Set Blob Tier", "PUT", "/data/box/dir/x?comp=tier", "", "x-ms-access-tier: Hot"},
		{"Set Blob Tags", "PUT", "/data/box/dir/x?comp=tags", "<Tags><TagSet></TagSet></Tags>", ""},
		{"Append Block", "PUT", "/data/box/log?comp=appendblock", "text", ""},
		{"Lease Blob", "PUT", "/data/box/dir/x?comp=lease", "", "x-ms-lease-action: break"},
		{"List Blobs", "GET", "/data/box?restype=container&comp=list", "", ""},
		{"Get Container ACL", "GET", "/data/box?restype=container&comp=acl", "", ""},
		{"List Containers", "GET", "/data?comp=list", "", ""},
		{"Delete Blob", "DELETE", "/data/box/none", "", ""},
	}
	b := start(t)
	b.Wall = b.Clock.Now
	ctx := filled(t, b)
	if _, err := box(b.client(t), "box").NewAppendBlobClient("log").Create(ctx, nil); err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(sandboxtest.Key)
	if err != nil {
		t.Fatal(err)
	}
	letters := []string{"r", "a", "c", "w", "d", "l", "t"}
	var out strings.Builder
	fmt.Fprintf(&out, "%-30s", "")
	for _, l := range letters {
		fmt.Fprintf(&out, "%5s", l)
	}
	out.WriteString("\n")
	for _, o := range operations {
		fmt.Fprintf(&out, "%-30s", o.name)
		codes := map[string]bool{}
		var order []string
		for _, l := range letters {
			url := b.url + strings.ReplaceAll(o.path, "{new}", "new-"+l)
			sep := "?"
			if strings.Contains(url, "?") {
				sep = "&"
			}
			var header []string
			if name, v, ok := strings.Cut(o.header, ": "); ok {
				header = []string{name, v}
			}
			status, code, _ := b.request(t, o.method, url+sep+signature(t, key, "/data/box", "sr=c sp="+l), o.body, header...)
			fmt.Fprintf(&out, "%5d", status)
			if code != "" && !codes[code] {
				codes[code] = true
				order = append(order, code)
			}
		}
		out.WriteString("  " + strings.Join(order, ", ") + "\n")
	}
	const file = "testdata/permissions.txt"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != out.String() {
		t.Errorf("%s (%v; -update writes it anew):\n%s", file, err, out.String())
	}
}
