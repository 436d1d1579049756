package eval_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
)

// Each function takes the number of arguments that the documentation gives it, and says so of any other.
func TestNumbersOfArguments(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSpace(`
		add 2 2
		and 2 -
		array 1 1
		base64 1 1
		base64ToJson 1 1
		base64ToString 1 1
		bool 1 1
		buildUri 1 1
		cidrHost 2 2
		cidrSubnet 3 3
		coalesce 1 -
		concat 1 -
		contains 2 2
		copyIndex 0 2
		createArray 0 -
		createObject 0 -
		dataUri 1 1
		dataUriToString 1 1
		dateTimeAdd 2 3
		dateTimeFromEpoch 0 1
		dateTimeToEpoch 0 1
		deployer 0 0
		deployment 0 0
		distinct 1 1
		div 2 2
		empty 1 1
		endsWith 2 2
		environment 0 0
		equals 2 2
		extensionResourceId 3 -
		extensions 1 1
		externalInputs 1 1
		fail 1 1
		false 0 0
		filter 2 2
		first 1 1
		flatten 1 1
		float 1 1
		format 1 -
		greater 2 2
		greaterOrEquals 2 2
		groupBy 2 3
		guid 1 -
		if 3 3
		indexFromEnd 2 2
		indexOf 2 2
		int 1 1
		intersection 2 -
		items 1 1
		join 2 2
		json 1 1
		lambdaVariables 1 1
		last 1 1
		lastIndexOf 2 2
		length 1 1
		less 2 2
		lessOrEquals 2 2
		like 2 2
		listKeys 2 3
		managementGroup 0 0
		managementGroupResourceId 2 -
		map 2 2
		mapValues 2 2
		max 1 -
		min 1 -
		mod 2 2
		mul 2 2
		newGuid 0 0
		not 1 1
		null 0 0
		objectKeys 1 1
		or 2 -
		padLeft 2 3
		parameters 1 1
		parseCidr 1 1
		parseUri 1 1
		pickZones 3 5
		providers 1 2
		range 2 2
		reduce 3 3
		reference 1 3
		references 1 2
		replace 3 3
		resourceGroup 0 0
		resourceId 2 -
		resourceInfo 1 1
		roleDefinitions 1 1
		shallowMerge 1 1
		skip 2 2
		sort 2 2
		split 2 2
		startsWith 2 2
		string 1 1
		sub 2 2
		subscription 0 0
		subscriptionResourceId 2 -
		substring 2 3
		take 2 2
		tenant 0 0
		tenantResourceId 2 -
		toLogicalZone 3 3
		toLogicalZones 3 3
		toLower 1 1
		toObject 2 3
		toPhysicalZone 3 3
		toPhysicalZones 3 3
		toUpper 1 1
		trim 1 1
		true 0 0
		tryGet 2 -
		tryIndexFromEnd 2 2
		union 2 -
		uniqueString 1 -
		uri 2 2
		uriComponent 1 1
		uriComponentToString 1 1
		utcNow 0 1
		variables 1 1
	`), "\n") {
		f := strings.Fields(line)
		name, low := f[0], int(f[1][0]-'0')
		high := 12 // of those that take any number
		if f[2] != "-" {
			high = int(f[2][0] - '0')
		}
		for n := range 13 {
			wrong := n < low || n > high
			call := name + "(" + strings.TrimSuffix(strings.Repeat("f.g(), ", n), ", ") + ")"
			e, syntax := eval.Parse("[" + call + "]")
			if syntax != nil {
				t.Fatal(syntax)
			}
			found := false
			for _, err := range eval.Check(e, nil) {
				found = found || strings.Contains(err.Message, "argument(s) while") || strings.Contains(err.Message, "at least one parameter should be provided")
			}
			if found != wrong {
				t.Errorf("%s with %d arguments is wrong: %v", name, n, found)
			}
		}
	}
}
