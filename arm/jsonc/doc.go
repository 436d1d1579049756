// Package jsonc reads JSON with comments and keeps the place of everything it
// read.
//
// Vocabulary:
//
//   - document: one source text with its tree. It is never changed after
//     [Parse] and may be used from several goroutines.
//   - node: a handle on one value of a document (16 bytes, comparable). The zero
//     node is absent: every method may be called on it and answers "nothing".
//   - member: a node that has a key, because its parent is an object.
//   - offset: a byte offset into the source. [Document.Position] makes a line and
//     a column of it.
//   - note: something that plain JSON does not allow but ARM templates use, such
//     as a comment; it is accepted and remembered.
//   - literal: a subtree in which nothing could be an ARM template expression,
//     so that it can be passed on as it stands.
//
// The reader accepts a byte order mark, // and /* */ comments, trailing commas
// and raw newlines, tabs and other control characters inside strings. Of several
// members with the same key the last one is kept. After an error it goes on
// reading, so that all errors of a file are reported at once.
//
// Nodes lie in one slice without pointers, in the order of the source, and
// strings without escapes are substrings of the source: a document of n nodes
// costs 32n bytes beside its text.
package jsonc
