package deployment_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// quickstarts is the folder of published templates, "" where they are not there.
func quickstarts() string {
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	dir := filepath.Join(shared, "data", "quickstarts")
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

var apiVersion = regexp.MustCompile(`"apiVersion": *"([^"]+)"`)

// innermost are the messages of an error that have no reasons of their own.
func innermost(e object.Object) []string {
	if e == nil {
		return nil
	}
	details := object.List(e, "details")
	if len(details) == 0 {
		return []string{object.Text(e, "message")}
	}
	var out []string
	for _, d := range details {
		out = append(out, innermost(d.(object.Object))...)
	}
	return out
}

// Every published template can be validated, previewed and deployed, in an order that works. The control plane of this
// test takes any type and adds nothing to a body: what a template reads of the properties that Azure adds, or of the
// prerequisites of Azure's own tests, is not there, and nothing else fails.
func TestPublishedTemplatesDeploy(t *testing.T) {
	dir := quickstarts()
	if dir == "" {
		t.Skip("the quickstart templates are not there: set HOLDFAST_SHARED")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			template, err := os.ReadFile(filepath.Join(dir, e.Name(), "azuredeploy.json"))
			if err != nil {
				t.Skip("it has no azuredeploy.json")
			}
			parameters := "{}"
			if src, err := os.ReadFile(filepath.Join(dir, e.Name(), "azuredeploy.parameters.json")); err == nil {
				file, err := object.Decode(src)
				if err != nil {
					t.Fatal(err)
				}
				given := object.Inner(file, "parameters")
				for _, p := range given {
					if p := p.(map[string]any); p["reference"] != nil { // a vault of somebody's
						delete(p, "reference")
						p["value"] = "Pass-word-1234"
					}
				}
				parameters = string(object.Encode(given))
			}
			b := newBox(t)
			for _, m := range apiVersion.FindAllSubmatch(template, -1) {
				b.plant.any = append(b.plant.any, string(m[1]))
			}
			body := sent(string(template), parameters)
			if _, err := b.ask("POST", validatePath, body); err != nil {
				t.Fatal(err, err.Details)
			}
			b.forecast(body)
			if _, err := b.ask("PUT", at+"/main", body); err != nil {
				t.Fatal(err)
			}
			b.pass(time.Hour)
			p := object.Inner(b.get("main"), "properties")
			for _, reason := range innermost(object.Inner(p, "error")) {
				if !strings.Contains(reason, "available properties are") && !strings.Contains(reason, "GET-PREREQ-") {
					t.Error(reason)
				}
			}
			if strings.Contains(string(object.Encode(p)), "$unknown") {
				t.Error("something unknown is shown")
			}
		})
	}
}
