package architecture_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the top of the module.
func root(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatalf("go env GOMOD: %v", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out)))
}

// goFiles lists the Go files of the module with their numbers of lines.
func goFiles(t *testing.T) map[string]int {
	t.Helper()
	top := root(t)
	lines := map[string]int{}
	err := filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != top {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(top, path)
		lines[rel] = bytes.Count(src, []byte("\n"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestFilesStaySmall(t *testing.T) {
	var code []int
	for name, n := range goFiles(t) {
		if n > 700 {
			t.Errorf("%s has %d lines: split it, no file has more than 700", name, n)
		}
		if !strings.HasSuffix(name, "_test.go") {
			code = append(code, n)
		}
	}
	slices.Sort(code)
	if median := code[len(code)/2]; median > 250 {
		t.Errorf("the median file has %d lines; it should stay near 150", median)
	}
}

// TestThereIsAtLeastAsMuchTestAsCode counts as test what is there for tests only:
// _test.go files, packages that make input for tests, and the scripts and
// expected outputs in testdata folders.
func TestThereIsAtLeastAsMuchTestAsCode(t *testing.T) {
	code, tests := 0, testdataLines(t)
	for name, n := range goFiles(t) {
		if strings.HasSuffix(name, "_test.go") || forTests[filepath.ToSlash(filepath.Dir(name))] {
			tests += n
		} else {
			code += n
		}
	}
	if tests < code {
		t.Errorf("%d lines of tests for %d lines of code", tests, code)
	}
}

// forTests are the packages that only tests import.
var forTests = map[string]bool{
	"faulttree/internal/draw":                 true,
	"faulttree/scram":                         true,
	"internal/azure/faulty":                   true,
	"internal/outage/sketch":                  true,
	"internal/report/reporttest":              true,
	"internal/sandbox/providers/trial":        true,
	"internal/sandbox/sandboxtest":            true,
	"internal/sandbox/schemas":                true,
	"internal/source/inventory/inventorytest": true,
}

// testdataLines counts the scripts and expected outputs, without what fuzzing
// and property tests leave behind.
func testdataLines(t *testing.T) int {
	t.Helper()
	out, err := exec.Command("git", "-C", root(t), "ls-files", "*testdata/*").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	lines := 0
	for _, name := range strings.Fields(string(out)) {
		if strings.Contains(name, "/fuzz/") || strings.Contains(name, "/rapid/") {
			continue
		}
		src, err := os.ReadFile(filepath.Join(root(t), name))
		if err != nil {
			t.Fatal(err)
		}
		lines += bytes.Count(src, []byte("\n"))
	}
	return lines
}

func TestNoPackageIsNamedForNothing(t *testing.T) {
	for name := range goFiles(t) {
		switch dir := filepath.Base(filepath.Dir(name)); dir {
		case "util", "utils", "common", "helpers", "models", "types", "manager":
			t.Errorf("%s: name the package for what it provides, not %q", name, dir)
		}
	}
}
