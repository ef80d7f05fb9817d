package webhook

import (
	"encoding/json"
	"strings"

	"tenantry/customers"
)

// The topics of Straddle's form.
const (
	straddleCreated = "customer.created.v1"
	straddleEvent   = "customer.event.v1"
)

// straddleEnvelope is Straddle's message: all four members are required.
type straddleEnvelope struct {
	EventType string          `json:"event_type"`
	EventID   string          `json:"event_id"`
	AccountID string          `json:"account_id"`
	Data      *straddleRecord `json:"data"`
}

// straddleRecord is the whole customer as it then was, masked.
type straddleRecord struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Type       string            `json:"type"` // individual, business
	Email      string            `json:"email"`
	Phone      string            `json:"phone"`
	Status     string            `json:"status"`
	Device     map[string]string `json:"device"`
	Address    *straddleAddress  `json:"address,omitempty"`
	Compliance map[string]string `json:"compliance_profile,omitempty"`
	ExternalID string            `json:"external_id,omitempty"`
	Metadata   json.RawMessage   `json:"metadata,omitempty"`
	CreatedAt  customers.Stamp   `json:"created_at"`
	UpdatedAt  customers.Stamp   `json:"updated_at"`
}

type straddleAddress struct {
	Address1 string `json:"address1"`
	Address2 string `json:"address2,omitempty"`
	City     string `json:"city"`
	State    string `json:"state"`
	Zip      string `json:"zip"`
}

// The masks of Straddle's form: none shows a digit.
const (
	maskSSN     = "***-**-****"
	maskEIN     = "**-*******"
	maskAddress = "**.**.**.**"
)

func straddleBody(a about) straddleEnvelope {
	return straddleEnvelope{
		EventType: a.delivery.Topic, EventID: uuidOf(a.delivery.ID), AccountID: uuidOf(a.account),
		Data: straddleData(a.event),
	}
}

// straddleData translates the copy of the customer that the event holds. What the
// retention took away leaves the id alone.
func straddleData(event customers.LoggedEvent) *straddleRecord {
	record := &straddleRecord{
		ID: uuidOf(event.Customer.ID), Device: map[string]string{"ip_address": maskAddress},
		CreatedAt: customers.Stamp(event.At), UpdatedAt: customers.Stamp(event.At),
	}
	var view customers.View
	if json.Unmarshal(event.Resource, &view) != nil || view.Name == "" {
		return record
	}
	record.Name, record.Email, record.ExternalID, record.Metadata = view.Name, view.Email, view.ExternalID, view.Meta
	record.CreatedAt, record.UpdatedAt = view.Created, view.LastUpdated
	if view.Contact != nil {
		record.Phone = e164(view.Contact.Phone)
	}
	if at := view.Address; at != nil {
		record.Address = &straddleAddress{Address1: at.Street1, Address2: at.Street2, City: at.City, State: at.State, Zip: at.PostalCode}
	}
	record.Type, record.Compliance = straddleProfile(view)
	record.Status = straddleStatus(view)
	return record
}

// straddleProfile gives the kind of a customer, a business when it has a legal name
// and an EIN, and the masked profile that belongs to it.
func straddleProfile(view customers.View) (kind string, profile map[string]string) {
	entity := view.LegalEntity
	if entity == nil {
		return "individual", nil
	}
	profile = map[string]string{}
	if entity.BusinessName != "" && entity.Last4BusinessTaxID != "" {
		profile["ein"], profile["legal_business_name"] = maskEIN, entity.BusinessName
		if view.Merchant != nil && view.Merchant.BusinessURL != "" {
			profile["website"] = view.Merchant.BusinessURL
		}
		return "business", profile
	}
	if entity.Last4PersonalTaxID != "" {
		profile["ssn"] = maskSSN
	}
	return "individual", profile
}

func straddleStatus(view customers.View) string {
	if view.Status == customers.StatusDisabled || view.Status == customers.StatusLocked {
		return "inactive"
	}
	status := customers.IdentityNone
	if view.Identity != nil {
		status = view.Identity.Status
	}
	switch status {
	case customers.IdentityVerified:
		return "verified"
	case customers.IdentityRejected:
		return "rejected"
	case customers.IdentityReview, customers.IdentityRetry, customers.IdentityDocument:
		return "review"
	case customers.IdentityNone, customers.IdentityPending:
		fallthrough
	default:
		return "pending"
	}
}

// e164 writes a phone number with its country; ten digits are taken for American.
func e164(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	switch {
	case digits == "":
		return ""
	case len(digits) == 10 && !strings.HasPrefix(strings.TrimSpace(phone), "+"):
		return "+1" + digits
	default:
		return "+" + digits
	}
}
