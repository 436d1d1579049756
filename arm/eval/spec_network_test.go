package eval_test

import "testing"

func TestParseCIDR(t *testing.T) {
	specify(t, known(), `
		parseCidr('10.144.0.0/20')               => {"network":"10.144.0.0","netmask":"255.255.240.0","broadcast":"10.144.15.255","firstUsable":"10.144.0.1","lastUsable":"10.144.15.254","cidr":20}
		parseCidr('10.144.3.7/20').network       => "10.144.0.0"
		parseCidr('192.168.1.5/32')              => {"network":"192.168.1.5","netmask":"255.255.255.255","broadcast":"192.168.1.5","firstUsable":"192.168.1.5","lastUsable":"192.168.1.5","cidr":32}
		parseCidr('10.0.0.0/30').firstUsable     => "10.0.0.1"
		parseCidr('10.0.0.0/30').lastUsable      => "10.0.0.2"
		parseCidr('fdad:3236:5555::/48')         => {"network":"fdad:3236:5555::","netmask":"ffff:ffff:ffff::","firstUsable":"fdad:3236:5555::","lastUsable":"fdad:3236:5555:ffff:ffff:ffff:ffff:ffff","cidr":48}
		parseCidr('FDAD:3236:5555::/48').network => "fdad:3236:5555::"
		parseCidr('::1/128').lastUsable          => "::1"
		parseCidr('10.0.0.0')                    !! is not an address range in CIDR notation
		parseCidr('10.0.0.0/33')                 !! is not an address range in CIDR notation
		parseCidr('10.0.0/24')                   !! is not an address range in CIDR notation
		parseCidr('256.0.0.0/8')                 !! is not an address range in CIDR notation
		parseCidr('fe80::1%eth0/64')             !! is not an address range in CIDR notation
		parseCidr('')                            !! is not an address range in CIDR notation
		parseCidr(10)                            !! expects its parameter to be of type 'String'
	`)
}

func TestCIDRSubnet(t *testing.T) {
	specify(t, known(), `
		cidrSubnet('10.144.0.0/20', 24, 0)       => "10.144.0.0/24"
		cidrSubnet('10.144.0.0/20', 24, 4)       => "10.144.4.0/24"
		cidrSubnet('10.144.0.0/20', 24, 15)      => "10.144.15.0/24"
		cidrSubnet('10.144.0.0/20', 20, 0)       => "10.144.0.0/20"
		cidrSubnet('10.144.3.9/20', 24, 1)       => "10.144.1.0/24"
		cidrSubnet('fdad:3236:5555::/48', 52, 1) => "fdad:3236:5555:1000::/52"
		cidrSubnet('fdad:3236:5555::/48', 52, 15) => "fdad:3236:5555:f000::/52"
		cidrSubnet('10.144.0.0/20', 24, 16)      !! has 16 subnet(s) with the prefix 24
		cidrSubnet('10.144.0.0/20', 20, 1)       !! has 1 subnet(s) with the prefix 20
		cidrSubnet('10.144.0.0/20', 24, sub(0, 1)) !! The provided index: '-1'
		cidrSubnet('10.144.0.0/20', 19, 0)       !! the new prefix must be between 20, the prefix of the range, and 32
		cidrSubnet('10.144.0.0/20', 33, 0)       !! the new prefix must be between 20
		cidrSubnet('::/0', 129, 0)               !! the new prefix must be between 0, the prefix of the range, and 128
		cidrSubnet('10.144.0.0/20', '24', 0)     !! expects parameter 2 to be of type 'Integer'
		cidrSubnet('10.144.0.0/20', 24)          !! function requires 3 argument(s) while 2 were provided
	`)
}

func TestCIDRHost(t *testing.T) {
	specify(t, known(), `
		cidrHost('10.144.3.0/24', 0)             => "10.144.3.1"
		cidrHost('10.144.3.0/24', 3)             => "10.144.3.4"
		cidrHost('10.144.3.0/24', 253)           => "10.144.3.254"
		cidrHost('10.144.3.77/24', 0)            => "10.144.3.1"
		cidrHost('fdad:3236:5555:3000::/52', 0)  => "fdad:3236:5555:3000::1"
		cidrHost('10.144.3.0/24', 254)           !! no usable host with the index '254'
		cidrHost('10.144.3.0/24', sub(0, 1))     !! no usable host with the index '-1'
		cidrHost('10.144.3.0/24', json('9223372036854775807')) !! no usable host with the index '9223372036854775807'
		cidrHost('not a range', 0)               !! is not an address range in CIDR notation
		cidrHost('10.0.0.0/24', true())          !! expects parameter 2 to be of type 'Integer'
	`)
}

