package eval_test

import "testing"

func TestBase64(t *testing.T) {
	specify(t, known(), `
		# RFC 4648, section 10
		base64('')        => ""
		base64('f')       => "Zg=="
		base64('fo')      => "Zm8="
		base64('foo')     => "Zm9v"
		base64('foobar')  => "Zm9vYmFy"
		# bytes of UTF-8, standard alphabet
		base64('ü')       => "w7w="
		base64('???>>>')  => "Pz8/Pj4+"
		base64('😀')      => "8J+YgA=="
		BASE64('a')       => "YQ=="
		base64(100)       !! 'base64' expects its parameter to be of type 'String'. The provided value is of type 'Integer'
		base64(true())    !! is of type 'Boolean'
		base64(null())    !! is of type 'Null'
		base64(createArray()) !! is of type 'Array'
		base64()          !! function requires 1 argument(s) while 0 were provided
		base64('a', 'b')  !! function requires 1 argument(s) while 2 were provided
	`)
}

func TestBase64ToString(t *testing.T) {
	specify(t, known(), `
		base64ToString('')          => ""
		base64ToString('Zm9vYmFy')  => "foobar"
		base64ToString('w7w=')      => "ü"
		base64ToString(base64('a''b')) => "a'b"
		base64ToString('Zm9v\nYmFy') !! cannot be decoded from base64 representation
		base64ToString('abc')       !! cannot be decoded from base64 representation
		base64ToString('****')      !! cannot be decoded from base64 representation
		base64ToString('Zm9v=')     !! cannot be decoded from base64 representation
		base64ToString(1)           !! expects its parameter to be of type 'String'
	`)
}

func TestBase64ToJSON(t *testing.T) {
	specify(t, known(), `
		base64ToJson(base64('{"a": [1, true, null]}')) => {"a":[1,true,null]}
		base64ToJson(base64('{''one'': ''a''}')).one   => "a"
		base64ToJson(base64('1.5'))   => 1.5
		base64ToJson(base64('"x"'))   => "x"
		base64ToJson(base64('{'))     !! the text is not valid JSON
		base64ToJson('{}')            !! cannot be decoded from base64 representation
		base64ToJson(createObject())  !! expects its parameter to be of type 'String'
	`)
}

func TestConcat(t *testing.T) {
	specify(t, known(), `
		concat('a')                  => "a"
		concat('a', 'b', 'c')        => "abc"
		concat('', '')               => ""
		concat(100, 200)             => "100200"
		concat('a', 1, true())       => "a1True"
		concat(false())              => "False"
		concat('n', sub(0, 5))       => "n-5"
		concat(createArray(1), createArray('a'), createArray()) => [1,"a"]
		concat(createArray())        => []
		concat(createArray(createArray(1)), createArray(2)) => [[1],2]
		concat(createArray(1), 'a')  !! Either all or none of the parameters must be an array
		concat('a', createArray(1))  !! Either all or none of the parameters must be an array
		concat('a', null())          !! expects parameter 2 to be of type
		concat(createObject())       !! The provided value is of type 'Object'
		concat('a', createObject('b', 1)) !! The provided value is of type 'Object'
		concat('a', json('1.5'))     !! The provided value is of type 'Float'
		concat()                     !! at least one parameter should be provided
	`)
}

func TestContainsOnStrings(t *testing.T) {
	specify(t, known(), `
		contains('OneTwoThree', 'Two')  => true
		contains('OneTwoThree', 'two')  => false
		contains('abc', '')             => true
		contains('', '')                => true
		contains('', 'a')               => false
		contains('abc', 'abcd')         => false
		contains('a', 1)                !! expects parameter 2 to be of type 'String'
		contains(1, 'a')                !! expects parameter 1 to be of type
		contains(null(), 'a')           !! is of type 'Null'
		contains('a')                   !! function requires 2 argument(s) while 1 were provided
	`)
}

