package customers

import "strings"

// Fold returns the form of a text in which texts are compared and ordered regardless of
// case: lower case by Unicode. Every store uses it, so all agree.
func Fold(text string) string { return strings.ToLower(text) }

// SearchText returns the text that a search looks through: name, e-mail, phone, the
// caller's own id, the id and the legal name, folded, each on a line of its own.
func SearchText(c *Customer) string {
	phone, legal := "", ""
	if c.Contact != nil {
		phone = c.Contact.Phone
	}
	if c.LegalEntity != nil {
		legal = c.LegalEntity.BusinessName
	}
	return Fold(strings.Join([]string{c.Name, c.Email, phone, c.ExternalID, c.ID.String(), legal}, "\n"))
}
