package blob

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/grant"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// The development account that Azurite's documentation publishes.
const (
	devAccount = "devstoreaccount1"
	devKey     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

// writeKind are the records of when a blob in Azurite was written, by the
// sandbox's clock: Azurite knows only the wall clock.
const writeKind = "blob.azurite"

// azuriteVersion is the newest version of the protocol that is asked of Azurite.
const azuriteVersion = "2025-11-05"

// azurite keeps blobs in a running Azurite. Accounts, containers, who may do
// what, outages and the second region stay here: each container of the sandbox is
// one of Azurite's single account, under a name of its own. The second region
// does not have former states there: what was written within the lag is missing
// from it.
type azurite struct {
	base    *url.URL
	account string
	key     []byte
	client  *http.Client

	mu    sync.Mutex
	known map[string]string // name of a container there -> account/container here
}

func newAzurite(o Options) (*azurite, error) {
	base, err := url.Parse(o.Azurite)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of an Azurite: give one such as http://127.0.0.1:10000", o.Azurite)
	}
	z := &azurite{base: base, account: o.AzuriteAccount, client: o.Client, known: map[string]string{}}
	text := o.AzuriteKey
	if z.account == "" {
		z.account, text = devAccount, devKey
	}
	if z.key, err = base64.StdEncoding.DecodeString(text); err != nil || len(z.key) == 0 {
		return nil, errors.New("the key of Azurite's account is not base64")
	}
	if z.client == nil {
		z.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second}}
	}
	return z, nil
}

// takes says whether Azurite answers a request: for all that is about blobs.
func (z *azurite) takes(q *request) bool {
	return q.blob != "" || q.container != "" && (q.Query.Get("comp") == "list" || q.r.Method == http.MethodDelete)
}

// name is the name that a container has in Azurite. One that is made anew after
// its deletion has another.
func (z *azurite) name(c *state.Resource) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", state.Key(c.ID), c.Created.UnixNano()))
	return "h" + hex.EncodeToString(sum[:20])
}

func (z *azurite) serve(q *request, op operation) error {
	var name string
	var hidden bool
	if err := q.read(func(tx *state.Tx, c *state.Resource) error {
		name = z.name(c)
		hidden = q.blob != "" && z.hidden(tx, q, docKey(c.ID, q.blob))
		return nil
	}); err != nil {
		return err
	}
	if hidden {
		return errBlobNotFound
	}
	if q.blob == "" && q.r.Method == http.MethodDelete {
		if err := op.run(q); err != nil {
			return err
		}
		return z.drop(q, name)
	}
	if err := z.ensure(q, name); err != nil {
		return err
	}
	if err := z.flush(q, name); err != nil {
		return err
	}
	return z.forward(q, op, name)
}

// hidden says whether the last write of a blob is not to be seen.
func (z *azurite) hidden(tx *state.Tx, q *request, key string) bool {
	raw, ok := tx.Record(writeKind, key)
	if !ok {
		return false
	}
	at, err := time.Parse(time.RFC3339Nano, string(raw))
	return err == nil && q.Hidden.At(at)
}

