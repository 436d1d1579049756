package containers

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// routeACR answers what Azure's own clients ask beside the specification.
func (q *request) routeACR(rest string) error {
	if rest == "_catalog" {
		return q.catalog()
	}
	if repo, ok := strings.CutSuffix(rest, "/_tags"); ok && q.r.Method == http.MethodGet {
		q.repo = repo
		return q.named(q.acrTags)
	}
	if q.r.Method == http.MethodDelete {
		q.repo = rest
		return q.named(q.deleteRepository)
	}
	return refusal(http.StatusNotFound, "UNSUPPORTED", "The sandbox's registries do not have %s.", q.r.URL.Path)
}

// acrTags lists tags with what is known of them.
func (q *request) acrTags() error {
	names := q.tagNames()
	if names == nil {
		return errRepo
	}
	list := []any{}
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		for _, name := range q.page(names) {
			raw, _ := tx.Record(tagKind, q.key(q.repo, name))
			var t tag
			if json.Unmarshal(raw, &t) != nil {
				continue
			}
			at := t.At.UTC().Format("2006-01-02T15:04:05.0000000Z")
			list = append(list, map[string]any{"name": name, "digest": t.Digest, "createdTime": at, "lastUpdateTime": at, "signed": false,
				"changeableAttributes": map[string]any{"deleteEnabled": true, "writeEnabled": true, "readEnabled": true, "listEnabled": true}})
		}
		return nil
	})
	q.json(http.StatusOK, map[string]any{"registry": q.r.Host, "imageName": q.repo, "tags": list})
	return nil
}

// deleteRepository takes away all tags and manifests of a repository.
func (q *request) deleteRepository() error {
	tags, manifests := []string{}, []string{}
	err := q.write(func(tx *state.Tx) error {
		prefix := q.key(q.repo, "")
		for key := range tx.Records(tagKind, prefix) {
			tags = append(tags, key)
		}
		for key := range tx.Records(manifestKind, prefix) {
			manifests = append(manifests, key)
		}
		if len(manifests) == 0 {
			return errRepo
		}
		for _, key := range tags {
			if err := tx.DeleteRecord(tagKind, key); err != nil {
				return err
			}
		}
		for _, key := range manifests {
			if err := tx.DeleteRecord(manifestKind, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range tags {
		tags[i] = tags[i][len(q.key(q.repo, "")):]
	}
	for i := range manifests {
		manifests[i] = manifests[i][len(q.key(q.repo, "")):]
	}
	q.json(http.StatusAccepted, map[string]any{"manifestsDeleted": manifests, "tagsDeleted": tags})
	return nil
}

// Forget takes away what is kept of a registry, when ARM deletes it.
func Forget(tx *state.Tx, registryID string) error {
	prefix := state.Key(registryID) + "\x00"
	for _, kind := range []string{blobKind, manifestKind, tagKind} {
		var keys, loose []string
		for key, raw := range tx.Records(kind, prefix) {
			keys = append(keys, key)
			var l layer
			if kind == blobKind && json.Unmarshal(raw, &l) == nil {
				loose = append(loose, l.Pieces...)
			}
		}
		for _, key := range keys {
			if err := tx.DeleteRecord(kind, key); err != nil {
				return err
			}
		}
		for _, id := range loose {
			if err := tx.PutRecord(garbageKind, id, []byte{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Owned gives the pieces that registries own, for content.Store.Sweep.
func Owned(tx *state.Tx, own func(id string)) {
	for _, raw := range tx.Records(blobKind, "") {
		var l layer
		if json.Unmarshal(raw, &l) == nil {
			for _, id := range l.Pieces {
				own(id)
			}
		}
	}
}