func TestURI(t *testing.T) {
	specify(t, known(), `
		# RFC 3986, section 5.4, base http://a/b/c/d;p?q
		uri('http://a/b/c/d;p?q', 'g')           => "http://a/b/c/g"
		uri('http://a/b/c/d;p?q', './g')         => "http://a/b/c/g"
		uri('http://a/b/c/d;p?q', 'g/')          => "http://a/b/c/g/"
		uri('http://a/b/c/d;p?q', '/g')          => "http://a/g"
		uri('http://a/b/c/d;p?q', '//g')         => "http://g"
		uri('http://a/b/c/d;p?q', '?y')          => "http://a/b/c/d;p?y"
		uri('http://a/b/c/d;p?q', 'g?y')         => "http://a/b/c/g?y"
		uri('http://a/b/c/d;p?q', '..')          => "http://a/b/"
		uri('http://a/b/c/d;p?q', '../g')        => "http://a/b/g"
		uri('http://a/b/c/d;p?q', '../../g')     => "http://a/g"
		uri('http://a/b/c/d;p?q', '../../../g')  => "http://a/g"
		# the documentation's own
		uri('http://contoso.com/resources/', 'nested/azuredeploy.json') => "http://contoso.com/resources/nested/azuredeploy.json"
		uri('http://contoso.com/resources', 'nested/azuredeploy.json')  => "http://contoso.com/nested/azuredeploy.json"
		uri('http://contoso.com/resources/azuredeploy.json', 'nested/azuredeploy.json') => "http://contoso.com/resources/nested/azuredeploy.json"
		uri('http://contoso.com', 'nested/azuredeploy.json') => "http://contoso.com/nested/azuredeploy.json"
		uri('https://h/a/', 'b.json?sv=1&sig=%2B')  => "https://h/a/b.json?sv=1&sig=%2B"
		uri('https://h/a/', 'https://other/x')   => "https://other/x"
		uri('https://h/a/', '')                  => "https://h/a/"
		uri('relative/path', 'x')                !! the first argument must be an absolute URI
		uri('', 'x')                             !! the first argument must be an absolute URI
		uri('https://h', 1)                      !! expects parameter 2 to be of type 'String'
		uri('https://h')                         !! function requires 2 argument(s) while 1 were provided
	`)
}

func TestURIComponents(t *testing.T) {
	specify(t, known(), `
		uriComponent('http://contoso.com/resources/nested/azuredeploy.json')  => "http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fazuredeploy.json"
		uriComponent('abcXYZ019-_.~')            => "abcXYZ019-_.~"
		uriComponent('UB*8h 0+=_)9h9n')          => "UB%2A8h%200%2B%3D_%299h9n"
		uriComponent('ü€😀')                     => "%C3%BC%E2%82%AC%F0%9F%98%80"
		uriComponent('')                         => ""
		uriComponent(1)                          !! expects its parameter to be of type 'String'
		uriComponentToString('http%3A%2F%2Fcontoso.com') => "http://contoso.com"
		uriComponentToString('%c3%bc')           => "ü"
		uriComponentToString('a+b')              => "a+b"
		uriComponentToString('100%')             => "100%"
		uriComponentToString('%2')               => "%2"
		uriComponentToString('%GG')              => "%GG"
		uriComponentToString(uriComponent('a b/c?d=é')) => "a b/c?d=é"
		uriComponentToString(null())             !! is of type 'Null'
	`)
}

