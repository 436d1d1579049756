// Package mix hashes the small numbers that the nodes of decision diagrams are
// made of.
package mix

// Three spreads three numbers over all bits of the result, fast and always in
// the same way. The multipliers are odd numbers with irregular bits; the last
// step is that of the finalizer of SplitMix64.
func Three(a, b, c uint32) uint32 {
	h := uint64(a)*0x9E3779B97F4A7C15 ^ uint64(b)*0xC2B2AE3D27D4EB4F ^ uint64(c)*0x165667B19E3779F9
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	return uint32(h >> 32)
}
