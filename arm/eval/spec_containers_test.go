package eval_test

import "testing"

func TestArray(t *testing.T) {
	specify(t, known(), `
		array(1)                    => [1]
		array('efgh')               => ["efgh"]
		array(createObject('a', 'b')) => [{"a":"b"}]
		array(createArray(1, 2))    => [1,2]
		array(createArray())        => []
		array(null())               => [null]
		array()                     !! function requires 1 argument(s)
	`)
}

func TestContainsInContainers(t *testing.T) {
	specify(t, known(), `
		contains(createArray('one', 'two'), 'one')    => true
		contains(createArray('one', 'two'), 'ONE')    => false
		contains(createArray('FOO'), 123)             => false
		contains(createArray(1, 2), '1')              => false
		contains(createArray(), 1)                    => false
		contains(createArray(null()), null())         => true
		contains(createArray(createObject('a', 1)), createObject('a', 1)) => true
		contains(createArray(createArray(1, 2)), createArray(2, 1))       => false
		contains(createObject('one', 'a'), 'one')     => true
		contains(createObject('one', 'a'), 'ONE')     => true
		contains(createObject('one', 'a'), 'a')       => false
		contains(createObject('one', null()), 'one')  => true
		contains(createObject(), 'one')               => false
		contains(createObject('1', 'a'), 1)           !! expects parameter 2 to be of type 'String'
		contains(5, 5)                                !! expects parameter 1 to be of type 'Array, Object or String'
	`)
}

func TestCreate(t *testing.T) {
	specify(t, known(), `
		createArray()                        => []
		createArray('a', 1, true(), null())  => ["a",1,true,null]
		createArray(createArray())           => [[]]
		createObject()                       => {}
		createObject('a', 1, 'b', createArray(2)) => {"a":1,"b":[2]}
		createObject('', 1)                  => {"":1}
		createObject('z', 1, 'a', 2)         => {"z":1,"a":2}
		createObject('a')                    !! expects an even number of parameters, keys and values in turn. 1 were provided
		createObject('a', 1, 'b')            !! even number of parameters
		createObject(1, 'a')                 !! expects parameter 1 to be of type 'String'
		createObject('a', 1, null(), 2)      !! expects parameter 3 to be of type 'String'
	`)
}

func TestDistinct(t *testing.T) {
	specify(t, known(), `
		distinct(createArray(1, 2, 1, 3, 2))      => [1,2,3]
		distinct(createArray('a', 'A', 'a'))      => ["a","A"]
		distinct(createArray())                   => []
		distinct(createArray(null(), null(), 0))  => [null,0]
		distinct(createArray(1, '1', true(), 'True')) => [1,"1",true,"True"]
		distinct(createArray(createArray(1), createArray(1))) => [[1]]
		distinct('aab')                           !! expects its parameter to be of type 'Array'
	`)
}

func TestEmpty(t *testing.T) {
	specify(t, known(), `
		empty('')                     => true
		empty(' ')                    => false
		empty(createArray())          => true
		empty(createArray(null()))    => false
		empty(createObject())         => true
		empty(createObject('a', null())) => false
		empty(null())                 => true
		empty(0)                      !! is of type 'Integer'
		empty(false())                !! is of type 'Boolean'
	`)
}

func TestFirstAndLastOfArrays(t *testing.T) {
	specify(t, known(), `
		first(createArray('one', 'two'))  => "one"
		last(createArray('one', 'two'))   => "two"
		first(createArray())              => null
		last(createArray())               => null
		first(createArray(null(), 1))     => null
		first(createArray(createArray(1))) => [1]
	`)
}

func TestFlatten(t *testing.T) {
	specify(t, known(), `
		flatten(createArray(createArray(1), createArray(2, 3), createArray())) => [1,2,3]
		flatten(createArray())                                => []
		flatten(createArray(createArray(createArray(1))))     => [[1]]
		flatten(createArray(createArray(1), 2))               !! element 1 is of type 'Integer'
		flatten(createArray(null()))                          !! element 0 is of type 'Null'
		flatten('a')                                          !! expects its parameter to be of type 'Array'
	`)
}

