package customers

import "strings"

// reviewBasic reviews a customer on name, date of birth and postal code, as soon as
// all are there (Balanced API, identity of customers). What is no longer complete ends
// an earlier judgement.
func (d *draft) reviewBasic(trigger Trigger) {
	if !d.c.Identity.Basic || !d.faults.Empty() || d.broken != nil || d.standsRejected() {
		return
	}
	same := d.before != nil && sameBasicData(d.before, d.c)
	switch {
	case same:
	case d.c.hasBasicData():
		d.judge(trigger, false)
	case d.c.Identity.Status != IdentityNone:
		d.endJudgment()
	}
}

func (c *Customer) hasBasicData() bool {
	return c.Name != "" && c.Contact != nil && c.Contact.DateOfBirth != nil && c.Address != nil && c.Address.PostalCode != ""
}

// sameBasicData tells whether a basic review would see the same in both.
func sameBasicData(a, b *Customer) bool {
	return a.Address == b.Address && sameContact(a.Contact, b.Contact) && sameIdentityData(a, b)
}

func sameContact(a, b *Contact) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.DateOfBirth == b.DateOfBirth && a.Phone == b.Phone && a.FirstName == b.FirstName && a.LastName == b.LastName
}

// basicSubject completes what a provider sees with what a flat face knows: the root
// contact and address, and a first name out of the whole one.
func (c *Customer) basicSubject(subject IdentitySubject) IdentitySubject {
	if c.Address != nil {
		subject.Address = c.Address
	}
	if subject.FirstName == "" {
		subject.FirstName, subject.LastName, _ = strings.Cut(c.Name, " ")
	}
	return subject
}
