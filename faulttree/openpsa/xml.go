package openpsa

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree"
)

// The bounds of a model. The largest that are published are far below.
const (
	maxBytes    = 64 << 20 // of a file
	maxElements = 2_000_000
	maxDepth    = 5_000
	maxLabel    = 10_000 // bytes of a label that are kept, about
)

// element is an XML element; its text is kept for labels only.
type element struct {
	name     string
	attrs    []xml.Attr
	children []*element
	text     string
	place    faulttree.Place
}

// attr gives an attribute without the space around it.
func (e *element) attr(name string) (string, bool) {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value), true
		}
	}
	return "", false
}

func (e *element) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{e.place}, args...)...)
}

// limited reads at most the bytes that a file may have, then fails.
type limited struct {
	r    io.Reader
	left int64
}

var errTooLarge = fmt.Errorf("the file is larger than %d MiB", maxBytes>>20)

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLarge
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// latin reads ISO 8859-1 and its subset ASCII as UTF-8.
type latin struct {
	r   io.Reader
	in  [512]byte
	out []byte
}

func (l *latin) Read(p []byte) (int, error) {
	if len(l.out) == 0 {
		n, err := l.r.Read(l.in[:])
		for _, b := range l.in[:n] {
			l.out = append(l.out, string(rune(b))...)
		}
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, l.out)
	l.out = l.out[n:]
	return n, nil
}

func charset(label string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "us-ascii", "ascii", "iso-8859-1", "latin1":
		return &latin{r: r}, nil
	}
	return nil, fmt.Errorf("the encoding %q is not read: save the file as UTF-8", label)
}

// budget is what may still be read of all files of a model.
type budget struct{ elements int }

// parse reads one file into a tree of elements.
func parse(name string, r io.Reader, left *budget) (*element, error) {
	d := xml.NewDecoder(&limited{r, maxBytes})
	d.CharsetReader = charset
	root := &element{place: faulttree.Place{File: name, Line: 1, Column: 1}}
	stack := []*element{root}
	for {
		line, column := d.InputPos()
		at := faulttree.Place{File: name, Line: line, Column: column}
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, syntax(name, d, err)
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			left.elements--
			switch {
			case left.elements < 0:
				return nil, fmt.Errorf("%s: the model has more than %d elements", at, maxElements)
			case len(stack) > maxDepth:
				return nil, fmt.Errorf("%s: elements are nested more than %d deep", at, maxDepth)
			case len(stack) == 1 && len(root.children) > 0:
				return nil, fmt.Errorf("%s: a second element beside <%s>", at, root.children[0].name)
			}
			e := &element{name: t.Name.Local, attrs: t.Copy().Attr, place: at}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if top.name == "label" {
				if len(top.text) < maxLabel {
					top.text += string(t)
				}
			} else if s := strings.TrimSpace(string(t)); s != "" && top.name != "attribute" {
				return nil, fmt.Errorf("%s: unexpected text %s", at, shortened(s))
			}
		case xml.Directive:
			if strings.Contains(string(t), "<!ENTITY") || strings.Contains(string(t), "[") {
				return nil, fmt.Errorf("%s: a document type with declarations of its own is not read", at)
			}
		}
	}
	if len(root.children) == 0 {
		return nil, fmt.Errorf("%s: the file has no element: it must hold <opsa-mef>", root.place)
	}
	return root.children[0], nil
}

func syntax(name string, d *xml.Decoder, err error) error {
	line, column := d.InputPos()
	at := faulttree.Place{File: name, Line: line, Column: column}
	var s *xml.SyntaxError
	if errors.As(err, &s) {
		return fmt.Errorf("%s: not well-formed XML: %s", at, s.Msg)
	}
	return fmt.Errorf("%s: %w", at, err)
}

func shortened(s string) string {
	if len(s) > 40 {
		s = s[:40] + "..."
	}
	return fmt.Sprintf("%q", s)
}
