package world

// Addresses is where the sandbox is reached. URLs have no slash at their end.
// All data planes are addressed by path, so that no name has to be resolved: the
// storage endpoints as other emulators of Azure Storage have it.
type Addresses struct {
	Main string // ARM, Entra, vaults, ingestion, scoring: https://127.0.0.1:8443
	Blob string // https://127.0.0.1:8444
	File string // https://127.0.0.1:8445
	// Port gives the host and port that a registry or a database server listens
	// on by itself, "" when it does not listen. It may be nil.
	Port func(resourceID string) string
}

// BlobEndpoint is the address of an account's blobs, with a slash at its end.
func (a Addresses) BlobEndpoint(account string, secondary bool) string {
	return a.Blob + "/" + account + suffix(secondary) + "/"
}

// FileEndpoint is the address of an account's file shares, with a slash at its
// end.
func (a Addresses) FileEndpoint(account string, secondary bool) string {
	return a.File + "/" + account + suffix(secondary) + "/"
}

func suffix(secondary bool) string {
	if secondary {
		return "-secondary"
	}
	return ""
}

// Vault is the address of a key vault, with a slash at its end.
func (a Addresses) Vault(name string) string { return a.Main + "/vaults/" + name + "/" }

// Ingestion is the address that telemetry is sent to, with a slash at its end.
func (a Addresses) Ingestion() string { return a.Main + "/ingestion/" }

// Scoring is the address of an online endpoint's scoring path.
func (a Addresses) Scoring(region, endpoint string) string {
	return a.Main + "/inference/" + region + "/" + endpoint + "/score"
}

// Region is the address of a region's Azure Machine Learning API, without a
// slash at its end.
func (a Addresses) Region(region string) string { return a.Main + "/regions/" + region }

// Listener is the host and port of a resource that listens by itself, "" when it
// does not.
func (a Addresses) Listener(resourceID string) string {
	if a.Port == nil {
		return ""
	}
	return a.Port(resourceID)
}
