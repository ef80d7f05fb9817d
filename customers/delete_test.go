package customers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/store/codec"
)

// remove deletes a customer.
func (h *house) remove(by party, id string) error {
	h.t.Helper()
	return h.svc.Delete(h.t.Context(), h.as(by), customers.DeleteInput{CustomerID: id})
}

// What is left of a deleted customer is its place in the tree: no personal data,
// no credential, and none of its earlier events that still waited.
func TestTombstoneKeepsNoPersonalData(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, harbor)
	_, err := h.update(shop, shop.id, `{"externalId":"ext-77","settings":{"events":{"enabled":true,"urls":{"always":["https://hook.example"]}}}}`)
	must(t, err)
	card, err := h.svc.Tokenize(t.Context(), h.as(shop), input[customers.TokenInput](t,
		`{"card":{"nameOnCard":"MIRA OKAFOR","cardNumber":"4242424242424242","expirationMonth":12,"expirationYear":2030}}`))
	must(t, err)
	_, err = h.svc.AddCard(t.Context(), h.as(shop), "", customers.CardInput{Token: patch.Of(card.Text.Reveal())})
	must(t, err)
	before := h.record(shop.id)
	h.clock.Advance(time.Hour)
	must(t, h.remove(h.cove, shop.id))

	tombstone := watch.written[len(watch.written)-1]
	stored, err := codec.Encode(tombstone)
	must(t, err)
	for _, personal := range []string{
		"Harbor", "HARBOR", "harbor", "Mira", "MIRA", "mira", "Okafor", "Jonas", "Brandt", "Quay", "Portland", "04101", "2075550142", "repair bench",
		"ext-77", "hook.example", "40417", "crmId", "<b>", "Sandbox", "110000000", "6789", "5432", "1234", "5678", "4242", "$2a$", "5940", "Co-founder",
		before.Banks[0].AccountNumber.Fingerprint, before.LegalEntity.BusinessTaxID.Fingerprint,
		string(before.Banks[0].AccountNumber.Box), string(before.LegalEntity.PersonalTaxID.Box), string(before.Contact.DateOfBirth.Box),
	} {
		if strings.Contains(string(stored), personal) {
			t.Errorf("%q is in the tombstone", personal)
		}
	}
	if tombstone.Deleted == nil || !tombstone.Deleted.Equal(h.clock.Now()) || tombstone.Version != before.Version+1 {
		t.Errorf("the tombstone has version %d and is from %v", tombstone.Version, tombstone.Deleted)
	}
	if diff := cmp.Diff(before.Path, tombstone.Path); diff != "" || tombstone.Ref() != before.Ref() || tombstone.Parent != before.Parent {
		t.Errorf("it lost its place in the tree: %s", diff)
	}
	event := tombstone.Outbox[len(tombstone.Outbox)-1]
	if event.Type != "customer.deleted" || event.Actor.String() != h.cove.id || event.Credential != "key_1" {
		t.Errorf("its events are %+v", tombstone.Outbox)
	}
	if diff := cmp.Diff(map[string]any{"id": shop.id, "object": "customer", "deleted": true}, asMap(t, event.Resource)); diff != "" {
		t.Errorf("the event shows %s", diff)
	}
}

// Nothing finds a deleted customer: not by id, not in a list, not as a subject, in
// the words for one that never was. Deleting it again is no different.
func TestDeletedIsAsIfItNeverWas(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, stays := h.create(h.cove, one(``)), h.create(h.cove, one(``))
	must(t, h.remove(h.cove, shop.id))
	for _, by := range []party{h.cove, h.operator} {
		_, gone := h.svc.Get(t.Context(), h.as(by), shop.id)
		_, never := h.svc.Get(t.Context(), h.as(by), unknownID)
		if diff := cmp.Diff(answerOf(t, never), answerOf(t, gone)); diff != "" {
			t.Error(diff)
		}
		refused(t, h.remove(by, shop.id), fault.NotFound, fault.CodeNotFound)
		_, err := h.update(by, shop.id, `{"name":"Back"}`)
		refused(t, err, fault.NotFound, fault.CodeNotFound)
		_, err = h.svc.Authenticate(t.Context(), customers.Presented{Bearer: by.keys.Secret, SubjectID: shop.id})
		refused(t, err, fault.Forbidden, fault.CodeAccess)
		listing, err := h.svc.List(t.Context(), h.as(by), customers.ListInput{Deep: true})
		must(t, err)
		for _, c := range listing.Customers {
			if c.ID.String() == shop.id {
				t.Error("a list shows it")
			}
		}
	}
	if left := h.children(h.cove); len(left) != 1 || left[0].ID.String() != stays.id {
		t.Errorf("%d children are left", len(left))
	}
}

