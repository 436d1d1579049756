package eval

import (
	"math"
	"strconv"
	"strings"
)

// Numbers in .NET's standard and custom formats, invariant culture.
// https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings

// standardSpec reads a specifier like "N0": a letter and up to two digits; precision is -1 without digits.
func standardSpec(spec string) (letter byte, precision int, ok bool) {
	if spec == "" {
		return 'G', -1, true
	}
	letter = spec[0]
	if letter|0x20 < 'a' || letter|0x20 > 'z' || len(spec) > 3 {
		return 0, 0, false
	}
	if len(spec) == 1 {
		return letter, -1, true
	}
	n, digitsOnly := digits(spec[1:])
	return letter, n, digitsOnly
}

func formatInt(i int64, spec string) (string, bool) {
	letter, precision, standard := standardSpec(spec)
	if !standard {
		return customNumber(strconv.FormatInt(i, 10), spec), true
	}
	switch letter {
	case 'E', 'e':
		return scientific(i, letter, precision), true
	case 'D', 'd':
		return signed(i < 0, zeroPadded(magnitude(i), precision)), true
	case 'X', 'x':
		s := zeroPadded(strconv.FormatUint(uint64(i), 16), precision)
		if letter == 'X' {
			s = strings.ToUpper(s)
		}
		return s, true
	case 'N', 'n':
		return signed(i < 0, grouped(magnitude(i))+fraction("", precision, 2)), true
	case 'F', 'f':
		return signed(i < 0, magnitude(i)+fraction("", precision, 2)), true
	case 'G', 'g', 'R', 'r':
		if precision <= 0 || len(magnitude(i)) <= precision {
			return strconv.FormatInt(i, 10), true
		}
	}
	return formatFloat(float64(i), spec)
}

// scientific writes an integer with an exponent, rounding halves away from zero.
func scientific(i int64, letter byte, precision int) string {
	if precision < 0 {
		precision = 6
	}
	all := magnitude(i)
	exp := len(all) - 1
	if len(all) > precision+1 {
		up := all[precision+1] >= '5'
		b := []byte(all[:precision+1])
		if up {
			if b = increment(b); len(b) > precision+1 {
				b, exp = b[:precision+1], exp+1
			}
		}
		all = string(b)
	}
	s := all[:1]
	if precision > 0 {
		s += "." + all[1:] + strings.Repeat("0", precision+1-len(all))
	}
	return signed(i < 0, s+string(letter)+"+"+zeroPadded(strconv.Itoa(exp), 3))
}

func formatFloat(f float64, spec string) (string, bool) {
	letter, precision, standard := standardSpec(spec)
	if !standard {
		return customNumber(strconv.FormatFloat(f, 'f', -1, 64), spec), true
	}
	switch letter {
	case 'N', 'n', 'F', 'f':
		s := rounded(math.Abs(f), orTwo(precision))
		if whole, rest, _ := strings.Cut(s, "."); letter|0x20 == 'n' {
			s = grouped(whole)
			if rest != "" {
				s += "." + rest
			}
		}
		return signed(negative(f, s), s), true
	case 'P', 'p':
		s := rounded(math.Abs(f)*100, orTwo(precision))
		whole, rest, _ := strings.Cut(s, ".")
		s = grouped(whole)
		if rest != "" {
			s += "." + rest
		}
		return signed(negative(f, s), s+" %"), true
	case 'C', 'c':
		whole, rest, _ := strings.Cut(rounded(math.Abs(f), orTwo(precision)), ".")
		s := "¤" + grouped(whole)
		if rest != "" {
			s += "." + rest
		}
		if f < 0 {
			return "(" + s + ")", true
		}
		return s, true
	case 'E', 'e':
		if precision < 0 {
			precision = 6
		}
		return exponent(strconv.FormatFloat(f, 'e', precision, 64), letter, 3), true
	case 'G', 'g', 'R', 'r':
		if precision <= 0 {
			precision = -1
		}
		s := strconv.FormatFloat(f, 'g', precision, 64)
		if strings.IndexByte(s, 'e') >= 0 {
			s = exponent(s, 'E'|letter&0x20, 2)
		}
		return s, true
	}
	return "", false
}

func orTwo(precision int) int {
	if precision < 0 {
		return 2
	}
	return precision
}

func magnitude(i int64) string {
	return strings.TrimPrefix(strconv.FormatInt(i, 10), "-")
}

func signed(minus bool, s string) string {
	if minus {
		return "-" + s
	}
	return s
}

// negative says that a rounded number still needs its sign: -0.001 is 0.00.
func negative(f float64, rounded string) bool { return f < 0 && strings.Trim(rounded, "0.") != "" }

