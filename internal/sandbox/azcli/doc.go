// Package azcli holds the sandbox against the az CLI: its tests register the
// sandbox as a cloud, log in, and do what people do with az on Azure. What az
// cannot tell from Azure is right; what it can is a mistake of the sandbox.
//
// The tests want `az` in PATH (Debian's azure-cli is enough; `make test` installs
// it) and are skipped without it, unless HOLDFAST_REQUIRE_AZ is set. Of Debian's
// az 2.45 some commands fail by themselves, before they send a request, as its
// Azure libraries are newer than it expects: `az network` but for private-dns,
// `az vm list`, `az keyvault secret`, `az role`. What they would do is asked with
// `az rest` and `az resource` instead.
package azcli
