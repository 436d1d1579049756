package eval_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// missing is a parameter without a value: a string, an object, ... or of a kind that is not known.
func missing(name string, hint value.Kind) value.Member {
	return value.Member{Key: name, Value: value.FromUnknown(value.Unknown{
		Reason: value.MissingParameter, Hint: hint, NotNull: hint != value.AbsentKind, Subject: name,
		Residual: expr.Call("parameters", expr.Str(name)),
	})}
}

// halfKnown is a scope in which nothing about the subscription is known and these parameters have no value: s, a
// string; o, an object; a, an array; b, a bool; i, an int; u, anything, null too; pw, a secret string.
func halfKnown() *eval.Single {
	pw := missing("pw", value.StringKind)
	pw.Value = pw.Value.WithSecret()
	return &eval.Single{
		Parameters: value.Object([]value.Member{
			missing("s", value.StringKind), missing("o", value.ObjectKind), missing("a", value.ArrayKind),
			missing("b", value.BoolKind), missing("i", value.IntKind), missing("u", value.AbsentKind), pw,
			{Key: "known", Value: value.String("secret-text").WithSecret()},
			{Key: "box", Value: value.Object([]value.Member{{Key: "key", Value: value.String("secret-text").WithSecret()}})},
		}),
	}
}

// What is not known before deployment travels as far as it must and no further: section 14.2 of the specification.
func TestUnknownsTravel(t *testing.T) {
	tests := []struct{ rule, in, want string }{
		{"a scope fact has one residual", "[resourceGroup().location]", "[resourceGroup().location]"},
		{"a scope fact has one residual", "[resourceGroup().Name]", "[resourceGroup().name]"},
		{"a scope fact has one residual", "[subscription().tenantId]", "[tenant().tenantId]"},
		{"a scope fact has one residual", "[subscription().subscriptionId]", "[subscription().subscriptionId]"},
		{"a scope fact has one residual", "[resourceGroup().id]", "[resourceGroup().id]"},
		{"known members of facts are known", "[resourceGroup().type]", `"Microsoft.Resources/resourceGroups"`},
		{"known members of facts are known", "[resourceGroup().properties.provisioningState]", `"Succeeded"`},
		{"tags that nobody gave stay open", "[resourceGroup().tags.env]", "[resourceGroup().tags.env]"},

		{"if: both branches, when the condition is not known", "[if(parameters('b'), 'x', 'y')]", "[if(parameters('b'), 'x', 'y')]"},
		{"if: equal branches collapse", "[if(parameters('b'), 'x', concat('x'))]", `"x"`},
		{"if: true or false is the condition", "[if(parameters('b'), true(), false())]", "[parameters('b')]"},
		{"if: false or true is its opposite", "[if(parameters('b'), false(), true())]", "[not(parameters('b'))]"},
		{"if: not(not(x)) is x", "[if(not(parameters('b')), false(), true())]", "[parameters('b')]"},
		{"if: a branch that fails is not taken", "[if(parameters('b'), fail('no'), 'y')]", `"y"`},
		{"if: access reads both branches", "[if(parameters('b'), createObject('k', 1), createObject('k', 1)).k]", "1"},
		{"if: access reads both branches", "[if(parameters('b'), createObject('k', 1), createObject('k', 2)).k]", "[if(parameters('b'), createObject('k', 1), createObject('k', 2)).k]"},
		{"if: a branch without the member is not taken", "[if(parameters('b'), createObject('k', 1), null()).k]", "1"},
		{"if: functions decide per case", "[length(if(parameters('b'), 'ab', 'cd'))]", "2"},
		{"if: functions decide per case", "[empty(if(parameters('b'), 'ab', createArray(1)))]", "false"},
		{"if: functions decide per case", "[equals(if(parameters('b'), 'x', 'y'), 'x')]", "[parameters('b')]"},
		{"if: functions decide per case", "[equals(if(parameters('b'), 'x', 'y'), 'z')]", "false"},
		{"if: one condition is one decision", "[equals(if(parameters('b'), 'x', 'y'), if(parameters('b'), 'x', 'y'))]", "true"},
		{"if: one condition is one decision", "[if(parameters('b'), if(parameters('b'), 'x', fail('no')), 'x')]", `"x"`},

		{"if: functions decide per case", "[extensionResourceId('/a', 'E.F/g', if(parameters('b'), 'x', concat('x')))]", `"/a/providers/E.F/g/x"`},
		{"if: functions decide per case", "[resourceId('s', 'g', if(parameters('b'), 'A.B/c', 'A.B/c/'), 'x')]", `"/subscriptions/s/resourceGroups/g/providers/A.B/c/x"`},
		{"if: functions decide per case", "[join(createArray('a', if(parameters('b'), 'x', concat('x'))), '-')]", `"a-x"`},
		{"if: elements decide per case", "[length(flatten(createArray(createArray(1), if(parameters('b'), createArray(2), createArray(3)))))]", "2"},
		{"if: elements decide per case", "[empty(join(createArray(if(parameters('b'), 'x', 'y')), '-'))]", "false"},
		{"if: elements decide per case", "[shallowMerge(createArray(createObject('a', 1), if(parameters('b'), createObject('b', 2), createObject('c', 2)))).a]", "1"},
		{"if: lambdas decide per case", "[length(map(if(parameters('b'), createArray(1), createArray(2)), lambda('x', lambdaVariables('x'))))]", "1"},
		{"if: conditions in conditions", "[if(if(parameters('b'), true(), equals(parameters('s'), 'x')), 1, 1)]", "1"},
		{"if: different objects stay two cases", "[length(if(parameters('b'), createObject('a', 1), createObject('b', 2)))]", "1"},

		{"union: members that may be objects", "[union(createObject('k', parameters('o')), createObject('k', createObject('x', 1))).k]", "[union(parameters('o'), createObject('x', 1))]"},
		{"union: a member that may be an object", "[union(createObject('k', parameters('u')), createObject('k', createObject('x', 1))).k]", "[union(createObject('k', parameters('u')), createObject('k', createObject('x', 1))).k]"},
		{"union: a scalar replaces", "[union(createObject('k', parameters('o')), createObject('k', 1)).k]", "1"},

		{"and: a known false decides", "[and(parameters('b'), false())]", "false"},
		{"and: a known true is left out", "[and(true(), parameters('b'), true())]", "[parameters('b')]"},
		{"and: what is open stays", "[and(parameters('b'), true(), not(parameters('b')))]", "[and(parameters('b'), not(parameters('b')))]"},
		{"and: a later failure cannot be reached", "[and(parameters('b'), equals(createObject().x, 1))]", "false"},
		{"or: a known true decides", "[or(parameters('b'), true())]", "true"},
		{"or: a known false is left out", "[or(false(), parameters('b'))]", "[parameters('b')]"},
		{"not", "[not(parameters('b'))]", "[not(parameters('b'))]"},

		{"coalesce: what cannot be null is the result", "[coalesce(parameters('s'), 'x')]", "[parameters('s')]"},
		{"coalesce: what was built cannot be null", "[coalesce(concat('a', parameters('s')), 'x')]", "[concat('a', parameters('s'))]"},
		{"coalesce: what may be null goes on", "[coalesce(parameters('u'), 'x')]", "[coalesce(parameters('u'), 'x')]"},
		{"coalesce: nulls are left out", "[coalesce(null(), parameters('u'), 'x')]", "[coalesce(parameters('u'), 'x')]"},
		{"coalesce: decides per case", "[coalesce(if(parameters('b'), null(), 'x'), 'x')]", `"x"`},

		{"containers keep unknown leaves", "[createArray('x', parameters('s'))]", `["x",{"$unknown":"[parameters('s')]"}]`},
		{"containers keep unknown leaves", "[createObject('k', parameters('s')).k]", "[parameters('s')]"},
		{"containers keep unknown leaves", "[union(createObject('a', 1), createObject('b', parameters('s'))).a]", "1"},
		{"containers keep unknown leaves", "[first(concat(createArray('x'), createArray(parameters('s'))))]", `"x"`},
		{"containers keep unknown leaves", "[flatten(createArray(createArray(parameters('s')), createArray(1)))[1]]", "1"},
		{"containers keep unknown leaves", "[map(createArray('x', parameters('s')), lambda('v', lambdaVariables('v')))[0]]", `"x"`},
		{"containers keep unknown leaves", "[items(createObject('k', parameters('s')))[0].key]", `"k"`},
		{"containers keep unknown leaves", "[shallowMerge(createArray(createObject('a', parameters('u')), createObject('b', 2))).b]", "2"},
		{"containers keep unknown leaves", "[tryGet(createObject('k', parameters('s')), 'missing')]", "null"},
		{"containers keep unknown leaves", "[take(createArray(1, parameters('s')), 1)]", "[1]"},
		{"an unknown container makes its members unknown", "[parameters('o').a.b[0]]", "[parameters('o').a.b[0]]"},
		{"an unknown container makes its members unknown", "[tryGet(parameters('o'), 'a', 'b')]", "[tryGet(parameters('o'), 'a', 'b')]"},
		{"an unknown container makes its members unknown", "[union(createObject('a', 1), parameters('o'))]", "[union(createObject('a', 1), parameters('o'))]"},
		{"an unknown container makes its members unknown", "[map(parameters('a'), lambda('v', 1))]", "[map(parameters('a'), lambda('v', 1))]"},
		{"an unknown key makes the result unknown", "[createObject('k', 1)[parameters('s')]]", "[createObject('k', 1)[parameters('s')]]"},
		{"an unknown index makes the result unknown", "[createArray('x', 'y')[parameters('i')]]", "[createArray('x', 'y')[parameters('i')]]"},

		{"length is known when the shape is", "[length(createArray(parameters('s')))]", "1"},
		{"length of an unknown is not", "[length(parameters('a'))]", "[length(parameters('a'))]"},
		{"empty is known when the shape is", "[empty(createObject('k', parameters('s')))]", "false"},
		{"empty: a string with a known part is not", "[empty(concat('x', parameters('s')))]", "false"},
		{"empty: a string of holes may be", "[empty(concat(parameters('s'), parameters('s')))]", "[empty(concat(parameters('s'), parameters('s')))]"},

		{"contains: a hit is definite", "[contains(createArray(parameters('s'), 'x'), 'x')]", "true"},
		{"contains: a miss is not", "[contains(createArray(parameters('s'), 'x'), 'y')]", "[contains(createArray(parameters('s'), 'x'), 'y')]"},
		{"contains: a part that excludes is a miss", "[contains(createArray(concat('a', parameters('s'))), 'b')]", "false"},
		{"contains: a text in a known part", "[contains(concat('abc', parameters('s')), 'b')]", "true"},
		{"indexOf: a hit behind an unknown is open", "[indexOf(createArray(parameters('s'), 'x'), 'x')]", "[indexOf(createArray(parameters('s'), 'x'), 'x')]"},
		{"indexOf: a hit before an unknown is definite", "[indexOf(createArray('x', parameters('s')), 'x')]", "0"},
		{"intersection", "[intersection(createArray('x', 'y'), createArray('y'))]", `["y"]`},
		{"intersection: an unknown element leaves it open", "[intersection(createArray('x'), createArray(parameters('s')))]", "[intersection(createArray('x'), createArray(parameters('s')))]"},
		{"union of arrays: an unknown element leaves it open", "[union(createArray('x'), createArray(parameters('s')))]", "[union(createArray('x'), createArray(parameters('s')))]"},

		{"startsWith decides from the known start", "[startsWith(concat('abc', parameters('s')), 'AB')]", "true"},
		{"startsWith decides from the known start", "[startsWith(concat('abc', parameters('s')), 'x')]", "false"},
		{"startsWith beyond the known start is open", "[startsWith(concat('abc', parameters('s')), 'abcd')]", "[startsWith(concat('abc', parameters('s')), 'abcd')]"},
		{"endsWith decides from the known end", "[endsWith(concat(parameters('s'), 'abc'), 'BC')]", "true"},
		{"endsWith decides from the known end", "[endsWith(concat(parameters('s'), 'abc'), 'x')]", "false"},
		{"first and last decide from known ends", "[first(concat('abc', parameters('s')))]", `"a"`},
		{"first and last decide from known ends", "[last(concat('abc', parameters('s')))]", "[last(concat('abc', parameters('s')))]"},
		{"take within the known start", "[take(concat('abc', parameters('s')), 2)]", `"ab"`},
		{"substring within the known start", "[substring(concat('abc', parameters('s')), 1, 2)]", `"bc"`},

		{"hashes need everything", "[uniqueString(resourceGroup().id)]", "[uniqueString(resourceGroup().id)]"},
		{"hashes need everything", "[guid('a', parameters('s'))]", "[guid('a', parameters('s'))]"},
		{"arithmetic needs everything", "[add(1, mul(2, parameters('i')))]", "[add(1, mul(2, parameters('i')))]"},
		{"known arguments are evaluated first", "[add(parameters('i'), mul(2, 3))]", "[add(parameters('i'), 6)]"},
		{"conversion needs everything", "[json(parameters('s'))]", "[json(parameters('s'))]"},
		{"string of a string is the string", "[string(parameters('s'))]", "[parameters('s')]"},

		{"an id of an unknown type is unknown", "[resourceId(parameters('s'), 'x')]", "[resourceId(parameters('s'), 'x')]"},
		{"filter over an unknown predicate is open", "[filter(createArray('x'), lambda('v', equals(lambdaVariables('v'), parameters('s'))))]",
			"[filter(createArray('x'), lambda('v', equals(lambdaVariables('v'), parameters('s'))))]"},
		{"filter over unknown elements may be known", "[length(filter(createArray(parameters('s')), lambda('v', true())))]", "1"},

		{"a computed name is read when it is known", "[parameters(concat('', 's'))]", "[parameters('s')]"},
		{"a name that is not known is open", "[variables(concat(parameters('s'), 'x'))]", "[variables(concat(parameters('s'), 'x'))]"},
		{"max looks at every element", "[max(createArray(1, parameters('i')))]", "[max(createArray(1, parameters('i')))]"},
		{"buildUri needs its parts", "[buildUri(createObject('scheme', 'https', 'host', parameters('s')))]", "[buildUri(createObject('scheme', 'https', 'host', parameters('s')))]"},
		{"the text of a container needs its leaves", "[string(createArray(parameters('s')))]", "[string(createArray(parameters('s')))]"},
		{"sort needs its order", "[sort(createArray(1, parameters('i')), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))]", "[sort(createArray(1, parameters('i')), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))]"},
		{"toObject needs its keys", "[toObject(createArray('a', parameters('s')), lambda('x', lambdaVariables('x')))]", "[toObject(createArray('a', parameters('s')), lambda('x', lambdaVariables('x')))]"},
		{"groupBy needs its keys", "[groupBy(createArray(parameters('s')), lambda('x', lambdaVariables('x')))]", "[groupBy(createArray(parameters('s')), lambda('x', lambdaVariables('x')))]"},
		{"reduce goes on with an unknown", "[reduce(createArray(1, 2), parameters('i'), lambda('c', 'n', add(lambdaVariables('c'), lambdaVariables('n'))))]", "[add(add(parameters('i'), 1), 2)]"},
		{"tags of another kind of key", "[tryGet(parameters('o'), parameters('s'))]", "[tryGet(parameters('o'), parameters('s'))]"},

		{"equals: the same residual is equal", "[equals(parameters('s'), parameters('S'))]", "true"},
		{"equals: unknown otherwise", "[equals(parameters('s'), 'x')]", "[equals(parameters('s'), 'x')]"},
		{"equals: kinds that differ", "[equals(parameters('s'), 1)]", "false"},
		{"equals: what cannot be null", "[equals(parameters('s'), null())]", "false"},
		{"equals: parts that differ", "[equals(concat('a', parameters('s')), 'b')]", "false"},
		{"equals: parts that agree", "[equals(concat('a', parameters('s')), 'ab')]", "[equals(concat('a', parameters('s')), 'ab')]"},
		{"equals: the same parts, built in different ways", "[equals(resourceId('A.B/c', 'd'), concat(resourceGroup().id, '/providers/A.B/c/d'))]", "true"},
		{"equals: a leaf that differs decides", "[equals(createObject('a', parameters('s'), 'b', 1), createObject('a', 'x', 'b', 2))]", "false"},

		{"runtime answers are unknown", "[reference('sa').primaryEndpoints.blob]", "[reference('sa').primaryEndpoints.blob]"},
		{"runtime answers are unknown", "[reference(resourceId('A.B/c', concat('d', '1')), '2020-01-01', 'Full').location]", "[reference(resourceId('A.B/c', 'd1'), '2020-01-01', 'Full').location]"},
		{"zones differ per subscription", "[toLogicalZone('s', 'westus2', '1')]", "[toLogicalZone('s', 'westus2', '1')]"},
		{"the provider catalog is not at hand", "[providers('A.B', 'c').apiVersions[0]]", "[providers('A.B', 'c').apiVersions[0]]"},
		{"who deploys is not known", "[deployer().objectId]", "[deployer().objectId]"},
		{"the deployment is not known", "[deployment().name]", "[deployment().name]"},
		{"external inputs are not known", "[externalInputs('x')]", "[externalInputs('x')]"},
	}
	for _, tt := range tests {
		v, err := halfKnown().Evaluate(tt.in)
		if err != nil {
			t.Errorf("%s: %s: %v", tt.rule, tt.in, err)
			continue
		}
		if got := shown(v); got != tt.want {
			t.Errorf("%s: %s\n gives %s\n want  %s", tt.rule, tt.in, got, tt.want)
		}
	}
}

