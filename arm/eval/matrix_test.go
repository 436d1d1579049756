package eval_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

var update = flag.Bool("update", false, "write the golden files anew")

// wellFormed is one good call of every function, argument by argument.
var wellFormed = [][]string{
	{"base64", "'a'"}, {"base64ToString", "'YQ=='"}, {"base64ToJson", "'MQ=='"}, {"concat", "'a'", "'b'"}, {"concat", "createArray(1)", "createArray(2)"},
	{"dataUri", "'a'"}, {"dataUriToString", "'data:,a'"}, {"endsWith", "'ab'", "'b'"}, {"startsWith", "'ab'", "'a'"}, {"format", "'{0}'", "'a'"},
	{"guid", "'a'", "'b'"}, {"join", "createArray('a')", "','"}, {"json", "'1'"}, {"like", "'a'", "'*'"}, {"newGuid"}, {"padLeft", "'a'", "2", "'0'"},
	{"replace", "'a-b'", "'-'", "'+'"}, {"split", "'a,b'", "','"}, {"string", "'a'"}, {"substring", "'abc'", "1", "1"}, {"toLower", "'A'"}, {"toUpper", "'a'"},
	{"trim", "' a'"}, {"uniqueString", "'a'", "'b'"}, {"uri", "'http://h/'", "'p'"}, {"uriComponent", "'/'"}, {"uriComponentToString", "'%20'"},
	{"parseUri", "'http://h/'"}, {"buildUri", "createObject('scheme', 'http', 'host', 'h')"},
	{"array", "'a'"}, {"contains", "'ab'", "'a'"}, {"contains", "createArray('a')", "'a'"}, {"contains", "createObject('a', 1)", "'a'"},
	{"createArray", "1", "2"}, {"createObject", "'k'", "1"}, {"distinct", "createArray(1, 1)"}, {"empty", "''"}, {"first", "createArray(1)"}, {"first", "'ab'"},
	{"last", "createArray(1)"}, {"last", "'ab'"}, {"flatten", "createArray(createArray(1))"}, {"indexFromEnd", "createArray(1)", "1"}, {"tryIndexFromEnd", "createArray(1)", "1"},
	{"indexOf", "'ab'", "'b'"}, {"indexOf", "createArray(1)", "1"}, {"lastIndexOf", "'ab'", "'b'"}, {"lastIndexOf", "createArray(1)", "1"},
	{"intersection", "createArray(1)", "createArray(1)"}, {"intersection", "createObject('k', 1)", "createObject('k', 1)"}, {"items", "createObject('k', 1)"},
	{"objectKeys", "createObject('k', 1)"}, {"length", "'ab'"}, {"max", "1", "2"}, {"min", "createArray(1, 2)"}, {"null"}, {"range", "0", "2"},
	{"shallowMerge", "createArray(createObject('k', 1))"}, {"skip", "'ab'", "1"}, {"skip", "createArray(1)", "1"}, {"take", "'ab'", "1"}, {"take", "createArray(1)", "1"},
	{"tryGet", "createObject('k', 1)", "'k'"}, {"tryGet", "createArray(1)", "0"}, {"union", "createArray(1)", "createArray(2)"}, {"union", "createObject('k', 1)", "createObject('k', 2)"},
	{"and", "true()", "true()"}, {"or", "false()", "false()"}, {"not", "true()"}, {"if", "true()", "1", "2"}, {"if", "false()", "1", "2"}, {"coalesce", "null()", "1"},
	{"true"}, {"false"}, {"bool", "'true'"}, {"equals", "1", "1"}, {"less", "1", "2"}, {"less", "'a'", "'b'"}, {"lessOrEquals", "1", "2"}, {"greater", "1", "2"}, {"greaterOrEquals", "1", "2"},
	{"add", "1", "2"}, {"sub", "1", "2"}, {"mul", "1", "2"}, {"div", "1", "2"}, {"mod", "1", "2"}, {"int", "'1'"}, {"float", "'1'"}, {"copyIndex", "'loop'", "1"},
	{"utcNow", "'yyyy'"}, {"dateTimeAdd", "'2020-01-01'", "'P1D'", "'yyyy'"}, {"dateTimeFromEpoch", "1"}, {"dateTimeToEpoch", "'2020-01-01'"},
	{"parseCidr", "'10.0.0.0/8'"}, {"cidrSubnet", "'10.0.0.0/8'", "16", "0"}, {"cidrHost", "'10.0.0.0/8'", "0"},
	{"lambdaVariables", "'x'"}, {"map", "createArray(1)", "lambda('x', 1)"}, {"filter", "createArray(1)", "lambda('x', true())"},
	{"reduce", "createArray(1)", "0", "lambda('a', 'b', 1)"}, {"sort", "createArray(1)", "lambda('a', 'b', true())"}, {"toObject", "createArray(1)", "lambda('x', 'k')", "lambda('x', 1)"},
	{"groupBy", "createArray(1)", "lambda('x', 'k')"}, {"mapValues", "createObject('k', 1)", "lambda('x', 1)"},
	{"parameters", "'known'"}, {"variables", "'v'"}, {"deployment"}, {"deployer"}, {"environment"}, {"resourceGroup"}, {"subscription"}, {"tenant"}, {"managementGroup"},
	{"fail", "'no'"}, {"externalInputs", "'x'"}, {"resourceId", "'A.B/c'", "'n'"}, {"resourceId", "'g'", "'A.B/c'", "'n'"}, {"subscriptionResourceId", "'A.B/c'", "'n'"},
	{"tenantResourceId", "'A.B/c'", "'n'"}, {"managementGroupResourceId", "'m'", "'A.B/c'", "'n'"}, {"extensionResourceId", "'/s'", "'A.B/c'", "'n'"},
	{"reference", "'r'", "'2020-01-01'", "'Full'"}, {"references", "'r'"}, {"listKeys", "'r'", "'2020-01-01'"}, {"resourceInfo", "'r'"}, {"providers", "'A.B'", "'c'"}, {"extensions", "'x'"},
	{"pickZones", "'A.B'", "'c'", "'l'", "1", "0"}, {"toLogicalZone", "'s'", "'l'", "'1'"}, {"toLogicalZones", "'s'", "'l'", "createArray('1')"},
	{"toPhysicalZone", "'s'", "'l'", "'1'"}, {"toPhysicalZones", "'s'", "'l'", "createArray('1')"}, {"roleDefinitions", "'Reader'"},
}

