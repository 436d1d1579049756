package eval_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Each test is one class of section 14.2 of the specification. In halfKnown nothing is known of s (a string), o, a, b,
// i and u (anything, null too).

func TestLazyFunctions(t *testing.T) {
	specify(t, halfKnown(), `
		if(parameters('b'), 'x', 'x')                       => "x"
		if(parameters('b'), 'x', 'y')                       => [if(parameters('b'), 'x', 'y')]
		if(true(), parameters('s'), fail('never'))          => [parameters('s')]
		if(parameters('b'), parameters('s'), parameters('s')) => [parameters('s')]
		if(parameters('b'), true(), false())                => [parameters('b')]
		if(parameters('b'), false(), true())                => [not(parameters('b'))]
		if(parameters('u'), 1, 2)                           => [if(parameters('u'), 1, 2)]
		if(parameters('b'), fail('left'), fail('right'))    !! left
		if(parameters('b'), if(parameters('b'), 1, 2), 3)   => [if(parameters('b'), 1, 3)]
		if(parameters('s'), 1, 2)                           !! expects parameter 1 to be of type 'Boolean'
		if(parameters('i'), 1, 2)                           !! The provided value is of type 'Integer'
		and(parameters('b'), true())                        => [parameters('b')]
		and(true(), parameters('b'))                        => [parameters('b')]
		and(parameters('b'), false())                       => false
		and(false(), parameters('b'))                       => false
		and(parameters('b'), parameters('b'))               => [and(parameters('b'), parameters('b'))]
		and(parameters('b'), fail('skipped'))               => false
		and(parameters('s'), true())                        !! expects parameter 1 to be of type 'Boolean'
		or(parameters('b'), true())                         => true
		or(parameters('b'), false())                        => [parameters('b')]
		or(false(), false(), parameters('b'))               => [parameters('b')]
		or(parameters('b'), fail('skipped'))                => true
		or(parameters('a'), true())                         !! The provided value is of type 'Array'
		not(parameters('b'))                                => [not(parameters('b'))]
		not(not(parameters('b')))                           => [not(not(parameters('b')))]
		not(parameters('s'))                                !! expects its parameter to be of type 'Boolean'
		coalesce(parameters('s'), 'x')                      => [parameters('s')]
		coalesce(concat(parameters('u'), 'x'), 'y')         => [concat(parameters('u'), 'x')]
		coalesce(format('{0}', parameters('u')), 'y')       => [format('{0}', parameters('u'))]
		coalesce(uniqueString(parameters('s')), 'y')        => [uniqueString(parameters('s'))]
		coalesce(createObject('k', parameters('u')), 'y').k => [parameters('u')]
		coalesce(resourceId('A.B/c', parameters('s')), 'y') => [resourceId('A.B/c', parameters('s'))]
		coalesce(parameters('u'), null())                   => [parameters('u')]
		coalesce(parameters('u'), parameters('u'))          => [parameters('u')]
		coalesce(null(), parameters('u'))                   => [parameters('u')]
		coalesce(parameters('u'), fail('not reached'))      => [parameters('u')]
		# what is known is written into the residual, so that it can be read by itself
		coalesce(parameters('u'), toUpper('x'))             => [coalesce(parameters('u'), 'X')]
		coalesce(parameters('u'), null(), concat('x', 'y')) => [coalesce(parameters('u'), 'xy')]
	`)
}

