package containers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// manifest is what a record keeps of one.
type manifest struct {
	Type string    `json:"type"` // its media type
	Data []byte    `json:"data"`
	At   time.Time `json:"at"`
}

// tag is what a record keeps of one.
type tag struct {
	Digest string    `json:"digest"`
	At     time.Time `json:"at"`
}

var errManifestUnknown = refusal(http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest is not found")

// manifest gives, takes or deletes a manifest, by a tag or a digest.
func (q *request) manifest(reference string) error {
	byDigest := digestForm.MatchString(reference)
	if !byDigest && !tagForm.MatchString(reference) {
		return refusal(http.StatusBadRequest, "TAG_INVALID", "manifest tag did not match URI")
	}
	switch q.r.Method {
	case http.MethodGet, http.MethodHead:
		return q.getManifest(reference)
	case http.MethodPut:
		return q.putManifest(reference, byDigest)
	case http.MethodDelete:
		if !byDigest {
			return q.deleteTag(reference)
		}
		return q.deleteManifest(reference)
	}
	return errUnsupported
}

// resolve gives the manifest that a tag or a digest names.
func (q *request) resolve(tx *state.Tx, reference string) (string, *manifest, error) {
	digest := reference
	if !digestForm.MatchString(reference) {
		raw, ok := tx.Record(tagKind, q.key(q.repo, reference))
		var t tag
		if !ok || json.Unmarshal(raw, &t) != nil || q.hidden.At(t.At) {
			return "", nil, errManifestUnknown
		}
		digest = t.Digest
	}
	raw, ok := tx.Record(manifestKind, q.key(q.repo, digest))
	m := new(manifest)
	if !ok || json.Unmarshal(raw, m) != nil || q.hidden.At(m.At) {
		return "", nil, errManifestUnknown
	}
	return digest, m, nil
}

func (q *request) getManifest(reference string) error {
	var digest string
	var m *manifest
	err := q.world.Store.Read(func(tx *state.Tx) (err error) {
		digest, m, err = q.resolve(tx, reference)
		return err
	})
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", m.Type)
	h.Set("Docker-Content-Digest", digest)
	h.Set("ETag", `"`+digest+`"`)
	h.Set("Content-Length", strconv.Itoa(len(m.Data)))
	q.w.WriteHeader(http.StatusOK)
	if q.r.Method != http.MethodHead {
		_, _ = q.w.Write(m.Data)
	}
	return nil
}

// outline is what a manifest or an index says of what it is made of.
type outline struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        *descriptor  `json:"config"`
	Layers        []descriptor `json:"layers"`
	Manifests     []descriptor `json:"manifests"`
}

type descriptor struct {
	MediaType string   `json:"mediaType"`
	Digest    string   `json:"digest"`
	URLs      []string `json:"urls"` // of a layer that is elsewhere
}

