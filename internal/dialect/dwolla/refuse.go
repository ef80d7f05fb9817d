package dwolla

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/fault"
	"tenantry/keys"
)

// The codes that several places give.
const (
	codeValidation  = "ValidationError"
	codeCredentials = "InvalidCredentials"
	codeVersion     = "InvalidVersion"
	codeState       = "InvalidResourceState"
	codeBadRequest  = "BadRequest"
	codeNotFound    = "NotFound"
)

// messages say what each code means; it never changes.
var messages = map[string]string{
	codeBadRequest:             "The request body contains bad syntax or is incomplete.",
	codeValidation:             "Validation error(s) present. See embedded errors list for more details.",
	codeCredentials:            "Missing or invalid credentials.",
	"InvalidAccessToken":       "Invalid access token.",
	"ExpiredAccessToken":       "Expired access token.",
	"InvalidScopes":            "Missing or invalid scopes for requested endpoint.",
	"InvalidAccountStatus":     "Invalid access token account status.",
	"Forbidden":                "The supplied credentials are not authorized for this resource.",
	codeState:                  "Resource cannot be modified.",
	codeNotFound:               "The requested resource was not found.",
	"MethodNotAllowed":         "Method not allowed on this resource.",
	codeVersion:                "Missing or invalid API version.",
	"Conflict":                 "The first request with this Idempotency-Key is still being processed.",
	"FileTooLarge":             "The file or the request is too large.",
	"UnsupportedMediaType":     "The media type of the body is not accepted here.",
	"TooManyRequests":          "Too many requests. Wait and try again.",
	"ServerError":              "A server error occurred.",
	"invalidFileType":          "The file type is not supported.",
	"MaximumNumberOfResources": "The maximum number of these resources is reached.",
	"MaxNumberOfResources":     "The maximum number of these resources is reached.",
	"DuplicateResource":        "A resource like this exists already.",
}

// sentences say what a fault means where the message of its code would not tell; it never
// changes.
var sentences = map[fault.Code]string{
	rules.CodeDepositsStarted: "Micro-deposits already initiated for this funding source.",
	rules.CodeNoDeposits:      "Micro-deposits not initiated.",
	rules.CodeBankVerified:    "Bank already verified.",
	rules.CodeTooManyAttempts: "Too many attempts.",
}

// refusal is a refusal in the vendor's words where the general translation does not
// do; it stands for the fault that it wraps.
type refusal struct {
	cause  *fault.Error
	status int
	code   string
}

func (r *refusal) Error() string { return r.code + ": " + r.cause.Error() }

func (r *refusal) Unwrap() error { return r.cause }

func refuse(status int, code string, cause *fault.Error) error {
	return &refusal{cause: cause, status: status, code: code}
}

// Refuse writes any error as the vendor does.
func (f *Handler) Refuse(x *dialect.Request, err error) idempotency.Answer {
	if x.Request.URL.Path == pathToken {
		if told, ok := errors.AsType[*oauthError](tokenRefusal(err, false)); ok {
			if first, ok := errors.AsType[*oauthError](err); ok {
				told = first
			}
			return told.answer()
		}
	}
	shown, ok := errors.AsType[*refusal](err)
	if !ok {
		shown = translated(x, err)
	}
	body := object{"code": shown.code, "message": messages[shown.code]}
	if told := sentences[shown.cause.Code]; told != "" {
		body["message"] = told
	}
	if shown.code == codeNotFound && x.Unrouted {
		body["message"] = "The requested resource is not offered by this service."
	}
	if shown.code == codeValidation {
		body["_embedded"] = object{"errors": f.embedded(x, err, shown.cause)}
	}
	if shown.code == "DuplicateResource" && shown.cause.Value != "" {
		body["_links"] = links{"about": f.aboutTwin(x, shown.cause.Value)}
		if isFundingList(x) {
			body["message"] = "Bank already exists: id=" + uuid(shown.cause.Value) // some read the id in it
		}
	}
	a := answer(shown.status, mediaHAL, body)
	if shown.status == http.StatusUnauthorized {
		a.Header["WWW-Authenticate"] = `Bearer realm="tenantry"`
	}
	if seconds := shown.cause.RetryAfterSeconds; seconds > 0 {
		a.Header["Retry-After"] = strconv.Itoa(seconds)
	}
	return a
}

