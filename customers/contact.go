package customers

import (
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

const (
	dateLayout   = "2006-01-02"
	usDateLayout = "01-02-2006"
	adultYears   = 18
)

// birthRule is what a date of birth must be.
type birthRule int

const (
	bornInPast birthRule = iota
	// bornAdult is 18 years ago, or more.
	bornAdult
	// bornAnyTime takes any date, because a review judges it.
	bornAnyTime
)

// birth is the rule of a date of birth; adult is for owners of a business.
func (r Rules) birth(adult bool) birthRule {
	switch {
	case r.AnyBirth:
		return bornAnyTime
	case adult:
		return bornAdult
	default:
		return bornInPast
	}
}

// contact applies a contact: merged into the one that is there, null clears it.
// born is the rule of a given date of birth.
func (d *draft) contact(field patch.Field[ContactInput], target **Contact, path string, born birthRule) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	*target = d.mergeContact(*target, field.Value, path, born)
}

// newContact gives a contact made of the input alone: nested contacts are
// replaced as a whole. The stamps of an equal old one stay.
func (d *draft) newContact(field patch.Field[ContactInput], target **Contact, path string, born birthRule) {
	if !field.Given() {
		d.contact(field, target, path, born)
		return
	}
	blank := &Contact{}
	if *target != nil {
		// An equal date of birth keeps its box, so that repeating it is no change.
		blank = &Contact{ID: (*target).ID, Created: (*target).Created, LastUpdated: (*target).LastUpdated}
		if field.Value.DateOfBirth.Given() {
			blank.DateOfBirth = (*target).DateOfBirth
		}
	}
	made := d.mergeContact(blank, field.Value, path, born)
	*target = keepPart(d, *target, made)
}

func (d *draft) mergeContact(old *Contact, in ContactInput, path string, born birthRule) *Contact {
	next := Contact{}
	if old != nil {
		next = *old
	}
	d.text(in.FirstName, &next.FirstName, path+".firstName", 128)
	d.text(in.LastName, &next.LastName, path+".lastName", 128)
	d.email(in.Email, &next.Email, path+".email")
	d.matching(in.Phone, &next.Phone, path+".phone", phoneNumber, 17, "must be 1 to 16 digits with an optional leading +")
	switch {
	case in.DateOfBirth.Given():
		if iso, ok := d.birthDate(in.DateOfBirth.Value, path+".dateOfBirth", born); ok {
			next.DateOfBirth = d.seal(next.DateOfBirth, kindBirth, iso, false)
		}
	case in.DateOfBirth.Null:
		next.DateOfBirth = nil
	}
	return keepPart(d, old, &next)
}

// birthDate reads YYYY-MM-DD or MM-DD-YYYY and gives the former.
func (d *draft) birthDate(text secret.Text, path string, born birthRule) (secret.Text, bool) {
	date, err := time.Parse(dateLayout, text.Reveal())
	if err != nil {
		date, err = time.Parse(usDateLayout, text.Reveal())
	}
	switch {
	case err != nil:
		d.faults.Add(path, fault.BadValue, "must be a date as YYYY-MM-DD")
	case born != bornAnyTime && !date.Before(d.now):
		d.faults.Add(path, fault.BadValue, "must be in the past")
	case date.Year() < 1880:
		d.faults.Add(path, fault.BadValue, "must not be before 1880")
	case born == bornAdult && date.AddDate(adultYears, 0, 0).After(d.now):
		d.faults.Add(path, fault.BadValue, "an owner must be at least 18 years old")
	default:
		return secret.New(date.Format(dateLayout)), true
	}
	return secret.Text{}, false
}
