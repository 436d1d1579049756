package cli

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// Streams are the program's connections to the world, so that a test can be the
// world.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(key string) string // the environment
	Dir      string                  // the working directory
	OutWidth int                     // columns of the terminal behind Out; 0 when it is not a terminal
	ErrTTY   bool                    // Err is a terminal
	InTTY    bool                    // In is a terminal
}

// SystemStreams are those of the process.
func SystemStreams() Streams {
	s := Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv}
	s.Dir, _ = os.Getwd()
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		s.OutWidth = 80
		if w, _, err := term.GetSize(fd); err == nil && w > 0 {
			s.OutWidth = w
		}
	}
	s.ErrTTY = term.IsTerminal(int(os.Stderr.Fd()))
	s.InTTY = term.IsTerminal(int(os.Stdin.Fd()))
	return s
}

// width is how wide a text report is made: the terminal's width within reason,
// COLUMNS when it is set, 80 for files and pipes.
func (s Streams) width() int {
	w := s.OutWidth
	if c, err := strconv.Atoi(s.Env("COLUMNS")); err == nil && c > 0 {
		w = c
	}
	if w == 0 {
		w = 80
	}
	return min(max(w, 60), 160)
}

// colour says whether a report on Out may use colour.
func (s Streams) colour(mode string) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	return s.OutWidth > 0 && s.Env("NO_COLOR") == "" && s.Env("TERM") != "dumb"
}
