package blob

import (
	"net/http"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// newContainer is a container as ARM shows one that was made with its defaults.
func newContainer(accountID, name string, now state.Resource) *state.Resource {
	id := containerID(accountID, name)
	now.ID, now.Type, now.Name = id, ContainerType, name
	now.ETag = nextETag(id, now.Created)
	now.Changed = now.Created
	now.Body = object.Encode(object.Object{
		"id": id, "name": name, "type": ContainerType, "etag": now.ETag,
		"properties": object.Object{
			"deleted": false, "remainingRetentionDays": 0, "defaultEncryptionScope": "$account-encryption-key", "denyEncryptionScopeOverride": false,
			"publicAccess": "None", "leaseStatus": "Unlocked", "leaseState": "Available", "lastModifiedTime": now.Created.UTC().Format("2006-01-02T15:04:05.0000000Z"),
			"hasImmutabilityPolicy": false, "hasLegalHold": false,
		},
	})
	return &now
}

// changeContainer keeps a container with what fn does to its properties.
func (q *request) changeContainer(tx *state.Tx, c *state.Resource, fn func(properties object.Object)) error {
	n := c.Copy()
	n.Changed, n.ETag = q.Now, nextETag(c.ETag, q.Now)
	body := object.Must(c.Body)
	object.Default(body, "properties", object.Object{})
	object.Set(body, "properties.lastModifiedTime", q.Now.UTC().Format("2006-01-02T15:04:05.0000000Z"))
	object.Set(body, "etag", n.ETag)
	fn(object.Inner(body, "properties"))
	n.Body = object.Encode(body)
	q.tagged(etagOf(n), n.Changed)
	return tx.Put(n)
}

// etagOf is a container's ETag; one that ARM made may have none, or none in
// quotes.
func etagOf(c *state.Resource) string {
	if c.ETag == "" {
		return nextETag(c.ID, c.Changed)
	}
	return `"` + strings.Trim(c.ETag, `"`) + `"`
}

func publicAccess(c *state.Resource) string {
	if v := object.Text(object.Must(c.Body), "properties.publicAccess"); v != "" {
		return v
	}
	return "None"
}

// isPublic says whether everybody may do what needs that much public access.
func (q *request) isPublic(least string) bool {
	if least == "" || q.container == "" {
		return false
	}
	public := false
	_ = q.read(func(_ *state.Tx, c *state.Resource) error {
		public = allowsPublic(c, least)
		return nil
	})
	return public
}

// allowsPublic says whether a container lets everybody do what needs that much
// public access.
func allowsPublic(c *state.Resource, least string) bool {
	found := publicAccess(c)
	return strings.EqualFold(found, "Container") || strings.EqualFold(found, least)
}

func (q *request) createContainer() error {
	meta, err := wire.Metadata(q.r.Header)
	if err != nil {
		return err
	}
	access, err := publicHeader(q.r.Header)
	if err != nil {
		return err
	}
	err = q.world.Store.Write(func(tx *state.Tx) error {
		if tx.Resource(containerID(q.ID, q.container)) != nil {
			return account.Refuse(http.StatusConflict, "ContainerAlreadyExists", "The specified container already exists.")
		}
		c := newContainer(q.ID, q.container, state.Resource{Created: q.Now})
		return q.changeContainer(tx, c, func(p object.Object) {
			p["publicAccess"] = access
			if len(meta) > 0 {
				p["metadata"] = asObject(meta)
			}
		})
	})
	q.status(http.StatusCreated)
	return q.answer(err)
}

// publicHeader is the public access that a request asks for.
func publicHeader(h http.Header) (string, error) {
	switch v := h.Get("x-ms-blob-public-access"); v {
	case "":
		return "None", nil
	case "container":
		return "Container", nil
	case "blob":
		return "Blob", nil
	default:
		return "", account.Header("x-ms-blob-public-access", v)
	}
}

func asObject(m map[string]string) object.Object {
	o := object.Object{}
	for k, v := range m {
		o[k] = v
	}
	return o
}

func asMap(o object.Object) map[string]string {
	m := map[string]string{}
	for k, v := range o {
		if s, ok := v.(string); ok {
			m[k] = s
		}
	}
	return m
}

func (q *request) getContainer() error {
	err := q.read(func(tx *state.Tx, c *state.Resource) error {
		l := containerLease(tx, c.ID)
		if id := q.r.Header.Get("x-ms-lease-id"); id != "" {
			if err := l.permits(id, q.Now, "Container"); err != nil {
				return err
			}
		}
		q.tagged(etagOf(c), c.Changed)
		h := q.w.Header()
		l.head(h, q.Now)
		h.Set("x-ms-has-immutability-policy", "false")
		h.Set("x-ms-has-legal-hold", "false")
		h.Set("x-ms-default-encryption-scope", "$account-encryption-key")
		h.Set("x-ms-deny-encryption-scope-override", "false")
		if v := publicAccess(c); v != "None" {
			h.Set("x-ms-blob-public-access", strings.ToLower(v))
		}
		wire.HeadMetadata(h, containerMetadata(c))
		return nil
	})
	q.status(http.StatusOK)
	return q.answer(err)
}

func containerMetadata(c *state.Resource) map[string]string {
	return asMap(object.Inner(object.Must(c.Body), "properties.metadata"))
}

func (q *request) setContainerMetadata() error {
	meta, err := wire.Metadata(q.r.Header)
	if err != nil {
		return err
	}
	err = q.write(func(tx *state.Tx, c *state.Resource) error {
		if err := q.checkContainer(tx, c); err != nil {
			return err
		}
		return q.changeContainer(tx, c, func(p object.Object) { p["metadata"] = asObject(meta) })
	})
	q.status(http.StatusOK)
	return q.answer(err)
}

// checkContainer holds a container against the conditions and the lease id of a
// request. A container that is leased can be changed without the id, but not
// with a wrong one.
func (q *request) checkContainer(tx *state.Tx, c *state.Resource) error {
	if err := conditions(q.r.Header, "", etagOf(c), c.Changed, true); err != nil {
		return err
	}
	l, id := containerLease(tx, c.ID), q.r.Header.Get("x-ms-lease-id")
	if id == "" && q.r.Method != http.MethodDelete {
		return nil
	}
	return l.permits(id, q.Now, "Container")
}

func (q *request) deleteContainer() error {
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		if err := q.checkContainer(tx, c); err != nil {
			return err
		}
		if err := Forget(tx, c.ID); err != nil {
			return err
		}
		return tx.Delete(c.ID)
	})
	q.status(http.StatusAccepted)
	return q.answer(err)
}