func TestStructuralFunctions(t *testing.T) {
	specify(t, halfKnown(), `
		createArray(parameters('u'))                             => [{"$unknown":"[parameters('u')]"}]
		createObject('k', parameters('u'))                       => {"k":{"$unknown":"[parameters('u')]"}}
		createObject(parameters('s'), 1)                         => [createObject(parameters('s'), 1)]
		createObject(parameters('i'), 1)                         !! expects parameter 1 to be of type 'String'
		union(createObject('a', 1), createObject('a', parameters('s'))) => {"a":{"$unknown":"[parameters('s')]"}}
		union(createObject('a', parameters('s')), createObject('a', 1)) => {"a":1}
		union(createObject('a', 1), parameters('o'))             => [union(createObject('a', 1), parameters('o'))]
		union(createArray(1), parameters('a'))                   => [union(createArray(1), parameters('a'))]
		union(createArray(1), parameters('s'))                   !! is of type 'String'
		shallowMerge(createArray(createObject('a', parameters('s')), createObject('b', 2))) => {"a":{"$unknown":"[parameters('s')]"},"b":2}
		shallowMerge(createArray(createObject('a', 1), parameters('o'))) => [shallowMerge(createArray(createObject('a', 1), parameters('o')))]
		concat(createArray(1), createArray(parameters('s')))     => [1,{"$unknown":"[parameters('s')]"}]
		concat(createArray(1), parameters('a'))                  => [concat(createArray(1), parameters('a'))]
		concat(createArray(1), parameters('s'))                  !! Either all or none of the parameters must be an array
		flatten(createArray(createArray(parameters('s'))))       => [{"$unknown":"[parameters('s')]"}]
		flatten(createArray(createArray(1), parameters('a')))    => [flatten(createArray(createArray(1), parameters('a')))]
		items(createObject('k', parameters('u')))                => [{"key":"k","value":{"$unknown":"[parameters('u')]"}}]
		items(parameters('o'))                                   => [items(parameters('o'))]
		objectKeys(createObject('k', parameters('u')))           => ["k"]
		objectKeys(parameters('s'))                              !! expects its parameter to be of type 'Object'
		first(createArray(parameters('s'), 1))                   => [parameters('s')]
		last(createArray(parameters('s'), 1))                    => 1
		first(parameters('a'))                                   => [first(parameters('a'))]
		first(parameters('o'))                                   !! is of type 'Object'
		take(createArray(1, parameters('s')), 1)                 => [1]
		skip(createArray(1, parameters('s')), 1)                 => [{"$unknown":"[parameters('s')]"}]
		take(createArray(1, 2), parameters('i'))                 => [take(createArray(1, 2), parameters('i'))]
		take(createArray(1, 2), parameters('s'))                 !! expects parameter 2 to be of type 'Integer'
		array(parameters('s'))                                   => [array(parameters('s'))]
		tryGet(createObject('k', parameters('u')), 'k')          => [parameters('u')]
		tryGet(createObject('k', 1), 'l', parameters('s'))       => null
		tryGet(createObject('k', 1), parameters('s'))            => [tryGet(createObject('k', 1), parameters('s'))]
		tryGet(parameters('u'), 'k')                             => [tryGet(parameters('u'), 'k')]
		indexFromEnd(createArray(parameters('s'), 2), 1)         => 2
		tryIndexFromEnd(createArray(1), parameters('i'))         => [tryIndexFromEnd(createArray(1), parameters('i'))]
		createObject('k', parameters('u')).k                     => [parameters('u')]
		createArray(1, parameters('u'))[0]                       => 1
		createArray(1, 2)[parameters('i')]                       => [createArray(1, 2)[parameters('i')]]
		parameters('o').a[parameters('i')]                       => [parameters('o').a[parameters('i')]]
		parameters('a')[0].b                                     => [parameters('a')[0].b]
	`)
}

func TestCountingFunctions(t *testing.T) {
	specify(t, halfKnown(), `
		length(createArray(parameters('u'), parameters('u')))    => 2
		length(createObject('k', parameters('u')))               => 1
		length(parameters('s'))                                  => [length(parameters('s'))]
		length(concat('abc', parameters('s')))                   => [length(concat('abc', parameters('s')))]
		length(parameters('i'))                                  !! is of type 'Integer'
		empty(createArray(parameters('u')))                      => false
		empty(concat('a', parameters('s')))                      => false
		empty(concat(parameters('s'), 'a'))                      => false
		empty(concat(parameters('s'), ''))                       => [empty(concat(parameters('s'), ''))]
		empty(parameters('s'))                                   => [empty(parameters('s'))]
		empty(parameters('u'))                                   => [empty(parameters('u'))]
		empty(parameters('b'))                                   !! is of type 'Boolean'
		empty(uniqueString(parameters('s')))                     => false
		empty(guid(parameters('s')))                             => false
		empty(resourceId('A.B/c', parameters('s')))              => false
		empty(if(parameters('b'), 'x', 'y'))                     => false
		length(if(parameters('b'), createArray(1), createArray(2))) => 1
	`)
}

