package balanced

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// category is what refusals of one kind are called.
type category struct {
	status     int
	code, kind string
}

// The category types.
const (
	kindRequest    = "request"
	kindPermission = "permission"
	kindLogical    = "logical"
	kindBanking    = "banking"
)

// categories are the refusals by kind; it never changes.
var categories = map[fault.Kind]category{
	fault.Malformed:          {http.StatusBadRequest, "request", kindRequest},
	fault.Invalid:            {http.StatusBadRequest, "request", kindRequest},
	fault.UnsupportedMedia:   {http.StatusBadRequest, "request", kindRequest},
	fault.PreconditionFailed: {http.StatusPreconditionFailed, "request", kindRequest},
	fault.TooLarge:           {http.StatusRequestEntityTooLarge, "request", kindRequest},
	fault.Unauthenticated:    {http.StatusUnauthorized, "authentication-required", kindPermission},
	fault.PaymentRequired:    {http.StatusPaymentRequired, "card-declined", kindBanking},
	fault.Forbidden:          {http.StatusForbidden, "not-authorized", kindPermission},
	fault.NotFound:           {http.StatusNotFound, "not-found", kindRequest},
	fault.MethodNotAllowed:   {http.StatusMethodNotAllowed, "method-not-allowed", kindRequest},
	fault.Conflict:           {http.StatusConflict, "conflict", kindLogical},
	fault.RateLimited:        {http.StatusTooManyRequests, "rate-limited", kindRequest},
	fault.HeadersTooLarge:    {http.StatusRequestHeaderFieldsTooLarge, "request", kindRequest},
	fault.Unavailable:        {http.StatusServiceUnavailable, "service-unavailable", kindRequest},
	fault.Internal:           {http.StatusInternalServerError, "internal-server-error", kindRequest},
}

// fieldCodes are codes for a bad value of one field; it never changes.
var fieldCodes = map[string]string{
	"routing_number": "invalid-routing-number", "account_number": "invalid-bank-account-number", "card_number": "card-number-not-valid",
}

// verificationCodes are codes for why a bank account is not verified; it never changes.
var verificationCodes = map[fault.Detail]string{
	fault.BadValue: "bank-account-authentication-failed", fault.Immutable: "bank-account-authentication-not-pending",
	fault.Duplicate: "bank-account-authentication-already-exists", fault.Missing: "bank-account-no-account",
}

func categoryOf(refusal *fault.Error) category {
	c, known := categories[refusal.Kind]
	if !known {
		c = categories[fault.Internal]
	}
	field := vendorField(refusal.Field)
	last := field[strings.LastIndexByte(field, '.')+1:]
	bank := strings.Contains(field, "bank_account")
	switch refusal.Code {
	case fault.CodeValidation:
		if code := fieldCodes[last]; code != "" && refusal.Detail != fault.Missing && len(refusal.More) == 0 {
			c.code = code
		}
	case fault.CodeHasActivity:
		c.code = "customer-has-activity"
	case fault.CodeHasChildren:
		c.code = "customer-has-customers"
	case fault.CodeMarketplaceExists:
		c.code = "marketplace-already-created"
	case fault.CodeBankFailure:
		if code := verificationCodes[refusal.Detail]; code != "" {
			c.code = code
		}
	case fault.CodeInstrumentTaken:
		c.code = pick(bank, "bank-account-already-associated", "card-already-funding-src")
	case fault.CodeInstrumentNotValid:
		c.code = pick(bank, "bank-account-not-valid", "card-not-valid")
	case fault.CodeConflict:
		if field == "email" {
			c.code = "duplicate-email-address"
		}
	}
	return c
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// Refuse writes a refusal as the vendor does.
func (f *Handler) Refuse(x *dialect.Request, err error) idempotency.Answer {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		refusal = fault.New(fault.Internal, fault.CodeInternal, "")
	}
	c := categoryOf(refusal)
	request := prefixRequest + x.Ref
	extras := map[string]string{}
	var sentences []string
	violations := append([]fault.Violation{refusal.Violation}, refusal.More...)
	if refusal.Kind == fault.Unauthenticated {
		violations = []fault.Violation{{Text: "send your secret key as the user name of HTTP Basic; the key is missing, wrong or no longer valid"}}
	}
	for _, v := range violations {
		sentences = append(sentences, sentence(v))
		if field := vendorField(v.Field); field != "" && extras[field] == "" {
			extras[field] = reason(v)
		}
	}
	a, err := answer(c.status, object{
		"_uris": object{}, "additional": nil, "category_code": c.code, "category_type": c.kind,
		"description": fmt.Sprintf("%s Your request id is %s.", strings.Join(sentences, " "), request),
		"extras":      extras, "request_id": request, "status": http.StatusText(c.status), "status_code": c.status,
	})
	if err != nil { // texts only: cannot fail
		return idempotency.Answer{Status: http.StatusInternalServerError}
	}
	a.Header["X-Request-Id"] = request
	if c.status == http.StatusUnauthorized {
		a.Header["Www-Authenticate"] = `Basic realm="tenantry", charset="UTF-8"`
	}
	if refusal.RetryAfterSeconds > 0 {
		a.Header["Retry-After"] = strconv.Itoa(refusal.RetryAfterSeconds)
	}
	return a
}

// sentence says what is wrong with one field, or with the request.
func sentence(v fault.Violation) string {
	field, text := vendorField(v.Field), strings.TrimSuffix(v.Text, ".")
	switch {
	case field == "sort":
		return text + "."
	case field != "" && v.Detail == fault.Missing:
		return "Missing required field [" + field + "]."
	case field != "":
		return "Invalid field [" + field + "] - " + reason(v) + "."
	case text == "":
		return "The request was refused."
	default:
		return strings.ToUpper(text[:1]) + text[1:] + "."
	}
}

// reason is what extras say of a field.
func reason(v fault.Violation) string {
	text := strings.TrimSuffix(v.Text, ".")
	if v.Detail == fault.Missing {
		return "Missing required field [" + vendorField(v.Field) + "]"
	}
	if v.Value != "" {
		return strconv.Quote(v.Value) + " " + text
	}
	return text
}

// vendorFields are the vendor's words for fields of ours; it never changes.
var vendorFields = map[string]string{
	"businessName": "business_name", "businessTaxId": "ein", "personalTaxId": "ssn_last4", "dateOfBirth": "dob",
	"nameOnCard": "name", "nameOnAccount": "name", "cardNumber": "card_number", "securityCode": "security_code",
	"expirationMonth": "expiration_month", "expirationYear": "expiration_year", "routingNumber": "routing_number",
	"accountNumber": "account_number", "accountType": "type", "supportEmail": "support_email_address",
	"supportPhone": "support_phone_number",
}

// cardFields are the members of an address where it is part of a card; it never changes.
var cardFields = map[string]string{"line1": "street_address", "state": "region"}

// vendorField returns a field in the vendor's words.
func vendorField(field string) string {
	for _, holder := range []string{"contact.", "legalEntity.", "merchant."} {
		field = strings.TrimPrefix(field, holder)
	}
	at := strings.LastIndexByte(field, '.') + 1
	if word := vendorFields[field[at:]]; word != "" {
		return field[:at] + word
	}
	if word := cardFields[field[at:]]; word != "" && !strings.HasPrefix(field, "address.") {
		return field[:at] + word
	}
	return field
}
