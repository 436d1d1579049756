// Package azure is a thin client of Azure Resource Manager (ARM), Resource Graph
// and deployments, on the pipeline of azcore. It knows paths, api-versions and
// JSON, and nothing of any resource type: what a body means is its reader's
// business. It cannot tell Azure from the sandbox.
//
// # Words
//
//   - cloud: where the client goes. Public, US government and China are built in;
//     any other is found by the address of its ARM, see [Options] and [Discover].
//   - path: what is asked for, such as the id of a resource; it always comes with
//     an api-version. Addresses that the service gives (next pages, operations) are
//     followed as they are, and only on the service's own host: the token goes
//     nowhere else.
//   - call: one question to the service, with all its tries. A try that fails in a
//     way that may pass is repeated, with growing random waits, if it surely did
//     not happen or may happen twice ([Repeatable]).
//   - operation: a call that may take the service long, see [Operation]. It is
//     followed by Azure-AsyncOperation, Location or provisioningState, and can be
//     saved as text and taken up by another process.
//   - caller: for whom calls are made ([WithCaller]); callers take turns when calls
//     must wait for the limits of the service (package throttle).
//   - drill: a rehearsal. What it made carries the tag [DrillTag], and only that can
//     be deleted ([Client.DeleteDrilled]); every other door to deleting is refused.
//
// # Whole or not at all
//
// An answer that is cut off, is not JSON, lacks its list, or has fewer rows than
// it announces is an error (errors.Is [ErrIncomplete]), never a shorter result.
//
// # Errors
//
// Every failure of a call is an [*Error]: Azure's code and message, what was asked
// of which resource, the request id, and a hint what to do. errors.Is tells
// [ErrNotFound], [ErrForbidden], [ErrThrottled] and others apart. Errors, the
// request log and spans have gone through package redact.
//
// # Subpackages
//
// clock is time, throttle the limits of the service, redact the masking of
// secrets, and faulty a transport that makes faults, for tests.
package azure
