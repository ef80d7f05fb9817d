package customers

import (
	"maps"
	"slices"

	"tenantry/tenancy"
)

// Sealed is a sensitive value at rest: encrypted, with the part that may be shown beside
// it.
type Sealed struct {
	// Box is the encrypted value.
	Box []byte `bson:"box"`
	// Last4 are its last four characters, where the kind of value shows them.
	Last4 string `bson:"last4,omitempty"`
	// Fingerprint is equal for equal values within one tenant; keyed. Account numbers have
	// one, which clients compare; other values had one in records of earlier releases.
	Fingerprint string `bson:"fingerprint,omitempty"`
}

// The kinds of sealed value. A value opens only as the kind that it was sealed as.
const (
	FieldPersonalTaxID  = "personalTaxId"
	FieldBusinessTaxID  = "businessTaxId"
	FieldDateOfBirth    = "dateOfBirth"
	FieldAccountNumber  = "bank.accountNumber"
	FieldDropAmounts    = "bank.drops"
	FieldIPAddress      = "device.ipAddress"
	FieldPassportNumber = "passport.number"
	FieldDocument       = "document" // fingerprint only; sealed as a box
	FieldKeyAddress     = "key.address"
	FieldWebhookSecret  = "webhook.secret"
	FieldCardNumber     = "card.number" // fingerprint only; never sealed
)

// EachSealed returns a copy of the customer in which what visit returns stands in
// the place of every sealed value; part is the bank, owner or webhook that a value is of,
// zero for the customer itself, and kind what it was sealed as. The customer
// itself stays as it is, because records are shared. visit never gets nil and must
// not return it.
//
// A new sealed field joins here; a test finds one that did not. What else is sealed
// stands outside the record:
//
//   - The bytes of documents: lifecycle seals them anew after the record.
//   - Cards and banks that wait for a customer (reservations of instruments) and answers
//     that are kept for idempotency keys: their services seal them anew.
//   - Single-use tokens and cursors of pages: clients hold them, and they end too.
func (c *Customer) EachSealed(visit func(part tenancy.ID, kind string, value *Sealed) *Sealed) *Customer {
	next, walk := *c, sealedWalk{visit: visit}
	next.Device = copyWith(c.Device, func(d *Device) { walk.value(FieldIPAddress, &d.IPAddress) })
	next.Contact = copyWith(c.Contact, walk.contact)
	next.LegalEntity = copyWith(c.LegalEntity, walk.legalEntity)
	next.Merchant = copyWith(c.Merchant, func(m *Merchant) { m.PersonalContact = copyWith(m.PersonalContact, walk.contact) })
	next.Enrollment = copyWith(c.Enrollment, func(e *Enrollment) { e.Controller = copyWith(e.Controller, walk.controller) })
	next.Banks = slices.Clone(c.Banks)
	for i := range next.Banks {
		walk.of(next.Banks[i].ID).bank(&next.Banks[i])
	}
	next.Webhooks = slices.Clone(c.Webhooks)
	for i := range next.Webhooks {
		of := walk.of(next.Webhooks[i].ID)
		of.value(FieldWebhookSecret, &next.Webhooks[i].Secret)
		of.value(FieldWebhookSecret, &next.Webhooks[i].Previous)
	}
	next.KeyUseFrom = maps.Clone(c.KeyUseFrom)
	for number, from := range next.KeyUseFrom {
		next.KeyUseFrom[number] = visit(tenancy.ID{}, FieldKeyAddress, from)
	}
	return &next
}

// copyWith returns a changed copy of part, or nil for nil.
func copyWith[T any](part *T, change func(*T)) *T {
	if part == nil {
		return nil
	}
	next := *part
	change(&next)
	return &next
}

// sealedWalk replaces the sealed values of copies.
type sealedWalk struct {
	visit func(part tenancy.ID, kind string, value *Sealed) *Sealed
	part  tenancy.ID
}

// of returns the walk through the values of a part.
func (walk sealedWalk) of(part tenancy.ID) sealedWalk {
	return sealedWalk{visit: walk.visit, part: part}
}

func (walk sealedWalk) value(kind string, at **Sealed) {
	if *at != nil {
		*at = walk.visit(walk.part, kind, *at)
	}
}

func (walk sealedWalk) contact(c *Contact)   { walk.value(FieldDateOfBirth, &c.DateOfBirth) }
func (walk sealedWalk) passport(p *Passport) { walk.value(FieldPassportNumber, &p.Number) }

func (walk sealedWalk) legalEntity(e *LegalEntity) {
	walk.value(FieldBusinessTaxID, &e.BusinessTaxID)
	walk.value(FieldPersonalTaxID, &e.PersonalTaxID)
	e.PersonalContact = copyWith(e.PersonalContact, walk.contact)
	e.AdditionalOwners = slices.Clone(e.AdditionalOwners)
	for i := range e.AdditionalOwners {
		owner := &e.AdditionalOwners[i]
		of := walk.of(owner.ID)
		of.value(FieldPersonalTaxID, &owner.PersonalTaxID)
		owner.Passport = copyWith(owner.Passport, of.passport)
		owner.Contact = copyWith(owner.Contact, of.contact)
	}
}

func (walk sealedWalk) controller(c *Controller) {
	walk.value(FieldDateOfBirth, &c.DateOfBirth)
	walk.value(FieldPersonalTaxID, &c.PersonalTaxID)
	c.Passport = copyWith(c.Passport, walk.passport)
}

func (walk sealedWalk) bank(b *Bank) {
	b.AccountNumber = *walk.visit(walk.part, FieldAccountNumber, &b.AccountNumber)
	b.Drops = copyWith(b.Drops, func(d *Drops) { d.Amounts = *walk.visit(walk.part, FieldDropAmounts, &d.Amounts) })
}
