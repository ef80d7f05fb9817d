package customers

// Standing is the one word in which status and identity review of a customer say
// together whether it may transact.
type Standing string

// The standings.
const (
	StandingPending  Standing = "pending"  // the review runs, or there was none yet
	StandingReview   Standing = "review"   // somebody must decide or send more
	StandingVerified Standing = "verified" // may transact
	StandingRejected Standing = "rejected" // may not transact
	StandingInactive Standing = "inactive" // switched off
)

// Standings are all standings, in the order in which sets count them.
func Standings() []Standing {
	return []Standing{StandingPending, StandingReview, StandingVerified, StandingRejected, StandingInactive}
}

// Standing gives the standing of the customer. A business that gave nothing to
// review counts as verified; anybody else who was not reviewed is pending.
func (c *Customer) Standing() Standing {
	if c.Status == StatusDisabled || c.Status == StatusLocked {
		return StandingInactive
	}
	switch c.Identity.Status {
	case IdentityVerified:
		return StandingVerified
	case IdentityRejected:
		return StandingRejected
	case IdentityReview, IdentityRetry, IdentityDocument, IdentityKBA:
		return StandingReview
	case IdentityNone:
		if c.EffectivePartyType() == PartyBusiness && !c.hasBusinessProfile() {
			return StandingVerified
		}
		return StandingPending
	case IdentityPending:
		return StandingPending
	default:
		return StandingPending
	}
}

// hasBusinessProfile tells whether there is something of a business to review.
func (c *Customer) hasBusinessProfile() bool {
	l := c.LegalEntity
	return l != nil && (l.BusinessTaxID != nil || l.BusinessName != "" || len(l.Representatives) > 0)
}

// hasPersonalProfile tells whether there is something of a person to review.
func (c *Customer) hasPersonalProfile() bool {
	return (c.Contact != nil && c.Contact.DateOfBirth != nil) || (c.LegalEntity != nil && c.LegalEntity.PersonalTaxID != nil)
}

// HasProfile tells whether the customer gave what reviews of its kind look at.
func (c *Customer) HasProfile() bool {
	if c.EffectivePartyType() == PartyBusiness {
		return c.hasBusinessProfile()
	}
	return c.hasPersonalProfile()
}

// StandingSet is a set of standings; the empty one does not filter.
type StandingSet uint8

// StandingsOf makes a set; what is no standing is left out.
func StandingsOf(list ...Standing) StandingSet {
	var set StandingSet
	for i, known := range Standings() {
		for _, standing := range list {
			if standing == known {
				set |= 1 << i
			}
		}
	}
	return set
}

// List gives the standings of the set; all of them for the empty one.
func (s StandingSet) List() []Standing {
	var list []Standing
	for i, standing := range Standings() {
		if s == 0 || s&(1<<i) != 0 {
			list = append(list, standing)
		}
	}
	return list
}

// Passes tells whether a filter by the set lets the standing through.
func (s StandingSet) Passes(standing Standing) bool { return s == 0 || s&StandingsOf(standing) != 0 }

// StatusCounts counts customers by standing; absent is zero.
type StatusCounts map[Standing]int64
