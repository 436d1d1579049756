package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/diff"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	hardentext "github.com/holdfast-ml/holdfast/internal/harden/text"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// templates hardens files.
func (h *hardening) templates(ctx context.Context) error {
	p, f := h.p, h.f
	if err := f.input.azure.unused(p); err != nil {
		return err
	}
	opts, diags, err := p.sourceOptions(&f.input, f.scope)
	if err != nil {
		return err
	}
	done := p.progress("hardening " + strings.Join(h.args, " "))
	defer done()
	r, err := file.Harden(ctx, file.Input{Names: h.args, Source: opts, Catalog: h.catalog}, file.Options{
		Assess: h.assessOptions(), Plan: h.planOptions(), Pairs: h.pairs(),
		Notes: func(more []source.Diagnostic) []assess.Note {
			return notesOf(append(diags[:len(diags):len(diags)], more...))
		},
	})
	done()
	if err != nil {
		p.printNotes(notesOf(diags))
		var nothing *source.NothingError
		if errors.As(err, &nothing) {
			return withHint(usage("%w", err), "give ARM templates")
		}
		return inputError(ctx, err)
	}
	rep := &hardentext.Report{Plan: r.Plan, Steps: r.Made, After: r.After}
	patch, err := h.patch(r)
	if err != nil {
		return err
	}
	for i := range r.Files {
		rep.Files = append(rep.Files, h.fileOf(&r.Files[i]))
	}
	if rep.Money, err = h.money(ctx, r.Plan, r.Made); err != nil {
		return err
	}
	ends, instead, next := r.Before, "; nothing was written", h.nextOfFiles(r)
	switch {
	case f.diff:
		return h.showDiff(rep, r, patch)
	case f.write:
		if err := h.writeBack(r.Files); err != nil {
			return err
		}
		ends, instead, rep.Done = r.After, "", len(r.Files) > 0
	case f.to != "":
		if err := h.writeElsewhere(r, rep.Files); err != nil {
			return err
		}
		if ends, rep.Done = r.After, len(r.Files) > 0; rep.Done {
			instead = " in what was written"
		}
	}
	opt := h.options(ends, instead, next)
	if err := h.render(rep, opt); err != nil {
		return err
	}
	return status(opt.Exit.Code)
}

// patch makes the files of the diff.
func (h *hardening) patch(r *file.Result) ([]diff.File, error) {
	var out []diff.File
	for i := range r.Files {
		x := &r.Files[i]
		out = append(out, diff.File{Name: h.p.short(h.p.path(x.Name)), Source: string(x.Before), Changes: x.Changes})
	}
	return out, nil
}

// fileOf counts what changes in a file.
func (h *hardening) fileOf(x *file.File) hardentext.File {
	out := hardentext.File{Name: x.Name, Places: len(x.Changes)}
	out.Added, out.Removed = diff.Count(diff.File{Name: x.Name, Source: string(x.Before), Changes: x.Changes})
	return out
}

// showDiff writes the diff to standard output, and beside it what it does.
func (h *hardening) showDiff(rep *hardentext.Report, r *file.Result, patch []diff.File) error {
	opt := h.options(r.Before, "; nothing was written", nil)
	if err := diff.Write(h.p.Out, patch, diff.Options{Colour: h.p.colour(h.p.colourMode)}); err != nil {
		return err
	}
	h.p.note("%s", harmless(rep.Answer()))
	for _, o := range h.outs {
		if o.file != "" {
			err := o.write(h.p.Streams, func(w io.Writer) error {
				switch o.format {
				case "json":
					return writeJSON(w, rep.Document(opt.Exit))
				case "markdown":
					return hardentext.Markdown(w, rep, opt)
				}
				return hardentext.Write(w, rep, opt)
			})
			if err != nil {
				return err
			}
			h.p.note("wrote %s (%s)", o.file, o.format)
		}
	}
	return status(opt.Exit.Code)
}

