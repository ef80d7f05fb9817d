package reviews

import "encoding/json"

// The judgments of a report and of its modules.
const (
	Accept      = "accept"
	Reject      = "reject"
	NeedsReview = "review"
)

// Report is what a provider found: its judgment as a whole, the judgment by module, and
// the evidence. Scores are 0 to 1; a higher risk is worse, a higher correlation better.
// The only personal data in it is what the customer gave.
type Report struct {
	Decision string `json:"decision"` // accept, reject, review
	// Breakdown has a module by name: address, email, phone, fraud, synthetic,
	// business_identification, business_validation, business_evaluation.
	Breakdown     map[string]Module `json:"breakdown"`
	KYC           *KYC              `json:"kyc,omitempty"`
	NetworkAlerts *NetworkAlerts    `json:"networkAlerts,omitempty"`
	Reputation    *Reputation       `json:"reputation,omitempty"`
	WatchList     *WatchList        `json:"watchList,omitempty"`
}

// Module is the judgment of one module.
type Module struct {
	Decision         string   `json:"decision,omitempty"`
	Codes            []string `json:"codes,omitempty"`
	RiskScore        *float64 `json:"riskScore,omitempty"`
	CorrelationScore *float64 `json:"correlationScore,omitempty"`
	// Correlation is low_confidence, potential_match, likely_match or high_confidence.
	Correlation string `json:"correlation,omitempty"`
}

// KYC says which fields of a person were confirmed: first_name, last_name, address,
// city, state, zip, phone, dob, ssn, email.
type KYC struct {
	Validations map[string]bool `json:"validations"`
	Codes       []string        `json:"codes,omitempty"`
	Decision    string          `json:"decision,omitempty"`
}

// NetworkAlerts is the warnings of other members of the provider's network.
type NetworkAlerts struct {
	Decision string   `json:"decision,omitempty"`
	Codes    []string `json:"codes,omitempty"`
	Alerts   []string `json:"alerts,omitempty"`
}

// Reputation is how the person or business behaved elsewhere.
type Reputation struct {
	Decision  string    `json:"decision,omitempty"`
	Codes     []string  `json:"codes,omitempty"`
	RiskScore *float64  `json:"riskScore,omitempty"`
	Insights  *Insights `json:"insights,omitempty"`
}

// Insights is figures by name, such as accounts_active_count (Straddle API reference,
// reputation insights); amounts are US dollars, dates YYYY-MM-DD.
type Insights struct {
	Counts  map[string]int      `json:"counts,omitempty"`
	Amounts map[string]float64  `json:"amounts,omitempty"`
	Dates   map[string][]string `json:"dates,omitempty"`
}

// WatchList says whether lists of sanctions and the like name the subject.
type WatchList struct {
	Decision string           `json:"decision,omitempty"`
	Codes    []string         `json:"codes,omitempty"`
	Matched  []string         `json:"matched,omitempty"` // names of lists
	Matches  []WatchListMatch `json:"matches,omitempty"`
}

// WatchListMatch is one entry of a list.
type WatchListMatch struct {
	Correlation string   `json:"correlation"`
	ListName    string   `json:"listName"`
	MatchFields []string `json:"matchFields"`
	URLs        []string `json:"urls"`
}

// Report returns what the provider found in the latest judged review, or nil.
func (i *Identity) Report() *Report {
	if len(i.Findings) == 0 {
		return nil
	}
	report := &Report{}
	if json.Unmarshal(i.Findings, report) != nil {
		return nil
	}
	return report
}
