package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	accesspkg "tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

const (
	headerSubject     = "X-CUSTOMER-ID"
	headerPublishable = "X-PUBLISHABLE-KEY"
	// The same as net/http keeps them: looking up another form copies it first.
	canonicalSubject     = "X-Customer-Id"
	canonicalPublishable = "X-Publishable-Key"
)

// access is the kind of credential that a route takes.
type access int

const (
	// signed routes require a secret key, a restricted key or an access token, and name
	// the subject.
	signed access = iota
	// browser routes require a publishable key, and accept a secret one too.
	browser
	// open routes require no credential.
	open
)

// identifier identifies the caller of a request. A caller returned beside an error is the
// signer of a refused request: it has an actor and no subject.
type identifier func(req *request, r route) (tenancy.Caller, error)

// identify is the identifier of the public listener. It returns the errors of
// Service.Authenticate, and its own: Unauthenticated for a request without a credential,
// and Forbidden for a publishable key on a route where it may do nothing.
func (s *Server) identify(req *request, r route) (tenancy.Caller, error) {
	err := onceOnly(req.Request().Header)
	if err != nil {
		return tenancy.Caller{}, err
	}
	presented, err := r.present(req.Request())
	if err != nil {
		return tenancy.Caller{}, err
	}
	presented.Address = clientAddress(req.Request(), s.options.TrustedProxies)
	if strings.HasPrefix(r.path, "/v3/customers/:id") {
		presented.TargetID = req.Param("id")
	}
	caller, err := s.service.Access.Authenticate(req.ctx, presented)
	if err == nil && r.access == signed && caller.Credential.Kind == tenancy.PublishableKey {
		caller.Subject = nil
		return caller, fault.New(fault.Forbidden, fault.CodeScope,
			"a publishable key can only make tokens; use a secret key, from a server of yours")
	}
	return caller, err
}

// onceOnly returns Malformed for a header of credentials that was sent more than once, in
// every API: a proxy in front may have looked at another one than the service would.
func onceOnly(header http.Header) error {
	for _, sent := range [...]struct{ name, key string }{
		{echo.HeaderAuthorization, echo.HeaderAuthorization}, {headerSubject, canonicalSubject}, {headerPublishable, canonicalPublishable},
	} {
		if len(header[sent.key]) > 1 {
			return fault.New(fault.Malformed, fault.CodeMalformed, "the header "+sent.name+" was sent more than once; send it once")
		}
	}
	return nil
}

// present returns the credentials of a request. A route uses the kind of credential it is
// meant for; if two were sent it looks at that one alone.
func (r route) present(httpRequest *http.Request) (accesspkg.Presented, error) {
	if r.dialect != nil {
		return r.dialect.Presented(httpRequest)
	}
	header := httpRequest.Header
	presented := accesspkg.Presented{SubjectID: header.Get(canonicalSubject)}
	authorization, publishable := header.Get(echo.HeaderAuthorization), header.Get(canonicalPublishable)
	if publishable != "" && (r.access == browser || authorization == "") {
		presented.Publishable = secret.New(publishable)
		return presented, nil
	}
	if authorization == "" {
		return presented, fault.New(fault.Unauthenticated, fault.CodeCredentials, r.access.credentials())
	}
	token, sent := bearer(authorization)
	if !sent {
		return presented, fault.New(fault.Unauthenticated, fault.CodeCredentials,
			"the header Authorization must be: Bearer <secret key or access token>")
	}
	presented.Bearer = token
	presented.Itself = r.itself && !keys.LooksLikeKey(presented.Bearer)
	return presented, nil
}

// bearer reads the credential of a header Authorization of the scheme Bearer.
func bearer(authorization string) (token secret.Text, sent bool) {
	scheme, text, _ := strings.Cut(authorization, " ")
	text = strings.TrimSpace(text)
	return secret.New(text), strings.EqualFold(scheme, "Bearer") && text != ""
}

// credentials returns the text that says what to send.
func (needs access) credentials() string {
	if needs == browser {
		return "send a publishable key in the header X-PUBLISHABLE-KEY"
	}
	return "send a secret key or an access token as Authorization: Bearer <it>, and X-CUSTOMER-ID"
}

// identifyLocal is the identifier of the local admin socket: every process that may open
// the socket acts as the operator.
func (s *Server) identifyLocal(req *request, _ route) (tenancy.Caller, error) {
	return s.service.Access.Local(req.ctx, req.Request().Header.Get(canonicalSubject))
}
