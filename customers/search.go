package customers

import "strings"

// Fold is the form of a text for comparing and ordering regardless of case:
// lower case by Unicode, nothing else. Both engines use it, so both agree.
func Fold(text string) string { return strings.ToLower(text) }

// SearchText is what a search looks through: name, e-mail, phone, the caller's own
// id, the id and the legal name, folded and each on a line of its own.
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
