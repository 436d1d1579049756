package eval

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/unique"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// impl computes a function from evaluated arguments. The slice is valid during the call only.
type impl func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error)

// function is one entry of the table. Either run or lazy is set.
type function struct {
	name     string
	min, max int        // numbers of arguments; max -1 means any
	result   value.Kind // of an unknown result; AbsentKind when it varies
	takes    []kindSet  // kinds of each argument, the last for all that follow; none means any
	flags    flags
	run      impl
	lazy     func(m *Machine, e *expr.Expr) (value.Value, *Error)
}

type flags uint8

const (
	// strict functions need all arguments known: otherwise their result is unknown.
	strict flags = 1 << iota
	// public functions give what is no secret even of secret arguments.
	public
	// keeper functions keep the secrecy of arguments where they put them, not on the whole result.
	keeper
	// pure functions depend on their arguments only.
	pure
	// likeArgs functions give what their arguments are, arrays or objects.
	likeArgs
	// takesLambda functions have lambdas as arguments.
	takesLambda
)

const (
	absent = value.AbsentKind
	tBool  = value.BoolKind
	tInt   = value.IntKind
	tFloat = value.FloatKind
	tText  = value.StringKind
	tArray = value.ArrayKind
	tObj   = value.ObjectKind
)

// kindSet is a set of the kinds an argument may have.
type kindSet uint16

const (
	aNull    kindSet = 1 << value.NullKind
	aBool    kindSet = 1 << value.BoolKind
	anInt    kindSet = 1 << value.IntKind
	aFloat   kindSet = 1 << value.FloatKind
	aText    kindSet = 1 << value.StringKind
	anArray  kindSet = 1 << value.ArrayKind
	anObject kindSet = 1 << value.ObjectKind
	anyKind  kindSet = 1<<16 - 1
)

var (
	texts   = []kindSet{aText}
	ints    = []kindSet{anInt}
	arrays  = []kindSet{anArray}
	objects = []kindSet{anObject}
	ordered = []kindSet{anInt | aFloat | aText}
)

