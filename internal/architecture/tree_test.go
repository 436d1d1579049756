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

func TestThereIsAtLeastAsMuchTestAsCode(t *testing.T) {
	var code, tests int
	for name, n := range goFiles(t) {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "test/") {
			tests += n
		} else {
			code += n
		}
	}
	if tests < code {
		t.Errorf("%d lines of tests for %d lines of code", tests, code)
	}
}

func TestNoPackageIsNamedForNothing(t *testing.T) {
	for name := range goFiles(t) {
		switch dir := filepath.Base(filepath.Dir(name)); dir {
		case "util", "utils", "common", "helpers", "models", "types", "manager":
			t.Errorf("%s: name the package for what it provides, not %q", name, dir)
		}
	}
}
