package balanced

import (
	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// readInstrument reads a card or a bank account. Null counts as absent in it: clients
// send every member that they were not given as null.
func readInstrument(k kind, f fields) *customers.InstrumentInput {
	f.nullIsAbsent = true
	in := &customers.InstrumentInput{Path: f.path, Meta: f.meta("meta"), Invalid: !f.flag("is_valid", true)}
	if k.bank {
		in.Bank = &customers.BankInput{
			NameOnAccount: f.text("name"), AccountNumber: f.secret("account_number"),
			RoutingNumber: firstGiven(f.text("routing_number"), f.text("bank_code")),
			AccountType:   firstGiven(f.text("type"), f.text("account_type")),
		}
		return in
	}
	name := f.text("name")
	if name.Value == "" {
		name = patch.Field[string]{}
	}
	in.Card = &customers.CardInput{
		NameOnCard: name, CardNumber: f.secret("card_number"), SecurityCode: f.secret("security_code"),
		ExpirationMonth: f.number("expiration_month"), ExpirationYear: f.number("expiration_year"),
	}
	if in.Card.SecurityCode.Value.Empty() {
		in.Card.SecurityCode.Set = false
	}
	address := map[string]string{}
	for member, field := range map[string]patch.Field[string]{
		"line1": f.text("street_address"), "city": f.text("city"), "state": firstGiven(f.text("region"), f.text("state")),
		"postal_code": f.text("postal_code"), "country_code": f.text("country_code"),
	} {
		if field.Given() {
			address[member] = field.Value
		}
	}
	in.Address = patch.Of(address)
	return in
}

// firstGiven gives the first of two spellings of one member that has a value.
func firstGiven(a, b patch.Field[string]) patch.Field[string] {
	if a.Given() {
		return a
	}
	return b
}

// readInstrumentBody reads the body of a request that gives an instrument.
func readInstrumentBody(k kind, members body) (customers.InstrumentInput, error) {
	var faults fault.List
	in := readInstrument(k, fields{members: members, faults: &faults})
	return *in, faults.Err()
}