func TestDataURI(t *testing.T) {
	specify(t, known(), `
		dataUri('Hello')                       => "data:text/plain;charset=utf-8;base64,SGVsbG8="
		dataUri('')                            => "data:text/plain;charset=utf-8;base64,"
		dataUri(1)                             => "data:application/json;charset=utf-8;base64,MQ=="
		dataUri(createArray('a'))              => "data:application/json;charset=utf-8;base64,WyJhIl0="
		dataUri()                              !! function requires 1 argument(s)
		dataUriToString('data:;base64,SGVsbG8=')                          => "Hello"
		dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')              => "Hello, World!"
		dataUriToString('data:text/plain;charset=utf8;base64,SGVsbG8=')   => "Hello"
		dataUriToString('data:text/html,%3Ch1%3E')                        => "<h1>"
		dataUriToString('data:,a+b')           => "a+b"
		dataUriToString('data:,')              => ""
		dataUriToString(dataUri('round trip é')) => "round trip é"
		dataUriToString('data:text/plain')     !! is not a data URI
		dataUriToString('http://a,b')          !! is not a data URI
		dataUriToString('')                    !! is not a data URI
		dataUriToString('data:;base64,***')    !! cannot be decoded from base64 representation
	`)
}

func TestStartsWithAndEndsWithIgnoreCase(t *testing.T) {
	specify(t, known(), `
		startsWith('abcdef', 'ab')   => true
		startsWith('abcdef', 'AB')   => true
		startsWith('abcdef', 'e')    => false
		startsWith('abcdef', '')     => true
		startsWith('', '')           => true
		startsWith('', 'a')          => false
		startsWith('a', 'ab')        => false
		endsWith('abcdef', 'ef')     => true
		endsWith('abcdef', 'F')      => true
		endsWith('abcdef', 'e')      => false
		endsWith('abcdef', '')       => true
		endsWith('f', 'ef')          => false
		startsWith('one', 100)       !! expects parameters of types 'String' and 'String'. The provided types are 'String' and 'Integer'
		endsWith(createArray('a'), 'a') !! The provided types are 'Array' and 'String'
		startsWith('a')              !! function requires 2 argument(s) while 1 were provided
	`)
}

func TestFirstAndLastOfStrings(t *testing.T) {
	specify(t, known(), `
		first('One Two Three') => "O"
		last('One Two Three')  => "e"
		first('x')             => "x"
		last('x')              => "x"
		first('')              => ""
		last('')               => ""
		first(1)               !! of type 'Array or String'. The provided value is of type 'Integer'
		last(null())           !! is of type 'Null'
		first(createObject())  !! is of type 'Object'
	`)
}

func TestIndexOfStringsIgnoresCase(t *testing.T) {
	specify(t, known(), `
		indexOf('test', 't')           => 0
		indexOf('abcdef', 'CD')        => 2
		indexOf('abcdef', 'z')         => -1
		indexOf('abcdef', '')          => 0
		indexOf('', '')                => 0
		indexOf('', 'a')               => -1
		lastIndexOf('test', 't')       => 3
		lastIndexOf('abcdef', 'AB')    => 0
		lastIndexOf('abab', 'ab')      => 2
		lastIndexOf('aaa', 'aa')       => 1
		lastIndexOf('abcdef', 'z')     => -1
		lastIndexOf('abcdef', '')      => 5
		indexOf('abc', 1)              !! expects parameter 2 to be of type 'String'
		indexOf(1, 'a')                !! expects parameter 1 to be of type 'Array or String'
		lastIndexOf(createObject(), 'a') !! is of type 'Object'
	`)
}

func TestJoin(t *testing.T) {
	specify(t, known(), `
		join(createArray('one', 'two'), ',')        => "one,two"
		join(createArray('one'), ',')               => "one"
		join(createArray(), ',')                    => ""
		join(createArray('a', 'b'), '')             => "ab"
		join(createArray('abc', 123, true()), '/')  => "abc/123/True"
		join(createArray(json('1.5'), false()), ';') => "1.5;False"
		join('a', ',')                              !! expects parameter 1 to be of type 'Array'
		join(createArray('a'), 1)                   !! expects parameter 2 to be of type 'String'
		join(createArray('a'))                      !! function requires 2 argument(s) while 1 were provided
	`)
}

