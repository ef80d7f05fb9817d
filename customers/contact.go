package customers

import (
	"strings"
	"time"

	"tenantry/tenancy"
)

// Address is a postal address. An effective address is whole: it was given, or copied
// from the customer's root address when its holder was made.
type Address struct {
	ID         tenancy.ID `bson:"id"`
	Street1    string     `bson:"street1"`
	Street2    string     `bson:"street2,omitempty"`
	City       string     `bson:"city"`
	State      string     `bson:"state,omitempty"`
	PostalCode string     `bson:"postalCode,omitempty"`
	Country    string     `bson:"country"` // ISO 3166-1 alpha-3; empty when a flat dialect sent none, or no known one
	// CountryGiven is the country as a flat dialect sent it; it counts while it means
	// Country.
	CountryGiven string `bson:"countryGiven,omitempty"`
	// Other holds further members that a flat dialect sent: a JSON object of texts.
	Other       string    `bson:"other,omitempty"`
	Created     time.Time `bson:"created"`
	LastUpdated time.Time `bson:"lastUpdated"`
}

// Stamps returns where the address keeps its id and its times.
func (a *Address) Stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &a.ID, &a.Created, &a.LastUpdated
}

// Contact is how to reach a person.
type Contact struct {
	ID          tenancy.ID `bson:"id"`
	FirstName   string     `bson:"firstName,omitempty"`
	LastName    string     `bson:"lastName,omitempty"`
	Email       string     `bson:"email,omitempty"`
	Phone       string     `bson:"phone,omitempty"`
	DateOfBirth *Sealed    `bson:"dateOfBirth,omitempty"` // YYYY-MM-DD, or YYYY-MM from a flat dialect
	Facebook    string     `bson:"facebook,omitempty"`
	Twitter     string     `bson:"twitter,omitempty"`
	Created     time.Time  `bson:"created"`
	LastUpdated time.Time  `bson:"lastUpdated"`
}

// Stamps returns where the contact keeps its id and its times.
func (c *Contact) Stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &c.ID, &c.Created, &c.LastUpdated
}

// SplitName returns the first word of a name as the first name, and the rest as the last.
func SplitName(name string) (first, last string) {
	first, last, _ = strings.Cut(strings.TrimSpace(name), " ")
	return first, strings.TrimSpace(last)
}

// PersonName returns the first and last names of the contact, completed from the name of
// the customer.
func (c *Customer) PersonName() (first, last string) {
	first, last = SplitName(c.Name)
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
