// Package cli is the command line: it reads flags, calls the lenses and renders
// what they say. It is the only room that knows all others.
//
// Rules of the terminal that every command here obeys:
//   - results go to standard output, byte-stable for equal input; everything
//     else (notes, progress, errors, hints) goes to standard error;
//   - an error says what failed, on what, why, and what to do next;
//   - colour only on a terminal, never with NO_COLOR, never as the only carrier
//     of a meaning;
//   - the exit code says how it went, see the Exit constants.
package cli
