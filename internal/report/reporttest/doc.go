// Package reporttest holds results for the tests of the reports: a workspace
// with a bit of everything ([Contoso]), many workspaces ([Fleet]), names that
// try to break out of a format ([Hostile]), and an estate with nothing wrong
// ([Calm]). They are written by hand with a small catalog of their own, so that
// reports change only when the reports do.
package reporttest
