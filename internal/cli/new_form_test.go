package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/blueprint"
)

// lines gives one line with each read, as a terminal does.
type lines struct{ rest []string }

func (l *lines) Read(b []byte) (int, error) {
	if len(l.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, l.rest[0]+"\n")
	l.rest = l.rest[1:]
	return n, nil
}

func TestInteractiveNeedsATerminal(t *testing.T) {
	got := session{}.run(t, "new", "--interactive", "workspace.yaml")
	if got.code != ExitUsage || !strings.Contains(got.err, "--interactive needs a terminal") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

func TestPlainQuestionsAreAnsweredLineByLine(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	code := Run(t.Context(), []string{"new", "--interactive", "workspace.yaml", "-d", "infra"}, Streams{
		In: &lines{[]string{"2", "atlantis-on-sea", "westeurope", "y", "northeurope", "churn", "1", "7", "0", "2", "n"}}, Out: &out, Err: &errs, Dir: dir,
		Env: func(key string) string { return map[string]string{"TERM": "dumb"}[key] }, InTTY: true, ErrTTY: true,
	})
	text, err := os.ReadFile(filepath.Join(dir, "workspace.yaml"))
	want := "name: churn\nregion: westeurope\nsecondRegion: northeurope\ntarget: production\nservices: [aks, data-lake]\nnetwork: private\n"
	if err != nil || string(text) != want || code != ExitFine {
		t.Errorf("exit %d, %v\n%s\n%s%s", code, err, text, out.String(), errs.String())
	}
	if !strings.Contains(errs.String(), `there is no region "atlantis-on-sea"`) {
		t.Errorf("the wrong answer is taken: %s", errs.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "infra", blueprint.TemplateFile)); err != nil {
		t.Error(err)
	}
}

func TestAFormPutsAnswersWhereTheyBelong(t *testing.T) {
	for _, tt := range []struct {
		name  string
		q     blueprint.Question
		input []string
		want  string
	}{
		{"a word", blueprint.Question{Title: "What?"}, []string{"churn"}, "churn"},
		{"one of several", blueprint.Question{Title: "Which?", Kind: blueprint.One, Choices: []blueprint.Choice{{Value: "a", Title: "A"}, {Value: "b", Title: "B"}}}, []string{"2"}, "b"},
		{"yes", blueprint.Question{Title: "Well?", Kind: blueprint.YesNo}, []string{"y"}, blueprint.Yes},
		{"no", blueprint.Question{Title: "Well?", Kind: blueprint.YesNo}, []string{"n"}, ""},
		{"what stands there", blueprint.Question{Title: "What?", Default: []string{"x"}}, []string{""}, "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &form{ctx: t.Context(), in: &lines{tt.input}, out: io.Discard, plain: true}
			got, err := f.ask(tt.q)
			if err != nil || strings.Join(got, " ") != tt.want {
				t.Errorf("%q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestAFormOfAClosedTerminalEnds(t *testing.T) {
	f := &form{ctx: t.Context(), in: strings.NewReader(""), out: io.Discard, plain: true}
	if _, err := blueprint.Interview(f.ask); err == nil {
		t.Error("a specification comes of no answers")
	}
}
