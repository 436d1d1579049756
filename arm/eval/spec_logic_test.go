package eval_test

import "testing"

func TestEquals(t *testing.T) {
	specify(t, known(), `
		equals(1, 1)                  => true
		equals(1, 2)                  => false
		equals('a', 'a')              => true
		equals('literal', 'LiTeRaL')  => false
		equals('1', 1)                => false
		equals(true(), 'True')        => false
		equals(true(), true())        => true
		equals(null(), null())        => true
		equals(null(), '')            => false
		equals(null(), createArray()) => false
		equals(createArray('a', 'b'), createArray('a', 'b'))  => true
		equals(createArray('a', 'b'), createArray('b', 'a'))  => false
		equals(createArray(1), createArray(1, 2))             => false
		equals(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 1)) => true
		equals(createObject('a', 1), createObject('a', 2))    => false
		equals(createObject('a', 1), createObject('a', 1, 'b', 2)) => false
		equals(createObject('a', null()), createObject('b', null())) => false
		equals(createObject('a', createArray(1)), createObject('a', createArray(1))) => true
		equals(createArray(), createObject())                 => false
		equals(json('1.5'), json('1.50'))                     => true
		equals('a')                   !! function requires 2 argument(s) while 1 were provided
	`)
}

func TestOrder(t *testing.T) {
	specify(t, known(), `
		less(1, 2)               => true
		less(2, 2)               => false
		less(sub(0, 1), 0)       => true
		lessOrEquals(2, 2)       => true
		lessOrEquals(3, 2)       => false
		greater(2, 1)            => true
		greater(2, 2)            => false
		greaterOrEquals(2, 2)    => true
		greaterOrEquals(1, 2)    => false
		# as the documentation shows: lower case before upper case of the same letter
		less('A', 'a')           => false
		lessOrEquals('A', 'a')   => false
		greater('A', 'a')        => true
		greaterOrEquals('A', 'a') => true
		less('a', 'b')           => true
		less('a', 'B')           => true
		less('B', 'a')           => false
		less('a', 'ab')          => true
		less('', 'a')            => true
		greater('abc', 'abc')    => false
		lessOrEquals('abc', 'abc') => true
		less('aB', 'Ab')         => true
		less(1, '2')             !! matching types, integers or strings. The provided types are 'Integer' and 'String'
		greater(true(), false()) !! The provided types are 'Boolean' and 'Boolean'
		less(null(), 1)          !! The provided types are 'Null' and 'Integer'
		less(createArray(), createArray()) !! The provided types are 'Array' and 'Array'
	`)
}

func TestAndOrNot(t *testing.T) {
	specify(t, known(), `
		and(true(), true())            => true
		and(true(), false())           => false
		and(true(), true(), false())   => false
		or(false(), true())            => true
		or(false(), false())           => false
		or(false(), false(), true())   => true
		not(true())                    => false
		not(false())                   => true
		# what comes after the decision is not evaluated
		and(false(), fail('never'))    => false
		or(true(), fail('never'))      => true
		and(false(), 'text')           => false
		and(true(), fail('reached'))   !! reached
		or(false(), fail('reached'))   !! reached
		and('true', true())            !! 'and' expects parameter 1 to be of type 'Boolean'. The provided value is of type 'String'
		or(false(), 1)                 !! 'or' expects parameter 2 to be of type 'Boolean'
		and(true(), null())            !! is of type 'Null'
		not('true')                    !! 'not' expects its parameter to be of type 'Boolean'
		not(null())                    !! is of type 'Null'
		and(true())                    !! function requires at least 2 argument(s) while 1 were provided
		or()                           !! function requires at least 2 argument(s) while 0 were provided
	`)
}

func TestIf(t *testing.T) {
	specify(t, known(), `
		if(true(), 'yes', 'no')            => "yes"
		if(false(), 'yes', 'no')           => "no"
		if(true(), 1, 'no')                => 1
		if(true(), null(), 1)              => null
		if(true(), 'yes', fail('never'))   => "yes"
		if(false(), fail('never'), 'no')   => "no"
		if(false(), createArray()[5], 'no') => "no"
		if(equals('a', 'a'), if(false(), 1, 2), 3) => 2
		if(true(), fail('taken'), 'no')    !! taken
		if('true', 1, 2)                   !! expects parameter 1 to be of type 'Boolean'. The provided value is of type 'String'
		if(1, 1, 2)                        !! is of type 'Integer'
		if(null(), 1, 2)                   !! is of type 'Null'
		if(true(), 1)                      !! function requires 3 argument(s) while 2 were provided
		if(true(), 1, 2, 3)                !! function requires 3 argument(s) while 4 were provided
	`)
}

