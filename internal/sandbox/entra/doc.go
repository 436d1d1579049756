// Package entra is the part of Microsoft Entra that clients of the sandbox meet:
// discovery documents, and tokens for service principals. There is one tenant.
//
// Words: an app is a service principal with a secret. The authority is the main
// address with the tenant behind it; older command lines, which ask Microsoft's
// servers whether they may trust an authority that they do not know, take the
// one that ends with /adfs, as on Azure Stack Hub. An audience is what a token is
// for, such as https://management.azure.com.
//
// Whether a token is still valid is judged by the wall clock: clients keep
// tokens by their own time and do not see that the sandbox's was advanced.
package entra
