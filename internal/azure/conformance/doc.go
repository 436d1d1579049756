// Package conformance tries the client of Azure against the sandbox, by the default
// credentials and over a real connection. Neither knows the other; what holds here
// is what both believe of Azure.
package conformance
