package lifecycle_test

import (
	"reflect"
	"testing"

	"tenantry/internal/testkit"
)

// The list of owners is replaced, but an owner that is sent with its id keeps what
// is not sent, its sealed tax number above all.
func TestUpdateKeepsAnOwnerSentWithItsID(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, testkit.Quay)
	before := h.Record(quayside.ID).LegalEntity.AdditionalOwners
	_, err := h.Update(quayside, quayside.ID, `{"legalEntity":{"additionalOwners":[
		{"stakePercent":"10","contact":{"firstName":"Dot"}}, {"id":"`+before[0].ID.String()+`","stakePercent":"25.5"}]}}`)
	testkit.Must(t, err)
	after := h.Record(quayside.ID).LegalEntity.AdditionalOwners
	if len(after) != 2 || after[0].Contact.FirstName != "Dot" || after[0].PersonalTaxID != nil || after[0].ID == before[1].ID {
		t.Fatalf("the owners are %+v", after)
	}
	kept := after[1]
	if kept.ID != before[0].ID || kept.StakePercent != "25.5" || kept.Title != "Roaster" || !reflect.DeepEqual(kept.Contact, before[0].Contact) || !kept.Created.Equal(before[0].Created) {
		t.Errorf("the kept owner is %+v", kept)
	}
	view := h.View(quayside, quayside.ID)
	if !reflect.DeepEqual(kept.PersonalTaxID, before[0].PersonalTaxID) || testkit.At(view, "legalEntity.additionalOwners.1.last4PersonalTaxId") != "6666" {
		t.Errorf("its tax number became %+v", kept.PersonalTaxID)
	}

	_, err = h.Update(quayside, quayside.ID, `{"legalEntity":{"additionalOwners":[{"id":"`+kept.ID.String()+`","personalTaxId":null}]}}`)
	testkit.Must(t, err)
	if bare := h.Record(quayside.ID).LegalEntity.AdditionalOwners; len(bare) != 1 || bare[0].PersonalTaxID != nil {
		t.Errorf("the tax number was not cleared: %+v", bare)
	}
	_, err = h.Update(quayside, quayside.ID, `{"legalEntity":{"additionalOwners":[]}}`)
	testkit.Must(t, err)
	if left := h.Record(quayside.ID).LegalEntity.AdditionalOwners; len(left) != 0 {
		t.Errorf("an empty list left %+v", left)
	}
}

// Keys of meta merge, null deletes one, and every value stays byte for byte what
// was sent: integers of any size, trailing zeros, markup, escapes.
func TestUpdateMergesMetaByteForByte(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, testkit.Quay)
	for _, row := range []struct{ body, want string }{
		{`{"name":"Q"}`, `{"crm":7,"rate":1.50,"html":"<b>&</b>","big":12345678901234567890,"nested":{"x": 1.0}}`},
		{`{"meta":{"crm":null,"rate":2.0,"new":"\u00e9\u2028"}}`, `{"rate":2.0,"html":"<b>&</b>","big":12345678901234567890,"nested":{"x": 1.0},"new":"\u00e9\u2028"}`},
		{`{"meta":{"nested":{"y":1e3},"html":null,"big":null,"rate":null}}`, `{"nested":{"y":1e3},"new":"\u00e9\u2028"}`},
		{`{"meta":{"nested":null,"new":null}}`, ``},
		{`{"meta":{"a":-0,"b":"$where","c.d":true}}`, `{"a":-0,"b":"$where","c.d":true}`},
	} {
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(quayside, quayside.ID, row.body)
			testkit.Must(t, err)
			if got := string(h.Record(quayside.ID).Meta); got != row.want {
				t.Errorf("after %s meta is\n%s, want\n%s", row.body, got, row.want)
			}
		})
	}
}

// A legal entity or merchant that an update introduces takes what it lacks from
// the root, as at creation; later changes of the root rewrite no copy.
func TestUpdateCopiesDefaultsOnceOnly(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	bare := h.Create(h.Cove, `{"name":"B","email":"b@example.com","planKey":"merchant",
		"address":{"street1":"1 Old Road","city":"Portland","country":"USA"}, "contact":{"firstName":"Old"},
		"defaultBank":{"routingNumber":"110000000","accountNumber":"000123456789"}}`)
	if view := h.View(bare, bare.ID); view["legalEntity"] != nil || view["merchant"] != nil {
		t.Fatal("an object was made up that nobody sent")
	}
	_, err := h.Update(bare, bare.ID, `{"legalEntity":{"personalAddress":{"street1":"2 Own Road","city":"Bath","country":"GBR"}},"merchant":{}}`)
	testkit.Must(t, err)
	_, err = h.Update(bare, bare.ID, `{"address":{"street1":"3 New Road"},"contact":{"firstName":"New"},"legalEntity":{"yearsInBusiness":1},"merchant":{"businessName":"B"}}`)
	testkit.Must(t, err)
	view := h.View(bare, bare.ID)
	for path, want := range map[string]any{
		"address.street1": "3 New Road", "contact.firstName": "New",
		"legalEntity.businessAddress.street1": "1 Old Road", "legalEntity.personalAddress.street1": "2 Own Road",
		"merchant.businessAddress.street1": "1 Old Road", "defaultBank.billingAddress.street1": "1 Old Road",
		"legalEntity.personalContact.firstName": "Old", "merchant.personalContact.firstName": "Old",
		"merchant.bank.id": testkit.At(view, "defaultBank.id"), "defaultBank.dropped": true,
	} {
		t.Run(path, func(t *testing.T) {
			if testkit.At(view, path) != want {
				t.Errorf("%s is %v, want %v", path, testkit.At(view, path), want)
			}
		})
	}

	_, err = h.Update(bare, bare.ID, `{"legalEntity":null}`)
	testkit.Must(t, err)
	_, err = h.Update(bare, bare.ID, `{"legalEntity":{}}`)
	testkit.Must(t, err)
	if again := h.View(bare, bare.ID); testkit.At(again, "legalEntity.businessAddress.street1") != "3 New Road" {
		t.Error("a legal entity that was introduced anew did not take the root address of that moment")
	}
}

// A default bank that is sent again is the bank that is there; another account is
// another bank, and becomes the default one.
func TestUpdateAddsABankOnlyForAnotherAccount(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, testkit.Quay)
	send := func(account, more string) {
		t.Helper()
		_, err := h.Update(quayside, quayside.ID, `{"defaultBank":{"accountHolderType":"company","accountType":"checking","routingNumber":"110000000","accountNumber":"`+account+`"`+more+`}}`)
		testkit.Must(t, err)
	}
	send("000987654321", "")
	send("000111111111", "")
	send("000987654321", `,"nameOnAccount":"Quay"`)
	banks := h.Record(quayside.ID).Banks
	if len(banks) != 2 || !banks[0].IsDefault || banks[1].IsDefault || banks[0].NameOnAccount != "Quay" {
		t.Fatalf("the banks are %+v", banks)
	}
	if banks[0].AccountNumber.Last4 == banks[1].AccountNumber.Last4 {
		t.Error("both banks have one account")
	}
	send("000987654321", `,"currency":"CAD","country":"USA"`)
	if len(h.Record(quayside.ID).Banks) != 3 {
		t.Error("an account in another currency was taken for the same")
	}
}
