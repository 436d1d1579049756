package eval_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
)

func TestTheSameTextGivesTheSameTree(t *testing.T) {
	const text = "[concat('shared-', parameters('one'))]"
	a, err := eval.ParseShared(text)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := eval.ParseShared(strings.Clone(text))
	if a != b {
		t.Error("the second parse gave another tree")
	}
	plain, _ := eval.Parse(text)
	if !expr.Equal(a, plain) {
		t.Errorf("shared %s, plain %s", a, plain)
	}
}

func TestLongTextsAndErrorsAreNotRemembered(t *testing.T) {
	long := "['" + strings.Repeat("x", 1000) + "']"
	a, _ := eval.ParseShared(long)
	b, _ := eval.ParseShared(long)
	if a == b {
		t.Error("a long expression is remembered")
	}
	for range 2 {
		if e, err := eval.ParseShared("[concat(]"); e != nil || err == nil {
			t.Errorf("tree %v, error %v; want only the error", e, err)
		}
	}
}

func TestSharedTreesServeManyAtOnceAndAreBounded(t *testing.T) {
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 3000 {
				text := fmt.Sprintf("[add(%d, %d)]", worker%2, i)
				e, err := eval.ParseShared(text)
				if err != nil || e.String() != fmt.Sprintf("add(%d, %d)", worker%2, i) {
					t.Errorf("%s: %v, %v", text, e, err)
					return
				}
			}
		})
	}
	wait.Wait()
}