func TestCoalesce(t *testing.T) {
	specify(t, known(), `
		coalesce(null(), 'a')              => "a"
		coalesce(null(), null(), 5, 6)     => 5
		coalesce('', 'a')                  => ""
		coalesce(0, 1)                     => 0
		coalesce(false(), true())          => false
		coalesce(createArray(), createArray(1)) => []
		coalesce(createObject(), 1)        => {}
		coalesce(null(), null())           => null
		coalesce(null())                   => null
		coalesce('a', fail('never'))       => "a"
		coalesce(tryGet(createObject(), 'a'), 'b') => "b"
		coalesce(null(), fail('reached'))  !! reached
		coalesce()                         !! at least one parameter should be provided
	`)
}

func TestBool(t *testing.T) {
	specify(t, known(), `
		bool('true')        => true
		bool('false')       => false
		bool(1)             => true
		bool(0)             => false
		bool(true())        => true
		bool(false())       => false
		bool('maybe')       !! cannot be converted to type 'Boolean'
		bool('')            !! cannot be converted to type 'Boolean'
		bool(null())        !! is of type 'Null'
		bool(createArray()) !! is of type 'Array'
		true(1)             !! function requires 0 argument(s) while 1 were provided
		false(1)            !! function requires 0 argument(s)
		null('x')           !! function requires 0 argument(s)
	`)
}

func TestArithmetic(t *testing.T) {
	specify(t, known(), `
		add(5, 3)       => 8
		sub(7, 3)       => 4
		sub(3, 7)       => -4
		mul(5, 3)       => 15
		mul(-1, -1)     => 1
		div(8, 3)       => 2
		div(-8, 3)      => -2
		div(8, -3)      => -2
		div(0, 5)       => 0
		mod(7, 3)       => 1
		mod(-7, 3)      => -1
		mod(7, -3)      => 1
		mod(6, 3)       => 0
		mod(-6, 3)      => 0
		# 64 bits
		add(json('9223372036854775806'), 1)   => 9223372036854775807
		sub(json('-9223372036854775807'), 1)  => -9223372036854775808
		mul(json('4611686018427387904'), -2)  => -9223372036854775808
		add(json('9223372036854775807'), 1)   !! overflowed
		sub(json('-9223372036854775808'), 1)  !! overflowed
		mul(json('9223372036854775807'), 2)   !! overflowed
		mul(json('-9223372036854775808'), -1) !! overflowed
		mul(-1, json('-9223372036854775808')) !! overflowed
		div(json('-9223372036854775808'), -1) !! overflowed
		mod(json('-9223372036854775808'), -1) => 0
		sub(0, json('-9223372036854775808'))  !! overflowed
		add(0, 0)       => 0
		div(1, 0)       !! divide by zero
		mod(1, 0)       !! divide by zero
		add('1', 2)     !! expects parameter 1 to be of type 'Integer'. The provided value is of type 'String'
		add(1, json('2.5')) !! The provided value is of type 'Float'
		mul(true(), 2)  !! is of type 'Boolean'
		sub(1)          !! function requires 2 argument(s) while 1 were provided
		div('a', 0)     !! expects parameter 1 to be of type 'Integer'
	`)
}

func TestInt(t *testing.T) {
	specify(t, known(), `
		int('5')                    => 5
		int('-5')                   => -5
		int('007')                  => 7
		int(5)                      => 5
		int('9223372036854775807')  => 9223372036854775807
		int('9223372036854775808')  !! cannot be converted to type 'Integer'
		int('')                     !! cannot be converted to type 'Integer'
		int('five')                 !! cannot be converted to type 'Integer'
		int('5x')                   !! cannot be converted to type 'Integer'
		int('0x10')                 !! cannot be converted to type 'Integer'
		int(true())                 !! is of type 'Boolean'
		int(null())                 !! is of type 'Null'
		int(createArray('5'))       !! is of type 'Array'
	`)
}

func TestFloat(t *testing.T) {
	specify(t, known(), `
		float('3.0')     => 3.0
		float('3.14')    => 3.14
		float(3)         => 3.0
		float('-1e3')    => -1000.0
		float('abc')     !! cannot be converted to type 'Float'
		float('NaN')     !! cannot be converted to type 'Float'
		float('Infinity') !! cannot be converted to type 'Float'
		float('0x1p4')   !! cannot be converted to type 'Float'
		float('1e999')   !! cannot be converted to type 'Float'
		float(true())    !! is of type 'Boolean'
	`)
}
