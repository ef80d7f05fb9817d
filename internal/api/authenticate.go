package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const (
	headerSubject     = "X-CUSTOMER-ID"
	headerPublishable = "X-PUBLISHABLE-KEY"
)

// access says which credentials a route takes.
type access int

const (
	// signed routes want a secret, a restricted key or an access token, and the
	// subject by name.
	signed access = iota
	// browser routes want a publishable key, and take a secret one too.
	browser
	// open routes want nothing.
	open
)

// identifier finds out who calls. A caller with an actor beside an error is who
// signed the request that is refused: it has no subject.
type identifier func(req *request, r route) (tenancy.Caller, error)

// identify is the identifier of the public listener. It returns what
// Service.Authenticate does, and of its own: Unauthenticated for a request without
// a credential that could be one, and Forbidden for a publishable key where it may
// do nothing.
func (s *Server) identify(req *request, r route) (tenancy.Caller, error) {
	presented, err := r.present(req.Request())
	if err != nil {
		return tenancy.Caller{}, err
	}
	presented.Address = clientAddress(req.Request(), s.options.TrustedProxies)
	caller, err := s.service.Authenticate(req.ctx, presented)
	if err == nil && r.access == signed && caller.Credential.Kind == tenancy.PublishableKey {
		caller.Subject = nil
		return caller, fault.New(fault.Forbidden, fault.CodeScope,
			"a publishable key can only make tokens; use a secret key, from a server of yours")
	}
	return caller, err
}

// present collects what the request shows of itself. A route takes the credential
// it is meant for, and of two that were sent looks at that one alone.
func (r route) present(httpRequest *http.Request) (customers.Presented, error) {
	if r.dialect != nil {
		return r.dialect.Presented(httpRequest)
	}
	header := httpRequest.Header
	presented := customers.Presented{SubjectID: header.Get(headerSubject)}
	authorization, publishable := header.Get(echo.HeaderAuthorization), header.Get(headerPublishable)
	if publishable != "" && (r.access == browser || authorization == "") {
		presented.Publishable = secret.New(publishable)
		return presented, nil
	}
	if authorization == "" {
		return presented, fault.New(fault.Unauthenticated, fault.CodeCredentials, r.access.credentials())
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return presented, fault.New(fault.Unauthenticated, fault.CodeCredentials,
			"the header Authorization must be: Bearer <secret key or access token>")
	}
	presented.Bearer = secret.New(token)
	return presented, nil
}

// credentials tells what to send.
func (needs access) credentials() string {
	if needs == browser {
		return "send a publishable key in the header X-PUBLISHABLE-KEY"
	}
	return "send a secret key or an access token as Authorization: Bearer <it>, and X-CUSTOMER-ID"
}

// identifyLocal is the identifier of the local admin socket: whoever may open it
// is the operator.
func (s *Server) identifyLocal(req *request, _ route) (tenancy.Caller, error) {
	return s.service.Local(req.ctx, req.Request().Header.Get(headerSubject))
}
