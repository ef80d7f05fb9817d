package customers

import (
	"strings"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Passport identifies a person that has no tax number of the US. The country is as
// in the address beside it: ISO 3166-1 alpha-3 of an owner, alpha-2 of a controller.
type Passport struct {
	Number  *Sealed `bson:"number"`
	Country string  `bson:"country"`
}

// PassportInput is a passport as sent; it is replaced as a whole.
type PassportInput struct {
	Number  patch.Field[secret.Text] `json:"number"`  // 1 to 255 characters; required
	Country patch.Field[string]      `json:"country"` // required

	Last4 patch.ReadOnly `json:"last4"`
}

// PassportView shows a passport, its number as the last characters.
type PassportView struct {
	Number  string `json:"number,omitempty"` // unmasked answers only
	Last4   string `json:"last4,omitempty"`
	Country string `json:"country"`
}

// OwnerVerification says whether an owner was found to be who it is said to be
// (Dwolla API reference, beneficial owners).
type OwnerVerification string

// The verifications of owners.
const (
	OwnerVerified OwnerVerification = "verified"
	// OwnerDocument asks for a document of the owner.
	OwnerDocument OwnerVerification = "document"
	// OwnerIncomplete asks for data that are missing or do not fit together.
	OwnerIncomplete OwnerVerification = "incomplete"
)

// OwnerProvider is a provider that judges owners at once. Without one, an owner
// whose data are complete is asked for a document, which a person decides.
type OwnerProvider interface {
	Provider
	// VerifyOwner judges a complete owner by its name. It answers from that alone, without
	// input or output.
	VerifyOwner(firstName, lastName string) OwnerVerification
}

// AwaitsDocument tells whether the verification of the owner asks for documents.
func (o *Owner) AwaitsDocument() bool { return o.Verification == OwnerDocument }

// status is the verification of the owner: incomplete for one that was never judged.
func (o *Owner) status() OwnerVerification {
	if o.Verification == "" {
		return OwnerIncomplete
	}
	return o.Verification
}

// complete tells whether everything is there that a judgement takes.
func (o *Owner) complete() bool {
	return o.Contact != nil && o.Contact.FirstName != "" && o.Contact.LastName != "" && o.Contact.DateOfBirth != nil &&
		o.Address != nil && (o.PersonalTaxID != nil || o.Passport != nil)
}

// owner gives the further owner of an id, nil for none.
func (c *Customer) owner(id tenancy.ID) *Owner {
	if c.LegalEntity == nil {
		return nil
	}
	for i := range c.LegalEntity.AdditionalOwners {
		if c.LegalEntity.AdditionalOwners[i].ID == id {
			return &c.LegalEntity.AdditionalOwners[i]
		}
	}
	return nil
}

// judgeOwner gives an owner its verification: anew when it is new or what is judged
// of it differs, except that nobody gets rid of the demand for a document by that.
func (d *draft) judgeOwner(before, next *Owner) {
	switch {
	case !next.complete():
		next.Verification = OwnerIncomplete
	case before.Verification == OwnerDocument, before.Verification != "" && sameOwnerData(before, next):
	default:
		next.Verification = OwnerDocument
		if verify := d.ownerVerifier(); verify != nil {
			next.Verification = verify(next.Contact.FirstName, next.Contact.LastName)
		}
	}
}

// sameOwnerData tells whether a judgement would see the same in both.
func sameOwnerData(a, b *Owner) bool {
	return a.Contact == b.Contact && a.Address == b.Address && a.PersonalTaxID == b.PersonalTaxID && a.Passport == b.Passport
}

// ownersChanged follows a change of the list of owners: documents of those who are
// gone go too, and a certification no longer holds.
func (d *draft) ownersChanged() {
	var kept []Document
	for _, doc := range d.c.Documents {
		if doc.Owner.IsZero() || d.c.owner(doc.Owner) != nil {
			kept = append(kept, doc)
		}
	}
	d.c.Documents = kept
	if d.c.Ownership == OwnershipCertified {
		d.c.Ownership = OwnershipRecertify
	}
}

// settleOwner gives an owner a verification that somebody decided.
func (d *draft) settleOwner(id tenancy.ID, to OwnerVerification) {
	owner := d.c.owner(id)
	if owner == nil || owner.Verification != OwnerDocument {
		return
	}
	next := *owner
	next.Verification = to
	d.putOwner(next)
	d.AddEvent(ownerOutcomes[to], id)
}

// putOwner puts an owner in the place of the one with its id, or behind the last.
func (d *draft) putOwner(next Owner) {
	entity := *d.c.LegalEntity
	list, found := make([]Owner, 0, len(entity.AdditionalOwners)+1), false
	for _, owner := range entity.AdditionalOwners {
		if owner.ID == next.ID {
			owner, found = next, true
		}
		list = append(list, owner)
	}
	if !found {
		list = append(list, next)
	}
	entity.AdditionalOwners = list
	d.c.LegalEntity = &entity
}

// passport applies a passport; an equal one stays what it is.
func (d *draft) passport(field patch.Field[PassportInput], target **Passport, path string) {
	if !field.Given() {
		if field.Null {
			*target = nil
		}
		return
	}
	in, next := field.Value, Passport{}
	if !in.Number.Given() {
		d.missing(fault.Join(path, "number"))
	}
	d.required(in.Country, &next.Country, fault.Join(path, "country"), 64)
	d.country(&next.Country, fault.Join(path, "country"))
	number := strings.TrimSpace(in.Number.Value.Reveal())
	if !in.Number.Given() || !check.Text(&d.faults, number, fault.Join(path, "number"), 255) {
		return
	}
	var old Passport
	if *target != nil {
		old = **target
	}
	next.Number = d.seal(old.Number, kindPassport, secret.New(number), true)
	if next != old {
		*target = &next
	}
}
