package kusto_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// TestOperators is queries and the rows they give, under a line of the columns
// with their types.
func TestOperators(t *testing.T) {
	for _, group := range operators {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				res, err := tryRun(c.query, kusto.Options{})
				if err != nil {
					t.Errorf("%s\n%v", c.query, err)
					continue
				}
				if got, want := lines(res), strings.Join(c.want, "\n"); got != want {
					t.Errorf("%s\n got\n%s\nwant\n%s", c.query, got, want)
				}
				if res.Total != len(c.want)-1 {
					t.Errorf("%s: total is %d", c.query, res.Total)
				}
			}
		})
	}
}

type operatorCase struct {
	query string
	want  []string
}

var operators = []struct {
	name  string
	cases []operatorCase
}{
	{"source", []operatorCase{
		{`numbers | project n`, []string{"n:long", "1", "2", "null", "2"}},
		{`NUMBERS | project n | take 1`, []string{"n:long", "1"}},
		{`(numbers | where n == 1) | project n`, []string{"n:long", "1"}},
		{`where name == 'vm-1' | project name`, []string{"name:string", `"vm-1"`}},
		{`project name | take 1`, []string{"name:string", `"ml-one"`}},
		{`count`, []string{"Count:long", "5"}},
		{`['numbers'] | count`, []string{"Count:long", "4"}},
		{"// what\nnumbers // a comment\n| count // more", []string{"Count:long", "4"}},
		{`none`, []string{"x:long s:string"}},
		{`numbers | take 1;`, []string{"n:long r:real s:string b:bool d:dynamic t:datetime span:timespan", `1 1.5 "one" true {"k":1} "2026-01-01T00:00:00.0000000Z" null`}},
	}},
	{"where", []operatorCase{
		{`numbers | where n > 1 | project s`, []string{"s:string", `"Two"`, `"two"`}},
		{`numbers | where not(n > 1) | project s`, []string{"s:string", `"one"`}},
		{`numbers | where n != 1 | project s`, []string{"s:string", `"Two"`, `""`, `"two"`}},
		{`numbers | where s =~ 'TWO' and b or n == 1 | project s`, []string{"s:string", `"one"`, `"two"`}},
		{`numbers | where isempty(s) | project n`, []string{"n:long", "null"}},
		{`numbers | where d.k == 2 | project s`, []string{"s:string", `"Two"`}},
		{`numbers | where d.k | project s`, []string{"s:string"}},
		{`numbers | filter b | project s`, []string{"s:string", `"one"`, `"two"`}},
		{`numbers | where t < datetime(2026-01-15) | project s`, []string{"s:string", `"one"`, `"two"`}},
		{`numbers | where bool(null)`, []string{"n:long r:real s:string b:bool d:dynamic t:datetime span:timespan"}},
	}},
	{"project", []operatorCase{
		{`numbers | where n == 1 | project s, double = n * 2, d.k, tostring(d['k']), n + 1, strlen(s)`, []string{
			"s:string double:long d_k:dynamic d_k1:string Column1:long strlen_s:long", `"one" 2 1 "1" 2 3`}},
		{`numbers | where n == 1 | project-away d, *n, t`, []string{"r:real s:string b:bool", `1.5 "one" true`}},
		{`numbers | where n == 1 | project-keep s*, n`, []string{"n:long s:string span:timespan", `1 "one" null`}},
		{`numbers | where n == 1 | project-keep n, s | project-rename number = n`, []string{"number:long s:string", `1 "one"`}},
		{`numbers | where n == 1 | project-keep n, r, s | project-reorder s, r`, []string{"s:string r:real n:long", `"one" 1.5 1`}},
		{`numbers | where n == 1 | project-keep n, r, s | project-reorder * desc`, []string{"s:string r:real n:long", `"one" 1.5 1`}},
		{`numbers | where n == 1 | project ['a b'] = n | project ['a b']`, []string{"a b:long", "1"}},
		{`one | project split('a/b', '/')[1], x`, []string{"Column1:dynamic x:long", `"b" 1`}},
	}},
	{"extend", []operatorCase{
		{`one | extend y = x + 1, z = 'a' | extend x = y`, []string{"x:long y:long z:string", `2 2 "a"`}},
		{`one | extend x * 2, tostring(x)`, []string{"x:string Column1:long", `"1" 2`}},
	}},
	{"order", []operatorCase{
		{`numbers | order by n | project n`, []string{"n:long", "2", "2", "1", "null"}},
		{`numbers | sort by n asc, s asc | project n, s`, []string{"n:long s:string", `null ""`, `1 "one"`, `2 "Two"`, `2 "two"`}},
		{`numbers | order by n asc nulls last, s desc | project n, s`, []string{"n:long s:string", `1 "one"`, `2 "two"`, `2 "Two"`, `null ""`}},
		{`numbers | order by n desc nulls first | project n`, []string{"n:long", "null", "2", "2", "1"}},
		{`numbers | order by tolower(s) asc | project s`, []string{"s:string", `""`, `"one"`, `"Two"`, `"two"`}},
		{`numbers | top 2 by r asc nulls last | project r`, []string{"r:real", "-2.5", "0.0"}},
		{`numbers | top 0 by r`, []string{"n:long r:real s:string b:bool d:dynamic t:datetime span:timespan"}},
		{`numbers | take 0 | count`, []string{"Count:long", "0"}},
		{`let k = 1; numbers | limit k + 1 | project s`, []string{"s:string", `"one"`, `"Two"`}},
	}},
	{"distinct", []operatorCase{
		{`numbers | distinct n`, []string{"n:long", "1", "2", "null"}},
		{`numbers | distinct tolower(s), b`, []string{"Column1:string b:bool", `"one" true`, `"two" false`, `"" null`, `"two" true`}},
		{`numbers | project n, n2 = n | distinct *`, []string{"n:long n2:long", "1 1", "2 2", "null null"}},
	}},
	{"summarize", []operatorCase{
		{`numbers | summarize count() by n`, []string{"n:long count_:long", "1 1", "2 2", "null 1"}},
		{`numbers | summarize count(), sum(n), avg(n), min(r), max(s), dcount(n), countif(b) `, []string{
			"count_:long sum_n:long avg_n:real min_r:real max_s:string dcount_n:long countif_:long", `4 5 1.6666666666666667 -2.5 "two" 2 2`}},
		{`none | summarize count(), sum(x), avg(x), min(x), make_list(s), take_any(s)`, []string{
			"count_:long sum_x:long avg_x:real min_x:long list_s:dynamic s:string", `0 0 null null [] ""`}},
		{`none | summarize count() by s`, []string{"s:string count_:long"}},
		{`numbers | summarize make_list(n), make_set(n), names = make_set(tolower(s), 2)`, []string{"list_n:dynamic set_n:dynamic names:dynamic", `[1,2,2] [1,2] ["one","two"]`}},
		{`numbers | summarize arg_max(n, s, r)`, []string{"n:long s:string r:real", `2 "Two" -2.5`}},
		{`numbers | project n, s, b | summarize arg_min(n, *) by b`, []string{"b:bool n:long s:string", `true 1 "one"`, `false 2 "Two"`, `null null ""`}},
		{`numbers | summarize latest = arg_max(t, s)`, []string{"latest:datetime s:string", `"2026-02-01T12:00:00.0000000Z" "Two"`}},
		{`numbers | summarize any(s), take_any(n) by b`, []string{"b:bool any_s:string n:long", `true "one" 1`, `false "Two" 2`, `null "" null`}},
		{`numbers | project s, b | summarize take_any(*) by b`, []string{"b:bool s:string", `true "one"`, `false "Two"`, `null ""`}},
		{`numbers | summarize share = 100 * countif(b) / count(), round(avg(r), 1), strcat_array(make_list(s), '+')`, []string{"share:long Column1:real Column2:string", `50 -0.3 "one+Two++two"`}},
		{`numbers | summarize n = count() by kind = iff(n > 1, 'many', 'few')`, []string{"kind:string n:long", `"few" 2`, `"many" 2`}},
		{`numbers | where isnotnull(t) | summarize count() by bin(t, 1d)`, []string{"t:datetime count_:long", `"2026-01-01T00:00:00.0000000Z" 1`, `"2026-02-01T00:00:00.0000000Z" 1`, `"2025-12-31T00:00:00.0000000Z" 1`}},
		{`numbers | summarize by n`, []string{"n:long", "1", "2", "null"}},
		{`numbers | summarize sumif(n, b), make_list_if(s, n == 2), maxif(r, b), dcountif(n, b)`, []string{"sumif_n:long list_s:dynamic maxif_r:real dcountif_n:long", `3 ["Two","two"] 1.5 2`}},
		{`numbers | summarize make_bag(d)`, []string{"bag_d:dynamic", `{"k":1}`}},
		{`numbers | summarize stdev(n), variance(n)`, []string{"stdev_n:real variance_n:real", "0.5773502691896257 0.3333333333333333"}},
		{`resources | summarize count() by tostring(properties.accessTier), location | order by count_ asc, location asc`, []string{
			"properties_accessTier:string location:string count_:long", `"" "northeurope" 1`, `"Cool" "northeurope" 1`, `"Hot" "westeurope" 1`, `"" "westeurope" 2`}},
	}},
	{"join", []operatorCase{
		{`numbers | project n, s | join kind=inner (numbers | project n, r) on n`, []string{"n:long s:string n1:long r:real",
			`1 "one" 1 1.5`, `2 "Two" 2 -2.5`, `2 "Two" 2 0.0`, `2 "two" 2 -2.5`, `2 "two" 2 0.0`}},
		{`numbers | project n, s | join (numbers | project n, r) on n`, []string{"n:long s:string n1:long r:real", `1 "one" 1 1.5`, `2 "Two" 2 -2.5`, `2 "Two" 2 0.0`}},
		{`numbers | project n, s | join kind=leftouter (one) on $left.n == $right.x`, []string{"n:long s:string x:long", `1 "one" 1`, `2 "Two" null`, `null "" null`, `2 "two" null`}},
		{`one | join kind=rightouter (numbers | project n, s) on $left.x == $right.n`, []string{"x:long n:long s:string", `1 1 "one"`, `null 2 "Two"`, `null null ""`, `null 2 "two"`}},
		{`one | extend x = 9 | join kind=fullouter one on x`, []string{"x:long x1:long", "9 null", "null 1"}},
		{`numbers | project n | join kind=leftanti one on $left.n == $right.x`, []string{"n:long", "2", "null", "2"}},
		{`numbers | project n | join kind=leftsemi one on $right.x == $left.n`, []string{"n:long", "1"}},
		{`one | join kind=rightsemi (numbers | project n, s) on $left.x == $right.n`, []string{"n:long s:string", `1 "one"`}},
		{`one | join kind=rightanti (numbers | project n, s) on $left.x == $right.n | count`, []string{"Count:long", "3"}},
		{`numbers | project n, b | join kind=inner (numbers | project n, b) on n, $left.b == $right.b`, []string{"n:long b:bool n1:long b1:bool", "1 true 1 true", "2 false 2 false", "2 true 2 true"}},
		{`resources | where type =~ 'Microsoft.MachineLearningServices/workspaces' | extend sid = tolower(tostring(properties.storageAccount))
			| join kind=leftouter (resources | project sid = tolower(id), sku = tostring(sku.name)) on sid | project name, sku1`,
			[]string{"name:string sku1:string", `"ml-one" "Standard_LRS"`, `"ml-two" "Standard_GZRS"`}},
		{`resources | distinct subscriptionId | join kind=leftouter (resourcecontainers | where type == 'microsoft.resources/subscriptions' | project subscriptionId, sub = name) on subscriptionId | project-away subscriptionId1`,
			[]string{"subscriptionId:string sub:string", `"s1" "Production"`, `"s2" ""`}},
	}},
	{"union", []operatorCase{
		{`one | union (numbers | project x = n)`, []string{"x:long", "1", "1", "2", "null", "2"}},
		{`union one, none`, []string{"x:long s:string", `1 ""`}},
		{`union kind=inner withsource=from one, none`, []string{"from:string x:long", `"one" 1`}},
		{`resources | project name | union (resourcecontainers | project name) | count`, []string{"Count:long", "8"}},
	}},
	{"mv-expand", []operatorCase{
		{`numbers | mv-expand d | project n, d`, []string{"n:long d:dynamic", `1 {"k":1}`, `2 {"k":"2"}`, "null null", "2 1", "2 2"}},
		{`resources | where name == 'stone' | mv-expand rule = properties.networkAcls.ipRules | project tostring(rule.value)`, []string{"rule_value:string", `"10.0.0.1"`, `"10.0.0.2"`}},
		{`resources | where name == 'sttwo' | mv-expand rule = properties.networkAcls.ipRules | project name`, []string{"name:string"}},
		{`resources | where name == 'stone' | mv-expand properties.networkAcls.ipRules limit 1 | project properties_networkAcls_ipRules`, []string{"properties_networkAcls_ipRules:dynamic", `{"value":"10.0.0.1"}`}},
		{`one | mv-expand kind=array e = dynamic({"a":1,"b":2}) | project e[0], e[1]`, []string{"e_0:dynamic e_1:dynamic", `"a" 1`, `"b" 2`}},
		{`one | mv-expand bagexpansion=bag e = dynamic({"a":1,"b":2}) | project bag_keys(e)[0]`, []string{"Column1:dynamic", `"a"`, `"b"`}},
		{`one | mv-expand with_itemindex=i e = dynamic(["a", 2]) to typeof(string) | project i, e`, []string{"i:long e:string", `0 "a"`, `1 "2"`}},
		{`one | mv-expand e = dynamic(["a", 2]) to typeof(long) | project e`, []string{"e:long", "null", "2"}},
		{`one | mv-expand a = dynamic([1, 2]), b = dynamic(["x"]) | project a, b`, []string{"a:dynamic b:dynamic", `1 "x"`, "2 null"}},
		{`one | mvexpand e = range(1, 1000) | count`, []string{"Count:long", "128"}},
		{`one | mv-expand e = range(1, 1000) limit 400 | count`, []string{"Count:long", "400"}},
	}},
	{"parse", []operatorCase{
		{`resources | where name startswith 'st' | parse id with '/subscriptions/' sub '/' * '/providers/' provider '/' rest | project sub, provider`, []string{"sub:string provider:string", `"s1" "Microsoft.Storage"`, `"s2" "Microsoft.Storage"`}},
		{`one | extend m = 'disk 12 of 3.5' | parse m with 'disk ' n:long ' of ' size:real | project n, size`, []string{"n:long size:real", "12 3.5"}},
		{`one | extend m = 'nothing' | parse m with 'disk ' n:long | project n, m`, []string{"n:long m:string", `null "nothing"`}},
		{`one | extend m = 'nothing' | parse-where m with 'disk ' n:long | project n`, []string{"n:long"}},
		{`one | extend m = 'a12b' | parse kind=regex m with '[a-z]' n:long '[a-z]' | project n`, []string{"n:long", "12"}},
		{`one | extend m = 'k=v' | parse m with k '=' m | project k, m`, []string{"k:string m:string", `"k" "v"`}},
	}},
	{"let", []operatorCase{
		{`let limit_ = 2; numbers | where n >= limit_ | project s`, []string{"s:string", `"Two"`, `"two"`}},
		{`let since = ago(1d); let names = dynamic(['a', 'one']); numbers | where s in (names) | extend recent = t > since | project s, recent`, []string{"s:string recent:bool", `"one" false`}},
		{`let twos = numbers | where n == 2; twos | join kind=inner (twos | project n, r) on n | count`, []string{"Count:long", "4"}},
		{`let t = (numbers | project n); let u = t; u | count`, []string{"Count:long", "4"}},
		{`let t = materialize(numbers | where b); t | project s`, []string{"s:string", `"one"`, `"two"`}},
		{`let ids = numbers | where b | project s; numbers | where s !in (ids) | project s`, []string{"s:string", `"Two"`, `""`}},
		{`numbers | where s in~ ((numbers | where b | project s)) | project s`, []string{"s:string", `"one"`, `"Two"`, `"two"`}},
		{`numbers | where n in (one) | project s`, []string{"s:string", `"one"`}},
	}},
	{"members", []operatorCase{
		{`resources | where isnotnull(zones) | project name, zones[0], disks = array_length(properties.storageProfile.dataDisks), properties.storageProfile.dataDisks[1].diskSizeGB`,
			[]string{"name:string zones_0:dynamic disks:long properties_storageProfile_dataDisks_1_diskSizeGB:dynamic", `"vm-1" "1" 2 512`}},
		{`resources | where tags.env =~ 'PROD' and tags['owner'] == 'ada' | project name`, []string{"name:string", `"ml-one"`}},
		{`resources | where tostring(tags.Env) != '' | project name, tags.Env`, []string{"name:string tags_Env:dynamic", `"sttwo" "shadow"`}},
		{`resources | where properties.hbiWorkspace == true | project name`, []string{"name:string", `"ml-two"`}},
		{`resources | where isnotempty(properties.publicNetworkAccess) | extend rg = tostring(split(id, '/')[4]) | project rg`, []string{"rg:string", `"rg-a"`, `"RG-B"`}},
		{`resources | where todatetime(properties.creationTime) > ago(30d) | project name, age = datetime_diff('day', now(), todatetime(properties.creationTime))`, []string{"name:string age:long", `"sttwo" 3`}},
	}},
}
