package view

import (
	"encoding/json"

	"tenantry/customers"
)

// BankView shows a bank, its account number as the last four digits.
type BankView struct {
	ID                string          `json:"id"`
	Object            string          `json:"object"` // bank
	Nickname          string          `json:"nickname,omitempty"`
	NameOnAccount     string          `json:"nameOnAccount,omitempty"`
	AccountHolderType string          `json:"accountHolderType,omitempty"`
	AccountType       string          `json:"accountType,omitempty"`
	BankName          string          `json:"bankName,omitempty"`
	RoutingNumber     string          `json:"routingNumber"`
	AccountNumber     string          `json:"accountNumber,omitempty"` // unmasked answers only
	Last4             string          `json:"last4"`
	Fingerprint       string          `json:"fingerprint,omitempty"` // none in a token
	Currency          string          `json:"currency"`
	Country           string          `json:"country"`
	IsDefault         bool            `json:"isDefault"`
	IsApDefault       bool            `json:"isApDefault"`
	BillingAddress    *AddressView    `json:"billingAddress,omitempty"`
	ExternalID        string          `json:"externalId,omitempty"`
	Dropped           bool            `json:"dropped"`
	Verified          bool            `json:"verified"`
	Status            string          `json:"status"` // active, inactive
	Meta              json.RawMessage `json:"meta,omitempty"`
	Created           Stamp           `json:"created"`
	LastUpdated       Stamp           `json:"lastUpdated"`
	// Kept reports that it can be found by its id alone: see instruments.
	Kept bool `json:"-"`
}

// BankBrief names a bank of the same customer.
type BankBrief struct {
	ID     string `json:"id"`
	Object string `json:"object"` // bank
	Last4  string `json:"last4"`
}

// CardView shows a card.
type CardView struct {
	ID              string          `json:"id"`
	Object          string          `json:"object"` // card
	NameOnCard      string          `json:"nameOnCard,omitempty"`
	Brand           string          `json:"brand"`
	Last4           string          `json:"last4"`
	ExpirationMonth int             `json:"expirationMonth"`
	ExpirationYear  int             `json:"expirationYear"`
	Fingerprint     string          `json:"fingerprint,omitempty"` // none in a token
	BillingAddress  *AddressView    `json:"billingAddress,omitempty"`
	IsDefault       bool            `json:"isDefault"`
	Status          string          `json:"status"` // active, inactive
	Meta            json.RawMessage `json:"meta,omitempty"`
	Created         Stamp           `json:"created"`
	LastUpdated     Stamp           `json:"lastUpdated"`
	// Kept reports that it can be found by its id alone: see instruments.
	Kept bool `json:"-"`
}

// The words for whether a nested object is usable.
const (
	Active   = "active"
	Inactive = "inactive"
	Disabled = "disabled"
)

// ShowBank returns the representation of a bank, its account number masked.
func ShowBank(bank *customers.Bank) BankView {
	return BankView{
		ID: bank.ID.String(), Object: "bank", Nickname: bank.Nickname, NameOnAccount: bank.NameOnAccount,
		AccountHolderType: bank.AccountHolderType, AccountType: bank.AccountType, BankName: bank.BankName,
		RoutingNumber: bank.RoutingNumber, Last4: bank.AccountNumber.Last4, Fingerprint: bank.AccountNumber.Fingerprint,
		Currency: bank.Currency, Country: bank.Country, IsDefault: bank.IsDefault, IsApDefault: bank.IsApDefault,
		BillingAddress: ShowAddress(bank.BillingAddress), ExternalID: bank.ExternalID,
		Dropped: bank.Drops != nil, Verified: bank.Verified, Status: BankStatus(bank), Meta: bank.Meta,
		Created: Stamp(bank.Created), LastUpdated: Stamp(bank.LastUpdated), Kept: !bank.Token.IsZero() && bank.Token == bank.ID,
	}
}

// bank returns the representation of a bank; in full, with its account number. Events show
// no fingerprint: their copies are not made anew when the key ring is rotated.
func (show showing) bank(bank *customers.Bank) *BankView {
	view := ShowBank(bank)
	if show.open == nil {
		view.Fingerprint = ""
	}
	view.AccountNumber = show.of(bank.ID).fully(customers.FieldAccountNumber, &bank.AccountNumber)
	return &view
}

// BankStatus returns the word for whether a bank is usable.
func BankStatus(bank *customers.Bank) string {
	if bank.Active {
		return Active
	}
	return Inactive
}

// ShowCard returns the representation of a card.
func ShowCard(card *customers.Card) CardView {
	status := Active
	if !card.Active {
		status = Inactive
	}
	return CardView{
		ID: card.ID.String(), Object: "card", NameOnCard: card.NameOnCard, Brand: card.Brand, Last4: card.Last4,
		ExpirationMonth: card.ExpirationMonth, ExpirationYear: card.ExpirationYear, Fingerprint: card.Fingerprint,
		BillingAddress: ShowAddress(card.BillingAddress), IsDefault: card.IsDefault, Status: status, Meta: card.Meta,
		Created: Stamp(card.Created), LastUpdated: Stamp(card.LastUpdated), Kept: !card.Token.IsZero() && card.Token == card.ID,
	}
}
