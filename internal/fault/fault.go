// Package fault holds the one error type of Tenantry. Every refusal that a caller can see
// is a *fault.Error; any other error that reaches the edge is an internal error and is
// shown without its text.
//
// It is a leaf: it imports nothing of the project, so every package may use it.
package fault

import (
	"errors"
	"strings"
)

// Kind is the class of a refusal. One table at the HTTP edge maps kinds to statuses;
// dialects map them to their vendor's types.
type Kind int

// The kinds, in the order of their HTTP status.
const (
	Internal           Kind = iota // 500: a fault of ours
	Malformed                      // 400: the request cannot be read
	Unauthenticated                // 401: no credential, or not a good one
	PaymentRequired                // 402: valid, but the bank or card refused it
	Forbidden                      // 403: a good credential that may not do this
	NotFound                       // 404: missing, or out of reach, in the same words
	MethodNotAllowed               // 405
	Conflict                       // 409: the state or a unique value stands against it
	PreconditionFailed             // 412: If-Match names another version
	TooLarge                       // 413
	UnsupportedMedia               // 415
	Invalid                        // 422: understood, but a value breaks a rule
	RateLimited                    // 429
	HeadersTooLarge                // 431
	Unavailable                    // 503: the store cannot serve now; try again
)

// Code is the public `details.code`: stable, for programs.
type Code string

// The catalog of codes.
const (
	CodeInternal             Code = "internalError"
	CodeMalformed            Code = "malformedRequest"
	CodeCredentials          Code = "invalidCredentials"
	CodeAccess               Code = "insufficientResourceAccess"
	CodeScope                Code = "insufficientScope"
	CodeAddress              Code = "addressNotAllowed"
	CodePlan                 Code = "insufficientPlan"
	CodeQuota                Code = "quotaExceeded"
	CodePolicy               Code = "policyForbids"
	CodeCustomerDisabled     Code = "customerDisabled"
	CodeCustomerLocked       Code = "customerLocked"
	CodeCustomerNotActive    Code = "customerNotActive"
	CodeBankFailure          Code = "bankFailure"
	CodeCardFailure          Code = "cardFailure"
	CodeNotFound             Code = "notFound"
	CodeMethod               Code = "methodNotAllowed"
	CodeConflict             Code = "conflict"
	CodeIdempotency          Code = "idempotencyConflict"
	CodePrecondition         Code = "preconditionFailed"
	CodeTooLarge             Code = "requestTooLarge"
	CodeUnsupportedMedia     Code = "unsupportedMediaType"
	CodeValidation           Code = "validationError"
	CodeRateLimited          Code = "rateLimited"
	CodeTenantBusy           Code = "tenantBusy"
	CodeHeadersTooLarge      Code = "headersTooLarge"
	CodeUnavailable          Code = "serviceUnavailable"
	CodeOverloaded           Code = "serviceOverloaded"
	CodeHasChildren          Code = "customerHasChildren"
	CodeIdentityNotDecidable Code = "identityNotDecidable"
	CodeHasActivity          Code = "customerHasActivity"
	CodeInstrumentTaken      Code = "instrumentTaken"
	CodeInstrumentNotValid   Code = "instrumentNotValid"
	CodeMarketplaceExists    Code = "marketplaceExists"
	CodeResourceState        Code = "invalidResourceState"
	CodeTooManyResources     Code = "maximumNumberOfResources"
	CodeDuplicateResource    Code = "duplicateResource"
	CodeFileType             Code = "invalidFileType"
	CodeDamaged              Code = "recordDamaged"
)

// Detail is the public `details.detailCode`: the rule of a validation that failed.
type Detail string

// The catalog of detail codes.
const (
	Missing   Detail = "parameterMissing"
	BadValue  Detail = "parameterInvalid"
	TooLong   Detail = "parameterTooLong"
	TooShort  Detail = "parameterTooShort"
	Unknown   Detail = "parameterUnknown"
	Immutable Detail = "parameterImmutable"
	Duplicate Detail = "duplicateValue"
	TooMany   Detail = "tooManyItems"
	// BadFormat is a value of the wrong form, NotAllowed a valid one that the caller may
	// not use.
	BadFormat  Detail = "parameterFormat"
	NotAllowed Detail = "valueNotAllowed"
)

// Violation is one failing field.
type Violation struct {
	// Detail is the rule that failed.
	Detail Detail
	// Field is the dotted path of the field, in the words of the native API
	// (`legalEntity.additionalOwners.0.stakePercent`).
	Field string
	// Value is the offending value if it is the caller's own, short and not sensitive;
	// otherwise empty.
	Value string
	// Text says what is wrong and how to fix it.
	Text string
}

// Error is a refusal with a public and an internal half: all exported fields may be shown
// to the caller; the cause is for the log only.
type Error struct {
	Kind Kind
	Code Code
	Violation
	// More lists further failing fields after the first.
	More []Violation
	// RetryAfterSeconds, if above zero, is when a limited caller may return.
	RetryAfterSeconds int
	// Recorded is true if the refused request changed the record all the same (a wrong
	// guess that was counted): doing it again would change it again.
	Recorded bool
	// Holder is the id of the customer that has a taken value, if the caller may read
	// that customer; otherwise empty.
	Holder string

	cause error
}

// Error returns the public text and the internal cause: it is for logs, never for an
// answer.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Field != "" {
		b.WriteString(" " + e.Field)
	}
	if e.Text != "" {
		b.WriteString(": " + e.Text)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap returns the internal cause.
func (e *Error) Unwrap() error { return e.cause }

// New makes a refusal with public text.
func New(kind Kind, code Code, text string) *Error {
	return &Error{Kind: kind, Code: code, Violation: Violation{Text: text}}
}

// Wrap makes a refusal that remembers its internal cause.
func Wrap(cause error, kind Kind, code Code, text string) *Error {
	e := New(kind, code, text)
	e.cause = cause
	return e
}

// About returns a copy of the refusal that names a field and the rule it broke.
func (e *Error) About(field string, detail Detail) *Error {
	c := *e
	c.Field, c.Detail = field, detail
	return &c
}

// IsRecorded reports whether err is a refusal that changed the record.
func IsRecorded(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Recorded
}

// IsNotFound reports whether err is the refusal of what is missing or out of reach: both
// have the same text, so that it does not reveal which ids exist.
func IsNotFound(err error) bool { return KindOf(err) == NotFound }

// NotFoundError returns the refusal of what is missing or out of reach.
func NotFoundError() *Error {
	return New(NotFound, CodeNotFound, "there is no such resource within your reach")
}

// KindOf returns the kind of err, Internal if it is not a *Error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the code of err, CodeInternal if it is not a *Error.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
