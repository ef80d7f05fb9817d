package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	accesspkg "tenantry/customers/access"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// grantBody shows an access token (PayStand API reference, access tokens).
type grantBody struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"` // Bearer
	ExpiresIn   int    `json:"expires_in"` // seconds
	Scope       string `json:"scope"`
	CustomerID  string `json:"customer_id"`
}

// grantToken takes JSON or a form, and the client's credentials in the body or by
// HTTP Basic.
func (s *Server) grantToken(req *request) (response, error) {
	in := accesspkg.GrantInput{Address: clientAddress(req.Request(), s.options.TrustedProxies)}
	if err := decodeGrant(req, &in); err != nil {
		return response{}, err
	}
	if err := basicClient(req.Request(), &in.ClientID, &in.ClientSecret); err != nil {
		return response{}, err
	}
	grant, err := s.service.Access.GrantToken(req.ctx, in)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK, body: showGrant(grant)}, nil
}

func showGrant(grant accesspkg.Grant) grantBody {
	return grantBody{
		AccessToken: grant.AccessToken.Reveal(), TokenType: "Bearer", ExpiresIn: grant.ExpiresInSeconds,
		Scope: grant.Scope, CustomerID: grant.CustomerID.String(),
	}
}

// revokeToken ends an access token (RFC 7009); it takes what grantToken takes. Without a
// body it ends the token that is sent as Authorization: Bearer, which is a log-out.
func (s *Server) revokeToken(req *request) (response, error) {
	in := accesspkg.RevokeTokenInput{Address: clientAddress(req.Request(), s.options.TrustedProxies)}
	if token, sent := bearer(req.Request().Header.Get(echo.HeaderAuthorization)); sent && len(req.content) == 0 {
		in.Token = patch.Of(token)
		return response{status: http.StatusOK}, s.service.People.RevokeToken(req.ctx, in)
	}
	err := decodeForm(req, &in,
		map[string]*patch.Field[string]{"token_type_hint": &in.TokenTypeHint, "client_id": &in.ClientID},
		map[string]*patch.Field[secret.Text]{"token": &in.Token, "client_secret": &in.ClientSecret})
	if err != nil {
		return response{}, err
	}
	if err := basicClient(req.Request(), &in.ClientID, &in.ClientSecret); err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK}, s.service.People.RevokeToken(req.ctx, in)
}

func decodeGrant(req *request, in *accesspkg.GrantInput) error {
	return decodeForm(req, in, map[string]*patch.Field[string]{
		"grant_type": &in.GrantType, "scope": &in.Scope, "client_id": &in.ClientID, "username": &in.Username, "account": &in.Account,
	}, map[string]*patch.Field[secret.Text]{"client_secret": &in.ClientSecret, "password": &in.Password})
}

// decodeForm reads a body that is JSON, for in, or a form, for the fields of in by their
// names; other fields of a form are ignored, as OAuth has it.
func decodeForm(req *request, in any, texts map[string]*patch.Field[string], secrets map[string]*patch.Field[secret.Text]) error {
	if !strings.HasPrefix(strings.ToLower(req.Request().Header.Get(echo.HeaderContentType)), mediaForm) {
		return req.decode(in)
	}
	form, err := url.ParseQuery(string(req.content))
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "the body is not a well-formed form")
	}
	for name, values := range form {
		if len(values) > 1 {
			return fault.New(fault.Malformed, fault.CodeMalformed, "a field of the form was sent more than once")
		}
		if field := texts[name]; field != nil {
			*field = patch.Of(values[0])
		}
		if field := secrets[name]; field != nil {
			*field = patch.Of(secret.New(values[0]))
		}
	}
	return nil
}

// basicClient takes the client's id and secret from HTTP Basic, if they were sent.
func basicClient(r *http.Request, clientID *patch.Field[string], clientSecret *patch.Field[secret.Text]) error {
	id, password, ok := dialect.BasicCredentials(r)
	if !ok {
		return nil
	}
	if clientSecret.Set || (clientID.Given() && clientID.Value != id) {
		return fault.New(fault.Invalid, fault.CodeValidation,
			"send the client's credentials once: in the body or by HTTP Basic").About("client_secret", fault.BadValue)
	}
	*clientID, *clientSecret = patch.Of(id), patch.Of(secret.New(password))
	return nil
}
