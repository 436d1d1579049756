package live_test

import (
	"fmt"
	"os"
	"testing"
)

// childVariable names the file that tells a process of the tests to be a child, see
// kill_test.go.
const childVariable = "HOLDFAST_HARDEN_CHILD"

// asChild is what a child does; nil where processes are not killed.
var asChild func(file string) int

func TestMain(m *testing.M) {
	if file := os.Getenv(childVariable); file != "" && asChild != nil {
		os.Exit(asChild(file))
	}
	code := m.Run()
	if s, err := shared(); err == nil {
		if err := s.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
