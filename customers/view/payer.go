package view

import (
	"encoding/json"

	"tenantry/customers"
	"tenantry/tenancy"
)

// PayerView is the lighter representation of a customer that only pays (PayStand API
// reference, payer): who it is and whose, without plan, settings, reviews and keys.
type PayerView struct {
	ID          string           `json:"id"`
	Object      string           `json:"object"`            // payer
	OwnerID     string           `json:"ownerId,omitempty"` // the customer that it pays; shown from there and from above
	Name        string           `json:"name"`
	Email       string           `json:"email"`
	Description string           `json:"description,omitempty"`
	ExternalID  string           `json:"externalId,omitempty"`
	Status      customers.Status `json:"status"`
	Address     *AddressView     `json:"address,omitempty"`
	Contact     *ContactView     `json:"contact,omitempty"`
	Meta        json.RawMessage  `json:"meta,omitempty"`
	Created     Stamp            `json:"created"`
	LastUpdated Stamp            `json:"lastUpdated"`
}

// AsPayer returns the representation of a customer as a payer for the caller, which must
// have been allowed to read it. It returns internal errors only.
func (s *Presenter) AsPayer(caller tenancy.Caller, c *customers.Customer) (PayerView, error) {
	whole, err := s.View(caller, c)
	return PayerView{
		ID: whole.ID, Object: "payer", OwnerID: whole.ParentID, Name: whole.Name, Email: whole.Email, Description: whole.Description,
		ExternalID: whole.ExternalID, Status: whole.Status, Address: whole.Address, Contact: whole.Contact, Meta: whole.Meta,
		Created: whole.Created, LastUpdated: whole.LastUpdated,
	}, err
}

// MerchantProfile is what anyone may know of a merchant that has a vanity name, such as a
// page that takes payments for it.
type MerchantProfile struct {
	Object              string `json:"object"` // merchant
	VanityName          string `json:"vanityName"`
	BusinessName        string `json:"businessName,omitempty"`
	BusinessURL         string `json:"businessUrl,omitempty"`
	BusinessLogo        string `json:"businessLogo,omitempty"`
	SupportEmail        string `json:"supportEmail,omitempty"`
	SupportPhone        string `json:"supportPhone,omitempty"`
	SupportURL          string `json:"supportUrl,omitempty"`
	ProductDescription  string `json:"productDescription,omitempty"`
	StatementDescriptor string `json:"statementDescriptor,omitempty"`
	DefaultCurrency     string `json:"defaultCurrency,omitempty"`
}

// ShowProfile returns the public profile of a merchant.
func ShowProfile(vanityName string, m *customers.Merchant) MerchantProfile {
	return MerchantProfile{
		Object: "merchant", VanityName: vanityName, BusinessName: m.BusinessName, BusinessURL: m.BusinessURL, BusinessLogo: m.BusinessLogo,
		SupportEmail: m.SupportEmail, SupportPhone: m.SupportPhone, SupportURL: m.SupportURL, ProductDescription: m.ProductDescription,
		StatementDescriptor: m.StatementDescriptor, DefaultCurrency: m.DefaultCurrency,
	}
}
