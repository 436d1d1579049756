package azure

import (
	"context"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// credential marks the errors of the credential within, so that they can be told
// from those of the service.
type credential struct{ azcore.TokenCredential }

func (c credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	t, err := c.TokenCredential.GetToken(ctx, o)
	if err != nil {
		return azcore.AccessToken{}, loginError{err}
	}
	return t, nil
}

type loginError struct{ err error }

func (e loginError) Error() string { return e.err.Error() }
func (e loginError) Unwrap() error { return e.err }

// entraSays is Entra's own description of a refusal, within a quoted answer.
var entraSays = regexp.MustCompile(`AADSTS[0-9]+:[^"\\\r\n]*`)

// hideLogin is the error of a credential in one line: what Entra said if it said
// something, else what each credential of the chain was missing. azidentity
// quotes whole answers, over many lines.
func hideLogin(err error) error {
	text := redact.Text(err.Error())
	if said := entraSays.FindString(text); said != "" {
		return hidden{said, err}
	}
	var parts []string
	for line := range strings.Lines(text) {
		line = strings.Trim(line, " \t\r\n")
		if line == "" || strings.Trim(line, "-") == "" || strings.HasPrefix(line, "To troubleshoot") || strings.HasPrefix(line, "Attempted credentials") {
			continue
		}
		parts = append(parts, strings.TrimSuffix(line, "."))
	}
	return hidden{strings.Join(parts, "; "), err}
}
