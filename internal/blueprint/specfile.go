package blueprint

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/holdfast-ml/holdfast/internal/spelling"
	"github.com/holdfast-ml/holdfast/internal/yamlplace"
)

// Place is where something stands in a file, counted from 1.
type Place struct{ Line, Column int }

// Problem is something that is wrong with a specification.
type Problem struct {
	File    string // "" for one that was not read from a file
	Place   Place  // zero for what stands nowhere
	Message string // what is wrong
	Hint    string // what would do
}

// Error says where, what and what would do.
func (p Problem) Error() string {
	s := p.Message
	switch {
	case p.File != "" && p.Place.Line > 0:
		s = fmt.Sprintf("%s:%d:%d: %s", p.File, p.Place.Line, p.Place.Column, s)
	case p.File != "":
		s = p.File + ": " + s
	}
	if p.Hint != "" {
		s += ": " + p.Hint
	}
	return s
}

// Problems are all that is wrong, in the order of their places.
type Problems []Problem

// Error lists the problems, one a line.
func (all Problems) Error() string {
	lines := make([]string, len(all))
	for i, p := range all {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// err gives the problems as an error, nil when there is none.
func (all Problems) err() error {
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.Place.Column, b.Place.Column))
	})
	return all
}

// maxSpec is how large a file is read: a specification has some lines.
const maxSpec = 1 << 20

// reader reads a specification by its syntax tree, so that every problem has its
// place, and all of them are found.
type reader struct {
	file     string
	problems Problems
	spec     *Spec
}

// ParseSpec reads a specification from YAML:
//
//	name: churn                    # names derive from it
//	region: westeurope
//	secondRegion: northeurope      # none: one region
//	target: production             # dev, production, critical
//	services: [aks, data-lake]
//	network: private               # public when left out
//	customerManagedKey: true       # false when left out
//	administrators: {name: ml-admins, objectId: ...} # Entra group, of databases
//	subscription: ...              # that of the deployment when left out
//	tags: {team: ml}
//
// The error is [Problems]: all that the file says wrongly, with its places. What
// Azure would refuse, [Spec.Check] tells.
func ParseSpec(file string, src []byte) (*Spec, error) {
	r := &reader{file: file, spec: &Spec{Target: "production", Network: Public, places: map[string]Place{}, file: file}}
	top := r.parse(src)
	if top != nil {
		r.top(top)
	}
	if top == nil && len(r.problems) == 0 {
		r.problems = append(r.problems, Problem{file, Place{1, 1}, "the specification says nothing", "give it a name and a region, as in \"name: churn\" and \"region: westeurope\""})
	}
	if err := r.problems.err(); err != nil {
		return nil, err
	}
	return r.spec, nil
}

func (r *reader) parse(src []byte) (top ast.Node) {
	if len(src) > maxSpec {
		r.problems = append(r.problems, Problem{r.file, Place{1, 1}, "the file has more than 1 MiB", "name the right file"})
		return nil
	}
	defer func() {
		if recover() != nil { // the parser of the library gives up on some texts in this way
			top = nil
			r.problems = append(r.problems, Problem{r.file, Place{1, 1}, "the file is not YAML that can be read", "check its indentation and quotes"})
		}
	}()
	file, err := parser.ParseBytes(bytes.TrimPrefix(src, []byte("\ufeff")), 0)
	if err != nil {
		p := Problem{r.file, Place{1, 1}, err.Error(), "check the indentation and the quotes there"}
		var place yaml.Error
		if errors.As(err, &place) {
			if t := place.GetToken(); t != nil && t.Position != nil {
				p.Place = Place{t.Position.Line, t.Position.Column}
			}
			p.Message = place.GetMessage()
		}
		r.problems = append(r.problems, p)
		return nil
	}
	for _, doc := range file.Docs {
		switch doc.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
			continue
		}
		if top != nil {
			r.at(doc.Body, "a second document begins here", "keep one document in a file")
			break
		}
		top = doc.Body
	}
	return top
}

func (r *reader) place(n ast.Node) Place {
	line, column := yamlplace.Of(n)
	return Place{line, column}
}

func (r *reader) at(n ast.Node, message, hint string) {
	r.problems = append(r.problems, Problem{r.file, r.place(n), message, hint})
}

// field is a key that a mapping may have.
type field struct {
	name string
	read func(ast.Node)
}

func (r *reader) top(n ast.Node) {
	s := r.spec
	r.mapping(n, "a specification", []field{
		{"name", r.text(&s.Name, "the name")},
		{"subscription", r.text(&s.Subscription, "the subscription")},
		{"region", r.text(&s.Region, "the region")},
		{"secondRegion", r.text(&s.SecondRegion, "the second region")},
		{"target", r.oneOf(&s.Target, "target", Targets)},
		{"services", r.services},
		{"network", r.oneOf(&s.Network, "network", []string{Public, Private})},
		{"customerManagedKey", r.yesNo},
		{"administrators", func(n ast.Node) {
			r.mapping(n, "a group of administrators", []field{
				{"name", r.text(&s.Administrators.Name, "the name of the group")},
				{"objectId", r.text(&s.Administrators.ObjectID, "the object id of the group")},
			})
		}},
		{"tags", r.tags},
	})
}

