// Package benchmark measures the whole way from bytes to findings, beside plain
// decoding of the same bytes, so that the figures of docs/performance.md have a
// scale. It has tests only.
package benchmark
