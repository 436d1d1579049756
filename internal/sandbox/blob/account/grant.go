package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/grant"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Scope is the kind of thing that a request touches, as an account SAS names it.
type Scope byte

// The scopes.
const (
	OfService   Scope = 's'
	OfContainer Scope = 'c'
	OfObject    Scope = 'o'
)

// Grant is what a request may do.
type Grant struct {
	All         bool         // a key, or a token
	Token       bool         // it is a token, whose caller is Caller
	Caller      world.Caller //
	Anonymous   bool         // nobody asks: public containers may be read
	Permissions string       // letters of a SAS
	Overrides   map[string]string
}

// May says whether one of the letters is permitted.
func (g Grant) May(letters string) bool {
	return g.All || strings.ContainsAny(g.Permissions, letters)
}

// Need is what an operation asks for.
type Need struct {
	Scope   Scope
	Letters string // one of these permissions of a SAS; "" means that no service SAS will do
	// Policy gives the stored access policy of the container by its name.
	Policy func(name string) (start, expiry, permissions string, ok bool)
	// Public says that the container may be read by everybody.
	Public bool
}

// Authorize finds out what a request may do, and refuses it when that is not
// what it needs. An error is a fault.
func (f *Front) Authorize(a *Access, r *http.Request, need Need) error {
	authorization := r.Header.Get("Authorization")
	scheme, _, _ := strings.Cut(authorization, " ")
	switch sas := grant.Parse(a.Query); {
	case strings.EqualFold(scheme, "Bearer"):
		return f.token(a, authorization)
	case strings.EqualFold(scheme, "SharedKey"), strings.EqualFold(scheme, "SharedKeyLite"):
		if !a.keysAllowed() {
			return ErrKeys
		}
		if !grant.SharedKey(r, a.Name, a.keys) {
			return ErrAuthentication
		}
		a.Grant = Grant{All: true}
		return nil
	case authorization != "":
		return ErrAuthentication
	case sas != nil:
		return f.signature(a, r, sas, need)
	}
	a.Grant = Grant{Anonymous: true}
	switch {
	case need.Public && !a.publicAllowed():
		return ErrPublic
	case need.Public:
		return nil
	}
	no := Refuse(http.StatusUnauthorized, "NoAuthenticationInformation", "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
	no.Header = f.challenge()
	return no
}

func (f *Front) challenge() map[string]string {
	return map[string]string{"WWW-Authenticate": "Bearer authorization_uri=" + f.World.At.Main + "/" + f.World.Tenant + "/oauth2/authorize resource_id=https://storage.azure.com"}
}

// token lets a bearer token in.
func (f *Front) token(a *Access, authorization string) error {
	audiences := []string{"https://storage.azure.com", "https://" + a.Name + "." + f.Service + ".core.windows.net"}
	c, err := f.World.Tokens.Verify(authorization, f.World.Clock.Now(), audiences...)
	if err != nil {
		no := Refuse(http.StatusUnauthorized, "InvalidAuthenticationInfo", "Server failed to authenticate the request: %v.", err)
		no.Header = f.challenge()
		return no
	}
	a.Grant = Grant{All: true, Token: true, Caller: c}
	return nil
}

func (a *Access) keysAllowed() bool {
	allowed, ok := a.Property("allowSharedKeyAccess").(bool)
	return allowed || !ok
}

// publicAllowed says whether containers may be public; accounts are made without
// since 2023, and so it is where nothing is said.
func (a *Access) publicAllowed() bool {
	allowed, _ := a.Property("allowBlobPublicAccess").(bool)
	return allowed
}

// signature lets a SAS in.
func (f *Front) signature(a *Access, r *http.Request, s *grant.SAS, need Need) error {
	start, expiry, permissions := s.Start, s.Expiry, s.Permissions
	switch {
	case s.IsAccount():
		if !s.SignedAccount(a.Name, a.keys) {
			return ErrAuthentication
		}
		if !strings.Contains(s.Services, f.Service[:1]) {
			return ErrService
		}
		if !strings.ContainsRune(s.Types, rune(need.Scope)) {
			return ErrResourceType
		}
	case s.Delegated.Object != "":
		if !f.delegated(a, r, s) {
			return ErrAuthentication
		}
	default:
		if !f.named(a, a.Name, s, func(name string) bool { return s.SignedService(name, a.keys) }) {
			return ErrAuthentication
		}
		if s.Identifier != "" && need.Policy != nil {
			from, to, letters, ok := need.Policy(s.Identifier)
			if !ok {
				return ErrAuthentication
			}
			start, expiry, permissions = first(start, from), first(expiry, to), first(permissions, letters)
		}
	}
	if s.Delegated.Object == "" && !a.keysAllowed() {
		return ErrKeys
	}
	if !grant.Within(start, expiry, f.World.Wall()) {
		no := *ErrAuthentication
		no.Detail = [][2]string{{"AuthenticationErrorDetail", "Signature not valid in the specified time frame."}}
		return &no
	}
	if s.Protocol == "https" && r.TLS == nil {
		return ErrProtocol
	}
	if !grant.From(s.IP, r.RemoteAddr) {
		return ErrSource
	}
	if !s.IsAccount() {
		switch {
		case need.Letters == "" || need.Scope == OfService:
			return ErrResourceType
		case need.Scope == OfContainer && s.Resource != "c" && s.Resource != "s":
			return ErrResourceType
		}
	}
	if !strings.ContainsAny(permissions, need.Letters) {
		return ErrPermission
	}
	a.Grant = Grant{Permissions: permissions, Overrides: s.Overrides()}
	return nil
}

// named tries the canonical names that a service SAS may be for: the object
// itself, a folder that it lies in, or the container.
func (f *Front) named(a *Access, account string, s *grant.SAS, signed func(string) bool) bool {
	if len(a.Path) == 0 {
		return false
	}
	name := "/" + f.Service + "/" + account + "/" + a.Path[0]
	switch s.Resource {
	case "c", "s":
		return signed(name)
	case "b", "bs", "bv", "f":
		return len(a.Path) == 2 && signed(name+"/"+a.Path[1])
	case "d":
		if len(a.Path) < 2 {
			return false
		}
		for i, c := range a.Path[1] + "/" {
			if c == '/' && signed(name+"/"+a.Path[1][:i]) {
				return true
			}
		}
	}
	return false
}

// delegated checks a user delegation SAS with the key that [Front.DelegationKey]
// made, which must be valid itself.
//
// Go's SDK takes the first label of the host for the name of the account, also
// of addresses such as ours; what it signs so is let in, as the key is the
// account's own.
func (f *Front) delegated(a *Access, r *http.Request, s *grant.SAS) bool {
	d := s.Delegated
	if !grant.Within(d.Start, d.Expiry, f.World.Wall()) || len(a.keys) == 0 {
		return false
	}
	key := f.DelegationKey(a, d)
	signed := func(name string) bool { return s.SignedDelegation(name, key) }
	label, _, _ := strings.Cut(r.Host, ".")
	return f.named(a, a.Name, s, signed) || f.named(a, label, s, signed)
}

// DelegationKey is the value of a user delegation key: it follows from what the
// key says of itself, so that none has to be kept.
func (f *Front) DelegationKey(a *Access, d grant.Delegation) []byte {
	if len(a.keys) == 0 {
		return nil
	}
	m := hmac.New(sha256.New, a.keys[0])
	for _, part := range []string{"user delegation", d.Object, d.Tenant, d.Start, d.Expiry, d.Service, d.Version} {
		_, _ = m.Write([]byte(part + "\n"))
	}
	return m.Sum(nil)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Stamp is a time as storage writes it in headers.
func Stamp(t time.Time) string { return t.UTC().Format(http.TimeFormat) }
