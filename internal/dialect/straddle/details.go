package straddle

import (
	"maps"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect"
	"tenantry/plans"
)

// reviewBody is a review with the customer that it is about.
type reviewBody struct {
	Customer shown    `json:"customer_details"`
	Details  *details `json:"identity_details,omitempty"`
}

// details is what the review found.
type details struct {
	ReviewID      string            `json:"review_id"`
	Decision      string            `json:"decision"`
	Messages      map[string]string `json:"messages"`
	Breakdown     map[string]module `json:"breakdown"`
	KYC           *kyc              `json:"kyc,omitempty"`
	NetworkAlerts *networkAlerts    `json:"network_alerts,omitempty"`
	Reputation    *reputation       `json:"reputation,omitempty"`
	WatchList     *watchList        `json:"watch_list,omitempty"`
	CreatedAt     string            `json:"created_at"`
	UpdatedAt     string            `json:"updated_at"`
}

type module struct {
	Decision         string   `json:"decision,omitempty"`
	Codes            []string `json:"codes"`
	RiskScore        *float64 `json:"risk_score"`
	CorrelationScore *float64 `json:"correlation_score"`
	Correlation      string   `json:"correlation,omitempty"`
}

type kyc struct {
	Validations map[string]bool `json:"validations"`
	Codes       []string        `json:"codes"`
	Decision    string          `json:"decision,omitempty"`
}

type networkAlerts struct {
	Decision string   `json:"decision,omitempty"`
	Codes    []string `json:"codes"`
	Alerts   []string `json:"alerts"`
}

type reputation struct {
	Decision  string         `json:"decision,omitempty"`
	Codes     []string       `json:"codes"`
	RiskScore *float64       `json:"risk_score"`
	Insights  map[string]any `json:"insights,omitempty"`
}

type watchList struct {
	Decision string   `json:"decision,omitempty"`
	Codes    []string `json:"codes"`
	Matched  []string `json:"matched"`
	Matches  []match  `json:"matches"`
}

type match struct {
	Correlation string   `json:"correlation"`
	ListName    string   `json:"list_name"`
	MatchFields []string `json:"match_fields"`
	URLs        []string `json:"urls"`
}

// detailsOf returns what the latest review found; nil while there is none, and while
// it has no result.
func detailsOf(c *customers.Customer, facts plans.Facts) *details {
	i := &c.Identity
	if i.ReviewID.IsZero() || i.Status == reviews.IdentityPending || i.Status == reviews.IdentityNone || i.Started == nil || i.Updated == nil {
		return nil
	}
	report := i.Report()
	if report == nil { // a provider that explains nothing
		report = &reviews.Report{Decision: map[reviews.IdentityStatus]string{
			reviews.IdentityVerified: reviews.Accept, reviews.IdentityRejected: reviews.Reject,
		}[i.Status]}
		if report.Decision == "" {
			report.Decision = reviews.NeedsReview
		}
	}
	d := &details{
		ReviewID: dialect.UUID(i.ReviewID), Decision: report.Decision, Messages: messagesOf(c, facts), Breakdown: map[string]module{},
		CreatedAt: stamp(*i.Started), UpdatedAt: stamp(*i.Updated),
	}
	for name, m := range report.Breakdown {
		d.Breakdown[name] = module(m)
	}
	if k := report.KYC; k != nil {
		d.KYC = &kyc{Validations: k.Validations, Codes: k.Codes, Decision: k.Decision}
	}
	if n := report.NetworkAlerts; n != nil {
		d.NetworkAlerts = &networkAlerts{Decision: n.Decision, Codes: n.Codes, Alerts: n.Alerts}
	}
	if r := report.Reputation; r != nil {
		d.Reputation = &reputation{Decision: r.Decision, Codes: r.Codes, RiskScore: r.RiskScore, Insights: flat(r.Insights)}
	}
	if w := report.WatchList; w != nil {
		d.WatchList = &watchList{Decision: w.Decision, Codes: w.Codes, Matched: w.Matched}
		for _, m := range w.Matches {
			d.WatchList.Matches = append(d.WatchList.Matches, match(m))
		}
	}
	return d
}

// messagesOf returns what the provider says of its codes, and what the review waits for.
func messagesOf(c *customers.Customer, facts plans.Facts) map[string]string {
	code := plans.ReviewCode(facts)
	text, waits := waiting[code]
	if !waits {
		return c.Identity.Messages
	}
	all := maps.Clone(c.Identity.Messages)
	if all == nil {
		all = map[string]string{}
	}
	all[code] = text
	return all
}

// waiting words the codes of reviews that are not over in what this vendor's API can do
// about them; it never changes.
var waiting = map[string]string{
	"identity.review.manual":        "The review waits for a decision: set the status to verified or rejected.",
	"identity.data.mismatch":        "The data do not match: correct the customer by an update, which starts a new review.",
	"identity.document.missing":     "The review waits for a document of the customer.",
	"identity.document.pending":     "The review waits for the decision on a document.",
	"identity.document.rejected":    "The document of the customer was not accepted; the review waits for another.",
	"identity.questions.unanswered": "The review waits for answers to questions that only the customer knows.",
	"identity.rejected":             "The review ended in a rejection: a refresh starts a new one.",
}

// flat returns all insights in one object.
func flat(i *reviews.Insights) map[string]any {
	if i == nil {
		return nil
	}
	all := map[string]any{}
	maps.Insert(all, anyOf(i.Counts))
	maps.Insert(all, anyOf(i.Amounts))
	maps.Insert(all, anyOf(i.Dates))
	return all
}

func anyOf[T any](values map[string]T) func(yield func(string, any) bool) {
	return func(yield func(string, any) bool) {
		for name, value := range values {
			if !yield(name, value) {
				return
			}
		}
	}
}
