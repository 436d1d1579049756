package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// ChangeType is what a preview says of a resource.
type ChangeType string

// The types of changes. ARM says Ignore of resources that it did not look at:
// those are not evaluated, never unchanged.
const (
	ChangeCreate      ChangeType = "Create"
	ChangeModify      ChangeType = "Modify"
	ChangeNone        ChangeType = "NoChange"
	ChangeNoEffect    ChangeType = "NoEffect"
	ChangeDeploy      ChangeType = "Deploy" // will be deployed; what changes is not known
	ChangeDelete      ChangeType = "Delete"
	ChangeIgnore      ChangeType = "Ignore"
	ChangeUnsupported ChangeType = "Unsupported" // see the reason
)

// WhatIfChange is what would become of one resource.
type WhatIfChange struct {
	ResourceID        string           `json:"resourceId"`
	ChangeType        ChangeType       `json:"changeType"`
	UnsupportedReason string           `json:"unsupportedReason,omitempty"`
	Before            json.RawMessage  `json:"before,omitempty"` // the whole resource, absent when there is none
	After             json.RawMessage  `json:"after,omitempty"`
	Delta             []PropertyChange `json:"delta,omitempty"`
}

// Evaluated says whether ARM compared the resource with what is there.
func (w WhatIfChange) Evaluated() bool {
	return w.ChangeType != ChangeIgnore && w.ChangeType != ChangeUnsupported && w.ChangeType != ChangeDeploy
}

// PropertyChange is a change within a resource.
type PropertyChange struct {
	Path     string           `json:"path"`
	Type     string           `json:"propertyChangeType"` // Create, Delete, Modify, Array, NoEffect
	Before   json.RawMessage  `json:"before,omitempty"`
	After    json.RawMessage  `json:"after,omitempty"`
	Children []PropertyChange `json:"children,omitempty"`
}

// WhatIfResult is a preview. Potential changes are those that ARM cannot be sure
// of, as under a condition that it does not know.
type WhatIfResult struct {
	Changes     []WhatIfChange `json:"changes"`
	Potential   []WhatIfChange `json:"potentialChanges"`
	Diagnostics []Diagnostic   `json:"diagnostics"`
}

// Diagnostic is a remark of ARM on a preview.
type Diagnostic struct {
	Code    string `json:"code"`
	Level   string `json:"level"` // Warning, Error, …
	Message string `json:"message"`
	Target  string `json:"target"`
}

// ParseWhatIf reads the result of [Client.WhatIf]. A preview that failed is an
// error, and so is an answer without a list of changes.
func ParseWhatIf(resp *Response) (*WhatIfResult, error) {
	fail := func(err error) (*WhatIfResult, error) {
		e := &Error{Operation: http.MethodPost, Resource: "whatIf", Kind: ErrIncomplete, Err: err}
		if resp != nil {
			e.Status, e.RequestID, e.CorrelationID = resp.Status, resp.RequestID, resp.CorrelationID
		}
		return nil, e
	}
	if resp == nil || len(resp.Body) == 0 {
		return fail(errors.New("the answer has no body"))
	}
	var b struct {
		Status     string          `json:"status"`
		Error      json.RawMessage `json:"error"`
		Properties *struct {
			Changes *[]WhatIfChange `json:"changes"`
			WhatIfResult
		} `json:"properties"`
	}
	if err := json.Unmarshal(resp.Body, &b); err != nil {
		return fail(fmt.Errorf("the answer is no preview: %w", err))
	}
	if isObject(b.Error) || failed(b.Status) {
		e := &Error{Operation: http.MethodPost, Resource: "whatIf", RequestID: resp.RequestID, CorrelationID: resp.CorrelationID, Kind: ErrFailed}
		e.read(resp.Body)
		e.Code = orElse(e.Code, b.Status)
		e.Hint = hint(e, nil)
		return nil, e
	}
	if b.Properties == nil || b.Properties.Changes == nil {
		return fail(errors.New("the answer has no list of changes"))
	}
	result := b.Properties.WhatIfResult
	result.Changes = *b.Properties.Changes
	return &result, nil
}