// String lists the kinds as messages do.
func (s kindSet) String() string {
	var names []string
	for k := value.NullKind; k <= value.ObjectKind; k++ {
		if s&(1<<k) != 0 {
			names = append(names, k.String())
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// mistyped finds an argument of a kind that the function refuses, though others are not known yet.
func (f *function) mistyped(e *expr.Expr, args []value.Value) *Error {
	if len(f.takes) == 0 {
		return nil
	}
	for i, v := range args {
		k := kindOf(v)
		if k == value.AbsentKind {
			if v.IsUnknown() {
				continue
			}
			k = value.NullKind
		}
		if want := f.takes[min(i, len(f.takes)-1)]; want&(1<<k) == 0 {
			if f.max == 1 {
				i = -1
			}
			return wrongType(e, i, want.String(), v)
		}
	}
	return nil
}

// functions is indexed by the ids that link gives; functionIDs finds an id by the name in lower case. They are filled
// when the package starts, as the functions themselves refer to them, and do not change after.
var (
	functions   []function
	functionIDs map[string]uint16
)

func init() {
	functions = table()
	functionIDs = make(map[string]uint16, len(functions))
	for i := firstFunction; i < len(functions); i++ {
		functionIDs[strings.ToLower(functions[i].name)] = uint16(i)
	}
}

// table builds the functions: first the entries for what is none, then all of the language by group.
func table() []function {
	t := []function{
		notLinked:    {max: -1, lazy: lazyInvalid},
		notAFunction: {max: -1, lazy: lazyInvalid},
		userDefined:  {max: -1, lazy: callUser},
		listLike:     {min: 2, max: 3, run: runtime(List)},
	}
	for _, group := range [][]function{
		stringFunctions, containerFunctions, logicFunctions, numberFunctions, lambdaFunctions(), scopeFunctions,
	} {
		t = append(t, group...)
	}
	return t
}

var stringFunctions = []function{
	{name: "base64", min: 1, max: 1, result: tText, takes: texts, flags: strict | pure, run: onString(toBase64)},
	{name: "base64ToString", min: 1, max: 1, result: tText, takes: texts, flags: strict | pure, run: fnBase64ToString},
	{name: "base64ToJson", min: 1, max: 1, takes: texts, flags: strict | pure, run: fnBase64ToJSON},
	{name: "concat", min: 1, max: -1, flags: pure, run: fnConcat},
	{name: "dataUri", min: 1, max: 1, result: tText, flags: strict | pure, run: fnDataURI},
	{name: "dataUriToString", min: 1, max: 1, result: tText, takes: texts, flags: strict | pure, run: fnDataURIToString},
	{name: "endsWith", min: 2, max: 2, result: tBool, flags: pure, run: endTest(true)},
	{name: "startsWith", min: 2, max: 2, result: tBool, flags: pure, run: endTest(false)},
	{name: "format", min: 1, max: -1, result: tText, flags: pure, run: fnFormat},
	{name: "guid", min: 1, max: -1, result: tText, takes: texts, flags: strict | pure, run: hashed(guid)},
	{name: "join", min: 2, max: 2, result: tText, takes: []kindSet{anArray, aText}, flags: pure, run: fnJoin},
	{name: "json", min: 1, max: 1, takes: texts, flags: strict | pure, run: fnJSON},
	{name: "like", min: 2, max: 2, result: tBool, takes: texts, flags: strict | pure, run: fnLike},
	{name: "newGuid", result: tText, run: fnNewGUID},
	{name: "padLeft", min: 2, max: 3, result: tText, takes: []kindSet{aText | anInt, anInt, aText}, flags: strict | pure, run: fnPadLeft},
	{name: "replace", min: 3, max: 3, result: tText, takes: texts, flags: pure, run: fnReplace},
	{name: "split", min: 2, max: 2, result: tArray, takes: []kindSet{aText, aText | anArray}, flags: pure, run: fnSplit},
	{name: "string", min: 1, max: 1, result: tText, flags: pure, run: fnString},
	{name: "substring", min: 2, max: 3, result: tText, takes: []kindSet{aText, anInt}, flags: pure, run: fnSubstring},
	{name: "toLower", min: 1, max: 1, result: tText, takes: texts, flags: pure, run: recase(strings.ToLower)},
	{name: "toUpper", min: 1, max: 1, result: tText, takes: texts, flags: pure, run: recase(strings.ToUpper)},
	{name: "trim", min: 1, max: 1, result: tText, takes: texts, flags: strict | pure, run: onString(strings.TrimSpace)},
	{name: "uniqueString", min: 1, max: -1, result: tText, takes: texts, flags: strict | pure, run: hashed(unique.Hash)},
	{name: "uri", min: 2, max: 2, result: tText, flags: pure, run: fnURI},
	{name: "uriComponent", min: 1, max: 1, result: tText, takes: texts, flags: strict | pure, run: onString(percentEncode)},
	{name: "uriComponentToString", min: 1, max: 1, result: tText, takes: texts, flags: strict | pure, run: onString(percentDecode)},
	{name: "parseUri", min: 1, max: 1, result: tObj, takes: texts, flags: strict | pure, run: fnParseURI},
	{name: "buildUri", min: 1, max: 1, result: tText, takes: objects, flags: strict | pure, run: fnBuildURI},
}

var containerFunctions = []function{
	{name: "array", min: 1, max: 1, result: tArray, flags: strict | pure, run: fnArray},
	{name: "contains", min: 2, max: 2, result: tBool, takes: []kindSet{aText | anArray | anObject, anyKind}, flags: pure, run: fnContains},
	{name: "createArray", max: -1, result: tArray, flags: keeper | pure, run: fnCreateArray},
	{name: "createObject", max: -1, result: tObj, flags: keeper | pure, run: fnCreateObject},
	{name: "distinct", min: 1, max: 1, result: tArray, takes: arrays, flags: strict | pure, run: fnDistinct},
	{name: "empty", min: 1, max: 1, result: tBool, takes: []kindSet{aText | anArray | anObject | aNull}, flags: public | pure, run: fnEmpty},
	{name: "first", min: 1, max: 1, takes: []kindSet{aText | anArray}, flags: pure, run: end(false)},
	{name: "last", min: 1, max: 1, takes: []kindSet{aText | anArray}, flags: pure, run: end(true)},
	{name: "flatten", min: 1, max: 1, result: tArray, takes: arrays, flags: strict | pure, run: fnFlatten},
	{name: "indexFromEnd", min: 2, max: 2, takes: []kindSet{anArray, anInt}, flags: strict | pure, run: fromEnd(false)},
	{name: "tryIndexFromEnd", min: 2, max: 2, takes: []kindSet{anArray | aNull, anInt}, flags: strict | pure, run: fromEnd(true)},
	{name: "indexOf", min: 2, max: 2, result: tInt, takes: []kindSet{aText | anArray, anyKind}, flags: pure, run: indexFunc(false)},
	{name: "lastIndexOf", min: 2, max: 2, result: tInt, takes: []kindSet{aText | anArray, anyKind}, flags: pure, run: indexFunc(true)},
	{name: "intersection", min: 2, max: -1, takes: []kindSet{anArray | anObject}, flags: strict | pure | likeArgs, run: fnIntersection},
	{name: "items", min: 1, max: 1, result: tArray, takes: objects, flags: strict | pure, run: fnItems},
	{name: "objectKeys", min: 1, max: 1, result: tArray, takes: objects, flags: strict | pure, run: fnObjectKeys},
	{name: "length", min: 1, max: 1, result: tInt, takes: []kindSet{aText | anArray | anObject}, flags: strict | public | pure, run: fnLength},
	{name: "max", min: 1, max: -1, result: tInt, takes: []kindSet{anInt | anArray}, flags: pure, run: extreme(func(a, b int64) bool { return a > b })},
	{name: "min", min: 1, max: -1, result: tInt, takes: []kindSet{anInt | anArray}, flags: pure, run: extreme(func(a, b int64) bool { return a < b })},
	{name: "null", flags: pure, run: constant(value.Null())},
	{name: "range", min: 2, max: 2, result: tArray, takes: ints, flags: strict, run: fnRange},
	{name: "shallowMerge", min: 1, max: 1, result: tObj, takes: arrays, flags: strict | pure, run: fnShallowMerge},
	{name: "skip", min: 2, max: 2, takes: []kindSet{aText | anArray, anInt}, flags: pure, run: portion(false)},
	{name: "take", min: 2, max: 2, takes: []kindSet{aText | anArray, anInt}, flags: pure, run: portion(true)},
	{name: "tryGet", min: 2, max: -1, flags: pure, run: fnTryGet},
	{name: "union", min: 2, max: -1, takes: []kindSet{anArray | anObject | aNull}, flags: strict | pure | likeArgs, run: fnUnion},
}

var logicFunctions = []function{
	{name: "and", min: 2, max: -1, result: tBool, lazy: connective(false)},
	{name: "or", min: 2, max: -1, result: tBool, lazy: connective(true)},
	{name: "not", min: 1, max: 1, result: tBool, takes: []kindSet{aBool}, flags: strict | pure, run: fnNot},
	{name: "if", min: 3, max: 3, lazy: lazyIf},
	{name: "coalesce", min: 1, max: -1, lazy: lazyCoalesce},
	{name: "true", result: tBool, flags: pure, run: constant(value.Bool(true))},
	{name: "false", result: tBool, flags: pure, run: constant(value.Bool(false))},
	{name: "bool", min: 1, max: 1, result: tBool, takes: []kindSet{aText | anInt | aBool}, flags: strict | pure, run: fnBool},
	{name: "equals", min: 2, max: 2, result: tBool, flags: public | pure, run: fnEquals},
	{name: "less", min: 2, max: 2, result: tBool, takes: ordered, flags: strict | pure, run: order(func(c int) bool { return c < 0 })},
	{name: "lessOrEquals", min: 2, max: 2, result: tBool, takes: ordered, flags: strict | pure, run: order(func(c int) bool { return c <= 0 })},
	{name: "greater", min: 2, max: 2, result: tBool, takes: ordered, flags: strict | pure, run: order(func(c int) bool { return c > 0 })},
	{name: "greaterOrEquals", min: 2, max: 2, result: tBool, takes: ordered, flags: strict | pure, run: order(func(c int) bool { return c >= 0 })},
}

var numberFunctions = []function{
	{name: "add", min: 2, max: 2, result: tInt, takes: ints, flags: strict | pure, run: arithmetic(addInts)},
	{name: "sub", min: 2, max: 2, result: tInt, takes: ints, flags: strict | pure, run: arithmetic(subInts)},
	{name: "mul", min: 2, max: 2, result: tInt, takes: ints, flags: strict | pure, run: arithmetic(mulInts)},
	{name: "div", min: 2, max: 2, result: tInt, takes: ints, flags: strict | pure, run: division(divInts)},
	{name: "mod", min: 2, max: 2, result: tInt, takes: ints, flags: strict | pure, run: division(modInts)},
	{name: "int", min: 1, max: 1, result: tInt, takes: []kindSet{aText | anInt | aFloat}, flags: strict | pure, run: fnInt},
	{name: "float", min: 1, max: 1, result: tFloat, takes: []kindSet{aText | anInt | aFloat}, flags: strict | pure, run: fnFloat},
	{name: "copyIndex", max: 2, result: tInt, flags: strict, run: fnCopyIndex},
	{name: "utcNow", max: 1, result: tText, takes: texts, flags: strict, run: fnUTCNow},
	{name: "dateTimeAdd", min: 2, max: 3, result: tText, takes: texts, flags: strict | pure, run: fnDateTimeAdd},
	{name: "dateTimeFromEpoch", max: 1, result: tText, takes: ints, flags: strict, run: fnFromEpoch},
	{name: "dateTimeToEpoch", max: 1, result: tInt, takes: texts, flags: strict, run: fnToEpoch},
	{name: "parseCidr", min: 1, max: 1, result: tObj, takes: texts, flags: strict | pure, run: fnParseCIDR},
	{name: "cidrSubnet", min: 3, max: 3, result: tText, takes: []kindSet{aText, anInt}, flags: strict | pure, run: fnCIDRSubnet},
	{name: "cidrHost", min: 2, max: 2, result: tText, takes: []kindSet{aText, anInt}, flags: strict | pure, run: fnCIDRHost},
}

func lambdaFunctions() []function {
	return []function{
		{name: "lambda", min: 1, max: -1, lazy: lazyLambda},
		{name: "lambdaVariables", min: 1, max: 1, takes: texts, flags: strict, run: fnLambdaVariables},
		{name: "map", min: 2, max: 2, result: tArray, flags: takesLambda, lazy: overLambda(tArray, tArray, runMap)},
		{name: "filter", min: 2, max: 2, result: tArray, flags: takesLambda, lazy: overLambda(tArray, tArray, runFilter)},
		{name: "reduce", min: 3, max: 3, flags: takesLambda, lazy: overLambda(tArray, absent, runReduce)},
		{name: "sort", min: 2, max: 2, result: tArray, flags: takesLambda, lazy: overLambda(tArray, tArray, runSort)},
		{name: "toObject", min: 2, max: 3, result: tObj, flags: takesLambda, lazy: overLambda(tArray, tObj, runToObject)},
		{name: "groupBy", min: 2, max: 3, result: tObj, flags: takesLambda, lazy: overLambda(tArray, tObj, runGroupBy)},
		{name: "mapValues", min: 2, max: 2, result: tObj, flags: takesLambda, lazy: overLambda(tObj, tObj, runMapValues)},
	}
}

var scopeFunctions = []function{
	{name: "parameters", min: 1, max: 1, lazy: named("parameter", Scope.Parameter)},
	{name: "variables", min: 1, max: 1, lazy: named("variable", Scope.Variable)},
	{name: "deployment", result: tObj, run: fnDeployment},
	{name: "deployer", result: tObj, run: fact(func(f *Facts) value.Value { return f.deployer }, ResourceGroupScope, SubscriptionScope, ManagementGroupScope, TenantScope)},
	{name: "environment", result: tObj, run: fact(func(f *Facts) value.Value { return f.environment }, ResourceGroupScope, SubscriptionScope, ManagementGroupScope, TenantScope)},
	{name: "resourceGroup", result: tObj, run: fact(func(f *Facts) value.Value { return f.resourceGroupObject }, ResourceGroupScope)},
	{name: "subscription", result: tObj, run: fact(func(f *Facts) value.Value { return f.subscriptionObject }, ResourceGroupScope, SubscriptionScope)},
	{name: "tenant", result: tObj, run: fact(func(f *Facts) value.Value { return f.tenantObject }, ResourceGroupScope, SubscriptionScope, ManagementGroupScope, TenantScope)},
	{name: "managementGroup", result: tObj, run: fact(func(f *Facts) value.Value { return f.managementGroupObject }, ResourceGroupScope, SubscriptionScope, ManagementGroupScope)},
	{name: "fail", min: 1, max: 1, run: fnFail},
	{name: "externalInputs", min: 1, max: 1, takes: texts, flags: strict, run: fnExternalInputs},
	{name: "resourceId", min: 2, max: -1, result: tText, run: idFunction(idForm{2, resourceIDPrefix})},
	{name: "subscriptionResourceId", min: 2, max: -1, result: tText, run: idFunction(idForm{1, subscriptionIDPrefix})},
	{name: "tenantResourceId", min: 2, max: -1, result: tText, run: idFunction(idForm{0, tenantIDPrefix})},
	{name: "managementGroupResourceId", min: 2, max: -1, result: tText, run: idFunction(idForm{1, managementGroupIDPrefix})},
	{name: "extensionResourceId", min: 3, max: -1, result: tText, run: fnExtensionResourceID},
	{name: "reference", min: 1, max: 3, result: tObj, run: runtime(Reference)},
	{name: "references", min: 1, max: 2, result: tArray, run: runtime(References)},
	{name: "resourceInfo", min: 1, max: 1, result: tObj, run: runtime(ResourceInfo)},
	{name: "providers", min: 1, max: 2, result: tObj, run: runtime(Providers)},
	{name: "extensions", min: 1, max: 1, result: tObj, run: runtime(Extensions)},
	{name: "pickZones", min: 3, max: 5, result: tArray, takes: []kindSet{aText, aText, aText, aText | anInt}, flags: strict, run: fnPickZones},
	{name: "toLogicalZone", min: 3, max: 3, result: tText, run: zoneMapping(tText)},
	{name: "toLogicalZones", min: 3, max: 3, result: tArray, run: zoneMapping(tArray)},
	{name: "toPhysicalZone", min: 3, max: 3, result: tText, run: zoneMapping(tText)},
	{name: "toPhysicalZones", min: 3, max: 3, result: tArray, run: zoneMapping(tArray)},
	{name: "roleDefinitions", min: 1, max: 1, result: tObj, takes: texts, flags: strict, run: fnRoleDefinitions},
}