func TestLengthOfStringsCountsUTF16Units(t *testing.T) {
	specify(t, known(), `
		length('')      => 0
		length('abc')   => 3
		length('ü')     => 1
		length('😀')    => 2
		length('e\u0301') => 7
		length(10)      !! is of type 'Integer'
		length(null())  !! is of type 'Null'
		length(true())  !! is of type 'Boolean'
	`)
}

func TestLike(t *testing.T) {
	specify(t, known(), `
		like('abc', 'abc')      => true
		like('abc', 'ABC')      => true
		like('abc', 'ab')       => false
		like('abc', '*')        => true
		like('abc', 'a*')       => true
		like('abc', '*c')       => true
		like('abc', '*B*')      => true
		like('abc', 'a**c')     => true
		like('ab', 'ab*b')      => false
		like('abab', 'ab*ab')   => true
		like('a.c', 'a.c')      => true
		like('abc', 'a.c')      => false
		like('abc', 'a?c')      => false
		like('', '')            => true
		like('a', '')           => false
		like('a', 1)            !! expects parameter 2 to be of type 'String'
	`)
}

func TestPadLeft(t *testing.T) {
	specify(t, known(), `
		padLeft('123', 10)         => "       123"
		padLeft('123', 10, '0')    => "0000000123"
		padLeft(10, 5, '0')        => "00010"
		padLeft(sub(0, 7), 4, '0') => "00-7"
		padLeft('abc', 3, '.')     => "abc"
		padLeft('abcdef', 3)       => "abcdef"
		padLeft('a', 16, 'x')      => "xxxxxxxxxxxxxxxa"
		padLeft('a', 17, 'x')      !! positive integer value and not greater than '16'
		padLeft('a', sub(0, 1))    !! positive integer value and not greater than '16'
		padLeft('a', 3, '00')      !! must be a single character
		padLeft('a', 3, '')        !! must be a single character
		padLeft('a', '3')          !! expects parameter 2 to be of type 'Integer'
		padLeft(true(), 3)         !! expects parameter 1 to be of type 'String or Integer'
		padLeft('a', 3, 0)         !! expects parameter 3 to be of type 'String'
		padLeft('a')               !! function requires between 2 and 3 argument(s) while 1 were provided
	`)
}

func TestReplace(t *testing.T) {
	specify(t, known(), `
		replace('123-123-1234', '-', '')  => "1231231234"
		replace('aaa', 'a', 'bb')         => "bbbbbb"
		replace('aaa', 'A', 'b')          => "aaa"
		replace('aaaa', 'aa', 'a')        => "aa"
		replace('', 'a', 'b')             => ""
		replace('abc', 'z', 'y')          => "abc"
		replace('abc', 'abc', '')         => ""
		replace('aaa', '', 'b')           !! must not be empty
		replace('aaa', 200, 'x')          !! expects parameter 2 to be of type 'String'
		replace(1, 'a', 'b')              !! expects parameter 1 to be of type 'String'
		replace('a', 'a', null())         !! expects parameter 3 to be of type 'String'
	`)
}

func TestSkipAndTakeOfStrings(t *testing.T) {
	specify(t, known(), `
		take('one two three', 3)      => "one"
		take('abc', 0)                => ""
		take('abc', sub(0, 1))        => ""
		take('abc', 10)               => "abc"
		take('', 1)                   => ""
		skip('one two three', 4)      => "two three"
		skip('abc', 0)                => "abc"
		skip('abc', sub(0, 1))        => "abc"
		skip('abc', 3)                => ""
		skip('abc', 10)               => ""
		take('abc', '1')              !! expects parameter 2 to be of type 'Integer'
		skip(5, 1)                    !! expects parameter 1 to be of type 'Array or String'
		take(createObject(), 1)       !! is of type 'Object'
	`)
}

