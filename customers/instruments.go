package customers

import (
	"time"

	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// Bank is a bank account of a customer (PayStand API reference, bank object).
type Bank struct {
	ID tenancy.ID `bson:"id"`
	// Nickname is what the customer calls the bank.
	Nickname          string `bson:"nickname,omitempty" json:",omitempty"`
	NameOnAccount     string `bson:"nameOnAccount,omitempty"`
	AccountHolderType string `bson:"accountHolderType,omitempty"` // individual, company
	AccountType       string `bson:"accountType,omitempty"`       // checking, savings, generalLedger, loan
	BankName          string `bson:"bankName,omitempty"`
	RoutingNumber     string `bson:"routingNumber"`
	// AccountNumber carries the last four digits; its fingerprint is that of
	// routing and account number together.
	AccountNumber  Sealed    `bson:"accountNumber"`
	Currency       string    `bson:"currency"`
	Country        string    `bson:"country"`
	IsDefault      bool      `bson:"isDefault"`
	IsApDefault    bool      `bson:"isApDefault"` // default for paying out bills
	BillingAddress *Address  `bson:"billingAddress,omitempty"`
	ExternalID     string    `bson:"externalId,omitempty"`
	Active         bool      `bson:"active"`
	Verified       bool      `bson:"verified"`
	Drops          *Drops    `bson:"drops,omitempty"`
	Meta           patch.Raw `bson:"meta,omitempty,document" json:",omitempty"`
	// Token is the id of the single-use token it was made from, if any.
	Token tenancy.ID `bson:"token,omitempty" json:",omitzero"`
	// Bare reports that a flat dialect made it at an address that names no account, which
	// is the form in which it goes on to show its own.
	Bare        bool      `bson:"bare,omitempty" json:",omitempty"`
	Created     time.Time `bson:"created"`
	LastUpdated time.Time `bson:"lastUpdated"`
}

// Drops is the pair of micro-deposits that proves a bank.
type Drops struct {
	// Amounts are two whole cents from 1 to 99, sealed as "a,b", smaller first.
	Amounts Sealed    `bson:"amounts"`
	Started time.Time `bson:"started"`
	// Sent is when the operator said that they are on their way; nil before.
	Sent *time.Time `bson:"sent,omitempty" json:",omitempty"`
	// Failures counts wrong confirmations; the third makes the bank inactive.
	Failures int `bson:"failures"`
	// Refused are the idempotent attempts among the wrong confirmations, and
	// Confirmed is the one that was right, if it was one: their tries are known again.
	Refused   []tenancy.ID `bson:"refused,omitempty" json:",omitempty"`
	Confirmed tenancy.ID   `bson:"confirmed,omitempty" json:",omitzero"`
}

// Card is a payment card of a customer, without its number and security code.
type Card struct {
	ID              tenancy.ID `bson:"id"`
	NameOnCard      string     `bson:"nameOnCard,omitempty"`
	Brand           string     `bson:"brand"`
	Last4           string     `bson:"last4"`
	ExpirationMonth int        `bson:"expirationMonth"` // 1 to 12
	ExpirationYear  int        `bson:"expirationYear"`  // four digits
	Fingerprint     string     `bson:"fingerprint"`
	BillingAddress  *Address   `bson:"billingAddress,omitempty"`
	IsDefault       bool       `bson:"isDefault"`
	Active          bool       `bson:"active"`
	Meta            patch.Raw  `bson:"meta,omitempty,document" json:",omitempty"`
	// Token is the id of the single-use token it was made from.
	Token       tenancy.ID `bson:"token,omitempty" json:",omitzero"`
	Created     time.Time  `bson:"created"`
	LastUpdated time.Time  `bson:"lastUpdated"`
}
