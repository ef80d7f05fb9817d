package instruments_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/instruments"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A card number is 12 to 19 digits with a valid check digit; its beginning tells
// the brand.
func TestCardNumbersAndBrands(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.Publishing(h.Cove)
	try := func(number string) (instruments.Token, error) {
		return h.Svc.Instruments.Tokenize(t.Context(), caller, testkit.Input[instruments.TokenInput](t, `{"card":{"cardNumber":"`+number+`","expirationMonth":12,"expirationYear":2030}}`))
	}
	for _, row := range []struct{ number, brand string }{
		{"4242424242424242", "visa"}, {"4000 0566 5566 5556", "visa"}, {"4222222222222", "visa"},
		{"5555555555554444", "mastercard"}, {"5105105105105100", "mastercard"}, {"2223003122003222", "mastercard"}, {"2720990000000007", "mastercard"},
		{"378282246310005", "amex"}, {"371449635398431", "amex"}, {"341111111111111", "amex"},
		{"6011111111111117", "discover"}, {"6500000000000002", "discover"}, {"6440000000000005", "discover"},
		{"3530111333300000", "jcb"}, {"3566002020360505", "jcb"},
		{"36227206271667", "diners"}, {"30569309025904", "diners"}, {"38520000023237", "diners"},
		{"6200000000000005", "unionpay"}, {"5019717010103742", "unknown"}, {"2721000000000004", "unknown"},
	} {
		t.Run(row.number, func(t *testing.T) {
			token, err := try(row.number)
			if err != nil || token.Card.Brand != row.brand {
				t.Errorf("%s is %+v %v, want %s", row.number, token.Card, err, row.brand)
			}
		})
	}
	for _, number := range []string{
		"4242424242424241", "4242424242424224", "2424242424242424"[:15], "42424242424", "42424242424242424242", "4242a24242424242", "４２４２４２４２４２４２４２４２", "-4242424242424242-x", "",
	} {
		t.Run(number, func(t *testing.T) {
			_, err := try(number)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["card.cardNumber"] == "" {
				t.Errorf("%q: faults are %v", number, got)
			}
		})
	}
}

