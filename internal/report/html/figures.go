package html

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/report"
)

// Figures is a page of figures: plots, each with its numbers in a table.
type Figures struct {
	Title    string // of the window
	Sentence string // the answer
	Summary  string
	Sections []Section
	Notes    []string
}

// Section is a part of the page: a plot, its numbers, and what is to say of them.
type Section struct {
	ID    string // within the page: letters, digits and hyphens
	Title string
	Lead  string
	Plot  *Drawing // nil: none
	Table Table
	Notes []string
}

// Table is numbers; the first column names the rows.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
}

//go:embed figures.html
var figuresSource string

//go:embed figures.css
var figuresStyle string

// The style of the figures goes behind that of the report, which brings the
// colours of day, night and paper.
var figuresAll = sync.OnceValue(func() string { return styleSource + figuresStyle })

var figuresTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.New("figures").Parse(figuresSource)
})

// WriteFigures writes the page: one file without any request, for the screen by
// day and by night, and for paper.
func WriteFigures(w io.Writer, f *Figures, opt report.Options) error {
	t, err := figuresTemplate()
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(&seen{w: w}, 64<<10)
	page := struct {
		*Figures
		Policy, Tool, Made string
		Style              template.CSS
	}{f, figuresPolicy(), opt.Tool.Title(), "", template.CSS(figuresAll())}
	if !opt.Created.IsZero() {
		page.Made = opt.Created.UTC().Format(time.RFC3339)
	}
	if err := t.Execute(b, page); err != nil {
		return err
	}
	return b.Flush()
}

func figuresPolicy() string {
	return "default-src 'none'; style-src 'sha256-" + digest(figuresAll()) + "'; base-uri 'none'; form-action 'none'"
}

// Drawing is a plot ready to be drawn, in pixels.
type Drawing struct {
	Title, Description string // for those who cannot see it
	Width, Height      int
	Lines              []Stroke
	Marks              []Mark
	Words              []Word
	Legend             []Mark
}

// Stroke is a line or a path.
type Stroke struct{ Class, Path string }

// Mark is a point; its Class tells its series apart by shape too.
type Mark struct {
	Class string
	X, Y  float64
	Title string
	Shape string // path around the origin
}

// Word is a text at a place; Anchor is start, middle or end.
type Word struct {
	Class, Anchor, Text string
	X, Y                float64
}

// The shapes of marks, around the origin: told apart without colour.
var shapes = []string{"M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-4.5-4.5h9v9h-9z", "M0-6L6 0L0 6L-6 0z"}

func (d *Drawing) line(class string, x1, y1, x2, y2 float64) {
	d.Lines = append(d.Lines, Stroke{class, fmt.Sprintf("M%s %sL%s %s", short(x1), short(y1), short(x2), short(y2))})
}

func (d *Drawing) word(class, anchor string, x, y float64, text string) {
	d.Words = append(d.Words, Word{class, anchor, text, x, y})
}

func (d *Drawing) mark(series int, x, y float64, title string) {
	d.Marks = append(d.Marks, Mark{Class: fmt.Sprintf("series-%d", series), X: x, Y: y, Title: title, Shape: shapes[series%len(shapes)]})
}

func (d *Drawing) legend(names ...string) {
	for i, name := range names {
		d.Legend = append(d.Legend, Mark{Class: fmt.Sprintf("series-%d", i), Title: name, Shape: shapes[i%len(shapes)]})
	}
}

// short writes a coordinate with one digit behind the point at most.
func short(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0") }