func TestSetFunctions(t *testing.T) {
	specify(t, halfKnown(), `
		contains(createArray('a', parameters('s')), 'a')         => true
		contains(createArray('b', parameters('s')), 'a')         => [contains(createArray('b', parameters('s')), 'a')]
		contains(createArray(parameters('s')), 5)                => false
		contains(createArray('x'), parameters('i'))              => false
		contains(createArray('x'), parameters('s'))              => [contains(createArray('x'), parameters('s'))]
		contains(createArray(), parameters('s'))                 => false
		contains(createObject('k', parameters('u')), 'k')        => true
		contains(createObject('k', parameters('u')), 'l')        => false
		contains(parameters('o'), 'k')                           => [contains(parameters('o'), 'k')]
		contains(parameters('b'), 'k')                           !! is of type 'Boolean'
		indexOf(createArray('a', parameters('s')), 'a')          => 0
		indexOf(createArray(parameters('s'), 'a'), 'a')          => [indexOf(createArray(parameters('s'), 'a'), 'a')]
		indexOf(createArray(parameters('i'), 'a'), 'a')          => 1
		lastIndexOf(createArray(parameters('s'), 'a'), 'a')      => 1
		lastIndexOf(createArray('a', parameters('s')), 'a')      => [lastIndexOf(createArray('a', parameters('s')), 'a')]
		intersection(createArray('a'), createArray('a', parameters('s')))  => ["a"]
		intersection(createArray('a', 'b'), createArray('a', parameters('s'))) => [intersection(createArray('a', 'b'), createArray('a', parameters('s')))]
		intersection(createObject('a', 1), createObject('b', parameters('s'))) => {}
		intersection(createObject('a', 1), createObject('a', parameters('s'))) => {}
		intersection(createObject('a', 'x'), createObject('a', parameters('s'))) => [intersection(createObject('a', 'x'), createObject('a', parameters('s')))]
		distinct(createArray('a', 'a', 1))                       => ["a",1]
		distinct(createArray('a', parameters('i')))              => ["a",{"$unknown":"[parameters('i')]"}]
		distinct(createArray('a', parameters('s')))              => [distinct(createArray('a', parameters('s')))]
		union(createArray('a'), createArray(parameters('i')))    => ["a",{"$unknown":"[parameters('i')]"}]
		union(createArray('a'), createArray(parameters('s')))    => [union(createArray('a'), createArray(parameters('s')))]
		max(createArray(1, parameters('i')))                     => [max(createArray(1, parameters('i')))]
		max(1, parameters('s'))                                  !! of type 'Integer
		min(parameters('i'), 2)                                  => [min(parameters('i'), 2)]
	`)
}

