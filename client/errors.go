package client

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ErrUnreachable is the reason of calls that were not answered: no connection, or one that
// broke off. What a write did is unknown then; repeat it with the same key.
var ErrUnreachable = errors.New("the service does not answer")

// ErrNotModified is returned by reads with [IfNoneMatch] whose copy is still current.
var ErrNotModified = errors.New("not modified: the copy that you have is current")

// Error is an answer of the service that refuses a call. errors.Is compares it with a
// [Code].
type Error struct {
	// Status is the HTTP status: 400 or above, or that of a redirect, which is not followed.
	Status int
	// Code is what went wrong, for programs.
	Code Code
	// DetailCode is the rule of a value that was broken, such as parameterMissing; empty
	// when it is not about a value.
	DetailCode string
	// Parameter is the dotted path of the failing field, or the name of the parameter or
	// header.
	Parameter string
	// Value is the offending value, where it is short and not sensitive.
	Value string
	// Description is what the code means, and Explanation what is wrong and what would be
	// right.
	Description, Explanation string
	// MoreInfo is where the page about the code is: a path of the service unless the
	// installation knows its public URL.
	MoreInfo string
	// Ref is the reference of the answer in the log of the service.
	Ref string
	// Errors are all failing fields, at least the one that the members above tell of.
	Errors []ErrorDetails
	// RetryAfter is how long the service asks to wait, 0 if it does not say.
	RetryAfter time.Duration
	// Body is the answer as it was sent.
	Body []byte
}

// ErrorDetails is one thing that is wrong.
type ErrorDetails struct {
	// Code is what went wrong, for programs; it may grow.
	Code Code `json:"code"`
	// Description is what the code means.
	Description string `json:"description"`
	// DetailCode is the rule of a value that was broken; it may grow.
	DetailCode string `json:"detailCode"`
	// Parameter is the dotted path of the failing field.
	Parameter string `json:"parameter,omitzero"`
	// Value is the offending value, where it is short and not sensitive.
	Value string `json:"value,omitzero"`
	// Explanation is what is wrong, and what would be right.
	Explanation string `json:"explanation,omitzero"`
	// MoreInfo is where the page about the code is.
	MoreInfo string `json:"moreInfo,omitzero"`
}

// Error returns status, code, field and explanation in one line.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(strconv.Itoa(e.Status) + " " + string(e.Code))
	for _, part := range []string{e.Parameter, orDescription(e.Explanation, e.Description)} {
		if part != "" {
			text.WriteString(": " + part)
		}
	}
	if more := len(e.Errors) - 1; more > 0 {
		text.WriteString(" (and " + strconv.Itoa(more) + " more)")
	}
	if e.Ref != "" {
		text.WriteString(" [ref " + e.Ref + "]")
	}
	return text.String()
}

// Is reports whether target is the code of e.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// answeredError is how a refusal is sent.
type answeredError struct {
	Error Refusal `json:"error"`
}

// Refusal is what an error answer says, as in a [BulkResult].
type Refusal struct {
	// Name is the name of the HTTP status, and Status the status as a text.
	Name   string `json:"name"`
	Status string `json:"status"`
	// Type is the class of the error, such as requestError.
	Type string `json:"type"`
	// Description is what the status means.
	Description string `json:"description"`
	// Details is what is wrong.
	Details ErrorDetails `json:"details"`
	// Errors are the failing fields when there is more than one; the first is Details.
	Errors []ErrorDetails `json:"errors,omitzero"`
	// Ref is the reference of the answer in the log of the service.
	Ref string `json:"ref"`
}

// refused reports whether a status says that a call was not carried out.
func refused(status int) bool {
	return status >= http.StatusMultipleChoices && status != http.StatusNotModified
}

// refusal reads an answer that refuses a call. What answers in another shape, such as a proxy
// before the service, is named by its status.
func (c *Client) refusal(response *http.Response) error {
	body, err := readBody(response.Body)
	if err != nil {
		return err
	}
	e := &Error{Status: response.StatusCode, Body: body, Ref: response.Header.Get("X-Request-Id"), RetryAfter: retryAfter(response.Header, c.shared.now())}
	var sent answeredError
	if json.Unmarshal(body, &sent) != nil || sent.Error.Details.Code == "" {
		e.Code = Code(http.StatusText(response.StatusCode))
		e.Errors = []ErrorDetails{{Code: e.Code}}
		return e
	}
	d := sent.Error.Details
	e.Code, e.DetailCode, e.Parameter, e.Value = d.Code, d.DetailCode, d.Parameter, d.Value
	e.Description, e.Explanation, e.MoreInfo = d.Description, d.Explanation, d.MoreInfo
	if sent.Error.Ref != "" {
		e.Ref = sent.Error.Ref
	}
	if e.Errors = sent.Error.Errors; len(e.Errors) == 0 {
		e.Errors = []ErrorDetails{d}
	}
	return e
}

// hopeless reports whether a connection fails the same way every time.
func hopeless(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	return unknown
}

func orDescription(explanation, description string) string {
	if explanation != "" {
		return explanation
	}
	return description
}
