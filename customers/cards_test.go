package customers_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// newCard adds a card made of a fresh token.
func (h *house) newCard(p party, number string, more ...string) customers.CardView {
	h.t.Helper()
	token := h.tokenize(h.publishing(p), `{"card":{"cardNumber":"`+number+`","expirationMonth":12,"expirationYear":2030}}`)
	card, err := h.addCard(p, "", token.Text.Reveal(), more...)
	must(h.t, err)
	return card
}

func (h *house) updateCard(p party, card, body string) (customers.CardView, error) {
	h.t.Helper()
	return h.svc.UpdateCard(h.t.Context(), h.as(p), "", card, input[customers.CardInput](h.t, body))
}

func (h *house) defaultCards(p party) []string {
	h.t.Helper()
	list, err := h.svc.Cards(h.t.Context(), h.as(p), "")
	must(h.t, err)
	var ids []string
	for _, card := range list {
		if card.IsDefault {
			ids = append(ids, card.ID)
		}
	}
	return ids
}

// A card number is 12 to 19 digits with a right check digit; its beginning tells
// the brand.
func TestCardNumbersAndBrands(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.publishing(h.cove)
	try := func(number string) (customers.Token, error) {
		return h.svc.Tokenize(t.Context(), caller, input[customers.TokenInput](t, `{"card":{"cardNumber":"`+number+`","expirationMonth":12,"expirationYear":2030}}`))
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
		token, err := try(row.number)
		if err != nil || token.Card.Brand != row.brand {
			t.Errorf("%s is %+v %v, want %s", row.number, token.Card, err, row.brand)
		}
	}
	for _, number := range []string{
		"4242424242424241", "4242424242424224", "2424242424242424"[:15], "42424242424", "42424242424242424242", "4242a24242424242", "４２４２４２４２４２４２４２４２", "-4242424242424242-x", "",
	} {
		_, err := try(number)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["card.cardNumber"] == "" {
			t.Errorf("%q: faults are %v", number, got)
		}
	}
}

