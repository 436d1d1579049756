package account

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Fault is an answer that refuses, as Azure Storage writes it.
type Fault struct {
	Status  int
	Code    string
	Message string
	Header  map[string]string // more headers of the answer
	Detail  [][2]string       // more elements of the body
}

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

// Refuse makes a fault; the message is made as fmt.Sprintf does.
func Refuse(status int, code, format string, args ...any) *Fault {
	return &Fault{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Faults that both services have.
var (
	ErrInternal       = Refuse(http.StatusInternalServerError, "InternalError", "Server encountered an internal error. This is a fault of the sandbox; its log has the reason.")
	ErrBusy           = Refuse(http.StatusServiceUnavailable, "ServerBusy", "The server is currently unable to receive requests. Please retry your request.")
	ErrNotFound       = Refuse(http.StatusNotFound, "ResourceNotFound", "The specified resource does not exist.")
	ErrURI            = Refuse(http.StatusBadRequest, "InvalidUri", "The requested URI does not represent any resource on the server.")
	ErrVerb           = Refuse(http.StatusMethodNotAllowed, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.")
	ErrName           = Refuse(http.StatusBadRequest, "InvalidResourceName", "The specified resource name contains invalid characters.")
	ErrNameLength     = Refuse(http.StatusBadRequest, "OutOfRangeInput", "One of the request inputs is out of range.")
	ErrLength         = Refuse(http.StatusLengthRequired, "MissingContentLengthHeader", "Content-Length header is required.")
	ErrTooLarge       = Refuse(http.StatusRequestEntityTooLarge, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.")
	ErrXML            = Refuse(http.StatusBadRequest, "InvalidXmlDocument", "XML specified is not syntactically valid.")
	ErrCondition      = Refuse(http.StatusPreconditionFailed, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
	ErrNotModified    = Refuse(http.StatusNotModified, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
	ErrRange          = Refuse(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The range specified is invalid for the current size of the resource.")
	ErrMD5            = Refuse(http.StatusBadRequest, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.")
	ErrCRC            = Refuse(http.StatusBadRequest, "Crc64Mismatch", "The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.")
	ErrAuthentication = Refuse(http.StatusForbidden, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.")
	ErrPermission     = Refuse(http.StatusForbidden, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.")
	ErrResourceType   = Refuse(http.StatusForbidden, "AuthorizationResourceTypeMismatch", "This request is not authorized to perform this operation using this resource type.")
	ErrService        = Refuse(http.StatusForbidden, "AuthorizationServiceMismatch", "This request is not authorized to perform this operation using this service.")
	ErrProtocol       = Refuse(http.StatusForbidden, "AuthorizationProtocolMismatch", "This request is not authorized to perform this operation using this protocol.")
	ErrSource         = Refuse(http.StatusForbidden, "AuthorizationSourceIPMismatch", "This request is not authorized to perform this operation using this source IP.")
	ErrKeys           = Refuse(http.StatusForbidden, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account.")
	ErrPublic         = Refuse(http.StatusConflict, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
	ErrSecondaryWrite = Refuse(http.StatusForbidden, "WriteOperationsNotSupportedOnSecondary", "Write operations are not allowed on the secondary endpoint.")
	ErrReadOnly       = Refuse(http.StatusForbidden, "AccountIsDisabled", "The account takes no writes while its primary region is not available.")
)

// Header refuses a header that is missing ("") or has a wrong value.
func Header(name, value string) *Fault {
	f := Refuse(http.StatusBadRequest, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format.")
	if value == "" {
		f = Refuse(http.StatusBadRequest, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified.")
	}
	f.Detail = [][2]string{{"HeaderName", name}}
	if value != "" {
		f.Detail = append(f.Detail, [2]string{"HeaderValue", value})
	}
	return f
}

// Query refuses a query parameter's value.
func Query(name, value, reason string) *Fault {
	f := Refuse(http.StatusBadRequest, "InvalidQueryParameterValue", "Value for one of the query parameters specified in the request URI is invalid.")
	f.Detail = [][2]string{{"QueryParameterName", name}, {"QueryParameterValue", value}, {"Reason", reason}}
	return f
}

// OutOfRange refuses a query parameter's number that is too small or too large.
func OutOfRange(name, value, least, most string) *Fault {
	f := Refuse(http.StatusBadRequest, "OutOfRangeQueryParameterValue", "One of the query parameters specified in the request URI is outside the permissible range.")
	f.Detail = [][2]string{{"QueryParameterName", name}, {"QueryParameterValue", value}, {"MinimumAllowed", least}, {"MaximumAllowed", most}}
	return f
}

// MissingQuery refuses a request without a query parameter that it must have.
func MissingQuery(name string) *Fault {
	f := Refuse(http.StatusBadRequest, "MissingRequiredQueryParameter", "A query parameter that's mandatory for this request is not specified.")
	f.Detail = [][2]string{{"QueryParameterName", name}}
	return f
}

// Of gives the fault that an error is or wraps, [ErrInternal] for any other.
func Of(err error) *Fault {
	if f := (*Fault)(nil); errors.As(err, &f) {
		return f
	}
	return ErrInternal
}

// Write sends a fault. The headers with the request's id and version are set
// before.
func (f *Fault) Write(w http.ResponseWriter, r *http.Request, now time.Time) {
	h := w.Header()
	for k, v := range f.Header {
		h.Set(k, v)
	}
	h.Set("x-ms-error-code", f.Code)
	if r.Method == http.MethodHead || f.Status == http.StatusNotModified {
		h.Del("Content-Length")
		h.Del("Content-Type")
		w.WriteHeader(f.Status)
		return
	}
	var b strings.Builder
	b.WriteString("\ufeff" + `<?xml version="1.0" encoding="utf-8"?><Error>`)
	element := func(name, text string) {
		b.WriteString("<" + name + ">")
		_ = xml.EscapeText(&b, []byte(text))
		b.WriteString("</" + name + ">")
	}
	element("Code", f.Code)
	b.WriteString("<Message>")
	_ = xml.EscapeText(&b, []byte(f.Message))
	b.WriteString("\nRequestId:" + h.Get("x-ms-request-id") + "\nTime:" + now.Format("2006-01-02T15:04:05.0000000Z") + "</Message>")
	for _, d := range f.Detail {
		element(d[0], d[1])
	}
	b.WriteString("</Error>")
	h.Set("Content-Type", "application/xml")
	h.Del("Content-MD5")
	h.Set("Content-Length", fmt.Sprint(b.Len()))
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(b.String()))
}
