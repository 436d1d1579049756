// Package relate finds the relations between the resources of an estate: who
// leans on whom, and in which role, in all the shapes in which Azure writes it
// down. It serves every way in, since all of them know resources by the bodies
// that ARM has.
//
// Words: a reference is a value in a body that names another resource, by its
// id, by its name, or by a host such as st1.blob.core.windows.net. A rule says
// where the references of a type stand and which role they mean. What a
// reference names and the input does not hold becomes an external resource; what
// a service makes by itself, without anyone naming it, becomes an implied one. A
// reference that cannot be followed is a [estate.NotSeen], never nothing.
package relate
