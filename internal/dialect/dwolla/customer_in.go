package dwolla

import (
	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// customerBody is a customer as sent.
type customerBody struct {
	Type                   patch.Field[string]         `json:"type"`
	FirstName              patch.Field[string]         `json:"firstName"`
	LastName               patch.Field[string]         `json:"lastName"`
	Email                  patch.Field[string]         `json:"email"`
	IPAddress              patch.Field[secret.Text]    `json:"ipAddress"`
	BusinessName           patch.Field[string]         `json:"businessName"`
	DoingBusinessAs        patch.Field[string]         `json:"doingBusinessAs"`
	Website                patch.Field[string]         `json:"website"`
	CorrelationID          patch.Field[string]         `json:"correlationId"`
	Address1               patch.Field[string]         `json:"address1"`
	Address2               patch.Field[string]         `json:"address2"`
	City                   patch.Field[string]         `json:"city"`
	State                  patch.Field[string]         `json:"state"`
	PostalCode             patch.Field[string]         `json:"postalCode"`
	Phone                  patch.Field[string]         `json:"phone"`
	DateOfBirth            patch.Field[secret.Text]    `json:"dateOfBirth"`
	SSN                    patch.Field[secret.Text]    `json:"ssn"`
	EIN                    patch.Field[secret.Text]    `json:"ein"`
	TIN                    patch.Field[secret.Text]    `json:"tin"` // of the first clients: ein or ssn
	BusinessType           patch.Field[string]         `json:"businessType"`
	BusinessClassification patch.Field[string]         `json:"businessClassification"`
	Controller             patch.Field[controllerBody] `json:"controller"`
	Status                 patch.Field[string]         `json:"status"` // change only
}

type controllerBody struct {
	Title       patch.Field[string]       `json:"title"`
	FirstName   patch.Field[string]       `json:"firstName"`
	LastName    patch.Field[string]       `json:"lastName"`
	DateOfBirth patch.Field[secret.Text]  `json:"dateOfBirth"`
	SSN         patch.Field[secret.Text]  `json:"ssn"`
	Passport    patch.Field[passportBody] `json:"passport"`
	Address     patch.Field[addressBody]  `json:"address"`
}

type passportBody struct {
	Number  patch.Field[secret.Text] `json:"number"`
	Country patch.Field[string]      `json:"country"`
}

type addressBody struct {
	Address1   patch.Field[string] `json:"address1"`
	Address2   patch.Field[string] `json:"address2"`
	Address3   patch.Field[string] `json:"address3"`
	City       patch.Field[string] `json:"city"`
	Region     patch.Field[string] `json:"stateProvinceRegion"`
	PostalCode patch.Field[string] `json:"postalCode"`
	Country    patch.Field[string] `json:"country"`
}

// words are those in which the faults of the body are told.
func (b customerBody) words() vocabulary {
	if b.TIN.Set && !b.SSN.Set && !b.EIN.Set {
		return taxWords
	}
	return customerWords
}

// readCustomer reads a customer with what was found faulty on the way.
func readCustomer(content []byte) (customerBody, rules.CustomerInput, error) {
	var b customerBody
	reading, err := bind(content, &b, customerWords)
	return b, rules.CustomerInput{
		Reading: reading,
		Type:    convert(b.Type, typeOf), FirstName: b.FirstName, LastName: b.LastName, Email: b.Email, IPAddress: b.IPAddress,
		BusinessName: b.BusinessName, DoingBusinessAs: b.DoingBusinessAs, Website: b.Website, ExternalID: b.CorrelationID,
		Street1: b.Address1, Street2: b.Address2, City: b.City, State: b.State, PostalCode: b.PostalCode, Phone: b.Phone,
		DateOfBirth: b.DateOfBirth, SSN: b.SSN, EIN: b.EIN, TIN: b.TIN, BusinessType: b.BusinessType,
		BusinessClassification: b.BusinessClassification, Controller: convert(b.Controller, controllerBody.input),
	}, err
}

func (b controllerBody) input() rules.ControllerInput {
	return rules.ControllerInput{
		Title: b.Title, FirstName: b.FirstName, LastName: b.LastName, DateOfBirth: b.DateOfBirth, PersonalTaxID: b.SSN,
		Passport: convert(b.Passport, passportBody.input),
		Address: convert(b.Address, func(a addressBody) rules.ControllerAddressInput {
			return rules.ControllerAddressInput{
				Street1: a.Address1, Street2: a.Address2, Street3: a.Address3, City: a.City, State: a.Region,
				PostalCode: a.PostalCode, Country: a.Country,
			}
		}),
	}
}

func (b passportBody) input() fields.PassportInput {
	return fields.PassportInput{Number: b.Number, Country: b.Country}
}

const typeReceiveOnly = "receive-only"

// typeOf returns a type in our words. An unknown type is returned as sent, for the rules
// to refuse.
func typeOf(vendor string) string {
	if vendor == typeReceiveOnly {
		return string(customers.EnrollmentReceiveOnly)
	}
	if vendor == string(customers.EnrollmentReceiveOnly) {
		return vendor + "?" // ours, and none of theirs
	}
	return vendor
}

// shownType returns a type in the vendor's words.
func shownType(t customers.EnrollmentType) string {
	if t == customers.EnrollmentReceiveOnly {
		return typeReceiveOnly
	}
	return string(t)
}
