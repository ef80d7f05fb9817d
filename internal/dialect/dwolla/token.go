package dwolla

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tenantry/customers/access"
	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const (
	pathToken        = "/token"
	grantCredentials = "client_credentials"
	scopeCustomers   = "ManageCustomers"
)

// granted is an access token (RFC 6749, section 5.1).
type granted struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	Scope       string `json:"scope,omitempty"`
}

// token exchanges the credentials of a client, in the body or by HTTP Basic, for an
// access token.
func (f *Handler) token(x *dialect.Request) (idempotency.Answer, error) {
	sent, err := tokenForm(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	switch sent["grant_type"] {
	case grantCredentials:
	case "":
		return idempotency.Answer{}, oauth(http.StatusBadRequest, "invalid_request", "grant_type is required.")
	default:
		return idempotency.Answer{}, oauth(http.StatusBadRequest, "unsupported_grant_type", "grant_type must be client_credentials.")
	}
	id, password, basic := dialect.BasicCredentials(x.Request)
	if !basic {
		id, password = sent["client_id"], sent["client_secret"]
	}
	if id == "" || password == "" {
		return idempotency.Answer{}, clientError(basic, "Send client_id and client_secret.")
	}
	if record, ok := dialect.ParseUUID(id); ok {
		id = record.String()
	}
	grant, err := f.service.Access.GrantClient(x, access.ClientGrantInput{ClientID: id, ClientSecret: secret.New(password), Address: x.Address})
	if err != nil {
		return idempotency.Answer{}, tokenRefusal(err, basic)
	}
	body := granted{AccessToken: grant.AccessToken.Reveal(), TokenType: "bearer", ExpiresIn: grant.ExpiresInSeconds}
	if grant.Scopes.Has(tenancy.CustomersWrite) {
		body.Scope = scopeCustomers
	}
	return answer(http.StatusOK, mediaJSON, body), nil
}

// tokenForm reads a form or a JSON object of texts.
func tokenForm(x *dialect.Request) (map[string]string, error) {
	malformed := oauth(http.StatusBadRequest, "invalid_request", "The body must be a form, or a JSON object of strings, with each field once.")
	media := strings.ToLower(x.Request.Header.Get("Content-Type"))
	sent := map[string]string{}
	if !strings.HasPrefix(media, mediaForm) && len(x.Content) > 0 {
		var members map[string]any
		if raw, err := patch.Object(x.Content); err != nil || json.Unmarshal(raw, &members) != nil {
			return nil, malformed
		}
		for name, value := range members {
			if text, ok := value.(string); ok {
				sent[name] = text
			}
		}
		return sent, nil
	}
	form, err := url.ParseQuery(string(x.Content))
	if err != nil {
		return nil, malformed
	}
	for name, values := range form {
		if len(values) > 1 {
			return nil, malformed
		}
		sent[name] = values[0]
	}
	return sent, nil
}

// oauthError is a refusal of the token endpoint (RFC 6749, section 5.2).
type oauthError struct {
	cause      *fault.Error
	status     int
	code, text string
	basic      bool // the client tried HTTP Basic
}

func (e *oauthError) Error() string { return e.code + ": " + e.cause.Error() }

func (e *oauthError) Unwrap() error { return e.cause }

func oauth(status int, code, text string) *oauthError {
	return &oauthError{cause: fault.New(fault.Malformed, fault.CodeMalformed, text), status: status, code: code, text: text}
}

func clientError(basic bool, text string) *oauthError {
	refused := oauth(http.StatusUnauthorized, "invalid_client", text)
	refused.cause, refused.basic = fault.New(fault.Unauthenticated, fault.CodeCredentials, text), basic
	return refused
}

// tokenRefusal returns a fault in the words of OAuth.
func tokenRefusal(err error, basic bool) error {
	found, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	refused := oauth(http.StatusInternalServerError, "server_error", "A server error occurred.")
	switch found.Kind {
	case fault.Unauthenticated:
		refused = clientError(basic, "Invalid client credentials.")
	case fault.Forbidden:
		refused = oauth(http.StatusBadRequest, "unauthorized_client", "The account of the client is not active.")
	case fault.RateLimited:
		refused = oauth(http.StatusTooManyRequests, "temporarily_unavailable", "Too many failed attempts; wait and try again.")
	case fault.Unavailable:
		refused = oauth(http.StatusServiceUnavailable, "temporarily_unavailable", "The service cannot serve now; try again in a moment.")
	case fault.Malformed, fault.UnsupportedMedia:
		refused = oauth(http.StatusBadRequest, "invalid_request", found.Text+".")
	case fault.TooLarge:
		refused = oauth(http.StatusRequestEntityTooLarge, "invalid_request", "The body is too long.")
	case fault.MethodNotAllowed:
		refused = oauth(http.StatusMethodNotAllowed, "invalid_request", "Tokens are asked for by POST.")
	}
	refused.cause = found
	return refused
}

func (e *oauthError) answer() idempotency.Answer {
	a := answer(e.status, mediaJSON, object{"error": e.code, "error_description": e.text})
	if e.status == http.StatusUnauthorized && e.basic {
		a.Header["WWW-Authenticate"] = `Basic realm="tenantry", charset="UTF-8"`
	}
	if e.cause.RetryAfterSeconds > 0 {
		a.Header["Retry-After"] = strconv.Itoa(e.cause.RetryAfterSeconds)
	}
	return a
}
