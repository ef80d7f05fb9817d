package customers

// PartyType says whether a customer is a person or a business.
type PartyType string

// The types of party.
const (
	PartyIndividual PartyType = "individual"
	PartyBusiness   PartyType = "business"
)

// PartyTypes returns all types, in the order of the bits of a PartyTypeSet.
func PartyTypes() []PartyType { return []PartyType{PartyIndividual, PartyBusiness} }

// EffectivePartyType returns the type that the customer was made or enrolled as. For a
// customer made without one it is business when its legal name and EIN are known, else
// individual.
func (c *Customer) EffectivePartyType() PartyType {
	switch {
	case c.PartyType != "":
		return c.PartyType
	case c.EnrollmentType == EnrollmentBusiness:
		return PartyBusiness
	case c.EnrollmentType != "":
		return PartyIndividual
	case c.LegalEntity != nil && c.LegalEntity.BusinessName != "" && c.LegalEntity.BusinessTaxID != nil:
		return PartyBusiness
	default:
		return PartyIndividual
	}
}

// IsBusiness reports whether the customer is a business by its type or has a legal name.
func (c *Customer) IsBusiness() bool {
	return c.EffectivePartyType() == PartyBusiness || (c.LegalEntity != nil && c.LegalEntity.BusinessName != "")
}

// PartyTypeSet is a set of types of party; the empty set does not filter.
type PartyTypeSet uint8

// PartyTypesOf returns the set of the known types of a list.
func PartyTypesOf(list ...PartyType) PartyTypeSet {
	var set PartyTypeSet
	for i, known := range PartyTypes() {
		for _, kind := range list {
			if kind == known {
				set |= 1 << i
			}
		}
	}
	return set
}

// List returns the types of the set, or all types for the empty set.
func (s PartyTypeSet) List() []PartyType {
	var list []PartyType
	for i, kind := range PartyTypes() {
		if s == 0 || s&(1<<i) != 0 {
			list = append(list, kind)
		}
	}
	return list
}

// Passes reports whether a filter by the set lets the type through.
func (s PartyTypeSet) Passes(kind PartyType) bool { return s == 0 || s&PartyTypesOf(kind) != 0 }
