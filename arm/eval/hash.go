package eval

import (
	"crypto/sha1"
	"encoding/hex"
	"math/bits"

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

const (
	hashC1 uint32 = 0x239b961b
	hashC2 uint32 = 0xab0e9789
)

// uniqueString is the hash of that name: a 64-bit relative of MurmurHash3 with two 32-bit lanes, written as 13
// characters of base 32. The function was recovered from published results; section 13.2 of the specification.
func uniqueString(b []byte) string {
	var h1, h2 uint32
	n := uint32(len(b))
	for ; len(b) >= 8; b = b[8:] {
		h1 ^= laneOne(little(b[:4]))
		h1 = (bits.RotateLeft32(h1, 19)+h2)*5 + 0x561ccd1b
		h2 ^= laneTwo(little(b[4:8]))
		h2 = (bits.RotateLeft32(h2, 13)+h1)*5 + 0x0bcaa747
	}
	if len(b) > 0 {
		h1 ^= laneOne(little(b[:min(len(b), 4)]))
	}
	if len(b) > 4 {
		h2 ^= laneTwo(little(b[4:]))
	}
	h1, h2 = h1^n, h2^n
	h1 += h2
	h2 += h1
	h1, h2 = finalMix(h1), finalMix(h2)
	h1 += h2
	h2 += h1

	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	sum := uint64(h2)<<32 | uint64(h1)
	var out [13]byte
	for i := range out {
		out[i] = alphabet[sum>>59]
		sum <<= 5
	}
	return string(out[:])
}

func laneOne(k uint32) uint32 { return bits.RotateLeft32(k*hashC1, 15) * hashC2 }

func laneTwo(k uint32) uint32 { return bits.RotateLeft32(k*hashC2, 17) * hashC1 }

// little reads up to four bytes as a little-endian number.
func little(b []byte) (k uint32) {
	for i, c := range b {
		k |= uint32(c) << (8 * i)
	}
	return k
}

func finalMix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