func TestStringBuilders(t *testing.T) {
	specify(t, halfKnown(), `
		concat('a', parameters('s'), 'b')                        => [concat('a', parameters('s'), 'b')]
		format('{0}-{1}', 'a', parameters('s'))                  => [format('{0}-{1}', 'a', parameters('s'))]
		join(createArray('a', parameters('s')), '-')             => [join(createArray('a', parameters('s')), '-')]
		startsWith(concat('abc', parameters('s')), 'AB')         => true
		startsWith(concat('abc', parameters('s')), 'x')          => false
		startsWith(concat('abc', parameters('s')), 'abcd')       => [startsWith(concat('abc', parameters('s')), 'abcd')]
		startsWith(parameters('s'), 'a')                         => [startsWith(parameters('s'), 'a')]
		startsWith(parameters('s'), '')                          => true
		endsWith(format('{0}.xyz', parameters('s')), '.XYZ')     => true
		endsWith(format('{0}.xyz', parameters('s')), 'q')        => false
		contains(concat('abc', parameters('s')), 'bc')           => true
		contains(concat('abc', parameters('s')), 'x')            => [contains(concat('abc', parameters('s')), 'x')]
		contains('abc', concat('x', parameters('s')))            => false
		equals(concat('a', parameters('s')), 'b')                => false
		equals(concat('a', parameters('s')), concat('a', parameters('s'))) => true
		equals(concat('a', parameters('s')), format('a{0}', parameters('s'))) => true
		equals(concat('abc', parameters('s')), 'ab')             => false
		equals(concat(parameters('s'), 'x'), 'y')                => false
		toUpper(concat('a', parameters('s')))                    => [toUpper(concat('a', parameters('s')))]
		startsWith(toUpper(concat('a', parameters('s'))), 'A')   => true
		replace(concat('a-b', parameters('s')), '-', '')         => [replace(concat('a-b', parameters('s')), '-', '')]
		startsWith(replace(concat('a-b', parameters('s')), '-', ''), 'ab') => true
		take(concat('abcdef', parameters('s')), 3)               => "abc"
		substring(concat('abcdef', parameters('s')), 1, 3)       => "bcd"
		substring(concat('ab', parameters('s')), 0, 3)           => [substring(concat('ab', parameters('s')), 0, 3)]
		startsWith(take(concat('ab', parameters('s')), 5), 'ab') => true
		first(concat('ab', parameters('s')))                     => "a"
		last(concat(parameters('s'), 'yz'))                      => "z"
		last(concat('yz', parameters('s')))                      => [last(concat('yz', parameters('s')))]
		endsWith(uri(parameters('s'), 'nested/x.json'), 'nested/x.json') => true
		startsWith(uri('https://h/', parameters('s')), 'https://h/')     => [startsWith(uri('https://h/', parameters('s')), 'https://h/')]
		concat(parameters('o'), 'x')                             !! The provided value is of type 'Object'
		toLower(parameters('i'))                                 !! expects its parameter to be of type 'String'
		format(parameters('a'))                                  !! expects parameter 1 to be of type 'String'
	`)
}

func TestStrictFunctions(t *testing.T) {
	for call, wrong := range map[string]string{
		"base64(parameters('s'))": "base64(parameters('i'))", "uniqueString('a', parameters('s'))": "uniqueString('a', parameters('o'))",
		"guid(parameters('s'))": "guid(parameters('a'))", "add(parameters('i'), 1)": "add(parameters('s'), 1)",
		"sub(1, parameters('i'))": "sub(1, parameters('b'))", "mul(parameters('i'), 2)": "mul(parameters('o'), 2)",
		"div(parameters('i'), 2)": "div(2, parameters('a'))", "mod(parameters('i'), 2)": "mod(parameters('s'), 2)",
		"int(parameters('s'))": "int(parameters('b'))", "float(parameters('i'))": "float(parameters('b'))",
		"bool(parameters('s'))": "bool(parameters('a'))", "json(parameters('s'))": "json(parameters('o'))",
		"less(parameters('i'), 2)": "less(parameters('b'), true())", "greater(parameters('s'), 'a')": "greater(parameters('o'), 1)",
		"base64ToString(parameters('s'))": "base64ToString(parameters('i'))", "base64ToJson(parameters('s'))": "base64ToJson(parameters('i'))",
		"dataUriToString(parameters('s'))": "dataUriToString(parameters('i'))", "uriComponent(parameters('s'))": "uriComponent(parameters('b'))",
		"uriComponentToString(parameters('s'))": "uriComponentToString(parameters('b'))", "parseUri(parameters('s'))": "parseUri(parameters('o'))",
		"buildUri(parameters('o'))": "buildUri(parameters('s'))", "parseCidr(parameters('s'))": "parseCidr(parameters('i'))",
		"cidrSubnet(parameters('s'), 24, 0)": "cidrSubnet(parameters('s'), '24', 0)", "cidrHost('10.0.0.0/24', parameters('i'))": "cidrHost('10.0.0.0/24', parameters('s'))",
		"dateTimeAdd(parameters('s'), 'P1D')": "dateTimeAdd(parameters('i'), 'P1D')", "dateTimeToEpoch(parameters('s'))": "dateTimeToEpoch(parameters('o'))",
		"dateTimeFromEpoch(parameters('i'))": "dateTimeFromEpoch(parameters('s'))", "range(0, parameters('i'))": "range(parameters('s'), 1)",
		"padLeft(parameters('s'), 5)": "padLeft(parameters('b'), 5)", "trim(parameters('s'))": "trim(parameters('i'))",
		"like(parameters('s'), 'a*')": "like(parameters('i'), 'a*')", "split('a', parameters('s'))": "split(parameters('i'), ',')",
	} {
		specify(t, halfKnown(), call+" => ["+call+"]\n"+wrong+" !! of type")
	}
}

