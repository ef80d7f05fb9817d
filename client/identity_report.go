package client

// IdentityReport is what the provider found: overall, by module, and the evidence.
type IdentityReport struct {
	// One of accept, reject and review.
	Decision string `json:"decision"`
	// Modules by name (address, email, phone, fraud, synthetic, business_identification,
	// business_validation, business_evaluation).
	Breakdown map[string]IdentityModule `json:"breakdown"`
	// Which fields of a person were confirmed.
	KYC *KYCReport `json:"kyc,omitzero"`
	// Warnings of other members of the provider's network.
	NetworkAlerts *NetworkAlerts `json:"networkAlerts,omitzero"`
	// How the person or business behaved elsewhere.
	Reputation *Reputation `json:"reputation,omitzero"`
	// Whether lists of sanctions and the like name the subject.
	WatchList *WatchList `json:"watchList,omitzero"`
}

// KYCReport is what a provider found of the identity itself.
type KYCReport struct {
	Validations map[string]bool `json:"validations"`
	Codes       []string        `json:"codes,omitzero"`
	// One of accept, reject and review.
	Decision string `json:"decision,omitzero"`
}

// NetworkAlerts is what a provider knows from others of its network.
type NetworkAlerts struct {
	// One of accept, reject and review.
	Decision string   `json:"decision,omitzero"`
	Codes    []string `json:"codes,omitzero"`
	Alerts   []string `json:"alerts,omitzero"`
}

// Reputation is what a provider knows of the past of an identity.
type Reputation struct {
	// One of accept, reject and review.
	Decision  string   `json:"decision,omitzero"`
	Codes     []string `json:"codes,omitzero"`
	RiskScore *float64 `json:"riskScore,omitzero"`
	// Figures by name; amounts are US dollars, dates YYYY-MM-DD.
	Insights *ReputationInsights `json:"insights,omitzero"`
}

// WatchList is what a provider found on lists of sanctions.
type WatchList struct {
	// One of accept, reject and review.
	Decision string           `json:"decision,omitzero"`
	Codes    []string         `json:"codes,omitzero"`
	Matched  []string         `json:"matched,omitzero"`
	Matches  []WatchListMatch `json:"matches,omitzero"`
}

// ReputationInsights holds the figures behind a reputation.
type ReputationInsights struct {
	Counts  map[string]int      `json:"counts,omitzero"`
	Amounts map[string]float64  `json:"amounts,omitzero"`
	Dates   map[string][]string `json:"dates,omitzero"`
}

// WatchListMatch is one entry of a list that an identity may be.
type WatchListMatch struct {
	Correlation string   `json:"correlation"`
	ListName    string   `json:"listName"`
	MatchFields []string `json:"matchFields"`
	URLs        []string `json:"urls"`
}

// IdentityModule is the result of one module. Scores are 0 to 1; a higher risk is worse, a
// higher correlation better.
type IdentityModule struct {
	// One of accept, reject and review.
	Decision string `json:"decision,omitzero"`
	// Each is explained in messages.
	Codes            []string `json:"codes,omitzero"`
	RiskScore        *float64 `json:"riskScore,omitzero"`
	CorrelationScore *float64 `json:"correlationScore,omitzero"`
	// One of low_confidence, potential_match, likely_match and high_confidence.
	Correlation string `json:"correlation,omitzero"`
}

// VerdictInput is the late result of the review that a provider was asked about.
type VerdictInput struct {
	// As named in the question.
	Customer string `json:"customer"`
	ReviewID string `json:"reviewId"`
	// One of pending, review, retry, document, verified and rejected.
	Status   string            `json:"status"`
	Reason   string            `json:"reason,omitzero"`
	Messages map[string]string `json:"messages,omitzero"`
	Report   *IdentityReport   `json:"report,omitzero"`
}

// ReceivedVerdict says what became of a late result.
type ReceivedVerdict struct {
	Object string `json:"object"`
	// Whether the result was applied.
	Applied bool `json:"applied"`
}
