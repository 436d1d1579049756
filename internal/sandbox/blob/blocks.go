package blob

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// block is what a record keeps of a block that is not committed.
type block struct {
	Piece string    `json:"piece"`
	Size  int64     `json:"size"`
	At    time.Time `json:"at"`
}

func decodeBlock(raw []byte) block {
	var b block
	_ = json.Unmarshal(raw, &b) // only what is not ours is not readable
	return b
}

var errBlockList = account.Refuse(http.StatusBadRequest, "InvalidBlockList", "The specified block list is invalid.")

// blockID is the id of the request's block.
func (q *request) blockID() (string, error) {
	id := q.Query.Get("blockid")
	raw, err := base64.StdEncoding.DecodeString(id)
	if err != nil || len(raw) == 0 || len(raw) > 64 {
		return "", account.Query("blockid", id, "Not a valid base64 string.")
	}
	return id, nil
}

// putBlock is Put Block and Put Block From URL.
func (q *request) putBlock() error {
	id, err := q.blockID()
	if err != nil {
		return err
	}
	if err := q.read(func(tx *state.Tx, c *state.Resource) error { return q.blockable(tx, c, id) }); err != nil {
		return err
	}
	var b block
	var sum *wire.Sums
	if q.r.Header.Get("x-ms-copy-source") != "" {
		b.Piece, b.Size, sum, err = q.fetch("x-ms-source-range", maxBlock)
	} else {
		b.Piece, b.Size, sum, err = q.receive(maxBlock)
	}
	if err != nil {
		return err
	}
	b.At = q.Now
	err = q.write(func(tx *state.Tx, c *state.Resource) error {
		if err := q.blockable(tx, c, id); err != nil {
			return err
		}
		key := blockKey(c.ID, q.blob, id)
		if raw, ok := tx.Record(blockKind, key); ok {
			q.loose = append(q.loose, decodeBlock(raw).Piece)
		}
		raw, err := json.Marshal(b)
		if err != nil {
			return err
		}
		return tx.PutRecord(blockKind, key, raw)
	})
	if err != nil {
		q.content.Delete(b.Piece)
		return err
	}
	sum.Answer(q.w.Header(), q.r.Header)
	return q.created()
}

// blockable says whether a block can be put: the blob is one of blocks or not
// there, its lease allows it, and the ids have one length.
func (q *request) blockable(tx *state.Tx, c *state.Resource, id string) error {
	if s := q.now(tx, c); s != nil {
		if s.Type != blockBlob {
			return errBlobType
		}
		if err := s.Lease.permits(q.r.Header.Get("x-ms-lease-id"), q.Now, "Blob"); err != nil {
			return err
		}
	}
	for key := range tx.Records(blockKind, blockKey(c.ID, q.blob, "")) {
		if other := key[strings.LastIndexByte(key, 0)+1:]; len(other) != len(id) {
			return account.Refuse(http.StatusBadRequest, "InvalidBlobOrBlock", "The specified blob or block content is invalid: the ids of a blob's blocks must have the same length.")
		}
		break
	}
	return nil
}

var errBlobType = account.Refuse(http.StatusConflict, "InvalidBlobType", "The blob type is invalid for this operation.")

// blockList is the body of Put Block List: ids in the order of the blob, each
// with where it is looked for.
type blockList struct {
	Entries []struct {
		XMLName xml.Name
		ID      string `xml:",chardata"`
	} `xml:",any"`
}

func (q *request) putBlockList() error {
	var list blockList
	if err := q.body(&list); err != nil {
		return err
	}
	if len(list.Entries) > maxBlocks {
		return account.Refuse(http.StatusBadRequest, "BlockListTooLong", "The block list may not contain more than 50,000 blocks.")
	}
	n, err := q.described(blockBlob)
	if err != nil {
		return err
	}
	if q.r.Header.Get("x-ms-blob-content-type") == "" {
		n.Headers["Content-Type"] = "application/octet-stream" // that of the request is the XML's
	}
	err = q.write(func(tx *state.Tx, c *state.Resource) error {
		s := q.now(tx, c)
		if err := q.writable(tx, c, s); err != nil {
			return err
		}
		if err := q.assemble(tx, c, s, n, list); err != nil {
			return err
		}
		return q.commit(tx, c, s, n)
	})
	if err != nil {
		return err
	}
	return q.created()
}