// What an unknown becomes keeps its reason; the kind and whether it may be null are known where they can be.
func TestUnknownsKnowTheirReason(t *testing.T) {
	tests := []struct {
		in      string
		reason  value.Reason
		hint    value.Kind
		notNull bool
	}{
		{"parameters('s')", value.MissingParameter, value.StringKind, true},
		{"parameters('u')", value.MissingParameter, value.AbsentKind, false},
		{"concat('a', parameters('u'))", value.MissingParameter, value.StringKind, true},
		{"concat(parameters('u'))", value.MissingParameter, value.AbsentKind, false},
		{"format('{0}', parameters('u'))", value.MissingParameter, value.StringKind, true},
		{"length(parameters('a'))", value.MissingParameter, value.IntKind, true},
		{"split(parameters('s'), ',')", value.MissingParameter, value.ArrayKind, true},
		{"createObject(parameters('s'), 1)", value.MissingParameter, value.ObjectKind, true},
		{"equals(parameters('u'), 1)", value.MissingParameter, value.BoolKind, true},
		{"json(parameters('s'))", value.MissingParameter, value.AbsentKind, false},
		{"first(parameters('a'))", value.MissingParameter, value.AbsentKind, false},
		{"if(parameters('b'), 'x', 'y')", value.MissingParameter, value.StringKind, true},
		{"if(parameters('b'), 'x', null())", value.MissingParameter, value.AbsentKind, false},
		{"if(parameters('b'), 1, 'y')", value.MissingParameter, value.AbsentKind, true},
		{"coalesce(parameters('u'), 'y')", value.MissingParameter, value.AbsentKind, true},
		{"resourceGroup().location", value.ScopeFact, value.StringKind, true},
		{"resourceGroup().tags", value.ScopeFact, value.AbsentKind, false},
		{"deployer().objectId", value.Identity, value.StringKind, true},
		{"reference('x')", value.RuntimeReference, value.ObjectKind, true},
		{"reference('x').y", value.RuntimeReference, value.AbsentKind, false},
		{"concat('a', reference('x').y)", value.RuntimeReference, value.StringKind, true},
		{"references('x')", value.RuntimeReference, value.ArrayKind, true},
		{"listKeys('x', '1')", value.SecretValue, value.ObjectKind, true},
		{"length(listKeys('x', '1').value)", value.RuntimeReference, value.IntKind, true},
		{"providers('x')", value.ProviderCatalog, value.ObjectKind, true},
		{"pickZones('a', 'b', 'c')", value.ProviderCatalog, value.ArrayKind, true},
		{"toLogicalZone('a', 'b', 'c')", value.ZoneMapping, value.StringKind, true},
		{"toPhysicalZones('a', 'b', createArray())", value.ZoneMapping, value.ArrayKind, true},
		{"extensions('x')", value.UnsupportedFunction, value.ObjectKind, true},
		{"externalInputs('x')", value.ExternalInput, value.AbsentKind, false},
		{"dateTimeToEpoch()", value.Clock, value.IntKind, true},
		{"dateTimeFromEpoch()", value.Clock, value.StringKind, true},
		{"roleDefinitions('x')", value.ProviderCatalog, value.ObjectKind, true},
	}
	for _, tt := range tests {
		v, err := halfKnown().Evaluate("[" + tt.in + "]")
		u := v.Unknown()
		if err != nil || u == nil {
			t.Errorf("%s gives %s, %v", tt.in, shown(v), err)
			continue
		}
		if u.Reason != tt.reason || u.Hint != tt.hint || u.NotNull != tt.notNull {
			t.Errorf("%s: reason %q, kind %s, not null %v; want %q, %s, %v", tt.in, u.Reason, u.Hint, u.NotNull, tt.reason, tt.hint, tt.notNull)
		}
	}
}

