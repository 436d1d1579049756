package eval_test

import "testing"

func TestMap(t *testing.T) {
	specify(t, known(), `
		map(createArray(1, 2), lambda('x', mul(lambdaVariables('x'), 10)))          => [10,20]
		map(createArray('a', 'b'), lambda('x', 'i', format('{0}{1}', lambdaVariables('x'), lambdaVariables('i')))) => ["a0","b1"]
		map(createArray(), lambda('x', fail('never')))                              => []
		map(createArray(1), lambda('x', null()))                                    => [null]
		map(createArray(1, 2), lambda('x', 5))                                      => [5,5]
		map(range(0, 3), lambda('i', createObject('n', lambdaVariables('i'))))[2].n => 2
		# inner lambdas see the outer variables, and hide those of the same name
		map(createArray(1, 2), lambda('x', map(createArray(10, 20), lambda('y', add(lambdaVariables('x'), lambdaVariables('y')))))) => [[11,21],[12,22]]
		map(createArray(1), lambda('x', map(createArray(2), lambda('x', lambdaVariables('x'))))) => [[2]]
		map('abc', lambda('x', 1))                        !! expects parameter 1 to be of type 'Array'. The provided value is of type 'String'
		map(null(), lambda('x', 1))                       !! is of type 'Null'
		map(createArray(1), 'x')                          !! parameter 2 must be a lambda
		map(createArray(1), lambda('x', lambdaVariables('y'))) !! the lambda variable 'y' is not in scope
		map(createArray(1), lambda('x', add(lambdaVariables('x'), 'a'))) !! expects parameter 2 to be of type 'Integer'
		map(createArray(1), lambda('x', 'i', 'j', 1))     !! takes at most 2 variable(s), 3 are named
		map(createArray(1))                               !! function requires 2 argument(s) while 1 were provided
		lambdaVariables('x')                              !! the lambda variable 'x' is not in scope
		concat(lambda('x', 'y'))                          !! a lambda can only be an argument of map
	`)
}

func TestFilter(t *testing.T) {
	specify(t, known(), `
		filter(createArray(1, 5, 3, 7), lambda('x', greater(lambdaVariables('x'), 3)))  => [5,7]
		filter(createArray('a', 'b', 'c'), lambda('x', 'i', equals(mod(lambdaVariables('i'), 2), 0))) => ["a","c"]
		filter(createArray(1), lambda('x', false()))      => []
		filter(createArray(), lambda('x', true()))        => []
		filter(createArray(1), lambda('x', 'true'))       !! the lambda must give a value of type 'Boolean'. The provided value is of type 'String'
		filter(createArray(1), lambda('x', null()))       !! The provided value is of type 'Null'
		filter(createObject(), lambda('x', true()))       !! expects parameter 1 to be of type 'Array'
	`)
}

func TestReduce(t *testing.T) {
	specify(t, known(), `
		reduce(createArray(1, 2, 3), 0, lambda('cur', 'next', add(lambdaVariables('cur'), lambdaVariables('next'))))        => 6
		reduce(createArray('a', 'b', 'c'), '', lambda('cur', 'next', concat(lambdaVariables('next'), lambdaVariables('cur')))) => "cba"
		reduce(createArray(5, 5), 0, lambda('cur', 'next', 'i', add(lambdaVariables('cur'), lambdaVariables('i'))))         => 1
		reduce(createArray(), 'start', lambda('cur', 'next', fail('never')))            => "start"
		reduce(createArray(createObject('a', 1), createObject('b', 2)), createObject(), lambda('cur', 'next', union(lambdaVariables('cur'), lambdaVariables('next')))) => {"a":1,"b":2}
		reduce(createArray(1), 0)                         !! function requires 3 argument(s) while 2 were provided
		reduce(createArray(1), 0, 1)                      !! parameter 3 must be a lambda
		reduce(createArray(1), 0, lambda('a', 'b', 'c', 'd', 1)) !! takes at most 3 variable(s), 4 are named
	`)
}

func TestSort(t *testing.T) {
	specify(t, known(), `
		sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))     => [1,2,3]
		sort(createArray(3, 1, 2), lambda('a', 'b', greater(lambdaVariables('a'), lambdaVariables('b'))))  => [3,2,1]
		sort(createArray(2, 1, 2), lambda('a', 'b', lessOrEquals(lambdaVariables('a'), lambdaVariables('b')))) => [1,2,2]
		sort(createArray(), lambda('a', 'b', fail('never')))   => []
		sort(createArray(1), lambda('a', 'b', fail('never')))  => [1]
		sort(createArray('banana', 'Apple', 'cherry'), lambda('a', 'b', less(toLower(lambdaVariables('a')), toLower(lambdaVariables('b'))))) => ["Apple","banana","cherry"]
		sort(createArray(2, 1), lambda('a', 'b', 1))           !! the lambda must give a value of type 'Boolean'
		sort(createArray(2, 1), lambda('a', 'b', 'c', true())) !! takes at most 2 variable(s), 3 are named
	`)
}

