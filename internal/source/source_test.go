package source_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source"
)

var update = flag.Bool("update", false, "write the golden files")

// tree makes files of pairs of name and text.
func tree(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return files
}

// tmpl is a template with the given resources.
func tmpl(resources string, more ...string) string {
	return `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",` +
		strings.Join(append(more, ""), ",") + `"resources":[` + resources + `]}`
}

func storage(name string) string {
	return `{"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-01-01","name":"` + name + `","location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"}}`
}

const listed = `[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv","location":"westeurope","properties":{}}]`

func names(e *estate.Estate) (out []string) {
	for _, r := range e.Resources {
		mark := ""
		if r.External {
			mark = " (external)"
		}
		out = append(out, r.Name+mark)
	}
	return out
}

func inputs(e *estate.Estate) (out []string) {
	for _, in := range e.Coverage.Inputs {
		line := fmt.Sprintf("%s %s %d", in.Name, in.Kind, in.Resources)
		if len(in.Parameters) > 0 {
			line += " with " + strings.Join(in.Parameters, ", ")
		}
		if in.Note != "" {
			line += ": " + in.Note
		}
		out = append(out, line)
	}
	return out
}

func notSeen(e *estate.Estate) (out []string) {
	for _, n := range e.Coverage.NotSeen {
		out = append(out, n.What+": "+n.Why)
	}
	return out
}

func load(t *testing.T, files fstest.MapFS, opts source.Options, in ...string) (*estate.Estate, []source.Diagnostic) {
	t.Helper()
	opts.Files = files
	e, diags, err := source.Load(context.Background(), in, opts)
	if err != nil {
		t.Fatal(err)
	}
	return e, diags
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: -want +got\n%s", what, d)
	}
}

