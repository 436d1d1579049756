package source_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// element is an element of an inventory.
func element(name string) string {
	return `{"id":"/subscriptions/s/resourceGroups/g/providers/A.B/c/` + name + `","properties":{}}`
}

// write makes a file on the disk, with its folders.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skipf("there are no links here: %v", err)
	}
}

// On a real disk: links to files are followed, links to folders are told, links
// in circles and to nothing do no harm.
func TestLinksInAFolder(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	write(t, dir, "in/own.json", "["+element("own")+"]")
	write(t, dir, "in/deep/er.json", "["+element("deeper")+"]")
	outside := write(t, dir, "outside/far.json", "["+element("far")+"]")
	link(t, outside, filepath.Join(in, "far.json"))
	link(t, in, filepath.Join(in, "deep", "circle"))
	link(t, filepath.Dir(outside), filepath.Join(in, "other"))
	link(t, filepath.Dir(outside), filepath.Join(in, "folder.json"))
	link(t, filepath.Join(dir, "gone.json"), filepath.Join(in, "broken.json"))
	link(t, "self.json", filepath.Join(in, "self.json"))
	link(t, "gone", filepath.Join(in, "nothing"))

	e, diags, err := source.Load(context.Background(), []string{in}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "resources", []string{"deeper", "far", "own"}, names(e))
	var told []string
	for _, n := range e.Coverage.NotSeen {
		why, _, _ := strings.Cut(n.Why, ",")
		rel, _ := filepath.Rel(in, n.What)
		told = append(told, filepath.ToSlash(rel)+": "+strings.SplitN(why, ":", 2)[0])
	}
	slices.Sort(told)
	same(t, "not seen", []string{"broken.json: it cannot be read", "deep/circle: it is a link to a folder", "folder.json: it is a link to a folder", "other: it is a link to a folder", "self.json: it cannot be read"}, told)
	if n := len(diags); n != 2 {
		t.Errorf("%d diagnostics: %v", n, diags)
	}

	e, _, err = source.Load(context.Background(), []string{filepath.Join(in, "other")}, source.Options{})
	if err != nil {
		t.Fatalf("a link that the user names: %v", err)
	}
	same(t, "resources behind a link that the user names", []string{"far"}, names(e))
}

func TestFilesThatTheUserMayNotRead(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("everything may be read here")
	}
	dir := t.TempDir()
	write(t, dir, "good.json", "["+element("good")+"]")
	secret := write(t, dir, "secret.json", "["+element("secret")+"]")
	write(t, dir, "closed/x.json", "["+element("x")+"]")
	for _, name := range []string{secret, filepath.Join(dir, "closed")} {
		if err := os.Chmod(name, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(name, 0o755) })
	}
	e, diags, err := source.Load(context.Background(), []string{dir}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "resources", []string{"good"}, names(e))
	if len(diags) != 2 || len(e.Coverage.NotSeen) != 2 || !strings.Contains(e.Coverage.NotSeen[0].Why, "permission denied") {
		t.Errorf("%v, not seen %v", diags, notSeen(e))
	}
}

// sized files say another size than they have; their text would be too much.
type sized struct {
	fstest.MapFS
	size int64
}

func (s sized) Stat(name string) (fs.FileInfo, error) {
	info, err := s.MapFS.Stat(name)
	return larger{info, s.size}, err
}

func (s sized) ReadFile(name string) ([]byte, error) { return nil, errors.New("it must not be read") }

type larger struct {
	fs.FileInfo
	size int64
}

func (l larger) Size() int64 { return l.size }

func TestAFileOfMoreThanAGigabyteIsNotRead(t *testing.T) {
	_, diags, err := source.Load(context.Background(), []string{"huge.json"}, source.Options{Files: sized{tree("huge.json", ""), 1<<30 + 1}})
	if !errors.Is(err, source.ErrNothing) || len(diags) != 1 || !strings.Contains(diags[0].Message, "1073741825 bytes, more than 1 GiB") {
		t.Errorf("%v, %v", diags, err)
	}
}

