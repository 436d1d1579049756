package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// output is one "-o": a format, and a file or "" for standard output.
type output struct{ format, file string }

// parseOutputs reads the values of -o: FORMAT or FORMAT=FILE, several times or
// separated by commas. At most one may go to standard output; without any, text
// goes there.
func parseOutputs(values, formats []string) ([]output, error) {
	var outs []output
	stdout := 0
	for _, v := range values {
		format, file, _ := strings.Cut(v, "=")
		if !slices.Contains(formats, format) {
			return nil, withHint(usage("unknown output format %q", format), "formats: "+strings.Join(formats, ", ")+"; write FORMAT=FILE to write to a file")
		}
		if file == "-" {
			file = ""
		}
		if file == "" {
			stdout++
		} else if slices.ContainsFunc(outs, func(o output) bool { return o.file != "" && filepath.Clean(o.file) == filepath.Clean(file) }) {
			return nil, withHint(usage("two outputs go to %s", file), "give each a file of its own")
		}
		outs = append(outs, output{format, file})
	}
	if stdout > 1 {
		return nil, withHint(usage("%d outputs go to standard output", stdout), "give all but one a file: -o html=report.html")
	}
	if len(outs) == 0 {
		outs = []output{{format: formats[0]}}
	}
	return outs, nil
}

// write renders one output: to standard output, or whole to a file (a temporary
// one that is renamed when it is complete).
func (o output) write(s Streams, render func(io.Writer) error) (err error) {
	if o.file == "" {
		w := bufio.NewWriterSize(s.Out, 1<<16)
		if err := render(w); err != nil {
			return err
		}
		return w.Flush()
	}
	path := o.file
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.Dir, path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".holdfast-*")
	if err != nil {
		return withHint(usage("cannot write %s: %w", o.file, errors.Unwrap(err)), "make the folder first, or choose another file")
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := render(w); err != nil {
		return fmt.Errorf("writing %s: %w", o.file, err)
	}
	if err := errors.Join(w.Flush(), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", o.file, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		var why *os.LinkError
		if errors.As(err, &why) {
			err = why.Err
		}
		if info, serr := os.Stat(path); serr == nil && info.IsDir() {
			err = errors.New("it is a folder")
		}
		return withHint(usage("cannot write %s: %w", o.file, err), "name a file")
	}
	return nil
}