// assemble makes the parts of n from a list of blocks. A block that stands in it
// more than once is one piece all the same.
func (q *request) assemble(tx *state.Tx, c *state.Resource, s, n *blobState, list blockList) error {
	committed := map[string]part{}
	if s != nil {
		if s.Type != blockBlob {
			return errBlobType
		}
		for _, p := range s.Parts {
			if p.Block != "" {
				committed[p.Block] = p
			}
		}
	}
	for _, e := range list.Entries {
		id := strings.TrimSpace(e.ID)
		var p part
		raw, fresh := tx.Record(blockKind, blockKey(c.ID, q.blob, id))
		old, kept := committed[id]
		switch e.XMLName.Local {
		case "Committed":
			fresh = false
		case "Uncommitted":
			kept = false
		case "Latest":
		default:
			return account.ErrXML
		}
		switch {
		case fresh:
			b := decodeBlock(raw)
			p = part{Piece: b.Piece, Size: b.Size, Block: id}
		case kept:
			p = old
		default:
			return errBlockList
		}
		n.Parts, n.Size = append(n.Parts, p), n.Size+p.Size
	}
	return nil
}

// dropBlocks forgets the blocks that are not committed; their pieces become
// loose unless n has them.
func (q *request) dropBlocks(tx *state.Tx, c *state.Resource, n *blobState) error {
	var keys []string
	for key, raw := range tx.Records(blockKind, blockKey(c.ID, q.blob, "")) {
		keys = append(keys, key)
		piece := decodeBlock(raw).Piece
		if !slices.ContainsFunc(n.Parts, func(p part) bool { return p.Piece == piece }) {
			q.loose = append(q.loose, piece)
		}
	}
	for _, key := range keys {
		if err := tx.DeleteRecord(blockKind, key); err != nil {
			return err
		}
	}
	return nil
}