func TestSplit(t *testing.T) {
	specify(t, known(), `
		split('one,two,three', ',')                    => ["one","two","three"]
		split('one;two,three', createArray(',', ';'))  => ["one","two","three"]
		split('', ',')                                 => [""]
		split('a', ',')                                => ["a"]
		split(',a,,b,', ',')                           => ["","a","","b",""]
		split('aXXb', 'XX')                            => ["a","b"]
		split('aXb', 'x')                              => ["aXb"]
		split('x', '')                                 => ["x"]
		split('x,y', createArray('', ','))             => ["x","y"]
		split('x', createArray())                      => ["x"]
		split('a--b-c', createArray('--', '-'))        => ["a","b","c"]
		split(100, ',')                                !! expects parameter 1 to be of type 'String'
		split('a', 1)                                  !! expects parameter 2 to be of type
		split('a', createArray(1))                     !! expects parameter 2 to be of type
	`)
}

func TestString(t *testing.T) {
	specify(t, known(), `
		string('a')            => "a"
		string('')             => ""
		string(5)              => "5"
		string(sub(0, 5))      => "-5"
		string(true())         => "True"
		string(false())        => "False"
		string(json('1.25'))   => "1.25"
		string(createArray())  => "[]"
		string(createObject()) => "{}"
		string(createArray('a', 1, true(), null())) => "[\"a\",1,true,null]"
		string(createObject('b', 1, 'a', createObject('x', 'y'))) => "{\"b\":1,\"a\":{\"x\":\"y\"}}"
		string(json('{"q": "a\"b"}')) => "{\"q\":\"a\\\"b\"}"
		string(createArray('a"b')) => "[\"a\\\"b\"]"
		string(createArray('ü'))   => "[\"ü\"]"
		string()               !! function requires 1 argument(s)
	`)
}

func TestSubstring(t *testing.T) {
	specify(t, known(), `
		substring('one two three', 4, 3)  => "two"
		substring('one two three', 4)     => "two three"
		substring('abc', 0, 3)            => "abc"
		substring('abc', 3)               => ""
		substring('abc', 3, 0)            => ""
		substring('', 0, 0)               => ""
		substring('abc', 1, 0)            => ""
		substring('abc', 4)               !! cannot be larger than the length of the string. The index: '4', the length: '3'
		substring('abc', sub(0, 1), 1)    !! the index parameter cannot be less than zero
		substring('abc', 0, sub(0, 1))    !! the length parameter cannot be less than zero
		substring('abc', 1, 3)            !! must refer to a location within the string
		substring('abc', 0, json('9223372036854775807')) !! must refer to a location within the string
		substring('abc', 2, json('9223372036854775807')) !! must refer to a location within the string
		substring(1, 0, 1)                !! expects parameter 1 to be of type 'String'
		substring('abc', '0')             !! expects parameter 2 to be of type 'Integer'
		substring('abc', 0, 'x')          !! expects parameter 3 to be of type 'Integer'
	`)
}

func TestLettersChangeTheirCase(t *testing.T) {
	specify(t, known(), `
		toLower('One TWO Three')  => "one two three"
		toUpper('One two Three')  => "ONE TWO THREE"
		toLower('ÄÖÜ')            => "äöü"
		toUpper('ж')              => "Ж"
		toUpper('ß')              => "ß"
		toLower('')               => ""
		toLower('I')              => "i"
		toLower(100)              !! 'toLower' expects its parameter to be of type 'String'. The provided value is of type 'Integer'
		toUpper(createArray('a')) !! 'toUpper' expects its parameter to be of type 'String'
	`)
}

func TestTrim(t *testing.T) {
	specify(t, known(), `
		trim('    one two three   ') => "one two three"
		trim('	tab	')               => "tab"
		trim(' nbsp ')           => "nbsp"
		trim('')                     => ""
		trim('   ')                  => ""
		trim('a b')                  => "a b"
		trim(1)                      !! expects its parameter to be of type 'String'
	`)
}