// translated returns a fault in the vendor's words.
func translated(x *dialect.Request, err error) *refusal {
	found, ok := errors.AsType[*fault.Error](err)
	if !ok {
		found = fault.New(fault.Internal, fault.CodeInternal, "")
	}
	status, code := statusOf(x, found)
	if errors.Is(err, keys.ErrExpired) {
		code = "ExpiredAccessToken"
	}
	return &refusal{cause: found, status: status, code: code}
}

func statusOf(x *dialect.Request, found *fault.Error) (status int, code string) {
	switch found.Kind {
	case fault.Malformed, fault.PreconditionFailed, fault.PaymentRequired:
		return http.StatusBadRequest, codeBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized, "InvalidAccessToken"
	case fault.Forbidden:
		return forbidden(x, found.Code)
	case fault.NotFound:
		return http.StatusNotFound, codeNotFound
	case fault.MethodNotAllowed:
		return http.StatusMethodNotAllowed, "MethodNotAllowed"
	case fault.Conflict:
		return conflict(x, found)
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge, "FileTooLarge"
	case fault.UnsupportedMedia:
		return http.StatusUnsupportedMediaType, "UnsupportedMediaType"
	case fault.Invalid:
		if found.Code == fault.CodeFileType {
			return http.StatusBadRequest, "invalidFileType"
		}
		return http.StatusBadRequest, codeValidation
	case fault.RateLimited:
		return http.StatusTooManyRequests, "TooManyRequests"
	case fault.HeadersTooLarge:
		return http.StatusRequestHeaderFieldsTooLarge, codeBadRequest
	case fault.Unavailable:
		return http.StatusServiceUnavailable, "ServerError"
	case fault.Internal:
		fallthrough
	default:
		return http.StatusInternalServerError, "ServerError"
	}
}

// forbidden returns different refusals for what the token may not do, whose account is shut, and what
// the state of a customer does not allow.
func forbidden(x *dialect.Request, code fault.Code) (int, string) {
	switch code {
	case fault.CodeScope:
		return http.StatusUnauthorized, "InvalidScopes"
	case fault.CodeCustomerDisabled, fault.CodeCustomerLocked, fault.CodeCustomerNotActive:
		if x.Caller.Subject == nil {
			return http.StatusUnauthorized, "InvalidAccountStatus"
		}
		return http.StatusForbidden, codeState
	default:
		return http.StatusForbidden, "Forbidden"
	}
}

func conflict(x *dialect.Request, found *fault.Error) (int, string) {
	switch {
	case found.Code == fault.CodeIdempotency && found.RetryAfterSeconds > 0:
		return http.StatusConflict, "Conflict"
	case found.Code == fault.CodeIdempotency:
		return http.StatusBadRequest, codeBadRequest
	case found.Code == fault.CodeTooManyResources && x.Request.URL.Path == "/webhook-subscriptions":
		return http.StatusBadRequest, "MaxNumberOfResources"
	case found.Code == fault.CodeTooManyResources:
		return http.StatusBadRequest, "MaximumNumberOfResources"
	case found.Code == rules.CodeDepositsStarted:
		return http.StatusBadRequest, "MaxNumberOfResources"
	case found.Code == rules.CodeWrongAmounts:
		return http.StatusBadRequest, codeValidation
	case found.Code == fault.CodeDuplicateResource:
		return http.StatusBadRequest, "DuplicateResource"
	case found.Detail == fault.Duplicate:
		return http.StatusBadRequest, codeValidation
	default:
		return http.StatusForbidden, codeState
	}
}

// isFundingList reports whether the path is that of the banks of a customer.
func isFundingList(x *dialect.Request) bool {
	return strings.HasSuffix(x.Request.URL.Path, "/funding-sources")
}

// aboutTwin links to the resource that is there already.
func (f *Handler) aboutTwin(x *dialect.Request, id string) link {
	base := f.base(x.Request)
	if x.Request.URL.Path == "/webhook-subscriptions" {
		return to(base+"/webhook-subscriptions/"+uuid(id), "webhook-subscription")
	}
	if isFundingList(x) {
		return to(base+"/funding-sources/"+uuid(id), "funding-source")
	}
	return to(base+"/documents/"+uuid(id), "document")
}
