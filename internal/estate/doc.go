// Package estate is the model that every other room speaks of: the resources
// that one or more Azure Machine Learning workspaces consist of and lean on,
// the relations between them, and the regions and zones they stand in.
//
// Words: a [Resource] is one Azure resource, known from a template, an
// inventory or live Azure, or known only because another one names it (it is
// then external; one that its service makes by itself, without anyone naming it,
// is implied as well). A [Relation] says that one resource leans on another, and in
// which [Role]. A [ResourceID] is the identity of a resource; two ids that
// differ only in letter case are the same. What is not known before a
// deployment stands as an {expression} in braces, in ids, names and locations;
// whether something will be there at all is its presence. An [Origin] is the
// place in a file that something came from. [Coverage] says what was looked at,
// and what could not be.
package estate
