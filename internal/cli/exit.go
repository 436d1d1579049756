package cli

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes. Scripts may rely on them; anything else means failure.
const (
	ExitFine      = 0   // nothing to complain of
	ExitFindings  = 1   // findings at or above --fail-on
	ExitUsage     = 2   // wrong flags, or input that cannot be used
	ExitAzure     = 3   // Azure or the network failed
	ExitNotWhole  = 4   // the result is there but not whole: something could not be looked at
	ExitCancelled = 130 // interrupted
)

// exitError carries an exit code. A nil err means that everything that was to
// be said has been printed.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage makes an error of wrong flags or input.
func usage(format string, args ...any) error {
	return &exitError{code: ExitUsage, err: fmt.Errorf(format, args...)}
}

// withHint adds what to do next to a usage error.
func withHint(err error, hint string) error {
	return &exitError{code: exitCode(err), err: err, hint: hint}
}

// status is the silent way to end with a code.
func status(code int) error {
	if code == ExitFine {
		return nil
	}
	return &exitError{code: code}
}

// exitCode is the code that err ends the program with. Errors that nothing says
// more about are errors of usage or input.
func exitCode(err error) int {
	var e *exitError
	switch {
	case err == nil:
		return ExitFine
	case errors.As(err, &e):
		return e.code
	case errors.Is(err, context.Canceled):
		return ExitCancelled
	}
	return ExitUsage
}
