package balanced

import (
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
)

// brandNames are the brands as the vendor writes them; it never changes.
var brandNames = map[string]string{
	"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express", "discover": "Discover", "jcb": "JCB",
	"diners": "Diners Club", "unionpay": "UnionPay",
}

// showInstrument writes a card or a bank account.
func (f *Handler) showInstrument(x *dialect.Request, i rules.Instrument) (object, error) {
	var shown object
	if i.Bank != nil {
		shown = f.showBank(x, i)
	} else {
		shown = f.showCard(x, i)
	}
	shown["customer"] = nil
	if i.Customer != nil {
		whose, err := f.showCustomer(x, i.Customer)
		if err != nil {
			return nil, err
		}
		shown["customer"] = whose
	}
	return shown, nil
}

func (f *Handler) showCard(x *dialect.Request, i rules.Instrument) object {
	card := i.Card
	brand := brandNames[card.Brand]
	if brand == "" {
		brand = card.Brand
	}
	country := i.Address["country_code"]
	if country == "" {
		country = "USA"
	}
	return object{
		"_type": "card", "_uris": object{}, "id": prefixCard + card.ID, "uri": f.instrumentURI(x, cards, i, card.ID, card.Kept),
		"account": nil, "brand": brand, "card_type": card.Brand, "country_code": country, "created_at": stamp(card.Created),
		"expiration_month": card.ExpirationMonth, "expiration_year": card.ExpirationYear, "hash": card.Fingerprint,
		"is_valid": card.Status == "active", "is_verified": false, "last_four": card.Last4, "meta": showMeta(card.Meta),
		"name": orNull(card.NameOnCard), "postal_code": orNull(i.Address["postal_code"]), "postal_code_check": "unknown",
		"security_code_check": "unknown", "street_address": orNull(i.Address["line1"]),
	}
}

func (f *Handler) showBank(x *dialect.Request, i rules.Instrument) object {
	bank := i.Bank
	uri := f.instrumentURI(x, banks, i, bank.ID, bank.Kept)
	return object{
		"_type": "bank_account", "id": prefixBank + bank.ID, "uri": uri, "account_number": "xxxxxx" + bank.Last4,
		"bank_name": orNull(bank.BankName), "can_debit": bank.Verified, "created_at": stamp(bank.Created),
		"credits_uri": uri + "/credits", "debits_uri": uri + "/debits", "fingerprint": bank.Fingerprint,
		"is_valid": bank.Status == "active", "meta": showMeta(bank.Meta), "name": orNull(bank.NameOnAccount),
		"routing_number": bank.RoutingNumber, "bank_code": bank.RoutingNumber, "type": orNull(bank.AccountType),
		"verification_uri": nil, "verifications_uri": uri + "/verifications",
		"_uris": object{
			"credits_uri": link("page", "credits"), "debits_uri": link("page", "debits"),
			"verifications_uri": link("page", "verifications"),
		},
	}
}
