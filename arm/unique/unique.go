// Package unique gives the texts of the template function uniqueString, by which
// templates make names that no other subscription has.
package unique

import (
	"math/bits"
	"strings"
)

// String gives what uniqueString gives of some texts: 13 letters and digits.
func String(texts ...string) string { return Hash([]byte(strings.Join(texts, "-"))) }

const (
	hashC1 uint32 = 0x239b961b
	hashC2 uint32 = 0xab0e9789
)

// Hash is what uniqueString() gives of a text: a 64-bit relative of MurmurHash3 with two 32-bit lanes, written as 13
// characters of base 32. The function was recovered from published results; section 13.2 of the specification.
func Hash(b []byte) string {
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