func (q *request) putManifest(reference string, byDigest bool) error {
	data, err := io.ReadAll(io.LimitReader(q.r.Body, maxManifest+1))
	if err != nil || len(data) > maxManifest {
		return refusal(http.StatusRequestEntityTooLarge, "SIZE_INVALID", "A manifest has at most 4 MiB.")
	}
	var o outline
	if json.Unmarshal(data, &o) != nil || o.SchemaVersion != 2 {
		return errManifest
	}
	m := manifest{Type: q.r.Header.Get("Content-Type"), Data: data, At: q.now}
	if m.Type == "" {
		m.Type = o.MediaType
	}
	if m.Type == "" || o.MediaType != "" && o.MediaType != m.Type {
		return errManifest
	}
	sum := sha256.Sum256(data)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	if byDigest && reference != digest {
		return errDigest
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	err = q.write(func(tx *state.Tx) error {
		if err := q.complete(tx, &o); err != nil {
			return err
		}
		if err := tx.PutRecord(manifestKind, q.key(q.repo, digest), raw); err != nil || byDigest {
			return err
		}
		t, err := json.Marshal(tag{digest, q.now})
		if err != nil {
			return err
		}
		return tx.PutRecord(tagKind, q.key(q.repo, reference), t)
	})
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Location", "/v2/"+q.repo+"/manifests/"+digest)
	h.Set("Docker-Content-Digest", digest)
	h.Set("Content-Length", "0")
	q.w.WriteHeader(http.StatusCreated)
	return nil
}

// complete says whether all that a manifest names is there.
func (q *request) complete(tx *state.Tx, o *outline) error {
	blobs := o.Layers
	if o.Config != nil {
		blobs = append([]descriptor{*o.Config}, blobs...)
	}
	for _, d := range blobs {
		if len(d.URLs) > 0 {
			continue
		}
		if _, err := q.find(tx, d.Digest); err != nil {
			return refusal(http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry: %s", d.Digest)
		}
	}
	for _, d := range o.Manifests {
		if _, _, err := q.resolve(tx, d.Digest); err != nil {
			return refusal(http.StatusBadRequest, "MANIFEST_UNKNOWN", "manifest unknown to registry: %s", d.Digest)
		}
	}
	return nil
}

func (q *request) deleteTag(name string) error {
	err := q.write(func(tx *state.Tx) error {
		if _, ok := tx.Record(tagKind, q.key(q.repo, name)); !ok {
			return errManifestUnknown
		}
		return tx.DeleteRecord(tagKind, q.key(q.repo, name))
	})
	if err == nil {
		q.w.WriteHeader(http.StatusAccepted)
	}
	return err
}

// deleteManifest takes a manifest away, with the tags that name it.
func (q *request) deleteManifest(digest string) error {
	err := q.write(func(tx *state.Tx) error {
		if _, ok := tx.Record(manifestKind, q.key(q.repo, digest)); !ok {
			return errManifestUnknown
		}
		var tags []string
		for key, raw := range tx.Records(tagKind, q.key(q.repo, "")) {
			var t tag
			if json.Unmarshal(raw, &t) == nil && t.Digest == digest {
				tags = append(tags, key)
			}
		}
		for _, key := range tags {
			if err := tx.DeleteRecord(tagKind, key); err != nil {
				return err
			}
		}
		return tx.DeleteRecord(manifestKind, q.key(q.repo, digest))
	})
	if err == nil {
		q.w.WriteHeader(http.StatusAccepted)
	}
	return err
}

// page gives n names after the last one, and sets the header for the next page.
func (q *request) page(names []string) []string {
	query := q.r.URL.Query()
	n, err := strconv.Atoi(query.Get("n"))
	if err != nil || n < 1 || n > maxPage {
		n = maxPage
	}
	from := 0
	if last := query.Get("last"); last != "" {
		for from < len(names) && names[from] <= last {
			from++
		}
	}
	names = names[from:]
	if len(names) > n {
		names = names[:n]
		next := url.Values{"n": {strconv.Itoa(n)}, "last": {names[n-1]}}
		q.w.Header().Set("Link", "<"+q.r.URL.Path+"?"+next.Encode()+`>; rel="next"`)
	}
	return names
}

// tagNames are the tags of the request's repository, in order; nil when there is
// no such repository.
func (q *request) tagNames() []string {
	var names []string
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		prefix := q.key(q.repo, "")
		for range tx.Records(manifestKind, prefix) {
			names = []string{}
			break
		}
		for key, raw := range tx.Records(tagKind, prefix) {
			var t tag
			if json.Unmarshal(raw, &t) == nil && !q.hidden.At(t.At) {
				names = append(names, key[len(prefix):])
			}
		}
		return nil
	})
	return names
}

var errRepo = refusal(http.StatusNotFound, "NAME_UNKNOWN", "repository name not known to registry")

func (q *request) tags() error {
	names := q.tagNames()
	if names == nil {
		return errRepo
	}
	q.json(http.StatusOK, map[string]any{"name": q.repo, "tags": q.page(names)})
	return nil
}

// repositories are the names of the registry's, in order.
func (q *request) repositories() []string {
	names := []string{}
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		prefix := q.key("")
		for key, raw := range tx.Records(manifestKind, prefix) {
			repo, _, _ := strings.Cut(key[len(prefix):], "\x00")
			var m manifest
			if (len(names) == 0 || names[len(names)-1] != repo) && json.Unmarshal(raw, &m) == nil && !q.hidden.At(m.At) {
				names = append(names, repo)
			}
		}
		return nil
	})
	return names
}

func (q *request) catalog() error {
	if q.r.Method != http.MethodGet {
		return errUnsupported
	}
	q.json(http.StatusOK, map[string]any{"repositories": q.page(q.repositories())})
	return nil
}
