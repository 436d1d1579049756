// Package provider says what resource types the sandbox has and how each
// behaves. What can be said as data is data (type definitions in YAML, see
// [Type]); what is left are a few functions per type ([Hooks]).
//
// Words: a provider is a namespace such as Microsoft.Storage with its types. A
// call is one request about one resource, made over the wire or by a deployment;
// the engine carries calls out. A hook is a function of a type that the engine
// calls on the way. An operation is a change that takes time on the sandbox's
// clock; its resource is there at once, with a provisioning state.
//
// A PUT goes this way: the engine finds type, group and parent, checks the
// api-version, locks, the name and that ARM works for it; merges a PATCH or
// keeps what PUT leaves out only where the type says so; fills the defaults;
// checks required, allowed and immutable values; moves write-only values into the secret part;
// calls Prepare; keeps the resource; calls Kept; and answers, at once or as an
// operation, at whose end Done is called.
package provider
