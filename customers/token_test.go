package customers_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

const (
	cardNumber   = "4242424242424242"
	securityCode = "7391"
	bankNumber   = "000918273645"
	cardBody     = `{"card":{"nameOnCard":"Mira Okafor","cardNumber":"` + cardNumber + `","securityCode":"` + securityCode + `","expirationMonth":"12","expirationYear":2030}}`
	bankBody     = `{"bank":{"nameOnAccount":"Mira Okafor","routingNumber":"110000000","accountNumber":"` + bankNumber + `"}}`
)

// badToken demands the refusal of a text that is no usable token.
func badToken(t testing.TB, name string, err error) {
	t.Helper()
	if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["token"] == "" {
		t.Errorf("%s: faults are %v", name, got)
	}
}

// A token stands for exactly one card or bank, and each failing field is named
// inside it.
func TestTokenizeTakesExactlyOne(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.publishing(h.cove)
	card := func(more string) string {
		return `{"card":{"cardNumber":"` + cardNumber + `","expirationMonth":3,"expirationYear":2026` + more + `}}`
	}
	for _, row := range []struct {
		body, field string
		detail      fault.Detail
	}{
		{`{}`, "bank", fault.BadValue},
		{`{"bank":null,"card":null}`, "bank", fault.BadValue},
		{`{"bank":{"routingNumber":"110000000","accountNumber":"0001"},"card":{}}`, "bank", fault.BadValue},
		{`{"bank":{"accountNumber":"0001"}}`, "bank.routingNumber", fault.Missing},
		{`{"bank":{"routingNumber":"110000000"}}`, "bank.accountNumber", fault.Missing},
		{`{"bank":{"routingNumber":"110000000","accountNumber":"0001","token":"tok_x"}}`, "bank.token", fault.BadValue},
		{`{"card":{}}`, "card.cardNumber", fault.Missing},
		{`{"card":{}}`, "card.expirationMonth", fault.Missing},
		{`{"card":{}}`, "card.expirationYear", fault.Missing},
		{card(`,"token":"tok_x"`), "card.token", fault.BadValue},
		{card(`,"securityCode":"12"`), "card.securityCode", fault.BadValue},
		{card(`,"securityCode":"12345"`), "card.securityCode", fault.BadValue},
		{card(`,"securityCode":"12a"`), "card.securityCode", fault.BadValue},
		{card(`,"nameOnCard":"` + strings.Repeat("n", 129) + `"`), "card.nameOnCard", fault.TooLong},
		{`{"card":{"cardNumber":"4242424242424241","expirationMonth":12,"expirationYear":2030}}`, "card.cardNumber", fault.BadValue},
		{`{"card":{"cardNumber":"` + cardNumber + `","expirationMonth":13,"expirationYear":2030}}`, "card.expirationMonth", fault.BadValue},
		{`{"card":{"cardNumber":"` + cardNumber + `","expirationMonth":0,"expirationYear":2030}}`, "card.expirationMonth", fault.BadValue},
		{`{"card":{"cardNumber":"` + cardNumber + `","expirationMonth":2,"expirationYear":2026}}`, "card.expirationYear", fault.BadValue}, // last month
		{`{"card":{"cardNumber":"` + cardNumber + `","expirationMonth":12,"expirationYear":30}}`, "card.expirationYear", fault.BadValue},
	} {
		_, err := h.svc.Tokenize(t.Context(), caller, input[customers.TokenInput](t, row.body))
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
			t.Errorf("%s: faults are %v", row.body, got)
		}
	}
	token := h.tokenize(caller, card("")) // this very month
	if token.Card == nil || token.Bank != nil || token.Expires != token.Created.Add(30*time.Minute) {
		t.Errorf("the token is %+v", token)
	}
}

