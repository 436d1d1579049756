package entra

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Life is how long a token is valid: Entra gives 60 to 90 minutes.
const Life = 75 * time.Minute

// claims are what a token says.
type claims struct {
	jwt.RegisteredClaims
	AppID  string `json:"appid"`
	Object string `json:"oid"`
	Tenant string `json:"tid"`
	Type   string `json:"idtyp"`
	Ver    string `json:"ver"`
}

// Issue makes a token for a caller. It implements [world.Tokens].
func (s *Service) Issue(c world.Caller, audience string, _ time.Time, life time.Duration) string {
	now := s.w.Wall()
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    s.issuer(),
			Subject:   c.ObjectID,
			Audience:  jwt.ClaimStrings{audience},
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now.Add(-5 * time.Minute)),
			ExpiresAt: jwt.NewNumericDate(now.Add(life)),
		},
		AppID: c.AppID, Object: c.ObjectID, Tenant: c.Tenant, Type: "app", Ver: "1.0",
	})
	t.Header["kid"] = keyID(&s.key.PublicKey)
	signed, err := t.SignedString(s.key)
	if err != nil { // a 2048-bit key signs whatever it is given
		return ""
	}
	return signed
}

// Verify reads the value of an Authorization header. It implements
// [world.Tokens]; the errors have Azure's words and never the token.
func (s *Service) Verify(authorization string, _ time.Time, audiences ...string) (world.Caller, error) {
	scheme, token, ok := strings.Cut(strings.TrimSpace(authorization), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return world.Caller{}, errors.New("the 'Authorization' header is missing or is not a bearer token")
	}
	var c claims
	_, err := jwt.ParseWithClaims(strings.TrimSpace(token), &c, func(*jwt.Token) (any, error) { return &s.key.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(s.w.Wall), jwt.WithExpirationRequired(), jwt.WithIssuer(s.issuer()))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return world.Caller{}, errors.New("the access token has expired")
	case errors.Is(err, jwt.ErrTokenInvalidIssuer):
		return world.Caller{}, errors.New("the access token is from the wrong issuer: it must be this sandbox's tenant")
	case err != nil:
		return world.Caller{}, errors.New("the access token is invalid")
	}
	if !slices.ContainsFunc(audiences, func(want string) bool {
		return slices.ContainsFunc(c.Audience, func(got string) bool { return sameAudience(got, want) })
	}) {
		return world.Caller{}, fmt.Errorf("the access token has been obtained for the wrong audience or resource %q; it should match one of %q", strings.Join(c.Audience, " "), audiences)
	}
	return world.Caller{ObjectID: c.Object, AppID: c.AppID, Tenant: c.Tenant}, nil
}

func sameAudience(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, "/"), strings.TrimRight(b, "/"))
}

func (s *Service) issuer() string { return "https://sts.windows.net/" + s.w.Tenant + "/" }

func keyID(k *rsa.PublicKey) string {
	sum := sha256.Sum256(k.N.Bytes())
	return hex.EncodeToString(sum[:10])
}

// jwks is the public key in the form in which clients ask for it.
func (s *Service) jwks() map[string]any {
	k := &s.key.PublicKey
	e := []byte{byte(k.E >> 16), byte(k.E >> 8), byte(k.E)}
	return map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "kid": keyID(k), "alg": "RS256",
		"n": base64.RawURLEncoding.EncodeToString(k.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(e),
	}}}
}