func TestIndexFromEnd(t *testing.T) {
	specify(t, known(), `
		indexFromEnd(createArray('a', 'b', 'c'), 1)    => "c"
		indexFromEnd(createArray('a', 'b', 'c'), 3)    => "a"
		indexFromEnd(createArray('a', 'b', 'c'), 4)    !! the index '4' from the end is out of bounds; the array has 3 element(s)
		indexFromEnd(createArray('a', 'b', 'c'), 0)    !! is out of bounds
		indexFromEnd(createArray(), 1)                 !! is out of bounds
		indexFromEnd('abc', 1)                         !! expects parameter 1 to be of type 'Array'
		indexFromEnd(createArray(1), '1')              !! expects parameter 2 to be of type 'Integer'
		indexFromEnd(null(), 1)                        !! expects parameter 1 to be of type 'Array'
		tryIndexFromEnd(createArray('a', 'b'), 2)      => "a"
		tryIndexFromEnd(createArray('a', 'b'), 3)      => null
		tryIndexFromEnd(createArray('a', 'b'), 0)      => null
		tryIndexFromEnd(createArray('a', 'b'), sub(0, 1)) => null
		tryIndexFromEnd('abc', 1)                      !! expects parameter 1 to be of type 'Array
	`)
}

func TestIndexOfArraysMindsCase(t *testing.T) {
	specify(t, known(), `
		indexOf(createArray('a', 'b', 'a'), 'a')      => 0
		indexOf(createArray('a', 'b', 'a'), 'A')      => -1
		lastIndexOf(createArray('a', 'b', 'a'), 'a')  => 2
		lastIndexOf(createArray('a'), 'c')            => -1
		indexOf(createArray('1', 1), 1)               => 1
		indexOf(createArray('FOO'), 123)              => -1
		indexOf(createArray(), 1)                     => -1
		indexOf(createArray(createObject('a', 1), createArray(2)), createArray(2)) => 1
		indexOf(createArray(1, null()), null())       => 1
	`)
}

func TestIntersection(t *testing.T) {
	specify(t, known(), `
		intersection(createArray('one', 'two', 'three'), createArray('two', 'three')) => ["two","three"]
		intersection(createArray(3, 1, 2), createArray(1, 2, 3))  => [3,1,2]
		intersection(createArray(1, 1), createArray(1, 1))        => [1]
		intersection(createArray('a'), createArray('A'))          => []
		intersection(createArray(1), createArray())               => []
		intersection(createArray(1, 2, 3), createArray(2, 3), createArray(3)) => [3]
		intersection(createArray(createArray(1)), createArray(createArray(1))) => [[1]]
		intersection(createObject('one', 'a', 'two', 'b', 'three', 'c'), createObject('one', 'a', 'two', 'z', 'three', 'c')) => {"one":"a","three":"c"}
		intersection(createObject('a', 1), createObject('b', 1))  => {}
		intersection(createArray(1), createObject('a', 1))        !! must be of the same type
		intersection('ab', 'b')                                   !! is of type 'String'
		intersection(createArray(1))                              !! function requires at least 2 argument(s) while 1 were provided
	`)
}

func TestItemsAndObjectKeysAreSorted(t *testing.T) {
	specify(t, known(), `
		items(createObject('b', 1, 'a', 2))            => [{"key":"a","value":2},{"key":"b","value":1}]
		items(createObject('item002', 'x', 'Item001', 'y'))[0].key => "Item001"
		items(createObject())                          => []
		items(json('{"defKey": 1, "abcKey": 2, "ABCKey": 3}')) => [{"key":"abcKey","value":2},{"key":"ABCKey","value":3},{"key":"defKey","value":1}]
		objectKeys(json('{"defKey": 1, "abcKey": 2, "ABCKey": 3}')) => ["abcKey","ABCKey","defKey"]
		objectKeys(createObject('b', 1, 'a', 1, 'C', 1)) => ["a","b","C"]
		objectKeys(createObject('a10', 1, 'a2', 1))    => ["a10","a2"]
		objectKeys(createObject())                     => []
		items(createArray())                           !! expects its parameter to be of type 'Object'
		objectKeys('a')                                !! expects its parameter to be of type 'Object'
		items(null())                                  !! is of type 'Null'
	`)
}