// mapping reads the fields of a mapping and notes where they stand.
func (r *reader) mapping(n ast.Node, what string, fields []field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	seen := map[string]bool{}
	for _, pair := range r.pairs(n, what) {
		key := scalar(pair.Key)
		i := slices.Index(names, key)
		switch {
		case i < 0:
			r.at(pair.Key, fmt.Sprintf("%s has no %q", what, key), suggest(key, names))
		case seen[key]:
			r.at(pair.Key, fmt.Sprintf("%s has %q twice", what, key), "keep one of them")
		default:
			seen[key] = true
			if what == "a specification" {
				r.spec.places[key] = r.place(pair.Value)
			}
			fields[i].read(pair.Value)
		}
	}
}

func (r *reader) pairs(n ast.Node, what string) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	case *ast.NullNode:
		return nil
	}
	r.at(n, what+" is a list of \"key: value\"", "write it so")
	return nil
}

// scalar is the text of a scalar, as YAML reads it; "" for anything else.
func scalar(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.LiteralNode:
		return strings.TrimSpace(s.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	return ""
}

func (r *reader) text(into *string, what string) func(ast.Node) {
	return func(n ast.Node) {
		if *into = scalar(n); *into == "" {
			r.at(n, what+" is no text", "write a word there, or leave the line out")
		}
	}
}

func (r *reader) oneOf(into *string, what string, of []string) func(ast.Node) {
	return func(n ast.Node) {
		if *into = scalar(n); !slices.Contains(of, *into) {
			r.at(n, fmt.Sprintf("there is no %s %q", what, *into), suggest(*into, of))
		}
	}
}

func (r *reader) yesNo(n ast.Node) {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.at(n, "customerManagedKey is true or false", "write one of them, without quotes")
		return
	}
	r.spec.Key = b.Value
}

func (r *reader) services(n ast.Node) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, null := n.(*ast.NullNode); !null {
			r.at(n, "services is a list", "write it as \"services: [aks, sql]\"")
		}
		return
	}
	for _, n := range list.Values {
		s := scalar(n)
		switch {
		case !slices.Contains(Services, s):
			r.at(n, fmt.Sprintf("there is no service %q", s), suggest(s, Services))
		case slices.Contains(r.spec.Services, s):
			r.at(n, fmt.Sprintf("the service %q is there twice", s), "keep one of them")
		default:
			r.spec.Services = append(r.spec.Services, s)
			r.spec.places["services."+s] = r.place(n)
		}
	}
}

// noTag are characters that Azure does not take in the names of tags.
var noTag = regexp.MustCompile(`[<>%&\\?/]`)

// The limits of tags. Source: Microsoft, "Use tags to organize your Azure
// resources" (tag-resources).
const (
	maxTags     = 50
	maxTagName  = 128 // of storage accounts; 512 elsewhere
	maxTagValue = 256
)

func (r *reader) tags(n ast.Node) {
	for _, pair := range r.pairs(n, "tags") {
		t := Tag{scalar(pair.Key), scalar(pair.Value)}
		switch {
		case t.Name == "" || noTag.MatchString(t.Name) || len(t.Name) > maxTagName:
			r.at(pair.Key, fmt.Sprintf("%q cannot be the name of a tag", t.Name), fmt.Sprintf("use up to %d characters without < > %% & \\ ? /", maxTagName))
		case len(t.Value) > maxTagValue:
			r.at(pair.Value, "the value of the tag "+t.Name+" is too long", fmt.Sprintf("use up to %d characters", maxTagValue))
		case slices.ContainsFunc(r.spec.Tags, func(o Tag) bool { return strings.EqualFold(o.Name, t.Name) }):
			r.at(pair.Key, fmt.Sprintf("the tag %q is there twice", t.Name), "keep one of them")
		default:
			r.spec.Tags = append(r.spec.Tags, t)
		}
	}
	if len(r.spec.Tags) > maxTags {
		r.at(n, fmt.Sprintf("there are %d tags", len(r.spec.Tags)), fmt.Sprintf("a resource takes %d", maxTags))
	}
}

// suggest gives the word that was meant, or all there are.
func suggest(word string, of []string) string {
	best, least := "", 3
	for _, o := range of {
		if d := spelling.Distance(strings.ToLower(word), strings.ToLower(o)); d < least {
			best, least = o, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "use one of " + strings.Join(of, ", ")
}
