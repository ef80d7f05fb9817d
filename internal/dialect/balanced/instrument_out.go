package balanced

import (
	"encoding/json"

	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
)

// brandNames are the brands as the vendor writes them; it never changes.
var brandNames = map[string]string{
	"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express", "discover": "Discover", "jcb": "JCB",
	"diners": "Diners Club", "unionpay": "UnionPay",
}

// card is a card as the vendor writes it.
type card struct {
	Type              string            `json:"_type"`
	URIs              struct{}          `json:"_uris"`
	Account           *string           `json:"account"` // always null: accounts came before customers
	Brand             string            `json:"brand"`
	CardType          string            `json:"card_type"`
	CountryCode       string            `json:"country_code"`
	CreatedAt         string            `json:"created_at"`
	Customer          *customer         `json:"customer"`
	ExpirationMonth   int               `json:"expiration_month"`
	ExpirationYear    int               `json:"expiration_year"`
	Hash              string            `json:"hash"`
	ID                string            `json:"id"`
	Valid             bool              `json:"is_valid"`
	Verified          bool              `json:"is_verified"`
	LastFour          string            `json:"last_four"`
	Meta              map[string]string `json:"meta"`
	Name              *string           `json:"name"`
	PostalCode        *string           `json:"postal_code"`
	PostalCodeCheck   string            `json:"postal_code_check"`
	SecurityCodeCheck string            `json:"security_code_check"`
	StreetAddress     *string           `json:"street_address"`
	URI               string            `json:"uri"`
}

// bank is a bank account as the vendor writes it. What is left out is what it has not where it
// was made at an address that names no marketplace.
type bank struct {
	Type             string            `json:"_type"`
	URIs             bankLinks         `json:"_uris"`
	Account          json.RawMessage   `json:"account,omitempty"` // null: accounts came before customers
	AccountNumber    string            `json:"account_number"`
	BankCode         *string           `json:"bank_code,omitempty"`
	BankName         *string           `json:"bank_name"`
	CanDebit         bool              `json:"can_debit"`
	CreatedAt        string            `json:"created_at"`
	CreditsURI       string            `json:"credits_uri"`
	Customer         *customer         `json:"customer"`
	DebitsURI        string            `json:"debits_uri"`
	Fingerprint      string            `json:"fingerprint"`
	ID               string            `json:"id"`
	Valid            bool              `json:"is_valid"`
	LastFour         *string           `json:"last_four,omitempty"`
	Meta             map[string]string `json:"meta"`
	Name             *string           `json:"name"`
	RoutingNumber    string            `json:"routing_number"`
	AccountType      *string           `json:"type"`
	URI              string            `json:"uri"`
	VerificationURI  *string           `json:"verification_uri"`
	VerificationsURI string            `json:"verifications_uri"`
}

// bankLinks is what the addresses of a bank account lead to.
type bankLinks struct {
	Credits       reference  `json:"credits_uri"`
	Debits        reference  `json:"debits_uri"`
	Verification  *reference `json:"verification_uri,omitempty"`
	Verifications reference  `json:"verifications_uri"`
}

// showInstrument writes a card or a bank account.
func (f *Handler) showInstrument(x *dialect.Request, i rules.Instrument) (any, error) {
	var whose *customer
	if i.Customer != nil {
		var err error
		if whose, err = f.showCustomer(x, i.Customer); err != nil {
			return nil, err
		}
	}
	if i.Bank == nil {
		return f.showCard(x, i, whose), nil
	}
	account, err := f.service.Balanced.Account(i)
	if err != nil {
		return nil, err
	}
	return f.showBank(x, i, account, whose), nil
}

func (f *Handler) showCard(x *dialect.Request, i rules.Instrument, whose *customer) *card {
	kept := i.Card
	brand := brandNames[kept.Brand]
	if brand == "" {
		brand = kept.Brand
	}
	country := i.Address["country_code"]
	if country == "" {
		country = "USA"
	}
	return &card{
		Type: "card", ID: prefixCard + kept.ID, URI: f.instrumentURI(x, cards, i, kept.ID, kept.Kept), Customer: whose,
		Brand: brand, CardType: kept.Brand, CountryCode: country, CreatedAt: stamp(kept.Created),
		ExpirationMonth: kept.ExpirationMonth, ExpirationYear: kept.ExpirationYear, Hash: kept.Fingerprint,
		Valid: kept.Status == "active", LastFour: kept.Last4, Meta: showMeta(kept.Meta), Name: orNull(kept.NameOnCard),
		PostalCode: orNull(i.Address["postal_code"]), PostalCodeCheck: "unknown", SecurityCodeCheck: "unknown",
		StreetAddress: orNull(i.Address["line1"]),
	}
}

func (f *Handler) showBank(x *dialect.Request, i rules.Instrument, account rules.Account, whose *customer) *bank {
	kept := i.Bank
	uri := f.instrumentURI(x, banks, i, kept.ID, kept.Kept)
	pages := uri
	if kept.Kept {
		pages = root + "/bank_accounts/" + prefixBank + kept.ID
	}
	shown := &bank{
		Type: "bank_account", ID: prefixBank + kept.ID, URI: uri, Customer: whose, AccountNumber: account.Number,
		URIs: bankLinks{
			Credits: link("page", "credits"), Debits: link("page", "debits"), Verifications: link("page", "verifications"),
		},
		CreditsURI: pages + "/credits", DebitsURI: pages + "/debits", VerificationsURI: pages + "/verifications",
		BankName: orNull(kept.BankName), CanDebit: kept.Verified, CreatedAt: stamp(kept.Created), Fingerprint: kept.Fingerprint,
		Valid: kept.Status == "active", Meta: showMeta(kept.Meta), Name: orNull(kept.NameOnAccount),
		RoutingNumber: kept.RoutingNumber, AccountType: orNull(kept.AccountType),
	}
	if proof := account.Verification; proof != nil {
		leads := link(verificationType, "verification")
		shown.VerificationURI, shown.URIs.Verification = orNull(pages+"/verifications/"+dialect.Prefixed(prefixProof, proof.ID)), &leads
	}
	if !i.Bare {
		shown.Account, shown.BankCode, shown.LastFour = json.RawMessage("null"), &kept.RoutingNumber, &kept.Last4
	}
	return shown
}
