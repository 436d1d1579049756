package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/harden/live"
	hardentext "github.com/holdfast-ml/holdfast/internal/harden/text"
	"github.com/holdfast-ml/holdfast/internal/report"
)

var undoFormats = []string{"text", "json"}

func (p *program) hardenUndoCommand() *cobra.Command {
	var f hardenFlags
	var giveUp bool
	cmd := &cobra.Command{
		Use:   "undo [RUN]",
		Short: "List what was changed in Azure, or take a run back",
		Long: `Without a RUN it lists what 'holdfast harden --apply' has done, the latest
first. With one ('holdfast harden undo harden-6d59a15e5157') it takes that run
back, the last step first: it puts back the values that were there, if nobody
has changed them since. What cannot be taken back, and what was added, stays,
and is told with what to do about it. It asks first.

--abandon only gives a run up that was interrupted: nothing is put back, and the
same command begins anew.

Exit codes: 0 listed, or taken back; 2 wrong usage; 3 Azure or network error or
something that could not be put back; 130 not confirmed or interrupted.`,
		Example: `  holdfast harden undo
  holdfast harden undo -o json
  holdfast harden undo --journal harden.db`,
		Args: wants(0, 1, "the id of one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return p.hardenRuns(cmd.Context(), &f)
			}
			return p.hardenUndo(cmd.Context(), args[0], giveUp, &f)
		},
	}
	fl := cmd.Flags()
	fl.BoolVarP(&f.yes, "yes", "y", false, "take it back without asking")
	fl.BoolVar(&giveUp, "abandon", false, "only give an interrupted run up")
	fl.StringVar(&f.scope.Tenant, "tenant", "", "id of the tenant to log in to")
	outputFlag(cmd, &f.outs, undoFormats...)
	journalFlag(cmd, &f.journal)
	f.input.azure.add(p, cmd)
	return cmd
}

// hardenRuns lists the runs of the journal.
func (p *program) hardenRuns(ctx context.Context, f *hardenFlags) error {
	h := &hardening{p: p, f: f}
	journal, err := h.journalFile()
	if err != nil {
		return err
	}
	runs, err := live.List(ctx, journal)
	if err != nil {
		return runError(err)
	}
	list := &hardentext.RunList{Journal: p.short(journal)}
	for i := range runs {
		list.Runs = append(list.Runs, runOf(&runs[i]))
	}
	opt := hardentext.Options{Options: p.reportOptions()}
	return p.render(f.outs, undoFormats, map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return hardentext.WriteRuns(w, list, opt) },
		"json": func(w io.Writer) error { return writeJSON(w, list.Document()) },
	})
}

// hardenUndo takes a run back, or gives it up.
func (p *program) hardenUndo(ctx context.Context, id string, giveUp bool, f *hardenFlags) error {
	h := &hardening{p: p, f: f}
	var err error
	if h.outs, err = parseOutputs(f.outs, undoFormats); err != nil {
		return err
	}
	journal, err := h.journalFile()
	if err != nil {
		return err
	}
	run, err := live.Find(ctx, journal, id)
	if err != nil {
		return withHint(usage("%w", err), "list them with: holdfast harden undo")
	}
	if giveUp {
		if run, err = live.Abandon(ctx, journal, id); err != nil {
			return runError(err)
		}
		p.note("the run %s is given up: what it has done stays", run.ID)
		return nil
	}
	if !f.yes {
		if !p.InTTY {
			return withHint(usage("there is no terminal to ask whether to take the run back"), "add --yes")
		}
		opt := hardentext.Options{Options: p.reportOptions()}
		if err := hardentext.WriteRun(p.Err, &hardentext.RunReport{Run: runOf(run)}, opt); err != nil {
			return err
		}
		ok, err := p.ask(ctx, fmt.Sprintf("\nTake this run back (%s)?", report.Count(len(run.Tasks), "step", "steps")))
		if err != nil || !ok {
			return errors.Join(err, &exitError{code: ExitCancelled, err: errors.New("not confirmed; nothing was changed")})
		}
	}
	client, err := p.connect(ctx, &f.input.azure, f.scope.Tenant)
	if err != nil {
		return err
	}
	defer client.Close()
	tell := newTaskTeller(p)
	undone, err := live.Undo(ctx, live.Options{Client: client, Journal: journal, Progress: tell.show}, id)
	tell.close()
	if err != nil {
		if ctx.Err() != nil {
			return &exitError{code: ExitCancelled, err: errors.New("interrupted while taking the run back"), hint: "go on with: holdfast harden undo " + id + h.journalWords()}
		}
		return runError(err)
	}
	code, meaning := ExitFine, "the run is taken back"
	for _, t := range undone.Tasks {
		switch {
		case t.State == live.Kept && code == ExitFine:
			meaning = "the run is taken back, but for what stays"
		case t.State != live.Kept && !t.State.Good():
			code, meaning = ExitAzure, "not all could be taken back"
		}
	}
	opt := hardentext.Options{Options: p.reportOptions()}
	opt.Exit = report.Exit{Code: code, Meaning: meaning}
	x := &hardentext.RunReport{Run: runOf(undone)}
	for _, o := range h.outs {
		err := o.write(p.Streams, func(w io.Writer) error {
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
