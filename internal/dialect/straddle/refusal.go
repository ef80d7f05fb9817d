package straddle

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// refusal is a refusal in the vendor's words where the general translation does not
// do; it stands for the fault that it wraps.
type refusal struct {
	cause  *fault.Error
	status int
	kind   string
	title  string
	detail string
	items  []item
}

// item names one failing field.
type item struct {
	Reference *string `json:"reference"`
	Detail    string  `json:"detail"`
}

func (r *refusal) Error() string { return r.cause.Error() }

func (r *refusal) Unwrap() error { return r.cause }

const (
	typeBadRequest = "/bad_request"
	typeValidation = "/validation_error"

	titleBadRequest = "Bad Request"
	titleValidation = "Validation Failed"

	detailFields = "One or more fields failed validation."
)

// badRequest is a 400 about one header or parameter.
func badRequest(reference, detail string) error {
	return unbound(item{Reference: &reference, Detail: detail})
}

// unbound is a 400 for what cannot be bound.
func unbound(items ...item) error {
	return &refusal{
		cause:  fault.New(fault.Malformed, fault.CodeMalformed, "the request cannot be bound"),
		status: http.StatusBadRequest, kind: typeBadRequest, title: titleBadRequest,
		detail: "The request could not be read.", items: items,
	}
}

// unfit is a 422 of one sentence, without items.
func unfit(cause *fault.Error, detail string) error {
	return &refusal{
		cause: cause, status: http.StatusUnprocessableEntity, kind: typeValidation, title: titleValidation,
		detail: detail, items: []item{},
	}
}

func unauthorized() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials, "send a secret key as Authorization: Bearer <key>")
}

// class is how all refusals of one kind look.
type class struct {
	status      int
	kind, title string
	// detail replaces the text of the fault, which speaks of the native API.
	detail string
}

// classes is the one table from kinds of refusal to the vendor's; it never changes.
var classes = map[fault.Kind]class{
	fault.Malformed:          {http.StatusBadRequest, typeBadRequest, titleBadRequest, ""},
	fault.Unauthenticated:    {http.StatusUnauthorized, "/unauthorized", "Unauthorized", "The API key is missing, wrong or no longer valid."},
	fault.Forbidden:          {http.StatusForbidden, "/forbidden", "Forbidden", ""},
	fault.NotFound:           {http.StatusNotFound, "/not_found", "Not Found", "There is no such resource for this account."},
	fault.MethodNotAllowed:   {http.StatusMethodNotAllowed, "/method_not_allowed", "Method Not Allowed", "This path has other methods."},
	fault.PaymentRequired:    {http.StatusUnprocessableEntity, typeValidation, titleValidation, ""},
	fault.Conflict:           {http.StatusUnprocessableEntity, typeValidation, titleValidation, ""},
	fault.PreconditionFailed: {http.StatusPreconditionFailed, "/precondition_failed", "Precondition Failed", ""},
	fault.TooLarge:           {http.StatusRequestEntityTooLarge, "/payload_too_large", "Payload Too Large", ""},
	fault.UnsupportedMedia:   {http.StatusUnsupportedMediaType, "/unsupported_media_type", "Unsupported Media Type", ""},
	fault.Invalid:            {http.StatusUnprocessableEntity, typeValidation, titleValidation, detailFields},
	fault.RateLimited:        {http.StatusTooManyRequests, "/too_many_requests", "Too Many Requests", "This key has used up its requests; wait as retry-after says."},
	fault.HeadersTooLarge:    {http.StatusRequestHeaderFieldsTooLarge, "/request_header_fields_too_large", "Request Header Fields Too Large", ""},
	fault.Unavailable:        {http.StatusServiceUnavailable, "/service_unavailable", "Service Unavailable", "The service cannot serve now; try again in a moment."},
	fault.Internal:           {http.StatusInternalServerError, "/internal_server_error", "Internal Server Error", "Something went wrong; tell support the api_request_id."},
}

