package files

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// fileTime is a time in the headers about files.
const fileTime = "2006-01-02T15:04:05.0000000Z"

var errExists = account.Refuse(http.StatusConflict, "ResourceAlreadyExists", "The specified resource already exists.")

// described is a new node with what the headers say of it.
func (q *request) described(dir bool) (*node, error) {
	meta, err := wire.Metadata(q.r.Header)
	if err != nil {
		return nil, err
	}
	n := &node{Name: q.path[strings.LastIndexByte(q.path, '/')+1:], Dir: dir, Created: q.Now, Meta: meta, Attributes: "Archive"}
	if dir {
		n.Attributes = "Directory"
	}
	n.touch(q.Now)
	n.Written = q.Now
	return n, q.times(n)
}

// times takes over the attributes and times that a request sets.
func (q *request) times(n *node) error {
	if v := q.r.Header.Get("x-ms-file-attributes"); v != "" && !strings.EqualFold(v, "none") && !strings.EqualFold(v, "preserve") {
		n.Attributes = v
	}
	if v := q.r.Header.Get("x-ms-file-last-write-time"); v != "" && v != "now" && v != "preserve" {
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return account.Header("x-ms-file-last-write-time", v)
		}
		n.Written = t
	}
	return nil
}

// head sets the headers that tell of a node.
func (q *request) head(s *state.Resource, n *node) {
	q.tagged(n.ETag, n.Modified)
	h := q.w.Header()
	h.Set("x-ms-request-server-encrypted", "true")
	h.Set("x-ms-file-attributes", n.Attributes)
	h.Set("x-ms-file-creation-time", n.Created.UTC().Format(fileTime))
	h.Set("x-ms-file-last-write-time", n.Written.UTC().Format(fileTime))
	h.Set("x-ms-file-change-time", n.Modified.UTC().Format(fileTime))
	h.Set("x-ms-file-permission-key", "0*0")
	h.Set("x-ms-file-id", id(s.ID, q.path))
	parent := ""
	if i := strings.LastIndexByte(q.path, '/'); i >= 0 {
		parent = q.path[:i]
	}
	h.Set("x-ms-file-parent-id", id(s.ID, parent))
}

func (q *request) createDirectory() error {
	n, err := q.described(true)
	if err != nil {
		return err
	}
	err = q.write(func(tx *state.Tx) error {
		s, was, err := q.find(tx)
		if err != nil {
			return err
		}
		if was != nil {
			return errExists
		}
		q.head(s, n)
		return n.save(tx, s.ID, q.path)
	})
	return q.answer(http.StatusCreated, err)
}

func (q *request) getDirectory() error {
	err := q.world.Store.Read(func(tx *state.Tx) error {
		if q.path == "" { // the root is there with its share
			s, err := q.findShare(tx)
			if err == nil {
				q.head(s, &node{Dir: true, ETag: etag(s), Created: s.Created, Modified: s.Changed, Written: s.Changed, Attributes: "Directory"})
			}
			return err
		}
		s, n, err := q.want(tx, true)
		if err != nil {
			return err
		}
		q.head(s, n)
		q.w.Header().Set("x-ms-server-encrypted", "true")
		wire.HeadMetadata(q.w.Header(), n.Meta)
		return nil
	})
	return q.answer(http.StatusOK, err)
}

func (q *request) deleteDirectory() error {
	err := q.write(func(tx *state.Tx) error {
		s, _, err := q.want(tx, true)
		if err != nil {
			return err
		}
		for range tx.Records(nodeKind, below(s.ID, q.path)) {
			return account.Refuse(http.StatusConflict, "DirectoryNotEmpty", "The specified directory is not empty.")
		}
		return tx.DeleteRecord(nodeKind, key(s.ID, q.path))
	})
	return q.answer(http.StatusAccepted, err)
}

// setMetadata is for files and directories.
func (q *request) setMetadata() error {
	meta, err := wire.Metadata(q.r.Header)
	if err != nil {
		return err
	}
	return q.alter(func(n *node) error {
		n.Meta = meta
		return nil
	})
}