func shown(v value.Value) string {
	if v.IsUnknown() {
		return v.Residual()
	}
	return string(v.AppendJSON(nil))
}

// Strings keep what is known of them.
func TestPartsOfStrings(t *testing.T) {
	const group = "/subscriptions/{subscription().subscriptionId}/resourceGroups/{resourceGroup().name}"
	tests := []struct{ in, want string }{
		{"[concat('a', parameters('s'), 1, true())]", "a{parameters('s')}1True"},
		{"[concat(concat('a', parameters('s')), 'b')]", "a{parameters('s')}b"},
		{"[format('a{0}b{1}', parameters('s'), 7)]", "a{parameters('s')}b7"},
		{"[format('{0:N0}|{1,4}', parameters('i'), parameters('s'))]", "{format('{0:N0}', parameters('i'))}|{format('{0,4}', parameters('s'))}"},
		{"[join(createArray('a', parameters('s')), '-')]", "a-{parameters('s')}"},
		{"[toLower(concat('AB', parameters('s')))]", "ab{toLower(parameters('s'))}"},
		{"[toLower(concat('AB', uniqueString(resourceGroup().id)))]", "ab{uniqueString(resourceGroup().id)}"},
		{"[toUpper(concat('ab', parameters('s')))]", "AB{toUpper(parameters('s'))}"},
		{"[replace(concat('a-b', parameters('s')), '-', '')]", "ab{replace(parameters('s'), '-', '')}"},
		{"[take(concat('abc', parameters('s')), 5)]", "abc{take(parameters('s'), 2)}"},
		{"[skip(concat('abc', parameters('s')), 1)]", "bc{parameters('s')}"},
		{"[skip(concat('abc', parameters('s')), 4)]", "{skip(parameters('s'), 1)}"},
		{"[uri('https://x/y/', concat('z/t.json', parameters('s')))]", "https://x/y/z/t.json{parameters('s')}"},
		{"[uri(parameters('s'), 'nested/t.json')]", "{uri(parameters('s'), '.')}nested/t.json"},
		{"[resourceGroup().id]", group},
		{"[subscription().id]", "/subscriptions/{subscription().subscriptionId}"},
		{"[resourceId('A.B/c', 'd')]", group + "/providers/A.B/c/d"},
		{"[resourceId('A.B/c', parameters('s'))]", group + "/providers/A.B/c/{parameters('s')}"},
		{"[resourceId('rg2', 'A.B/c/e', 'd', parameters('s'))]", "/subscriptions/{subscription().subscriptionId}/resourceGroups/rg2/providers/A.B/c/d/e/{parameters('s')}"},
		{"[resourceId(parameters('s'), 'A.B/c', 'd')]", "/subscriptions/{subscription().subscriptionId}/resourceGroups/{parameters('s')}/providers/A.B/c/d"},
		{"[resourceId('s', 'g', 'Microsoft.KeyVault', 'vaults', 'kv')]", "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv"},
		{"[concat(resourceGroup().id, '/providers/A.B/c/d')]", group + "/providers/A.B/c/d"},
		{"[format('/subscriptions/{0}/resourceGroups/{1}/providers/A.B/c/d', subscription().subscriptionId, resourceGroup().name)]", group + "/providers/A.B/c/d"},
		{"[subscriptionResourceId('A.B/c', 'd')]", "/subscriptions/{subscription().subscriptionId}/providers/A.B/c/d"},
		{"[extensionResourceId(resourceId('A.B/c', 'd'), 'E.F/g', parameters('s'))]", group + "/providers/A.B/c/d/providers/E.F/g/{parameters('s')}"},
		{"[managementGroupResourceId('A.B/c', 'd')]", "/providers/Microsoft.Management/managementGroups/{managementGroup().name}/providers/A.B/c/d"},
		{"[split(resourceGroup().id, '/')[4]]", "{resourceGroup().name}"},
		{"[last(split(resourceId('A.B/c', 'd'), '/'))]", "d"},
		{"[split(concat(resourceGroup().id, '/x', parameters('s')), '/')]", "{split(concat(resourceGroup().id, '/x', parameters('s')), '/')}"},
	}
	for _, tt := range tests {
		v, err := halfKnown().Evaluate(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
		} else if got := v.Text(); got != tt.want {
			t.Errorf("%s\n gives %s\n want  %s", tt.in, got, tt.want)
		}
	}
}