// Refuse writes any error in the vendor's envelope.
func (f *Handler) Refuse(x *dialect.Request, err error) idempotency.Answer {
	shown, ok := errors.AsType[*refusal](err)
	if !ok {
		shown = translated(err)
	}
	answer := f.encode(shown.status, errorEnvelope{
		Error: errorBody{Status: shown.status, Type: shown.kind, Title: shown.title, Detail: shown.detail, Items: shown.items},
		Meta:  f.meta(x.Ref), ResponseType: "error",
	})
	if shown.status == http.StatusUnauthorized {
		answer.Header["WWW-Authenticate"] = `Bearer realm="straddle"`
	}
	if seconds := shown.cause.RetryAfterSeconds; seconds > 0 {
		answer.Header["Retry-After"] = strconv.Itoa(seconds)
		answer.Header["Retry-After-Ms"] = strconv.Itoa(1000 * seconds)
	} else if shown.status == http.StatusConflict {
		answer.Header[headerShouldRetry] = "false" // It can never succeed.
	}
	return answer
}

// translated returns a fault in the vendor's words.
func translated(err error) *refusal {
	found, ok := errors.AsType[*fault.Error](err)
	if !ok {
		found = fault.New(fault.Internal, fault.CodeInternal, "")
	}
	c, known := classes[found.Kind]
	if !known {
		c = classes[fault.Internal]
	}
	if found.Code == fault.CodeIdempotency {
		c = class{http.StatusConflict, "/conflict", "Conflict", ""}
	}
	if found.Code == fault.CodeAccess {
		c.detail = "The account does not exist or does not belong to this platform."
	}
	shown := &refusal{cause: found, status: c.status, kind: c.kind, title: c.title, detail: c.detail}
	if shown.detail == "" {
		shown.detail = sentence(found.Text)
	}
	if found.Kind == fault.Invalid || (found.Kind == fault.Conflict && found.Field != "" && found.Code != fault.CodeIdempotency) {
		for _, v := range append([]fault.Violation{found.Violation}, found.More...) {
			shown.add(itemOf(v))
		}
	}
	return shown
}

// add adds an item that the refusal does not have yet: several native fields may be one
// of the vendor's.
func (r *refusal) add(next item) {
	same := func(other item) bool { return reflect.DeepEqual(other, next) }
	if !slices.ContainsFunc(r.items, same) {
		r.items = append(r.items, next)
	}
}

func itemOf(v fault.Violation) item {
	if v.Field == "" {
		return item{Detail: sentence(v.Text)}
	}
	reference := referenceOf(v.Field)
	text := v.Text
	if _, rest, named := strings.Cut(text, " is required"); named {
		text = reference + " is required" + rest // by the name that it has here
	}
	return item{Reference: &reference, Detail: sentence(text)}
}

// sentence returns a text as the vendor writes them.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// references are the fields of the native API in the vendor's words; what is not in
// it has the same name in both.
var references = []struct{ native, straddle string }{
	{"contact.phone", "phone"},
	{"contact.firstName", "name"},
	{"contact.lastName", "name"},
	{"contact.dateOfBirth", "compliance_profile.dob"},
	{"legalEntity.personalTaxId", "compliance_profile.ssn"},
	{"legalEntity.businessTaxId", "compliance_profile.ein"},
	{"legalEntity.businessName", "compliance_profile.legal_business_name"},
	{"legalEntity.representatives", "compliance_profile.representatives"},
	{"merchant.businessUrl", "compliance_profile.website"},
	{"profile", "compliance_profile"},
	{"address.street1", "address.address1"},
	{"address.street2", "address.address2"},
	{"address.postalCode", "address.zip"},
	{"device.ipAddress", "device.ip_address"},
	{"externalId", "external_id"},
	{"meta", "metadata"},
	{"kind", "type"},
	{"identity.processing", "config.processing_method"},
	{"identity.outcome", "config.sandbox_outcome"},
	{"routingNumber", "routing_number"},
	{"accountNumber", "account_number"},
	{"accountType", "account_type"},
	{"processing", "config.processing_method"},
	{"outcome", "config.sandbox_outcome"},
	{"customer", "customer_id"},
	{"account", headerAccount},
	{"limit", "page_size"},
	{"offset", "page_number"},
	{"order", "sort_by"},
}

func referenceOf(field string) string {
	for _, r := range references {
		if field == r.native || strings.HasPrefix(field, r.native+".") {
			return r.straddle + strings.TrimPrefix(field, r.native)
		}
	}
	return field
}
