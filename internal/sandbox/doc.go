// Package sandbox is a simulated Azure: Azure Resource Manager, Entra, Azure
// Machine Learning and the data planes that real clients need, with regions and
// zones that can be made to fail. It puts together what its subpackages do.
//
// Words: the connection is all that a client needs to know: addresses, the
// certificate to trust, a service principal. The administration is the API that
// starts outages and moves the clock; it has a token of its own.
//
// A sandbox is one process that listens on loopback unless it is told otherwise.
// Whatever real clients cannot tell from Azure is right; it holds no data but
// what it is given, and its keys and secrets protect nothing.
package sandbox