// What is secret stays so, whatever is done with it, and no message shows it.
func TestSecretsAreContagious(t *testing.T) {
	tests := []struct {
		in     string
		secret bool
	}{
		{"[parameters('known')]", true},
		{"[concat('a', parameters('known'))]", true},
		{"[concat('a', parameters('pw'))]", true},
		{"[format('{0}', parameters('known'))]", true},
		{"[join(createArray('a', parameters('known')), ',')]", true},
		{"[base64(parameters('known'))]", true},
		{"[uniqueString(parameters('known'))]", true},
		{"[split(parameters('known'), '-')]", true},
		{"[split(parameters('known'), '-')[0]]", true},
		{"[string(parameters('box'))]", true},
		{"[dataUri(parameters('box'))]", true},
		{"[format('{0}', parameters('box'))]", true},
		{"[parameters('box').key]", true},
		{"[if(parameters('b'), parameters('known'), 'x')]", true},
		{"[coalesce(null(), parameters('known'))]", true},
		{"[contains(parameters('known'), 'x')]", true},
		{"[map(createArray(parameters('known')), lambda('x', concat(lambdaVariables('x'), '!')))[0]]", true},
		{"[listKeys('x', '2020-01-01').keys[0].value]", true},
		{"[concat('AccountKey=', listKeys('x', '2020-01-01').keys[0].value)]", true},
		{"[createObject('k', parameters('known')).k]", true},
		{"[createObject(parameters('known'), 1)]", true},
		{"[createArray(parameters('known'), 'x')[1]]", false},
		{"[length(parameters('known'))]", false},
		{"[empty(parameters('pw'))]", false},
		{"[empty(listKeys('x', '2020-01-01'))]", false},
		{"[equals(parameters('known'), 'x')]", false},
		{"[equals(parameters('pw'), '')]", false},
	}
	for _, tt := range tests {
		v, err := halfKnown().Evaluate(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
		} else if v.Secret() != tt.secret {
			t.Errorf("%s: secret is %v", tt.in, v.Secret())
		}
	}
}
