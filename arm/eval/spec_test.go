package eval_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// specify runs the lines of a specification, each an expression without its brackets and what becomes of it:
//
//	base64('a')   => "YQ=="          its value as compact JSON, [residual] when it is not known
//	base64(1)     !! of type 'String' an error that says so
//
// Text behind '#' at the start of a line is for the reader.
func specify(t *testing.T, s *eval.Single, lines string) {
	t.Helper()
	for line := range strings.SplitSeq(lines, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if in, want, ok := strings.Cut(line, " !!"); ok {
			refuses(t, s, strings.TrimSpace(in), strings.TrimSpace(want))
			continue
		}
		in, want, ok := strings.Cut(line, " =>")
		if !ok {
			t.Fatalf("the line %q says nothing of a result", line)
		}
		in, want = strings.TrimSpace(in), strings.TrimSpace(want)
		if v, err := s.Evaluate("[" + in + "]"); err != nil {
			t.Errorf("%s: %v", in, err)
		} else if got := shown(v); got != want {
			t.Errorf("%s\n gives %s\n want  %s", in, got, want)
		}
	}
}

// refuses wants an error with a text in it; its place must lie inside of the expression.
func refuses(t *testing.T, s *eval.Single, in, want string) {
	t.Helper()
	text := "[" + in + "]"
	v, err := s.Evaluate(text)
	if err == nil {
		t.Errorf("%s gives %s, want the error %q", in, shown(v), want)
		return
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("%s\n fails with %q\n want  %q", in, err, want)
	}
	var e *eval.Error
	if errors.As(err, &e) && (e.Start < 1 || e.End <= e.Start || int(e.End) > len(text)-1) {
		t.Errorf("%s: the error lies at %d to %d", in, e.Start, e.End)
	}
}

// known is a scope in which everything is known.
func known() *eval.Single {
	return &eval.Single{
		InParameterDefault: true,
		Config: eval.Config{
			Now: time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, time.UTC), NewGUID: "11111111-2222-3333-4444-555555555555",
			Facts: eval.NewFacts(eval.Given{
				SubscriptionID: value.String("S"), SubscriptionName: value.String("Sub"), TenantID: value.String("T"),
				ResourceGroup: value.String("G"), Location: value.String("westeurope"), ManagementGroup: value.String("M"),
			}),
		},
	}
}
