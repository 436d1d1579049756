package html

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// What a page holds at most; it says what it leaves out.
const (
	maxDrawn    = 24  // workspaces with a picture and a matrix
	maxOverview = 200 // lines of the table of workspaces
	maxSteps    = 300 // steps of each status
	maxRows     = 40  // resources of a step
	maxListed   = 200 // things not seen, notes, inputs
)

//go:embed page.html
var pageSource string

//go:embed style.css
var styleSource string

//go:embed script.js
var scriptSource string

// page is parsed on first use, so that other commands do not pay for it.
var pageTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Parse(pageSource)
})

// Write writes the whole result as one page.
func Write(w io.Writer, r *assess.Result, opt report.Options) error {
	t, err := pageTemplate()
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(&seen{w: w}, 64<<10)
	if err := t.Execute(b, newPage(r, opt)); err != nil {
		return err
	}
	return b.Flush()
}

// seen replaces characters that do something without being seen, such as marks
// that turn the direction of writing. The page itself has none: they can only
// come from names in the input.
type seen struct {
	w    io.Writer
	rest []byte // the beginning of a character that the last write cut
	out  []byte
}

func (s *seen) Write(p []byte) (int, error) {
	text := append(s.rest, p...)
	s.out = s.out[:0]
	for len(text) > 0 {
		if !utf8.FullRune(text) {
			break
		}
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError || r != '\n' && r != '\t' && report.Hidden(r) {
			r = utf8.RuneError
		}
		s.out = utf8.AppendRune(s.out, r)
		text = text[size:]
	}
	s.rest = append(s.rest[:0:0], text...)
	if _, err := s.w.Write(s.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// policy allows the page's own style and script, by their hashes, and nothing
// else: no request leaves the page.
func policy() string {
	return "default-src 'none'; style-src 'sha256-" + digest(styleSource) + "'; script-src 'sha256-" + digest(scriptSource) + "'; base-uri 'none'; form-action 'none'"
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}
