package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// allowAnyOrigin lets pages of any origin read the answer. It is for routes that take a
// publishable key alone: a page sends neither cookies nor secret keys.
func allowAnyOrigin(header http.Header) {
	header.Set(echo.HeaderAccessControlAllowOrigin, "*")
	header.Set(echo.HeaderAccessControlExposeHeaders,
		"X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotent-Replayed")
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
		header.Set(echo.HeaderAccessControlMaxAge, "7200")
		return response{status: http.StatusNoContent}, nil
	}
}