// Cards are listed as they were added, read one by one, changed in their details
// and deleted; one card has one fingerprint within a tenant only.
func TestCardsOverTheirLife(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, second := h.newCard(h.cove, "4242424242424242"), h.newCard(h.cove, "378282246310005")
	list, err := h.svc.Cards(t.Context(), h.as(h.cove), "")
	must(t, err)
	one, err := h.svc.Card(t.Context(), h.as(h.cove), "", second.ID)
	must(t, err)
	if diff := cmp.Diff([]any{asMap(t, first), asMap(t, second)}, []any{asMap(t, list[0]), asMap(t, one)}); diff != "" || len(list) != 2 {
		t.Errorf("list and card differ from what was added: %s", diff)
	}
	changed, err := h.updateCard(h.cove, first.ID, `{"nameOnCard":"木","expirationMonth":1,"meta":{"a":1},"billingAddress":{"street1":"s","city":"c","country":"CA"}}`)
	must(t, err)
	if changed.NameOnCard != "木" || changed.ExpirationMonth != 1 || changed.ExpirationYear != 2030 || string(changed.Meta) != `{"a":1}` || changed.BillingAddress.Country != "CAN" {
		t.Errorf("changed to %+v", changed)
	}
	version := h.record(h.cove.id).Version
	_, err = h.updateCard(h.cove, first.ID, `{"nameOnCard":"木","status":"active","status":null}`)
	must(t, err)
	if h.record(h.cove.id).Version != version {
		t.Error("a change to the same is a change")
	}
	_, err = h.updateCard(h.cove, first.ID, `{"token":"t","cardNumber":"4242424242424242","securityCode":"123"}`)
	found := fields(refused(t, err, fault.Invalid, fault.CodeValidation))
	for _, field := range []string{"token", "cardNumber", "securityCode"} {
		if found[field] != fault.Immutable {
			t.Errorf("%s is refused as %q", field, found[field])
		}
	}
	_, err = h.updateCard(h.cove, first.ID, `{"expirationYear":2025}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)

	if again := h.newCard(h.cove, "4242424242424242"); again.Fingerprint != first.Fingerprint || again.Fingerprint == second.Fingerprint {
		t.Error("the fingerprint does not tell cards apart")
	}
	if elsewhere := h.newCard(h.rival, "4242424242424242"); elsewhere.Fingerprint == first.Fingerprint {
		t.Error("two tenants can compare their cards")
	}
	must(t, h.svc.DeleteCard(t.Context(), h.as(h.cove), "", first.ID))
	for name, err := range map[string]error{
		"get":    func() error { _, err := h.svc.Card(t.Context(), h.as(h.cove), "", first.ID); return err }(),
		"update": func() error { _, err := h.updateCard(h.cove, first.ID, `{}`); return err }(),
		"delete": h.svc.DeleteCard(t.Context(), h.as(h.cove), "", first.ID),
	} {
		if !fault.IsNotFound(err) {
			t.Errorf("%s of a deleted card: %v", name, err)
		}
	}
	if got := h.last(h.cove.id).Type; got != "card.deleted" {
		t.Errorf("the last event is %s", got)
	}
}

// One active card is the default as long as there is any: it is handed over when
// the default one is deleted or made inactive, and never to an inactive one.
func TestTheDefaultCardIsHandedOver(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, second := h.newCard(h.cove, "4242424242424242"), h.newCard(h.cove, "378282246310005")
	third := h.newCard(h.cove, "6011111111111117", `,"isDefault":true`)
	is := func(when string, want ...string) {
		t.Helper()
		if got := h.defaultCards(h.cove); !slices.Equal(got, want) {
			t.Errorf("%s the default cards are %v, want %v", when, got, want)
		}
	}
	is("after the third", third.ID)
	_, err := h.updateCard(h.cove, second.ID, `{"isDefault":true}`)
	must(t, err)
	is("after choosing the second", second.ID)
	_, err = h.updateCard(h.cove, second.ID, `{"isDefault":false}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.updateCard(h.cove, second.ID, `{"status":"inactive"}`)
	must(t, err)
	is("with the second inactive", first.ID)
	_, err = h.updateCard(h.cove, second.ID, `{"isDefault":true}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
	must(t, h.svc.DeleteCard(t.Context(), h.as(h.cove), "", first.ID))
	is("without the first", third.ID)
	must(t, h.svc.DeleteCard(t.Context(), h.as(h.cove), "", third.ID))
	is("with an inactive one alone")
	_, err = h.updateCard(h.cove, second.ID, `{"status":"active"}`)
	must(t, err)
	is("with the second back", second.ID)
	must(t, h.svc.DeleteCard(t.Context(), h.as(h.cove), "", second.ID))
	is("without any")
}

// A customer has 50 cards at most; deleting one makes room, and the token of the
// refused one is still good.
func TestCardsAreBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	var last customers.CardView
	for i := range 50 {
		last = h.newCard(h.cove, "4242424242424242", fmt.Sprintf(`,"nameOnCard":"card %d"`, i))
	}
	token := h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal()
	_, err := h.addCard(h.cove, "", token)
	if got := refused(t, err, fault.Invalid, fault.CodeValidation); got.Detail != fault.TooMany {
		t.Errorf("the 51st card is refused as %+v", got)
	}
	must(t, h.svc.DeleteCard(t.Context(), h.as(h.cove), "", last.ID))
	_, err = h.addCard(h.cove, "", token)
	must(t, err)
}

// Cards of others are hidden, and banks:write is needed to touch one's own.
func TestCardsOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := open(t)
	victim, sibling := h.merchantOf(h.cove), h.merchantOf(h.cove)
	card := h.newCard(victim, "4242424242424242").ID
	ctx := t.Context()
	operations := []operation{
		{"list", func(c tenancy.Caller, id string) error { _, err := h.svc.Cards(ctx, c, id); return err }},
		{"get", func(c tenancy.Caller, id string) error { _, err := h.svc.Card(ctx, c, id, card); return err }},
		{"add", func(c tenancy.Caller, id string) error {
			_, err := h.svc.AddCard(ctx, c, id, input[customers.CardInput](t, `{"token":"tok_x"}`))
			return err
		}},
		{"update", func(c tenancy.Caller, id string) error {
			_, err := h.svc.UpdateCard(ctx, c, id, card, input[customers.CardInput](t, `{"nameOnCard":"Mine"}`))
			return err
		}},
		{"delete", func(c tenancy.Caller, id string) error { return h.svc.DeleteCard(ctx, c, id, card) }},
	}
	h.hidden(victim, operations, h.rival, sibling, h.merchantOf(h.rival))
	for _, op := range []operation{operations[1], operations[3], operations[4]} {
		if err := op.try(h.as(sibling), sibling.id); !fault.IsNotFound(err) {
			t.Errorf("%s of another's card through one's own customer: %v", op.name, err)
		}
	}
	h.lacking(victim, "banks:write", operations[2:])
	h.lacking(victim, "read", operations[:2])
}
