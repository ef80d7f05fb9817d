package plans

import (
	"slices"
	"time"
)

// The two values of an overall status and of each verification in it.
const (
	Verified   = "verified"
	Unverified = "unverified"
)

// StatusWords returns every overall status: the two, and those of customers
// that are not active.
func StatusWords() []string { return []string{Verified, Unverified, "created", "disabled", "locked"} }

// NeededWords returns every word that may be needed, in no particular order of plans: the
// words of underwriting, of the review and of the bank, and the paths of fields.
func NeededWords() []string {
	words := []string{
		underwritingWord, "identityReview", "identityRetry", "identityDocument", "identityQuestions", "identityRejected",
		"bankDrops", "verifyBankDropAmounts",
	}
	for _, list := range [][]field{professionalUndecided, furtherFields} {
		for _, f := range list {
			if !slices.Contains(words, f.path) {
				words = append(words, f.path)
			}
		}
	}
	return words
}

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
	// Requirements say of each thing that is or will be needed why, until when, what it
	// holds back, and what to do.
	Requirements []Requirement `json:"requirements,omitzero"`
	// NextDeadline is the first deadline to come among them; empty for none.
	NextDeadline string `json:"nextDeadline,omitempty"`
	// NextChange is when this object changes next if nothing but time does; zero for
	// never.
	NextChange time.Time `json:"-"`
}
