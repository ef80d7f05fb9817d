package console

import (
	"net/http"

	"tenantry/customers/access"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// caller resolves who sends a request, acting for a customer; empty is its own.
func (c *Console) caller(r *http.Request, subject string) (tenancy.Caller, error) {
	return c.app.Sessions.Caller(r.Context(), access.PresentedSession{
		Secret: secret.New(c.kit.Cookie(r, cookieSession)), SubjectID: subject, Address: c.options.Address(r),
	})
}
