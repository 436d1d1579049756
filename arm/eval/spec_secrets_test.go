package eval_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// secrets is a scope with a secret string, number, boolean, object, array and boxes around them.
func secrets() *eval.Single {
	m := func(k string, v value.Value) value.Member { return value.Member{Key: k, Value: v} }
	hidden := value.String("hunter2").WithSecret()
	return &eval.Single{
		Parameters: value.Object([]value.Member{
			m("s", hidden), m("n", value.Int(4711).WithSecret()), m("b", value.Bool(true).WithSecret()),
			m("o", value.FromAny(map[string]any{"hunter2": "hunter2"}).WithSecret()),
			m("a", value.FromAny([]any{"hunter2", "x"}).WithSecret()),
			m("box", value.Object([]value.Member{m("in", hidden), m("out", value.String("plain"))})),
			m("list", value.Array([]value.Value{hidden, value.String("plain")})),
			m("numbers", value.Array([]value.Value{value.Int(4711).WithSecret(), value.Int(1)})),
			m("b64", value.String("aHVudGVyMg==").WithSecret()), m("json", value.String(`{"k": "hunter2"}`).WithSecret()),
			m("uri", value.String("https://hunter2/hunter2").WithSecret()), m("cidr", value.String("10.47.11.0/24").WithSecret()),
			m("date", value.String("2026-01-01T00:00:00Z").WithSecret()),
			missing("u", value.StringKind),
		}),
	}
}