// forward sends a request on and its answer back.
func (z *azurite) forward(q *request, op operation, name string) error {
	r, err := z.request(q.r.Context(), q.r.Method, name, q.blob, q.Query)
	if err != nil {
		return err
	}
	for k, v := range q.r.Header {
		if !dropped[k] {
			r.Header[k] = v
		}
	}
	r.ContentLength = q.r.ContentLength
	if r.ContentLength > 0 {
		r.Body = io.NopCloser(q.r.Body)
	}
	if q.r.Header.Get("x-ms-copy-source") != "" {
		if err := z.rewriteSource(q, r); err != nil {
			return err
		}
	}
	if op.write && !q.Grant.May("w") && q.r.Method == http.MethodPut {
		r.Header.Set("If-None-Match", "*") // who may only create does not replace
	}
	res, err := z.send(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if op.write && res.StatusCode < 300 {
		if err := z.wrote(q); err != nil {
			return err
		}
	}
	return z.answer(q, res, name)
}

// dropped are headers that are not sent on: those of the connection, and those
// of who asks, who was let in here.
var dropped = map[string]bool{"Authorization": true, "Connection": true, "X-Ms-Version": true, "X-Ms-Date": true, "Date": true, "X-Ms-Copy-Source": true,
	"X-Ms-Copy-Source-Authorization": true, "Accept-Encoding": true, "Content-Length": true, "X-Forwarded-For": true, "Expect": true}

// sasFields are the parts of a query that are a signature.
var sasFields = []string{"sv", "ss", "srt", "sp", "st", "se", "sip", "spr", "sig", "si", "sr", "skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid", "ses", "sdd",
	"skdutid", "sduoid", "rscc", "rscd", "rsce", "rscl", "rsct"}

// request is a request to Azurite, not signed yet.
func (z *azurite) request(ctx context.Context, method, container, blob string, query url.Values) (*http.Request, error) {
	u := *z.base
	u.Path = "/" + z.account + "/" + container
	if blob != "" {
		u.Path += "/" + blob
	}
	v := url.Values{}
	for k, values := range query {
		v[k] = values
	}
	for _, k := range sasFields {
		v.Del(k)
	}
	u.RawQuery = v.Encode()
	r, err := http.NewRequestWithContext(ctx, method, u.String(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("a request to Azurite: %w", err)
	}
	return r, nil
}

// send signs a request and sends it.
func (z *azurite) send(r *http.Request) (*http.Response, error) {
	r.Header.Set("x-ms-version", azuriteVersion)
	r.Header.Set("x-ms-date", time.Now().UTC().Format(http.TimeFormat)) // Azurite lives by the wall clock
	grant.Authorize(r, z.account, z.key)
	res, err := z.client.Do(r)
	if err != nil {
		if u := (*url.Error)(nil); errors.As(err, &u) {
			err = u.Err // without the URL
		}
		f := *account.ErrBusy
		f.Message = fmt.Sprintf("The Azurite behind this storage account does not answer: %v.", err)
		return nil, &f
	}
	return res, nil
}

// simple sends a request of our own; statuses other than those named are an
// error.
func (z *azurite) simple(r *http.Request, statuses ...int) error {
	res, err := z.send(r)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	_ = res.Body.Close()
	for _, s := range statuses {
		if res.StatusCode == s {
			return nil
		}
	}
	return fmt.Errorf("%s for a container or blob: Azurite answers %s (%s)", r.Method, res.Status, res.Header.Get("x-ms-error-code"))
}

// ensure makes the container in Azurite the first time it is used.
func (z *azurite) ensure(q *request, name string) error {
	z.mu.Lock()
	_, ok := z.known[name]
	z.mu.Unlock()
	if ok {
		return nil
	}
	r, err := z.request(q.r.Context(), http.MethodPut, name, "", url.Values{"restype": {"container"}})
	if err != nil {
		return err
	}
	if err := z.simple(r, http.StatusCreated, http.StatusConflict); err != nil {
		return err
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.known[name] = q.Name + "/" + q.container
	return nil
}

// drop deletes a container in Azurite. The answer has been sent: what fails is
// left there under a name that nobody uses again.
func (z *azurite) drop(q *request, name string) error {
	r, err := z.request(q.r.Context(), http.MethodDelete, name, "", url.Values{"restype": {"container"}})
	if err == nil {
		err = z.simple(r, http.StatusAccepted, http.StatusNotFound)
	}
	if err != nil {
		q.world.Log.Warn("a container stays in Azurite", "container", q.container, "error", err)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	delete(z.known, name)
	return nil
}

// wrote keeps the time of a write where somebody may ask for it.
func (z *azurite) wrote(q *request) error {
	if !q.Geo() {
		return nil
	}
	return q.world.Store.Write(func(tx *state.Tx) error {
		return tx.PutRecord(writeKind, docKey(containerID(q.ID, q.container), q.blob), []byte(q.Now.Format(time.RFC3339Nano)))
	})
}

// rewriteSource lets a copy read its source in Azurite, when the caller may read
// it here.
func (z *azurite) rewriteSource(q *request, r *http.Request) error {
	s, err := q.openSource()
	if err != nil {
		return err
	}
	return s.read(func(_ *state.Tx, c *state.Resource) error {
		from, err := z.request(q.r.Context(), http.MethodGet, z.name(c), s.blob, nil)
		if err != nil {
			return err
		}
		r.Header.Set("x-ms-copy-source", from.URL.String())
		return nil
	})
}

// answer sends an answer of Azurite back, with the names of here.
func (z *azurite) answer(q *request, res *http.Response, name string) error {
	h := q.w.Header()
	for k, v := range res.Header {
		switch k {
		case "X-Ms-Version", "X-Ms-Request-Id", "X-Ms-Client-Request-Id", "Date", "Server", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length":
		case "X-Ms-Copy-Source":
			h[k] = []string{z.here(q, v[0])}
		default:
			h[k] = v
		}
	}
	for k, v := range q.Grant.Overrides {
		h.Set(k, v)
	}
	if q.blob == "" && res.StatusCode == http.StatusOK {
		return z.list(q, res)
	}
	if res.ContentLength >= 0 {
		h.Set("Content-Length", strconv.FormatInt(res.ContentLength, 10))
	}
	q.w.WriteHeader(res.StatusCode)
	if _, err := io.Copy(q.w, res.Body); err != nil {
		q.world.Log.Debug("an answer of Azurite was not passed on", "path", q.r.URL.Path, "error", err)
	}
	return nil
}

// here is the address that a blob in Azurite has in the sandbox.
func (z *azurite) here(q *request, there string) string {
	u, err := url.Parse(there)
	if err != nil {
		return ""
	}
	container, blob, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"+z.account+"/"), "/")
	z.mu.Lock()
	known := z.known[container]
	z.mu.Unlock()
	return q.world.At.Blob + "/" + (&url.URL{Path: known + "/" + blob}).EscapedPath()
}

var (
	listHead  = regexp.MustCompile(`<EnumerationResults[^>]*>`)
	listEntry = regexp.MustCompile(`(?s)<Blob><Name>(.*?)</Name>.*?</Blob>`)
)

// list sends a list back, with the names of here and without what is hidden.
func (z *azurite) list(q *request, res *http.Response) error {
	raw, err := io.ReadAll(io.LimitReader(res.Body, 256<<20))
	if err != nil {
		return account.ErrBusy
	}
	text := listHead.ReplaceAllLiteralString(string(raw), fmt.Sprintf(`<EnumerationResults ServiceEndpoint=%q ContainerName=%q>`, q.world.At.BlobEndpoint(q.Name, q.Secondary), q.container))
	if q.Hidden != (account.Hidden{}) {
		_ = q.world.Store.Read(func(tx *state.Tx) error {
			text = listEntry.ReplaceAllStringFunc(text, func(entry string) string {
				var name string
				if xml.Unmarshal([]byte("<Name>"+listEntry.FindStringSubmatch(entry)[1]+"</Name>"), &name) == nil && z.hidden(tx, q, docKey(containerID(q.ID, q.container), name)) {
					return ""
				}
				return entry
			})
			return nil
		})
	}
	q.w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	q.w.WriteHeader(res.StatusCode)
	_, _ = io.WriteString(q.w, text)
	return nil
}
