// Package expr reads and prints the expressions of the ARM template language: the text between the brackets of
// "[concat('sa', uniqueString(resourceGroup().id))]".
//
// Vocabulary:
//
//   - An expression string is a JSON string value that starts with one '[' and ends with ']'. Everything else is a
//     literal; a literal that starts with "[[" stands for the same text with one bracket less.
//   - An Expr is a node of the tree that Parse makes of an expression string. It knows the bytes it came from
//     (Start, End), so that a message can point into the expression.
//   - A primary is a call, a string or an integer; a chain of members (.name) and indices ([e]) may follow it.
//   - A user function is called by namespace and member, "contoso.uniqueName"; its Name holds both.
//   - A value literal embeds a JSON text. No source has one; residual expressions of half-evaluated templates do.
//
// The grammar has no operators, no parentheses for grouping and no bare identifiers: true, false and null are
// functions. It was checked by others against 168,742 published expressions; the package follows that grammar.
package expr
