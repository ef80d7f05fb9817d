package straddle

import (
	"encoding/json"

	"tenantry/customers"
	"tenantry/internal/check"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/straddle/status"
)

// The masks are constants: no digit of the original shows.
const (
	maskSSN       = "***-**-****"
	maskDOB       = "****-**-**"
	maskEIN       = "**-*******"
	maskIPAddress = "**.**.**.**"
)

// summary is a customer in a list.
type summary struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Type       string  `json:"type"`
	Email      string  `json:"email"`
	Phone      string  `json:"phone"`
	Status     string  `json:"status"`
	ExternalID *string `json:"external_id"`
	CreatedAt  string  `json:"created_at"`
	UpdatedAt  string  `json:"updated_at"`
}

// shown is a customer by itself.
type shown struct {
	summary
	Address  *address          `json:"address"`
	Profile  any               `json:"compliance_profile"` // *individual, *business or nil
	Device   *device           `json:"device,omitempty"`
	Config   *config           `json:"config,omitempty"`
	Metadata map[string]string `json:"metadata"`
}

type address struct {
	Address1 string  `json:"address1"`
	Address2 *string `json:"address2"`
	City     string  `json:"city"`
	State    string  `json:"state"`
	ZIP      string  `json:"zip"`
}

type individual struct {
	DateOfBirth *string `json:"dob"`
	SSN         *string `json:"ssn"`
}

type business struct {
	EIN             *string          `json:"ein"`
	LegalName       *string          `json:"legal_business_name"`
	Website         *string          `json:"website"`
	Representatives []representative `json:"representatives"`
}

type representative struct {
	Name  string  `json:"name"`
	Email *string `json:"email"`
	Phone *string `json:"phone"`
}

type device struct {
	IPAddress string `json:"ip_address"`
}

type config struct {
	ProcessingMethod string `json:"processing_method"`
	SandboxOutcome   string `json:"sandbox_outcome,omitempty"`
}

// plain are the sensitive values of an unmasked answer.
type plain struct{ dob, ssn, ein, ipAddress string }

func summaryOf(c *customers.Customer) summary {
	phone := ""
	if c.Contact != nil {
		phone = check.E164(c.Contact.Phone) // other dialects take other forms
	}
	return summary{
		ID: dialect.UUID(c.ID), Name: c.Name, Type: string(c.EffectivePartyType()), Email: c.Email, Phone: phone,
		Status: string(status.Of(c)), ExternalID: optional(c.ExternalID), CreatedAt: stamp(c.Created), UpdatedAt: stamp(c.LastUpdated),
	}
}

// masked shows a customer with its sensitive values masked.
func masked(c *customers.Customer) shown {
	return show(c, plain{dob: maskDOB, ssn: maskSSN, ein: maskEIN, ipAddress: maskIPAddress})
}

// show shows a customer with the given texts where it has sensitive values.
func show(c *customers.Customer, values plain) shown {
	s := shown{summary: summaryOf(c), Profile: profileOf(c, values), Metadata: metadataOf(c.Meta)}
	if a := c.Address; a != nil {
		s.Address = &address{Address1: a.Street1, Address2: optional(a.Street2), City: a.City, State: a.State, ZIP: a.PostalCode}
	}
	if c.Device != nil {
		s.Device = &device{IPAddress: values.ipAddress}
	}
	if c.Identity.Processing != "" {
		s.Config = &config{ProcessingMethod: string(c.Identity.Processing), SandboxOutcome: c.Identity.Outcome}
	}
	return s
}

func profileOf(c *customers.Customer, values plain) any {
	if !c.HasProfile() {
		return nil
	}
	entity := c.LegalEntity
	if entity == nil {
		entity = &customers.LegalEntity{}
	}
	if c.EffectivePartyType() == customers.PartyIndividual {
		p := &individual{}
		if c.Contact != nil && c.Contact.DateOfBirth != nil {
			p.DateOfBirth = &values.dob
		}
		if entity.PersonalTaxID != nil {
			p.SSN = &values.ssn
		}
		return p
	}
	p := &business{LegalName: optional(entity.BusinessName)}
	if entity.BusinessTaxID != nil {
		p.EIN = &values.ein
	}
	if c.Merchant != nil {
		p.Website = optional(c.Merchant.BusinessURL)
	}
	for _, r := range entity.Representatives {
		p.Representatives = append(p.Representatives, representative{Name: r.Name, Email: optional(r.Email), Phone: optional(r.Phone)})
	}
	return p
}

// metadataOf returns free data as texts.
func metadataOf(raw json.RawMessage) map[string]string {
	var values map[string]json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &values) != nil {
		return nil
	}
	texts := make(map[string]string, len(values))
	for key, value := range values {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		texts[key] = text
	}
	return texts
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
