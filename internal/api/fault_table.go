package api

import (
	"net/http"

	"tenantry/internal/fault"
)

// class is the HTTP form of all refusals of one kind.
type class struct {
	status int
	name   string
	family string // the `type` of the envelope
	text   string
}

// The values of `type` in the envelope.
const (
	familyRequest        = "requestError"
	familyAuthentication = "authenticationError"
	familyAuthorization  = "authorizationError"
	familyResource       = "resourceError"
	familyRateLimit      = "rateLimitError"
	familyService        = "apiError"
)

// classes is the one table from kinds of refusal to HTTP; it never changes.
var classes = [...]class{
	fault.Internal: {http.StatusInternalServerError, "internalServerError", familyService,
		"The request could not be served because of a fault of the service."},
	fault.Malformed: {http.StatusBadRequest, "badRequest", familyRequest,
		"The request could not be read."},
	fault.Unauthenticated: {http.StatusUnauthorized, "unauthorized", familyAuthentication,
		"The request carries no valid credential."},
	fault.PaymentRequired: {http.StatusPaymentRequired, "paymentRequired", familyResource,
		"The request was valid but the bank or card refused it."},
	fault.Forbidden: {http.StatusForbidden, "forbidden", familyAuthorization,
		"The credential is valid but may not do this."},
	fault.NotFound: {http.StatusNotFound, "notFound", familyRequest,
		"The resource does not exist or this caller cannot reach it."},
	fault.MethodNotAllowed: {http.StatusMethodNotAllowed, "methodNotAllowed", familyRequest,
		"The resource does not support this method."},
	fault.Conflict: {http.StatusConflict, "conflict", familyRequest,
		"The request conflicts with the present state of the resource."},
	fault.PreconditionFailed: {http.StatusPreconditionFailed, "preconditionFailed", familyRequest,
		"The resource has another version than the request demands."},
	fault.TooLarge: {http.StatusRequestEntityTooLarge, "payloadTooLarge", familyRequest,
		"The request is too large."},
	fault.UnsupportedMedia: {http.StatusUnsupportedMediaType, "unsupportedMediaType", familyRequest,
		"The media type of the body is not accepted here."},
	fault.Invalid: {http.StatusUnprocessableEntity, "unprocessableEntity", familyRequest,
		"The request was understood but cannot be accepted as it is."},
	fault.RateLimited: {http.StatusTooManyRequests, "tooManyRequests", familyRateLimit,
		"There were too many requests."},
	fault.HeadersTooLarge: {http.StatusRequestHeaderFieldsTooLarge, "requestHeaderFieldsTooLarge", familyRequest,
		"The headers of the request are too large."},
	fault.Unavailable: {http.StatusServiceUnavailable, "serviceUnavailable", familyService,
		"The service cannot serve the request at this moment."},
}

func classOf(kind fault.Kind) class {
	if kind < 0 || int(kind) >= len(classes) || classes[kind].status == 0 {
		kind = fault.Internal
	}
	return classes[kind]
}

// codeTexts are the public descriptions of codes; it never changes.
var codeTexts = map[fault.Code]string{
	fault.CodeInternal:             "Something went wrong inside the service.",
	fault.CodeMalformed:            "The request is not well-formed.",
	fault.CodeCredentials:          "The credential is missing, wrong or no longer valid.",
	fault.CodeAccess:               "The credential does not reach that customer.",
	fault.CodeAddress:              "The credential may not be used from this address.",
	fault.CodeScope:                "The credential lacks a scope.",
	fault.CodePlan:                 "The plan of the customer does not include this.",
	fault.CodeQuota:                "The plan of an account has no room for more of these.",
	fault.CodePolicy:               "A policy of the account forbids this.",
	fault.CodeCustomerDisabled:     "The customer is disabled.",
	fault.CodeCustomerLocked:       "The customer is locked.",
	fault.CodeCustomerNotActive:    "The customer is not active yet.",
	fault.CodeBankFailure:          "The bank refused.",
	fault.CodeCardFailure:          "The card was refused.",
	fault.CodeNotFound:             "There is no such resource.",
	fault.CodeMethod:               "The method is not available here.",
	fault.CodeConflict:             "The value is taken, or the state does not allow this.",
	fault.CodeIdempotency:          "The idempotency key was used for another request.",
	fault.CodePrecondition:         "A precondition of the request does not hold.",
	fault.CodeTooLarge:             "The body is too long.",
	fault.CodeUnsupportedMedia:     "The media type is not supported.",
	fault.CodeValidation:           "A value breaks a rule of this resource.",
	fault.CodeRateLimited:          "The rate limit is reached.",
	fault.CodeTenantBusy:           "The platform has as many requests at work as it may.",
	fault.CodeHeadersTooLarge:      "The headers are too long.",
	fault.CodeOverloaded:           "The service has as much to do as it takes on at once; try again.",
	fault.CodeUnavailable:          "The service is not available now; try again.",
	fault.CodeHasChildren:          "The customer has customers below it.",
	fault.CodeIdentityNotDecidable: "The identity review cannot be decided in its present state.",
	fault.CodeHasActivity:          "The customer has activity.",
	fault.CodeInstrumentTaken:      "The card or bank belongs to another customer.",
	fault.CodeInstrumentNotValid:   "The card or bank was invalidated.",
	fault.CodeMarketplaceExists:    "The key has a marketplace already.",
	fault.CodeResourceState:        "The state of the resource does not allow this.",
	fault.CodeTooManyResources:     "The maximum number of these is reached.",
	fault.CodeDuplicateResource:    "A resource like this exists already.",
	fault.CodeFileType:             "Files of this type are not accepted.",
	fault.CodeDamaged:              "The record is damaged in the service's store and cannot be read.",
}

func codeText(code fault.Code) string { return codeTexts[code] }