// A residual is an expression that can be evaluated again, and gives the value once its unknowns are known.
func TestResidualsGiveTheValueLater(t *testing.T) {
	later := &eval.Single{Parameters: value.FromAny(map[string]any{
		"s": "text", "o": map[string]any{"k": "v"}, "a": []any{"x", "y"}, "b": true, "i": 2, "u": nil,
	})}
	for in, want := range map[string]string{
		"concat('a', parameters('s'), string(add(1, 1)))":                        `"atext2"`,
		"if(parameters('b'), toUpper('x'), 'y')":                                 `"X"`,
		"coalesce(parameters('u'), concat('f', 'b'))":                            `"fb"`,
		"union(createObject('n', add(1, 1)), parameters('o'))":                   `{"n":2,"k":"v"}`,
		"format('{0:D3}|{1}', parameters('i'), toLower('Q'))":                    `"002|q"`,
		"createArray(json('{\"p\": [1.5, null]}'), 1)[parameters('i')]":          ``,
		"replace(concat('a-', parameters('s')), '-', '')":                        `"atext"`,
		"take(concat('ab', parameters('s')), add(1, 2))":                         `"abt"`,
		"skip(concat('ab', parameters('s')), 1)":                                 `"btext"`,
		"map(parameters('a'), lambda('x', concat(lambdaVariables('x'), 'z')))":   `["xz","yz"]`,
		"tryGet(parameters('o'), concat('', 'k'))":                               `"v"`,
		"substring(parameters('s'), 1, parameters('i'))":                         `"ex"`,
		"resourceId('g', concat('A.B', '/c'), parameters('s'))":                  `[resourceId('g', 'A.B/c', 'text')]`,
		"contains(createArray('q', true(), null(), parameters('s')), 'text')":    `true`,
		"join(createArray('a', parameters('s'), 5), ', ')":                       `"a, text, 5"`,
		"if(not(parameters('b')), 'it''s', createObject('a', createArray(1)).a)": `[1]`,
		"length(filter(createArray(1, 2), lambda('x', parameters('b'))))":        `2`,
		"intersection(createArray('x', 'z'), createArray('z', parameters('s')))": `["z"]`,
	} {
		v, err := halfKnown().Evaluate("[" + in + "]")
		if err != nil || !v.IsUnknown() {
			t.Errorf("%s is %s, %v", in, shown(v), err)
			continue
		}
		again, err := later.Evaluate(v.Residual())
		if want == "" {
			if err == nil {
				t.Errorf("%s gives %s, want an error", v.Residual(), shown(again))
			}
			continue
		}
		if err != nil || shown(again) != want && again.Residual() == "" {
			t.Errorf("%s: its residual %s gives %s, %v; want %s", in, v.Residual(), shown(again), err, want)
		}
	}
	if e := expr.Call("null"); e.String() != "null()" {
		t.Errorf("%s", e)
	}
}
