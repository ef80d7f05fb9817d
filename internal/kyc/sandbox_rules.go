package kyc

import (
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/check"
)

// What the codes of the sandbox mean (Straddle API reference, reasons).
var codeTexts = map[string]string{
	"I520": "The e-mail address carries a low risk.",
	"I553": "The e-mail address is more than two years old.",
	"R201": "The Social Security number has never been issued.",
	"R298": "The identity shows the marks of a synthetic one.",
	"R520": "The e-mail address carries a high risk.",
	"R551": "The date of birth does not allow a verification.",
}

const adultYears = 18

// screened judges a customer that is reviewed as a person or a business: as it was
// asked to, or by these rules (Straddle API reference, sandbox): a Social Security
// number that cannot be issued is rejected, a birth date in the future or less than
// 18 years ago goes to review, and everything else is verified.
func screened(s identity.Subject) identity.Result {
	switch s.Outcome {
	case reviews.OutcomeVerified:
		return accepted(s, "the sandbox was asked for verified")
	case reviews.OutcomeReview:
		return doubted(s, "the sandbox was asked for review", "R520", "")
	case reviews.OutcomeRejected:
		return refused(s, "the sandbox was asked for rejected", "R298", "")
	}
	switch {
	case s.Kind == customers.PartyIndividual && neverIssued(s.PersonalTax.Reveal()):
		return refused(s, "the Social Security number has never been issued", "R201", "ssn")
	case s.Kind == customers.PartyIndividual && minor(s.DateOfBirth.Reveal(), s.Now):
		return doubted(s, "the date of birth does not allow a verification", "R551", "dob")
	default:
		return accepted(s, "the sandbox found nothing wrong")
	}
}

// neverIssued reports whether nine digits are no number that is handed out: area 000,
// 666 or 900 and above, group 00, serial 0000.
func neverIssued(ssn string) bool {
	if len(ssn) != 9 {
		return false
	}
	area, group, serial := ssn[:3], ssn[3:5], ssn[5:]
	return area == "000" || area == "666" || area >= "900" || group == "00" || serial == "0000"
}

func minor(birth string, now time.Time) bool {
	date, ok := check.Date(birth, check.ISODate)
	return ok && !check.IsOfAge(date, adultYears, now)
}

func accepted(s identity.Subject, reason string) identity.Result {
	report := base(s, reviews.Accept)
	return verdict(reviews.IdentityVerified, reason, report)
}

func doubted(s identity.Subject, reason, code, field string) identity.Result {
	report := base(s, reviews.NeedsReview)
	report.Breakdown["fraud"] = reviews.Module{Decision: reviews.NeedsReview, RiskScore: new(0.55), Codes: []string{code}}
	report.Reputation = &reviews.Reputation{
		Decision: reviews.NeedsReview, RiskScore: new(0.55), Codes: []string{code},
		Insights: &reviews.Insights{Counts: map[string]int{"accounts_count": 2, "accounts_active_count": 1, "applications_count": 3}},
	}
	deny(report, field, code, reviews.NeedsReview)
	return verdict(reviews.IdentityReview, reason, report)
}

func refused(s identity.Subject, reason, code, field string) identity.Result {
	report := base(s, reviews.Reject)
	report.Breakdown["synthetic"] = reviews.Module{Decision: reviews.Reject, RiskScore: new(0.97), Codes: []string{code}}
	deny(report, field, code, reviews.Reject)
	return verdict(reviews.IdentityRejected, reason, report)
}

// base is what every report has: the modules that fit the subject, in order.
func base(s identity.Subject, decision string) *reviews.Report {
	matched := func(risk float64, codes ...string) reviews.Module {
		return reviews.Module{
			Decision: reviews.Accept, RiskScore: new(risk), CorrelationScore: new(0.99), Correlation: "high_confidence", Codes: codes,
		}
	}
	report := &reviews.Report{
		Decision: decision,
		Breakdown: map[string]reviews.Module{
			"email": matched(0.01, "I520", "I553"), "phone": matched(0.02), "fraud": {Decision: reviews.Accept, RiskScore: new(0.1)},
		},
		Reputation:    &reviews.Reputation{Decision: reviews.Accept, RiskScore: new(0.01), Insights: &reviews.Insights{Counts: map[string]int{"accounts_count": 1, "accounts_active_count": 1}}},
		WatchList:     &reviews.WatchList{Decision: reviews.Accept},
		NetworkAlerts: &reviews.NetworkAlerts{Decision: reviews.Accept},
	}
	if s.Address != nil {
		report.Breakdown["address"] = matched(0.03)
	}
	switch {
	case s.Kind == customers.PartyBusiness && s.HasProfile:
		for _, name := range []string{"business_identification", "business_validation", "business_evaluation"} {
			report.Breakdown[name] = matched(0.05)
		}
	case s.Kind == customers.PartyIndividual:
		report.Breakdown["synthetic"] = reviews.Module{Decision: reviews.Accept, RiskScore: new(0.05)}
		report.KYC = confirmed(s)
	}
	return report
}

// confirmed lists the fields of a person that were given, when a profile was.
func confirmed(s identity.Subject) *reviews.KYC {
	if !s.HasProfile {
		return nil
	}
	address := s.Address != nil
	return &reviews.KYC{Decision: reviews.Accept, Validations: map[string]bool{
		"first_name": true, "last_name": s.LastName != "", "email": true, "phone": s.Phone != "", "address": address, "city": address,
		"state": address, "zip": address, "dob": !s.DateOfBirth.Empty(), "ssn": !s.PersonalTax.Empty(),
	}}
}

// deny notes which field of a person did not hold.
func deny(report *reviews.Report, field, code, decision string) {
	if field == "" || report.KYC == nil {
		return
	}
	report.KYC.Validations[field], report.KYC.Decision, report.KYC.Codes = false, decision, []string{code}
}

// verdict explains every code of the report.
func verdict(status reviews.IdentityStatus, reason string, report *reviews.Report) identity.Result {
	messages := map[string]string{}
	note := func(codes []string) {
		for _, code := range codes {
			messages[code] = codeTexts[code]
		}
	}
	for _, module := range report.Breakdown {
		note(module.Codes)
	}
	note(report.Reputation.Codes)
	if report.KYC != nil {
		note(report.KYC.Codes)
	}
	return identity.Result{Status: status, Reason: strings.TrimSpace(reason), Messages: messages, Report: report}
}
