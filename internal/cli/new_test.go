package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folderWith is a folder with a specification in workspace.yaml.
func folderWith(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "workspace.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const churn = "name: churn\nregion: northeurope\n"

func TestNewShowsWhatItWritesAndDoesNotOverwrite(t *testing.T) {
	s := session{dir: folderWith(t, churn)}
	golden(t, "new.txt", transcript(t, s, `
		new workspace.yaml -d infra --dry-run
		new workspace.yaml -d infra
		new workspace.yaml -d infra
		new workspace.yaml -d infra -o json
		new nothing.yaml
		new
	`))
	file := filepath.Join(s.dir, "infra", "main.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := s.run(t, "new", "workspace.yaml", "-d", "infra")
	if text, _ := os.ReadFile(file); got.code != ExitUsage || string(text) != "{}" || !strings.Contains(got.err, "--force") {
		t.Errorf("exit %d, %s, and the file is %d bytes", got.code, got.err, len(text))
	}
	if got := s.run(t, "new", "workspace.yaml", "-d", "infra", "--force"); got.code != ExitFine {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
	if text, _ := os.ReadFile(file); len(text) < 1000 {
		t.Error("--force does not overwrite")
	}
}

func TestNewLeavesNothingBehindButItsFiles(t *testing.T) {
	s := session{dir: folderWith(t, churn)}
	if got := s.run(t, "new", "workspace.yaml", "-d", "a/b"); got.code != ExitFine {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != ".holdfast.yaml README.md main.json main.parameters.json" {
		t.Errorf("the folder has %s", got)
	}
}

func TestNewRefusesWithPlaces(t *testing.T) {
	s := session{dir: folderWith(t, "name: churn\nregion: westus\ntarget: production\n")}
	got := s.run(t, "new", "workspace.yaml")
	if got.code != ExitUsage || !strings.Contains(got.err, "workspace.yaml:2:9: West US has no availability zones") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

func TestNewReadsStandardInput(t *testing.T) {
	got := session{stdin: strings.NewReader(churn)}.run(t, "new", "-", "--dry-run", "-o", "json")
	var r newReport
	if err := json.Unmarshal([]byte(got.out), &r); err != nil || got.code != ExitFine || r.Written || len(r.Files) != 4 {
		t.Errorf("exit %d, %v: %s%s", got.code, err, got.out, got.err)
	}
}
