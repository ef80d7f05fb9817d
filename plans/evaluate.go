package plans

import "slices"

// Evaluate returns the planStatus of a customer that holds p. The plan should come from a
// Catalog, which has checked it. Evaluate is a pure function: the same arguments give
// the same answer, no argument is changed, and the answer shares no memory with them or
// with other answers.
func Evaluate(p Plan, f Facts) Status {
	s := Status{
		Plan:          p.Name,
		PlanKey:       p.Key,
		Verifications: make(map[string]string, len(p.Requires)),
		Needed:        []string{},
		Features:      make(map[string]bool, len(p.Features)),
		Requirements:  []Missing{},
	}
	underwritten, banked := true, true
	if level, underwrites := p.Underwriting(); underwrites {
		underwritten = s.underwrite(level, f)
		s.Verifications[string(level)] = word(underwritten)
	}
	if slices.Contains(p.Requires, Bank) {
		banked = s.checkBank(f)
		s.Verifications[string(Bank)] = word(banked)
	}
	s.Status = overall(f.CustomerStatus, underwritten && banked)
	active := s.Status == Verified || s.Status == Unverified
	for _, feature := range p.Features {
		s.Features[string(feature)] = active && open(feature, underwritten, banked)
	}
	return s
}

// underwrite reports whether the underwriting is verified, and adds what it still needs.
func (s *Status) underwrite(level Verification, f Facts) bool {
	wanted := fieldsFor(level, f.EntityType)
	for i, field := range wanted {
		if f.Given != nil && f.Given(field.Path) {
			continue
		}
		if len(s.Needed) == 0 {
			// Room for the rest, the heading, the review and the bank, so that
			// neither list grows twice.
			rest := len(wanted) - i
			s.Needed = append(make([]string, 0, rest+2), "underwritingData")
			s.Requirements = make([]Missing, 0, rest+2)
		}
		s.Needed = append(s.Needed, field.Path)
		s.Requirements = append(s.Requirements, field)
	}
	complete := len(s.Needed) == 0
	if f.Identity == identityVerified {
		return complete
	}
	if complete {
		s.Needed = append(s.Needed, identityWord(f.Identity))
	}
	s.Requirements = append(s.Requirements, identityRequirement(f, !complete))
	return false
}

// checkBank reports whether the bank is verified, and adds what it still needs.
func (s *Status) checkBank(f Facts) bool {
	if f.Bank == BankVerified {
		return true
	}
	needed, requirement := bankNeed(f)
	s.Needed = append(s.Needed, needed)
	s.Requirements = append(s.Requirements, requirement)
	return false
}

// open reports whether the verifications that gate a feature are complete. A feature
// without a gate of its own stays shut until everything required is verified.
func open(feature Feature, underwritten, banked bool) bool {
	switch feature {
	case CreateCustomers, Unmask:
		return true
	case AcceptPayments, SendPayments:
		return underwritten
	default:
		return underwritten && banked
	}
}

// overall returns the overall status. For a customer that is not active it is the
// customer's own status, because any other value means that nothing is on.
func overall(customerStatus string, verified bool) string {
	switch customerStatus {
	case "active":
		return word(verified)
	case "disabled", "locked":
		return customerStatus
	default:
		return "created"
	}
}

func word(verified bool) string {
	if verified {
		return Verified
	}
	return Unverified
}
