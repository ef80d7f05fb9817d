package plans

// The two values of an overall status and of each verification in it.
const (
	Verified   = "verified"
	Unverified = "unverified"
)

// Status is the native planStatus object. Its maps and lists are never nil.
type Status struct {
	// Plan is the name of the plan, PlanKey its key.
	Plan    string `json:"plan"`
	PlanKey string `json:"planKey"`
	// Status is verified or unverified. For a customer that is not active it is the
	// customer's own status, and every feature is off.
	Status string `json:"status"`
	// Verifications holds exactly what the plan requires, each verified or unverified.
	Verifications map[string]string `json:"verifications"`
	// Needed are words for programs, in the order in which to see to them.
	Needed []string `json:"needed"`
	// Features maps each feature of the plan to whether it is on now.
	Features map[string]bool `json:"features"`
	// Requirements is Needed for people: why each thing is needed, and what to do.
	Requirements []Missing `json:"requirements,omitzero"`
}

// Missing is one thing that is still needed.
type Missing struct {
	// Path is the native path of the missing field, or `identity` for the
	// review, or `defaultBank` for the bank.
	Path string `json:"path"`
	// Reason is why it is asked for, Remedy what to send or do.
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
}
