package eval

import (
	"crypto/sha1"
	"encoding/hex"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// hashed makes a function that joins its arguments, which must be strings, with '-' and hashes the text.
func hashed(hash func([]byte) string) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		b := m.scratch[:0]
		for i, v := range a {
			s, err := str(e, i, v)
			if err != nil {
				return value.Value{}, err
			}
			if i > 0 {
				b = append(b, '-')
			}
			b = append(b, s...)
		}
		if cap(b) <= maxScratch {
			m.scratch = b
		}
		if err := m.Budget.Spend(len(b) / 256); err != nil {
			return value.Value{}, err
		}
		return value.String(hash(b)), nil
	}
}

// guidNamespace is 11fb06fb-712d-4ddd-98c7-e71bbd588830, the namespace of guid().
var guidNamespace = [16]byte{0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd, 0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30}

// guid is a name-based UUID (RFC 9562, version 5: SHA-1).
func guid(name []byte) string {
	h := sha1.New()
	h.Write(guidNamespace[:])
	h.Write(name)
	var sum [sha1.Size]byte
	u := h.Sum(sum[:0])[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[0:8], u[0:4])
	hex.Encode(out[9:13], u[4:6])
	hex.Encode(out[14:18], u[6:8])
	hex.Encode(out[19:23], u[8:10])
	hex.Encode(out[24:36], u[10:16])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}
