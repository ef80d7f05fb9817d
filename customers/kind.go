package customers

// Kind says whether a customer is a person or a business.
type Kind string

// The kinds.
const (
	KindIndividual Kind = "individual"
	KindBusiness   Kind = "business"
)

// Kinds are all kinds, in the order in which sets count them.
func Kinds() []Kind { return []Kind{KindIndividual, KindBusiness} }

// EffectiveKind is the kind that the customer was made or enrolled as, and for one
// that was made without: a business when legal name and EIN are there, else a person.
func (c *Customer) EffectiveKind() Kind {
	switch {
	case c.Kind != "":
		return c.Kind
	case c.Type == TypeBusiness:
		return KindBusiness
	case c.Type != "":
		return KindIndividual
	case c.LegalEntity != nil && c.LegalEntity.BusinessName != "" && c.LegalEntity.BusinessTaxID != nil:
		return KindBusiness
	default:
		return KindIndividual
	}
}

// KindSet is a set of kinds; the empty one does not filter.
type KindSet uint8

// KindsOf makes a set; what is no kind is left out.
func KindsOf(list ...Kind) KindSet {
	var set KindSet
	for i, known := range Kinds() {
		for _, kind := range list {
			if kind == known {
				set |= 1 << i
			}
		}
	}
	return set
}

// List gives the kinds of the set; all of them for the empty one.
func (s KindSet) List() []Kind {
	var list []Kind
	for i, kind := range Kinds() {
		if s == 0 || s&(1<<i) != 0 {
			list = append(list, kind)
		}
	}
	return list
}

// Passes tells whether a filter by the set lets the kind through.
func (s KindSet) Passes(kind Kind) bool { return s == 0 || s&KindsOf(kind) != 0 }
