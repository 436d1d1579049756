package blueprint

import (
	"encoding/json"
	"fmt"
	"strings"
)

// File is a file of a new workspace, by its name in the folder.
type File struct{ Name, Text string }

// The names of the files.
const (
	TemplateFile  = "main.json"
	ParameterFile = "main.parameters.json"
	ReadmeFile    = "README.md"
	projectFile   = ".holdfast.yaml"
)

// Compose gives the files of a specification that [Spec.Check] has nothing
// against. The same specification gives the same files.
func Compose(s *Spec) ([]File, error) {
	d, err := load()
	if err != nil {
		return nil, err
	}
	v := newView(s, d)
	var out []File
	for _, f := range []struct{ name, fragment string }{{TemplateFile, "main.tmpl"}, {ParameterFile, "parameters.tmpl"}, {projectFile, "holdfast.tmpl"}, {ReadmeFile, "readme.tmpl"}} {
		var text strings.Builder
		if err := d.text.ExecuteTemplate(&text, f.fragment, v); err != nil {
			return nil, fmt.Errorf("composing %s: %w", f.name, err)
		}
		file := File{f.name, text.String()}
		if strings.HasSuffix(f.name, ".json") {
			file.Text = tidy(file.Text)
		}
		out = append(out, file)
	}
	return out, nil
}

// JSON writes a value as a member of a parameter file.
func (v *view) JSON(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

// AskedNames are the parameters that are in no file.
func (v *view) AskedNames() []string { return Asked(v.Spec) }

// Asked lists the parameters of the template that are in no file: passwords, and
// what the specification has not said. They are given when it is deployed.
func Asked(s *Spec) []string {
	var out []string
	for _, p := range newView(s, &blueprintData{}).Parameters() {
		if p.Type == "securestring" && !p.Optional || p.Type == "string" && s.Administrators.ObjectID == "" {
			out = append(out, p.Name)
		}
	}
	return out
}

// Headline says in a line what the specification makes.
func Headline(s *Spec) string { return (&view{Spec: s}).Headline() }
