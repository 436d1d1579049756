// Package refusal is how Azure Resource Manager says no: an error with a code, a
// message and an HTTP status, in the shape that every ARM client reads.
package refusal

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Error is an answer that refuses. It is written as {"error": {...}}.
type Error struct {
	Status         int // of HTTP
	Code           string
	Message        string
	Target         string
	Details        []*Error
	AdditionalInfo []any
	RetryAfter     time.Duration // for the header, 0 for none
}

// New makes a refusal; the message is made as fmt.Sprintf does.
func New(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// NotFound is ARM's answer for a resource that is not there. The name is
// type/name as in Microsoft.Storage/storageAccounts/a.
func NotFound(name, group string) *Error {
	return New(http.StatusNotFound, "ResourceNotFound", "The Resource '%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix", name, group)
}

// GroupNotFound is ARM's answer for a resource group that is not there.
func GroupNotFound(group string) *Error {
	return New(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", group)
}

// BadRequest is the plainest refusal of a body.
func BadRequest(format string, args ...any) *Error {
	return New(http.StatusBadRequest, "BadRequest", format, args...)
}

// Conflict refuses what the state of things does not allow.
func Conflict(code, format string, args ...any) *Error {
	return New(http.StatusConflict, code, format, args...)
}

// Unavailable is the answer of a service that is down.
func Unavailable(format string, args ...any) *Error {
	return New(http.StatusServiceUnavailable, "ServiceUnavailable", format, args...)
}

// Of gives the refusal that an error is or wraps. Any other error is one of
// ours: it becomes a 500 without its text, which may hold anything.
func Of(err error) *Error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e
	}
	return New(http.StatusInternalServerError, "InternalServerError", "The sandbox has failed to answer. This is a fault of the sandbox; its log has the reason.")
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// MarshalJSON writes the inner object, without the envelope.
func (e *Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Code           string   `json:"code"`
		Message        string   `json:"message"`
		Target         string   `json:"target,omitempty"`
		Details        []*Error `json:"details,omitempty"`
		AdditionalInfo []any    `json:"additionalInfo,omitempty"`
	}{e.Code, e.Message, e.Target, e.Details, e.AdditionalInfo})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Error) UnmarshalJSON(b []byte) error {
	type plain struct {
		Code           string
		Message        string
		Target         string
		Details        []*Error
		AdditionalInfo []any
	}
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	e.Code, e.Message, e.Target, e.Details, e.AdditionalInfo = p.Code, p.Message, p.Target, p.Details, p.AdditionalInfo
	return nil
}
