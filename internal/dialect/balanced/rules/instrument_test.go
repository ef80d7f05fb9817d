package rules_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
)

// A card whose taking was interrupted before the customer was written is free again
// after a minute; the try itself may go on at once where it ended.
func TestAnInterruptedTakingEnds(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	caller := h.As(h.Cove)
	card, err := h.Svc.Balanced.KeepInstrument(t.Context(), caller, testkit.FlatCard("4242424242424242"))
	testkit.Must(t, err)
	shop, other := h.Create(h.Cove, testkit.Quay), h.Create(h.Cove, testkit.Quay)
	take := func(id string) error {
		return testkit.Second(h.Svc.Balanced.Update(t.Context(), caller, rules.UpdateInput{
			CustomerID: id, Attachments: rules.Attachments{CardID: rules.InstrumentID{Given: true, ID: card.Card.ID, Field: "card_uri"}},
		}))
	}
	watch.Trap("Replace", func(func() error) error { return rows.ErrUnavailable })
	testkit.Refused(t, take(shop.ID), fault.Unavailable, fault.CodeUnavailable)
	testkit.Refused(t, take(other.ID), fault.Conflict, fault.CodeInstrumentTaken)
	h.Clock.Advance(2 * time.Minute)
	testkit.Must(t, take(other.ID))
	testkit.Refused(t, take(shop.ID), fault.Conflict, fault.CodeInstrumentTaken)
	h.Clock.Advance(24 * time.Hour)
	testkit.Refused(t, take(shop.ID), fault.Conflict, fault.CodeInstrumentTaken)
	if cards := h.Record(other.ID).Cards; len(cards) != 1 || cards[0].ID.String() != card.Card.ID {
		t.Errorf("the cards are %+v", cards)
	}
}

// The tax number of a sole proprietor may be an SSN: flat dialects show its last digits.
func TestASoleProprietorsNumberIsMasked(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","legalEntity":{"entityType":"ISP","businessTaxId":"123456789"}}`)
	profile, err := h.Svc.Balanced.Customer(h.Record(shop.ID))
	if testkit.Must(t, err); profile.BusinessTax != "xxxxx6789" {
		t.Errorf("it shows %s", profile.BusinessTax)
	}
	before := h.Record(shop.ID).LegalEntity.BusinessTaxID
	changed, err := h.Svc.Balanced.Update(t.Context(), h.As(h.Cove), rules.UpdateInput{
		CustomerID: shop.ID, CustomerInput: rules.CustomerInput{BusinessTax: patch.Of(profile.BusinessTax), TaxLast4: patch.Of(secret.New("1234"))},
	})
	testkit.Must(t, err)
	if !bytes.Equal(changed.LegalEntity.BusinessTaxID.Box, before.Box) || changed.LegalEntity.PersonalTaxID.Last4 != "1234" {
		t.Error("sending the mask back changed the number")
	}
}

// The last four digits of the SSN that is there keep the whole of it.
func TestLastDigitsKeepTheWholeNumber(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","legalEntity":{"personalTaxId":"000005678"}}`)
	for digits, same := range map[string]bool{"5678": true, "1111": false} {
		t.Run(digits, func(t *testing.T) {
			h := h.In(t)
			before := h.Record(shop.ID).LegalEntity.PersonalTaxID
			changed, err := h.Svc.Balanced.Update(t.Context(), h.As(h.Cove), rules.UpdateInput{
				CustomerID: shop.ID, CustomerInput: rules.CustomerInput{TaxLast4: patch.Of(secret.New(digits))},
			})
			if testkit.Must(t, err); bytes.Equal(changed.LegalEntity.PersonalTaxID.Box, before.Box) != same {
				t.Errorf("%s: same number: %t", digits, !same)
			}
			testkit.Must(t, testkit.Second(h.Update(h.Cove, shop.ID, `{"legalEntity":{"personalTaxId":"000005678"}}`)))
		})
	}
}

// A search that no index helps refuses past its bound instead of reading everything.
func TestASearchIsBounded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, func(o *app.Options) { o.Store = &endless{Store: o.Store} })
	caller := h.As(h.Cove)
	search := func(c rules.Criterion) error {
		return testkit.Second(h.Svc.Balanced.Search(t.Context(), caller, rules.SearchInput{Criteria: rules.Criteria{c}, Limit: 10}))
	}
	testkit.Refused(t, search(rules.Criterion{Field: rules.FieldPhone, Operator: rules.Equal, Texts: []string{"1"}}), fault.Invalid, fault.CodeValidation)
	testkit.Must(t, search(rules.Criterion{Field: rules.FieldEmail, Operator: rules.Equal, Texts: []string{"a@b.co"}}))
}

// endless lists pages without end.
type endless struct{ store.Store }

func (e *endless) List(_ context.Context, q rows.Query) (rows.Page, error) {
	page := rows.Page{More: true}
	for range q.Limit {
		page.Customers = append(page.Customers, &customers.Customer{})
	}
	return page, nil
}

// Nobody signs up in live mode.
func TestLiveModeHasNoSignUp(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Live)
	testkit.Refused(t, testkit.Second(h.Svc.Balanced.SignUp(t.Context(), "platform")), fault.NotFound, fault.CodeNotFound)
}

// A bank that was proven in a sandbox while it waited, by amounts that everybody knows, is
// not proven for a customer of live mode.
func TestWhatASandboxProvedEndsWithIt(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	bank := rules.InstrumentInput{Bank: &fields.BankInput{
		NameOnAccount: patch.Of("Ada"), RoutingNumber: patch.Of("021000021"), AccountNumber: patch.Of(secret.New("112233a")),
	}}
	shop := h.Create(h.Cove, testkit.Quay)
	for name, row := range map[string]struct {
		tunings []testkit.Tuning
		proven  bool
	}{"sandbox": {nil, true}, "live": {[]testkit.Tuning{testkit.Live}, false}} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			kept, err := h.Svc.Balanced.KeepInstrument(t.Context(), h.As(h.Cove), bank)
			testkit.Must(t, err)
			started, err := h.Svc.Balanced.StartVerification(t.Context(), h.As(h.Cove), "", kept.Bank.ID)
			testkit.Must(t, err)
			account, err := h.Svc.Balanced.Account(started)
			testkit.Must(t, err)
			testkit.Must(t, testkit.Second(h.Svc.Balanced.ConfirmVerification(t.Context(), h.As(h.Cove), "", kept.Bank.ID, account.Verification.ID.String(), 1, 1)))
			changed, err := h.Service(h.Ring, row.tunings...).Balanced.Update(t.Context(), h.As(h.Cove), rules.UpdateInput{
				CustomerID: shop.ID, Attachments: rules.Attachments{BankID: rules.InstrumentID{Given: true, ID: kept.Bank.ID, Field: "bank_account_uri"}},
			})
			testkit.Must(t, err)
			if last := changed.Banks[len(changed.Banks)-1]; last.Verified != row.proven || (last.Drops != nil) != row.proven {
				t.Errorf("it is proven: %t, with %+v", last.Verified, last.Drops)
			}
		})
	}
}
