package grant

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// SAS is a shared access signature as it stands in a query.
type SAS struct {
	Version     string // sv
	Permissions string // sp
	Start       string // st, as it is written
	Expiry      string // se
	IP          string // sip
	Protocol    string // spr
	Identifier  string // si, the name of a stored access policy
	Resource    string // sr: b, c, d, bs, bv; of files f and s
	Services    string // ss
	Types       string // srt
	Signature   string // sig

	Delegated Delegation
	query     url.Values
}

// Delegation is the part of a user delegation SAS that names its key; its Object
// is "" in all other signatures.
type Delegation struct{ Object, Tenant, Start, Expiry, Service, Version string }

// Parse reads the SAS of a query; nil when it has none.
func Parse(q url.Values) *SAS {
	if q.Get("sig") == "" {
		return nil
	}
	return &SAS{
		Version: q.Get("sv"), Permissions: q.Get("sp"), Start: q.Get("st"), Expiry: q.Get("se"), IP: q.Get("sip"), Protocol: q.Get("spr"),
		Identifier: q.Get("si"), Resource: q.Get("sr"), Services: q.Get("ss"), Types: q.Get("srt"), Signature: q.Get("sig"),
		Delegated: Delegation{q.Get("skoid"), q.Get("sktid"), q.Get("skt"), q.Get("ske"), q.Get("sks"), q.Get("skv")},
		query:     q,
	}
}

// IsAccount says that it is an account SAS.
func (s *SAS) IsAccount() bool { return s.Services != "" }

// The versions at which what is signed has changed.
const (
	withResource   = "2018-11-09"
	withEncryption = "2020-12-06"
)

// SignedAccount checks the signature of an account SAS.
func (s *SAS) SignedAccount(account string, keys [][]byte) bool {
	fields := []string{account, s.Permissions, s.Services, s.Types, s.Start, s.Expiry, s.IP, s.Protocol, s.Version}
	if s.Version >= withEncryption {
		fields = append(fields, s.query.Get("ses"))
	}
	return signed(s.Signature, keys, strings.Join(fields, "\n")+"\n")
}

// SignedService checks the signature of a service SAS. The resource is the
// canonical name: /blob/account/container/name or /file/account/share/path.
func (s *SAS) SignedService(resource string, keys [][]byte) bool {
	fields := []string{s.Permissions, s.Start, s.Expiry, resource, s.Identifier, s.IP, s.Protocol, s.Version}
	if strings.HasPrefix(resource, "/blob/") && s.Version >= withResource {
		fields = append(fields, s.Resource, s.moment())
		if s.Version >= withEncryption {
			fields = append(fields, s.query.Get("ses"))
		}
	}
	return signed(s.Signature, keys, strings.Join(append(fields, s.overrides()...), "\n"))
}

// SignedDelegation checks the signature of a user delegation SAS with the value
// of its key. Later versions sign more fields; which of them are empty decides
// nothing, so each layout is tried.
func (s *SAS) SignedDelegation(resource string, key []byte) bool {
	d, get := s.Delegated, s.query.Get
	head := []string{s.Permissions, s.Start, s.Expiry, resource, d.Object, d.Tenant, d.Start, d.Expiry, d.Service, d.Version}
	acting := []string{get("saoid"), get("suoid"), get("scid")}
	who := []string{get("skdutid"), get("sduoid")}
	where := []string{s.IP, s.Protocol, s.Version, s.Resource, s.moment()}
	scope, none := []string{get("ses")}, []string{"", ""}
	var texts []string
	for _, layout := range [][][]string{
		{head, where, s.overrides()},
		{head, acting, where, s.overrides()},
		{head, acting, where, scope, s.overrides()},
		{head, acting, who, where, scope, s.overrides()},
		{head, acting, who, where, scope, none, s.overrides()},
	} {
		var fields []string
		for _, part := range layout {
			fields = append(fields, part...)
		}
		texts = append(texts, strings.Join(fields, "\n"))
	}
	return signed(s.Signature, [][]byte{key}, texts...)
}

// moment is the snapshot or version that the SAS is for.
func (s *SAS) moment() string {
	if s.Resource == "bs" {
		return s.query.Get("snapshot")
	}
	if s.Resource == "bv" {
		return s.query.Get("versionid")
	}
	return ""
}

// overrides are the response headers that a SAS replaces.
func (s *SAS) overrides() []string {
	q := s.query
	return []string{q.Get("rscc"), q.Get("rscd"), q.Get("rsce"), q.Get("rscl"), q.Get("rsct")}
}

// Within says whether now lies in the time the SAS is good for. A stored access
// policy may give the times instead.
func Within(start, expiry string, now time.Time) bool {
	end, ok := parseTime(expiry)
	if !ok || !now.Before(end) {
		return false
	}
	if start == "" {
		return true
	}
	begin, ok := parseTime(start)
	return ok && !now.Before(begin)
}

func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// From says whether a request may come from an address: an IP or a range of two
// with a hyphen, "" for all.
func From(allowed, address string) bool {
	if allowed == "" {
		return true
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	low, high, ranged := strings.Cut(allowed, "-")
	a, err := netip.ParseAddr(low)
	if err != nil {
		return false
	}
	b := a
	if ranged {
		if b, err = netip.ParseAddr(high); err != nil {
			return false
		}
	}
	ip := at.Addr().Unmap()
	return ip.BitLen() == a.BitLen() && ip.BitLen() == b.BitLen() && a.Compare(ip) <= 0 && ip.Compare(b) <= 0
}

// Overrides are the response headers that the SAS replaces, by name.
func (s *SAS) Overrides() map[string]string {
	out := map[string]string{}
	for i, name := range []string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type"} {
		if v := s.overrides()[i]; v != "" {
			out[name] = v
		}
	}
	return out
}