// Texts in other encodings than UTF-8 are told as such, with their place.
func TestOtherEncodings(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, c := range listed {
		utf16 += string([]byte{byte(c), 0})
	}
	for what, c := range map[string]struct{ text, want string }{
		"UTF-16, as an old PowerShell writes it": {utf16, "UTF-16"},
		"Latin-1":                                {strings.Replace(listed, "kv", "caf\xe9", 1), "0xE9 is not valid UTF-8"},
		"an archive":                             {"PK\x03\x04\x00\x00\x00", "expected"},
	} {
		_, diags, err := source.Load(context.Background(), []string{"f.json"}, source.Options{Files: tree("f.json", c.text)})
		if !errors.Is(err, source.ErrNothing) || len(diags) == 0 || !strings.Contains(diags[0].Message, c.want) || diags[0].Pos.Line != 1 || diags[0].Severity != template.Error {
			t.Errorf("%s: %v, %v", what, diags, err)
		}
	}
	e, diags := load(t, tree("f.json", "\xEF\xBB\xBF"+listed), source.Options{}, "f.json")
	if len(diags) != 0 || len(e.Resources) != 1 || e.Resources[0].Origin.Column != 2 {
		t.Errorf("UTF-8 with its mark: %v, %+v", diags, e.Resources)
	}
}

func TestEmptyFiles(t *testing.T) {
	for _, text := range []string{"", " ", "\n\n", "\uFEFF", "// nothing\n"} {
		_, diags, err := source.Load(context.Background(), []string{"f.json"}, source.Options{Files: tree("f.json", text)})
		if !errors.Is(err, source.ErrNothing) || len(diags) == 0 || diags[0].Severity != template.Error {
			t.Errorf("%q: %v, %v", text, diags, err)
		}
		_, diags, err = source.Load(context.Background(), []string{"-"}, source.Options{Stdin: strings.NewReader(text)})
		if !errors.Is(err, source.ErrNothing) || len(diags) == 0 || diags[0].Pos.File != "(standard input)" {
			t.Errorf("%q on the standard input: %v, %v", text, diags, err)
		}
	}
}

func TestTheStandardInputBreaks(t *testing.T) {
	_, _, err := source.Load(context.Background(), []string{"-"}, source.Options{Stdin: iotest.ErrReader(errors.New("the pipe is broken"))})
	if err == nil || !strings.Contains(err.Error(), "reading the standard input: the pipe is broken") {
		t.Errorf("error %v", err)
	}
	e, _ := load(t, nil, source.Options{Stdin: iotest.OneByteReader(strings.NewReader(element("a") + "\n" + element("b")))}, "-")
	same(t, "a stream that comes byte by byte", []string{"a", "b"}, names(e))
}

// Every way to name a parameter file for its template.
func TestParameterFilesByTheirUsualNames(t *testing.T) {
	text := tmpl(strings.ReplaceAll(storage("N"), `"N"`, `"[parameters('n')]"`), `"parameters":{"n":{"type":"string","defaultValue":"default"}}`)
	const values = `{"parameters":{"n":{"value":"given"}}}`
	for _, c := range []struct{ template, parameters, want string }{
		{"azuredeploy.json", "azuredeploy.parameters.json", "given"},
		{"main.json", "main.parameters.json", "given"},
		{"main.jsonc", "main.parameters.json", "given"},
		{"main.json", "main.parameters.jsonc", "given"},
		{"main.json", "main.parameters.prod.json", "given"},
		{"main.prod.json", "main.prod.parameters.json", "given"},
		{"template.json", "parameters.json", "given"}, // as the portal exports them
		{"template.json", "template.parameters.json", "given"},
		{"main.json", "parameters.json", "default"},
		{"main.json", "main.parameters.txt", "default"},
		{"main.json", "mainparameters.json", "default"},
		{"main.json", "azuredeploy.parameters.json", "default"},
		{"main.json", "sub/main.parameters.json", "default"},
		{"main.json", "main.parameters..json", "default"},
	} {
		for _, in := range []string{"d", "d/" + c.template} {
			e, _ := load(t, tree("d/"+c.template, text, "d/"+c.parameters, values), source.Options{}, in)
			if got := names(e); len(got) != 1 || got[0] != c.want {
				t.Errorf("%s with %s, read as %s, gives %q, want %s", c.template, c.parameters, in, got, c.want)
			}
		}
	}
	e, _ := load(t, tree("template.json", text, "template.parameters.json", values, "parameters.json", `{"parameters":{"n":{"value":"other"}}}`), source.Options{}, "template.json")
	same(t, "the nearest name wins", []string{"given"}, names(e))
}

