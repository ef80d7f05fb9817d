package customers

import (
	"context"

	"tenantry/keys"
	"tenantry/tenancy"
)

// AuthenticateItself is Authenticate for faces that name no subject: the request acts
// for whoever signs it, which a key tells by itself. It returns what Authenticate does.
func (s *Service) AuthenticateItself(ctx context.Context, p Presented) (tenancy.Caller, error) {
	if presented, err := keys.Parse(p.Bearer); err == nil {
		p.SubjectID = presented.Ref.ID.String()
	}
	return s.Authenticate(ctx, p)
}
