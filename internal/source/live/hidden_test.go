package live_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// hidden is a transport that takes the rows of one type out of Resource Graph's
// answers.
type hidden struct {
	base http.RoundTripper
	typ  string
}

func (h hidden) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := h.base.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/Microsoft.ResourceGraph/resources") || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	var page map[string]any
	err = json.NewDecoder(resp.Body).Decode(&page)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	var rows []any
	for _, row := range page["data"].([]any) {
		if !strings.EqualFold(row.(map[string]any)["type"].(string), h.typ) {
			rows = append(rows, row)
		}
	}
	if rows == nil {
		rows = []any{}
	}
	page["data"], page["count"], page["totalRecords"] = rows, len(rows), len(rows)
	text, err := json.Marshal(page)
	if err != nil {
		return nil, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	return resp, nil
}
