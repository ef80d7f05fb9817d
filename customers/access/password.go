package access

import (
	"fmt"
	"unicode/utf8"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/guessable"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

const (
	minPassword = 8
	maxPassword = 128
)

// checkPassword adds to the faults of a draft what is wrong with the new password of a
// user, in the field that it came in.
func checkPassword(d *registry.Draft, field string, password patch.Field[secret.Text], username string) {
	text := password.Value.Reveal()
	length := utf8.RuneCountInString(text)
	switch {
	case !password.Given():
		fields.Missing(d, field)
		return
	case length < minPassword:
		d.Faults.Add(field, fault.TooShort, fmt.Sprintf("at least %d characters", minPassword))
		return
	case length > maxPassword:
		d.Faults.Add(field, fault.TooLong, fmt.Sprintf("at most %d characters", maxPassword))
		return
	}
	switch guessable.Find(text, append(ownTexts(d.Customer), username, "tenantry")...) {
	case guessable.Common:
		d.Faults.Add(field, fault.BadValue, "this password is among those that are tried first, or is made of them; choose another, such as four unrelated words")
	case guessable.Personal:
		d.Faults.Add(field, fault.BadValue, "this password is made of names of the user or the account; choose another, such as four unrelated words")
	}
}

// ownTexts returns the texts of a customer that somebody who knows it would try.
func ownTexts(c *customers.Customer) []string {
	texts := []string{c.Name, c.Email, c.VanityName, c.MerchantKey}
	people := []*customers.Contact{c.Contact}
	if entity := c.LegalEntity; entity != nil {
		texts, people = append(texts, entity.BusinessName), append(people, entity.PersonalContact)
		for i := range entity.AdditionalOwners {
			people = append(people, entity.AdditionalOwners[i].Contact)
		}
	}
	if merchant := c.Merchant; merchant != nil {
		texts, people = append(texts, merchant.BusinessName, merchant.BusinessURL, merchant.SupportEmail), append(people, merchant.PersonalContact)
	}
	for _, person := range people {
		if person != nil {
			texts = append(texts, person.FirstName, person.LastName, person.Email)
		}
	}
	return texts
}
