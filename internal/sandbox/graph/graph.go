// Package graph is the sandbox's Azure Resource Graph: queries over the resources
// that it holds, as POST /providers/Microsoft.ResourceGraph/resources answers
// them.
//
// Words: a table is what a query starts at: resources holds what ARM tracks,
// resourcecontainers the subscriptions and resource groups. A page is at most
// 1,000 rows; the skip token leads to the next one. The quota is 15 queries in 5
// seconds, of each principal ("Azure Resource Graph" in
// facts/regions-limits-outages.md, section 3).
package graph

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Path is the path that the service answers, in lower case.
const Path = "/providers/microsoft.resourcegraph/resources"

const (
	mostRows = 1000 // on a page
	quota    = 15
	window   = 5 * time.Second
)

// Service answers queries.
type Service struct {
	w       *world.World
	control *control.Control
	// Unthrottled lets every query through.
	Unthrottled bool

	mu    sync.Mutex
	asked map[string][]time.Time // by principal, within the window
}

// New makes the service of a world and its control plane.
func New(w *world.World, c *control.Control) *Service {
	return &Service{w: w, control: c, asked: map[string][]time.Time{}}
}

// submission is the body of a query.
type submission struct {
	Subscriptions    []string `json:"subscriptions"`
	ManagementGroups []string `json:"managementGroups"`
	Query            string   `json:"query"`
	Options          struct {
		SkipToken    string `json:"$skipToken"`
		Top          *int   `json:"$top"`
		Skip         *int   `json:"$skip"`
		ResultFormat string `json:"resultFormat"`
	} `json:"options"`
}

// ServeHTTP answers one query.
func (s *Service) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	now := s.w.Clock.Now()
	rw.Header().Set("x-ms-request-id", strconv.FormatInt(now.UnixNano(), 16))
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	caller, err := s.w.Tokens.Verify(r.Header.Get("Authorization"), now, s.w.At.Main, "https://management.azure.com", "https://management.core.windows.net")
	if err != nil {
		rw.Header().Set("WWW-Authenticate", `Bearer authorization_uri="`+s.w.At.Main+"/"+s.w.Tenant+`", error="invalid_token", error_description="`+err.Error()+`"`)
		refuse(rw, refusal.New(http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed: %v.", err))
		return
	}
	if err := s.admit(rw.Header(), caller.ObjectID); err != nil {
		refuse(rw, err)
		return
	}
	body, err := s.answer(r, now)
	if err != nil {
		refuse(rw, err)
		return
	}
	_, _ = rw.Write(body) // the client is gone: nobody is left to tell
}

// admit counts the query against the quota of who asks. Time is real: what is
// asked is real, too.
func (s *Service) admit(h http.Header, principal string) error {
	if s.Unthrottled {
		return nil
	}
	now := s.w.Wall()
	s.mu.Lock()
	defer s.mu.Unlock()
	recent := slices.DeleteFunc(s.asked[principal], func(t time.Time) bool { return now.Sub(t) >= window })
	over := len(recent) >= quota
	if !over {
		recent = append(recent, now)
	}
	s.asked[principal] = recent
	seconds := int((window - now.Sub(recent[0]) + time.Second - 1) / time.Second)
	h.Set("x-ms-user-quota-remaining", strconv.Itoa(quota-len(recent)))
	h.Set("x-ms-user-quota-resets-after", fmt.Sprintf("00:00:%02d", seconds))
	if over {
		h.Set("Retry-After", strconv.Itoa(seconds))
		return refusal.New(http.StatusTooManyRequests, "RateLimiting", "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see the response headers to learn how long you should wait before retrying.")
	}
	return nil
}

func (s *Service) answer(r *http.Request, now time.Time) ([]byte, error) {
	if r.Method != http.MethodPost {
		return nil, refusal.New(http.StatusMethodNotAllowed, "MethodNotAllowed", "Queries are sent with POST.")
	}
	if r.URL.Query().Get("api-version") == "" {
		return nil, refusal.BadRequest("The api-version query parameter (?api-version=) is required for all requests.")
	}
	src, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, refusal.BadRequest("The request cannot be read to its end.")
	}
	var q submission
	if err := json.Unmarshal(src, &q); err != nil {
		return nil, refusal.BadRequest("The request content is not valid JSON: %v.", err)
	}
	if len(q.ManagementGroups) > 0 {
		return nil, refusal.BadRequest("The sandbox has no management groups: name subscriptions, or none for all.")
	}
	query, err := kusto.Parse(q.Query)
	if err != nil {
		return nil, wrong(err)
	}
	opts := kusto.Options{Now: now, Top: mostRows, DocumentedJoins: true}
	if q.Options.Top != nil && *q.Options.Top > 0 && *q.Options.Top < mostRows {
		opts.Top = *q.Options.Top
	}
	if q.Options.Skip != nil {
		opts.Skip = max(*q.Options.Skip, 0)
	}
	if q.Options.SkipToken != "" {
		raw, err := base64.RawURLEncoding.DecodeString(q.Options.SkipToken)
		n, bad := strconv.Atoi(string(raw))
		if err != nil || bad != nil || n < 0 {
			return nil, refusal.BadRequest("The skip token is not valid.")
		}
		opts.Skip = n
	}
	var result kusto.Result
	err = s.w.Store.Read(func(tx *state.Tx) error {
		tables, err := s.tables(tx, now, q.Subscriptions)
		if err != nil {
			return err
		}
		result, err = query.Run(r.Context(), tables, opts)
		return err
	})
	if err != nil {
		return nil, wrong(err)
	}
	return page(result, opts, q.Options.ResultFormat), nil
}

