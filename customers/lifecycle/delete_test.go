package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/store/codec"
	"tenantry/internal/testkit"
)

// What is left of a deleted customer is its place in the tree: no personal data,
// no credential, and none of its earlier events that still waited.
func TestTombstoneKeepsNoPersonalData(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.Harbor)
	_, err := h.Update(shop, shop.ID, `{"externalId":"ext-77","settings":{"events":{"enabled":true,"urls":{"always":["https://hook.example"]}}}}`)
	testkit.Must(t, err)
	card, err := h.Svc.Instruments.Tokenize(t.Context(), h.As(shop), testkit.Input[instruments.TokenInput](t,
		`{"card":{"nameOnCard":"MIRA OKAFOR","cardNumber":"4242424242424242","expirationMonth":12,"expirationYear":2030}}`))
	testkit.Must(t, err)
	_, err = h.Svc.Instruments.AddCard(t.Context(), h.As(shop), "", instruments.CardInput{Token: patch.Of(card.Text.Reveal())})
	testkit.Must(t, err)
	before := h.Record(shop.ID)
	h.Clock.Advance(time.Hour)
	testkit.Must(t, h.Remove(h.Cove, shop.ID))

	tombstone := watch.Written[len(watch.Written)-1]
	stored, err := codec.Encode(tombstone)
	testkit.Must(t, err)
	for _, personal := range []string{
		"Harbor", "HARBOR", "harbor", "Mira", "MIRA", "mira", "Okafor", "Jonas", "Brandt", "Quay", "Portland", "04101", "2075550142", "repair bench",
		"ext-77", "hook.example", "40417", "crmId", "<b>", "Sandbox", "110000000", "6789", "5432", "1234", "5678", "4242", "$2a$", "5940", "Co-founder",
		before.Banks[0].AccountNumber.Fingerprint, before.Cards[0].Fingerprint,
		string(before.Banks[0].AccountNumber.Box), string(before.LegalEntity.PersonalTaxID.Box), string(before.Contact.DateOfBirth.Box),
	} {
		t.Run(personal, func(t *testing.T) {
			if strings.Contains(string(stored), personal) {
				t.Errorf("%q is in the tombstone", personal)
			}
		})
	}
	if tombstone.Deleted == nil || !tombstone.Deleted.Equal(h.Clock.Now()) || tombstone.Version != before.Version+1 {
		t.Errorf("the tombstone has version %d and is from %v", tombstone.Version, tombstone.Deleted)
	}
	if diff := cmp.Diff(before.Path, tombstone.Path); diff != "" || tombstone.Ref() != before.Ref() || tombstone.Parent != before.Parent {
		t.Errorf("it lost its place in the tree: %s", diff)
	}
	event := tombstone.Outbox[len(tombstone.Outbox)-1]
	if event.Type != "customer.deleted" || event.Actor.String() != h.Cove.ID || event.Credential != h.KeyID(h.Cove.ID, 1) {
		t.Errorf("its events are %+v", tombstone.Outbox)
	}
	if diff := cmp.Diff(map[string]any{"id": shop.ID, "object": "customer", "deleted": true}, testkit.AsMap(t, event.Resource)); diff != "" {
		t.Errorf("the event shows %s", diff)
	}
}

// Nothing finds a deleted customer: not by id, not in a list, not as a subject, in
// the words for one that never was. Deleting it again is no different.
func TestDeletedIsAsIfItNeverWas(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, stays := h.Create(h.Cove, testkit.One(``)), h.Create(h.Cove, testkit.One(``))
	testkit.Must(t, h.Remove(h.Cove, shop.ID))
	for _, by := range []testkit.Party{h.Cove, h.Operator} {
		_, gone := h.Svc.Lifecycle.Get(t.Context(), h.As(by), shop.ID)
		_, never := h.Svc.Lifecycle.Get(t.Context(), h.As(by), testkit.UnknownID)
		if diff := cmp.Diff(testkit.AnswerOf(t, never), testkit.AnswerOf(t, gone)); diff != "" {
			t.Error(diff)
		}
		testkit.Refused(t, h.Remove(by, shop.ID), fault.NotFound, fault.CodeNotFound)
		_, err := h.Update(by, shop.ID, `{"name":"Back"}`)
		testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
		_, err = h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: by.Keys.Secret, SubjectID: shop.ID})
		testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
		listing, err := h.Svc.Lifecycle.List(t.Context(), h.As(by), lifecycle.ListInput{Deep: true})
		testkit.Must(t, err)
		for _, c := range listing.Customers {
			if c.ID.String() == shop.ID {
				t.Error("a list shows it")
			}
		}
	}
	if left := h.Children(h.Cove); len(left) != 1 || left[0].ID.String() != stays.ID {
		t.Errorf("%d children are left", len(left))
	}
}

