package customers_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Whoever signed a request that is forbidden is named beside the refusal, and may do
// nothing; beside a credential that is not good nobody is named.
func TestARefusedSignerIsNamedAndMayDoNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	off := h.merchantOf(h.cove)
	signed := h.token(off)
	h.setStatus(h.cove, off.id, customers.StatusDisabled)
	for name, row := range map[string]struct {
		presented  customers.Presented
		actor      party
		credential string
	}{
		"a foreign subject":   {customers.Presented{Bearer: h.cove.keys.Secret, SubjectID: h.rival.id}, h.cove, "key_1"},
		"a missing subject":   {customers.Presented{Bearer: h.cove.keys.Secret, SubjectID: unknownID}, h.cove, "key_1"},
		"no id":               {customers.Presented{Bearer: h.cove.keys.Secret, SubjectID: "x"}, h.cove, "key_1"},
		"a disabled customer": {customers.Presented{Bearer: off.keys.Secret, SubjectID: off.id}, off, "key_1"},
		"its access token":    {customers.Presented{Bearer: signed.keys.Secret, SubjectID: off.id}, off, "key_1"},
		"a publishable key":   {customers.Presented{Publishable: h.cove.keys.Publishable, SubjectID: h.rival.id}, h.cove, "key_1"},
	} {
		row.presented.Address = "192.0.2.1"
		caller, err := h.svc.Authenticate(t.Context(), row.presented)
		if fault.KindOf(err) != fault.Forbidden || caller.Actor == nil {
			t.Errorf("%s: %v, signed by %v", name, err, caller.Actor)
			continue
		}
		if caller.Actor.Ref().ID.String() != row.actor.id || caller.Credential.ID != row.credential || caller.Credential.Kind == "" ||
			caller.Address != "192.0.2.1" {
			t.Errorf("%s: the signer is %+v", name, caller.Credential)
		}
		if caller.Subject != nil || caller.Credential.Scopes != 0 || caller.Credential.Derive != nil {
			t.Errorf("%s: the signer may act", name)
		}
		if err := tenancy.Authorize(caller, tenancy.Need{}, caller.Actor); !fault.IsNotFound(err) {
			t.Errorf("%s: the signer reaches itself: %v", name, err)
		}
	}
	caller, err := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: h.forged(h.cove).Secret, SubjectID: h.cove.id})
	refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	if caller.Actor != nil || caller.Credential.ID != "" {
		t.Errorf("a stranger is named %+v", caller)
	}
}