// A parameter file that cannot be used is said, and the template is read without.
func TestParameterFilesThatAreNone(t *testing.T) {
	text := tmpl(strings.ReplaceAll(storage("N"), `"N"`, `"[parameters('n')]"`), `"parameters":{"n":{"type":"string"}}`)
	for what, parameters := range map[string]string{"no JSON": `{"parameters":`, "a listing": listed, "something else": `{"a":1}`} {
		e, _ := load(t, tree("main.json", text, "main.parameters.json", parameters), source.Options{}, "main.json")
		if got := names(e); !slices.Contains(got, "{parameters('n')}") {
			t.Errorf("%s: %q", what, got)
		}
		if got := strings.Join(inputs(e), "; "); !strings.Contains(got, "main.parameters.json") {
			t.Errorf("%s: the coverage does not name it: %s", what, got)
		}
	}
	_, diags, err := source.Load(context.Background(), []string{"p.json"}, source.Options{Files: tree("p.json", `{"parameters":{"a":{"value":1}}}`)})
	if !errors.Is(err, source.ErrNothing) || len(diags) != 1 || diags[0].Code != source.CodeNotUsed || diags[0].Severity != template.Error {
		t.Errorf("a parameter file alone: %v, %v", diags, err)
	}
	e, diags := load(t, tree("d/p.parameters.json", `{"parameters":{"a":{"value":1}}}`, "d/l.json", listed), source.Options{}, "d")
	if len(diags) != 0 || !slices.Contains(inputs(e), "d/p.parameters.json parameters 0: no template takes it") {
		t.Errorf("a parameter file alone in a folder: %v, %v", diags, inputs(e))
	}
}

// Many ways to name the same thing read it once; a resource that two inputs
// declare is counted once, from the first.
func TestNothingIsReadTwice(t *testing.T) {
	files := tree("d/a.json", "["+element("x")+","+element("y")+"]", "d/sub/b.json", "["+element("Y")+"]")
	for _, in := range [][]string{{"d", "d"}, {"d", "d/a.json"}, {"d/a.json", "d"}, {"d/sub", "d"}, {"d/a.json", "d/sub/b.json", "d/a.json"}, {"d", "d/sub/../a.json"}} {
		e, diags, err := source.Load(context.Background(), in, source.Options{Files: cleaned{files}})
		if err != nil || len(diags) != 0 {
			t.Fatalf("%q: %v, %v", in, diags, err)
		}
		if len(e.Coverage.Inputs) != 2 || e.Coverage.Resources != 2 || len(e.Coverage.NotSeen) != 1 {
			t.Errorf("%q: inputs %q, %d resources, not seen %q", in, inputs(e), e.Coverage.Resources, notSeen(e))
		}
		want := "d/a.json"
		if in[0] == "d/sub" {
			want = "d/sub/b.json"
		}
		if y := e.ByID(estate.ParseID("/subscriptions/s/resourceGroups/g/providers/A.B/c/y")); y.Origin.File != want {
			t.Errorf("%q: y is that of %s", in, y.Origin.File)
		}
	}
}

// cleaned takes names as a disk does, with . and .. in them.
type cleaned struct{ fstest.MapFS }

func (c cleaned) Stat(name string) (fs.FileInfo, error) { return c.MapFS.Stat(filepath.Clean(name)) }
func (c cleaned) ReadFile(name string) ([]byte, error)  { return c.MapFS.ReadFile(filepath.Clean(name)) }
func (c cleaned) ReadDir(name string) ([]fs.DirEntry, error) {
	return c.MapFS.ReadDir(filepath.Clean(name))
}

// A template and the listing of what it deployed give one estate: the template,
// when it comes first, says where each setting stands.
func TestATemplateAndAnInventoryOfTheSameGroup(t *testing.T) {
	files := tree("t.json", tmpl(storage("st")), "l.json", `[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/ST","location":"westeurope","sku":{"name":"Standard_ZRS"},"properties":{}},`+element("more")+`]`)
	opts := source.Options{Template: template.Options{SubscriptionID: "s", ResourceGroup: "g"}}
	for _, in := range [][]string{{"t.json", "l.json"}, {"l.json", "t.json"}} {
		e, _ := load(t, files, opts, in...)
		if e.Coverage.Resources != 2 || len(e.Coverage.NotSeen) != 1 {
			t.Errorf("%q: %q, not seen %q", in, names(e), notSeen(e))
		}
	}
}