// All credentials of a deleted customer are dead, in the words for a wrong one.
func TestDeletedHasNoCredentials(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.One(testkit.User("ada")))
	ada, err := h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	bearers := map[string]testkit.Party{"key": shop, "token": h.Token(shop), "restricted key": h.Mint(shop, 0, "read"), "login": ada}
	_, wrong := h.Login("nobody", "correct-horse")
	testkit.Must(t, h.Remove(h.Cove, shop.ID))
	for name, bearer := range bearers {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			testkit.Refused(t, h.Present(bearer), fault.Unauthenticated, fault.CodeCredentials)
		})
	}
	_, err = h.Svc.Access.Authenticate(t.Context(), access.Presented{Publishable: shop.Keys.Publishable})
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	_, err = h.Login("ada", "correct-horse")
	if diff := cmp.Diff(testkit.AnswerOf(t, wrong), testkit.AnswerOf(t, err)); diff != "" {
		t.Errorf("the login of a deleted customer differs from that of an unknown user: %s", diff)
	}
}

// Deleting is refused for oneself, from a sibling or another tenant, for a parent
// of living children, and for another version than was read; then nothing changes.
func TestWhoDeletesWhat(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	middle := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	child := h.Create(middle, testkit.One(``))
	before := h.Record(middle.ID)

	for _, self := range []testkit.Party{middle, h.Cove, h.Operator} {
		testkit.Refused(t, h.Remove(self, self.ID), fault.Forbidden, fault.CodeAccess)
		testkit.Refused(t, h.Remove(self, ""), fault.Forbidden, fault.CodeAccess)
	}
	testkit.Refused(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{}), fault.Forbidden, fault.CodeAccess)
	for _, stranger := range []testkit.Party{child, h.Rival, h.Create(h.Cove, testkit.One(``))} {
		testkit.Refused(t, h.Remove(stranger, middle.ID), fault.NotFound, fault.CodeNotFound)
	}
	for _, above := range []testkit.Party{h.Cove, h.Operator} {
		testkit.Refused(t, h.Remove(above, middle.ID), fault.Conflict, fault.CodeHasChildren)
	}
	stale := lifecycle.DeleteInput{CustomerID: child.ID, IfVersions: []int64{2}}
	testkit.Refused(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(middle), stale), fault.PreconditionFailed, fault.CodePrecondition)
	if !h.Stands(before) || h.Record(child.ID).Version != 1 {
		t.Error("a refused deletion changed something")
	}

	stale.IfVersions = []int64{1}
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(middle), stale))
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove, middle.ID), lifecycle.DeleteInput{})) // acting as it, its platform may
}

// Neither a change nor another deletion at the same moment brings a customer back
// or is lost in silence: of each pair, one is told.
func TestDeleteRacesLoseNothingInSilence(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	watch.Trap("Replace", func(call func() error) error {
		testkit.Must(t, h.Remove(h.Cove, shop.ID))
		return call()
	})
	_, err := h.Update(shop, shop.ID, `{"name":"Back","merchantKey":"shop"}`)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	h.Create(h.Cove, testkit.One(`,"merchantKey":"shop"`))

	other := h.Create(h.Cove, testkit.One(``))
	watch.Trap("Erase", func(call func() error) error {
		_, err := h.Update(other, other.ID, `{"name":"Changed"}`)
		testkit.Must(t, err)
		return call()
	})
	testkit.Must(t, h.Remove(h.Cove, other.ID))

	parent := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	watch.Trap("Insert", func(call func() error) error {
		testkit.Must(t, h.Remove(h.Cove, parent.ID))
		return call()
	})
	_, err = h.TryCreate(parent, testkit.One(`,"vanityName":"orphan"`))
	testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
	h.Create(h.Cove, testkit.One(`,"vanityName":"orphan"`))
}
