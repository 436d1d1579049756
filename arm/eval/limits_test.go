package eval_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// doubling makes n variables, each of which is made of the one before twice.
func doubling(n int, start, step string) value.Value {
	members := []value.Member{{Key: "v0", Value: value.String(start)}}
	for i := 1; i <= n; i++ {
		members = append(members, value.Member{
			Key: fmt.Sprintf("v%d", i), Value: value.String(strings.ReplaceAll(step, "V", fmt.Sprintf("variables('v%d')", i-1))),
		})
	}
	return value.Object(members)
}

// Hostile input ends in a clear error, quickly and in bounded memory.
func TestHostileInputEndsInALimit(t *testing.T) {
	tests := []struct {
		name, in  string
		variables value.Value
	}{
		{"strings that double", "[variables('v60')]", doubling(60, "0123456789", "[concat(V, V)]")},
		{"formats that double", "[variables('v60')]", doubling(60, "0123456789", "[format('{0}{0}', V)]")},
		{"replaced strings that grow", "[variables('v20')]", doubling(20, "xxxxxxxx", "[replace(V, 'x', 'xxxxxxxxxxxxxxxx')]")},
		{"arrays that double", "[variables('v60')]", doubling(60, "[createArray(1, 2)]", "[concat(V, V)]")},
		{"nested arrays that double", "[variables('v60')]", doubling(60, "[createArray(1)]", "[createArray(V, V)]")},
		{"the text of nested arrays", "[length(string(variables('v30')))]", doubling(30, "[createArray(1)]", "[createArray(V, V)]")},
		{"the text of nested objects in a format", "[length(format('{0}', variables('v30')))]", doubling(30, "x", "[createObject('a', V, 'b', V)]")},
		{"comparison of nested arrays", "[equals(variables('v40'), createArray(variables('v39'), variables('v39')))]", doubling(40, "[createArray(1)]", "[createArray(V, V)]")},
		{"unions of objects that double", "[union(variables('v30'), variables('v30'))]", doubling(30, "[createObject('k', 1)]", "[createObject('a', V, 'b', V)]")},
		{"loops in loops", "[map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', map(range(0, 10000), lambda('c', 1))))))]", value.Absent()},
		{"filters that find nothing", "[filter(range(0, 10000), lambda('a', empty(filter(range(0, 10000), lambda('b', equals(lambdaVariables('a'), lambdaVariables('b')))))))]", value.Absent()},
		{"a sort that never agrees", "[sort(range(0, 10000), lambda('a', 'b', equals(length(range(0, 10000)), 0)))]", value.Absent()},
		{"nesting by reduction", "[reduce(range(0, 10000), createArray(), lambda('c', 'n', createArray(lambdaVariables('c'))))]", value.Absent()},
		{"the text of nesting by reduction", "[string(reduce(range(0, 10000), createArray(), lambda('c', 'n', createArray(lambdaVariables('c')))))]", value.Absent()},
		{"padding in a format", "[format('{0,999999}{0,999999}{0,999999}{0,999999}{0,999999}{0,999999}', string(map(range(0, 1000), lambda('x', format('{0,999999}', 1)))))]", value.Absent()},
		{"sets of unlike objects", "[length(union(map(range(0, 10000), lambda('x', createObject('k', lambdaVariables('x')))), createArray()))]", value.Absent()},
		{"a member that does not exist, of a large object", "[reduce(range(0, 10000), createObject(), lambda('c', 'n', union(lambdaVariables('c'), createObject(string(lambdaVariables('n')), 1)))).x]", value.Absent()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			s := &eval.Single{Variables: tt.variables}
			_, err := s.Evaluate(tt.in)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			var e *eval.Error
			if !errors.As(err, &e) || !e.Limit {
				t.Errorf("ends with %v, want a limit", err)
			}
			if took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 2000 {
				t.Errorf("allocated %d MiB in all", mb)
			}
			t.Logf("%v, %d MiB: %v", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, err)
		})
	}
}