// Every function hides what it makes of a secret: the result itself, or the part of it that holds the secret.
func TestSecretsStayHidden(t *testing.T) {
	for expression := range strings.SplitSeq(strings.TrimSpace(`
		parameters('s')
		base64(parameters('s'))
		base64ToString(parameters('b64'))
		base64ToJson(base64(parameters('json')))
		concat(parameters('s'), 'x')
		concat('x', parameters('s'))
		concat(parameters('u'), parameters('s'))
		concat(parameters('a'), createArray(1))
		concat(parameters('list'), createArray(1))!
		concat(parameters('list'), createArray(1))[0]
		dataUri(parameters('s'))
		dataUri(parameters('box'))
		dataUri(parameters('list'))
		dataUriToString(concat('data:;base64,', parameters('b64')))
		endsWith(parameters('s'), '2')
		startsWith(parameters('s'), 'h')
		format('{0}', parameters('s'))
		format(parameters('s'))
		format('{0}', parameters('box'))
		format('{0,10}', parameters('list'))
		format('{0:D3}', parameters('n'))
		format('{0}{1}', parameters('u'), parameters('s'))
		guid(parameters('s'))
		indexOf(parameters('s'), 't')
		lastIndexOf(parameters('s'), 't')
		join(parameters('list'), ',')
		join(parameters('a'), ',')
		join(createArray('a', 'b'), parameters('s'))
		json(parameters('json'))
		json(parameters('json')).k
		like(parameters('s'), 'h*')
		padLeft(parameters('s'), 12)
		padLeft(parameters('n'), 12)
		replace(parameters('s'), 'h', 'j')
		replace('abc', 'b', parameters('s'))
		split(parameters('s'), 't')
		split(parameters('s'), 't')[0]
		split('a/b', parameters('s'))
		string(parameters('s'))
		string(parameters('n'))
		string(parameters('o'))
		string(parameters('box'))
		string(parameters('list'))
		substring(parameters('s'), 0, 3)
		substring('abcdefgh', 0, length(parameters('s')))!
		toLower(parameters('s'))
		toUpper(parameters('s'))
		trim(parameters('s'))
		uniqueString('a', parameters('s'))
		uri('https://h', parameters('s'))
		uri(parameters('uri'), 'x')
		uriComponent(parameters('s'))
		uriComponentToString(parameters('s'))
		parseUri(parameters('uri'))
		parseUri(parameters('uri')).host
		buildUri(createObject('scheme', 'https', 'host', parameters('s')))
		array(parameters('s'))
		array(parameters('s'))[0]
		contains(parameters('s'), 'h')
		contains(parameters('o'), 'hunter2')
		contains(createObject('x', 1), parameters('s'))
		createArray(parameters('s'))[0]
		createObject('k', parameters('s')).k
		createObject(parameters('s'), 'v')
		distinct(createArray(parameters('s'), parameters('s')))[0]
		distinct(parameters('a'))
		first(parameters('s'))
		last(parameters('s'))
		first(parameters('list'))
		first(parameters('a'))
		last(parameters('a'))
		flatten(createArray(parameters('list')))[0]
		flatten(createArray(parameters('a')))[0]
		indexFromEnd(parameters('list'), 2)
		tryIndexFromEnd(parameters('list'), 2)
		intersection(parameters('list'), parameters('list'))[0]
		items(parameters('o'))[0].key
		items(parameters('o'))[0].value
		items(parameters('box'))[0].value
		objectKeys(parameters('o'))
		max(parameters('n'), 1)
		max(parameters('numbers'))
		min(parameters('n'))
		min(parameters('numbers'))
		range(parameters('n'), 2)
		shallowMerge(createArray(parameters('o')))['hunter2']
		skip(parameters('s'), 1)
		skip(parameters('a'), 1)
		take(parameters('s'), 3)
		take(parameters('list'), 1)[0]
		tryGet(parameters('o'), 'hunter2')
		tryGet(parameters('box'), 'in')
		tryGet(createArray('a'), sub(parameters('n'), 4711))
		union(parameters('box'), createObject())['in']
		union(parameters('list'), createArray())[0]
		parameters('o')['hunter2']
		parameters('box')['in']
		createArray('a')[sub(parameters('n'), 4711)]
		not(parameters('b'))
		bool(parameters('n'))
		coalesce(null(), parameters('s'))
		if(true(), parameters('s'), 'x')
		less(parameters('n'), 1)
		greater(parameters('s'), 'a')
		add(parameters('n'), 1)
		mod(parameters('n'), 10)
		int(string(parameters('n')))
		float(parameters('n'))
		parseCidr(parameters('cidr'))
		parseCidr(parameters('cidr')).network
		cidrSubnet(parameters('cidr'), 26, 1)
		cidrHost(parameters('cidr'), 1)
		dateTimeAdd(parameters('date'), 'P1D')
		dateTimeToEpoch(parameters('date'))
		resourceId('A.B/c', parameters('s'))
		resourceId(parameters('s'), 'A.B/c', 'n')
		subscriptionResourceId(parameters('s'), 'A.B/c', 'n')
		extensionResourceId(parameters('uri'), 'A.B/c', 'n')
		extensionResourceId('/x', 'A.B/c', parameters('s'))
		map(parameters('list'), lambda('x', toUpper(lambdaVariables('x'))))[0]
		map(parameters('a'), lambda('x', lambdaVariables('x')))[0]
		filter(parameters('list'), lambda('x', true()))[0]
		reduce(parameters('list'), '', lambda('c', 'n', concat(lambdaVariables('c'), lambdaVariables('n'))))
		sort(parameters('list'), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))[0]
		toObject(parameters('list'), lambda('x', 'k')).k!
		toObject(createArray(parameters('s')), lambda('x', 'k')).k
		toObject(createArray(parameters('s')), lambda('x', lambdaVariables('x')))
		toObject(parameters('list'), lambda('x', lambdaVariables('x')), lambda('x', 1))
		groupBy(createArray(parameters('s')), lambda('x', 'k')).k[0]
		groupBy(parameters('list'), lambda('x', lambdaVariables('x')), lambda('x', 1))
		mapValues(parameters('box'), lambda('v', lambdaVariables('v')))['in']
		listKeys('x', '2020-01-01')
		listKeys('x', '2020-01-01').keys[0].value
		listKeys('x', parameters('s'))
		reference(parameters('s')).id
	`), "\n") {
		in := strings.TrimSpace(expression)
		in, open := strings.CutSuffix(in, "!")
		v, err := secrets().Evaluate("[" + in + "]")
		switch {
		case err != nil:
			t.Errorf("%s: %v", in, err)
		case v.Secret() == open:
			t.Errorf("%s: secret is %v; it shows %s", in, v.Secret(), v.AppendJSON(nil))
		case strings.Contains(string(v.AppendJSON(nil))+v.Text()+v.Residual(), "hunter2"):
			t.Errorf("%s shows the secret: %s", in, v.AppendJSON(nil))
		}
	}
}

