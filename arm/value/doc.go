// Package value holds what ARM template expressions evaluate to.
//
// A [Value] is known (null, bool, int, float, string, array, object) or
// [Unknown]: something that only a deployment, a parameter or a secret can
// tell. An unknown never becomes a guess; it remembers the expression that
// would give it (its residual), why it is unknown (its [Reason]), and, where a
// string is partly known, the known [Part]s.
//
// Every value knows where it came from: its definition (the literal that
// supplied it, through parameters, variables and nested templates) and its use
// (the property in the template where it landed). Both are nodes of a
// [jsonc.Document], so each has a file, a line, a column and a JSON pointer.
//
// Values are immutable and cheap to copy. Literal JSON is not converted at all:
// [FromNode] gives a view on the parsed document.
package value