// Functions that call themselves end, too.
func TestEndlessRecursionEndsInALimit(t *testing.T) {
	body := value.Object([]value.Member{
		{Key: "parameters", Value: value.Array([]value.Value{value.Object([]value.Member{{Key: "name", Value: value.String("x")}})})},
		{Key: "output", Value: value.Object([]value.Member{{Key: "value", Value: value.String("[ns.f(concat(parameters('x'), 'x'))]")}})},
	})
	s := &eval.Single{Functions: value.Array([]value.Value{value.Object([]value.Member{
		{Key: "namespace", Value: value.String("ns")},
		{Key: "members", Value: value.Object([]value.Member{{Key: "f", Value: body}})},
	})})}
	_, err := s.Evaluate("[ns.f('x')]")
	var e *eval.Error
	if !errors.As(err, &e) || !e.Limit {
		t.Errorf("ends with %v, want a limit", err)
	}
}

// An unknown does not carry more than a message can show, however often it is used.
func TestResidualsStayBounded(t *testing.T) {
	for _, step := range []string{"[concat(V, V)]", "[createArray(V, V)]", "[if(equals(V, 'x'), concat(V, '1'), concat(V, '2'))]", "[string(createObject('a', V, 'b', V))]", "[base64(concat(V, V))]", "[coalesce(tryGet(V, 'a'), tryGet(V, 'b'))]"} {
		s := halfKnown()
		s.Variables = doubling(25, "[parameters('u')]", step)
		start := time.Now()
		v, err := s.Evaluate("[base64(string(variables('v25')))]")
		if err != nil {
			var e *eval.Error
			if !errors.As(err, &e) || !e.Limit {
				t.Errorf("%s: %v", step, err)
			}
			continue
		}
		if n := len(v.Residual()); n > 200_000 {
			t.Errorf("%s: the residual has %d bytes", step, n)
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s: took %v", step, took)
		}
	}
}

func TestABudgetIsShared(t *testing.T) {
	b := eval.NewBudget(10, 0)
	for i := 0; ; i++ {
		s := &eval.Single{Config: eval.Config{Budget: b}, Parameters: value.Object([]value.Member{{Key: "p", Value: value.Int(1)}})}
		if _, err := s.Evaluate("[add(1, parameters('p'))]"); err != nil {
			if i != 5 {
				t.Errorf("the budget ended after %d expressions: %v", i, err)
			}
			return
		}
	}
}

func TestWeighCountsNoFurtherThanAsked(t *testing.T) {
	v := value.Array([]value.Value{value.Int(1), value.Object([]value.Member{{Key: "k", Value: value.Null()}})})
	if n := eval.Weigh(v, 100); n != 4 {
		t.Errorf("weighs %d, want 4", n)
	}
	if n := eval.Weigh(v, 3); n != 3 {
		t.Errorf("weighs %d, want 3", n)
	}
	deep := value.Int(1)
	for range 1000 {
		deep = value.Array([]value.Value{deep})
	}
	if n := eval.Weigh(deep, 5000); n != 5000 {
		t.Errorf("a value that nests too deep weighs %d", n)
	}
}

func TestLongResidualsGiveTheSource(t *testing.T) {
	big := make([]value.Value, 500)
	for i := range big {
		big[i] = value.String("element")
	}
	s := halfKnown()
	s.Parameters = value.Object([]value.Member{{Key: "big", Value: value.Array(big)}, missing("s", value.StringKind)})
	v, err := s.Evaluate("[concat(string(parameters('big')), guid(parameters('s')))]")
	if err != nil || v.Unknown() == nil {
		t.Fatal(v, err)
	}
	if !expr.Equal(v.Unknown().Residual.Args[1], expr.Call("guid", expr.Call("parameters", expr.Str("s")))) {
		t.Errorf("residual %s", v.Residual())
	}
}
