package customers_test

import (
	"testing"
)

// The list of owners is replaced, but an owner that is sent with its id keeps what
// is not sent, its sealed tax number above all.
func TestUpdateKeepsAnOwnerSentWithItsID(t *testing.T) {
	t.Parallel()
	h := open(t)
	quayside := h.create(h.cove, quay)
	before := h.record(quayside.id).LegalEntity.AdditionalOwners
	_, err := h.update(quayside, quayside.id, `{"legalEntity":{"additionalOwners":[
		{"stakePercent":"10","contact":{"firstName":"Dot"}}, {"id":"`+before[0].ID.String()+`","stakePercent":"25.5"}]}}`)
	must(t, err)
	after := h.record(quayside.id).LegalEntity.AdditionalOwners
	if len(after) != 2 || after[0].Contact.FirstName != "Dot" || after[0].PersonalTaxID != nil || after[0].ID == before[1].ID {
		t.Fatalf("the owners are %+v", after)
	}
	kept := after[1]
	if kept.ID != before[0].ID || kept.StakePercent != "25.5" || kept.Title != "Roaster" || kept.Contact != before[0].Contact || !kept.Created.Equal(before[0].Created) {
		t.Errorf("the kept owner is %+v", kept)
	}
	view := h.view(quayside, quayside.id)
	if kept.PersonalTaxID != before[0].PersonalTaxID || at(view, "legalEntity.additionalOwners.1.last4PersonalTaxId") != "6666" {
		t.Errorf("its tax number became %+v", kept.PersonalTaxID)
	}

	_, err = h.update(quayside, quayside.id, `{"legalEntity":{"additionalOwners":[{"id":"`+kept.ID.String()+`","personalTaxId":null}]}}`)
	must(t, err)
	if bare := h.record(quayside.id).LegalEntity.AdditionalOwners; len(bare) != 1 || bare[0].PersonalTaxID != nil {
		t.Errorf("the tax number was not cleared: %+v", bare)
	}
	_, err = h.update(quayside, quayside.id, `{"legalEntity":{"additionalOwners":[]}}`)
	must(t, err)
	if left := h.record(quayside.id).LegalEntity.AdditionalOwners; len(left) != 0 {
		t.Errorf("an empty list left %+v", left)
	}
}

// Keys of meta merge, null deletes one, and every value stays byte for byte what
// was sent: integers of any size, trailing zeros, markup, escapes.
func TestUpdateMergesMetaByteForByte(t *testing.T) {
	t.Parallel()
	h := open(t)
	quayside := h.create(h.cove, quay)
	for _, row := range []struct{ body, want string }{
		{`{"name":"Q"}`, `{"crm":7,"rate":1.50,"html":"<b>&</b>","big":12345678901234567890,"nested":{"x": 1.0}}`},
		{`{"meta":{"crm":null,"rate":2.0,"new":"\u00e9\u2028"}}`, `{"rate":2.0,"html":"<b>&</b>","big":12345678901234567890,"nested":{"x": 1.0},"new":"\u00e9\u2028"}`},
		{`{"meta":{"nested":{"y":1e3},"html":null,"big":null,"rate":null}}`, `{"nested":{"y":1e3},"new":"\u00e9\u2028"}`},
		{`{"meta":{"nested":null,"new":null}}`, ``},
		{`{"meta":{"a":-0,"b":"$where","c.d":true}}`, `{"a":-0,"b":"$where","c.d":true}`},
	} {
		_, err := h.update(quayside, quayside.id, row.body)
		must(t, err)
		if got := string(h.record(quayside.id).Meta); got != row.want {
			t.Errorf("after %s meta is\n%s, want\n%s", row.body, got, row.want)
		}
	}
}

// A legal entity or merchant that an update introduces takes what it lacks from
// the root, as at creation; later changes of the root rewrite no copy.
func TestUpdateCopiesDefaultsOnceOnly(t *testing.T) {
	t.Parallel()
	h := open(t)
	bare := h.create(h.cove, `{"name":"B","email":"b@example.com","planKey":"merchant",
		"address":{"street1":"1 Old Road","city":"Portland","country":"USA"}, "contact":{"firstName":"Old"},
		"defaultBank":{"routingNumber":"110000000","accountNumber":"000123456789"}}`)
	if view := h.view(bare, bare.id); view["legalEntity"] != nil || view["merchant"] != nil {
		t.Fatal("an object was made up that nobody sent")
	}
	_, err := h.update(bare, bare.id, `{"legalEntity":{"personalAddress":{"street1":"2 Own Road","city":"Bath","country":"GBR"}},"merchant":{}}`)
	must(t, err)
	_, err = h.update(bare, bare.id, `{"address":{"street1":"3 New Road"},"contact":{"firstName":"New"},"legalEntity":{"yearsInBusiness":1},"merchant":{"businessName":"B"}}`)
	must(t, err)
	view := h.view(bare, bare.id)
	for path, want := range map[string]any{
		"address.street1": "3 New Road", "contact.firstName": "New",
		"legalEntity.businessAddress.street1": "1 Old Road", "legalEntity.personalAddress.street1": "2 Own Road",
		"merchant.businessAddress.street1": "1 Old Road", "defaultBank.billingAddress.street1": "1 Old Road",
		"legalEntity.personalContact.firstName": "Old", "merchant.personalContact.firstName": "Old",
		"merchant.bank.id": at(view, "defaultBank.id"), "defaultBank.dropped": true,
	} {
		if at(view, path) != want {
			t.Errorf("%s is %v, want %v", path, at(view, path), want)
		}
	}

	_, err = h.update(bare, bare.id, `{"legalEntity":null}`)
	must(t, err)
	_, err = h.update(bare, bare.id, `{"legalEntity":{}}`)
	must(t, err)
	if again := h.view(bare, bare.id); at(again, "legalEntity.businessAddress.street1") != "3 New Road" {
		t.Error("a legal entity that was introduced anew did not take the root address of that moment")
	}
}

// A default bank that is sent again is the bank that is there; another account is
// another bank, and becomes the default one.
func TestUpdateAddsABankOnlyForAnotherAccount(t *testing.T) {
	t.Parallel()
	h := open(t)
	quayside := h.create(h.cove, quay)
	send := func(account, more string) {
		t.Helper()
		_, err := h.update(quayside, quayside.id, `{"defaultBank":{"accountHolderType":"company","accountType":"checking","routingNumber":"110000000","accountNumber":"`+account+`"`+more+`}}`)
		must(t, err)
	}
	send("000987654321", "")
	send("000111111111", "")
	send("000987654321", `,"nameOnAccount":"Quay"`)
	banks := h.record(quayside.id).Banks
	if len(banks) != 2 || !banks[0].IsDefault || banks[1].IsDefault || banks[0].NameOnAccount != "Quay" {
		t.Fatalf("the banks are %+v", banks)
	}
	if banks[0].AccountNumber.Last4 == banks[1].AccountNumber.Last4 {
		t.Error("both banks have one account")
	}
	send("000987654321", `,"currency":"CAD","country":"USA"`)
	if len(h.record(quayside.id).Banks) != 3 {
		t.Error("an account in another currency was taken for the same")
	}
}
