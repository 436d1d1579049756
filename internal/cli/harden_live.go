package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
	hardentext "github.com/holdfast-ml/holdfast/internal/harden/text"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// live hardens what is in Azure.
func (h *hardening) live(ctx context.Context) error {
	p, f := h.p, h.f
	if f.apply && len(h.args) != 1 {
		return withHint(usage("--apply takes one SOURCE, not %d", len(h.args)), "apply them one after the other: each has a run of its own in the journal")
	}
	if f.apply && !f.yes && !p.InTTY {
		return withHint(usage("there is no terminal to ask whether to make the changes"), "add --yes to make them, or --plan to see them only")
	}
	journal, err := h.journalFile()
	if err != nil {
		return err
	}
	if f.apply {
		open, err := live.OpenRun(ctx, journal, h.args[0])
		if err != nil {
			return runError(err)
		}
		if open != nil {
			p.note("going on with the run %s, which was interrupted", open.ID)
			return h.carryOut(ctx, journal, &live.Work{Scope: h.args[0]}, nil, nil)
		}
	}
	plan, after, err := h.planLive(ctx)
	if err != nil {
		return err
	}
	work, left, err := live.NewWork(plan, strings.Join(h.args, " "))
	if err != nil {
		return usage("%w", err)
	}
	rep := &hardentext.Report{Plan: plan, Steps: plan.Steps, After: after, Live: true, ByHand: left}
	if rep.Money, err = h.money(ctx, plan, plan.Steps); err != nil {
		return err
	}
	if f.plan && len(work.Tasks) > 0 {
		if rep.Requests, err = h.preview(ctx, journal, work); err != nil {
			return err
		}
	}
	var next []string
	if !f.apply && len(work.Tasks) > 0 && h.again != "" && len(h.args) == 1 {
		next = append(next, h.again+" --apply")
	}
	opt := h.options(plan.Before, "; nothing was changed", next)
	if !f.apply {
		if err := h.render(rep, opt); err != nil {
			return err
		}
		return f.input.whole(p, status(opt.Exit.Code))
	}
	if len(work.Tasks) == 0 {
		if err := h.render(rep, opt); err != nil {
			return err
		}
		return status(opt.Exit.Code)
	}
	return h.confirmed(ctx, journal, work, rep, after)
}

func (h *hardening) journalFile() (string, error) {
	if h.f.journal != "" {
		return h.p.path(h.f.journal), nil
	}
	name, err := live.JournalFile(h.p.Env)
	if err != nil {
		return "", withHint(usage("there is no place for the journal: %w", err), "name one with --journal FILE")
	}
	return name, nil
}

// planLive reads what is in Azure, plans, and assesses what the plan would give.
func (h *hardening) planLive(ctx context.Context) (*harden.Plan, *assess.Result, error) {
	p, f := h.p, h.f
	done := p.progress("reading " + strings.Join(h.args, " "))
	defer done()
	e, notes, err := p.load(ctx, h.args, &f.input, f.scope)
	if err != nil {
		done()
		p.printNotes(notes)
		return nil, nil, err
	}
	a := assessFlags{settings: f.settings}
	before, err := a.result(ctx, e, h.catalog, h.target, h.known, notes)
	if err != nil {
		return nil, nil, inputError(ctx, err)
	}
	plan, err := harden.Make(ctx, before, h.planOptions())
	if err != nil {
		return nil, nil, inputError(ctx, err)
	}
	then, err := plan.After(ctx)
	if err != nil {
		return nil, nil, inputError(ctx, err)
	}
	after, err := assess.Assess(ctx, then, h.catalog, h.assessOptions())
	if err != nil {
		return nil, nil, inputError(ctx, err)
	}
	return plan, after, nil
}

