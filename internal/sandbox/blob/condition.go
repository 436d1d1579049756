package blob

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
)

var errBlobExists = account.Refuse(http.StatusConflict, "BlobAlreadyExists", "The specified blob already exists.")

// conditions checks the conditional headers against what is there; etag is ""
// when nothing is. The prefix is that of the headers about the source of a copy.
func conditions(h http.Header, prefix, etag string, modified time.Time, write bool) error {
	get := func(name string) string {
		if prefix != "" {
			name = prefix + strings.ToLower(name)
		}
		return h.Get(name)
	}
	failed := account.ErrCondition
	if prefix != "" {
		failed = account.Refuse(http.StatusPreconditionFailed, "SourceConditionNotMet", "The source condition specified using HTTP conditional header(s) is not met.")
	}
	unchanged := failed
	if !write {
		unchanged = account.ErrNotModified
	}
	if v := get("If-Match"); v != "" && !matches(v, etag) {
		return failed
	}
	if v := get("If-None-Match"); v != "" && matches(v, etag) {
		if v == "*" && write && prefix == "" {
			return errBlobExists
		}
		return unchanged
	}
	if etag == "" {
		return nil
	}
	modified = modified.Truncate(time.Second)
	if t, err := http.ParseTime(get("If-Modified-Since")); err == nil && !modified.After(t) {
		return unchanged
	}
	if t, err := http.ParseTime(get("If-Unmodified-Since")); err == nil && modified.After(t) {
		return failed
	}
	return nil
}

// matches says whether a list of ETags, or a star, names what is there.
func matches(list, etag string) bool {
	if etag == "" {
		return false
	}
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == "*" || strings.Trim(one, `"`) == strings.Trim(etag, `"`) {
			return true
		}
	}
	return false
}

// check holds a blob, nil for none, against the conditions and the lease id of a
// request that writes.
func (q *request) check(s *blobState) error {
	etag, modified := "", time.Time{}
	if s != nil {
		etag, modified = s.ETag, s.Modified
	}
	if err := conditions(q.r.Header, "", etag, modified, true); err != nil {
		return err
	}
	if s == nil {
		return nil
	}
	return s.Lease.permits(q.r.Header.Get("x-ms-lease-id"), q.Now, "Blob")
}
