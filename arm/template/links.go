package template

import (
	"errors"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// linkedTemplate finds and compiles the template that a templateLink means. It
// gives nil, and says so, when the file is not at hand.
func (x *expander) linkedTemplate(r *Resource, link jsonc.Node) (*Template, string) {
	doc, file := x.linkedFile(r, link, "linked template", "its resources and outputs are unknown")
	if doc == nil {
		return nil, ""
	}
	t, ok := x.files[file]
	if !ok {
		var diags []Diagnostic
		t, diags = Parse(doc)
		for _, d := range diags {
			x.diags.add(d)
		}
		if x.files == nil {
			x.files = map[string]*Template{}
		}
		x.files[file] = t
	}
	if t.node.Kind() != jsonc.Object {
		return nil, ""
	}
	if want := link.Get("contentVersion"); want.Kind() == jsonc.String && want.Literal() {
		if got := t.node.Get("contentVersion").Str(); got != want.Str() {
			x.diags.add(at(want, CodeDeployment, Error, "the linked template %s has contentVersion %q, expected %q", file, got, want.Str()))
		}
	}
	return t, file
}

// linkedParameters reads the parameter file that a parametersLink means.
func (x *expander) linkedParameters(child *deployment, r *Resource, link jsonc.Node) {
	doc, _ := x.linkedFile(r, link, "linked parameter file", "the parameters are unknown")
	if doc == nil {
		for _, p := range child.t.decl.parameters {
			if !p.dflt.IsValid() {
				unknown := value.FromUnknown(value.Unknown{
					Reason: value.ExternalTemplate, Residual: expr.Call("parameters", expr.Str(p.name)), Subject: p.name,
				})
				child.ev.supplies[p.index].assignment = &Assignment{Name: p.name, Value: unknown}
			}
		}
		return
	}
	x.parameterFile(doc, child.ev.supply)
	for p := range doc.Root().Get("parameters").Children() {
		if p.Key() != "" && child.t.findParameter(p.Key()) == nil {
			d := at(p, CodeParameterUnknown, Error, "the template of the deployment has no parameter %q", p.Key())
			d.Pos = p.KeyPos()
			x.diags.add(d)
		}
	}
}

// linkedFile reads the file that a link means.
func (x *expander) linkedFile(r *Resource, link jsonc.Node, what, consequence string) (*jsonc.Document, string) {
	from := r.dep.t.unit.doc.Name()
	v := value.Absent()
	var paths []string
	sure := false
	if n := link.Get("relativePath"); n.IsValid() {
		if v = x.tree(n, r.frame); !v.IsUnknown() {
			paths, sure = []string{join(from, v.Text())}, true
		}
	} else if n := link.Get("uri"); n.IsValid() {
		v = x.tree(n, r.frame)
		paths, sure = x.mapped(from, v)
	} else if n := link.Get("id"); n.IsValid() {
		v = x.tree(n, r.frame)
		paths, sure = x.mappedOnly(v.Text())
	}
	if v.IsNull() {
		x.diags.add(at(link, CodeDeployment, Error, "the link has no uri, relativePath or id"))
		return nil, ""
	}
	if u := v.Unknown(); u != nil && u.Reason == value.Failed {
		return nil, ""
	}
	for _, file := range paths {
		if x.opts.ReadFile == nil || x.isAncestor(r.dep, file) && !sure {
			continue
		}
		src, err := x.opts.ReadFile(file)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				x.diags.add(at(link, CodeLinkedTemplate, Warning, "the file %s of the %s cannot be read: %v", file, what, err))
			}
			continue
		}
		doc, errs := jsonc.Parse(file, src)
		for _, d := range SyntaxDiagnostics(errs) {
			x.diags.add(d)
		}
		if !sure {
			x.diags.add(at(link, CodeLinkedTemplate, Info, "the file %s is taken for the %s of deployment %q, by its name", file, what, r.nameText))
		}
		return doc, file
	}
	d := at(link, CodeLinkedTemplate, Warning, "the %s %s is not at hand; %s", what, shownAddress(v), consequence)
	d.Hint = "put its file beside the template that links it, or map its address to a file"
	if x.opts.ReadFile == nil {
		d.Hint = "linked files are not followed here"
	}
	x.diags.add(d)
	return nil, ""
}

// shownAddress prints an address without what may be a token.
func shownAddress(v value.Value) string {
	if v.Secret() {
		return "(its address holds a secret)"
	}
	text := v.Text()
	if i := strings.IndexByte(text, '?'); i >= 0 {
		text = text[:i]
	}
	if len(text) > 300 {
		text = text[:300] + "..."
	}
	return text
}

func join(from, relative string) string {
	return filepath.Join(filepath.Dir(from), filepath.FromSlash(relative))
}

func (x *expander) isAncestor(d *deployment, file string) bool {
	for ; d != nil; d = d.parent {
		if filepath.Clean(d.t.unit.doc.Name()) == filepath.Clean(file) {
			return true
		}
	}
	return false
}

// mappedOnly gives the file that the caller named for an address.
func (x *expander) mappedOnly(address string) ([]string, bool) {
	keys := make([]string, 0, len(x.opts.URIMap))
	for k := range x.opts.URIMap {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		return len(keys[i]) > len(keys[j]) || len(keys[i]) == len(keys[j]) && keys[i] < keys[j]
	})
	for _, k := range keys {
		if k != "" && strings.HasPrefix(strings.ToLower(address), strings.ToLower(k)) {
			rest, _, _ := strings.Cut(address[len(k):], "?")
			return []string{filepath.Join(x.opts.URIMap[k], filepath.FromSlash(rest))}, true
		}
	}
	return nil, false
}

// mapped gives the files that an address may mean: the one that the caller named
// for it, or else those beside the template whose path the address ends with.
func (x *expander) mapped(from string, v value.Value) (files []string, sure bool) {
	if v.Secret() && v.Kind() == value.StringKind {
		v = value.String(v.Str()) // an address with a SAS token: only its path is looked at
	}
	address := v.Text()
	if files, sure = x.mappedOnly(address); sure {
		return files, true
	}
	place := ""
	if u := v.Unknown(); u != nil {
		place = knownPath(u)
	} else if parsed, err := url.Parse(address); err == nil {
		place = parsed.Path
	}
	place = path.Clean("/" + place)
	segments := strings.Split(strings.Trim(place, "/"), "/")
	if segments[0] == "" {
		return nil, false
	}
	for i := max(0, len(segments)-5); i < len(segments); i++ {
		files = append(files, join(from, strings.Join(segments[i:], "/")))
	}
	return files, false
}

// knownPath finds what is known of the end of an address: a literal that names a
// JSON file.
func knownPath(u *value.Unknown) string {
	last := ""
	consider := func(s string) {
		s, _, _ = strings.Cut(s, "?")
		if strings.HasSuffix(strings.ToLower(s), ".json") {
			last = s
		}
	}
	for _, p := range u.Parts {
		consider(p.Lit)
	}
	if last == "" {
		u.Residual.Walk(func(e *expr.Expr) bool {
			if e.Kind == expr.KindString {
				consider(e.Text)
			}
			return true
		})
	}
	return last
}