// Length, emptiness and equality of a secret are none, nor are the plain things beside one.
func TestWhatIsNoSecret(t *testing.T) {
	specify(t, secrets(), `
		length(parameters('s'))                         => 7
		length(parameters('o'))                         => 1
		empty(parameters('s'))                          => false
		empty(parameters('a'))                          => false
		equals(parameters('s'), 'x')                    => false
		equals(parameters('s'), parameters('s'))        => true
		if(empty(parameters('s')), 'without', 'with')   => "with"
		parameters('box').out                           => "plain"
		parameters('list')[1]                           => "plain"
		createArray(parameters('s'), 'x')               => [{"$secret":true},"x"]
		createObject('k', parameters('s'), 'l', 1)      => {"k":{"$secret":true},"l":1}
		coalesce('x', parameters('s'))                  => "x"
		if(true(), 'x', parameters('s'))                => "x"
		first(skip(parameters('list'), 1))              => "plain"
		union(parameters('box'), createObject('a', 1))  => {"in":{"$secret":true},"out":"plain","a":1}
		items(parameters('box'))[1].value               => "plain"
	`)
}

// Messages about secrets name functions and types only.
func TestMessagesHideSecrets(t *testing.T) {
	specify(t, secrets(), `
		int(parameters('s'))                            !! 'int': it refuses its arguments; details are not shown because one of them is secret
		bool(parameters('s'))                           !! details are not shown
		add(parameters('s'), 1)                         !! expects parameter 1 to be of type 'Integer'. The provided value is of type 'String'
		parseCidr(parameters('s'))                      !! details are not shown
		cidrSubnet(parameters('cidr'), 8, 0)            !! details are not shown
		dateTimeAdd(parameters('s'), 'P1D')             !! details are not shown
		uri(parameters('s'), 'x')                       !! details are not shown
		format('{0', parameters('s'))                   !! details are not shown
		json(parameters('s'))                           !! details are not shown
		substring(parameters('s'), 99)                  !! details are not shown
		parameters(parameters('s'))                     !! The template parameter '{secret}' is not found
		variables(parameters('s'))                      !! The template variable '{secret}' is not found
		parameters('box')[parameters('s')]              !! property '{secret}' doesn't exist, available properties are 'in, out'
		parameters('o').x                               !! available properties are '{secret}'
		fail(parameters('s'))                           !! {secret}
		fail(concat('the password is ', parameters('s'))) !! {secret}
		createArray(1)[parameters('n')]                 !! array index '{secret}' is out of bounds
		resourceId(parameters('s'), 'x')                !! details are not shown
	`)
	for _, in := range []string{
		"int(parameters('s'))", "json(parameters('s'))", "parameters(parameters('s'))", "format('{1}', parameters('s'))", "fail(parameters('s'))",
		"resourceId('A.B/c', parameters('s'), 'x')", "utcNow(parameters('s'))", "parameters('o').x", "createObject().x[parameters('s')]",
	} {
		if _, err := secrets().Evaluate("[" + in + "]"); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// A secret that names a parameter still reads that one.
func TestSecretNamesAreFollowed(t *testing.T) {
	s := &eval.Single{Parameters: value.Object([]value.Member{
		{Key: "which", Value: value.String("target").WithSecret()}, {Key: "target", Value: value.Int(5)},
	})}
	v, err := s.Evaluate("[parameters(parameters('which'))]")
	if i, ok := v.AsInt(); err != nil || !ok || i != 5 || !v.Secret() {
		t.Errorf("%s, secret %v, %v", shown(v), v.Secret(), err)
	}
}