// Cards are listed as they were added, read one by one, changed in their details
// and deleted; one card has one fingerprint within a tenant only.
func TestCardsOverTheirLife(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	first, second := newCard(h, h.Cove, "4242424242424242"), newCard(h, h.Cove, "378282246310005")
	list, err := h.Svc.Instruments.Cards(t.Context(), h.As(h.Cove), "")
	testkit.Must(t, err)
	one, err := h.Svc.Instruments.Card(t.Context(), h.As(h.Cove), "", second.ID)
	testkit.Must(t, err)
	if diff := cmp.Diff([]any{testkit.AsMap(t, first), testkit.AsMap(t, second)}, []any{testkit.AsMap(t, list[0]), testkit.AsMap(t, one)}); diff != "" || len(list) != 2 {
		t.Errorf("list and card differ from what was added: %s", diff)
	}
	changed, err := updateCard(h, h.Cove, first.ID, `{"nameOnCard":"木","expirationMonth":1,"meta":{"a":1},"billingAddress":{"street1":"s","city":"c","country":"CA"}}`)
	testkit.Must(t, err)
	if changed.NameOnCard != "木" || changed.ExpirationMonth != 1 || changed.ExpirationYear != 2030 || string(changed.Meta) != `{"a":1}` || changed.BillingAddress.Country != "CAN" {
		t.Errorf("changed to %+v", changed)
	}
	version := h.Record(h.Cove.ID).Version
	_, err = updateCard(h, h.Cove, first.ID, `{"nameOnCard":"木","status":null}`)
	testkit.Must(t, err)
	if h.Record(h.Cove.ID).Version != version {
		t.Error("a change to the same is a change")
	}
	_, err = updateCard(h, h.Cove, first.ID, `{"token":"t","cardNumber":"4242424242424242","securityCode":"123"}`)
	found := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	for _, field := range []string{"token", "cardNumber", "securityCode"} {
		t.Run(field, func(t *testing.T) {
			if found[field] != fault.Immutable {
				t.Errorf("%s is refused as %q", field, found[field])
			}
		})
	}
	_, err = updateCard(h, h.Cove, first.ID, `{"expirationYear":2025}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)

	if again := newCard(h, h.Cove, "4242424242424242"); again.Fingerprint != first.Fingerprint || again.Fingerprint == second.Fingerprint {
		t.Error("the fingerprint does not tell cards apart")
	}
	if elsewhere := newCard(h, h.Rival, "4242424242424242"); elsewhere.Fingerprint == first.Fingerprint {
		t.Error("two tenants can compare their cards")
	}
	testkit.Must(t, h.Svc.Instruments.DeleteCard(t.Context(), h.As(h.Cove), "", first.ID))
	for name, err := range map[string]error{
		"get":    func() error { _, err := h.Svc.Instruments.Card(t.Context(), h.As(h.Cove), "", first.ID); return err }(),
		"update": func() error { _, err := updateCard(h, h.Cove, first.ID, `{}`); return err }(),
		"delete": h.Svc.Instruments.DeleteCard(t.Context(), h.As(h.Cove), "", first.ID),
	} {
		t.Run(name, func(t *testing.T) {
			if !fault.IsNotFound(err) {
				t.Errorf("%s of a deleted card: %v", name, err)
			}
		})
	}
	if got := h.Last(h.Cove.ID).Type; got != "card.deleted" {
		t.Errorf("the last event is %s", got)
	}
}

// One active card is the default while the customer has any: it is handed over when
// the default one is deleted or made inactive, and never to an inactive one.
func TestTheDefaultCardIsHandedOver(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	first, second := newCard(h, h.Cove, "4242424242424242"), newCard(h, h.Cove, "378282246310005")
	third := newCard(h, h.Cove, "6011111111111117", `,"isDefault":true`)
	is := func(when string, want ...string) {
		t.Helper()
		if got := defaultCards(h, h.Cove); !slices.Equal(got, want) {
			t.Errorf("%s the default cards are %v, want %v", when, got, want)
		}
	}
	is("after the third", third.ID)
	_, err := updateCard(h, h.Cove, second.ID, `{"isDefault":true}`)
	testkit.Must(t, err)
	is("after choosing the second", second.ID)
	_, err = updateCard(h, h.Cove, second.ID, `{"isDefault":false}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = updateCard(h, h.Cove, second.ID, `{"status":"inactive"}`)
	testkit.Must(t, err)
	is("with the second inactive", first.ID)
	_, err = updateCard(h, h.Cove, second.ID, `{"isDefault":true}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	testkit.Must(t, h.Svc.Instruments.DeleteCard(t.Context(), h.As(h.Cove), "", first.ID))
	is("without the first", third.ID)
	testkit.Must(t, h.Svc.Instruments.DeleteCard(t.Context(), h.As(h.Cove), "", third.ID))
	is("with an inactive one alone")
	_, err = updateCard(h, h.Cove, second.ID, `{"status":"active"}`)
	testkit.Must(t, err)
	is("with the second back", second.ID)
	testkit.Must(t, h.Svc.Instruments.DeleteCard(t.Context(), h.As(h.Cove), "", second.ID))
	is("without any")
}

// A customer has 50 cards at most; deleting one makes room, and the token of the
// refused one is still good.
func TestCardsAreBounded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	var last view.CardView
	for i := range 50 {
		last = newCard(h, h.Cove, "4242424242424242", fmt.Sprintf(`,"nameOnCard":"card %d"`, i))
	}
	token := h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal()
	_, err := h.AddCard(h.Cove, "", token)
	if got := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation); got.Detail != fault.TooMany {
		t.Errorf("the 51st card is refused as %+v", got)
	}
	testkit.Must(t, h.Svc.Instruments.DeleteCard(t.Context(), h.As(h.Cove), "", last.ID))
	_, err = h.AddCard(h.Cove, "", token)
	testkit.Must(t, err)
}

// Cards of others are hidden, and banks:write is needed to touch one's own.
func TestCardsOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	victim, sibling := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	card := newCard(h, victim, "4242424242424242").ID
	ctx := t.Context()
	operations := []testkit.Operation{
		{Name: "list", Try: func(c tenancy.Caller, id string) error { _, err := h.Svc.Instruments.Cards(ctx, c, id); return err }},
		{Name: "get", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.Card(ctx, c, id, card)
			return err
		}},
		{Name: "add", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.AddCard(ctx, c, id, testkit.Input[instruments.CardInput](t, `{"token":"tok_x"}`))
			return err
		}},
		{Name: "update", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.UpdateCard(ctx, c, id, card, testkit.Input[instruments.CardInput](t, `{"nameOnCard":"Mine"}`))
			return err
		}},
		{Name: "delete", Try: func(c tenancy.Caller, id string) error { return h.Svc.Instruments.DeleteCard(ctx, c, id, card) }},
	}
	h.Hidden(victim, operations, h.Rival, sibling, h.MerchantOf(h.Rival))
	for _, op := range []testkit.Operation{operations[1], operations[3], operations[4]} {
		if err := op.Try(h.As(sibling), sibling.ID); !fault.IsNotFound(err) {
			t.Errorf("%s of another's card through one's own customer: %v", op.Name, err)
		}
	}
	h.Lacking(victim, "banks:write", operations[2:])
	h.Lacking(victim, "read", operations[:2])
}
