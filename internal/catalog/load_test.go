package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestFilesAreFoundInAnyFolder(t *testing.T) {
	c, err := Parse(fstest.MapFS{
		"team/a/services/x.yaml":     {Data: []byte(shelfService)},
		"team/a/sources/books.yml":   {Data: []byte(shelfSources)},
		"team/b/rules.yaml":          {Data: []byte(shelfRule)},
		"README.md":                  {Data: []byte("# not read: [")},
		"team/b/notes.yaml.bak":      {Data: []byte("not: [read")},
		"team/empty.yaml":            {Data: []byte("# nothing yet\n")},
		"team/b/rules/none.yaml":     {Data: []byte("[]")},
		"needs.yaml":                 {Data: []byte("- {capability: train, role: compute, read: hard, write: no, why: x, sources: [book]}")},
		"team/spreads/networks.yaml": {Data: []byte("{role: network, read: soft, write: soft, oneOf: true, why: x, sources: [book]}")},
	}, "all")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Services()) != 1 || len(c.Rules()) != 1 || len(c.Needs()) != 1 || len(c.Spreads()) != 1 || c.AsOf() != "2026-05" {
		t.Errorf("services %d, rules %d, needs %d, spreads %d, as of %s", len(c.Services()), len(c.Rules()), len(c.Needs()), len(c.Spreads()), c.AsOf())
	}
	if got := c.Service("shelf").Types; !slices.Equal(got, []string{"Microsoft.Test/shelves"}) {
		t.Errorf("types %v", got)
	}
}

func TestServicesAreInTheOrderOfTheirFiles(t *testing.T) {
	files := map[string]string{}
	for _, n := range []string{"030-c", "010-a", "020-b"} {
		files["services/"+n+".yaml"] = strings.Replace(shelfService, "id: shelf", "id: "+n[4:], 1)
	}
	c := mustExtend(t, files)
	var ids []string
	for _, s := range c.Services() {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, []string{"shelf", "a", "b", "c"}) {
		t.Errorf("order %v", ids)
	}
}

// brokenFS fails when a file is opened or read.
type brokenFS struct {
	fstest.MapFS
	open, read bool
}

var errDisk = errors.New("the disk is gone")

func (b brokenFS) Open(name string) (fs.File, error) {
	file, err := b.MapFS.Open(name)
	if !strings.HasSuffix(name, ".yaml") {
		return file, err
	}
	if b.open {
		return nil, errDisk
	}
	return brokenFile{file, b.read}, err
}

type brokenFile struct {
	fs.File
	read bool
}

func (b brokenFile) Read(p []byte) (int, error) {
	if b.read {
		return 0, errDisk
	}
	return b.File.Read(p)
}

func TestAFileThatCannotBeReadIsAnError(t *testing.T) {
	for _, broken := range []brokenFS{{shelfFiles(nil), true, false}, {shelfFiles(nil), false, true}} {
		if _, err := Parse(broken, "x"); !errors.Is(err, errDisk) || !strings.Contains(err.Error(), "reading a catalog") {
			t.Errorf("err = %v", err)
		}
		if _, err := Generate(broken); !errors.Is(err, errDisk) {
			t.Errorf("err = %v", err)
		}
	}
}

func TestAFolderThatIsNoCatalog(t *testing.T) {
	if _, err := Parse(fstest.MapFS{"a.txt": {}}, "x"); err == nil || !strings.Contains(err.Error(), "there is no .yaml file in x") {
		t.Errorf("err = %v", err)
	}
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		many[fmt.Sprintf("sources/%d.yaml", i)] = &fstest.MapFile{Data: []byte("[]")}
	}
	if _, err := Parse(many, "x"); err == nil || !strings.Contains(err.Error(), "more than 1000 files") {
		t.Errorf("err = %v", err)
	}
	big := fstest.MapFS{}
	for i := range 20 {
		big[fmt.Sprintf("sources/%d.yaml", i)] = &fstest.MapFile{Data: []byte("[]\n" + strings.Repeat("#\n", maxFileBytes/2-10))}
	}
	if _, err := Parse(big, "x"); err == nil || !strings.Contains(err.Error(), "more than 1000 files or 2097152 bytes") {
		t.Errorf("err = %v", err)
	}
}

func TestAFileThatIsTooBig(t *testing.T) {
	_, err := Parse(fstest.MapFS{"sources/x.yaml": {Data: []byte(strings.Repeat("# \n", maxFileBytes))}}, "x")
	if err == nil || !strings.Contains(err.Error(), "x/sources/x.yaml:1:1: the file has more than 262144 bytes; split it") {
		t.Errorf("err = %v", err)
	}
}

func TestGenerateRefusesWhatIsWrong(t *testing.T) {
	files := shelfFiles(map[string]string{"rules/shelf.yaml": strings.Replace(shelfRule, "severity: high", "severity: hihg", 1)})
	if _, err := Generate(files); err == nil || !strings.Contains(err.Error(), `did you mean "high"?`) {
		t.Errorf("err = %v", err)
	}
}

// The embedded form is one fact a line, so that a change is easy to review, and
// does not depend on anything but the files.
func TestGenerateIsStable(t *testing.T) {
	first, err := Generate(shelfFiles(nil))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if again, err := Generate(shelfFiles(nil)); err != nil || string(again) != string(first) {
			t.Fatalf("it differs: %v", err)
		}
	}
	if lines := strings.Count(string(first), "\n"); lines < 8 {
		t.Errorf("%d lines:\n%s", lines, first)
	}
}

func TestTheMessageOfAHopelessCatalog(t *testing.T) {
	one := Problems{{File: "a.yaml", Line: 1, Column: 2, What: "it is wrong", Do: "mend it"}}
	if got, want := one.Error(), "the catalog has 1 problem\n  a.yaml:1:2: it is wrong; mend it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	nowhere := Problem{File: "the embedded catalog", What: "it is wrong"}
	if got, want := nowhere.String(), "the embedded catalog: it is wrong"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := (Problems{}).sorted(); err != nil {
		t.Errorf("no problem is an error: %v", err)
	}
}
