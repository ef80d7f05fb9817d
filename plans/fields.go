package plans

// RequiredFields returns the native paths of the fields that a verification asks for, in
// the order in which planStatus lists them; none for Bank. The entity type decides which
// tax id it is. Both are listed until the type is known, so that learning it can only
// shorten the list.
func RequiredFields(v Verification, entityType string) []string {
	wanted := fieldsFor(v, entityType)
	paths := make([]string, len(wanted))
	for i, f := range wanted {
		paths[i] = f.Path
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
	professionalBusiness  = joinFields(standardBusiness, []Missing{personalTaxIDOfOwner}, tradingFields())
	professionalUndecided = joinFields(
		standardFields(personalTaxIDOfOwner, businessTaxIDUndecided), tradingFields())
)

// fieldsFor returns a shared list that the caller must not change.
func fieldsFor(v Verification, entityType string) []Missing {
	switch v {
	case Standard:
		return byEntity(entityType, standardPersonal, standardBusiness, standardUndecided)
	case Professional:
		return byEntity(entityType, professionalPersonal, professionalBusiness, professionalUndecided)
	default:
		return nil
	}
}

func byEntity(entityType string, personal, business, undecided []Missing) []Missing {
	switch entityType {
	case "ISP":
		return personal
	case "LLC", "CORP":
		return business
	default:
		return undecided
	}
}

func standardFields(taxIDs ...Missing) []Missing {
	return joinFields(
		[]Missing{entityType, legalName},
		taxIDs,
		[]Missing{businessAddress, firstName, lastName, email, dateOfBirth},
	)
}

func tradingFields() []Missing {
	return []Missing{
		salesVolume, yearsInBusiness,
		tradingName, businessURL, statementDescriptor, merchantCategoryCode,
	}
}

func joinFields(parts ...[]Missing) []Missing {
	var all []Missing
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}
