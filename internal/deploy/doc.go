// Package deploy takes an ARM template to Azure: it checks it offline, previews
// what it would change, starts the deployment, follows it to its end, and points
// what Azure complains of back to the template.
//
// Words: a [Template] is what is to be deployed, with its parameters, as it is
// sent. A [Preview] is what Azure says (what-if) would become of each resource; a
// [Change] is that of one resource. A resource is not evaluated when Azure has
// not compared it with what is there: that is never shown as "no change". A
// [Step] is what a deployment does with one resource, a [Snapshot] all its steps
// at one moment, a [Result] how it ended. A [Problem] is something that Azure
// complains of, with its place in the user's file.
//
// Secrets: whatever leaves this package has gone through [Secrets.Hide], which
// knows the values of all secure parameters and what the template makes of them.
package deploy
