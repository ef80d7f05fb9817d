package balanced

import (
	"regexp"

	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// maskedSSN is what answers show of the digits, and what clients send back with the
// whole object: it changes nothing.
const maskedSSN = "xxxx"

// readCustomer reads the body of a customer. Members that it does not know, and those
// that only answers have, are ignored.
func readCustomer(members body) (rules.CustomerInput, rules.Attachments, error) {
	var faults fault.List
	f := fields{members: members, faults: &faults}
	in := rules.CustomerInput{
		Name: f.text("name"), Email: f.text("email"), Phone: f.text("phone"), BusinessName: f.text("business_name"),
		BusinessTax: f.text("ein"), DateOfBirth: f.secret("dob"), TaxLast4: f.secret("ssn_last4"),
		Facebook: f.text("facebook"), Twitter: f.text("twitter"), Address: f.texts("address"), Meta: f.meta("meta"),
	}
	if in.TaxLast4.Value.Reveal() == maskedSSN {
		in.TaxLast4 = patch.Field[secret.Text]{}
	}
	f.nullIsAbsent = true
	attached := rules.Attachments{
		CardID: f.instrument("card_uri", cardURI), BankID: f.instrument("bank_account_uri", bankURI),
		Source: f.instrument("source_uri", anyURI), Destination: f.instrument("destination_uri", bankURI),
	}
	if card, given := f.object("card"); given {
		attached.Card = readInstrument(cards, card)
	}
	if bank, given := f.object("bank_account"); given {
		attached.Bank = readInstrument(banks, bank)
	}
	return in, attached, faults.Err()
}

// How instruments are named, with or without host, leading slash and query.
var (
	cardURI = regexp.MustCompile(`^(?:https?://[^/]+)?/?v1/(?:[^?]*/)?cards/CC([0-9a-f]{24})(?:\?.*)?$`)
	bankURI = regexp.MustCompile(`^(?:https?://[^/]+)?/?v1/(?:[^?]*/)?bank_accounts/BA([0-9a-f]{24})(?:\?.*)?$`)
	anyURI  = regexp.MustCompile(`^(?:https?://[^/]+)?/?v1/(?:[^?]*/)?(?:cards/CC|bank_accounts/BA)([0-9a-f]{24})(?:\?.*)?$`)
)

// instrument reads a member that names a card or a bank account.
func (f fields) instrument(name string, form *regexp.Regexp) rules.InstrumentID {
	text := f.text(name)
	if !text.Given() {
		return rules.InstrumentID{}
	}
	id := rules.InstrumentID{Given: true, Field: fault.Join(f.path, name), Value: short(text.Value)}
	if found := form.FindStringSubmatch(text.Value); found != nil {
		if _, err := tenancy.ParseID(found[1]); err == nil {
			id.ID = found[1]
		}
	}
	return id
}
