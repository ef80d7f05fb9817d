package customers

import (
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

const (
	// maxName bounds the name of a customer, maxPersonName the first and the last name
	// of a person.
	maxName       = 256
	maxPersonName = 128

	adultYears = 18
	// oldestBirth is the earliest year of birth that is believed.
	oldestBirth = 1880
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

// personRule is what a person must be like.
type personRule struct {
	born birthRule
	// maxName bounds the first and the last name.
	maxName int
}

// person is the rule of a contact; adult is for owners of a business.
func (r Rules) person(adult bool) personRule {
	rule := personRule{born: bornInPast, maxName: maxPersonName}
	if adult {
		rule.born = bornAdult
	}
	if r.AnyBirth {
		rule.born = bornAnyTime
	}
	if r.MaxPersonName > 0 {
		rule.maxName = r.MaxPersonName
	}
	return rule
}

// contact applies a contact: merged into the one that is there, null clears it.
// rule is what the person must be like.
func (d *draft) contact(field patch.Field[ContactInput], target **Contact, path string, rule personRule) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	*target = d.mergeContact(*target, field.Value, path, rule)
}

// newContact gives a contact made of the input alone: nested contacts are
// replaced as a whole. The stamps of an equal old one stay.
func (d *draft) newContact(field patch.Field[ContactInput], target **Contact, path string, rule personRule) {
	if !field.Given() {
		d.contact(field, target, path, rule)
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
	made := d.mergeContact(blank, field.Value, path, rule)
	*target = keepPart(d, *target, made)
}

func (d *draft) mergeContact(old *Contact, in ContactInput, path string, rule personRule) *Contact {
	next := Contact{}
	if old != nil {
		next = *old
	}
	d.text(in.FirstName, &next.FirstName, path+".firstName", rule.maxName)
	d.text(in.LastName, &next.LastName, path+".lastName", rule.maxName)
	d.email(in.Email, &next.Email, path+".email")
	d.matching(in.Phone, &next.Phone, path+".phone", isPhone, 17, "must be 1 to 16 digits with an optional leading +")
	switch {
	case in.DateOfBirth.Given():
		if iso, ok := d.birthDate(in.DateOfBirth.Value, path+".dateOfBirth", rule.born); ok {
			next.DateOfBirth = d.seal(next.DateOfBirth, kindBirth, iso, false)
		}
	case in.DateOfBirth.Null:
		next.DateOfBirth = nil
	}
	return keepPart(d, old, &next)
}

// isPhone reports whether a text is a phone number as native clients write them.
func isPhone(text string) bool { return check.IsPhone(text, 16) }

// birthDate reads YYYY-MM-DD or MM-DD-YYYY and gives the former.
func (d *draft) birthDate(text secret.Text, path string, born birthRule) (secret.Text, bool) {
	date, ok := check.Date(text.Reveal(), check.ISODate, check.USDate)
	switch {
	case !ok:
		d.faults.Add(path, fault.BadValue, "must be a date as YYYY-MM-DD")
	case born != bornAnyTime && !date.Before(d.now):
		d.faults.Add(path, fault.BadValue, "must be in the past")
	case date.Year() < oldestBirth:
		d.faults.Add(path, fault.BadValue, "must not be before 1880")
	case born == bornAdult && !check.IsOfAge(date, adultYears, d.now):
		d.faults.Add(path, fault.BadValue, "an owner must be at least 18 years old")
	default:
		return secret.New(date.Format(check.ISODate)), true
	}
	return secret.Text{}, false
}
