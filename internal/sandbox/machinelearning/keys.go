package machinelearning

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// audience is whom tokens for the data planes of Azure Machine Learning are for.
const audience = "https://ml.azure.com"

// audiences are those that the data planes take: the docs use ARM's token too
// (facts/azure-ml.md section 5.1).
var audiences = []string{audience, "https://management.azure.com", "https://management.core.windows.net"}

// derived is a key that is not kept, since it follows from what it is for. It is
// no more secret than anything else in a sandbox.
func derived(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// key is a new key of an endpoint, as long as Azure's.
func (s *service) key() string { return hex.EncodeToString(s.world.Bytes(16)) }

// signature is the HMAC-SHA256 of a text with a key of a storage account.
func signature(key, text string) string {
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		raw = []byte(key)
	}
	h := hmac.New(sha256.New, raw)
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
