// Package telemetry is the sandbox's Application Insights: it takes in telemetry
// as the SDKs send it, keeps the last items of each component, and answers
// queries over them.
//
// Words: an item is one envelope of telemetry; a component is the Application
// Insights resource that it is for, known by its instrumentation key. A table
// holds items of one kind: requests, traces, customEvents.
package telemetry

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	componentType = "Microsoft.Insights/components"
	itemRecords   = "telemetry.item"
	countRecords  = "telemetry.count"
	kept          = 1000    // items of each component
	largest       = 4 << 20 // bytes of a request, unpacked
)

// Service takes in telemetry and answers queries.
type Service struct {
	w    *world.World
	turn atomic.Uint64 // counts what is asked of something half gone
}

// New makes the service of a world.
func New(w *world.World) *Service { return &Service{w: w} }

// item is an envelope as it is kept.
type item struct {
	Time  time.Time      `json:"time"`
	Name  string         `json:"name"`
	Table string         `json:"table"`
	Tags  map[string]any `json:"tags,omitempty"`
	Data  map[string]any `json:"data,omitempty"`
}

// envelope is an item as SDKs send it.
type envelope struct {
	Name string         `json:"name"`
	Time string         `json:"time"`
	IKey string         `json:"iKey"`
	Tags map[string]any `json:"tags"`
	Data struct {
		BaseType string         `json:"baseType"`
		BaseData map[string]any `json:"baseData"`
	} `json:"data"`
}

// tables are the tables by the types of items.
var tables = map[string]string{
	"RequestData": "requests", "MessageData": "traces", "ExceptionData": "exceptions", "EventData": "customEvents",
	"MetricData": "customMetrics", "RemoteDependencyData": "dependencies", "PageViewData": "pageViews", "AvailabilityData": "availabilityResults",
}

// ServeHTTP answers below /ingestion/ and /insights/.
func (s *Service) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	path := strings.ToLower(r.URL.Path)
	switch {
	case strings.HasPrefix(path, "/ingestion/") && strings.HasSuffix(path, "/track"):
		s.track(rw, r)
	case strings.HasPrefix(path, "/insights/v1/apps/") && strings.HasSuffix(path, "/query"):
		s.query(rw, r, strings.TrimSuffix(r.URL.Path[len("/insights/v1/apps/"):], "/query"))
	default:
		answer(rw, http.StatusNotFound, failed("PathNotFoundError", "The requested path does not exist."))
	}
}

// track takes in what is sent: a JSON array, or one object a line; gzip if it says
// so.
func (s *Service) track(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		answer(rw, http.StatusMethodNotAllowed, failed("MethodNotAllowed", "Telemetry is sent with POST."))
		return
	}
	sent, err := unpack(r)
	if err != nil {
		answer(rw, http.StatusBadRequest, failed("BadRequest", err.Error()))
		return
	}
	type problem struct {
		Index      int    `json:"index"`
		StatusCode int    `json:"statusCode"`
		Message    string `json:"message"`
	}
	problems, accepted, worst := []problem{}, 0, http.StatusOK
	err = s.w.Store.Write(func(tx *state.Tx) error {
		for i, raw := range sent {
			status, why, err := s.take(tx, raw)
			if err != nil {
				return err
			}
			if status != http.StatusOK {
				problems, worst = append(problems, problem{i, status, why}), max(worst, status)
				continue
			}
			accepted++
		}
		return nil
	})
	if err != nil {
		s.w.Log.Error("telemetry cannot be kept", "error", err)
		answer(rw, http.StatusInternalServerError, failed("InternalServerError", "The sandbox cannot keep its state."))
		return
	}
	status := http.StatusOK
	switch {
	case accepted == 0 && len(problems) > 0:
		status = worst
	case len(problems) > 0:
		status = http.StatusPartialContent
	}
	if status == http.StatusServiceUnavailable {
		rw.Header().Set("Retry-After", "10")
	}
	answer(rw, status, map[string]any{"itemsReceived": len(sent), "itemsAccepted": accepted, "errors": problems})
}

// unpack gives the items of a request.
func unpack(r *http.Request) ([]json.RawMessage, error) {
	var src io.Reader = http.MaxBytesReader(nil, r.Body, largest)
	if strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		z, err := gzip.NewReader(src)
		if err != nil {
			return nil, errors.New("the body is not gzip, though it says so")
		}
		src = z
	}
	b, err := io.ReadAll(io.LimitReader(src, largest+1))
	if err != nil || len(b) > largest {
		return nil, errors.New("the body cannot be read, or is larger than 4 MB")
	}
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(b, &list); err != nil {
			return nil, fmt.Errorf("the body is not JSON: %w", err)
		}
		return list, nil
	}
	var list []json.RawMessage
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, largest)
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			list = append(list, bytes.Clone(line))
		}
	}
	return list, lines.Err()
}

// take keeps one item, or says why not.
func (s *Service) take(tx *state.Tx, raw json.RawMessage) (status int, why string, err error) {
	var e envelope
	if json.Unmarshal(raw, &e) != nil || e.Data.BaseType == "" {
		return http.StatusBadRequest, "100: Invalid telemetry item", nil
	}
	c := s.component(tx, func(o object.Object) bool {
		return e.IKey != "" && strings.EqualFold(object.Text(o, "properties.InstrumentationKey"), e.IKey)
	})
	if c == nil {
		return http.StatusBadRequest, "109: Field 'iKey' has an instrumentation key that is not known", nil
	}
	if s.out(tx, c, true) {
		return http.StatusServiceUnavailable, "The component does not take anything in", nil
	}
	at, parseErr := time.Parse(time.RFC3339Nano, e.Time)
	if parseErr != nil {
		at = s.w.Clock.Now()
	}
	table := tables[e.Data.BaseType]
	if table == "" {
		table = "customEvents"
	}
	b, err := json.Marshal(item{at.UTC(), e.Name, table, e.Tags, e.Data.BaseData})
	if err != nil {
		return 0, "", err
	}
	n := count(tx, c.ID)
	if err := tx.PutRecord(itemRecords, fmt.Sprintf("%s/%04d", state.Key(c.ID), n%kept), b); err != nil {
		return 0, "", err
	}
	return http.StatusOK, "", tx.PutRecord(countRecords, state.Key(c.ID), fmt.Appendf(nil, "%d", n+1))
}

// count is how many items a component has taken in.
func count(tx *state.Tx, id string) (n uint64) {
	b, _ := tx.Record(countRecords, state.Key(id))
	_, _ = fmt.Sscan(string(b), &n)
	return n
}

// component finds the component that is meant.
func (s *Service) component(tx *state.Tx, meant func(object.Object) bool) *state.Resource {
	for r := range tx.OfType(componentType, "") {
		if meant(object.Must(r.Body)) {
			return r
		}
	}
	return nil
}

// out says whether a component fails this request.
func (s *Service) out(tx *state.Tx, c *state.Resource, write bool) bool {
	switch s.w.Health.Resource(tx, c.ID, s.w.Clock.Now()).Of(write) {
	case world.Gone:
		return true
	case world.Partial:
		return s.turn.Add(1)%2 == 1
	}
	return false
}

func failed(code, message string) map[string]any {
	return map[string]any{"error": map[string]any{"code": code, "message": message}}
}

func answer(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(body) // the client is gone: nobody is left to tell
}