func TestLengthOfContainers(t *testing.T) {
	specify(t, known(), `
		length(createArray())                      => 0
		length(createArray('a', createArray(1, 2))) => 2
		length(createObject('a', 1, 'b', createObject('c', 1, 'd', 2))) => 2
		length(createObject())                     => 0
	`)
}

func TestMaxAndMin(t *testing.T) {
	specify(t, known(), `
		max(0, 3, 2, 5, 4)              => 5
		min(0, 3, 2, 5, 4)              => 0
		max(createArray(0, 3, 2, 5, 4)) => 5
		min(createArray(4, sub(0, 1)))  => -1
		max(7)                          => 7
		min(createArray(7))             => 7
		max(createArray())              !! the array must not be empty
		max('a', 1)                     !! expects parameter 1 to be of type 'Integer'
		min(createArray('a'))           !! of type 'Integer'. The provided value is of type 'String'
		max(1, createArray(2))          !! The provided value is of type 'Array'
		max(createArray(1), createArray(2)) !! The provided value is of type 'Array'
		max()                           !! at least one parameter should be provided
	`)
}

func TestRange(t *testing.T) {
	specify(t, known(), `
		range(5, 3)                  => [5,6,7]
		range(0, 0)                  => []
		range(sub(0, 1), 2)          => [-1,0]
		length(range(1, 10000))      => 10000
		range(2147483646, 1)         => [2147483646]
		range(2147483647, 0)         => []
		range(2147483647, 1)         !! the sum of start index and count must not be greater than 2147483647
		range(0, 10001)              !! the count must be between 0 and 10000
		range(0, sub(0, 1))          !! the count must be between 0 and 10000
		range('0', 1)                !! expects parameter 1 to be of type 'Integer'
		range(0, true())             !! expects parameter 2 to be of type 'Integer'
	`)
}

func TestShallowMerge(t *testing.T) {
	specify(t, known(), `
		shallowMerge(createArray())                                                  => {}
		shallowMerge(createArray(createObject('a', 1), createObject('b', 2)))        => {"a":1,"b":2}
		shallowMerge(createArray(createObject('a', 1, 'b', 1), createObject('a', 2))) => {"a":2,"b":1}
		shallowMerge(createArray(createObject('a', 1), createObject('A', 2)))        => {"a":2}
		shallowMerge(createArray(createObject('a', 1), createObject('a', null())))   => {"a":null}
		shallowMerge(createArray(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2)))) => {"a":{"y":2}}
		shallowMerge(createArray(createObject('foo', 'foo'), createObject('bar', flatten(createArray(createArray(1), createArray(2, 3)))), createObject('baz', 'baz'))) => {"foo":"foo","bar":[1,2,3],"baz":"baz"}
		shallowMerge(createArray(createObject(), null()))                            !! element 1 is of type 'Null'
		shallowMerge(createObject())                                                 !! expects its parameter to be of type 'Array'
	`)
}

func TestSkipAndTakeOfArrays(t *testing.T) {
	specify(t, known(), `
		take(createArray('one', 'two', 'three'), 2)    => ["one","two"]
		skip(createArray('one', 'two', 'three'), 2)    => ["three"]
		take(createArray(1, 2), 0)                     => []
		take(createArray(1, 2), sub(0, 5))             => []
		take(createArray(1, 2), 99)                    => [1,2]
		skip(createArray(1, 2), sub(0, 5))             => [1,2]
		skip(createArray(1, 2), 99)                    => []
		take(createArray(), 1)                         => []
		take(createArray(1), json('9223372036854775807')) => [1]
		skip(createArray(1), 'a')                      !! expects parameter 2 to be of type 'Integer'
	`)
}

