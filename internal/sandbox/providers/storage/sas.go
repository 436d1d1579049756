package storage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// sasVersion is the version of the signatures that the resource provider makes,
// as Azure's does. Their rules: learn.microsoft.com, "Create an account SAS" and
// "Create a service SAS".
const sasVersion = "2015-04-05"

// member is one parameter of a signature: its name in the token, where the
// request has it, and how it is called there.
type member struct{ short, path string }

// accountSAS makes a signature for whole services of an account.
func accountSAS(c *provider.Call) (provider.Reply, error) {
	members := []member{
		{"sp", "signedPermission"}, {"ss", "signedServices"}, {"srt", "signedResourceTypes"}, {"st", "signedStart"},
		{"se", "signedExpiry"}, {"sip", "signedIp"}, {"spr", "signedProtocol"},
	}
	token, lines, err := gather(c, members, "sp", "ss", "srt", "se")
	if err != nil {
		return provider.Reply{}, err
	}
	text := strings.ToLower(c.Name) + "\n" + strings.Join(lines, "\n") + "\n" + sasVersion + "\n"
	if err := sign(c, token, text); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Body: object.Object{"accountSasToken": token.Encode()}}, nil
}

// serviceSAS makes a signature for one container, blob, share or file.
func serviceSAS(c *provider.Call) (provider.Reply, error) {
	members := []member{
		{"sp", "signedPermission"}, {"st", "signedStart"}, {"se", "signedExpiry"}, {"", "canonicalizedResource"},
		{"si", "signedIdentifier"}, {"sip", "signedIp"}, {"spr", "signedProtocol"},
	}
	token, lines, err := gather(c, members)
	if err != nil {
		return provider.Reply{}, err
	}
	resource := object.Text(c.Body, "signedResource")
	if object.Text(c.Body, "canonicalizedResource") == "" || resource == "" {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: canonicalizedResource, signedResource.")
	}
	token.Set("sr", resource)
	overrides, headers, err := gather(c, []member{{"rscc", "rscc"}, {"rscd", "rscd"}, {"rsce", "rsce"}, {"rscl", "rscl"}, {"rsct", "rsct"}})
	if err != nil {
		return provider.Reply{}, err
	}
	for name, v := range overrides {
		token[name] = v
	}
	text := strings.Join(append(append(lines, sasVersion), headers...), "\n")
	if err := sign(c, token, text); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Body: object.Object{"serviceSasToken": token.Encode()}}, nil
}

// gather reads the members from the request; the lines are their values in order.
func gather(c *provider.Call, members []member, required ...string) (url.Values, []string, error) {
	token, lines := url.Values{"sv": {sasVersion}}, make([]string, 0, len(members))
	for _, m := range members {
		v := object.Text(c.Body, m.path)
		lines = append(lines, v)
		if v != "" && m.short != "" {
			token.Set(m.short, v)
		}
	}
	var missing []string
	for _, name := range required {
		if token.Get(name) == "" {
			for _, m := range members {
				if m.short == name {
					missing = append(missing, m.path)
				}
			}
		}
	}
	if missing != nil {
		return nil, nil, refusal.New(http.StatusBadRequest, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: %s.", strings.Join(missing, ", "))
	}
	return token, lines, nil
}

// sign adds the signature over a text, with the key that the request names.
func sign(c *provider.Call, token url.Values, text string) error {
	name := object.Text(c.Body, "keyToSign")
	if name == "" {
		name = "key1"
	}
	key, err := base64.StdEncoding.DecodeString(object.Text(c.Secret, name))
	if err != nil || len(key) == 0 {
		return refusal.New(http.StatusBadRequest, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: keyToSign.")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	token.Set("sig", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return nil
}
