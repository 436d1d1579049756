// Package deployment is the deployment service of the sandbox: what Azure
// Resource Manager does with templates, at resource group and subscription scope.
//
// Words: a deployment is one template with its parameters, sent under a name; its
// record is what reading it shows, its input what it needs to go on: template,
// parameters with their secrets, the facts of its scope. A step is one resource
// of the template (see [template.Step]); an operation is what became of a step. A
// child is a deployment that is a step of another one, its parent. To preflight
// is to try what can be tried of a template without leaving anything behind.
//
// A PUT validates, keeps the record and schedules an event; events carry the
// deployment on: each starts the steps whose dependencies are done, by the engine
// that also serves PUTs over the wire, and is scheduled again when one of them
// ends. So a deployment follows the sandbox's clock and survives a restart
// wherever it is. A step that fails stops those that wait for it; the others
// finish.
//
// # Where the service's own behaviour is not confirmed
//
//   - templateHash is a hash, but not by the service's algorithm.
//   - Cancelling a deployment cancels its child deployments, too.
//   - A step that is refused with 429 or 5xx is tried again up to four times,
//     after Retry-After or 15 seconds.
//   - What-if predicts by doing: it puts a resource, reads it, and takes all back.
//     So it has none of the noise that the service's own answer has.
//   - Mode Complete is refused: the sandbox never deletes through a deployment.
package deployment
