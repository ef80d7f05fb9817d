package lifecycle_test

import (
	"slices"
	"testing"

	"tenantry/customers/instruments"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// paths returns the failing fields of a refusal in their order.
func paths(refusal *fault.Error) []string {
	list := []string{refusal.Field}
	for _, more := range refusal.More {
		list = append(list, more.Field)
	}
	return list
}

// What must not be sent is told in one order, so that a client that looks at the
// first fault alone sees the same one every time.
func TestFaultsHaveOneOrder(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000000000001")).ID
	card, err := h.AddCard(m, "", h.Tokenize(h.Publishing(m), testkit.CardBody).Text.Reveal())
	testkit.Must(t, err)
	account := []string{"routingNumber", "accountNumber", "accountHolderType", "accountType", "bankName", "currency", "country"}
	const sent = `"country":"USA","currency":"USD","bankName":"x","accountType":"checking","accountHolderType":"company","accountNumber":"0001","routingNumber":"110000000"`
	token := h.Tokenize(h.Publishing(m), testkit.BankBody).Text.Reveal()
	for name, row := range map[string]struct {
		try  func() error
		want []string
	}{
		"changing a bank": {func() error {
			_, err := h.UpdateBank(m, "", bank, `{`+sent+`,"token":"tok_x"}`)
			return err
		}, append([]string{"token"}, account...)},
		"changing a card": {func() error {
			_, err := h.Svc.Instruments.UpdateCard(t.Context(), h.As(m), "", card.ID, testkit.Input[instruments.CardInput](t, `{"securityCode":"123","cardNumber":"1","token":"tok_x"}`))
			return err
		}, []string{"token", "cardNumber", "securityCode"}},
		"changing a customer": {func() error {
			_, err := h.Update(h.Cove, m.ID, `{"password":"something long","username":"u"}`)
			return err
		}, []string{"username", "password"}},
		"a bank beside its token": {func() error {
			_, err := h.TryAddBank(m, "", `{"token":"`+token+`",`+sent+`}`)
			return err
		}, account},
	} {
		t.Run(name, func(t *testing.T) {
			for range 5 {
				if got := paths(testkit.Refused(t, row.try(), fault.Invalid, fault.CodeValidation)); !slices.Equal(got, row.want) {
					t.Errorf("%s: the faults are %v, want %v", name, got, row.want)
				}
			}
		})
	}
}

// What a token stands for is not sent beside it: nothing of it is lost in silence,
// and the token can be used afterwards.
func TestNothingIsSentBesideAToken(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.Tokenize(h.Publishing(m), testkit.BankBody).Text.Reveal()
	for _, member := range []string{`"routingNumber":"110000000"`, `"accountNumber":"` + testkit.BankNumber + `"`, `"bankName":null`, `"accountType":"savings"`} {
		t.Run(member, func(t *testing.T) {
			h := h.In(t)
			_, err := h.TryAddBank(m, "", `{"token":"`+bank+`",`+member+`}`)
			testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
		})
	}
	if added := h.AddBank(m, "", `{"token":"`+bank+`","nameOnAccount":"Another"}`); added.NameOnAccount != "Another" {
		t.Errorf("the bank is %+v", added)
	}
	card := h.Tokenize(h.Publishing(m), testkit.CardBody).Text.Reveal()
	_, err := h.AddCard(m, "", card, `,"expirationYear":2031,"expirationMonth":1`)
	if got := paths(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); !slices.Equal(got, []string{"expirationMonth", "expirationYear"}) {
		t.Errorf("the faults are %v", got)
	}
	_, err = h.AddCard(m, "", card, `,"nameOnCard":"Another"`)
	testkit.Must(t, err)
}

// The default bank cannot be taken away by null, which says what to do instead; where
// there is none, null says what is so already.
func TestTheDefaultBankIsNotCleared(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	_, err := h.Update(h.Cove, m.ID, `{"defaultBank":null}`)
	testkit.Must(t, err)
	h.AddBank(m, "", testkit.UsBank("000000000001"))
	_, err = h.Update(h.Cove, m.ID, `{"defaultBank":null}`)
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["defaultBank"] != fault.BadValue {
		t.Errorf("faults are %v", got)
	}
}

// A text of spaces alone counts as empty, wherever a text stands.
func TestBlankTextsAreRefused(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	for body, field := range map[string]string{
		`{"name":"   "}`: "name", `{"description":"\t"}`: "description", `{"externalId":" "}`: "externalId",
		`{"address":{"street1":" ","city":"Bath","country":"USA"}}`: "address.street1",
		`{"merchant":{"businessName":"\u3000"}}`:                    "merchant.businessName",
	} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(h.Cove, m.ID, body)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[field] != fault.TooShort {
				t.Errorf("%s: faults are %v", body, got)
			}
		})
	}
}

// A tax number of another country is letters, digits and separators; what is shown
// of it is text whatever was stored.
func TestForeignTaxNumbers(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	entity := func(number string) string {
		return `{"legalEntity":{"entityType":"CORP","businessTaxId":"` + number + `","businessAddress":{"street1":"1 Calle","city":"Tecate","country":"MEX"}}}`
	}
	m := h.MerchantOf(h.Cove)
	for _, bad := range []string{"abcé123", "１２３４５６", "12\u20033456", "<b>12345", `12\n345`, "木木木木木木"} {
		t.Run(bad, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(h.Cove, m.ID, entity(bad))
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["legalEntity.businessTaxId"] != fault.BadValue {
				t.Errorf("%s: faults are %v", bad, got)
			}
		})
	}
	for good, last4 := range map[string]string{"ABC-010203-XY9": "3XY9", "A&B 010203 1Z2": "31Z2", "GB 12.345/678": "/678"} {
		t.Run(good, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(h.Cove, m.ID, entity(good))
			testkit.Must(t, err)
			if got := testkit.At(h.View(h.Cove, m.ID), "legalEntity.last4BusinessTaxId"); got != last4 {
				t.Errorf("%s: shown is %v", good, got)
			}
		})
	}
}
