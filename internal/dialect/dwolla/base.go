package dwolla

import (
	"net/http"

	"tenantry/internal/dialect"
)

// base is what links begin with.
func (f *Handler) base(request *http.Request) string {
	return dialect.Base(f.options.PublicURL, f.options.TrustedProxies, request)
}
