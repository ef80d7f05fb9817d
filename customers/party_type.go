package customers

// IsBusiness tells whether the customer shows itself as a business.
func (c *Customer) IsBusiness() bool {
	return c.EffectivePartyType() == PartyBusiness || (c.LegalEntity != nil && c.LegalEntity.BusinessName != "")
}

// PartyType says whether a customer is a person or a business.
type PartyType string

// The kinds.
const (
	PartyIndividual PartyType = "individual"
	PartyBusiness   PartyType = "business"
)

// PartyTypes are all kinds, in the order in which sets count them.
func PartyTypes() []PartyType { return []PartyType{PartyIndividual, PartyBusiness} }

// EffectivePartyType is the kind that the customer was made or enrolled as, and for one
// that was made without: a business when legal name and EIN are there, else a person.
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

// PartyTypeSet is a set of kinds; the empty one does not filter.
type PartyTypeSet uint8

// PartyTypesOf makes a set; what is no kind is left out.
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

// List gives the kinds of the set; all of them for the empty one.
func (s PartyTypeSet) List() []PartyType {
	var list []PartyType
	for i, kind := range PartyTypes() {
		if s == 0 || s&(1<<i) != 0 {
			list = append(list, kind)
		}
	}
	return list
}

// Passes tells whether a filter by the set lets the kind through.
func (s PartyTypeSet) Passes(kind PartyType) bool { return s == 0 || s&PartyTypesOf(kind) != 0 }
