package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
)

// graphPath is where Resource Graph takes queries.
const graphPath = "/providers/Microsoft.ResourceGraph/resources"

// graphVersion is the api-version of queries.
const graphVersion = "2022-10-01"

// The bounds of one query (learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests).
const (
	graphRows          = 1000
	graphSubscriptions = 300
)

type graphRequest struct {
	Subscriptions []string     `json:"subscriptions,omitempty"`
	Query         string       `json:"query"`
	Options       graphOptions `json:"options"`
}

type graphOptions struct {
	Top          int    `json:"$top"`
	SkipToken    string `json:"$skipToken,omitempty"`
	ResultFormat string `json:"resultFormat"`
}

type graphPage struct {
	TotalRecords    *int64             `json:"totalRecords"`
	Count           *int64             `json:"count"`
	ResultTruncated string             `json:"resultTruncated"`
	SkipToken       string             `json:"$skipToken"`
	Data            *[]json.RawMessage `json:"data"`
}

// Query runs a Resource Graph query over subscriptions, or over all that the
// login sees when there are none, and yields the rows as objects. Many
// subscriptions are asked for in batches, so a query that sums up (summarize,
// count, top, limit) does so within each batch. A query that may fill more than a
// page should be ordered by a unique column such as id.
//
// An error ends it and means that the rows are not all: pages were lost, or the
// number of rows is not the one that the service announced.
func (c *Client) Query(ctx context.Context, query string, subscriptions []string) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for begin := 0; begin == 0 || begin < len(subscriptions); begin += graphSubscriptions {
			batch := subscriptions[begin:min(begin+graphSubscriptions, len(subscriptions))]
			if !c.queryBatch(ctx, query, batch, yield) {
				return
			}
		}
	}
}

// queryBatch yields the rows of all pages of a query, false when that ended early.
func (c *Client) queryBatch(ctx context.Context, query string, subscriptions []string, yield func(json.RawMessage, error) bool) bool {
	request := graphRequest{Subscriptions: subscriptions, Query: query, Options: graphOptions{Top: graphRows, ResultFormat: "objectArray"}}
	var rows int64
	seen := map[string]bool{}
	for {
		k, err := c.newCall(ctx, http.MethodPost, graphPath, graphVersion, request, []Option{Repeatable()})
		if err != nil {
			return yield(nil, err) && false
		}
		resp, err := c.do(ctx, k)
		if err != nil {
			return yield(nil, err) && false
		}
		p, err := readGraphPage(resp)
		if err == nil {
			for _, row := range *p.Data {
				if !yield(row, nil) {
					return false
				}
			}
			rows += int64(len(*p.Data))
			err = p.whole(rows, resp.Header, seen)
		}
		if err != nil {
			yield(nil, &Error{Operation: "query", Resource: graphPath, Status: resp.Status, RequestID: resp.RequestID, CorrelationID: resp.CorrelationID,
				Kind: ErrIncomplete, Err: err, Hint: "resources may have come or gone meanwhile: ask again"})
			return false
		}
		if p.SkipToken == "" {
			return true
		}
		request.Options.SkipToken = p.SkipToken
	}
}

func readGraphPage(resp *Response) (graphPage, error) {
	var p graphPage
	switch err := json.Unmarshal(resp.Body, &p); {
	case err != nil:
		return p, errors.New("the answer is no page of rows")
	case p.Data == nil || p.TotalRecords == nil:
		return p, errors.New("the answer lacks its rows or their number")
	case p.Count != nil && *p.Count != int64(len(*p.Data)):
		return p, fmt.Errorf("the answer announces %d rows and has %d", *p.Count, len(*p.Data))
	}
	return p, nil
}

// whole checks after a page what can be said of the rows so far.
func (p graphPage) whole(rows int64, h http.Header, seen map[string]bool) error {
	switch {
	case h.Get("x-ms-tenant-subscription-limit-hit") == "true":
		return errors.New("the login sees more subscriptions than one query takes: name the subscriptions")
	case p.SkipToken == "" && p.ResultTruncated == "true":
		return fmt.Errorf("the service cut the result off after %d rows and gives no way to the rest (does the query give the column id?)", rows)
	case p.SkipToken == "" && rows != *p.TotalRecords:
		return fmt.Errorf("%d rows came of %d", rows, *p.TotalRecords)
	case p.SkipToken != "" && seen[p.SkipToken]:
		return errors.New("the next page is one that was read already")
	case p.SkipToken != "" && len(*p.Data) == 0:
		return errors.New("a page in the middle has no rows")
	}
	seen[p.SkipToken] = true
	return nil
}