// writeBack makes the edits in the files: first all are looked at, then each is
// written whole.
func (h *hardening) writeBack(list []file.File) error {
	for i := range list {
		x := &list[i]
		now, err := os.ReadFile(h.p.path(x.Name))
		switch {
		case errors.Is(err, os.ErrNotExist) && strings.HasPrefix(x.Name, "("):
			return withHint(usage("the standard input cannot be edited in place"), "write the result to a file: -o hardened.json")
		case err != nil:
			return usage("cannot read %s again before writing it: %w; nothing was written", x.Name, err)
		case !bytes.Equal(now, x.Before):
			return withHint(usage("%s has changed since it was read; nothing was written", x.Name), "run the command again")
		}
	}
	for i := range list {
		x := &list[i]
		if err := h.replaceFile(x.Name, x.After); err != nil {
			already := "nothing was written"
			if i > 0 {
				already = fmt.Sprintf("%s before it %s written", report.Count(i, "file", "files"), report.Plural(i, "was", "were"))
			}
			return usage("cannot write %s: %w; %s", x.Name, err, already)
		}
	}
	return nil
}

// replaceFile writes a file whole under another name and renames it, so that there
// is the old or the new one at any time. A link stays one, and the mode stays.
func (h *hardening) replaceFile(name string, text []byte) (err error) {
	path, err := filepath.EvalSymlinks(h.p.path(name))
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.Mode().Perm()&0o222 == 0:
		return errors.New("it is read-only")
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".holdfast-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if _, err = tmp.Write(text); err != nil {
		return err
	}
	if err = errors.Join(tmp.Chmod(info.Mode().Perm()), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// writeElsewhere writes the result to a file, or all files that change to a folder.
// What goes to a file of one's own naming is the template, changed or not.
func (h *hardening) writeElsewhere(r *file.Result, shown []hardentext.File) error {
	to := h.p.path(h.f.to)
	info, err := os.Stat(to)
	if strings.HasSuffix(h.f.to, "/") || strings.HasSuffix(h.f.to, string(filepath.Separator)) || err == nil && info.IsDir() {
		return h.writeInto(r, shown)
	}
	text := []byte(nil)
	switch len(r.Files) {
	case 0:
		if len(h.args) != 1 {
			return withHint(usage("nothing changes, and there are %d inputs", len(h.args)), "name the one template that is to be written to "+h.f.to)
		}
		if text, err = os.ReadFile(h.p.path(h.args[0])); err != nil {
			return usage("nothing changes, and %s cannot be copied: %w", h.args[0], err)
		}
	case 1:
		text = r.Files[0].After
		shown[0].To = h.f.to
	default:
		var names []string
		for _, x := range r.Files {
			names = append(names, x.Name)
		}
		return withHint(usage("%d files change and cannot all be %s: %s", len(r.Files), h.f.to, report.And(names)), "name a folder, such as -o hardened/")
	}
	return output{format: "template", file: h.f.to}.write(h.p.Streams, func(w io.Writer) error { _, err := w.Write(text); return err })
}

func (h *hardening) writeInto(r *file.Result, shown []hardentext.File) error {
	if err := os.MkdirAll(h.p.path(h.f.to), 0o755); err != nil {
		return usage("cannot make the folder %s: %w", h.f.to, err)
	}
	seen := map[string]string{}
	for i := range r.Files {
		x := &r.Files[i]
		if other := seen[base(x.Name)]; other != "" {
			return withHint(usage("%s and %s have the same name and cannot both go to %s", other, x.Name, h.f.to), "harden them one by one, or with --write")
		}
		seen[base(x.Name)] = x.Name
	}
	for i := range r.Files {
		x := &r.Files[i]
		to := filepath.Join(h.f.to, base(x.Name))
		shown[i].To = to
		if err := (output{format: "template", file: to}).write(h.p.Streams, func(w io.Writer) error { _, err := w.Write(x.After); return err }); err != nil {
			return err
		}
	}
	return nil
}

// nextOfFiles are the commands worth running next.
func (h *hardening) nextOfFiles(r *file.Result) []string {
	var out []string
	if h.again != "" && len(r.Files) > 0 && !h.f.write && h.f.to == "" {
		out = append(out, h.again+" --diff", h.again+" --write")
	}
	if h.f.write && len(r.Files) > 0 {
		out = append(out, "git diff", "holdfast deploy TEMPLATE -g GROUP --what-if")
	}
	for _, item := range r.Plan.Items {
		switch item.Outcome {
		case harden.Recreate, harden.Decision, harden.Cannot, harden.ByHand, harden.Withdrawn:
			return append(out, "holdfast explain "+item.Finding.Rule.ID)
		}
	}
	return out
}
