package balanced

import (
	"encoding/json"

	"tenantry/customers"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/tenancy"
)

// customer is a customer as the vendor writes it.
type customer struct {
	Type            string            `json:"_type"`
	URIs            customerLinks     `json:"_uris"`
	Address         map[string]string `json:"address"`
	BankAccountsURI string            `json:"bank_accounts_uri"`
	BusinessName    *string           `json:"business_name"`
	CardsURI        string            `json:"cards_uri"`
	CreatedAt       string            `json:"created_at"`
	CreditsURI      string            `json:"credits_uri"`
	DebitsURI       string            `json:"debits_uri"`
	DestinationURI  *string           `json:"destination_uri"`
	BirthMonth      *string           `json:"dob"`
	EIN             *string           `json:"ein"`
	Email           *string           `json:"email"`
	Facebook        *string           `json:"facebook"`
	HoldsURI        string            `json:"holds_uri"`
	ID              string            `json:"id"`
	Verified        bool              `json:"is_identity_verified"`
	Meta            map[string]string `json:"meta"`
	Name            *string           `json:"name"`
	Phone           *string           `json:"phone"`
	RefundsURI      string            `json:"refunds_uri"`
	SourceURI       *string           `json:"source_uri"`
	SSNLast4        *string           `json:"ssn_last4"`
	TransactionsURI string            `json:"transactions_uri"`
	Twitter         *string           `json:"twitter"`
	URI             string            `json:"uri"`
}

// customerLinks is what the addresses of a customer lead to.
type customerLinks struct {
	BankAccounts reference  `json:"bank_accounts_uri"`
	Cards        reference  `json:"cards_uri"`
	Credits      reference  `json:"credits_uri"`
	Debits       reference  `json:"debits_uri"`
	Destination  *reference `json:"destination_uri,omitempty"`
	Holds        reference  `json:"holds_uri"`
	Refunds      reference  `json:"refunds_uri"`
	Source       *reference `json:"source_uri,omitempty"`
	Transactions reference  `json:"transactions_uri"`
}

func customerURI(id tenancy.ID) string {
	return root + "/customers/" + dialect.Prefixed(prefixCustomer, id)
}

// showCustomer writes a customer.
func (f *Handler) showCustomer(_ *dialect.Request, c *customers.Customer) (*customer, error) {
	p, err := f.service.Balanced.Customer(c)
	if err != nil {
		return nil, err
	}
	uri := customerURI(p.ID)
	shown := &customer{
		Type: "customer", ID: dialect.Prefixed(prefixCustomer, p.ID), URI: uri, CreatedAt: stamp(p.Created),
		URIs: customerLinks{
			BankAccounts: link("page", "bank_accounts"), Cards: link("page", "cards"), Credits: link("page", "credits"),
			Debits: link("page", "debits"), Holds: link("page", "holds"), Refunds: link("page", "refunds"),
			Transactions: link("page", "transactions"),
		},
		BankAccountsURI: uri + "/bank_accounts", CardsURI: uri + "/cards", CreditsURI: uri + "/credits", DebitsURI: uri + "/debits",
		HoldsURI: uri + "/holds", RefundsURI: uri + "/refunds", TransactionsURI: uri + "/transactions",
		Name: orNull(p.Name), Email: orNull(p.Email), Phone: orNull(p.Phone), BusinessName: orNull(p.BusinessName),
		EIN: orNull(p.BusinessTax), BirthMonth: orNull(p.BirthMonth), Facebook: orNull(p.Facebook), Twitter: orNull(p.Twitter),
		Address: p.Address, Meta: showMeta(p.Meta), Verified: p.Verified,
	}
	if p.HasTaxID {
		shown.SSNLast4 = orNull(maskedSSN)
	}
	shown.SourceURI, shown.URIs.Source = showChosen(uri, "source", p.Source)
	shown.DestinationURI, shown.URIs.Destination = showChosen(uri, "destination", p.Destination)
	return shown, nil
}

// showChosen writes where the instrument is that a customer pays from, or is paid to, by
// default.
func showChosen(of, as string, chosen *rules.InstrumentName) (*string, *reference) {
	if chosen == nil {
		return nil, nil
	}
	kind := kindOf(chosen.Bank)
	leads := link(kind.name, as)
	return orNull(of + "/" + kind.collection + "/" + dialect.Prefixed(kind.prefix, chosen.ID)), &leads
}

// showMeta writes free data as texts; what another dialect put there shows as Python
// writes it, and what is nested as JSON.
func showMeta(raw []byte) map[string]string {
	shown, members := map[string]string{}, map[string]json.RawMessage{}
	if len(raw) == 0 || json.Unmarshal(raw, &members) != nil {
		return shown
	}
	for key, value := range members {
		shown[key] = rules.MetaText(value)
	}
	return shown
}
