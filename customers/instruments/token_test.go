package instruments_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// badToken demands the refusal of a text that is no usable token.
func badToken(t testing.TB, name string, err error) {
	t.Helper()
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["token"] == "" {
		t.Errorf("%s: faults are %v", name, got)
	}
}

// A token stands for exactly one card or bank, and each failing field is named
// inside it.
func TestTokenizeTakesExactlyOne(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.Publishing(h.Cove)
	card := func(more string) string {
		return `{"card":{"cardNumber":"` + testkit.CardNumber + `","expirationMonth":3,"expirationYear":2026` + more + `}}`
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
		{`{"card":{"cardNumber":"` + testkit.CardNumber + `","expirationMonth":13,"expirationYear":2030}}`, "card.expirationMonth", fault.BadValue},
		{`{"card":{"cardNumber":"` + testkit.CardNumber + `","expirationMonth":0,"expirationYear":2030}}`, "card.expirationMonth", fault.BadValue},
		{`{"card":{"cardNumber":"` + testkit.CardNumber + `","expirationMonth":2,"expirationYear":2026}}`, "card.expirationYear", fault.BadValue}, // last month
		{`{"card":{"cardNumber":"` + testkit.CardNumber + `","expirationMonth":12,"expirationYear":30}}`, "card.expirationYear", fault.BadValue},
	} {
		t.Run(row.field, func(t *testing.T) {
			h := h.In(t)
			t.Run(row.body, func(t *testing.T) {
				h := h.In(t)
				_, err := h.Svc.Instruments.Tokenize(t.Context(), caller, testkit.Input[instruments.TokenInput](t, row.body))
				if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
					t.Errorf("%s: faults are %v", row.body, got)
				}
			})
		})
	}
	token := h.Tokenize(caller, card("")) // this very month
	if token.Card == nil || token.Bank != nil || token.Expires != token.Created.Add(30*time.Minute) {
		t.Errorf("the token is %+v", token)
	}
}

