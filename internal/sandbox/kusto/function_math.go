package kusto

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

func mathFunctions() map[string]function {
	real := func(f func(float64) float64) function {
		return function{min: 1, max: 1, typ: TypeReal, apply: func(a []Value) Value {
			if !a[0].number() {
				return Value{}
			}
			return Real(f(a[0].float()))
		}}
	}
	binned := function{min: 2, max: 2, typeOf: firstType, named: firstName, apply: func(a []Value) Value { return bin(a[0], a[1]) }}
	return map[string]function{
		"bin": binned, "floor": binned,
		"ceiling": real(math.Ceil), "sqrt": real(math.Sqrt), "exp": real(math.Exp),
		"log": real(math.Log), "log2": real(math.Log2), "log10": real(math.Log10),
		"pow": {min: 2, max: 2, typ: TypeReal, apply: func(a []Value) Value {
			if !a[0].number() || !a[1].number() {
				return Value{}
			}
			return Real(math.Pow(a[0].float(), a[1].float()))
		}},
		"abs": {min: 1, max: 1, measure: true, typeOf: firstType, apply: func(a []Value) Value {
			if c, ok := order(a[0], Long(0)); a[0].kind == timespanKind && a[0].n < 0 || ok && c < 0 {
				return negate(a[0])
			}
			return a[0]
		}},
		"sign": {min: 1, max: 1, measure: true, typ: TypeLong, apply: func(a []Value) Value {
			c, ok := order(a[0], Long(0))
			if !ok {
				return Value{}
			}
			return Long(int64(c))
		}},
		"round":  {min: 1, max: 2, typ: TypeReal, apply: round},
		"min_of": {min: 1, max: 64, oneType: true, apply: func(a []Value) Value { return extreme(a, -1) }},
		"max_of": {min: 1, max: 64, oneType: true, apply: func(a []Value) Value { return extreme(a, 1) }},
	}
}

func round(a []Value) Value {
	if !a[0].number() {
		return Value{}
	}
	digits := int64(0)
	if len(a) == 2 {
		digits = toLong(a[1]).n
	}
	scale := math.Pow(10, float64(max(-300, min(300, digits))))
	if f := math.Round(a[0].float()*scale) / scale; !math.IsNaN(f) && !math.IsInf(f, 0) {
		return Real(f)
	}
	return a[0]
}

// extreme is the greatest (or least) of values that are not null.
func extreme(a []Value, direction int) Value {
	var best Value
	for _, v := range a {
		if !v.IsNull() && (best.IsNull() || total(v, best)*direction > 0) {
			best = v
		}
	}
	return best
}

func encodingFunctions() map[string]function {
	text := func(f func(string) string) function {
		return function{min: 1, max: 1, typ: TypeString, apply: func(a []Value) Value { return String(f(a[0].Text())) }}
	}
	return map[string]function{
		"hash_md5":    text(func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }),
		"hash_sha256": text(func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }),
		"base64_encode_tostring": text(func(s string) string {
			return base64.StdEncoding.EncodeToString([]byte(s))
		}),
		"base64_decode_tostring": text(func(s string) string {
			b, err := base64.StdEncoding.DecodeString(s)
			if err != nil || !utf8.Valid(b) {
				return ""
			}
			return string(b)
		}),
		"url_encode": text(url.QueryEscape),
		"url_decode": text(func(s string) string {
			if d, err := url.QueryUnescape(s); err == nil {
				return d
			}
			return s
		}),
		"tohex": {min: 1, max: 2, typ: TypeString, named: firstName, apply: func(a []Value) Value {
			v := toLong(a[0])
			if v.IsNull() {
				return String("")
			}
			s := strconv.FormatUint(uint64(v.n), 16)
			if len(a) == 2 {
				if n := toLong(a[1]).n; n > int64(len(s)) && n <= 64 {
					s = strings.Repeat("0", int(n)-len(s)) + s
				}
			}
			return String(s)
		}},
		"parse_url": {min: 1, max: 1, typ: TypeDynamic, apply: parseURL},
	}
}

// parseURL takes a URL apart into Kusto's bag of eight parts.
func parseURL(a []Value) Value {
	u, err := url.Parse(a[0].Text())
	if err != nil {
		return Value{}
	}
	var query bagBuilder
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if k, v, ok := strings.Cut(pair, "="); ok {
			query.set(k, String(v))
		}
	}
	password, _ := u.User.Password()
	return packBag([]Value{
		String("Scheme"), String(u.Scheme), String("Host"), String(u.Hostname()), String("Port"), String(u.Port()),
		String("Path"), String(u.EscapedPath()), String("Username"), String(u.User.Username()), String("Password"), String(password),
		String("Query Parameters"), query.value(), String("Fragment"), String(u.EscapedFragment()),
	})
}
