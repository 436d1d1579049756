// Package keyvault is the resource provider Microsoft.KeyVault: vaults with
// their access policies, and the secrets and keys that templates put into them.
//
// Words: an access policy says what one principal may do with a vault's
// contents; a vault with role-based access has them without effect. A deleted
// vault can be recovered until it is purged, which purge protection forbids. A
// version is one value of a secret or key; its id is 32 hexadecimal digits.
package keyvault