func TestParseAndBuildURI(t *testing.T) {
	specify(t, known(), `
		parseUri('https://example.com:8080/path/x?query=1').scheme => "https"
		parseUri('https://example.com:8080/path/x?query=1').host   => "example.com"
		parseUri('https://example.com:8080/path/x?query=1').port   => 8080
		parseUri('https://example.com:8080/path/x?query=1').path   => "/path/x"
		parseUri('https://example.com:8080/path/x?query=1').query  => "?query=1"
		parseUri('https://example.com').port                       => null
		parseUri('/relative')                                      !! must be an absolute URI
		parseUri('nonsense')                                       !! must be an absolute URI
		buildUri(createObject('scheme', 'https', 'host', 'h'))     => "https://h/"
		buildUri(createObject('scheme', 'https', 'host', 'h', 'port', 81, 'path', '/a', 'query', '?b=1')) => "https://h:81/a?b=1"
		buildUri(createObject('scheme', 'https', 'host', 'h', 'port', null(), 'path', null()))            => "https://h/"
		buildUri(parseUri('https://example.com:8080/path?query=1')) => "https://example.com:8080/path?query=1"
		buildUri(createObject('host', 'h'))                        !! the property 'scheme' of the parameter must be a string
		buildUri(createObject('scheme', 'https', 'host', 1))       !! the property 'host' of the parameter must be a string; it is of type 'Integer'
		buildUri(createObject('scheme', 's', 'host', 'h', 'port', '80'))  !! the property 'port' of the parameter must be an integer
		buildUri(createObject('scheme', 's', 'host', 'h', 'port', 65536)) !! between 0 and 65535
		buildUri('https://h')                                      !! expects its parameter to be of type 'Object'
	`)
}

// Values that deployments to Azure have given (section 13 of the specification).
func TestHashes(t *testing.T) {
	specify(t, known(), `
		guid('asdf')                             => "228d27cc-6fdb-5934-b7ac-1efccebade04"
		guid('foo', 'bar', 'baz')                => "2ed86837-7c7c-5eaa-9864-dd077fd19b0d"
		equals(guid('foo-bar-baz'), guid('foo', 'bar', 'baz'))      => true
		equals(guid('a'), guid('A'))             => false
		length(guid(''))                         => 36
		uniqueString('aaa')                      => "zavj67f3en4hc"
		uniqueString('bbb')                      => "w5eragfxe33cy"
		uniqueString('xxx', 'yyy', 'zzz')        => "lghi7k5js7itq"
		uniqueString('snap', 'crackle', 'pop')   => "byghxckddilkc"
		uniqueString('asd', 'asdf', 'asdf')      => "iizpqit7ih3cc"
		uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg') => "js26ofeqkqeve"
		equals(uniqueString('a', 'b'), uniqueString('a-b'))         => true
		equals(uniqueString('rg'), uniqueString('RG'))              => false
		length(uniqueString(''))                 => 13
		uniqueString(1)                          !! expects parameter 1 to be of type 'String'
		uniqueString('a', null())                !! expects parameter 2 to be of type 'String'
		guid('a', createArray())                 !! expects parameter 2 to be of type 'String'
		guid()                                   !! at least one parameter should be provided
		uniqueString()                           !! at least one parameter should be provided
	`)
}

func TestJSONTexts(t *testing.T) {
	specify(t, known(), `
		json('null')                  => null
		json('true')                  => true
		json('5')                     => 5
		json('-5')                    => -5
		json('5.0')                   => 5.0
		json('1e2')                   => 100.0
		json('"text"')                => "text"
		json('{"a": {"b": [1, 2]}}')  => {"a":{"b":[1,2]}}
		json('[]')                    => []
		json('  [1]  ')               => [1]
		json('')                      => null
		json('{''a'': ''b''}')        => {"a":"b"}
		json('{a: 1, $b: 2}')         => {"a":1,"$b":2}
		json('[1, /* two */ 2] // end') => [1,2]
		json('[1, 2,]')               => [1,2]
		json('{"a": 1, "a": 2}')      => {"a":2}
		json('"\u00e4\ud83d\ude00"')  => "ä😀"
		json('"a\/b\"\\\n"')          => "a/b\"\\\n"
		json('9223372036854775807')   => 9223372036854775807
		json('{')                     !! the text is not valid JSON: a property name is expected at character 2
		json('[1 2]')                 !! ',' or ']' is expected at character 4
		json('{"a" 1}')               !! ':' is expected at character 6
		json('nul')                   !! a value is expected at character
		json('1 2')                   !! more text after the value at character 3
		json('"abc')                  !! a string has no end
		json('"\x"')                  !! an unknown escape sequence
		json('[1')                    !! is expected at character
		json(5)                       !! expects its parameter to be of type 'String'
		json(null())                  !! is of type 'Null'
	`)
}
