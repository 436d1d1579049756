package blob

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
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
	if id == "" {
		return "", account.MissingQuery("blockid")
	}
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