// wrong is what Resource Graph says of a query that it does not run.
func wrong(err error) error {
	var e *kusto.Error
	if !errors.As(err, &e) {
		return err
	}
	out := refusal.BadRequest("The query cannot be run.")
	out.Details = []*refusal.Error{
		{Code: "InvalidQuery", Message: "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying."},
		{Code: e.Code, Message: fmt.Sprintf("%s (line %d, column %d, at '%s')", e.Message, e.Line, e.Column, e.Token)},
	}
	return out
}

// page writes the rows as objects or as a table.
func page(r kusto.Result, o kusto.Options, format string) []byte {
	b := fmt.Appendf(nil, `{"totalRecords":%d,"count":%d,"resultTruncated":"false","facets":[]`, r.Total, len(r.Rows))
	if end := o.Skip + len(r.Rows); end < r.Total && len(r.Rows) > 0 {
		token := base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end)))
		b = fmt.Appendf(b, `,"$skipToken":%q`, token)
	}
	names := make([][]byte, len(r.Columns))
	for i, c := range r.Columns {
		names[i], _ = json.Marshal(c.Name) // a string always has a form in JSON
	}
	if format == "table" {
		b = append(b, `,"data":{"columns":[`...)
		for i, c := range r.Columns {
			b = comma(b, i)
			b = fmt.Appendf(b, `{"name":%s,"type":%q}`, names[i], c.Type.ResourceGraph())
		}
		b = append(b, `],"rows":[`...)
		for i, row := range r.Rows {
			b = append(comma(b, i), '[')
			for k := range r.Columns {
				b = row.Column(k).AppendJSON(comma(b, k))
			}
			b = append(b, ']')
		}
		return append(b, `]}}`...)
	}
	b = append(b, `,"data":[`...)
	for i, row := range r.Rows {
		b = append(comma(b, i), '{')
		for k := range r.Columns {
			b = append(append(comma(b, k), names[k]...), ':')
			b = row.Column(k).AppendJSON(b)
		}
		b = append(b, '}')
	}
	return append(b, `]}`...)
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func refuse(rw http.ResponseWriter, err error) {
	e := refusal.Of(err)
	b, _ := json.Marshal(map[string]any{"error": e}) // its parts are strings
	rw.WriteHeader(e.Status)
	_, _ = rw.Write(b)
}

// known says whether a subscription is among those asked for; none asked for is
// all.
func known(asked []string, id string) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, func(a string) bool { return strings.EqualFold(a, id) })
}
