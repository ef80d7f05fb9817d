package fields

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// PassportInput is a passport as sent; it is replaced as a whole.
type PassportInput struct {
	Number  patch.Field[secret.Text] `json:"number"`  // 1 to 255 characters; required
	Country patch.Field[string]      `json:"country"` // required

	Last4 patch.ReadOnly `json:"last4"`
}

// VerifyOwner sets the verification of an owner, anew when the owner is new or the data
// under judgment differ. A demand for a document stays whatever was changed.
func VerifyOwner(d *registry.Draft, before, next *customers.Owner) {
	switch {
	case !next.Complete():
		next.Verification = customers.OwnerIncomplete
	case before.Verification == customers.OwnerDocument, before.Verification != "" && SameOwnerData(before, next):
	default:
		next.Verification = customers.OwnerDocument
		if verify := d.OwnerVerifier(); verify != nil {
			next.Verification = verify(next.Contact.FirstName, next.Contact.LastName)
		}
	}
}

// SameOwnerData reports whether a judgment would see the same in both owners.
func SameOwnerData(a, b *customers.Owner) bool {
	return a.Contact == b.Contact && a.Address == b.Address && a.PersonalTaxID == b.PersonalTaxID && a.Passport == b.Passport
}

// OwnersChanged follows a change of the list of owners: it drops the documents of
// removed owners and ends the certification.
func OwnersChanged(d *registry.Draft) {
	var kept []customers.Document
	for _, doc := range d.Customer.Documents {
		if doc.Owner.IsZero() || d.Customer.Owner(doc.Owner) != nil {
			kept = append(kept, doc)
		}
	}
	d.Customer.Documents = kept
	if d.Customer.Ownership == customers.OwnershipCertified {
		d.Customer.Ownership = customers.OwnershipRecertify
	}
}

// Passport applies a passport; an equal one stays what it is.
func Passport(d *registry.Draft, field patch.Field[PassportInput], target **customers.Passport, path string) {
	if !field.Given() {
		if field.Null {
			*target = nil
		}
		return
	}
	in, next := field.Value, customers.Passport{}
	if !in.Number.Given() {
		Missing(d, fault.Join(path, "number"))
	}
	Required(d, in.Country, &next.Country, fault.Join(path, "country"), 64)
	Country(d, &next.Country, fault.Join(path, "country"))
	number := strings.TrimSpace(in.Number.Value.Reveal())
	if !in.Number.Given() || !check.Text(&d.Faults, number, fault.Join(path, "number"), 255) {
		return
	}
	var old customers.Passport
	if *target != nil {
		old = **target
	}
	next.Number = d.Seal(old.Number, customers.FieldPassportNumber, secret.New(number), true)
	if next != old {
		*target = &next
	}
}
