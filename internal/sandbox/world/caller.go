package world

import "time"

// Caller is who asks: the service principal that a token is for.
type Caller struct {
	ObjectID string
	AppID    string
	Tenant   string
}

// Tokens makes and checks the bearer tokens of the sandbox's one tenant.
type Tokens interface {
	// Verify reads the value of an Authorization header. The token must be for
	// one of the audiences, such as https://vault.azure.net, compared without
	// regard to case and to a slash at the end. The error says what is wrong in
	// Azure's words, without the token.
	Verify(authorization string, now time.Time, audiences ...string) (Caller, error)
	// Issue makes a token.
	Issue(c Caller, audience string, now time.Time, life time.Duration) string
}
