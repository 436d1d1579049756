package blob

import (
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/grant"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func (q *request) getAccountInfo() error {
	h := q.w.Header()
	h.Set("x-ms-sku-name", q.SKU())
	h.Set("x-ms-account-kind", q.Kind())
	hns, _ := q.Property("isHnsEnabled").(bool)
	h.Set("x-ms-is-hns-enabled", strconv.FormatBool(hns))
	q.status(http.StatusOK)
	return q.answer(nil)
}

// getStats tells of geo-replication; only the secondary endpoint does.
func (q *request) getStats() error {
	if !q.Secondary {
		return account.Query("comp", "stats", "It is answered by the secondary endpoint.")
	}
	d := wire.NewDocument()
	d.Open("StorageServiceStats")
	d.Open("GeoReplication")
	status := "live"
	if q.Copied() {
		status = "unavailable"
	}
	d.Text("Status", status)
	d.When("LastSyncTime", q.LastSync)
	d.Close("GeoReplication")
	d.Close("StorageServiceStats")
	return q.send(d)
}

// The properties of the service that have no place in ARM answer their defaults.
func (q *request) getServiceProperties() error {
	d := wire.NewDocument()
	d.Open("StorageServiceProperties")
	d.Open("Logging")
	d.Text("Version", "1.0")
	for _, name := range []string{"Read", "Write", "Delete"} {
		d.Text(name, "false")
	}
	off := func() {
		d.Open("RetentionPolicy")
		d.Text("Enabled", "false")
		d.Close("RetentionPolicy")
	}
	off()
	d.Close("Logging")
	for _, name := range []string{"HourMetrics", "MinuteMetrics"} {
		d.Open(name)
		d.Text("Version", "1.0")
		d.Text("Enabled", "false")
		off()
		d.Close(name)
	}
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		_, body := q.serviceBody(tx)
		d.Open("Cors")
		rules, _ := object.Get(body, "properties.cors.corsRules").([]any)
		for _, r := range rules {
			rule, _ := r.(map[string]any)
			d.Open("CorsRule")
			for _, name := range corsLists {
				d.Text(name, strings.Join(texts(object.Get(rule, name)), ","))
			}
			d.Text("MaxAgeInSeconds", strconv.Itoa(number(object.Get(rule, "maxAgeInSeconds"))))
			d.Close("CorsRule")
		}
		d.Close("Cors")
		d.Some("DefaultServiceVersion", object.Text(body, "properties.defaultServiceVersion"))
		return nil
	})
	d.Open("DeleteRetentionPolicy")
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		days := q.retention(tx)
		d.Text("Enabled", strconv.FormatBool(days > 0))
		if days > 0 {
			d.Text("Days", strconv.Itoa(days))
		}
		return nil
	})
	d.Close("DeleteRetentionPolicy")
	d.Open("StaticWebsite")
	d.Text("Enabled", "false")
	d.Close("StaticWebsite")
	d.Close("StorageServiceProperties")
	return q.send(d)
}

var corsLists = []string{"AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposedHeaders"}

func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// serviceProperties is what can be set of the service; the rest is accepted.
type serviceProperties struct {
	Cors *struct {
		Rules []struct {
			AllowedOrigins, AllowedMethods, AllowedHeaders, ExposedHeaders string
			MaxAgeInSeconds                                                int
		} `xml:"CorsRule"`
	}
	DefaultServiceVersion string
	DeleteRetentionPolicy *struct {
		Enabled bool
		Days    int
	}
}

func (q *request) setServiceProperties() error {
	var p serviceProperties
	if err := q.body(&p); err != nil {
		return err
	}
	if d := p.DeleteRetentionPolicy; d != nil && d.Enabled && (d.Days < 1 || d.Days > 365) {
		return account.Refuse(http.StatusBadRequest, "InvalidXmlNodeValue", "The value for one of the XML nodes is not in the correct format: Days is from 1 to 365.")
	}
	err := q.world.Store.Write(func(tx *state.Tx) error {
		r, body := q.serviceBody(tx)
		if d := p.DeleteRetentionPolicy; d != nil {
			policy := object.Object{"enabled": d.Enabled}
			if d.Enabled {
				policy["days"] = d.Days
			}
			object.Set(body, "properties.deleteRetentionPolicy", policy)
		}
		if p.Cors != nil {
			rules := []any{}
			for _, c := range p.Cors.Rules {
				list := func(s string) []any {
					out := []any{}
					for v := range strings.SplitSeq(s, ",") {
						if v != "" {
							out = append(out, v)
						}
					}
					return out
				}
				rules = append(rules, object.Object{"allowedOrigins": list(c.AllowedOrigins), "allowedMethods": list(c.AllowedMethods),
					"allowedHeaders": list(c.AllowedHeaders), "exposedHeaders": list(c.ExposedHeaders), "maxAgeInSeconds": c.MaxAgeInSeconds})
			}
			object.Set(body, "properties.cors", object.Object{"corsRules": rules})
		}
		if p.DefaultServiceVersion != "" {
			object.Set(body, "properties.defaultServiceVersion", p.DefaultServiceVersion)
		}
		r.Body, r.Changed = object.Encode(body), q.Now
		return tx.Put(r)
	})
	q.status(http.StatusAccepted)
	return q.answer(err)
}