// A publishable key makes tokens and does nothing else.
func TestPublishableKeyOnlyTokenizes(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	caller := h.Publishing(h.Cove)
	h.Tokenize(caller, testkit.CardBody)
	h.Tokenize(caller, testkit.BankBody)
	ctx := t.Context()
	for name, try := range map[string]func(id string) error{
		"get": func(id string) error { _, err := h.Svc.Lifecycle.Get(ctx, caller, id); return err },
		"update": func(id string) error {
			_, err := h.Svc.Lifecycle.Update(ctx, caller, lifecycle.UpdateInput{CustomerID: id})
			return err
		},
		"delete": func(id string) error {
			return h.Svc.Lifecycle.Delete(ctx, caller, lifecycle.DeleteInput{CustomerID: id})
		},
		"banks": func(id string) error { _, err := h.Svc.Instruments.Banks(ctx, caller, id); return err },
		"add bank": func(id string) error {
			_, err := h.Svc.Instruments.AddBank(ctx, caller, id, testkit.Input[fields.BankInput](t, testkit.UsBank("0001")))
			return err
		},
		"cards": func(id string) error { _, err := h.Svc.Instruments.Cards(ctx, caller, id); return err },
		"add card": func(id string) error {
			_, err := h.Svc.Instruments.AddCard(ctx, caller, id, instruments.CardInput{})
			return err
		},
		"keys": func(id string) error { _, err := h.Svc.Access.Keys(ctx, caller, id); return err },
		"rotate": func(id string) error {
			_, err := h.Svc.Access.RotateKeys(ctx, caller, id, access.RotateInput{})
			return err
		},
		"users":    func(id string) error { _, err := h.Svc.Access.Users(ctx, caller, id); return err },
		"add user": func(id string) error { _, err := h.Svc.Access.AddUser(ctx, caller, id, access.UserInput{}); return err },
		"identity": func(id string) error { _, err := h.Svc.Identity.Identity(ctx, caller, id); return err },
		"unmasked": func(id string) error {
			_, err := h.Svc.Lifecycle.Unmasked(ctx, caller, lifecycle.UnmaskInput{CustomerID: id, Reason: "because"})
			return err
		},
		"drops": func(id string) error {
			_, err := h.Svc.Instruments.DropAmounts(ctx, caller, id, testkit.UnknownID)
			return err
		},
		"create": func(string) error { _, err := h.Svc.Lifecycle.Create(ctx, caller, lifecycle.CreateInput{}); return err },
		"list":   func(string) error { _, err := h.Svc.Lifecycle.List(ctx, caller, lifecycle.ListInput{}); return err },
		"plans":  func(string) error { _, err := h.Svc.Lifecycle.Plans(caller); return err },
		"mint a key": func(id string) error {
			_, err := h.Svc.Access.MintKey(ctx, caller, id, testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, id := range []string{"", m.ID} {
				if err := try(id); fault.CodeOf(err) != fault.CodeScope {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	reading := h.As(h.Mint(h.Cove, 0, "read", "customers:write", "keys:write", "unmask", "identity:decide"))
	_, err := h.Svc.Instruments.Tokenize(ctx, reading, testkit.Input[instruments.TokenInput](t, testkit.CardBody))
	testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
}

// Neither number nor security code is in the token as sent, in its answer, in a
// refusal, in the record or in an event; making a token stores nothing at all.
func TestTokensConcealWhatTheyStandFor(t *testing.T) {
	t.Parallel()
	s, spying := testkit.Spied()
	h := testkit.Open(t, spying)
	caller := h.Publishing(h.Cove)
	// Four bare digits could stand in an id by chance.
	secrets := []string{testkit.CardNumber, `"` + testkit.SecurityCode + `"`, testkit.SecurityCode + "\x00", testkit.CardNumber[:12], testkit.BankNumber}
	s.Reset()
	card, bank := h.Tokenize(caller, testkit.CardBody), h.Tokenize(caller, testkit.BankBody)
	if calls := s.Since(); len(calls) != 0 {
		t.Errorf("tokenising called the store: %v", calls)
	}
	for name, token := range map[string]instruments.Token{"card": card, "bank": bank} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			text := token.Text.Reveal()
			box, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "tok_"))
			testkit.Must(t, err)
			answer, err := json.Marshal([]any{token.Card, token.Bank, token})
			testkit.Must(t, err)
			testkit.Conceals(t, "the token of a "+name, append([]byte(text), box...), append(secrets, "Mira", "Okafor", h.Cove.ID)...)
			testkit.Conceals(t, "the answer for a "+name, answer, append(secrets, text)...)
		})
	}
	_, err := h.Svc.Instruments.Tokenize(t.Context(), caller, testkit.Input[instruments.TokenInput](t, strings.Replace(testkit.CardBody, `"12"`, `"99"`, 1)))
	refusal, _ := json.Marshal(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	testkit.Conceals(t, "a refusal", append(refusal, err.Error()...), secrets...)
	_, err = h.Svc.Instruments.Tokenize(t.Context(), caller, testkit.Input[instruments.TokenInput](t, strings.Replace(testkit.CardBody, testkit.CardNumber, testkit.CardNumber+"0", 1)))
	refusal, _ = json.Marshal(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	testkit.Conceals(t, "a refusal", append(refusal, err.Error()...), secrets...)
	_, err = h.AddCard(h.Cove, "", card.Text.Reveal())
	testkit.Must(t, err)
	h.AddBank(h.Cove, "", `{"token":"`+bank.Text.Reveal()+`"}`)
	testkit.Conceals(t, "the store", h.AtRest(h.Cove.ID), append(secrets, card.Text.Reveal(), bank.Text.Reveal())...)
}

// A bank or card made of a token is the one that was tokenised, with the details
// that were sent then or now.
func TestATokenBecomesWhatItStandsFor(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	details := `"billingAddress":{"street1":"1 Main St","street2":"Fl 2","city":"Portland","state":"OR","postalCode":"97201","country":"US"},"meta":{"a":1.0,"html":"<b>&</b>"}`
	token := h.Tokenize(h.Publishing(h.Cove), `{"bank":{"nickname":"E","nameOnAccount":"N","accountHolderType":"company","accountType":"savings","bankName":"B","externalId":"e-1",
		"currency":"CAD","routingNumber":"11000-000","accountNumber":"`+testkit.BankNumber+`",`+details+`}}`)
	bank := h.AddBank(h.Cove, "", `{"token":"`+token.Text.Reveal()+`"}`)
	direct := h.AddBank(h.Rival, "", `{"nickname":"E","nameOnAccount":"N","accountHolderType":"company","accountType":"savings","bankName":"B","externalId":"e-1",
		"currency":"CAD","routingNumber":"11000-000","accountNumber":"`+testkit.BankNumber+`",`+details+`}`)
	plain := func(view view.BankView) map[string]any {
		m := testkit.AsMap(t, view)
		delete(m, "id")
		delete(m, "fingerprint")
		delete(m["billingAddress"].(map[string]any), "id")
		return m
	}
	if diff := cmp.Diff(plain(direct), plain(bank)); diff != "" || string(bank.Meta) != `{"a":1.0,"html":"<b>&</b>"}` {
		t.Errorf("the bank of the token differs from the bank itself: %s, meta %s", diff, bank.Meta)
	}
	card, err := h.AddCard(h.Cove, "", h.Tokenize(h.Publishing(h.Cove), `{"card":{"nameOnCard":"N","cardNumber":"4242 4242-42424242","expirationMonth":1,"expirationYear":"2031",`+details+`}}`).Text.Reveal())
	testkit.Must(t, err)
	if card.Brand != "visa" || card.Last4 != "4242" || card.ExpirationMonth != 1 || card.ExpirationYear != 2031 || card.NameOnCard != "N" ||
		card.BillingAddress.Street2 != "Fl 2" || string(card.Meta) != `{"a":1.0,"html":"<b>&</b>"}` {
		t.Errorf("the card is %+v", card)
	}
	bare, err := h.AddCard(h.Cove, "", h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal(), `,"nameOnCard":"Other","meta":{"b":2}`)
	testkit.Must(t, err)
	if bare.NameOnCard != "Other" || string(bare.Meta) != `{"b":2}` || bare.Fingerprint != card.Fingerprint {
		t.Errorf("the card with details of its own is %+v", bare)
	}
	none, err := h.AddCard(h.Cove, "", h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal())
	testkit.Must(t, err)
	if none.Meta != nil {
		t.Errorf("a card without meta shows %s", none.Meta)
	}
	changed := h.AddBank(h.Cove, "", `{"nameOnAccount":"Other","externalId":"e-2","meta":{"b":2},"billingAddress":{"street1":"2 Side St","city":"Salem","country":"USA"},
		"token":"`+h.Tokenize(h.Publishing(h.Cove), `{"bank":{"nameOnAccount":"N","externalId":"e-1","routingNumber":"110000000","accountNumber":"`+testkit.BankNumber+`",`+details+`}}`).Text.Reveal()+`"}`)
	if changed.NameOnAccount != "Other" || changed.ExternalID != "e-2" || string(changed.Meta) != `{"b":2}` || changed.BillingAddress.City != "Salem" {
		t.Errorf("the bank with details of its own is %+v", changed)
	}
}

// A token changed in any byte, cut or made up is refused.
func TestATamperedTokenIsRefused(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller := h.As(h.Cove)
	text := h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal()
	box, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "tok_"))
	testkit.Must(t, err)
	encode := func(b []byte) string { return "tok_" + base64.RawURLEncoding.EncodeToString(b) }
	forged := []string{"", "tok_", text[4:], "tok_" + text, text + "A", strings.ToUpper(text), encode(box[:len(box)-1]), encode(box[1:]), encode(append(box, 0)), "tok_!", "sk_test_x"}
	for i := range box {
		changed := slices.Clone(box)
		changed[i] ^= 1 << (i % 8)
		forged = append(forged, encode(changed))
	}
	listing, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Operator), lifecycle.ListInput{Limit: 1})
	testkit.Must(t, err)
	for _, token := range append(forged, "tok_"+listing.NextCursor) { // sealed by the same key for something else
		_, err := h.Svc.Instruments.AddCard(t.Context(), caller, "", instruments.CardInput{Token: patch.Of(token)})
		badToken(t, token, err)
	}
	_, err = h.AddCard(h.Cove, "", text)
	testkit.Must(t, err)
}
