// Package identity is the resource provider Microsoft.ManagedIdentity: managed
// identities that stand by themselves, and the credentials of other issuers that
// they trust.
package identity