func zeroPadded(s string, width int) string {
	if n := width - len(s); n > 0 {
		return strings.Repeat("0", n) + s
	}
	return s
}

// grouped puts a comma between thousands.
func grouped(s string) string {
	n := len(s)
	if n <= 3 {
		return s
	}
	b := make([]byte, 0, n+n/3)
	for i := range n {
		if i > 0 && (n-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, s[i])
	}
	return string(b)
}

func fraction(s string, precision, standard int) string {
	if precision < 0 {
		precision = standard
	}
	if precision == 0 {
		return ""
	}
	return "." + s + strings.Repeat("0", precision-len(s))
}

// rounded writes a number that is not negative with so many decimals, halves away from zero.
func rounded(f float64, decimals int) string {
	return roundedText(strconv.FormatFloat(f, 'f', -1, 64), decimals)
}

// roundedText is rounded for a number in decimal notation.
func roundedText(exact string, decimals int) string {
	whole, rest, _ := strings.Cut(exact, ".")
	if len(rest) <= decimals {
		if decimals == 0 {
			return whole
		}
		return whole + "." + rest + strings.Repeat("0", decimals-len(rest))
	}
	b := []byte(whole + rest[:decimals])
	if rest[decimals] >= '5' {
		b = increment(b)
	}
	if at := len(b) - decimals; decimals > 0 {
		return string(b[:at]) + "." + string(b[at:])
	}
	return string(b)
}

func increment(b []byte) []byte {
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != '9' {
			b[i]++
			return b
		}
		b[i] = '0'
	}
	return append([]byte{'1'}, b...)
}

// exponent rewrites 1.5e+06 as 1.5E+006.
func exponent(s string, letter byte, width int) string {
	mantissa, exp, _ := strings.Cut(s, "e")
	return mantissa + string(letter) + exp[:1] + zeroPadded(strings.TrimLeft(exp[1:], "0"), width)
}

// customNumber writes a number, given in decimal notation, by a pattern of '0', '#', '.', ',', '%' and literals;
// sections by ';' for positive, negative and zero. Exponents in patterns are not supported and print as they stand.
func customNumber(exact, pattern string) string {
	sections := strings.Split(pattern, ";")
	exact, minus := strings.CutPrefix(exact, "-")
	switch {
	case exact == "0" && len(sections) > 2:
		pattern = sections[2]
	case minus && len(sections) > 1 && sections[1] != "":
		pattern, minus = sections[1], false
	default:
		pattern = sections[0]
	}
	p := parsePattern(pattern)
	s := roundedText(shifted(exact, p.shift), p.decimals)
	whole, rest, _ := strings.Cut(s, ".")
	whole = zeroPadded(strings.TrimLeft(whole, "0"), p.wholeZeros)
	if len(rest) > p.decimalZeros {
		rest = rest[:p.decimalZeros] + strings.TrimRight(rest[p.decimalZeros:], "0")
	}
	if p.group {
		whole = grouped(whole)
	}
	if rest != "" {
		whole += "." + rest
	}
	return signed(minus && strings.Trim(whole, "0.,") != "", p.before+whole+p.after)
}

// shifted moves the decimal point of a number to the right.
func shifted(exact string, places int) string {
	whole, rest, _ := strings.Cut(exact, ".")
	if n := places - len(rest); n > 0 {
		rest += strings.Repeat("0", n)
	}
	return whole + rest[:places] + "." + rest[places:]
}

type numberPattern struct {
	before, after                      string
	wholeZeros, decimalZeros, decimals int
	shift                              int // places that '%' moves the point
	group                              bool
}

func parsePattern(s string) numberPattern {
	var p numberPattern
	var lits [2]strings.Builder
	side, decimal, seenWhole := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '0', '#':
			side = 1
			switch {
			case decimal:
				p.decimals++
				if c == '0' {
					p.decimalZeros = p.decimals
				}
			case c == '0' || p.wholeZeros > 0:
				p.wholeZeros++
			}
			if !decimal {
				seenWhole++
			}
		case '.':
			side, decimal = 1, true
		case ',':
			p.group = p.group || seenWhole > 0 && !decimal
		case '%':
			p.shift += 2
			lits[side].WriteByte(c)
		case '\\':
			if i++; i < len(s) {
				lits[side].WriteByte(s[i])
			}
		case '\'', '"':
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				end = len(s) - i - 1
			}
			lits[side].WriteString(s[i+1 : i+1+end])
			i += end + 1
		default:
			lits[side].WriteByte(c)
		}
	}
	p.before, p.after = lits[0].String(), lits[1].String()
	return p
}
