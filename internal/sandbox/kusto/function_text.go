package kusto

import (
	"strings"
	"unicode/utf8"
)

func textFunctions() map[string]function {
	one := func(f func(string) Value, t Type) function {
		return function{min: 1, max: 1, typ: t, apply: func(a []Value) Value { return f(a[0].Text()) }}
	}
	strlen := one(func(s string) Value { return Long(int64(utf8.RuneCountInString(s))) }, TypeLong)
	strlen.named = prefixedName
	return map[string]function{
		"tolower":        one(func(s string) Value { return String(fold(s)) }, TypeString),
		"toupper":        one(func(s string) Value { return String(strings.ToUpper(s)) }, TypeString),
		"strlen":         strlen,
		"reverse":        one(reverse, TypeString),
		"strcat":         {min: 1, max: 64, typ: TypeString, apply: func(a []Value) Value { return join(a, "") }},
		"strcat_delim":   {min: 2, max: 64, typ: TypeString, apply: func(a []Value) Value { return join(a[1:], a[0].Text()) }},
		"strcat_array":   {min: 2, max: 2, typ: TypeString, apply: func(a []Value) Value { return join(a[0].elements(), a[1].Text()) }},
		"substring":      {min: 2, max: 3, typ: TypeString, apply: substring},
		"split":          {min: 2, max: 3, typ: TypeDynamic, named: firstName, apply: split},
		"replace_string": {min: 3, max: 3, typ: TypeString, apply: replaceText},
		"indexof":        {min: 2, max: 5, typ: TypeLong, apply: indexOfText},
		"countof":        {min: 2, max: 3, special: bindCountOf},
		"strcmp":         {min: 2, max: 2, typ: TypeLong, apply: func(a []Value) Value { return Long(int64(strings.Compare(a[0].Text(), a[1].Text()))) }},
		"strrep":         {min: 2, max: 3, typ: TypeString, apply: repeat},
	}
}

func reverse(s string) Value {
	runes := []rune(s)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return String(string(runes))
}

// join is null when the text would be larger than allowed.
func join(values []Value, delimiter string) Value {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(delimiter)
		}
		if b.WriteString(v.Text()); b.Len() > maxValue {
			return Value{}
		}
	}
	return String(b.String())
}

func replaceText(a []Value) Value {
	text, old, with := a[0].Text(), a[1].Text(), a[2].Text()
	if old == "" {
		return String(text)
	}
	if len(text)+strings.Count(text, old)*len(with) > maxValue {
		return Value{}
	}
	return String(strings.ReplaceAll(text, old, with))
}

func repeat(a []Value) Value {
	n := toLong(a[1]).n
	text, delimiter := a[0].Text(), ""
	if len(a) == 3 {
		delimiter = a[2].Text()
	}
	if n < 1 {
		return String("")
	}
	if n > maxValue || n*int64(len(text)+len(delimiter)) > maxValue {
		return Value{}
	}
	return String(strings.Repeat(text+delimiter, int(n)-1) + text)
}

// substring counts characters from 0; a negative start counts from the end.
func substring(a []Value) Value {
	runes := []rune(a[0].Text())
	start, length := toLong(a[1]), int64(len(runes))
	if start.IsNull() {
		return String("")
	}
	if start.n < 0 {
		start.n = max(0, start.n+int64(len(runes)))
	}
	if len(a) == 3 {
		length = toLong(a[2]).n
	}
	start.n = min(start.n, int64(len(runes)))
	if length < 0 {
		length = 0
	}
	length = min(length, int64(len(runes))-start.n)
	return String(string(runes[start.n : start.n+length]))
}

// split gives the parts, or an array of the part asked for.
func split(a []Value) Value {
	text, delimiter := a[0].Text(), a[1].Text()
	var parts []string
	if delimiter == "" {
		parts = []string{text}
	} else {
		parts = strings.Split(text, delimiter)
	}
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = String(p)
	}
	if len(a) == 3 {
		n := toLong(a[2])
		if n.IsNull() || n.n < 0 || n.n >= int64(len(items)) {
			return Value{}
		}
		items = items[n.n : n.n+1]
	}
	return array(items)
}

// indexOfText is indexof(text, lookup, start, length, occurrence): the place of
// the n-th occurrence in characters, -1 when there is none.
func indexOfText(a []Value) Value {
	text := []rune(a[0].Text())
	start, length, occurrence := int64(0), int64(-1), int64(1)
	for i, p := range []*int64{&start, &length, &occurrence} {
		if len(a) > 2+i {
			v := toLong(a[2+i])
			if v.IsNull() {
				return Value{}
			}
			*p = v.n
		}
	}
	if start < 0 {
		start = max(0, start+int64(len(text)))
	}
	if start > int64(len(text)) || occurrence < 1 {
		return Long(-1)
	}
	text = text[start:]
	if length >= 0 && length < int64(len(text)) {
		text = text[:length]
	}
	rest, lookup := string(text), a[1].Text()
	at := start
	for {
		i := strings.Index(rest, lookup)
		if i < 0 {
			return Long(-1)
		}
		at += int64(utf8.RuneCountInString(rest[:i]))
		if occurrence--; occurrence == 0 {
			return Long(at)
		}
		_, n := utf8.DecodeRuneInString(rest[i:])
		if n == 0 {
			return Long(-1)
		}
		rest = rest[i+n:]
		at++
	}
}

func bindCountOf(b *binder, c call) (expr, error) {
	regex := false
	if len(c.args) == 3 {
		kind, ok := c.args[2].(literal)
		if !ok || kind.value.s != "normal" && kind.value.s != "regex" {
			return expr{}, b.fail(c.args[2].place(), "the kind of countof() is 'normal' or 'regex'")
		}
		regex = kind.value.s == "regex"
	}
	text, err := b.bind(c.args[0])
	if err != nil {
		return expr{}, err
	}
	search, err := b.bind(c.args[1])
	if err != nil {
		return expr{}, err
	}
	e := expr{typ: TypeLong, eval: func(r Row) Value { return Long(countText(text.eval(r).Text(), search.eval(r).Text())) }}
	if regex {
		re, err := b.pattern(c.args[1].place(), search)
		if err != nil {
			return expr{}, err
		}
		e.eval = func(r Row) Value { return Long(int64(len(re.FindAllStringIndex(text.eval(r).Text(), maxMatches)))) }
	}
	return e.folded(text.constant && search.constant), nil
}

// countText counts occurrences, those that overlap too.
func countText(s, t string) int64 {
	n := int64(0)
	for t != "" {
		i := strings.Index(s, t)
		if i < 0 {
			break
		}
		n++
		_, w := utf8.DecodeRuneInString(s[i:])
		s = s[i+w:]
	}
	return n
}
