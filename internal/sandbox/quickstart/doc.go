// Package quickstart deploys the published quickstart templates, as they are or
// changed, into a sandbox, for tests. A published template presupposes things: its
// parameter file has words in place of values (GEN-UNIQUE, GEN-PASSWORD,
// GET-PREREQ-workspaceName, ...) that Azure's own tests fill in, and what a
// GET-PREREQ word names has to be there. Both are made here.
//
// A deployment goes over HTTP through the control plane, as a client's does. The
// clock of the sandbox is moved on until it has ended.
package quickstart