// All credentials of a deleted customer are dead, in the words for a wrong one.
func TestDeletedHasNoCredentials(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, one(user("ada")))
	ada, err := h.login("ada", "correct-horse")
	must(t, err)
	bearers := map[string]party{"key": shop, "token": h.token(shop), "restricted key": h.mint(shop, 0, "read"), "login": ada}
	_, wrong := h.login("nobody", "correct-horse")
	must(t, h.remove(h.cove, shop.id))
	for _, bearer := range bearers {
		refused(t, h.present(bearer), fault.Unauthenticated, fault.CodeCredentials)
	}
	_, err = h.svc.Authenticate(t.Context(), customers.Presented{Publishable: shop.keys.Publishable})
	refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	_, err = h.login("ada", "correct-horse")
	if diff := cmp.Diff(answerOf(t, wrong), answerOf(t, err)); diff != "" {
		t.Errorf("the login of a deleted customer differs from nobody's: %s", diff)
	}
}

// Deleting is refused for oneself, from a sibling or another tenant, for a parent
// of living children, and for another version than was read; then nothing changes.
func TestWhoDeletesWhat(t *testing.T) {
	t.Parallel()
	h := open(t)
	middle := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	child := h.create(middle, one(``))
	before := h.record(middle.id)

	for _, self := range []party{middle, h.cove, h.operator} {
		refused(t, h.remove(self, self.id), fault.Forbidden, fault.CodeAccess)
		refused(t, h.remove(self, ""), fault.Forbidden, fault.CodeAccess)
	}
	refused(t, h.svc.Delete(t.Context(), h.as(h.cove), customers.DeleteInput{}), fault.Forbidden, fault.CodeAccess)
	for _, stranger := range []party{child, h.rival, h.create(h.cove, one(``))} {
		refused(t, h.remove(stranger, middle.id), fault.NotFound, fault.CodeNotFound)
	}
	for _, above := range []party{h.cove, h.operator} {
		refused(t, h.remove(above, middle.id), fault.Conflict, fault.CodeHasChildren)
	}
	stale := customers.DeleteInput{CustomerID: child.id, IfVersions: []int64{2}}
	refused(t, h.svc.Delete(t.Context(), h.as(middle), stale), fault.PreconditionFailed, fault.CodePrecondition)
	if h.record(middle.id) != before || h.record(child.id).Version != 1 {
		t.Error("a refused deletion changed something")
	}

	stale.IfVersions = []int64{1}
	must(t, h.svc.Delete(t.Context(), h.as(middle), stale))
	must(t, h.svc.Delete(t.Context(), h.as(h.cove, middle.id), customers.DeleteInput{})) // acting as it, its platform may
}

// Neither a change nor another deletion at the same moment brings a customer back
// or is lost in silence: of each pair, one is told.
func TestDeleteRacesLoseNothingInSilence(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	watch.trap("Replace", func(call func() error) error {
		must(t, h.remove(h.cove, shop.id))
		return call()
	})
	_, err := h.update(shop, shop.id, `{"name":"Back","merchantKey":"shop"}`)
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	h.create(h.cove, one(`,"merchantKey":"shop"`))

	other := h.create(h.cove, one(``))
	watch.trap("Erase", func(call func() error) error {
		_, err := h.update(other, other.id, `{"name":"Changed"}`)
		must(t, err)
		return call()
	})
	must(t, h.remove(h.cove, other.id))

	parent := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	watch.trap("Insert", func(call func() error) error {
		must(t, h.remove(h.cove, parent.id))
		return call()
	})
	_, err = h.tryCreate(parent, one(`,"vanityName":"orphan"`))
	refused(t, err, fault.Conflict, fault.CodeConflict)
	h.create(h.cove, one(`,"vanityName":"orphan"`))
}
