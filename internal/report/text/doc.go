// Package text writes results for a terminal.
//
// What it keeps to: the answer comes first, details after it. No line is wider
// than [report.Options].Width columns as a terminal counts them. A glyph and a
// word carry every meaning; colour only helps. Nothing in the input can reach
// the terminal as a control sequence. What is left out is counted, and the
// counts add up. The last line says how the run ends and what to do next.
package text
