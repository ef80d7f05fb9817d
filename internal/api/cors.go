package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/internal/dialect"
)

// What pages in browsers may send and read beside what they always may. Cookies are never
// among it: no answer has Access-Control-Allow-Credentials.
const (
	corsSends = "Authorization, Content-Type, X-CUSTOMER-ID, X-PUBLISHABLE-KEY, Idempotency-Key, If-Match, If-None-Match, " +
		"X-Reason, X-Request-Id, Traceparent"
	corsReads = "X-Request-Id, X-Client-Request-Id, ETag, Link, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, " +
		"Idempotent-Replayed, X-Next-Cursor"
	// corsAge is how many seconds a browser may remember the answer to its question.
	corsAge     = "7200"
	headerAllow = "Access-Control-Allow-Origin"
)

// shareWith lets pages of the configured origins read the answers of this API, refusals
// too. It reports whether the request was the question that browsers ask before the
// request itself, which is then answered: origins may send what they like, and a
// credential decides what comes of it.
func (s *Server) shareWith(req *request) (asked bool) {
	if len(s.options.Origins) == 0 || !sharable(req.Request().URL.Path, req.dialect) {
		return false
	}
	header := req.Response().Header()
	header.Add(echo.HeaderVary, echo.HeaderOrigin)
	origin := req.Request().Header.Get(echo.HeaderOrigin)
	if !slices.Contains(s.options.Origins, origin) {
		return false
	}
	header.Set(headerAllow, origin)
	header.Set(echo.HeaderAccessControlExposeHeaders, corsReads)
	method := req.Request().Header.Get(echo.HeaderAccessControlRequestMethod)
	if req.Request().Method != http.MethodOptions || method == "" {
		return false
	}
	header.Set(echo.HeaderAccessControlAllowMethods, "GET, HEAD, POST, PUT, PATCH, DELETE")
	header.Set(echo.HeaderAccessControlAllowHeaders, corsSends)
	header.Set(echo.HeaderAccessControlMaxAge, corsAge)
	return true
}

// sharable reports whether a path is of the API or of a dialect. The pages for people go by
// cookies, and are for their own origin alone.
func sharable(path string, owner dialect.Dialect) bool {
	return owner != nil || strings.HasPrefix(path, "/v3/") || strings.HasPrefix(path, "/openapi.")
}

// allowAnyOrigin lets pages of any origin read the answer. It is for routes that take a
// publishable key alone: a page sends neither cookies nor secret keys.
func allowAnyOrigin(header http.Header) {
	header.Set(headerAllow, "*")
	header.Set(echo.HeaderAccessControlExposeHeaders, corsReads)
}

// preflight returns the handler that answers the question that browsers ask before the
// request itself, whether they may send one of a method.
func preflight(method string) handler {
	allowed := []string{method, http.MethodOptions}
	slices.Sort(allowed)
	return func(req *request) (response, error) {
		header := req.Response().Header()
		header.Set(echo.HeaderAllow, strings.Join(allowed, ", "))
		header.Set(echo.HeaderAccessControlAllowMethods, method)
		header.Set(echo.HeaderAccessControlAllowHeaders, "Content-Type, X-PUBLISHABLE-KEY, X-CUSTOMER-ID, Idempotency-Key")
		header.Set(echo.HeaderAccessControlMaxAge, corsAge)
		return response{status: http.StatusNoContent}, nil
	}
}
