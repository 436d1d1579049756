package eval_test

import (
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// evaluates runs a table of expressions over known values; results are compared as compact JSON.
func evaluates(t *testing.T, tests [][2]string) {
	t.Helper()
	s := &eval.Single{
		InParameterDefault: true,
		Config: eval.Config{
			Now: time.Date(2026, 11, 23, 15, 4, 5, 678_900_000, time.UTC), NewGUID: "11111111-2222-3333-4444-555555555555",
			Roles: func(name string) (string, bool) { return "acdd72a7-3385-48ef-bd42-f606fba81ae7", name == "Reader" },
			Facts: eval.NewFacts(eval.Given{SubscriptionID: value.String("S"), ResourceGroup: value.String("G")}),
		},
	}
	for _, tt := range tests {
		v, err := s.Evaluate(tt[0])
		if err != nil {
			t.Errorf("%s: %v", tt[0], err)
		} else if got := shown(v); got != tt[1] {
			t.Errorf("%s\n gives %s\n want  %s", tt[0], got, tt[1])
		}
	}
}

// Numbers and texts in .NET's composite format.
func TestFormat(t *testing.T) {
	evaluates(t, [][2]string{
		{"[format('{0:D}|{0:D5}|{0:d2}', 42)]", `"42|00042|42"`},
		{"[format('{0:X}|{0:x4}', 255)]", `"FF|00ff"`},
		{"[format('{0:N}|{0:N0}|{0:N1}', 1234567)]", `"1,234,567.00|1,234,567|1,234,567.0"`},
		{"[format('{0:F}|{0:F0}|{0:F3}', 12)]", `"12.00|12|12.000"`},
		{"[format('{0:0000}|{0:#,##0}|{0:0.00}', 1234)]", `"1234|1,234|1234.00"`},
		{"[format('{0:0000}|{0:000.0#}', 7)]", `"0007|007.0"`},
		{"[format('{0:#}|{0:0;neg 0;zero}', 0)]", `"|zero"`},
		{"[format('{0:0;neg 0}', -5)]", `"neg 5"`},
		{"[format('{0:D3}|{0:N0}|{0:F1}', -1234)]", `"-1234|-1,234|-1234.0"`},
		{"[format('{0:P0}|{0:P}', 1)]", `"100 %|100.00 %"`},
		{"[format('{0:E2}|{0:G}|{0:G2}', 12345)]", `"1.23E+004|12345|1.2E+04"`},
		{"[format('{0}|{0:F1}|{0:N2}', float('1234.56'))]", `"1234.56|1234.6|1,234.56"`},
		{"[format('{0:0.0%}', float('0.256'))]", `"25.6%"`},
		{"[format('{0,5}|{0,-5}|{0:D3}', 42)]", `"   42|42   |042"`},
		{"[format('{0,3}', 'abcdef')]", `"abcdef"`},
		{"[format('{0, -3}|{0,2 }', 'a')]", `"a  | a"`},
		{"[format('{0:anything}', 'text')]", `"text"`},
		{"[format('{0}{1}', null(), true())]", `"True"`},
		{"[format('{{}}{{{0}}}', 1)]", `"{}{1}"`},
		{"[format('{0}', createObject('it''s', createArray(1, null(), 'a\"b')))]", `"{'it\\'s':[1,null,'a\"b']}"`},
		{"[format('{1}{0}{1}', 'a', 'b')]", `"bab"`},
		{"[format('{0,2}', createArray(1))]", `"[1]"`},
	})
}

// Dates: what can be read, ISO durations, .NET formats.
func TestDates(t *testing.T) {
	evaluates(t, [][2]string{
		{"[utcNow()]", `"20261123T150405Z"`},
		{"[utcNow('d')]", `"11/23/2026"`},
		{"[utcNow('D')]", `"Monday, November 23, 2026"`},
		{"[utcNow('f')]", `"Monday, November 23, 2026 3:04 PM"`},
		{"[utcNow('F')]", `"Monday, November 23, 2026 3:04:05 PM"`},
		{"[utcNow('g')]", `"11/23/2026 3:04 PM"`},
		{"[utcNow('G')]", `"11/23/2026 3:04:05 PM"`},
		{"[utcNow('m')]", `"November 23"`},
		{"[utcNow('o')]", `"2026-11-23T15:04:05.6789000Z"`},
		{"[utcNow('R')]", `"Mon, 23 Nov 2026 15:04:05 GMT"`},
		{"[utcNow('s')]", `"2026-11-23T15:04:05"`},
		{"[utcNow('t')]", `"3:04 PM"`},
		{"[utcNow('T')]", `"3:04:05 PM"`},
		{"[utcNow('u')]", `"2026-11-23 15:04:05Z"`},
		{"[utcNow('y')]", `"November 2026"`},
		{"[utcNow('yyyy-MM-dd-HH-mm-ss')]", `"2026-11-23-15-04-05"`},
		{"[utcNow('yy y M MM MMM MMMM d dd ddd dddd')]", `"26 26 11 11 Nov November 23 23 Mon Monday"`},
		{"[utcNow('h hh H HH m mm s ss t tt')]", `"3 03 15 15 4 04 5 05 P PM"`},
		{"[utcNow('f fff fffffff FF ss.FFFFFFF')]", `"6 678 6789000 67 05.6789"`},
		{"[utcNow('z zz zzz K')]", `"+0 +00 +00:00 Z"`},
		{"[utcNow('''on'' \\\\d \"at\" %d')]", `"on \\23 at 23"`},
		{"[newGuid()]", `"11111111-2222-3333-4444-555555555555"`},
		{"[dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')]", `"4/7/2023 2:53:14 PM"`},
		{"[dateTimeAdd('2020-04-07T14:53:14Z', 'PT1H30M15S')]", `"2020-04-07T16:23:29Z"`},
		{"[dateTimeAdd('2020-04-07T14:53:14Z', '-P1DT1H')]", `"2020-04-06T13:53:14Z"`},
		{"[dateTimeAdd('2020-01-01T00:00:00Z', 'P2W', 'yyyy-MM-dd')]", `"2020-01-15"`},
		{"[dateTimeAdd('2020-01-01T00:00:00Z', 'PT0.5S', 'ss.fff')]", `"00.500"`},
		{"[dateTimeAdd('2020-01-01T02:00:00+02:00', 'P0D', 'u')]", `"2020-01-01 00:00:00Z"`},
		{"[dateTimeAdd('20200407T145314Z', 'P1D')]", `"2020-04-08T14:53:14Z"`},
		{"[dateTimeAdd('4/7/2020 2:53:14 PM', 'P1D')]", `"4/8/2020 2:53:14 PM"`},
		{"[dateTimeAdd('2020-04-07', 'P1D', 's')]", `"2020-04-08T00:00:00"`},
		{"[dateTimeAdd(utcNow('u'), 'P1D', 'yyyy-MM-dd')]", `"2026-11-24"`},
		{"[dateTimeToEpoch('1970-01-02')]", "86400"},
		{"[dateTimeToEpoch()]", "1795446245"},
		{"[dateTimeFromEpoch()]", `"2026-11-23T15:04:05Z"`},
		{"[dateTimeFromEpoch(0)]", `"1970-01-01T00:00:00Z"`},
		{"[dateTimeFromEpoch(-1)]", `"1969-12-31T23:59:59Z"`},
	})
	s := &eval.Single{}
	for _, duration := range []string{"", "P", "PT", "1D", "P1", "P1H", "PT1D", "P1D1Y", "PTT1H", "P1.5D", "P-1D", "P1DT", "P99999999999D", "P1D ", "p1d"} {
		if v, err := s.Evaluate("[dateTimeAdd('2020-01-01T00:00:00Z', '" + duration + "')]"); err == nil {
			t.Errorf("the duration %q gives %s", duration, shown(v))
		}
	}
	s = &eval.Single{InParameterDefault: true, Config: eval.Config{Now: time.Unix(0, 0)}}
	for _, format := range []string{"Q", "''abc", "ffffffff", "%", "ab\\"} {
		if v, err := s.Evaluate("[utcNow('" + format + "')]"); err == nil {
			t.Errorf("the format %q gives %s", format, shown(v))
		}
	}
}

// The JSON reader is as lenient as the service's.
func TestJSON(t *testing.T) {
	evaluates(t, [][2]string{
		{"[json('')]", "null"},
		{"[json(' null ')]", "null"},
		{"[json('{a: 1, ''b'': \"c\", $d_1: true}')]", `{"a":1,"b":"c","$d_1":true}`},
		{"[json('[1, /* two */ 2, // three\n 3, ]')]", "[1,2,3]"},
		{"[json('{\"a\": 1, \"a\": 2}')]", `{"a":2}`},
		{"[json('[-1, 1.5, 1e3, 9223372036854775808]')]", "[-1,1.5,1000.0,9.223372036854776e+18]"},
		{`[json('"\u00e4\ud83d\ude00\n\t\\\/\b\f\r"')]`, `"ä😀\n\t\\/\u0008\u000c\r"`},
		{`[json('"\ud83d!"')]`, `"�!"`},
	})
	s := &eval.Single{}
	for _, text := range []string{"{", "[1", "[1 2]", "{a}", "{1:}", "{a:1 b:2}", "tru", "1 2", "\"a", "\"\\u12\"", "\"\\x\"", "{:1}", "-", "1e999", "/*", "]", "[,]", "nul"} {
		v, err := s.Evaluate("[json('" + text + "')]")
		if err == nil {
			t.Errorf("json(%s) gives %s", text, shown(v))
		}
	}
}

// Strings count in UTF-16 code units, as in .NET.
func TestCharactersBeyondASCII(t *testing.T) {
	evaluates(t, [][2]string{
		{"[length('aé😀')]", "4"},
		{"[take('é😀x', 3)]", `"é😀"`},
		{"[skip('é😀x', 1)]", `"😀x"`},
		{"[take('😀', 1)]", `"�"`},
		{"[substring('aéb', 1, 1)]", `"é"`},
		{"[first('éa')]", `"é"`},
		{"[last('aé')]", `"é"`},
		{"[padLeft('é', 3, '·')]", `"··é"`},
		{"[indexOf('😀É', 'é')]", "2"},
		{"[lastIndexOf('éÉx', 'É')]", "1"},
		{"[indexOf('aé', 'x')]", "-1"},
		{"[startsWith('Éa', 'é')]", "true"},
		{"[endsWith('aÉ', 'é')]", "true"},
		{"[endsWith('É', 'aé')]", "false"},
		{"[toUpper('straße')]", `"STRAßE"`},
		{"[uriComponent('é /')]", `"%C3%A9%20%2F"`},
		{"[uriComponentToString('%C3%A9+%2F%zz%C3')]", `"é+/%zz%C3"`},
		{"[base64('é')]", `"w6k="`},
		{"[base64ToString('w6k=')]", `"é"`},
		{"[trim('\u00a0 x\u2003')]", `"x"`},
		{"[like('Straße', 'STRA*E')]", "true"},
	})
}

func TestTextFunctions(t *testing.T) {
	evaluates(t, [][2]string{
		{"[dataUri(createObject('a', 1))]", `"data:application/json;charset=utf-8;base64,eyJhIjoxfQ=="`},
		{"[dataUriToString('data:,a%20b')]", `"a b"`},
		{"[dataUriToString('DATA:text/plain;BASE64,YQ==')]", `"a"`},
		{"[like('abc', 'a*c')]", "true"},
		{"[like('abc', '*b*')]", "true"},
		{"[like('abc', 'abc*')]", "true"},
		{"[like('abc', 'ab*bc')]", "false"},
		{"[like('aXbXc', 'a*x*c')]", "true"},
		{"[like('', '*')]", "true"},
		{"[split('a;b,c', createArray(';', ','))]", `["a","b","c"]`},
		{"[string(createObject('a', createArray(1, true(), null(), float('1.5')), 'b', 'x\"\n'))]", `"{\"a\":[1,true,null,1.5],\"b\":\"x\\\"\\n\"}"`},
		{"[string(float('2'))]", `"2"`},
		{"[string(null())]", `""`},
		{"[float('1e2')]", "100.0"},
		{"[int(json('2.5'))]", "2"},
		{"[bool('TRUE')]", "true"},
		{"[bool(7)]", "true"},
		{"[uri('http://h', '%zz')]", `"http://h/%25zz"`},
		{"[uri('http://h/x?y', '?z')]", `"http://h/x?z"`},
		{"[parseUri('https://h')]", `{"scheme":"https","host":"h","port":null}`},
		{"[parseUri('https://h:8/p?q')]", `{"scheme":"https","host":"h","port":8,"path":"/p","query":"?q"}`},
		{"[buildUri(createObject('scheme', 'http', 'host', 'h', 'path', 'p', 'query', 'q=1'))]", `"http://h/p?q=1"`},
	})
}

func TestContainerFunctions(t *testing.T) {
	evaluates(t, [][2]string{
		{"[union(createObject('a', createObject('x', 1)), createObject('A', createObject('y', 2)))]", `{"a":{"x":1,"y":2}}`},
		{"[union(null(), createArray(1), null())]", "[1]"},
		{"[union(null(), null())]", "null"},
		{"[union(createObject('a', createObject('x', 1)), createObject('a', null()))]", `{"a":null}`},
		{"[createObject('a', 1, 'A', 2)]", `{"a":2}`},
		{"[toObject(createArray('a', 'A'), lambda('x', lambdaVariables('x')))]", `{"a":"A"}`},
		{"[intersection(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 3))]", `{"b":2}`},
		{"[intersection(createArray(1, 1, 2, 'x'), createArray('x', 1), createArray(1))]", "[1]"},
		{"[distinct(createArray(createObject('a', 1), createObject('a', 1), createArray(1), createArray(1), 1, '1'))]", `[{"a":1},[1],1,"1"]`},
		{"[contains(createObject('Key', 1), 'kEY')]", "true"},
		{"[contains(createArray(createArray(1)), createArray(1))]", "true"},
		{"[equals(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 1))]", "true"},
		{"[equals(1, float('1'))]", "false"},
		{"[equals(null(), createObject())]", "false"},
		{"[tryGet(createArray(1, 2, 3), createObject('value', 1, 'fromEnd', true()))]", "3"},
		{"[tryGet(createArray(1, 2, 3), createObject('value', 0))]", "1"},
		{"[tryGet(null(), 'a', 'b')]", "null"},
		{"[tryGet(createObject('a', null()), 'a', 'b')]", "null"},
		{"[tryIndexFromEnd(null(), 1)]", "null"},
		{"[indexFromEnd(createArray(1, 2), 1)]", "2"},
		{"[objectKeys(createObject('b', 1, '_', 2, 'A', 3, 'a1', 4))]", `["A","a1","b","_"]`},
		{"[sort(createArray('b', 'B', 'a', 'A'), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))]", `["a","A","b","B"]`},
		{"[sort(createArray(createObject('k', 1, 'v', 'a'), createObject('k', 0, 'v', 'b'), createObject('k', 1, 'v', 'c')), lambda('x', 'y', less(lambdaVariables('x').k, lambdaVariables('y').k)))]",
			`[{"k":0,"v":"b"},{"k":1,"v":"a"},{"k":1,"v":"c"}]`},
		{"[less('a', 'ab')]", "true"},
		{"[greater(float('1.5'), 1)]", "true"},
		{"[map(createArray(1, 2), lambda('x', map(createArray(10), lambda('y', add(lambdaVariables('x'), lambdaVariables('y'))))))]", "[[11],[12]]"},
		{"[map(createArray(1), lambda('X', lambdaVariables('x')))]", "[1]"},
		{"[max(createArray(3, -1))]", "3"},
		{"[range(-2, 3)]", "[-2,-1,0]"},
		{"[roleDefinitions('Reader').id]", `"/subscriptions/S/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"`},
		{"[roleDefinitions('Other').id]", "[roleDefinitions('Other').id]"},
		{"[pickZones('A.B', 'c', 'westeurope', '3')]", "[pickZones('A.B', 'c', 'westeurope', '3')]"},
	})
}

func TestNetworks(t *testing.T) {
	evaluates(t, [][2]string{
		{"[parseCidr('10.1.2.3/24')]", `{"network":"10.1.2.0","netmask":"255.255.255.0","broadcast":"10.1.2.255","firstUsable":"10.1.2.1","lastUsable":"10.1.2.254","cidr":24}`},
		{"[parseCidr('10.0.0.0/31').lastUsable]", `"10.0.0.1"`},
		{"[parseCidr('0.0.0.0/0').broadcast]", `"255.255.255.255"`},
		{"[parseCidr('::/0').netmask]", `"::"`},
		{"[cidrSubnet('10.0.0.0/16', 16, 0)]", `"10.0.0.0/16"`},
		{"[cidrSubnet('fd00::/8', 128, 5)]", `"fd00::5/128"`},
		{"[cidrHost('10.0.0.0/30', 1)]", `"10.0.0.2"`},
	})
}
