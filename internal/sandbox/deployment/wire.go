package deployment

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Request is one request about deployments.
type Request struct {
	Method string
	Path   string // for which [Handles] is true
	Query  url.Values
	Body   []byte // as it was sent: places in templates are counted in it
	Caller world.Caller
	// Correlation is the x-ms-correlation-request-id that the client has set, by
	// which the deployment is known in the activity log; "" has one made up.
	Correlation string
}

// Answer is what to answer. Body is marshalled as JSON; nil is an empty body.
type Answer struct {
	Status int
	Header http.Header
	Body   any
}

// apiVersions are those that clients in use send (azure-cli 2.45 sends
// 2022-09-01), newest first.
var apiVersions = []string{
	"2025-04-01", "2025-03-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-07-01", "2022-09-01", "2022-06-01",
	"2021-04-01", "2021-01-01", "2020-10-01", "2020-08-01", "2020-06-01", "2019-10-01", "2019-08-01", "2019-07-01",
	"2019-05-10", "2019-05-01", "2018-05-01", "2017-05-10", "2016-09-01", "2016-06-01", "2015-01-01",
}

// APIVersions are the versions that deployments are answered in, newest first.
func APIVersions() []string { return append([]string(nil), apiVersions...) }

// maxBody is what the service takes: 4 MB
// (learn.microsoft.com/azure/azure-resource-manager/templates/best-practices).
const maxBody = 4 << 20

// Answer answers a request. Any that is not a GET or HEAD needs a transaction
// that writes. A refusal is a *refusal.Error, after which the transaction is to
// be taken back.
func (s *Service) Answer(tx *state.Tx, now time.Time, r Request) (Answer, error) {
	p, err := parse(r.Path)
	if err != nil {
		return Answer{}, err
	}
	if err := checkVersion(r.Query.Get("api-version")); err != nil {
		return Answer{}, err
	}
	if len(r.Body) > maxBody {
		return Answer{}, refusal.New(http.StatusRequestEntityTooLarge, "RequestContentTooLarge", "The request content size exceeds the maximum size of 4 MB.")
	}
	if err := s.scopeExists(tx, p); err != nil {
		return Answer{}, err
	}
	if p.name == "" {
		if r.Method != http.MethodGet {
			return Answer{}, notAllowed(r.Method)
		}
		return s.list(tx, p, r)
	}
	action := ""
	if len(p.rest) > 0 {
		action = strings.ToLower(p.rest[0])
	}
	switch {
	case action == "" && len(p.rest) == 0:
		return s.answerDeployment(tx, now, p, r)
	case r.Method == http.MethodGet && action == "operations":
		return s.operations(tx, p, r)
	case r.Method == http.MethodGet && action == "operationstatuses" && len(p.rest) == 2:
		return s.status(tx, p)
	case r.Method == http.MethodGet && action == "operationresults" && len(p.rest) == 2:
		return s.whatIfResult(tx, p)
	case r.Method == http.MethodPost && len(p.rest) == 1:
		return s.answerAction(tx, now, p, action, r)
	}
	return Answer{}, notAllowed(r.Method)
}

func (s *Service) answerDeployment(tx *state.Tx, now time.Time, p place, r Request) (Answer, error) {
	switch r.Method {
	case http.MethodPut:
		return s.put(tx, now, p, r)
	case http.MethodGet:
		d, err := s.find(tx, p)
		if err != nil {
			return Answer{}, err
		}
		return Answer{Status: http.StatusOK, Body: s.view(d)}, nil
	case http.MethodHead:
		d, err := s.load(tx, p.id())
		if err != nil || d == nil {
			return Answer{Status: http.StatusNotFound}, err
		}
		return Answer{Status: http.StatusNoContent}, nil
	case http.MethodDelete:
		return s.remove(tx, p)
	}
	return Answer{}, notAllowed(r.Method)
}

func (s *Service) answerAction(tx *state.Tx, now time.Time, p place, action string, r Request) (Answer, error) {
	switch action {
	case "validate":
		return s.validate(tx, now, p, r)
	case "whatif":
		return s.whatIf(tx, now, p, r)
	case "cancel":
		return s.cancel(tx, now, p)
	case "exporttemplate":
		return s.export(tx, p)
	case "listoutputswithsecurevalues":
		return s.secureOutputs(tx, p)
	}
	return Answer{}, notAllowed(r.Method)
}

func notAllowed(method string) error {
	return refusal.New(http.StatusMethodNotAllowed, "MethodNotAllowed", "The method %s is not supported on this resource of deployments.", method)
}