// keyInfo is the body of Get User Delegation Key.
type keyInfo struct {
	XMLName       xml.Name `xml:"KeyInfo"`
	Start, Expiry string
}

func (q *request) getDelegationKey() error {
	var info keyInfo
	if err := q.body(&info); err != nil {
		return err
	}
	expiry, err := time.Parse(time.RFC3339, info.Expiry)
	if err != nil {
		return account.Refuse(http.StatusBadRequest, "InvalidXmlNodeValue", "The value for one of the XML nodes is not in the correct format: Expiry.")
	}
	if !expiry.After(q.world.Wall()) || expiry.Sub(q.world.Wall()) > 7*24*time.Hour+time.Minute {
		return account.Refuse(http.StatusBadRequest, "InvalidXmlNodeValue", "The key must expire in the future, and within 7 days.")
	}
	version := q.w.Header().Get("x-ms-version")
	k := grant.Delegation{Object: q.Grant.Caller.ObjectID, Tenant: q.Grant.Caller.Tenant, Start: info.Start, Expiry: info.Expiry, Service: "b", Version: version}
	d := wire.NewDocument()
	d.Open("UserDelegationKey")
	d.Text("SignedOid", k.Object)
	d.Text("SignedTid", k.Tenant)
	d.Text("SignedStart", k.Start)
	d.Text("SignedExpiry", k.Expiry)
	d.Text("SignedService", k.Service)
	d.Text("SignedVersion", k.Version)
	d.Text("Value", base64.StdEncoding.EncodeToString(q.front.DelegationKey(q.Access, k)))
	d.Close("UserDelegationKey")
	return q.send(d)
}

// storedPolicies are the access policies that a container keeps by name.
type storedPolicies struct {
	XMLName xml.Name `xml:"SignedIdentifiers"`
	List    []struct {
		ID     string                                     `xml:"Id"`
		Policy struct{ Start, Expiry, Permission string } `xml:"AccessPolicy"`
	} `xml:"SignedIdentifier"`
}

func policies(tx *state.Tx, container string) storedPolicies {
	var p storedPolicies
	if raw, ok := tx.Record(policyKind, state.Key(container)); ok {
		_ = wire.DecodeXML(raw, &p) // it was read before it was kept
	}
	return p
}

// policy gives a stored access policy of the request's container.
func (q *request) policy(name string) (start, expiry, permissions string, ok bool) {
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		start, expiry, permissions, ok = policyOf(tx, containerID(q.ID, q.container), name)
		return nil
	})
	return start, expiry, permissions, ok
}

func policyOf(tx *state.Tx, container, name string) (start, expiry, permissions string, ok bool) {
	for _, p := range policies(tx, container).List {
		if p.ID == name {
			start, expiry, permissions, ok = p.Policy.Start, p.Policy.Expiry, p.Policy.Permission, true
		}
	}
	return start, expiry, permissions, ok
}

func (q *request) getContainerACL() error {
	d := wire.NewDocument()
	err := q.read(func(tx *state.Tx, c *state.Resource) error {
		q.tagged(etagOf(c), c.Changed)
		if v := publicAccess(c); v != "None" {
			q.w.Header().Set("x-ms-blob-public-access", strings.ToLower(v))
		}
		d.Open("SignedIdentifiers")
		for _, p := range policies(tx, c.ID).List {
			d.Open("SignedIdentifier")
			d.Text("Id", p.ID)
			d.Open("AccessPolicy")
			d.Some("Start", p.Policy.Start)
			d.Some("Expiry", p.Policy.Expiry)
			d.Some("Permission", p.Policy.Permission)
			d.Close("AccessPolicy")
			d.Close("SignedIdentifier")
		}
		d.Close("SignedIdentifiers")
		return nil
	})
	if err != nil {
		return err
	}
	return q.send(d)
}

func (q *request) setContainerACL() error {
	var p storedPolicies
	if err := q.body(&p); err != nil {
		return err
	}
	if len(p.List) > 5 {
		return account.ErrXML
	}
	access, err := publicHeader(q.r.Header)
	if err != nil {
		return err
	}
	if allowed, _ := q.Property("allowBlobPublicAccess").(bool); access != "None" && !allowed {
		return account.ErrPublic
	}
	raw, err := xml.Marshal(p)
	if err != nil {
		return err
	}
	err = q.write(func(tx *state.Tx, c *state.Resource) error {
		if err := q.checkContainer(tx, c); err != nil {
			return err
		}
		if err := tx.PutRecord(policyKind, state.Key(c.ID), raw); err != nil {
			return err
		}
		return q.changeContainer(tx, c, func(o object.Object) { o["publicAccess"] = access })
	})
	q.status(http.StatusOK)
	return q.answer(err)
}
