package customers

import (
	"strings"
	"time"

	"tenantry/tenancy"
)

// Address is a postal address. An effective address is whole: it was either
// given or copied from the customer's root address when its holder was made.
type Address struct {
	ID         tenancy.ID `bson:"id"`
	Street1    string     `bson:"street1"`
	Street2    string     `bson:"street2,omitempty"`
	City       string     `bson:"city"`
	State      string     `bson:"state,omitempty"`
	PostalCode string     `bson:"postalCode,omitempty"`
	Country    string     `bson:"country"` // ISO 3166-1 alpha-3; empty when a flat face gave none, or none that there is
	// CountryGiven is the country as a flat face gave it; it counts while it means
	// Country.
	CountryGiven string `bson:"countryGiven,omitempty"`
	// Other holds further members that a flat face gave: a JSON object of texts.
	Other       string    `bson:"other,omitempty"`
	Created     time.Time `bson:"created"`
	LastUpdated time.Time `bson:"lastUpdated"`
}

// Contact is how to reach a person.
type Contact struct {
	ID          tenancy.ID `bson:"id"`
	FirstName   string     `bson:"firstName,omitempty"`
	LastName    string     `bson:"lastName,omitempty"`
	Email       string     `bson:"email,omitempty"`
	Phone       string     `bson:"phone,omitempty"`
	DateOfBirth *Sealed    `bson:"dateOfBirth,omitempty"` // YYYY-MM-DD, or YYYY-MM from a flat face
	Facebook    string     `bson:"facebook,omitempty"`
	Twitter     string     `bson:"twitter,omitempty"`
	Created     time.Time  `bson:"created"`
	LastUpdated time.Time  `bson:"lastUpdated"`
}

// PersonName gives the first and last names: those of the contact, and what that
// lacks from the name, whose first word is the first name.
func (c *Customer) PersonName() (first, last string) {
	first, last, _ = strings.Cut(strings.TrimSpace(c.Name), " ")
	last = strings.TrimSpace(last)
	if c.Contact != nil && (c.Contact.FirstName != "" || c.Contact.LastName != "") {
		if c.Contact.FirstName != "" {
			first = c.Contact.FirstName
		}
		if c.Contact.LastName != "" {
			last = c.Contact.LastName
		}
	}
	return first, last
}

func (a *Address) Stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &a.ID, &a.Created, &a.LastUpdated
}

func (c *Contact) Stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &c.ID, &c.Created, &c.LastUpdated
}
