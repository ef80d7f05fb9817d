package customers

import (
	"fmt"
	"slices"
	"strings"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// The entity types: individual sole proprietorship, limited liability company,
// corporation.
const (
	entityISP  = "ISP"
	entityLLC  = "LLC"
	entityCORP = "CORP"
)

const (
	maxOwners = 10
	// wholeStake is 100 % in hundredths of a percent.
	wholeStake = 100 * 100
	// maxForeignTax bounds a tax number outside USA, without blanks and hyphens.
	maxForeignTax = 32
)

// legalEntity applies a legal entity. One that is new takes what it lacks from
// the root address and contact.
func (d *draft) legalEntity(field patch.Field[LegalEntityInput], rules Rules) {
	if !field.Set {
		return
	}
	if field.Null {
		d.c.LegalEntity = nil
		d.ownersChanged()
		return
	}
	in, next := field.Value, LegalEntity{}
	fresh := d.c.LegalEntity == nil
	if !fresh {
		next = *d.c.LegalEntity
	}
	const path = "legalEntity"
	d.choice(in.EntityType, &next.EntityType, path+".entityType", entityISP, entityLLC, entityCORP)
	d.text(in.BusinessName, &next.BusinessName, path+".businessName", 256)
	d.number(in.BusinessSalesVolume, &next.BusinessSalesVolume, path+".businessSalesVolume", 15, 2, "must be an amount of 0 or more, with at most two decimals")
	d.number(in.YearsInBusiness, &next.YearsInBusiness, path+".yearsInBusiness", 3, 0, "must be a whole number from 0 to 999")
	if in.BusinessAcceptedCards.Set {
		next.BusinessAcceptedCards = nil
		if in.BusinessAcceptedCards.Given() {
			next.BusinessAcceptedCards = &in.BusinessAcceptedCards.Value
		}
	}
	d.newAddress(in.BusinessAddress, &next.BusinessAddress, path+".businessAddress")
	d.newAddress(in.PersonalAddress, &next.PersonalAddress, path+".personalAddress")
	d.newContact(in.PersonalContact, &next.PersonalContact, path+".personalContact", rules.person(true))
	if fresh && !rules.Bare {
		copyPart(d, &next.BusinessAddress, d.c.Address)
		copyPart(d, &next.PersonalAddress, d.c.Address)
		copyPart(d, &next.PersonalContact, d.c.Contact)
	}
	country := d.taxCountry(&next)
	d.taxID(in.BusinessTaxID, &next.BusinessTaxID, kindTaxBusiness, path+".businessTaxId", country)
	d.taxID(in.PersonalTaxID, &next.PersonalTaxID, kindTaxPersonal, path+".personalTaxId", country)
	d.stake(in.StakePercent, &next.StakePercent, path+".stakePercent")
	if in.AdditionalOwners.Set {
		next.AdditionalOwners = d.owners(in.AdditionalOwners, next.AdditionalOwners, country, rules)
	}
	d.checkStakes(&next)
	changed := d.c.LegalEntity != nil && !slices.Equal(next.AdditionalOwners, d.c.LegalEntity.AdditionalOwners)
	d.c.LegalEntity = &next
	if changed {
		d.ownersChanged()
	}
}

// stakeDigits is how many digits a stake has before its point.
const stakeDigits = 3

// stake applies a percentage; that no more than all is owned is checked of the whole.
func (d *draft) stake(field patch.Field[patch.Number], target *string, path string) {
	d.number(field, target, path, stakeDigits, 2, "must be a percentage from 0 to 100 with at most two decimals")
}

// number applies a decimal number, of 1 to whole digits and so many decimals, that is
// kept as text.
func (d *draft) number(field patch.Field[patch.Number], target *string, path string, whole, places int, says string) {
	if field.Given() && !check.IsDecimal(string(field.Value), whole, places) {
		d.faults.AddValue(path, fault.BadValue, string(field.Value), says)
		return
	}
	if field.Set {
		*target = string(field.Value)
	}
}

// taxCountry is whose form a tax number must have.
func (d *draft) taxCountry(entity *LegalEntity) string {
	switch {
	case entity.BusinessAddress != nil:
		return entity.BusinessAddress.Country
	case d.c.Address != nil:
		return d.c.Address.Country
	default:
		return check.USA
	}
}

// taxID applies a tax number: nine digits in USA, whatever their layout; elsewhere
// letters A-Z, digits and what authorities put between them.
func (d *draft) taxID(field patch.Field[secret.Text], target **Sealed, kind, path, country string) {
	if !field.Given() {
		if field.Null {
			*target = nil
		}
		return
	}
	number, ok := check.TaxNumber(field.Value)
	switch {
	case country != check.USA && country != "":
		number, ok = check.ForeignTaxNumber(&d.faults, field.Value, path, maxForeignTax)
	case !ok:
		d.faults.Add(path, fault.BadValue, "must be nine digits, such as an SSN or EIN; blanks and hyphens are ignored")
	}
	if ok {
		*target = d.seal(*target, kind, number, true)
	}
}

// owners gives the further owners: the list is replaced, but an owner sent with
// its id keeps what it does not send.
func (d *draft) owners(field patch.Field[[]OwnerInput], old []Owner, country string, rules Rules) []Owner {
	const path = "legalEntity.additionalOwners"
	if field.Null {
		return nil
	}
	if len(field.Value) > maxOwners {
		d.faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d owners", maxOwners))
		return old
	}
	var list []Owner
	for i, in := range field.Value {
		list = append(list, d.owner(in, old, fault.Index(path, i), country, rules))
	}
	return list
}

func (d *draft) owner(in OwnerInput, old []Owner, path, country string, rules Rules) Owner {
	next, known := Owner{}, false
	if in.ID.Given() {
		for _, o := range old {
			if o.ID.String() == in.ID.Value {
				next, known = o, true
			}
		}
		if !known {
			d.faults.AddValue(path+".id", fault.BadValue, in.ID.Value, "names no owner of this legal entity; leave it out for a new one")
		}
	}
	before := next
	if in.StakePercent.Null || (!in.StakePercent.Set && !known) {
		d.missing(path + ".stakePercent")
	}
	d.stake(in.StakePercent, &next.StakePercent, path+".stakePercent")
	d.text(in.Title, &next.Title, path+".title", 256)
	d.taxID(in.PersonalTaxID, &next.PersonalTaxID, kindTaxPersonal, path+".personalTaxId", country)
	d.passport(in.Passport, &next.Passport, path+".passport")
	d.newAddress(in.Address, &next.Address, path+".address")
	d.newContact(in.Contact, &next.Contact, path+".contact", rules.person(true))
	if next.Contact == nil {
		d.missing(path + ".contact")
	}
	d.judgeOwner(&before, &next)
	switch {
	case !known:
		next.ID, next.Created, next.LastUpdated = d.newID(), d.now, d.now
	case next != before:
		next.LastUpdated = d.now
	}
	return next
}

// checkStakes applies the ownership rules (PayStand API reference, legal entity):
// all stakes together are at most 100 %; a sole proprietor owns all; a single
// owner counts as owning all.
func (d *draft) checkStakes(entity *LegalEntity) {
	const primary, list = "legalEntity.stakePercent", "legalEntity.additionalOwners"
	if entity.EntityType == entityISP {
		if len(entity.AdditionalOwners) > 0 {
			d.faults.Add(list, fault.BadValue, "a sole proprietorship (ISP) has no further owners; leave the list out")
		}
		if entity.StakePercent != "" && stakeOf(entity.StakePercent) != wholeStake {
			d.faults.AddValue(primary, fault.BadValue, entity.StakePercent, "a sole proprietor (ISP) owns 100 percent")
		}
	}
	if entity.StakePercent == "" {
		if len(entity.AdditionalOwners) > 0 {
			if !d.faults.Has(primary) {
				d.faults.Add(primary, fault.Missing, "the primary owner's stake is required when there are further owners")
			}
			return
		}
		entity.StakePercent = "100"
	}
	if stakeOf(entity.StakePercent) > wholeStake {
		d.faults.AddValue(primary, fault.BadValue, entity.StakePercent, "must not be above 100")
		return
	}
	sum := stakeOf(entity.StakePercent)
	for i, owner := range entity.AdditionalOwners {
		sum += stakeOf(owner.StakePercent)
		if sum > wholeStake {
			d.faults.AddValue(fault.Index(list, i)+".stakePercent", fault.BadValue, owner.StakePercent,
				"owner stakes add up to "+percent(totalStake(entity))+", the limit is 100")
			return
		}
	}
}

func totalStake(entity *LegalEntity) int {
	sum := stakeOf(entity.StakePercent)
	for _, owner := range entity.AdditionalOwners {
		sum += stakeOf(owner.StakePercent)
	}
	return sum
}

// stakeOf gives a stake in hundredths of a percent, 0 for what is not one.
func stakeOf(text string) int {
	hundredths, _ := check.Hundredths(text, stakeDigits)
	return int(hundredths)
}

func percent(hundredths int) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100), "0"), ".")
}