// What an input is does not hang on its extension, what a folder holds does.
func TestNamesAndKinds(t *testing.T) {
	for _, name := range []string{"list.txt", "list", "list.JSON", "list.jsonl", "list.ndjson"} {
		e, _ := load(t, tree(name, element("a")+"\n"+element("b")), source.Options{}, name)
		same(t, name, []string{"a", "b"}, names(e))
	}
	e, _ := load(t, tree("d/a.JSON", "["+element("a")+"]", "d/b.Jsonc", "["+element("b")+"]", "d/c.txt", "["+element("c")+"]", "d/d", "["+element("d")+"]", "d/json", "["+element("e")+"]"), source.Options{}, "d")
	same(t, "in a folder", []string{"a", "b"}, names(e))
}

// A name that is not there ends the run before anything is promised.
func TestInputsThatAreNotThere(t *testing.T) {
	for _, in := range [][]string{{"gone"}, {"a.json", "gone"}, {"gone/"}, {""}} {
		e, _, err := source.Load(context.Background(), in, source.Options{Files: tree("a.json", listed)})
		if err == nil || e != nil || !strings.Contains(err.Error(), in[len(in)-1]) {
			t.Errorf("%q: %v, %v", in, e, err)
		}
	}
	_, _, err := source.Load(context.Background(), nil, source.Options{Files: tree()})
	if !errors.Is(err, source.ErrNothing) {
		t.Errorf("no input: %v", err)
	}
}

// The message about nothing names what was looked at, but not a thousand files.
func TestNothingNamesAFewFiles(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 40 {
		files[fmt.Sprintf("d/%02d.json", i)] = &fstest.MapFile{Data: []byte("{}")}
	}
	_, _, err := source.Load(context.Background(), []string{"d"}, source.Options{Files: files})
	if err == nil || !strings.HasSuffix(err.Error(), "d/04.json (other), and 35 more files") {
		t.Errorf("error %v", err)
	}
}

// Deep folders and many files are read in the order of their names, so that the
// same folder gives the same report.
func TestTheOrderIsThatOfTheNames(t *testing.T) {
	files := fstest.MapFS{}
	deep := "d"
	for i := range 30 {
		deep += fmt.Sprintf("/%d", i%3)
		files[deep+"/list.json"] = &fstest.MapFile{Data: []byte("[" + element(fmt.Sprintf("n%02d", i)) + "]")}
	}
	first, _ := load(t, files, source.Options{}, "d")
	if len(first.Resources) != 30 {
		t.Fatalf("%d resources", len(first.Resources))
	}
	for range 3 {
		again, _ := load(t, files, source.Options{}, "d")
		same(t, "inputs", inputs(first), inputs(again))
	}
}

// A listing may be called like a template's parameters: the content counts.
func TestTheContentSaysWhatAFileIs(t *testing.T) {
	for text, kind := range map[string]string{
		tmpl(""): "template", "/* c */" + tmpl(""): "template", `{"parameters":{"a":{"reference":{"keyVault":{"id":"x"},"secretName":"s"}}}}`: "parameters",
		`{"parameters":{"a":1}}`: "other", `{"contentVersion":"1.0.0.0","resources":3}`: "other", `{"contentVersion":"1.0.0.0"}`: "other",
		`{"$schema":"HTTPS://SCHEMA.MANAGEMENT.AZURE.COM/SCHEMAS/2019-04-01/DEPLOYMENTTEMPLATE.JSON#"}`: "template", `{"$schema":3,"resources":[]}`: "other",
		`{"schemaVersion":"1.0","estate":{"resources":[],"relations":[]},"findings":[]}`: "estate", `{"estate":{"resources":{}}}`: "other", `{"resources":[],"relations":{}}`: "other",
	} {
		doc, _ := jsonc.Parse("main.parameters.json", []byte(text))
		if got := source.Recognise(doc); got != kind {
			t.Errorf("%s is %s, want %s", text, got, kind)
		}
	}
}
