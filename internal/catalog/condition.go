package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// frame is what the conditions of one service see: its variables, and the
// conditions themselves, which are compiled when they are first asked.
type frame struct {
	service  *Service
	rules    []*Rule
	remedies []*Remedy

	once       sync.Once
	vars       []variable
	used       []int // the variables that some condition uses
	conditions []*condition
	byText     map[string]*condition
	rows       map[Scope][]row
	byRule     map[*Rule]ruleConditions
	byRemedy   map[*Remedy]remedyConditions
	metering   bool         // its conditions are those of meters, and no others
	meters     []*Meter     // whose conditions they are
	mending    bool         // its conditions are those of the remedies, and no others
	mends      *frame       // of a frame that is not: the one that is
	slas       []*condition // by SLA of the service

	envOnce sync.Once
	env     *cel.Env
	envErr  error

	mu         sync.Mutex
	situations map[string]*situation
}

// row is a survival row and its condition, nil when it has none.
type row struct {
	fact *Survival
	when *condition
}

type ruleConditions struct{ when, check *condition }

// condition is one CEL expression of a service.
type condition struct {
	text  string
	index int

	once sync.Once
	prg  cel.Program
	err  error
}

// costLimit bounds the evaluation of one condition, in CEL's own units; real
// conditions cost below a hundred.
const costLimit = 100_000

// ready makes the tables of the frame, without touching CEL.
func (f *frame) ready() *frame {
	f.once.Do(func() {
		s := f.service
		f.vars = make([]variable, 0, len(s.Settings)+len(commons))
		for i := range s.Settings {
			f.vars = append(f.vars, variable{name: s.Settings[i].Name, kind: s.Settings[i].Type, setting: &s.Settings[i]})
		}
		f.vars = append(f.vars, commons...)
		f.byText = map[string]*condition{}
		f.rows = map[Scope][]row{}
		f.situations = map[string]*situation{}
		if f.mending {
			f.byRemedy = make(map[*Remedy]remedyConditions, len(f.remedies))
			for _, r := range f.remedies {
				f.byRemedy[r] = f.remedyConditions(r)
			}
			f.findUsed()
			return
		}
		if f.metering {
			for _, m := range f.meters {
				f.condition(m.When)
			}
			f.findUsed()
			return
		}
		for i := range s.Survival {
			r := &s.Survival[i]
			f.rows[r.Scope] = append(f.rows[r.Scope], row{r, f.condition(r.When)})
		}
		f.byRule = make(map[*Rule]ruleConditions, len(f.rules))
		for _, r := range f.rules {
			f.byRule[r] = ruleConditions{f.condition(r.When), f.condition(r.Check)}
		}
		for i := range s.SLA {
			f.slas = append(f.slas, f.condition(s.SLA[i].When))
		}
		f.findUsed()
	})
	return f
}

// condition gives the condition with that text, nil for "".
func (f *frame) condition(text string) *condition {
	if text == "" {
		return nil
	}
	c := f.byText[text]
	if c == nil {
		c = &condition{text: text, index: len(f.conditions)}
		f.byText[text], f.conditions = c, append(f.conditions, c)
	}
	return c
}

// findUsed notes the variables whose names stand in some condition. A name in a
// text counts too: that costs a little speed, never an answer.
func (f *frame) findUsed() {
	words := map[string]bool{}
	for _, c := range f.conditions {
		for word := range strings.FieldsFuncSeq(c.text, func(r rune) bool { return !isWord(r) }) {
			words[word] = true
		}
	}
	for i := range f.vars {
		if words[f.vars[i].name] {
			f.used = append(f.used, i)
		}
	}
}

func isWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func (f *frame) variable(name string) *variable {
	for i := range f.vars {
		if f.vars[i].name == name {
			return &f.vars[i]
		}
	}
	return nil
}

// names lists the variables.
func (f *frame) names() []string {
	out := make([]string, 0, len(f.vars))
	for i := range f.vars {
		if name := f.vars[i].name; name != "" {
			out = append(out, name)
		}
	}
	return out
}

var baseEnv = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewEnv(cel.ParserExpressionSizeLimit(4096), cel.ParserRecursionLimit(64))
})

func celType(kind string) *cel.Type {
	switch kind {
	case "bool":
		return cel.BoolType
	case "int":
		return cel.IntType
	case "strings":
		return cel.ListType(cel.StringType)
	}
	return cel.StringType
}

// namesError says that the names of the variables cannot stand together: no
// condition can be compiled.
type namesError struct{ err error }

func (e *namesError) Error() string { return e.err.Error() }
func (e *namesError) Unwrap() error { return e.err }

func (f *frame) environment() (*cel.Env, error) {
	f.envOnce.Do(func() {
		base, err := baseEnv()
		if err != nil {
			f.envErr = err
			return
		}
		options := make([]cel.EnvOption, len(f.vars))
		for i := range f.vars {
			options[i] = cel.Variable(f.vars[i].name, celType(f.vars[i].kind))
		}
		f.env, f.envErr = base.Extend(options...)
	})
	return f.env, f.envErr
}

// typeCheck parses and type-checks a condition.
func (f *frame) typeCheck(text string) (*cel.Ast, error) {
	env, err := f.environment()
	if err != nil {
		return nil, &namesError{err}
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, fmt.Errorf("at character %d: %s", first.Location.Column()+1, first.Message)
	}
	if !ast.OutputType().IsExactType(cel.BoolType) {
		return nil, fmt.Errorf("it gives a value of type %s, not true or false", ast.OutputType())
	}
	return ast, nil
}

func (f *frame) program(c *condition) (cel.Program, error) {
	c.once.Do(func() {
		ast, err := f.typeCheck(c.text)
		if err != nil {
			c.err = err
			return
		}
		c.prg, c.err = f.env.Program(ast, cel.EvalOptions(cel.OptPartialEval), cel.CostLimit(costLimit))
	})
	return c.prg, c.err
}

// answer is the memoized answer of one condition in one situation.
type answer struct {
	holds, known bool
	needs        []int  // the variables that would make it known
	fault        string // why it could not be evaluated
}

// evaluate asks a condition; values are those of the used variables, unknown the
// names of those that have none.
func (f *frame) evaluate(c *condition, values map[string]any, unknown []string) answer {
	prg, err := f.program(c)
	if err != nil {
		return answer{fault: "the condition " + quote(c.text) + " cannot be compiled: " + err.Error()}
	}
	patterns := make([]*cel.AttributePatternType, len(unknown))
	for i, name := range unknown {
		patterns[i] = cel.AttributePattern(name)
	}
	vars, err := cel.PartialVars(values, patterns...)
	if err != nil {
		return answer{fault: err.Error()}
	}
	out, _, err := prg.Eval(vars)
	if err != nil {
		return answer{fault: "the condition " + quote(c.text) + " cannot be evaluated: " + err.Error()}
	}
	if u, ok := out.(*types.Unknown); ok {
		return answer{needs: f.needs(u)}
	}
	return answer{holds: out == types.True, known: true}
}

// needs gives the variables that an unknown result depends on, in their order.
func (f *frame) needs(u *types.Unknown) []int {
	var out []int
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			i := slices.IndexFunc(f.vars, func(v variable) bool { return v.name == t.Variable() })
			if i >= 0 && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return out
}