// A publishable key makes tokens and does nothing else.
func TestPublishableKeyOnlyTokenizes(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	caller := h.publishing(h.cove)
	h.tokenize(caller, cardBody)
	h.tokenize(caller, bankBody)
	ctx := t.Context()
	for name, try := range map[string]func(id string) error{
		"get": func(id string) error { _, err := h.svc.Get(ctx, caller, id); return err },
		"update": func(id string) error {
			_, err := h.svc.Update(ctx, caller, customers.UpdateInput{CustomerID: id})
			return err
		},
		"delete": func(id string) error { return h.svc.Delete(ctx, caller, customers.DeleteInput{CustomerID: id}) },
		"banks":  func(id string) error { _, err := h.svc.Banks(ctx, caller, id); return err },
		"add bank": func(id string) error {
			_, err := h.svc.AddBank(ctx, caller, id, input[customers.BankInput](t, usBank("0001")))
			return err
		},
		"cards":    func(id string) error { _, err := h.svc.Cards(ctx, caller, id); return err },
		"add card": func(id string) error { _, err := h.svc.AddCard(ctx, caller, id, customers.CardInput{}); return err },
		"keys":     func(id string) error { _, err := h.svc.Keys(ctx, caller, id); return err },
		"rotate": func(id string) error {
			_, err := h.svc.RotateKeys(ctx, caller, id, customers.RotateInput{})
			return err
		},
		"users":    func(id string) error { _, err := h.svc.Users(ctx, caller, id); return err },
		"add user": func(id string) error { _, err := h.svc.AddUser(ctx, caller, id, customers.UserInput{}); return err },
		"identity": func(id string) error { _, err := h.svc.Identity(ctx, caller, id); return err },
		"unmasked": func(id string) error {
			_, err := h.svc.Unmasked(ctx, caller, customers.UnmaskInput{CustomerID: id, Reason: "because"})
			return err
		},
		"drops":  func(id string) error { _, err := h.svc.DropAmounts(ctx, caller, id, unknownID); return err },
		"create": func(string) error { _, err := h.svc.Create(ctx, caller, customers.CreateInput{}); return err },
		"list":   func(string) error { _, err := h.svc.List(ctx, caller, customers.ListInput{}); return err },
		"plans":  func(string) error { _, err := h.svc.Plans(caller); return err },
		"mint a key": func(id string) error {
			_, err := h.svc.MintKey(ctx, caller, id, input[customers.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
			return err
		},
	} {
		for _, id := range []string{"", m.id} {
			if err := try(id); fault.CodeOf(err) != fault.CodeScope {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	reading := h.as(h.mint(h.cove, 0, "read", "customers:write", "keys:write", "unmask", "identity:decide"))
	_, err := h.svc.Tokenize(ctx, reading, input[customers.TokenInput](t, cardBody))
	refused(t, err, fault.Forbidden, fault.CodeScope)
}

// Neither number nor security code is in the token as sent, in its answer, in a
// refusal, in the record or in an event; making a token stores nothing at all.
func TestTokensConcealWhatTheyStandFor(t *testing.T) {
	t.Parallel()
	s, spying := spied()
	h := open(t, spying)
	caller := h.publishing(h.cove)
	// Four bare digits could stand in an id by chance.
	secrets := []string{cardNumber, `"` + securityCode + `"`, securityCode + "\x00", cardNumber[:12], bankNumber}
	s.reset()
	card, bank := h.tokenize(caller, cardBody), h.tokenize(caller, bankBody)
	if calls := s.since(); len(calls) != 0 {
		t.Errorf("tokenising called the store: %v", calls)
	}
	for name, token := range map[string]customers.Token{"card": card, "bank": bank} {
		text := token.Text.Reveal()
		box, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "tok_"))
		must(t, err)
		answer, err := json.Marshal([]any{token.Card, token.Bank, token})
		must(t, err)
		conceals(t, "the token of a "+name, append([]byte(text), box...), append(secrets, "Mira", "Okafor", h.cove.id)...)
		conceals(t, "the answer for a "+name, answer, append(secrets, text)...)
	}
	_, err := h.svc.Tokenize(t.Context(), caller, input[customers.TokenInput](t, strings.Replace(cardBody, `"12"`, `"99"`, 1)))
	refusal, _ := json.Marshal(refused(t, err, fault.Invalid, fault.CodeValidation))
	conceals(t, "a refusal", append(refusal, err.Error()...), secrets...)
	_, err = h.svc.Tokenize(t.Context(), caller, input[customers.TokenInput](t, strings.Replace(cardBody, cardNumber, cardNumber+"0", 1)))
	refusal, _ = json.Marshal(refused(t, err, fault.Invalid, fault.CodeValidation))
	conceals(t, "a refusal", append(refusal, err.Error()...), secrets...)
	_, err = h.addCard(h.cove, "", card.Text.Reveal())
	must(t, err)
	h.addBank(h.cove, "", `{"token":"`+bank.Text.Reveal()+`"}`)
	conceals(t, "the store", h.atRest(h.cove.id), append(secrets, card.Text.Reveal(), bank.Text.Reveal())...)
}

// A bank or card made of a token is the one that was tokenised, with the details
// that were sent then or now.
func TestATokenBecomesWhatItStandsFor(t *testing.T) {
	t.Parallel()
	h := open(t)
	details := `"billingAddress":{"street1":"1 Main St","street2":"Fl 2","city":"Portland","state":"OR","postalCode":"97201","country":"US"},"meta":{"a":1.0,"html":"<b>&</b>"}`
	token := h.tokenize(h.publishing(h.cove), `{"bank":{"nameOnAccount":"N","accountHolderType":"company","accountType":"savings","bankName":"B","externalId":"e-1",
		"currency":"CAD","routingNumber":"11000-000","accountNumber":"`+bankNumber+`",`+details+`}}`)
	bank := h.addBank(h.cove, "", `{"token":"`+token.Text.Reveal()+`"}`)
	direct := h.addBank(h.rival, "", `{"nameOnAccount":"N","accountHolderType":"company","accountType":"savings","bankName":"B","externalId":"e-1",
		"currency":"CAD","routingNumber":"11000-000","accountNumber":"`+bankNumber+`",`+details+`}`)
	plain := func(view customers.BankView) map[string]any {
		m := asMap(t, view)
		delete(m, "id")
		delete(m, "fingerprint")
		delete(m["billingAddress"].(map[string]any), "id")
		return m
	}
	if diff := cmp.Diff(plain(direct), plain(bank)); diff != "" || string(bank.Meta) != `{"a":1.0,"html":"<b>&</b>"}` {
		t.Errorf("the bank of the token differs from the bank itself: %s, meta %s", diff, bank.Meta)
	}
	card, err := h.addCard(h.cove, "", h.tokenize(h.publishing(h.cove), `{"card":{"nameOnCard":"N","cardNumber":"4242 4242-42424242","expirationMonth":1,"expirationYear":"2031",`+details+`}}`).Text.Reveal())
	must(t, err)
	if card.Brand != "visa" || card.Last4 != "4242" || card.ExpirationMonth != 1 || card.ExpirationYear != 2031 || card.NameOnCard != "N" ||
		card.BillingAddress.Street2 != "Fl 2" || string(card.Meta) != `{"a":1.0,"html":"<b>&</b>"}` {
		t.Errorf("the card is %+v", card)
	}
	bare, err := h.addCard(h.cove, "", h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal(), `,"nameOnCard":"Other","meta":{"b":2}`)
	must(t, err)
	if bare.NameOnCard != "Other" || string(bare.Meta) != `{"b":2}` || bare.Fingerprint != card.Fingerprint {
		t.Errorf("the card with details of its own is %+v", bare)
	}
	none, err := h.addCard(h.cove, "", h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal())
	must(t, err)
	if none.Meta != nil {
		t.Errorf("a card without meta shows %s", none.Meta)
	}
	changed := h.addBank(h.cove, "", `{"nameOnAccount":"Other","externalId":"e-2","meta":{"b":2},"billingAddress":{"street1":"2 Side St","city":"Salem","country":"USA"},
		"token":"`+h.tokenize(h.publishing(h.cove), `{"bank":{"nameOnAccount":"N","externalId":"e-1","routingNumber":"110000000","accountNumber":"`+bankNumber+`",`+details+`}}`).Text.Reveal()+`"}`)
	if changed.NameOnAccount != "Other" || changed.ExternalID != "e-2" || string(changed.Meta) != `{"b":2}` || changed.BillingAddress.City != "Salem" {
		t.Errorf("the bank with details of its own is %+v", changed)
	}
}

// A token changed in any byte, cut or made up is none.
func TestATamperedTokenIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	caller := h.as(h.cove)
	text := h.tokenize(h.publishing(h.cove), cardBody).Text.Reveal()
	box, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "tok_"))
	must(t, err)
	encode := func(b []byte) string { return "tok_" + base64.RawURLEncoding.EncodeToString(b) }
	forged := []string{"", "tok_", text[4:], "tok_" + text, text + "A", strings.ToUpper(text), encode(box[:len(box)-1]), encode(box[1:]), encode(append(box, 0)), "tok_!", "sk_test_x"}
	for i := range box {
		changed := slices.Clone(box)
		changed[i] ^= 1 << (i % 8)
		forged = append(forged, encode(changed))
	}
	listing, err := h.svc.List(t.Context(), h.as(h.operator), customers.ListInput{Limit: 1})
	must(t, err)
	for _, token := range append(forged, "tok_"+listing.NextCursor) { // sealed by the same key for something else
		_, err := h.svc.AddCard(t.Context(), caller, "", customers.CardInput{Token: patch.Of(token)})
		badToken(t, token, err)
	}
	_, err = h.addCard(h.cove, "", text)
	must(t, err)
}
