package customers

// Standing is the Straddle status of a customer: one word, from its status and identity
// review, for whether it may transact.
type Standing string

// The standings.
const (
	StandingPending  Standing = "pending"  // the review runs, or there was none yet
	StandingReview   Standing = "review"   // somebody must decide or send more
	StandingVerified Standing = "verified" // may transact
	StandingRejected Standing = "rejected" // may not transact
	StandingInactive Standing = "inactive" // switched off
)

// Standings returns all standings, in the order of the bits of a WordSet.
func Standings() []Standing {
	return []Standing{StandingPending, StandingReview, StandingVerified, StandingRejected, StandingInactive}
}

// Standing returns the standing of the customer. Without a review a customer is pending,
// but a business without data to review counts as verified.
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

// hasBusinessProfile reports whether the customer has data of a business to review.
func (c *Customer) hasBusinessProfile() bool {
	l := c.LegalEntity
	return l != nil && (l.BusinessTaxID != nil || l.BusinessName != "" || len(l.Representatives) > 0)
}

// hasPersonalProfile reports whether the customer has data of a person to review.
func (c *Customer) hasPersonalProfile() bool {
	return (c.Contact != nil && c.Contact.DateOfBirth != nil) || (c.LegalEntity != nil && c.LegalEntity.PersonalTaxID != nil)
}

// HasProfile reports whether the customer has data that reviews of its party type look
// at.
func (c *Customer) HasProfile() bool {
	if c.EffectivePartyType() == PartyBusiness {
		return c.hasBusinessProfile()
	}
	return c.hasPersonalProfile()
}

// StandingsOf makes a set; what is no standing is left out.
func StandingsOf(list ...Standing) WordSet {
	var set WordSet
	for i, known := range Standings() {
		for _, standing := range list {
			if standing == known {
				set |= 1 << i
			}
		}
	}
	return set
}

// StandingsIn returns the standings of a set; all of them for the empty one.
func StandingsIn(s WordSet) []Standing {
	var list []Standing
	for i, standing := range Standings() {
		if s == 0 || s&(1<<i) != 0 {
			list = append(list, standing)
		}
	}
	return list
}

// StandingPasses reports whether a filter by the set lets the standing through.
func StandingPasses(s WordSet, standing Standing) bool { return s == 0 || s&StandingsOf(standing) != 0 }