// kinds are what is put in the place of each argument: values of every kind, unknowns of some, and secrets.
var kinds = []struct{ name, text string }{
	{"null", "null()"}, {"bool", "true()"}, {"int", "1"}, {"float", "float('1.5')"}, {"string", "'text'"}, {"array", "createArray()"}, {"object", "createObject()"},
	{"U string", "parameters('s')"}, {"U array", "parameters('a')"}, {"U any", "parameters('u')"}, {"secret", "parameters('known')"}, {"U secret", "parameters('pw')"},
}

// The table of functions and kinds: what each function does with a value of each kind in the place of each argument.
// A change of it is a change of the language.
func TestEveryFunctionWithEveryKind(t *testing.T) {
	var b strings.Builder
	for _, call := range wellFormed {
		name, args := call[0], call[1:]
		text := "[" + name + "(" + strings.Join(args, ", ") + ")]"
		fmt.Fprintf(&b, "%s\n    = %s\n", text, outcome(text))
		for i := range args {
			groups := map[string][]string{}
			var order []string
			for _, k := range kinds {
				with := append(append(append([]string{}, args[:i]...), k.text), args[i+1:]...)
				o := summary("[" + name + "(" + strings.Join(with, ", ") + ")]")
				if groups[o] == nil {
					order = append(order, o)
				}
				groups[o] = append(groups[o], k.name)
			}
			for _, o := range order {
				fmt.Fprintf(&b, "    %d: %-14s %s\n", i+1, o, strings.Join(groups[o], ", "))
			}
		}
	}
	golden(t, "functions.txt", b.String())
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d differs (run with -update when the change is meant)\n got  %s\n want %s", path, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s has %d lines, want %d", path, len(g), len(w))
}

func matrixScope() *eval.Single {
	s := halfKnown()
	s.InParameterDefault = true
	s.Variables = value.Object([]value.Member{{Key: "v", Value: value.Int(1)}})
	s.CopyLoops = value.Object([]value.Member{{Key: "loop", Value: value.Int(1)}, {Key: "", Value: value.Int(2)}})
	s.Config.Now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s.Config.Zones = vectorZones
	return s
}

func outcome(text string) string {
	v, err := matrixScope().Evaluate(text)
	if err != nil {
		return "error: " + err.Error()
	}
	return shown(v)
}

// summary is the kind of the result, and whether it is unknown, secret or an error.
func summary(text string) string {
	v, err := matrixScope().Evaluate(text)
	if err != nil {
		return "error"
	}
	s := strings.ToLower(v.Kind().String())
	if u := v.Unknown(); u != nil {
		s = "U " + strings.ToLower(u.Hint.String())
		if u.Hint == value.AbsentKind {
			s = "U any"
		}
	}
	if v.Secret() {
		s += "!"
	}
	return s
}

// A call with too few or too many arguments is an error that says how many there should be.
func TestEveryFunctionCountsItsArguments(t *testing.T) {
	anyNumber := map[string]bool{"createArray": true, "createObject": true}
	noneWillDo := map[string]bool{"copyIndex": true, "utcNow": true, "dateTimeToEpoch": true, "dateTimeFromEpoch": true}
	for _, call := range wellFormed {
		name := call[0]
		if len(call) > 1 && !anyNumber[name] && !noneWillDo[name] {
			text := "[" + name + "()]"
			if _, err := matrixScope().Evaluate(text); err == nil || !strings.Contains(err.Error(), "argument") && !strings.Contains(err.Error(), "at least one parameter") {
				t.Errorf("%s: %v", text, err)
			}
		}
		many := "[" + name + "(" + strings.Repeat("1, ", 9) + "1)]"
		if o := outcome(many); !anyNumber[name] && !strings.HasPrefix(o, "error") && name != "max" && name != "min" && name != "coalesce" && name != "concat" {
			t.Errorf("%s gives %s", many, o)
		}
	}
}
