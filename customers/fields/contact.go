package fields

import (
	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// Limits of people. MaxName bounds the name of a customer, maxPersonName the first and
// the last name of a person; AdultYears is the least age of an owner.
const (
	// MaxName bounds the name of a customer, maxPersonName the first and the last name
	// of a person.
	MaxName       = 256
	maxPersonName = 128
	// maxHandle bounds the name of a person on a social network.
	maxHandle = 255

	AdultYears = 18
	// OldestBirth is the earliest year of birth that is believed.
	OldestBirth = 1880
)

// BirthRule says which dates of birth are valid.
type BirthRule int

// The rules of dates of birth.
const (
	// BornInPast takes any date before now.
	BornInPast BirthRule = iota
	// BornAdult is 18 years ago, or more.
	BornAdult
	// BornAnyTime takes any date, because a review judges it.
	BornAnyTime
)

// PersonRule says which people are valid.
type PersonRule struct {
	born BirthRule
	// maxName bounds the first and the last name.
	maxName int
}

// Person returns the rule of a contact; adult is for owners of a business.
func (r Rules) Person(adult bool) PersonRule {
	rule := PersonRule{born: BornInPast, maxName: maxPersonName}
	if adult {
		rule.born = BornAdult
	}
	if r.AnyBirth {
		rule.born = BornAnyTime
	}
	if r.MaxPersonName > 0 {
		rule.maxName = r.MaxPersonName
	}
	return rule
}

// Contact applies a contact: it is merged into the one that is stored, and null clears
// it.
func Contact(d *registry.Draft, field patch.Field[ContactInput], target **customers.Contact, path string, rule PersonRule) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	*target = mergeContact(d, *target, field.Value, path, rule)
}

// NewContact applies a contact made of the input alone: nested contacts are replaced as
// a whole. An equal one keeps its id and times.
func NewContact(d *registry.Draft, field patch.Field[ContactInput], target **customers.Contact, path string, rule PersonRule) {
	if !field.Given() {
		Contact(d, field, target, path, rule)
		return
	}
	blank := &customers.Contact{}
	if *target != nil {
		// An equal date of birth keeps its box, so that repeating it is no change.
		blank = &customers.Contact{ID: (*target).ID, Created: (*target).Created, LastUpdated: (*target).LastUpdated}
		if field.Value.DateOfBirth.Given() {
			blank.DateOfBirth = (*target).DateOfBirth
		}
	}
	made := mergeContact(d, blank, field.Value, path, rule)
	*target = KeepStamps(d, *target, made)
}

func mergeContact(d *registry.Draft, old *customers.Contact, in ContactInput, path string, rule PersonRule) *customers.Contact {
	next := customers.Contact{}
	if old != nil {
		next = *old
	}
	Name(d, in.FirstName, &next.FirstName, path+".firstName", rule.maxName)
	Name(d, in.LastName, &next.LastName, path+".lastName", rule.maxName)
	Email(d, in.Email, &next.Email, path+".email")
	Matching(d, in.Phone, &next.Phone, path+".phone", isPhone, 17, "must be 1 to 16 digits with an optional leading +")
	switch {
	case in.DateOfBirth.Given():
		if iso, ok := BirthDate(d, in.DateOfBirth.Value, path+".dateOfBirth", rule.born); ok {
			next.DateOfBirth = d.Seal(next.DateOfBirth, customers.FieldDateOfBirth, iso, false)
		}
	case in.DateOfBirth.Null:
		next.DateOfBirth = nil
	}
	Text(d, in.Facebook, &next.Facebook, path+".facebook", maxHandle)
	Text(d, in.Twitter, &next.Twitter, path+".twitter", maxHandle)
	return KeepStamps(d, old, &next)
}

// FollowName changes the first and the last name of the contact with the name of the
// customer, where they were the same name and sent is no contact that brings or clears one:
// a person has one name, whichever of them a dialect shows.
func FollowName(d *registry.Draft, sent patch.Field[ContactInput]) {
	if d.Before == nil || d.Before.Name == d.Customer.Name || d.Customer.Contact == nil ||
		sent.Null || sent.Value.FirstName.Set || sent.Value.LastName.Set {
		return
	}
	next := *d.Customer.Contact
	first, last := customers.SplitName(d.Before.Name)
	if next.FirstName+next.LastName == "" || (next.FirstName != first || next.LastName != last) && next.FirstName+" "+next.LastName != d.Before.Name {
		return
	}
	next.FirstName, next.LastName = customers.SplitName(d.Customer.Name)
	d.Customer.Contact = KeepStamps(d, d.Customer.Contact, &next)
}

// isPhone reports whether a text is a phone number as native clients write them.
func isPhone(text string) bool { return check.IsPhone(text, 16) }

// BirthDate reads YYYY-MM-DD or MM-DD-YYYY and returns the former; it reports whether
// the date is valid.
func BirthDate(d *registry.Draft, text secret.Text, path string, born BirthRule) (secret.Text, bool) {
	date, ok := check.Date(text.Reveal(), check.ISODate, check.USDate)
	switch {
	case !ok:
		d.Faults.Add(path, fault.BadValue, "must be a date as YYYY-MM-DD")
	case born != BornAnyTime && !date.Before(d.Now):
		d.Faults.Add(path, fault.BadValue, "must be in the past")
	case date.Year() < OldestBirth:
		d.Faults.Add(path, fault.BadValue, "must not be before 1880")
	case born == BornAdult && !check.IsOfAge(date, AdultYears, d.Now):
		d.Faults.Add(path, fault.BadValue, "an owner must be at least 18 years old")
	default:
		return secret.New(date.Format(check.ISODate)), true
	}
	return secret.Text{}, false
}