func (q *request) getBlockList() error {
	which := q.Query.Get("blocklisttype")
	if which == "" {
		which = "committed"
	}
	if which != "committed" && which != "uncommitted" && which != "all" {
		return account.Query("blocklisttype", which, "It must be committed, uncommitted or all.")
	}
	d := wire.NewDocument()
	d.Open("BlockList")
	entry := func(id string, size int64) {
		d.Open("Block")
		d.Text("Name", id)
		d.Text("Size", strconv.FormatInt(size, 10))
		d.Close("Block")
	}
	err := q.read(func(tx *state.Tx, c *state.Resource) error {
		s := q.now(tx, c)
		if s != nil && s.Type != blockBlob {
			return errBlobType
		}
		found := s != nil
		if s != nil {
			q.tagged(s.ETag, s.Modified)
			q.w.Header().Set("x-ms-blob-content-length", strconv.FormatInt(s.Size, 10))
		}
		if which != "uncommitted" {
			d.Open("CommittedBlocks")
			if s != nil {
				for _, p := range s.Parts {
					if p.Block != "" {
						entry(p.Block, p.Size)
					}
				}
			}
			d.Close("CommittedBlocks")
		}
		d2 := which != "committed"
		if d2 {
			d.Open("UncommittedBlocks")
		}
		for key, raw := range tx.Records(blockKind, blockKey(c.ID, q.blob, "")) {
			found = true
			if d2 {
				entry(key[strings.LastIndexByte(key, 0)+1:], decodeBlock(raw).Size)
			}
		}
		if d2 {
			d.Close("UncommittedBlocks")
		}
		if !found {
			return errBlobNotFound
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.Close("BlockList")
	return q.send(d)
}

// appendBlock is Append Block and Append Block From URL.
func (q *request) appendBlock() error {
	var p part
	var sum *wire.Sums
	check := func(tx *state.Tx, c *state.Resource) (*doc, *blobState, error) {
		d, s, err := q.current(tx, c)
		if err != nil {
			return nil, nil, err
		}
		return d, s, q.appendable(s)
	}
	err := q.read(func(tx *state.Tx, c *state.Resource) error {
		_, _, err := check(tx, c)
		return err
	})
	if err != nil {
		return err
	}
	if q.r.Header.Get("x-ms-copy-source") != "" {
		p.Piece, p.Size, sum, err = q.fetch("x-ms-source-range", maxAppend)
	} else {
		p.Piece, p.Size, sum, err = q.receive(maxAppend)
	}
	if err != nil {
		return err
	}
	p.At = q.Now
	err = q.write(func(tx *state.Tx, c *state.Resource) error {
		d, s, err := check(tx, c)
		if err != nil {
			return err
		}
		q.w.Header().Set("x-ms-blob-append-offset", strconv.FormatInt(s.Size, 10))
		n, merged, err := q.extend(s, p)
		if err != nil {
			return err
		}
		q.w.Header().Set("x-ms-blob-committed-block-count", strconv.Itoa(len(n.Parts)))
		q.tagged(n.ETag, n.Modified)
		d.States = d.States[:len(d.States)-1] // what was appended tells its time by itself
		q.loose = append(q.loose, merged...)
		d.States = append(d.States, n)
		return d.save(tx, c.ID, q.blob)
	})
	if err != nil {
		q.content.Delete(p.Piece)
		return err
	}
	sum.Answer(q.w.Header(), q.r.Header)
	return q.created()
}

// small is the size below which what was appended long ago is put together, so
// that a log of many lines is not one of many pieces.
const small = 256 << 10

// extend is an append blob with one more part. It gives the pieces that were put
// together into another.
func (q *request) extend(s *blobState, p part) (*blobState, []string, error) {
	n := s.change(q.Now)
	n.At = s.At
	n.ETag = nextETag(s.ETag, q.Now, p)
	n.Parts = slices.Clone(s.Parts)
	n.Size += p.Size
	if last := len(n.Parts) - 1; last >= 63 {
		from := last
		size := int64(0)
		for from >= 0 && size+n.Parts[from].Size <= small && q.settled(n.Parts[from]) {
			size += n.Parts[from].Size
			from--
		}
		if rest := n.Parts[from+1:]; len(rest) >= 32 {
			var ids []string
			for _, r := range rest {
				ids = append(ids, r.Piece)
			}
			joined, err := q.join(ids, rest[len(rest)-1].At)
			if err != nil {
				return nil, nil, err
			}
			n.Parts = append(slices.Clone(n.Parts[:from+1]), joined, p)
			return n, ids, nil
		}
	}
	n.Parts = append(n.Parts, p)
	return n, nil, nil
}

// settled says that no reader sees a part's time any more.
func (q *request) settled(p part) bool { return !q.Geo() || q.Now.Sub(p.At) > historyKept }

func (q *request) join(ids []string, at time.Time) (part, error) {
	r, err := q.content.Read(0, 1<<62, ids...)
	if err != nil {
		return part{}, err
	}
	defer r.Close()
	id, size, err := q.content.Put(io.Reader(r))
	return part{Piece: id, Size: size, At: at}, err
}

// appendable checks what an append asks of the blob.
func (q *request) appendable(s *blobState) error {
	if s.Type != appendBlob {
		return errBlobType
	}
	if err := q.check(s); err != nil {
		return err
	}
	if s.Sealed {
		return account.Refuse(http.StatusConflict, "BlobIsSealed", "The specified blob is sealed and its contents can't be modified unless the blob is re-created after a delete.")
	}
	if len(s.Parts) >= maxBlocks {
		return account.Refuse(http.StatusConflict, "BlockCountExceedsLimit", "The committed block count cannot exceed the maximum limit of 50,000 blocks.")
	}
	h := q.r.Header
	if v := h.Get("x-ms-blob-condition-appendpos"); v != "" && v != strconv.FormatInt(s.Size, 10) {
		return account.Refuse(http.StatusPreconditionFailed, "AppendPositionConditionNotMet", "The append position condition specified was not met.")
	}
	if v := h.Get("x-ms-blob-condition-maxsize"); v != "" {
		most, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return account.Header("x-ms-blob-condition-maxsize", v)
		}
		if s.Size+max(q.r.ContentLength, 0) > most {
			return account.Refuse(http.StatusPreconditionFailed, "MaxBlobSizeConditionNotMet", "The max blob size condition specified was not met.")
		}
	}
	return nil
}

func (q *request) seal() error {
	return q.alter(http.StatusOK, func(s *blobState) error {
		if s.Type != appendBlob {
			return errBlobType
		}
		s.Sealed = true
		q.w.Header().Set("x-ms-blob-sealed", "true")
		return nil
	})
}
