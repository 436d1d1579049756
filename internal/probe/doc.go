// Package probe finds out what people can still do with a workspace, by doing it:
// it opens the studio, submits a job, scores, registers a model, sends telemetry,
// and reads and writes what the workspace leans on. It goes through the protocol
// like any client, and cannot tell Azure from the sandbox.
//
// Words: a check is one thing that was tried, several times, with what came of
// it. The main checks of a capability are what people do; the side checks are the
// resources that it leans on, each tried by itself. An observation is what the
// checks of one capability of one workspace add up to: lost when a main check
// fails each time, degraded when one fails at times or a side check fails,
// untested when there is nothing to try, such as scoring without an endpoint.
//
// Probing writes: a job and a model version named after the probe, a small blob,
// a secret, a telemetry item. Nothing is deleted.
package probe
