package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"charm.land/huh/v2"

	"github.com/holdfast-ml/holdfast/internal/blueprint"
)

// interview asks for a specification on the terminal and writes it to the file.
func (p *program) interview(ctx context.Context, file string, force bool) error {
	if !p.InTTY || !p.ErrTTY {
		return withHint(usage("--interactive needs a terminal"), "write the specification with an editor, see docs/new.md")
	}
	if _, err := os.Stat(p.path(file)); err == nil && !force {
		return withHint(usage("%s is there already", file), "choose another name, or overwrite it with --force")
	}
	f := &form{ctx: ctx, in: p.In, out: p.Err, plain: p.Env("TERM") == "dumb" || p.Env("NO_COLOR") != ""}
	spec, err := blueprint.Interview(f.ask)
	if errors.Is(err, huh.ErrUserAborted) || ctx.Err() != nil {
		return &exitError{code: ExitCancelled, err: errors.New("cancelled; nothing was written")}
	}
	if err != nil {
		return usage("%w", err)
	}
	o := output{file: file}
	return o.write(p.Streams, func(w io.Writer) error {
		_, err := io.WriteString(w, spec.YAML())
		return err
	})
}

// form asks questions on a terminal; plain without redrawing, for screen readers
// and for terminals that can do no more.
type form struct {
	ctx   context.Context
	in    io.Reader
	out   io.Writer
	plain bool
}

func (f *form) ask(q blueprint.Question) (answer []string, err error) {
	defer func() {
		if recover() != nil { // the plain form of the library does that when a terminal is closed
			answer, err = nil, fmt.Errorf("asking %q: there is no answer", q.Title)
		}
	}()
	field := fieldOf(q, &answer)
	err = huh.NewForm(huh.NewGroup(field)).WithAccessible(f.plain).WithInput(f.in).WithOutput(f.out).RunWithContext(f.ctx)
	if err != nil {
		return nil, fmt.Errorf("asking %q: %w", q.Title, err)
	}
	if q.Check != nil { // the plain form gives what it has when the terminal is gone
		if err := q.Check(answer); err != nil {
			return nil, fmt.Errorf("%s %w", q.Title, err)
		}
	}
	return answer, nil
}

// fieldOf is the field of a form for a question; it puts the answer into answer.
func fieldOf(q blueprint.Question, answer *[]string) huh.Field {
	*answer = slices.Clone(q.Default)
	check := func(a []string) error {
		if q.Check == nil {
			return nil
		}
		return q.Check(a)
	}
	one := &first{answer}
	var options []huh.Option[string]
	for _, c := range q.Choices {
		options = append(options, huh.NewOption(c.Title, c.Value))
	}
	switch q.Kind {
	case blueprint.One:
		return huh.NewSelect[string]().Title(q.Title).Description(q.Help).Options(options...).Accessor(one)
	case blueprint.Several:
		return huh.NewMultiSelect[string]().Title(q.Title).Description(q.Help).Options(options...).Validate(check).Value(answer)
	case blueprint.YesNo:
		return huh.NewConfirm().Title(q.Title).Description(q.Help).Accessor(&agreed{answer})
	}
	return huh.NewInput().Title(q.Title).Description(q.Help).Accessor(one).Validate(func(s string) error { return check([]string{s}) })
}

// first is the first answer of several, agreed whether it says yes.
type (
	first  struct{ answer *[]string }
	agreed struct{ answer *[]string }
)

func (a *first) Get() string {
	if len(*a.answer) == 0 {
		return ""
	}
	return (*a.answer)[0]
}

func (a *first) Set(s string) { *a.answer = []string{s} }

func (a *agreed) Get() bool { return slices.Contains(*a.answer, blueprint.Yes) }

func (a *agreed) Set(yes bool) {
	if *a.answer = nil; yes {
		*a.answer = []string{blueprint.Yes}
	}
}