func TestRecognise(t *testing.T) {
	for text, want := range map[string]string{
		tmpl(""): "template",
		`{"contentVersion":"1.0.0.0","resources":[]}`:                                                                     "template",
		`{"contentVersion":"1.0.0.0","resources":{}}`:                                                                     "template",
		`{"$schema":"https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"}`:       "template",
		`{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#","parameters":{}}`: "parameters",
		`{"parameters":{"a":{"value":1}}}`:                                                                                "parameters",
		listed:                                                                                                            "inventory",
		`[]`:                                                                                                              "inventory",
		`{"value":[]}`:                                                                                                    "inventory",
		`{"resources":[],"relations":[]}`:                                                                                 "estate",
		`{"estate":{"resources":[]}}`:                                                                                     "estate",
		`{"$schema":"https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#","handler":"x","outputs":{}}`: "other",
		`{"itemDisplayName":"x","description":"y"}`: "other",
		`"text"`: "other", `3`: "other", ``: "other",
	} {
		doc, _ := jsonc.Parse("f", []byte(text))
		if got := source.Recognise(doc); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestAFolderIsReadWhole(t *testing.T) {
	files := tree(
		"infra/main.json", tmpl(storage("a")), "infra/main.parameters.json", `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#","parameters":{}}`,
		"infra/deep/er/list.json", listed, "infra/metadata.json", `{"itemDisplayName":"x"}`, "infra/createUiDefinition.json", `{"handler":"x"}`,
		"infra/readme.md", "hello", "infra/x.bicep", "resource", "infra/y.bicep", "resource", "infra/z.tf", "resource",
		"infra/.git/config.json", tmpl(storage("git")), "infra/node_modules/p/p.json", tmpl(storage("node")), "infra/lines.ndjson", `{"id":"/subscriptions/s/resourceGroups/g/providers/A.B/c/1","properties":{}}`+"\n"+`{"id":"/subscriptions/s/resourceGroups/g/providers/A.B/c/2","properties":{}}`,
	)
	e, diags := load(t, files, source.Options{Template: template.Options{SubscriptionID: "s", ResourceGroup: "g"}}, "infra")
	same(t, "resources", []string{"1", "2", "kv", "a"}, names(e))
	same(t, "inputs", []string{
		"infra/createUiDefinition.json other 0: it says nothing of resources", "infra/deep/er/list.json inventory 1", "infra/lines.ndjson inventory 2",
		"infra/metadata.json other 0: it says nothing of resources", "infra/main.json template 1 with infra/main.parameters.json", "infra/main.parameters.json parameters 0",
	}, inputs(e))
	same(t, "not seen", []string{"2 .bicep files in infra: Bicep is not read; compile it with `az bicep build`", "1 .tf files in infra: Terraform is not read; assess the inventory of what it deployed"}, notSeen(e))
	for _, d := range diags {
		if d.Severity == template.Error {
			t.Error(d)
		}
	}
}

func TestSeveralInputsMakeOneEstate(t *testing.T) {
	const ds = `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/datastores/d","properties":{"datastoreType":"AzureBlob","accountName":"a"}}`
	files := tree("a.json", tmpl(storage("a")), "b.json", tmpl(storage("a")+","+storage("b")), "c.json", "["+ds+"]")
	e, _ := load(t, files, source.Options{Template: template.Options{SubscriptionID: "s", ResourceGroup: "g", Location: "North Europe"}}, "a.json", "b.json", "c.json", "a.json", "./a.json"[2:])
	same(t, "resources", []string{"g (external)", "w (external)", "w/d", "a", "b"}, names(e))
	same(t, "not seen", []string{"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a: a resource with this id was already read; the first one counts"}, notSeen(e))
	group := e.Resources[0]
	if group.Location != "northeurope" || !group.HasRole(estate.ResourceGroup) {
		t.Errorf("the group: %+v", group)
	}
	for _, r := range e.Resources {
		if r.Name == "a" && !r.HasRole(estate.Datastore) {
			t.Error("the datastore of one file does not find the account of another")
		}
	}
}

func TestTheGroupCountsWhenItsRegionIsKnown(t *testing.T) {
	param := `"parameters":{"location":{"type":"string","defaultValue":"[resourceGroup().location]"}}`
	symbolic := `{"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-01-01","name":"a","location":"[parameters('location')]"}`
	for what, c := range map[string]struct {
		text, location string
		want           string
	}{
		"supplied":                         {tmpl(storage("a")), "westus", "westus"},
		"symbolic, as the resources have":  {tmpl(symbolic, param), "", "{resourceGroup().location}"},
		"symbolic, but nothing lies there": {tmpl(storage("a")), "", ""},
	} {
		e, _ := load(t, tree("t.json", c.text), source.Options{Template: template.Options{Location: c.location}}, "t.json")
		got := ""
		for _, r := range e.Resources {
			if r.Is("Microsoft.Resources/resourceGroups") {
				got = r.Location
			}
		}
		if got != c.want {
			t.Errorf("%s: the group lies in %q, want %q", what, got, c.want)
		}
	}
}

func TestLinkedTemplatesAreAssessedOnce(t *testing.T) {
	link := `{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"d","properties":{"mode":"Incremental","templateLink":{"relativePath":"parts/part.json"}}}`
	files := tree("main.json", tmpl(link), "parts/part.json", tmpl(storage("linked")), "parts/alone.json", tmpl(storage("alone")))
	e, _ := load(t, files, source.Options{}, ".")
	same(t, "resources", []string{"alone", "linked"}, names(e))
	same(t, "inputs", []string{"main.json template 1", "parts/alone.json template 1", "parts/part.json template 0: assessed where it is linked, from main.json"}, inputs(e))
	if len(e.Coverage.NotSeen) != 0 {
		t.Errorf("not seen: %v", notSeen(e))
	}

	missing, diags := load(t, tree("main.json", tmpl(link+","+storage("x"))), source.Options{}, "main.json")
	same(t, "not seen", []string{"the resources of deployment d: its template is not at hand"}, notSeen(missing))
	if !slices.ContainsFunc(diags, func(d source.Diagnostic) bool { return d.Code == template.CodeLinkedTemplate }) {
		t.Errorf("diagnostics: %v", diags)
	}
}

func TestParameterFiles(t *testing.T) {
	text := tmpl(strings.ReplaceAll(storage("N"), `"N"`, `"[parameters('n')]"`), `"parameters":{"n":{"type":"string"}}`)
	file := func(v string) string { return `{"parameters":{"n":{"value":"` + v + `"}}}` }
	for _, c := range []struct {
		what   string
		files  fstest.MapFS
		opts   source.Options
		inputs []string
		want   []string
		used   []string
	}{
		{"the usual name", tree("azuredeploy.json", text, "azuredeploy.parameters.json", file("usual"), "azuredeploy.parameters.us.json", file("us")), source.Options{}, []string{"azuredeploy.json"}, []string{"usual"},
			[]string{"azuredeploy.json template 1 with azuredeploy.parameters.json", "azuredeploy.parameters.json parameters 0", "azuredeploy.parameters.us.json parameters 0: not used; it is a variant for azuredeploy.json"}},
		{"the only variant", tree("main.json", text, "main.parameters.prod.json", file("prod")), source.Options{}, []string{"main.json"}, []string{"prod"},
			[]string{"main.json template 1 with main.parameters.prod.json", "main.parameters.prod.json parameters 0"}},
		{"several variants: none is guessed", tree("main.json", text, "main.parameters.prod.json", file("prod"), "main.parameters.dev.json", file("dev")), source.Options{}, []string{"main.json"}, []string{"{parameters('n')}"},
			[]string{"main.json template 1", "main.parameters.dev.json parameters 0: not used; it is a variant for main.json", "main.parameters.prod.json parameters 0: not used; it is a variant for main.json"}},
		{"named as an input", tree("main.json", text, "main.parameters.json", file("usual"), "other.json", file("other")), source.Options{}, []string{"main.json", "other.json"}, []string{"other"},
			[]string{"main.json template 1 with other.json", "other.json parameters 0"}},
		{"a value wins", tree("main.json", text, "main.parameters.json", file("usual")), source.Options{Template: template.Options{Parameters: []template.Assignment{{Name: "n", Text: "value"}}}}, []string{"main.json"}, []string{"value"},
			[]string{"main.json template 1 with main.parameters.json", "main.parameters.json parameters 0"}},
		{"none", tree("main.json", text), source.Options{}, []string{"main.json"}, []string{"{parameters('n')}"}, []string{"main.json template 1"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			e, diags := load(t, c.files, c.opts, c.inputs...)
			same(t, "resources", c.want, names(e))
			same(t, "inputs", c.used, inputs(e))
			for _, d := range diags {
				if d.Severity == template.Error {
					t.Error(d)
				}
			}
		})
	}
}

func TestValuesForParametersOfOtherTemplates(t *testing.T) {
	withN := tmpl(strings.ReplaceAll(storage("N"), `"N"`, `"[parameters('n')]"`), `"parameters":{"n":{"type":"string"}}`)
	opts := source.Options{Template: template.Options{Parameters: []template.Assignment{{Name: "n", Text: "x"}, {Name: "typo", Text: "y"}}}}
	e, diags := load(t, tree("a.json", withN, "b.json", tmpl(storage("b"))), opts, "a.json", "b.json")
	same(t, "resources", []string{"b", "x"}, names(e))
	var errs []string
	for _, d := range diags {
		if d.Severity == template.Error {
			errs = append(errs, d.Message)
		}
	}
	same(t, "errors", []string{"a value is given for the parameter typo, which no template declares"}, errs)
}

func TestOneBadFileDoesNotStopTheRest(t *testing.T) {
	files := tree("bad.json", `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", oops`, "good.json", listed)
	e, diags := load(t, files, source.Options{}, "bad.json", "good.json")
	same(t, "resources", []string{"kv"}, names(e))
	same(t, "not seen", []string{"bad.json: it is not valid JSON"}, notSeen(e))
	if len(diags) == 0 || diags[0].Severity != template.Error || diags[0].Pos.Line != 1 {
		t.Errorf("diagnostics: %v", diags)
	}

	e, diags = load(t, tree("dir/tsconfig.json", "{ 'a': 1 }", "dir/good.json", listed), source.Options{}, "dir")
	same(t, "resources", []string{"kv"}, names(e))
	if slices.ContainsFunc(diags, func(d source.Diagnostic) bool { return d.Severity == template.Error }) || len(e.Coverage.NotSeen) != 1 {
		t.Errorf("another dialect in a folder: %v, %v", diags, notSeen(e))
	}

	e, diags = load(t, tree("package.json", `{"name":"x"}`, "good.json", listed), source.Options{}, "package.json", "good.json")
	if len(diags) != 1 || diags[0].Code != source.CodeNotRecognised || len(e.Coverage.NotSeen) != 1 {
		t.Errorf("a named file that is nothing: %v, %v", diags, notSeen(e))
	}
}

// broken files cannot be read.
type broken struct{ fstest.MapFS }

func (b broken) ReadFile(name string) ([]byte, error) {
	if strings.Contains(name, "broken") {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("input/output error")}
	}
	return b.MapFS.ReadFile(name)
}

func TestAFileThatCannotBeReadIsSaid(t *testing.T) {
	e, diags, err := source.Load(context.Background(), []string{"d"}, source.Options{Files: broken{tree("d/broken.json", "{}", "d/good.json", listed)}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "not seen", []string{"d/broken.json: it cannot be read: input/output error"}, notSeen(e))
	if len(diags) != 1 || diags[0].Code != source.CodeRead || diags[0].Severity != template.Error {
		t.Errorf("diagnostics: %v", diags)
	}
}

func TestStandardInput(t *testing.T) {
	e, _ := load(t, nil, source.Options{Stdin: strings.NewReader(listed)}, "-")
	same(t, "inputs", []string{"(standard input) inventory 1"}, inputs(e))
	if o := e.Resources[0].Origin; o.File != "(standard input)" || o.Pointer != "/0" {
		t.Errorf("origin %+v", o)
	}
	e, _ = load(t, nil, source.Options{Stdin: strings.NewReader(tmpl(storage("a")))}, "-", "-")
	same(t, "inputs", []string{"(standard input) template 1"}, inputs(e))
	if _, _, err := source.Load(context.Background(), []string{"-"}, source.Options{}); err == nil {
		t.Error("no standard input is no error")
	}
}

func TestNothingFoundIsAnError(t *testing.T) {
	for _, c := range []struct {
		files fstest.MapFS
		in    string
		want  string
	}{
		{tree("d/x.txt", ""), "d", "no resources found in d: there is no JSON file in it"},
		{tree("d/a.json", "[]", "d/b.json", `{"x":1}`), "d", "no resources found in d: looked at d/a.json (inventory), d/b.json (other)"},
		{tree("t.json", tmpl(strings.Replace(storage("a"), "{", `{"condition":false,`, 1))), "t.json", "no resources found in t.json: looked at t.json (template); 1 resources are skipped by their conditions"},
	} {
		e, _, err := source.Load(context.Background(), []string{c.in}, source.Options{Files: c.files})
		if !errors.Is(err, source.ErrNothing) || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
		if e == nil || len(e.Resources) != 0 {
			t.Errorf("the estate is %v", e)
		}
	}
	if _, _, err := source.Load(context.Background(), []string{"gone.json"}, source.Options{Files: tree()}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := source.Load(ctx, []string{"t.json"}, source.Options{Files: tree("t.json", tmpl(storage("a")))}); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that was cancelled: %v", err)
	}
}

// shared is a folder of the shared data, wherever that lies.
func shared(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(append([]string{root, "data"}, elem...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the shared data is not there: %v", err)
	}
	return dir
}
