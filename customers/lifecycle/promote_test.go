package lifecycle_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/testkit"
	"tenantry/keys"
)

// When a sandbox ends, no test key is left, nobody is verified by the sandbox's provider
// or by deposits of known amounts, and everything else stays; doing it again changes
// nothing.
func TestEndingASandbox(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, _ := h.MerchantWithParts()
	before := h.Record(shop.ID)
	if before.Identity.Provider != "sandbox" || len(before.Banks) == 0 {
		t.Fatalf("the merchant was reviewed by %q with %d banks", before.Identity.Provider, len(before.Banks))
	}
	ended, err := h.Svc.Lifecycle.EndSandbox(t.Context(), func(int) {})
	testkit.Must(t, err)
	if ended.Keys == 0 || ended.Reviews == 0 {
		t.Errorf("ended are %+v", ended)
	}
	for id, c := range map[string]*customers.Customer{"shop": h.Record(shop.ID), "platform": h.Record(h.Cove.ID), "operator": h.Record(h.Operator.ID)} {
		t.Run(id, func(t *testing.T) {
			for _, entry := range c.Keys {
				if entry.Mode == keys.Test && entry.Revoked == nil {
					t.Errorf("%s keeps test key %d", id, entry.Number)
				}
			}
		})
	}
	after := h.Record(shop.ID)
	if after.Identity.Status != reviews.IdentityNone || after.Identity.Provider != "" {
		t.Errorf("it is %s by %q", after.Identity.Status, after.Identity.Provider)
	}
	for _, bank := range after.Banks {
		if bank.Drops != nil {
			t.Errorf("bank %s keeps its deposits", bank.ID)
		}
	}
	if after.Name != before.Name || len(after.Users) != len(before.Users) || len(after.Documents) != len(before.Documents) {
		t.Error("more than what the sandbox made up is gone")
	}
	again, err := h.Svc.Lifecycle.EndSandbox(t.Context(), func(int) {})
	testkit.Must(t, err)
	if again.Keys+again.Reviews+again.Owners+again.Banks != 0 || h.Record(shop.ID).Version != after.Version {
		t.Errorf("a second time ends %+v", again)
	}
}