func checkVersion(v string) error {
	if v == "" {
		return refusal.New(http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
	}
	for _, known := range apiVersions {
		if strings.EqualFold(known, v) {
			return nil
		}
	}
	return refusal.New(http.StatusBadRequest, "InvalidResourceType",
		"The resource type 'deployments' could not be found in the namespace 'Microsoft.Resources' for api version '%s'. The supported api-versions are '%s'.", v, strings.Join(apiVersions, ","))
}

// scopeExists refuses scopes that are not there.
func (s *Service) scopeExists(tx *state.Tx, p place) error {
	if _, ok := s.subscription(tx, p.subscription); !ok {
		return refusal.New(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", p.subscription)
	}
	if p.group != "" && tx.Resource(p.scope) == nil {
		return refusal.GroupNotFound(p.group)
	}
	return nil
}

func (s *Service) subscription(tx *state.Tx, id string) (name string, ok bool) {
	if s.outside.Subscription == nil {
		return "", true
	}
	return s.outside.Subscription(tx, id)
}

// find gives a deployment that must be there.
func (s *Service) find(tx *state.Tx, p place) (*record, error) {
	d, err := s.load(tx, p.id())
	if err == nil && d == nil {
		err = refusal.New(http.StatusNotFound, "DeploymentNotFound", "Deployment '%s' could not be found.", p.name)
	}
	return d, err
}

// status is what a client polls that follows Azure-AsyncOperation.
func (s *Service) status(tx *state.Tx, p place) (Answer, error) {
	d, err := s.find(tx, p)
	if err != nil {
		return Answer{}, err
	}
	body := object.Object{"status": d.State}
	a := Answer{Status: http.StatusOK, Body: body, Header: http.Header{}}
	if d.Error != nil {
		body["error"] = d.Error
	}
	if !d.done() {
		a.Header.Set("Retry-After", retryAfter)
	}
	return a, nil
}

// retryAfter keeps clients from their own default, which is 30 s for the az CLI.
const retryAfter = "1"

// remove takes a deployment out of the history; what it deployed stays.
func (s *Service) remove(tx *state.Tx, p place) (Answer, error) {
	d, err := s.load(tx, p.id())
	if err != nil || d == nil {
		return Answer{Status: http.StatusNoContent}, err
	}
	if !d.done() {
		return Answer{}, refusal.Conflict("DeploymentActive", "Unable to delete deployment '%s': it is still active. Cancel it first.", d.Name)
	}
	return Answer{Status: http.StatusNoContent}, s.drop(tx, d)
}

func (s *Service) drop(tx *state.Tx, d *record) error {
	delete(s.runs, d.Run)
	if err := tx.DeleteRecord(recordKind, state.Key(d.ID)); err != nil {
		return err
	}
	return tx.DeleteRecord(inputKind, state.Key(d.ID))
}

// list gives the deployments of a scope, the newest first, in pages.
func (s *Service) list(tx *state.Tx, p place, r Request) (Answer, error) {
	want := ""
	if f := r.Query.Get("$filter"); f != "" {
		var err error
		if want, err = stateFilter(f); err != nil {
			return Answer{}, err
		}
	}
	var all []any
	records, err := s.at(tx, p.scope)
	if err != nil {
		return Answer{}, err
	}
	for _, d := range records {
		if want == "" || strings.EqualFold(d.State, want) {
			all = append(all, s.view(d))
		}
	}
	return s.page(all, r)
}

// stateFilter reads the one filter that the service knows for deployments.
func stateFilter(f string) (string, error) {
	field, v, ok := strings.Cut(strings.TrimSpace(f), " eq ")
	v = strings.TrimSpace(v)
	if !ok || !strings.EqualFold(strings.TrimSpace(field), "provisioningState") || len(v) < 2 || v[0] != '\'' || v[len(v)-1] != '\'' {
		return "", refusal.New(http.StatusBadRequest, "InvalidFilterInQueryString", "Invalid $filter '%s' specified in the query string: deployments are filtered by provisioningState eq 'STATE'.", f)
	}
	return v[1 : len(v)-1], nil
}

// page cuts a list; the place of the next page is the number of its first.
func (s *Service) page(all []any, r Request) (Answer, error) {
	number := func(key string, most, otherwise int) (int, error) {
		text := r.Query.Get(key)
		if text == "" {
			return otherwise, nil
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return 0, refusal.New(http.StatusBadRequest, "InvalidQueryParameter", "The query parameter '%s' must be a number; it is '%s'.", key, text)
		}
		return min(n, most), nil
	}
	from, err := number("$skiptoken", len(all), 0)
	if err != nil {
		return Answer{}, err
	}
	top, err := number("$top", maxPage, maxPage)
	if err != nil {
		return Answer{}, err
	}
	if top == 0 {
		top = maxPage
	}
	to := min(from+top, len(all))
	body := object.Object{"value": append([]any{}, all[from:to]...)}
	if to < len(all) {
		q := url.Values{}
		for k, v := range r.Query {
			q[k] = v
		}
		q.Set("$skiptoken", strconv.Itoa(to))
		body["nextLink"] = s.w.At.Main + r.Path + "?" + q.Encode()
	}
	return Answer{Status: http.StatusOK, Body: body}, nil
}

// maxPage is how many the sandbox puts on a page. The service's own number is not
// documented.
const maxPage = 100
