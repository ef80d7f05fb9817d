package fields

import (
	"fmt"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// Limits of legal entities. MaxOwners bounds the further owners.
const (
	MaxOwners = 10
	// WholeStake is 100 % in hundredths of a percent.
	WholeStake = 100 * 100
	// maxForeignTax bounds a tax number outside USA, without spaces and hyphens.
	maxForeignTax = 32
)

// LegalEntity applies a legal entity. A new one takes what it lacks from the root
// address and contact.
func LegalEntity(d *registry.Draft, field patch.Field[LegalEntityInput], rules Rules) {
	if !field.Set {
		return
	}
	if field.Null {
		d.Customer.LegalEntity = nil
		OwnersChanged(d)
		return
	}
	in, next := field.Value, customers.LegalEntity{}
	fresh := d.Customer.LegalEntity == nil
	if !fresh {
		next = *d.Customer.LegalEntity
	}
	const path = "legalEntity"
	Choice(d, in.EntityType, &next.EntityType, path+".entityType", customers.EntityISP, customers.EntityLLC, customers.EntityCORP)
	Name(d, in.BusinessName, &next.BusinessName, path+".businessName", 256)
	Number(d, in.BusinessSalesVolume, &next.BusinessSalesVolume, path+".businessSalesVolume", 15, 2, "must be an amount of 0 or more, with at most two decimals")
	Number(d, in.YearsInBusiness, &next.YearsInBusiness, path+".yearsInBusiness", 3, 0, "must be a whole number from 0 to 999")
	if in.BusinessAcceptedCards.Set {
		next.BusinessAcceptedCards = nil
		if in.BusinessAcceptedCards.Given() {
			next.BusinessAcceptedCards = &in.BusinessAcceptedCards.Value
		}
	}
	NewAddress(d, in.BusinessAddress, &next.BusinessAddress, path+".businessAddress")
	NewAddress(d, in.PersonalAddress, &next.PersonalAddress, path+".personalAddress")
	person := NewContact
	if rules.Piecewise {
		person = Contact
	}
	person(d, in.PersonalContact, &next.PersonalContact, path+".personalContact", rules.Person(true))
	if fresh && !rules.Bare {
		CopyFromRoot(d, &next.BusinessAddress, d.Customer.Address)
		CopyFromRoot(d, &next.PersonalAddress, d.Customer.Address)
		CopyFromRoot(d, &next.PersonalContact, d.Customer.Contact)
	}
	country := taxCountry(d, &next)
	taxID(d, in.BusinessTaxID, &next.BusinessTaxID, customers.FieldBusinessTaxID, path+".businessTaxId", country)
	taxID(d, in.PersonalTaxID, &next.PersonalTaxID, customers.FieldPersonalTaxID, path+".personalTaxId", country)
	Stake(d, in.StakePercent, &next.StakePercent, path+".stakePercent")
	if in.AdditionalOwners.Set {
		next.AdditionalOwners = applyOwners(d, in.AdditionalOwners, next.AdditionalOwners, country, rules)
	}
	checkStakes(d, &next)
	changed := d.Customer.LegalEntity != nil && !slices.Equal(next.AdditionalOwners, d.Customer.LegalEntity.AdditionalOwners)
	d.Customer.LegalEntity = &next
	if changed {
		OwnersChanged(d)
	}
}

// stakeDigits is how many digits a stake may have before its point.
const stakeDigits = 3

// Stake applies a percentage; the sum of all stakes is checked elsewhere.
func Stake(d *registry.Draft, field patch.Field[patch.Number], target *string, path string) {
	Number(d, field, target, path, stakeDigits, 2, "must be a percentage from 0 to 100 with at most two decimals")
}

// Number applies a decimal number, with so many digits before and after its point at
// most, that is kept as text.
func Number(d *registry.Draft, field patch.Field[patch.Number], target *string, path string, whole, places int, says string) {
	if field.Given() && !check.IsDecimal(string(field.Value), whole, places) {
		d.Faults.AddValue(path, fault.BadValue, string(field.Value), says)
		return
	}
	if field.Set {
		*target = string(field.Value)
	}
}

// taxCountry returns the country whose form tax numbers must have.
func taxCountry(d *registry.Draft, entity *customers.LegalEntity) string {
	switch {
	case entity.BusinessAddress != nil:
		return entity.BusinessAddress.Country
	case d.Customer.Address != nil:
		return d.Customer.Address.Country
	default:
		return check.USA
	}
}

// taxID applies a tax number: nine digits in USA, whatever their layout; elsewhere
// letters A-Z, digits and what authorities put between them.
func taxID(d *registry.Draft, field patch.Field[secret.Text], target **customers.Sealed, kind, path, country string) {
	if !field.Given() {
		if field.Null {
			*target = nil
		}
		return
	}
	number, ok := check.TaxNumber(field.Value)
	switch {
	case country != check.USA && country != "":
		number, ok = check.ForeignTaxNumber(&d.Faults, field.Value, path, maxForeignTax)
	case !ok:
		d.Faults.Add(path, fault.BadValue, "must be nine digits, such as an SSN or EIN; spaces and hyphens are ignored")
	}
	if ok {
		*target = d.Seal(*target, kind, number, true)
	}
}

// applyOwners returns the further owners: the list is replaced, but an owner sent with
// its id keeps what the input leaves out.
func applyOwners(d *registry.Draft, field patch.Field[[]OwnerInput], old []customers.Owner, country string, rules Rules) []customers.Owner {
	const path = "legalEntity.additionalOwners"
	if field.Null {
		return nil
	}
	if len(field.Value) > MaxOwners {
		d.Faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d owners", MaxOwners))
		return old
	}
	var list []customers.Owner
	for i, in := range field.Value {
		list = append(list, applyOwner(d, in, old, fault.Index(path, i), country, rules))
	}
	return list
}

func applyOwner(d *registry.Draft, in OwnerInput, old []customers.Owner, path, country string, rules Rules) customers.Owner {
	next, known := customers.Owner{}, false
	if in.ID.Given() {
		for _, o := range old {
			if o.ID.String() == in.ID.Value {
				next, known = o, true
			}
		}
		if !known {
			d.Faults.AddValue(path+".id", fault.BadValue, in.ID.Value, "is not the id of an owner of this legal entity; leave it out for a new owner")
		}
	}
	before := next
	if !known {
		next.ID = d.NewID()
	}
	defer d.SealsFor(next.ID)()
	if in.StakePercent.Null || (!in.StakePercent.Set && !known) {
		Missing(d, path+".stakePercent")
	}
	Stake(d, in.StakePercent, &next.StakePercent, path+".stakePercent")
	Text(d, in.Title, &next.Title, path+".title", 256)
	taxID(d, in.PersonalTaxID, &next.PersonalTaxID, customers.FieldPersonalTaxID, path+".personalTaxId", country)
	Passport(d, in.Passport, &next.Passport, path+".passport")
	NewAddress(d, in.Address, &next.Address, path+".address")
	NewContact(d, in.Contact, &next.Contact, path+".contact", rules.Person(true))
	if next.Contact == nil {
		Missing(d, path+".contact")
	}
	VerifyOwner(d, &before, &next)
	switch {
	case !known:
		next.Created, next.LastUpdated = d.Now, d.Now
	case next != before:
		next.LastUpdated = d.Now
	}
	return next
}

// checkStakes applies the ownership rules (PayStand API reference, legal entity): all
// stakes together are at most 100 %; a sole proprietor owns all; a single owner counts
// as owning all.
func checkStakes(d *registry.Draft, entity *customers.LegalEntity) {
	const primary, list = "legalEntity.stakePercent", "legalEntity.additionalOwners"
	if entity.EntityType == customers.EntityISP {
		if len(entity.AdditionalOwners) > 0 {
			d.Faults.Add(list, fault.BadValue, "a sole proprietorship (ISP) has no further owners; leave the list out")
		}
		if entity.StakePercent != "" && StakeOf(entity.StakePercent) != WholeStake {
			d.Faults.AddValue(primary, fault.BadValue, entity.StakePercent, "a sole proprietor (ISP) owns 100 percent")
		}
	}
	if entity.StakePercent == "" {
		if len(entity.AdditionalOwners) > 0 {
			if !d.Faults.Has(primary) {
				d.Faults.Add(primary, fault.Missing, "the primary owner's stake is required when there are further owners")
			}
			return
		}
		entity.StakePercent = "100"
	}
	if StakeOf(entity.StakePercent) > WholeStake {
		d.Faults.AddValue(primary, fault.BadValue, entity.StakePercent, "must not be above 100")
		return
	}
	sum := StakeOf(entity.StakePercent)
	for i, owner := range entity.AdditionalOwners {
		sum += StakeOf(owner.StakePercent)
		if sum > WholeStake {
			d.Faults.AddValue(fault.Index(list, i)+".stakePercent", fault.BadValue, owner.StakePercent,
				"owner stakes add up to "+Percent(TotalStake(entity))+", the limit is 100")
			return
		}
	}
}

// TotalStake returns the sum of all stakes in hundredths of a percent.
func TotalStake(entity *customers.LegalEntity) int {
	sum := StakeOf(entity.StakePercent)
	for _, owner := range entity.AdditionalOwners {
		sum += StakeOf(owner.StakePercent)
	}
	return sum
}

// StakeOf returns a stake in hundredths of a percent, 0 for a text that is no stake.
func StakeOf(text string) int {
	hundredths, _ := check.Hundredths(text, stakeDigits)
	return int(hundredths)
}

// Percent returns hundredths of a percent as decimal text.
func Percent(hundredths int) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100), "0"), ".")
}