func TestTryGet(t *testing.T) {
	specify(t, known(), `
		tryGet(createObject('a', createObject('b', 1)), 'a', 'b') => 1
		tryGet(createObject('A', 1), 'a')                  => 1
		tryGet(createObject('a', 1), 'b')                  => null
		tryGet(createObject('a', 1), 'b', 'c', 'd')        => null
		tryGet(createArray('x', 'y'), 1)                   => "y"
		tryGet(createArray('x', 'y'), 2)                   => null
		tryGet(createArray('x', 'y'), sub(0, 1))           => null
		tryGet(null(), 'a')                                => null
		tryGet(null(), 0)                                  => null
		tryGet(createObject('a', createArray(createObject('b', 2))), 'a', 0, 'b') => 2
		tryGet(createArray('x', 'y', 'z'), createObject('value', 1, 'fromEnd', true()))  => "z"
		tryGet(createArray('x', 'y', 'z'), createObject('value', 3, 'fromEnd', true()))  => "x"
		tryGet(createArray('x', 'y', 'z'), createObject('value', 4, 'fromEnd', true()))  => null
		tryGet(createArray('x', 'y', 'z'), createObject('value', 0, 'fromEnd', true()))  => null
		tryGet(createArray('x', 'y', 'z'), createObject('value', 1, 'fromEnd', false())) => "y"
		tryGet(createArray('x'))                           !! function requires at least 2 argument(s) while 1 were provided
		tryGet(createArray('x'), true())                   !! a key of type 'Boolean'
		tryGet(createArray('x'), createObject('fromEnd', true())) !! of type 'String or Integer'
	`)
}

func TestUnion(t *testing.T) {
	specify(t, known(), `
		union(createArray('one', 'two'), createArray('three', 'two'))   => ["one","two","three"]
		union(createArray(1, 1), createArray())                         => [1]
		union(createArray('a'), createArray('A'), createArray('b'))     => ["a","A","b"]
		union(createObject('one', 'a', 'two', 'b'), createObject('three', 'c', 'two', 'z')) => {"one":"a","two":"z","three":"c"}
		union(createObject('a', createObject('x', 1, 'y', 1)), createObject('a', createObject('y', 2))) => {"a":{"x":1,"y":2}}
		union(createObject('a', createArray(1)), createObject('a', createArray(2)))  => {"a":[2]}
		union(createObject('a', createObject('x', 1)), createObject('a', 'flat'))    => {"a":"flat"}
		union(createObject('a', 'flat'), createObject('a', createObject('x', 1)))    => {"a":{"x":1}}
		union(createObject('a', 1), createObject('b', 2), createObject('a', 3))      => {"a":3,"b":2}
		union(createObject(), createObject())                           => {}
		union(createObject('a', createObject('b', createObject('c', 1))), createObject('a', createObject('b', createObject('d', 2)))) => {"a":{"b":{"c":1,"d":2}}}
		union(createArray(1), createObject('a', 1))                     !! must be of the same type
		union('a', 'b')                                                 !! is of type 'String'
		union(createArray(1))                                           !! function requires at least 2 argument(s) while 1 were provided
	`)
}

func TestAccess(t *testing.T) {
	specify(t, known(), `
		createObject('a', createArray('x', 'y')).a[1]       => "y"
		createObject('Name', 1).NAME                        => 1
		json('{"a": 1, "A": 2}').A                          => 2
		json('{"a": 1, "A": 2}').a                          => 1
		createObject('a.b', 1)['a.b']                       => 1
		createObject('a', 1)['A']                           => 1
		createObject('a', null()).a                         => null
		createArray('x')[0]                                 => "x"
		split('a/b/c', '/')[2]                              => "c"
		createArray(createArray(1, 2), createArray(3))[0][1] => 2
		createObject('a', 1).b                              !! The language expression property 'b' doesn't exist, available properties are 'a'
		createObject().b                                    !! available properties are ''
		createArray('x')[1]                                 !! The language expression property array index '1' is out of bounds
		createArray('x')[sub(0, 1)]                         !! array index '-1' is out of bounds
		createArray('x')['0']                               !! elements are read by an integer
		createArray('x').length                             !! elements are read by an integer
		createObject('0', 'a')[0]                           !! of type 'Object'
		'abc'[0]                                            !! of type 'String'
		null().a                                            !! of type 'Null'
		true().a                                            !! of type 'Boolean'
		add(1, 1).a                                         !! of type 'Integer'
	`)
}
