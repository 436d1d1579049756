package kusto

import (
	"regexp"
	"strings"
)

func patternFunctions() map[string]function {
	trim := func(start, end bool) function {
		return function{min: 2, max: 2, special: func(b *binder, c call) (expr, error) { return bindTrim(b, c, start, end) }}
	}
	return map[string]function{
		"extract":       {min: 3, max: 4, special: bindExtract},
		"extract_all":   {min: 2, max: 2, special: bindExtractAll},
		"replace":       {min: 3, max: 3, special: func(b *binder, c call) (expr, error) { return bindReplace(b, c, 0, 1, 2) }},
		"replace_regex": {min: 3, max: 3, special: func(b *binder, c call) (expr, error) { return bindReplace(b, c, 1, 2, 0) }},
		"trim":          trim(true, true),
		"trim_start":    trim(true, false),
		"trim_end":      trim(false, true),
	}
}

// regexAnd binds a constant pattern and a text.
func (b *binder) regexAnd(pattern, text node) (*regexp.Regexp, expr, error) {
	p, err := b.bind(pattern)
	if err != nil {
		return nil, expr{}, err
	}
	re, err := b.pattern(pattern.place(), p)
	if err != nil {
		return nil, expr{}, err
	}
	e, err := b.bind(text)
	return re, e, err
}

func bindExtract(b *binder, c call) (expr, error) {
	typ := TypeString
	if len(c.args) == 4 {
		t, ok := c.args[3].(typeOf)
		if !ok {
			return expr{}, b.fail(c.args[3].place(), "the last argument of extract() is a type: typeof(long)")
		}
		typ = t.typ
	}
	re, text, err := b.regexAnd(c.args[0], c.args[2])
	if err != nil {
		return expr{}, err
	}
	group, err := b.bind(c.args[1])
	if err != nil {
		return expr{}, err
	}
	return expr{typ: typ, eval: func(r Row) Value {
		m, g := re.FindStringSubmatch(text.eval(r).Text()), toLong(group.eval(r))
		if m == nil || g.IsNull() || g.n < 0 || g.n >= int64(len(m)) {
			return convert(Value{}, typ)
		}
		return convert(String(m[g.n]), typ)
	}}.folded(text.constant && group.constant), nil
}

// bindExtractAll gives an array of the group of each match, or of the array of
// its groups when there are several.
func bindExtractAll(b *binder, c call) (expr, error) {
	re, text, err := b.regexAnd(c.args[0], c.args[1])
	if err != nil {
		return expr{}, err
	}
	if re.NumSubexp() == 0 {
		return expr{}, b.fail(c.position, "the regular expression of extract_all() needs a group in parentheses")
	}
	return expr{typ: TypeDynamic, eval: func(r Row) Value {
		var found []Value
		for _, m := range re.FindAllStringSubmatch(text.eval(r).Text(), maxMatches) {
			groups := make([]Value, len(m)-1)
			for i, g := range m[1:] {
				groups[i] = String(g)
			}
			if len(groups) == 1 {
				found = append(found, groups[0])
			} else {
				found = append(found, array(groups))
			}
		}
		if found == nil {
			return Value{}
		}
		return array(found)
	}}.folded(text.constant), nil
}

var groupReference = regexp.MustCompile(`\\([0-9])`)

func bindReplace(b *binder, c call, pattern, rewrite, text int) (expr, error) {
	re, source, err := b.regexAnd(c.args[pattern], c.args[text])
	if err != nil {
		return expr{}, err
	}
	with, err := b.bind(c.args[rewrite])
	if err != nil {
		return expr{}, err
	}
	return expr{typ: TypeString, eval: func(r Row) Value {
		template := strings.ReplaceAll(with.eval(r).Text(), "$", "$$")
		template = groupReference.ReplaceAllString(template, "$${$1}")
		return rewritten(re, source.eval(r).Text(), template)
	}}.folded(source.constant && with.constant), nil
}

// maxMatches bounds the matches of a regular expression in one text.
const maxMatches = 200_000

// rewritten replaces each match, null when there are more matches than allowed
// or the text would become larger than allowed.
func rewritten(re *regexp.Regexp, text, template string) Value {
	var out []byte
	last := 0
	matches := re.FindAllStringSubmatchIndex(text, maxMatches+1)
	if len(matches) > maxMatches {
		return Value{}
	}
	for _, m := range matches {
		out = append(out, text[last:m[0]]...)
		out = re.ExpandString(out, template, text, m)
		if last = m[1]; len(out) > maxValue {
			return Value{}
		}
	}
	return String(string(append(out, text[last:]...)))
}

func bindTrim(b *binder, c call, start, end bool) (expr, error) {
	re, text, err := b.regexAnd(c.args[0], c.args[1])
	if err != nil {
		return expr{}, err
	}
	head, err := regexp.Compile("^(?:" + re.String() + ")")
	if err != nil {
		return expr{}, b.fail(c.position, "this regular expression cannot be tied to an end: %v", err)
	}
	tail, err := regexp.Compile("(?:" + re.String() + ")$")
	if err != nil {
		return expr{}, b.fail(c.position, "this regular expression cannot be tied to an end: %v", err)
	}
	return expr{typ: TypeString, eval: func(r Row) Value {
		s := text.eval(r).Text()
		if start {
			s = s[len(head.FindString(s)):]
		}
		if end {
			s = s[:len(s)-len(tail.FindString(s))]
		}
		return String(s)
	}}.folded(text.constant), nil
}
