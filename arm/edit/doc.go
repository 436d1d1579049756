// Package edit changes a parsed JSON document without touching anything else of
// it: comments, order, indentation, line ends, a byte order mark and a missing
// last newline stay as they are, byte for byte.
//
// Vocabulary:
//
//   - set: the edits that are to be made to one document. They are collected,
//     checked against one another and laid out together; the document itself is
//     never changed.
//   - edit: replace a value, set a member of an object, append to an array,
//     remove a member or element. Each has a reason, in words for people.
//   - change: a range of bytes of the source and the text that takes its place,
//     with the reasons of the edits that it comes from.
//   - style: how neighbours are written: indentation, line ends, spaces, one
//     value per line or all in one line. What is added is written in it.
//
// An edit that would change nothing makes no change, so that doing the same edits
// again leaves the document as it is. Edits that contradict each other are
// refused: two values for one place, or an edit inside of something that another
// one replaces or removes.
package edit