func (q *request) listContainers() error {
	page, err := q.page()
	if err != nil {
		return err
	}
	include := q.includes()
	d := wire.NewDocument()
	d.WriteString(`<EnumerationResults ServiceEndpoint="` + wire.Attribute(q.world.At.BlobEndpoint(q.Name, q.Secondary)) + `">`)
	page.head(d)
	d.Open("Containers")
	next := ""
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		n := 0
		for c := range tx.OfType(ContainerType, q.ID) {
			if c.Name < page.marker || !strings.HasPrefix(c.Name, page.prefix) || q.Hidden.At(c.Created) {
				continue
			}
			if n++; n > page.most {
				next = c.Name
				return nil
			}
			q.containerEntry(d, tx, c, slices.Contains(include, "metadata"))
		}
		return nil
	})
	d.Close("Containers")
	d.Text("NextMarker", next)
	d.Close("EnumerationResults")
	return q.send(d)
}

func (q *request) containerEntry(d *wire.Document, tx *state.Tx, c *state.Resource, withMetadata bool) {
	d.Open("Container")
	d.Text("Name", c.Name)
	d.Open("Properties")
	d.When("Last-Modified", c.Changed)
	d.Text("Etag", etagOf(c))
	l := containerLease(tx, c.ID)
	d.Text("LeaseStatus", map[bool]string{true: "locked", false: "unlocked"}[l.active(q.Now)])
	d.Text("LeaseState", l.state(q.Now))
	if v := publicAccess(c); v != "None" {
		d.Text("PublicAccess", strings.ToLower(v))
	}
	d.Text("DefaultEncryptionScope", "$account-encryption-key")
	d.Text("DenyEncryptionScopeOverride", "false")
	d.Text("HasImmutabilityPolicy", "false")
	d.Text("HasLegalHold", "false")
	d.Close("Properties")
	if withMetadata {
		d.Pairs("Metadata", containerMetadata(c))
	}
	d.Close("Container")
}
