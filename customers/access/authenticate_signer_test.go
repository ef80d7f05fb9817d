package access_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Whoever signed a request that is forbidden is named beside the refusal, and may do
// nothing; beside a credential that is not good nobody is named.
func TestARefusedSignerIsNamedAndMayDoNothing(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	off := h.MerchantOf(h.Cove)
	signed := h.Token(off)
	h.SetStatus(h.Cove, off.ID, customers.StatusDisabled)
	for name, row := range map[string]struct {
		presented  access.Presented
		actor      testkit.Party
		credential string
	}{
		"a foreign subject":   {access.Presented{Bearer: h.Cove.Keys.Secret, SubjectID: h.Rival.ID}, h.Cove, h.KeyID(h.Cove.ID, 1)},
		"a missing subject":   {access.Presented{Bearer: h.Cove.Keys.Secret, SubjectID: testkit.UnknownID}, h.Cove, h.KeyID(h.Cove.ID, 1)},
		"no id":               {access.Presented{Bearer: h.Cove.Keys.Secret, SubjectID: "x"}, h.Cove, h.KeyID(h.Cove.ID, 1)},
		"a disabled customer": {access.Presented{Bearer: off.Keys.Secret, SubjectID: off.ID}, off, h.KeyID(off.ID, 1)},
		"its access token":    {access.Presented{Bearer: signed.Keys.Secret, SubjectID: off.ID}, off, h.KeyID(off.ID, 1)},
		"a publishable key":   {access.Presented{Publishable: h.Cove.Keys.Publishable, SubjectID: h.Rival.ID}, h.Cove, h.KeyID(h.Cove.ID, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			row.presented.Address = "192.0.2.1"
			caller, err := h.Svc.Access.Authenticate(t.Context(), row.presented)
			if fault.KindOf(err) != fault.Forbidden || caller.Actor == nil {
				t.Errorf("%s: %v, signed by %v", name, err, caller.Actor)
				return
			}
			if caller.Actor.Ref().ID.String() != row.actor.ID || caller.Credential.ID != row.credential || caller.Credential.Kind == "" ||
				caller.Address != "192.0.2.1" {
				t.Errorf("%s: the signer is %+v", name, caller.Credential)
			}
			if caller.Subject != nil || caller.Credential.Scopes != 0 || caller.Credential.Derive != nil {
				t.Errorf("%s: the signer may act", name)
			}
			if err := tenancy.Authorize(caller, tenancy.Need{}, caller.Actor); !fault.IsNotFound(err) {
				t.Errorf("%s: the signer reaches itself: %v", name, err)
			}
		})
	}
	caller, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: forged(h, h.Cove).Secret, SubjectID: h.Cove.ID})
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	if caller.Actor != nil || caller.Credential.ID != "" {
		t.Errorf("a stranger is named %+v", caller)
	}
}