// setProperties is for files and directories; a file can be resized with it.
func (q *request) setProperties() error {
	return q.alter(func(n *node) error {
		if err := q.times(n); err != nil || n.Dir {
			return err
		}
		if v := q.r.Header.Get("x-ms-content-length"); v != "" {
			size, err := strconv.ParseInt(v, 10, 64)
			if err != nil || size < 0 || size > maxSize {
				return account.Header("x-ms-content-length", v)
			}
			n.resize(size)
		}
		n.Headers = contentOf(q.r.Header)
		return nil
	})
}

// alter changes the node of the request with fn.
func (q *request) alter(fn func(*node) error) error {
	err := q.write(func(tx *state.Tx) error {
		s, n, err := q.want(tx, q.Query.Get("restype") == "directory")
		if err != nil {
			return err
		}
		before := n.pieces()
		if err := fn(n); err != nil {
			return err
		}
		n.touch(q.Now)
		q.dropped(before, n)
		q.head(s, n)
		return n.save(tx, s.ID, q.path)
	})
	return q.answer(http.StatusOK, err)
}

// list lists the files and directories of a directory.
func (q *request) list() error {
	most, err := q.most()
	if err != nil {
		return err
	}
	prefix, marker := strings.ToLower(q.Query.Get("prefix")), q.Query.Get("marker")
	d := wire.NewDocument()
	d.WriteString(`<EnumerationResults ServiceEndpoint="` + wire.Attribute(q.world.At.FileEndpoint(q.Name, false)) +
		`" ShareName="` + wire.Attribute(q.share) + `" DirectoryPath="` + wire.Attribute(q.path) + `">`)
	if prefix != "" {
		d.Name("Prefix", q.Query.Get("prefix"))
	}
	d.Some("Marker", marker)
	d.Text("MaxResults", strconv.Itoa(most))
	next := ""
	err = q.world.Store.Read(func(tx *state.Tx) error {
		s, err := q.findShare(tx)
		if err != nil {
			return err
		}
		if q.path != "" {
			if s, _, err = q.want(tx, true); err != nil {
				return err
			}
		}
		d.Text("DirectoryId", id(s.ID, q.path))
		d.Open("Entries")
		base, n := below(s.ID, q.path), 0
		for key, raw := range tx.RecordsFrom(nodeKind, base+prefix, base+marker) {
			e := decode(raw)
			if e == nil || q.Hidden.At(e.Created) {
				continue
			}
			if n++; n > most {
				next = key[len(base):]
				break
			}
			q.entry(d, s, e)
		}
		d.Close("Entries")
		return nil
	})
	if err != nil {
		return err
	}
	d.Text("NextMarker", next)
	d.Close("EnumerationResults")
	return q.send(d)
}

func (q *request) entry(d *wire.Document, s *state.Resource, n *node) {
	kind := "File"
	if n.Dir {
		kind = "Directory"
	}
	d.Open(kind)
	d.Name("Name", n.Name)
	d.Text("FileId", id(s.ID, strings.TrimPrefix(q.path+"/"+n.Name, "/")))
	d.Open("Properties")
	if !n.Dir {
		d.Text("Content-Length", strconv.FormatInt(n.Size, 10))
	}
	if strings.Contains(strings.ToLower(q.Query.Get("include")), "timestamps") {
		d.Text("CreationTime", n.Created.UTC().Format(fileTime))
		d.Text("LastWriteTime", n.Written.UTC().Format(fileTime))
		d.Text("ChangeTime", n.Modified.UTC().Format(fileTime))
		d.When("Last-Modified", n.Modified)
	}
	if strings.Contains(strings.ToLower(q.Query.Get("include")), "etag") {
		d.Text("Etag", n.ETag)
	}
	d.Close("Properties")
	if strings.Contains(strings.ToLower(q.Query.Get("include")), "attributes") {
		d.Text("Attributes", n.Attributes)
	}
	d.Close(kind)
}
