package client

// Code is what went wrong, for programs. It is an error, so that errors.Is(err,
// client.ErrNotFound) reports whether a call was refused so. Codes that this release does
// not know can be compared as Code("…"): they may grow.
type Code string

// Error returns the code.
func (c Code) Error() string { return string(c) }

// The codes of refusals; the page /docs/errors/<code> of a service has the cause and the
// remedy of each.
const (
	ErrInternalError              Code = "internalError"
	ErrMalformedRequest           Code = "malformedRequest"
	ErrInvalidCredentials         Code = "invalidCredentials"
	ErrInsufficientResourceAccess Code = "insufficientResourceAccess"
	ErrInsufficientScope          Code = "insufficientScope"
	ErrAddressNotAllowed          Code = "addressNotAllowed"
	ErrInsufficientPlan           Code = "insufficientPlan"
	ErrQuotaExceeded              Code = "quotaExceeded"
	ErrPolicyForbids              Code = "policyForbids"
	ErrCustomerDisabled           Code = "customerDisabled"
	ErrCustomerLocked             Code = "customerLocked"
	ErrCustomerNotActive          Code = "customerNotActive"
	ErrBankFailure                Code = "bankFailure"
	ErrCardFailure                Code = "cardFailure"
	ErrNotFound                   Code = "notFound"
	ErrMethodNotAllowed           Code = "methodNotAllowed"
	ErrConflict                   Code = "conflict"
	ErrIdempotencyConflict        Code = "idempotencyConflict"
	ErrPreconditionFailed         Code = "preconditionFailed"
	ErrRequestTooLarge            Code = "requestTooLarge"
	ErrUnsupportedMediaType       Code = "unsupportedMediaType"
	ErrValidationError            Code = "validationError"
	ErrRateLimited                Code = "rateLimited"
	ErrTenantBusy                 Code = "tenantBusy"
	ErrHeadersTooLarge            Code = "headersTooLarge"
	ErrServiceUnavailable         Code = "serviceUnavailable"
	ErrServiceOverloaded          Code = "serviceOverloaded"
	ErrCustomerHasChildren        Code = "customerHasChildren"
	ErrIdentityNotDecidable       Code = "identityNotDecidable"
	ErrCustomerHasActivity        Code = "customerHasActivity"
	ErrInstrumentTaken            Code = "instrumentTaken"
	ErrInstrumentNotValid         Code = "instrumentNotValid"
	ErrMarketplaceExists          Code = "marketplaceExists"
	ErrInvalidResourceState       Code = "invalidResourceState"
	ErrMaximumNumberOfResources   Code = "maximumNumberOfResources"
	ErrDuplicateResource          Code = "duplicateResource"
	ErrInvalidFileType            Code = "invalidFileType"
	ErrRecordDamaged              Code = "recordDamaged"
)
