package balanced

import (
	fieldspkg "tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// readInstrument reads a card or a bank account. Null counts as absent in it: clients
// send every member that they were not given as null.
func readInstrument(k kind, f fields) *rules.InstrumentInput {
	f.nullIsAbsent = true
	in := &rules.InstrumentInput{Path: f.path, Meta: f.meta("meta"), Invalid: !f.flag("is_valid", true)}
	if k.bank {
		in.Bank = &fieldspkg.BankInput{
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
	in.Card = &instruments.CardInput{
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

// firstGiven returns the first of two spellings of one member that has a value.
func firstGiven(a, b patch.Field[string]) patch.Field[string] {
	if a.Given() {
		return a
	}
	return b
}

// readInstrumentBody reads the body of a request that brings an instrument.
func readInstrumentBody(k kind, members body) (rules.InstrumentInput, error) {
	var faults fault.List
	in := readInstrument(k, fields{members: members, faults: &faults})
	return *in, faults.Err()
}
