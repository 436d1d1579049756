package kusto_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// TestExpressions is what expressions are worth: Kusto on the left, JSON on the
// right.
func TestExpressions(t *testing.T) {
	for _, group := range expressions {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				res, err := tryRun("one | project v = "+c[0], kusto.Options{})
				if err != nil {
					t.Errorf("%s: %v", c[0], err)
					continue
				}
				if got := string(res.Rows[0][0].AppendJSON(nil)); got != c[1] {
					t.Errorf("%s\n got %s\nwant %s", c[0], got, c[1])
				}
			}
		})
	}
}

var expressions = []struct {
	name  string
	cases [][2]string
}{
	{"literals", [][2]string{
		{`1`, `1`}, {`007`, `7`}, {`0x1F`, `31`}, {`1.50`, `1.5`}, {`2.0`, `2.0`}, {`1e3`, `1000.0`}, {`-4`, `-4`}, {`- -4`, `4`}, {`+4`, `4`},
		{`'a"b'`, `"a\"b"`}, {`"it's"`, `"it's"`}, {`'a\tb\\c\'d'`, `"a\tb\\c'd"`}, {`'\u00e9\x41'`, `"éA"`},
		{`@'C:\dir''x'`, `"C:\\dir'x"`}, {`@"a\b"`, `"a\\b"`}, {`h'secret'`, `"secret"`}, {`h@"a\b"`, `"a\\b"`},
		{`'a' 'b' "c"`, `"abc"`}, {"```a\n'b'```", `"a\n'b'"`},
		{`true`, `true`}, {`bool(false)`, `false`}, {`int(5)`, `5`}, {`long(null)`, `null`}, {`real(1)`, `1.0`}, {`string(null)`, `""`},
		{`7d`, `"7.00:00:00"`}, {`1.5h`, `"01:30:00"`}, {`90m`, `"01:30:00"`}, {`10s`, `"00:00:10"`}, {`100ms`, `"00:00:00.1000000"`}, {`5microseconds`, `"00:00:00.0000050"`}, {`3tick`, `"00:00:00.0000003"`},
		{`time(1.02:03:04.5)`, `"1.02:03:04.5000000"`}, {`timespan(2h)`, `"02:00:00"`}, {`timespan(3)`, `"3.00:00:00"`}, {`-1h`, `"-01:00:00"`},
		{`datetime(2026-01-31)`, `"2026-01-31T00:00:00.0000000Z"`}, {`datetime(2026-01-31 10:20:30.5)`, `"2026-01-31T10:20:30.5000000Z"`},
		{`datetime("2026-01-31T10:20:30+02:00")`, `"2026-01-31T08:20:30.0000000Z"`}, {`datetime(null)`, `null`},
		{`guid(74be27de-1e4e-49d9-b579-fe0b331d3642)`, `"74be27de-1e4e-49d9-b579-fe0b331d3642"`},
		{`dynamic(null)`, `null`}, {`dynamic([1, -2, "x", 'y', true, null])`, `[1,-2,"x","y",true,null]`},
		{`dynamic({"b": {"c": [ ]}, "a": datetime(2026-01-01)})`, `{"b":{"c":[]},"a":"2026-01-01T00:00:00.0000000Z"}`},
	}},
	{"arithmetic", [][2]string{
		{`1 + 2 * 3`, `7`}, {`(1 + 2) * 3`, `9`}, {`7 / 2`, `3`}, {`7 / 2.0`, `3.5`}, {`-7 / 2`, `-3`}, {`-5 % 3`, `1`}, {`5 % -3`, `2`}, {`-5.5 % 2`, `0.5`},
		{`1 / 0`, `null`}, {`1 % 0`, `null`}, {`1.0 / 0`, `null`}, {`9223372036854775807 + 1`, `null`}, {`9223372036854775807 * 2`, `null`}, {`-9223372036854775807 - 2`, `null`},
		{`10 - 2 - 3`, `5`}, {`long(null) + 1`, `null`}, {`dynamic(2) + 3`, `5`}, {`dynamic("2") + 3`, `null`},
		{`datetime(2026-01-02) - datetime(2026-01-01)`, `"1.00:00:00"`}, {`datetime(2026-01-01) + 36h`, `"2026-01-02T12:00:00.0000000Z"`},
		{`1h + datetime(2026-01-01)`, `"2026-01-01T01:00:00.0000000Z"`}, {`datetime(2026-01-01) - 1d`, `"2025-12-31T00:00:00.0000000Z"`},
		{`1h * 2`, `"02:00:00"`}, {`2 * 1h`, `"02:00:00"`}, {`1d / 1h`, `24.0`}, {`1d / 2`, `"12:00:00"`}, {`datetime(9999-12-31) + 400d`, `null`},
	}},
	{"comparisons", [][2]string{
		{`1 == 1.0`, `true`}, {`1 < 2`, `true`}, {`2 <= 2`, `true`}, {`'b' > 'a'`, `true`}, {`'B' > 'a'`, `false`}, {`1 <> 2`, `true`},
		{`'abc' == 'ABC'`, `false`}, {`'abc' =~ 'ABC'`, `true`}, {`'abc' !~ 'ABC'`, `false`}, {`'é' =~ 'É'`, `true`}, {`'abc' != 'ABC'`, `true`},
		{`datetime(2026-01-01) < datetime(2026-01-02)`, `true`}, {`1h >= 60m`, `true`}, {`true == true`, `true`},
		{`dynamic('a') == 'a'`, `true`}, {`dynamic(5) > 4.5`, `true`}, {`dynamic(4.9) > 4`, `true`}, {`dynamic('5') == 5`, `true`}, {`dynamic(true) == true`, `true`}, {`dynamic('true') == true`, `true`}, {`dynamic(true) == 'true'`, `true`},
		{`dynamic('2026-01-01') < datetime(2026-01-02)`, `true`}, {`dynamic({"a":1}) == '{"a":1}'`, `true`},
		{`5 between (1 .. 5)`, `true`}, {`0 between (1..5)`, `false`}, {`5 !between (1 .. 5)`, `false`}, {`long(null) between (1 .. 5)`, `null`},
		{`datetime(2026-01-03) between (datetime(2026-01-01) .. 2d)`, `true`}, {`datetime(2026-01-03) between (datetime(2026-01-01) .. 1d)`, `false`},
	}},
	{"null", [][2]string{
		{`long(null) == long(null)`, `null`}, {`long(null) == 1`, `false`}, {`long(null) != 1`, `true`}, {`long(null) != long(null)`, `null`}, {`long(null) > 1`, `null`},
		{`isnull(long(null))`, `true`}, {`isnull('')`, `false`}, {`isempty('')`, `true`}, {`isempty(dynamic(null))`, `true`}, {`isnotempty(' ')`, `true`}, {`isnotnull(dynamic({}).a)`, `false`},
		{`bool(null) and false`, `false`}, {`bool(null) and true`, `null`}, {`bool(null) or true`, `true`}, {`bool(null) or false`, `null`}, {`not(bool(null))`, `null`}, {`not(false)`, `true`},
		{`dynamic(null) == 'a'`, `false`}, {`dynamic(null) != 'a'`, `true`}, {`dynamic(null) =~ 'a'`, `false`}, {`dynamic(null) !has 'a'`, `true`}, {`dynamic(null) in ('a')`, `false`},
		{`tostring(dynamic(null))`, `""`}, {`coalesce(dynamic(null), dynamic(2))`, `2`}, {`coalesce('', 'x', 'y')`, `"x"`},
	}},
	{"strings", [][2]string{
		{`'North America' has 'america'`, `true`}, {`'NorthAmerica' has 'america'`, `false`}, {`'a/Servers/b' has '/servers/'`, `true`}, {`'a-b_c' has 'b'`, `true`}, {`'x' has ''`, `true`},
		{`'North America' has_cs 'america'`, `false`}, {`'North America' !has_cs 'america'`, `true`}, {`'abc abcd' has 'abcd'`, `true`}, {`'abcx abc' has 'abc'`, `true`},
		{`'Fabrikam Inc' hasprefix 'fab'`, `true`}, {`'Fabrikam Inc' hassuffix 'kam'`, `true`}, {`'Fabrikam' hasprefix 'brik'`, `false`}, {`'Fabrikam' !hassuffix 'fab'`, `true`},
		{`'FabriKam' contains 'BRik'`, `true`}, {`'FabriKam' contains_cs 'BRik'`, `false`}, {`'FabriKam' !contains 'xyz'`, `true`}, {`'FabriKam' startswith 'fab'`, `true`}, {`'FabriKam' startswith_cs 'fab'`, `false`},
		{`'FabriKam' endswith 'KAM'`, `true`}, {`'FabriKam' !endswith 'x'`, `true`}, {`'Ünal' contains 'ü'`, `true`},
		{`'westeurope' matches regex '^west'`, `true`}, {`'a1' matches regex @'\d$'`, `true`},
		{`'b' in ('a', 'b')`, `true`}, {`'B' in ('a', 'b')`, `false`}, {`'B' in~ ('a', 'b')`, `true`}, {`'B' !in~ ('a', 'b')`, `false`}, {`3 in (1, 2)`, `false`}, {`3 !in (1, 2)`, `true`}, {`2 in (dynamic([1, 2]))`, `true`}, {`'2' in (dynamic(['1', '2']))`, `true`}, {`dynamic('x') in ('x')`, `true`},
		{`'one two' has_any ('TWO', 'three')`, `true`}, {`'one two' has_all ('two', 'one')`, `true`}, {`'one two' has_all ('two', 'three')`, `false`}, {`'one two' has_any (dynamic(['three']))`, `false`}, {`'one two' has_any dynamic(['two'])`, `true`},
		{`tolower('ÄB')`, `"äb"`}, {`toupper('äb')`, `"ÄB"`}, {`strcat('a', 1, true, dynamic(['x']))`, `"a1true[\"x\"]"`}, {`strlen('äb')`, `2`}, {`reverse('äb')`, `"bä"`},
		{`substring('abcdef', 2)`, `"cdef"`}, {`substring('abcdef', 1, 2)`, `"bc"`}, {`substring('abc', -2)`, `"bc"`}, {`substring('abc', 5)`, `""`}, {`substring('abc', 1, 99)`, `"bc"`},
		{`split('a/b/c', '/')`, `["a","b","c"]`}, {`split('a/b/c', '/')[1]`, `"b"`}, {`split('a/b/c', '/')[-1]`, `"c"`}, {`split('a/b/c', '/', 2)`, `["c"]`}, {`split('a/b', '/')[7]`, `null`}, {`split('', '/')`, `[""]`},
		{`replace_string('a.b.c', '.', '-')`, `"a-b-c"`}, {`replace('[0-9]+', 'N', 'a1b22')`, `"aNbN"`}, {`replace_regex('ab', '(a)(b)', @'\2\1')`, `"ba"`}, {`replace_regex('a', 'a', '$1')`, `"$1"`},
		{`trim(@'[^\w]+', '--ab--')`, `"ab"`}, {`trim_start('a+', 'aaba')`, `"ba"`}, {`trim_end('a+', 'aaba')`, `"aab"`},
		{`extract('([a-z]+)([0-9]+)', 2, 'ab12')`, `"12"`}, {`extract('([0-9]+)', 1, 'ab12', typeof(long))`, `12`}, {`extract('x', 0, 'ab')`, `""`}, {`extract('x', 0, 'ab', typeof(long))`, `null`}, {`extract_all('([0-9])', 'a1b2')`, `["1","2"]`}, {`extract_all('([a-z])([0-9])', 'a1b2')`, `[["a","1"],["b","2"]]`},
		{`indexof('abcabc', 'c')`, `2`}, {`indexof('abcabc', 'c', 3)`, `5`}, {`indexof('abcabc', 'z')`, `-1`}, {`indexof('abcabc', 'c', 0, -1, 2)`, `5`}, {`countof('aaa', 'aa')`, `2`}, {`countof('a1b2', '[0-9]', 'regex')`, `2`},
		{`strcat_delim('-', 'a', 'b')`, `"a-b"`}, {`strcat_array(dynamic(['a', 'b']), '/')`, `"a/b"`}, {`strcmp('a', 'b')`, `-1`}, {`strrep('ab', 2, '-')`, `"ab-ab"`},
	}},
	{"conversions", [][2]string{
		{`toint('5')`, `5`}, {`toint('x')`, `null`}, {`toint(3000000000)`, `null`}, {`tolong('0x10')`, `16`}, {`tolong(2.9)`, `2`}, {`tolong('2.9')`, `2`}, {`todouble('1.5')`, `1.5`}, {`toreal(dynamic('x'))`, `null`},
		{`tobool('TRUE')`, `true`}, {`tobool(1)`, `true`}, {`tobool('x')`, `null`}, {`tobool(dynamic(true))`, `true`}, {`tostring(true)`, `"true"`}, {`tostring(1.0)`, `"1.0"`}, {`tostring(dynamic({"a":[1]}))`, `"{\"a\":[1]}"`},
		{`todatetime('2026-01-02T03:04:05Z')`, `"2026-01-02T03:04:05.0000000Z"`}, {`todatetime('never')`, `null`}, {`totimespan('01:00:00')`, `"01:00:00"`}, {`tostring(1d)`, `"1.00:00:00"`},
		{`parse_json('{"a":{"b":[1,{"c":"d"}]}}').a.b[1].c`, `"d"`}, {`todynamic('[1,2]')[1]`, `2`}, {`parse_json('not json')`, `"not json"`}, {`parse_json('')`, `""`}, {`parse_json('{"a":}')`, `"{\"a\":}"`},
		{`toguid('74BE27DE-1E4E-49D9-B579-FE0B331D3642')`, `"74be27de-1e4e-49d9-b579-fe0b331d3642"`}, {`toguid('x')`, `""`}, {`gettype(dynamic({}))`, `"dictionary"`}, {`gettype(1.5)`, `"real"`}, {`tohex(255)`, `"ff"`},
	}},
	{"conditions", [][2]string{
		{`iff(1 > 0, 'a', 'b')`, `"a"`}, {`iif(bool(null), 'a', 'b')`, `"b"`}, {`case(1 > 2, 'a', 2 > 1, 'b', 'c')`, `"b"`}, {`case(false, 1, 2.5)`, `2.5`}, {`column_ifexists('x', 5)`, `1`}, {`column_ifexists('y', 5)`, `5`}, {`iff(dynamic('x'), 1, 2)`, `2`},
	}},
	{"dynamic", [][2]string{
		{`dynamic({"a":{"b c":1}}).a['b c']`, `1`}, {`dynamic({"a":{"b c":1}}).a.['b c']`, `1`}, {`dynamic({"A":1}).a`, `null`}, {`dynamic([1,2])[x]`, `2`}, {`dynamic({"1":5})[tostring(x)]`, `5`}, {`dynamic([1]).a`, `null`}, {`dynamic({"a":1})[0]`, `null`},
		{`array_length(dynamic([1,2]))`, `2`}, {`array_length(dynamic({}))`, `null`}, {`array_length(dynamic(null))`, `null`}, {`array_concat(dynamic([1]), dynamic([2, 3]))`, `[1,2,3]`}, {`array_index_of(dynamic(['a','b']), 'b')`, `1`}, {`array_index_of(dynamic(['a']), 'z')`, `-1`},
		{`array_slice(dynamic([1,2,3,4]), 1, 2)`, `[2,3]`}, {`array_slice(dynamic([1,2,3]), -2, -1)`, `[2,3]`}, {`array_slice(dynamic([1]), 4, 5)`, `[]`}, {`array_reverse(dynamic([1,2]))`, `[2,1]`}, {`array_sort_asc(dynamic([3,null,1]))`, `[1,3,null]`}, {`array_sort_desc(dynamic(['a','b']))`, `["b","a"]`}, {`array_sum(dynamic([1,2.5]))`, `3.5`},
		{`set_has_element(dynamic(['1','2']), '2')`, `true`}, {`set_has_element(dynamic(null), '2')`, `false`}, {`set_union(dynamic([1,2]), dynamic([2,3]))`, `[1,2,3]`}, {`set_intersect(dynamic([1,2]), dynamic([2,3]))`, `[2]`}, {`set_difference(dynamic([1,2,1]), dynamic([2]))`, `[1]`},
		{`bag_keys(dynamic({"b":1,"a":2}))`, `["b","a"]`}, {`bag_has_key(dynamic({"a":1}), 'a')`, `true`}, {`bag_has_key(dynamic({"a":1}), 'A')`, `false`}, {`bag_merge(dynamic({"a":1}), dynamic({"a":2,"b":3}))`, `{"a":1,"b":3}`}, {`bag_remove_keys(dynamic({"a":1,"b":2}), dynamic(['a']))`, `{"b":2}`}, {`bag_set_key(dynamic({"a":1}), 'b', 2).b`, `2`},
		{`pack_array(1, 'a', dynamic(null))`, `[1,"a",null]`}, {`bag_pack('a', 1, 'b', dynamic([2]))`, `{"a":1,"b":[2]}`}, {`pack('a', 1).a`, `1`}, {`range(1, 7, 3)`, `[1,4,7]`}, {`range(3, 1, -1)`, `[3,2,1]`}, {`range(1, 3, 0)`, `null`}, {`zip(dynamic([1,2]), dynamic(['a']))`, `[[1,"a"],[2,null]]`},
	}},
	{"time", [][2]string{
		{`now()`, `"2026-11-23T18:00:00.0000000Z"`}, {`now(-1h)`, `"2026-11-23T17:00:00.0000000Z"`}, {`ago(1d)`, `"2026-11-22T18:00:00.0000000Z"`},
		{`datetime_diff('day', datetime(2026-01-02 00:00), datetime(2026-01-01 23:00))`, `1`}, {`datetime_diff('month', datetime(2026-01-01), datetime(2025-11-30))`, `2`}, {`datetime_diff('year', datetime(2025-12-31), datetime(2026-01-01))`, `-1`}, {`datetime_diff('week', datetime(2026-11-22), datetime(2026-11-21))`, `1`}, {`datetime_diff('minute', datetime(2026-01-01 00:02), datetime(2026-01-01))`, `2`}, {`datetime_diff('nonsense', now(), now())`, `null`},
		{`datetime_add('month', 1, datetime(2026-01-31 10:00))`, `"2026-02-28T10:00:00.0000000Z"`}, {`datetime_add('hour', -2, datetime(2026-01-01))`, `"2025-12-31T22:00:00.0000000Z"`}, {`datetime_part('quarter', datetime(2026-05-01))`, `2`},
		{`format_datetime(datetime(2026-01-02 13:04:05.678), 'yyyy-MM-dd HH:mm:ss.fff')`, `"2026-01-02 13:04:05.678"`}, {`format_datetime(datetime(2026-01-02 13:04:05), 'dd/MM/yy h:m:s tt')`, `"02/01/26 1:4:5 PM"`}, {`format_timespan(26h, 'd.hh:mm')`, `"1.02:00"`},
		{`make_datetime(2026, 2, 3, 4, 5, 6)`, `"2026-02-03T04:05:06.0000000Z"`}, {`make_datetime(2026, 2, 30)`, `null`}, {`make_timespan(1, 2, 3)`, `"01:02:03"`}, {`make_timespan(1, 30)`, `"01:30:00"`},
		{`startofday(datetime(2026-11-23 18:00))`, `"2026-11-23T00:00:00.0000000Z"`}, {`startofweek(datetime(2026-11-25))`, `"2026-11-22T00:00:00.0000000Z"`}, {`endofmonth(datetime(2026-02-03))`, `"2026-02-28T23:59:59.9999999Z"`}, {`startofmonth(datetime(2026-02-03), -1)`, `"2026-01-01T00:00:00.0000000Z"`}, {`startofyear(now())`, `"2026-01-01T00:00:00.0000000Z"`},
		{`dayofweek(datetime(2026-11-23))`, `"1.00:00:00"`}, {`getyear(now())`, `2026`}, {`hourofday(now())`, `18`}, {`unixtime_seconds_todatetime(0)`, `"1970-01-01T00:00:00.0000000Z"`},
	}},
	{"numbers", [][2]string{
		{`bin(7, 5)`, `5`}, {`bin(-7, 5)`, `-10`}, {`bin(7.5, 2)`, `6.0`}, {`bin(datetime(2026-01-01 10:20), 1h)`, `"2026-01-01T10:00:00.0000000Z"`}, {`bin(7, 0)`, `null`}, {`floor(1.9, 1)`, `1.0`}, {`floor(17, 10)`, `10`}, {`ceiling(1.1)`, `2.0`},
		{`round(2.567, 2)`, `2.57`}, {`round(2.5)`, `3.0`}, {`abs(-5)`, `5`}, {`abs(-1h)`, `"01:00:00"`}, {`sign(-3)`, `-1`}, {`min_of(3, 1, 2)`, `1`}, {`max_of('a', 'b')`, `"b"`}, {`pow(2, 10)`, `1024.0`}, {`sqrt(9)`, `3.0`}, {`isnan(0.0 / 0)`, `true`},
	}},
	{"encodings", [][2]string{
		{`hash_md5('a')`, `"0cc175b9c0f1b6a831c399e269772661"`}, {`base64_encode_tostring('ab')`, `"YWI="`}, {`base64_decode_tostring('YWI=')`, `"ab"`}, {`base64_decode_tostring('?')`, `""`}, {`url_decode('a%20b')`, `"a b"`}, {`parse_url('https://h:8/p/q?a=1#f').Host`, `"h"`}, {`parse_url('https://h:8/p/q?a=1#f')['Query Parameters'].a`, `"1"`},
	}},
}
