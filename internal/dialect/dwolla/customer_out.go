package dwolla

import (
	"tenantry/customers"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/status"
)

// shownCustomer is a customer as answered. Tax numbers, dates of birth and network
// addresses are in none.
type shownCustomer struct {
	Links                  links            `json:"_links"`
	ID                     string           `json:"id"`
	FirstName              string           `json:"firstName"`
	LastName               string           `json:"lastName"`
	Email                  string           `json:"email"`
	Type                   string           `json:"type"`
	Status                 status.Status    `json:"status"`
	Created                view.Stamp       `json:"created"`
	Address1               string           `json:"address1,omitempty"`
	Address2               string           `json:"address2,omitempty"`
	City                   string           `json:"city,omitempty"`
	State                  string           `json:"state,omitempty"`
	PostalCode             string           `json:"postalCode,omitempty"`
	Phone                  string           `json:"phone,omitempty"`
	BusinessName           string           `json:"businessName,omitempty"`
	DoingBusinessAs        string           `json:"doingBusinessAs,omitempty"`
	Website                string           `json:"website,omitempty"`
	BusinessType           string           `json:"businessType,omitempty"`
	BusinessClassification string           `json:"businessClassification,omitempty"`
	CorrelationID          string           `json:"correlationId,omitempty"`
	Controller             *shownController `json:"controller,omitempty"`
	Embedded               object           `json:"_embedded,omitempty"`
}

type shownController struct {
	FirstName string        `json:"firstName"`
	LastName  string        `json:"lastName"`
	Title     string        `json:"title,omitempty"`
	Address   *shownAddress `json:"address,omitempty"`
}

// shownAddress is an address anywhere; the country is alpha-2.
type shownAddress struct {
	Address1   string `json:"address1"`
	Address2   string `json:"address2,omitempty"`
	Address3   string `json:"address3,omitempty"`
	City       string `json:"city"`
	Region     string `json:"stateProvinceRegion,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"country"`
}

// shown returns a customer as it is answered.
func (f *Handler) shown(x *dialect.Request, c *customers.Customer) shownCustomer {
	base := f.base(x.Request)
	shown := showCustomer(base, c)
	if wanted := wantedOf(base+"/customers/"+shown.ID, c, f.service.View.Facts(c)); len(wanted) > 0 {
		shown.Embedded = object{"errors": wanted}
	}
	return shown
}

func showCustomer(base string, c *customers.Customer) shownCustomer {
	kind := status.EnrollmentTypeOf(c)
	shown := shownCustomer{
		Links: customerLinks(base, c), ID: dialect.UUID(c.ID), Email: c.Email, Type: shownType(kind),
		Status: status.Of(c), Created: view.Stamp(c.Created), CorrelationID: c.ExternalID,
	}
	shown.FirstName, shown.LastName = c.PersonName()
	if c.LegalEntity != nil {
		shown.BusinessName = c.LegalEntity.BusinessName
	}
	if kind == customers.EnrollmentPersonal || kind == customers.EnrollmentBusiness {
		shown.reach(c)
	}
	if kind == customers.EnrollmentBusiness {
		shown.business(c)
	}
	return shown
}

// reach shows where a reviewed customer is. A phone number that is not of the US has no
// form here.
func (shown *shownCustomer) reach(c *customers.Customer) {
	if a := c.Address; a != nil {
		shown.Address1, shown.Address2, shown.City, shown.State, shown.PostalCode = a.Street1, a.Street2, a.City, a.State, a.PostalCode
	}
	if c.Contact != nil {
		shown.Phone = check.USPhone(c.Contact.Phone)
	}
}

func (shown *shownCustomer) business(c *customers.Customer) {
	if c.Merchant != nil {
		shown.DoingBusinessAs, shown.Website = c.Merchant.BusinessName, c.Merchant.BusinessURL
	}
	if e := c.Enrollment; e != nil {
		shown.BusinessType, shown.BusinessClassification = e.BusinessType, e.BusinessClassification
		if e.Controller != nil {
			shown.Controller = showController(e.Controller)
		}
	}
}

func showController(c *customers.Controller) *shownController {
	shown := &shownController{FirstName: c.FirstName, LastName: c.LastName, Title: c.Title}
	if a := c.Address; a != nil {
		shown.Address = &shownAddress{
			Address1: a.Street1, Address2: a.Street2, Address3: a.Street3, City: a.City, Region: a.State,
			PostalCode: a.PostalCode, Country: a.Country,
		}
	}
	return shown
}
