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
		account, err := f.service.Balanced.Account(i)
		if err != nil {
			return nil, err
		}
		shown = f.showBank(x, i, account)
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

func (f *Handler) showBank(x *dialect.Request, i rules.Instrument, account rules.Account) object {
	bank := i.Bank
	uri := f.instrumentURI(x, banks, i, bank.ID, bank.Kept)
	pages, uris := uri, object{}
	if bank.Kept {
		pages = root + "/bank_accounts/" + prefixBank + bank.ID
	}
	shown := object{
		"_type": "bank_account", "_uris": uris, "id": prefixBank + bank.ID, "uri": uri, "account_number": account.Number,
		"bank_name": orNull(bank.BankName), "can_debit": bank.Verified, "created_at": stamp(bank.Created),
		"fingerprint": bank.Fingerprint, "is_valid": bank.Status == "active", "meta": showMeta(bank.Meta), "name": orNull(bank.NameOnAccount),
		"routing_number": bank.RoutingNumber, "type": orNull(bank.AccountType), "verification_uri": nil,
	}
	for _, name := range []string{"credits", "debits", "verifications"} {
		shown[name+"_uri"] = pages + "/" + name
		uris[name+"_uri"] = link("page", name)
	}
	if proof := account.Verification; proof != nil {
		shown["verification_uri"] = pages + "/verifications/" + dialect.Prefixed(prefixProof, proof.ID)
		uris["verification_uri"] = link(verificationType, "verification")
	}
	if !i.Bare {
		shown["account"], shown["bank_code"], shown["last_four"] = nil, bank.RoutingNumber, bank.Last4
	}
	return shown
}
