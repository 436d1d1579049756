package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/deploy"
)

// mark is how a state is shown.
func mark(x deploy.State) (string, style) {
	switch x {
	case deploy.Succeeded:
		return "✓", green
	case deploy.Failed:
		return "✗", red
	case deploy.Cancelled:
		return "–", yellow
	}
	return "…", blue
}

// listed is how many steps a report lists unless everything is asked for.
const listed = 12

// Result writes how a deployment ended: what failed first, then what took how
// long, then the outputs.
func Result(w io.Writer, at Where, r *deploy.Result, o Options) error {
	s := newScreen(o)
	sign, x := mark(r.State)
	word := string(r.State)
	if r.Took > 0 {
		word += " after " + Duration(r.Took)
	}
	s.heading("Deployment "+at.Name, st(sign+" "+word, x))
	s.line(st(" "+at.Scope, dim))
	s.problems(r.Problems)
	s.steps(r)
	s.outputs(r.Outputs)
	for _, m := range r.Missing {
		s.blank()
		s.para(st(" ? ", yellow), 3, "could not be read: "+m, plain)
	}
	s.blank()
	s.sum(r)
	_, err := io.WriteString(w, s.b.String())
	return err
}

// Problems writes what Azure complains of, each with its place.
func Problems(w io.Writer, list []deploy.Problem, o Options) error {
	s := newScreen(o)
	for i, p := range list {
		if i > 0 {
			s.blank()
		}
		s.problem(p)
	}
	_, err := io.WriteString(w, s.b.String())
	return err
}

func (s *screen) problems(list []deploy.Problem) {
	if len(list) == 0 {
		return
	}
	s.blank()
	s.line(st(" What went wrong", bold))
	for _, p := range list {
		s.problem(p)
	}
}

func (s *screen) problem(p deploy.Problem) {
	title := p.Code
	if p.Resource != "" {
		typ, name := split(p.Resource)
		title = name + "  " + brief(typ)
	}
	s.line(t("  "), st("✗ ", red), st(title, bold))
	text := p.Message
	if p.Resource != "" && p.Code != "" {
		text = p.Code + ": " + text
	}
	s.para(span{}, 6, text, plain)
	s.place(p, 6)
	if p.Hint != "" {
		s.para(st("      hint: ", blue), 12, p.Hint, plain)
	}
}

func (s *screen) place(p deploy.Problem, indent int) {
	if place := p.Place(); place != "" {
		s.line(t(strings.Repeat(" ", indent)+"at "), st(place, blue))
	}
}

// split gives the type and the name of an id for people.
func split(id string) (typ, name string) {
	i := strings.LastIndex(strings.ToLower(id), "/providers/")
	if i < 0 {
		return "", id[strings.LastIndexByte(id, '/')+1:]
	}
	parts := strings.Split(id[i+len("/providers/"):], "/")
	typ = parts[0]
	var names []string
	for k := 1; k < len(parts); k += 2 {
		typ += "/" + parts[k]
		if k+1 < len(parts) {
			names = append(names, parts[k+1])
		}
	}
	return typ, strings.Join(names, "/")
}

func (s *screen) steps(r *deploy.Result) {
	steps := slices.DeleteFunc(slices.Clone(r.Steps), func(x deploy.Step) bool { return x.IsDeployment() && x.State == deploy.Succeeded })
	if len(steps) == 0 {
		return
	}
	slices.SortStableFunc(steps, func(a, b deploy.Step) int { return int(b.Took/1e6) - int(a.Took/1e6) })
	shown := steps
	if !s.verbose && len(steps) > listed {
		shown = steps[:listed]
	}
	s.blank()
	s.line(st(" What took how long", bold))
	longest := shown[0].Took
	for _, x := range shown {
		s.step(x, float64(x.Took)/float64(max(longest, 1)))
	}
	if n := len(steps) - len(shown); n > 0 {
		s.line(st(fmt.Sprintf("    and %d more, all shorter (-v lists them)", n), dim))
	}
}

// step writes one row: sign, name, type, state, duration, and a bar where there is
// room.
func (s *screen) step(x deploy.Step, share float64) {
	sign, c := mark(x.State)
	took := ""
	if x.Known {
		took = Duration(x.Took)
	}
	bar := 0
	if s.width >= 100 {
		bar = 20
	}
	room := s.width - 4 - 12 - 12 - bar - 2
	nameWide := room * 2 / 5
	spans := []span{t("  "), st(sign+" ", c), t(pad(x.Name, nameWide)), st("  "+pad(brief(x.Type), room-nameWide-2), dim), t("  "), st(pad(string(x.State), 10), c), t(fmt.Sprintf("%12s", took))}
	if bar > 0 && x.Known {
		spans = append(spans, st("  "+strings.Repeat("━", max(1, int(share*float64(bar)+0.5))), c))
	}
	s.line(spans...)
}

func (s *screen) outputs(list []deploy.Output) {
	if len(list) == 0 {
		return
	}
	s.blank()
	s.line(st(" Outputs", bold))
	wide := 0
	for _, o := range list {
		wide = max(wide, width(o.Name))
	}
	wide = min(wide, s.width/3)
	for _, o := range list {
		value := st(string(o.Value), plain)
		if o.Secret {
			value = st(deploy.Hidden, dim)
		}
		if width(value.text)+wide+4 <= s.width {
			s.line(t("  "+pad(o.Name, wide)+"  "), value)
			continue
		}
		s.line(t("  " + o.Name))
		s.para(span{}, 6, value.text, value.st)
	}
}

// sum is the last line: how many of the resources are as wanted.
func (s *screen) sum(r *deploy.Result) {
	done, failed, other := Tally(r.Steps)
	text := fmt.Sprintf(" %s deployed", Count(done, "resource", "resources"))
	if failed > 0 {
		text += fmt.Sprintf(", %d failed", failed)
	}
	if other > 0 {
		text += fmt.Sprintf(", %d not finished", other)
	}
	if r.NotBegun > 0 {
		text += fmt.Sprintf(", %d not begun", r.NotBegun)
	}
	s.line(t(text))
	if r.State != deploy.Succeeded {
		s.line(st(" What is deployed stays. Mend what went wrong, and deploy again.", dim))
	}
}

// Tally counts the steps that ended well, that failed, and all others. Child
// deployments are not counted: their resources are.
func Tally(steps []deploy.Step) (done, failed, other int) {
	for _, x := range steps {
		switch {
		case x.IsDeployment():
		case x.State == deploy.Succeeded:
			done++
		case x.State == deploy.Failed:
			failed++
		default:
			other++
		}
	}
	return done, failed, other
}