// preview asks what would be sent.
func (h *hardening) preview(ctx context.Context, journal string, work *live.Work) ([]hardentext.Request, error) {
	client, err := h.p.connect(ctx, &h.f.input.azure, h.f.scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	done := h.p.progress("looking at what would be sent")
	defer done()
	sights, err := live.Preview(ctx, live.Options{Client: client, Journal: journal}, work)
	if err != nil {
		return nil, runError(err)
	}
	var out []hardentext.Request
	for i, acts := range sights {
		for j, s := range acts {
			x := hardentext.Request{Remedy: work.Tasks[i].Remedy, Resource: work.Tasks[i].Resource}
			switch {
			case s.Request != nil:
				x.Method, x.Path, x.Query, x.Body = s.Request.Method, s.Request.Path, s.Request.Query, s.Request.Body
			case s.Why != "":
				x.Why = s.Why
			case s.Act == "nothing":
				x.Why = "it is so already"
			}
			for _, reading := range s.Readings {
				if reading.Changes() && s.Request != nil {
					x.Sets = append(x.Sets, hardentext.Setting{Path: reading.Path, Before: reading.Before, Wanted: reading.Wanted})
				}
			}
			out = append(out, x)
			for _, c := range work.Tasks[i].Acts[j].Calls {
				if s.Request == nil {
					out = append(out, hardentext.Request{Remedy: x.Remedy, Resource: x.Resource, Method: c.Method, Path: c.Path, Body: c.Body})
				}
			}
		}
	}
	return out, nil
}

// confirmed shows the plan, asks, and carries it out.
func (h *hardening) confirmed(ctx context.Context, journal string, work *live.Work, rep *hardentext.Report, after *assess.Result) error {
	opt := hardentext.Options{Options: h.p.reportOptions()}
	if h.f.yes {
		return h.carryOut(ctx, journal, work, rep, after)
	}
	if err := hardentext.Write(h.p.Err, rep, opt); err != nil {
		return err
	}
	ok, err := h.p.ask(ctx, fmt.Sprintf("\nMake these changes in Azure (%s)?", report.Count(len(work.Tasks), "step", "steps")))
	if err != nil || !ok {
		return errors.Join(err, &exitError{code: ExitCancelled, err: errors.New("not confirmed; nothing was changed")})
	}
	return h.carryOut(ctx, journal, work, rep, after)
}

// carryOut makes the changes, or goes on with them, and tells what became of them.
// The report and what is expected afterwards are nil when a run is taken up.
func (h *hardening) carryOut(ctx context.Context, journal string, work *live.Work, rep *hardentext.Report, after *assess.Result) error {
	client, err := h.p.connect(ctx, &h.f.input.azure, h.f.scope.Tenant)
	if err != nil {
		return err
	}
	defer client.Close()
	tell := newTaskTeller(h.p)
	run, err := live.Apply(ctx, live.Options{Client: client, Journal: journal, Progress: tell.show}, work)
	tell.close()
	if err != nil {
		return h.stopped(ctx, run, err)
	}
	x := &hardentext.RunReport{Run: runOf(run), Command: "holdfast harden undo " + run.ID + h.journalWords()}
	code, meaning := ExitFine, "all steps are made"
	switch {
	case !run.Good():
		code, meaning = ExitAzure, "not all steps could be made"
	case after != nil:
		code, meaning = h.verdict(after)
	}
	opt := hardentext.Options{Options: h.p.reportOptions()}
	opt.Exit = report.Exit{Code: code, Meaning: meaning}
	for _, o := range h.outs {
		err := o.write(h.p.Streams, func(w io.Writer) error {
			if o.format == "json" {
				return writeJSON(w, x.Document(opt.Exit))
			}
			return hardentext.WriteRun(w, x, opt)
		})
		if err != nil {
			return err
		}
	}
	return status(code)
}

// stopped tells of a run that could not go on.
func (h *hardening) stopped(ctx context.Context, run *live.Run, err error) error {
	if run == nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return runError(err)
	}
	again := h.again + " --apply"
	if h.again == "" {
		again = "the same command"
	}
	made := 0
	for _, t := range run.Tasks {
		if t.State.Settled() {
			made++
		}
	}
	hint := "go on with: " + again + "; take back what was done with: holdfast harden undo " + run.ID + h.journalWords()
	if ctx.Err() != nil {
		return &exitError{code: ExitCancelled, err: fmt.Errorf("interrupted after %d of %s; what Azure is at goes on", made, report.Count(len(run.Tasks), "step", "steps")), hint: hint}
	}
	return &exitError{code: ExitAzure, err: fmt.Errorf("the run %s could not go on after %d of %s: %w", run.ID, made, report.Count(len(run.Tasks), "step", "steps"), err), hint: hint}
}

// journalWords is the flag that leads to the journal, where it is not the usual one.
func (h *hardening) journalWords() string {
	var words string
	if h.f.journal != "" {
		words = " --journal " + quoted(h.f.journal)
	}
	return words + cloudWords(&h.f.input.azure)
}

func cloudWords(f *azureFlags) string {
	words := ""
	for _, x := range [][2]string{{"--cloud", f.cloud}, {"--arm-endpoint", f.endpoint}, {"--ca-file", f.caFile}, {"--connection", f.connection}} {
		if x[1] != "" {
			words += " " + x[0] + " " + quoted(x[1])
		}
	}
	return words
}

// runError gives an error of the journal or of Azure its exit code.
func runError(err error) error {
	if errors.Is(err, live.ErrBusy) {
		return withHint(usage("%w", err), "one at a time: see what runs, or name another journal with --journal")
	}
	return azureError(err)
}

// runOf is a run as it is shown.
func runOf(run *live.Run) hardentext.Run {
	out := hardentext.Run{ID: run.ID, Scope: run.Scope, Undoes: run.Undoes, State: string(run.State), Began: run.Began, Ended: run.Ended, Resumed: run.Resumed, Good: run.Good()}
	for _, t := range run.Tasks {
		out.Tasks = append(out.Tasks, hardentext.Task{Remedy: t.Remedy, Title: t.Title, Resource: t.Resource, Kind: t.Kind, State: string(t.State), Good: t.State.Good(), Why: t.Why, Forever: t.Forever})
	}
	return out
}
