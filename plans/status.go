package plans

// The two deciding values of a planStatus and of each verification in it.
const (
	Verified   = "verified"
	Unverified = "unverified"
)

// Status is the native planStatus object. Its maps and lists are never nil.
type Status struct {
	// Plan is the name of the plan, PlanKey its key.
	Plan    string `json:"plan"`
	PlanKey string `json:"planKey"`
	// Status is verified or unverified; for a customer that is not active it is
	// the customer's own status, and then every feature is off.
	Status string `json:"status"`
	// Verifications holds what the plan requires and nothing else, each
	// verified or unverified.
	Verifications map[string]string `json:"verifications"`
	// Needed are words for programs, in the order in which to see to them.
	Needed []string `json:"needed"`
	// Features tells, for each feature of the plan, whether it is on now.
	Features map[string]bool `json:"features"`
	// Requirements says the same as Needed for people: why, and what to do.
	Requirements []Missing `json:"requirements,omitzero"`
}

// Missing is one thing still wanted.
type Missing struct {
	// Path is the native path of the missing field, or `identity` for the
	// review, or `defaultBank` for the bank.
	Path string `json:"path"`
	// Reason says why it is asked for, Remedy what to send or do.
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
}
