// Package machinelearning is Azure Machine Learning in the sandbox: the resource
// provider Microsoft.MachineLearningServices, the regional API that studio and
// SDKs ask, and the scoring addresses of endpoints.
//
// Words: what a workspace brings along are the datastores, containers, shares
// and secrets that its creation makes elsewhere. An asset is a container with
// versions. A run is the life of a job: Queued, Preparing, Running and then
// Completed, Failed or Canceled, each step an event on the sandbox's clock. An
// endpoint answers at its scoring address through its deployments.
//
// What an operation needs at its moment is asked of package lean: without a hard
// need it fails with the outage named; without a soft one it goes on, and the
// answer or the log of the run says what was missing.
package machinelearning
