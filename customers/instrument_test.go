package customers_test

import (
	"context"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// A card whose taking was interrupted before the customer was written is free again
// after a minute; the try itself may go on at once where it ended.
func TestAnInterruptedTakingEnds(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	caller := h.as(h.cove)
	card, err := h.svc.KeepInstrument(t.Context(), caller, flatCard("4242424242424242"))
	must(t, err)
	shop, other := h.create(h.cove, quay), h.create(h.cove, quay)
	take := func(id string) error {
		return second(h.svc.UpdateProfile(t.Context(), caller, customers.UpdateProfileInput{
			CustomerID: id, Attachments: customers.Attachments{CardID: customers.InstrumentID{Given: true, ID: card.Card.ID, Field: "card_uri"}},
		}))
	}
	watch.trap("Replace", func(func() error) error { return customers.ErrUnavailable })
	refused(t, take(shop.id), fault.Unavailable, fault.CodeUnavailable)
	refused(t, take(other.id), fault.Conflict, fault.CodeInstrumentTaken)
	h.clock.Advance(2 * time.Minute)
	must(t, take(other.id))
	refused(t, take(shop.id), fault.Conflict, fault.CodeInstrumentTaken)
	h.clock.Advance(24 * time.Hour)
	refused(t, take(shop.id), fault.Conflict, fault.CodeInstrumentTaken)
	if cards := h.record(other.id).Cards; len(cards) != 1 || cards[0].ID.String() != card.Card.ID {
		t.Errorf("the cards are %+v", cards)
	}
}

// The tax number of a sole proprietor may be an SSN: flat faces show its last digits.
func TestASoleProprietorsNumberIsMasked(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","legalEntity":{"entityType":"ISP","businessTaxId":"123456789"}}`)
	profile, err := h.svc.Profile(h.as(h.cove), h.record(shop.id))
	if must(t, err); profile.BusinessTax != "xxxxx6789" {
		t.Errorf("it shows %s", profile.BusinessTax)
	}
	changed, err := h.svc.UpdateProfile(t.Context(), h.as(h.cove), customers.UpdateProfileInput{
		CustomerID: shop.id, ProfileInput: customers.ProfileInput{BusinessTax: patch.Of(profile.BusinessTax), TaxLast4: patch.Of(secret.New("1234"))},
	})
	must(t, err)
	if changed.LegalEntity.BusinessTaxID.Fingerprint != h.record(shop.id).LegalEntity.BusinessTaxID.Fingerprint || changed.LegalEntity.PersonalTaxID.Last4 != "1234" {
		t.Error("sending the mask back changed the number")
	}
}

// The last four digits of the SSN that is there keep the whole of it.
func TestLastDigitsKeepTheWholeNumber(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","legalEntity":{"personalTaxId":"000005678"}}`)
	before := h.record(shop.id).LegalEntity.PersonalTaxID
	for digits, same := range map[string]bool{"5678": true, "1111": false} {
		changed, err := h.svc.UpdateProfile(t.Context(), h.as(h.cove), customers.UpdateProfileInput{
			CustomerID: shop.id, ProfileInput: customers.ProfileInput{TaxLast4: patch.Of(secret.New(digits))},
		})
		if must(t, err); (changed.LegalEntity.PersonalTaxID.Fingerprint == before.Fingerprint) != same {
			t.Errorf("%s: same number: %t", digits, !same)
		}
		must(t, second(h.update(h.cove, shop.id, `{"legalEntity":{"personalTaxId":"000005678"}}`)))
	}
}

// A search that no index helps refuses past its bound instead of reading everything.
func TestASearchIsBounded(t *testing.T) {
	t.Parallel()
	h := open(t, func(o *customers.Options) { o.Store = &endless{Store: o.Store} })
	caller := h.as(h.cove)
	search := func(c customers.Criterion) error {
		return second(h.svc.Search(t.Context(), caller, customers.SearchInput{Criteria: customers.Criteria{c}, Limit: 10}))
	}
	refused(t, search(customers.Criterion{Field: customers.FieldPhone, Operator: customers.Equal, Texts: []string{"1"}}), fault.Invalid, fault.CodeValidation)
	must(t, search(customers.Criterion{Field: customers.FieldEmail, Operator: customers.Equal, Texts: []string{"a@b.co"}}))
}

// endless lists pages without end.
type endless struct{ customers.Store }

func (e *endless) List(_ context.Context, q customers.Query) (customers.Page, error) {
	page := customers.Page{More: true}
	for range q.Limit {
		page.Customers = append(page.Customers, &customers.Customer{})
	}
	return page, nil
}

// Nobody signs up in live mode.
func TestLiveModeHasNoSignUp(t *testing.T) {
	t.Parallel()
	h := open(t, live)
	refused(t, second(h.svc.SignUp(t.Context(), "platform")), fault.NotFound, fault.CodeNotFound)
}
