package plans

import "slices"

// field is something that can be asked for, with what people are told of it.
type field struct{ path, reason, remedy, code string }

// exempts reports whether businesses of a country do without the field: there are no
// merchant category codes in Mexico (PayStand API reference, merchant object).
func (f field) exempts(country string) bool {
	return country == "MEX" && f.path == merchantCategoryCode.path
}

// fieldAt returns the field at a path that a rule may name.
func fieldAt(path string) (field, bool) {
	for _, list := range [][]field{professionalUndecided, furtherFields} {
		if i := slices.IndexFunc(list, func(f field) bool { return f.path == path }); i >= 0 {
			return list[i], true
		}
	}
	return field{}, false
}

// asksFor reports whether a verification asks for a path, of whatever entity.
func asksFor(v Verification, path string) bool {
	return slices.ContainsFunc(fieldsFor(v, ""), func(f field) bool { return f.path == path }) ||
		slices.ContainsFunc(fieldsFor(v, "LLC"), func(f field) bool { return f.path == path })
}

// Lacks returns the first path that the underwriting of a plan asks for from the start
// and that has no value; empty when it has all that a review needs.
func Lacks(p Plan, f Facts) string {
	e := evaluation{plan: &p, facts: &f}
	level, _ := p.Underwriting()
	for _, wanted := range fieldsFor(level, f.EntityType) {
		rule, ruled := p.ruleFor(wanted.path, &f)
		if ruled && (rule == nil || rule.After != After{}) || !ruled && wanted.exempts(f.Country) || e.given(wanted.path, rule) {
			continue
		}
		return wanted.path
	}
	return ""
}

// RequiredFields returns the native paths of the fields that a verification asks for, in
// the order in which planStatus lists them; none for Bank. The entity type decides which
// tax id it is. Both are listed until the type is known, so that learning it can only
// shorten the list.
func RequiredFields(v Verification, entityType string) []string {
	wanted := fieldsFor(v, entityType)
	paths := make([]string, len(wanted))
	for i, f := range wanted {
		paths[i] = f.path
	}
	return paths
}

// The lists are put together once, because planStatus is computed for every row of a list
// of customers. They are read, never written.
var (
	standardPersonal  = standardFields(personalTaxIDOfSoleProprietor)
	standardBusiness  = standardFields(businessTaxID)
	standardUndecided = standardFields(personalTaxIDUndecided, businessTaxIDUndecided)

	// Professional asks for the personal tax id of every entity. If the standard list has
	// it already it keeps its place there.
	professionalPersonal  = joinFields(standardPersonal, tradingFields())
	professionalBusiness  = joinFields(standardBusiness, []field{personalTaxIDOfOwner}, tradingFields())
	professionalUndecided = joinFields(
		standardFields(personalTaxIDOfOwner, businessTaxIDUndecided), tradingFields())
)

// fieldsFor returns a shared list that the caller must not change.
func fieldsFor(v Verification, entityType string) []field {
	switch v {
	case Standard:
		return byEntity(entityType, standardPersonal, standardBusiness, standardUndecided)
	case Professional:
		return byEntity(entityType, professionalPersonal, professionalBusiness, professionalUndecided)
	default:
		return nil
	}
}

func byEntity(entityType string, personal, business, undecided []field) []field {
	switch entityType {
	case "ISP":
		return personal
	case "LLC", "CORP":
		return business
	default:
		return undecided
	}
}

func standardFields(taxIDs ...field) []field {
	return joinFields(
		[]field{entityType, legalName},
		taxIDs,
		[]field{businessAddress, firstName, lastName, email, dateOfBirth},
	)
}

func tradingFields() []field {
	return []field{
		salesVolume, yearsInBusiness,
		tradingName, businessURL, statementDescriptor, merchantCategoryCode,
	}
}

func joinFields(parts ...[]field) []field {
	var all []field
	for _, part := range parts {
		for _, f := range part {
			f.code = f.path + ".missing"
			all = append(all, f)
		}
	}
	return all
}