func TestToObjectAndGroupBy(t *testing.T) {
	specify(t, known(), `
		toObject(createArray('a', 'b'), lambda('x', lambdaVariables('x')))                                  => {"a":"a","b":"b"}
		toObject(createArray('a', 'b'), lambda('x', lambdaVariables('x')), lambda('x', length(lambdaVariables('x')))) => {"a":1,"b":1}
		toObject(createArray(createObject('n', 'x', 'v', 1), createObject('n', 'y', 'v', 2)), lambda('e', lambdaVariables('e').n), lambda('e', lambdaVariables('e').v)).y => 2
		toObject(createArray(), lambda('x', 'k'))                                                           => {}
		toObject(createArray(1, 2), lambda('x', 'same'))                                                    => {"same":2}
		toObject(createArray(1), lambda('x', lambdaVariables('x')))     !! the key lambda must give a value of type 'String'
		toObject(createArray(1), lambda('x', 'y', 'k'))                 !! takes at most 1 variable(s), 2 are named
		groupBy(createArray('foo', 'bar', 'baz'), lambda('x', substring(lambdaVariables('x'), 0, 1)))       => {"f":["foo"],"b":["bar","baz"]}
		groupBy(createArray(1, 2, 3), lambda('x', string(mod(lambdaVariables('x'), 2))), lambda('x', mul(lambdaVariables('x'), 10))) => {"1":[10,30],"0":[20]}
		groupBy(createArray(), lambda('x', 'k'))                                                            => {}
		groupBy(createArray(1), lambda('x', null()))                    !! the key lambda must give a value of type 'String'
		groupBy(createObject(), lambda('x', 'k'))                       !! expects parameter 1 to be of type 'Array'
	`)
}

func TestMapValues(t *testing.T) {
	specify(t, known(), `
		mapValues(createObject('a', 1, 'b', 2), lambda('v', mul(lambdaVariables('v'), 2)))  => {"a":2,"b":4}
		mapValues(createObject(), lambda('v', fail('never')))                               => {}
		mapValues(createArray(), lambda('v', 1))                        !! expects parameter 1 to be of type 'Object'
		mapValues(createObject('a', 1), lambda('v', 'i', 1))            !! takes at most 1 variable(s), 2 are named
	`)
}

// In a lambda, too, what is not known stays where it is.
func TestLambdasOverUnknowns(t *testing.T) {
	specify(t, halfKnown(), `
		map(createArray('x', parameters('s')), lambda('v', toUpper(lambdaVariables('v'))))[0]         => "X"
		length(map(createArray(1, parameters('i')), lambda('v', add(lambdaVariables('v'), 1))))       => 2
		filter(createArray(1, 2), lambda('v', parameters('b')))                                       => [filter(createArray(1, 2), lambda('v', parameters('b')))]
		filter(parameters('a'), lambda('v', true()))                                                  => [filter(parameters('a'), lambda('v', true()))]
		filter(createArray(parameters('s')), lambda('v', true()))                                     => [{"$unknown":"[parameters('s')]"}]
		reduce(createArray(1, parameters('i')), 0, lambda('c', 'n', add(lambdaVariables('c'), lambdaVariables('n')))) => [add(1, parameters('i'))]
		reduce(parameters('a'), 0, lambda('c', 'n', 1))                                               => [reduce(parameters('a'), 0, lambda('c', 'n', 1))]
		sort(createArray(1, parameters('i')), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y')))) => [sort(createArray(1, parameters('i')), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))]
		toObject(createArray(parameters('s')), lambda('x', 'k'))                                      => {"k":{"$unknown":"[parameters('s')]"}}
		toObject(createArray(parameters('s')), lambda('x', lambdaVariables('x')))                     => [toObject(createArray(parameters('s')), lambda('x', lambdaVariables('x')))]
		groupBy(createArray(1), lambda('x', parameters('s')))                                         => [groupBy(createArray(1), lambda('x', parameters('s')))]
		mapValues(createObject('k', parameters('s')), lambda('v', 1))                                 => {"k":1}
		mapValues(parameters('o'), lambda('v', 1))                                                    => [mapValues(parameters('o'), lambda('v', 1))]
		map(parameters('s'), lambda('v', 1))                                                          !! expects parameter 1 to be of type 'Array'. The provided value is of type 'String'
		mapValues(parameters('a'), lambda('v', 1))                                                    !! expects parameter 1 to be of type 'Object'. The provided value is of type 'Array'
	`)
}
