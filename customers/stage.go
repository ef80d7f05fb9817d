package customers

// Stage is the Dwolla status of a customer: one word for its status, type and identity
// review together.
type Stage string

// The stages.
const (
	StageUnverified  Stage = "unverified" // of a type that is not reviewed
	StageVerified    Stage = "verified"
	StageRetry       Stage = "retry" // not judged yet, or to be corrected
	StageDocument    Stage = "document"
	StageKBA         Stage = "kba"
	StageSuspended   Stage = "suspended"
	StageDeactivated Stage = "deactivated"
)

// Stages returns all stages, in the order of the bits of a WordSet.
func Stages() []Stage {
	return []Stage{StageUnverified, StageVerified, StageRetry, StageDocument, StageKBA, StageSuspended, StageDeactivated}
}

// Stage returns the stage of the customer.
func (c *Customer) Stage() Stage {
	switch {
	case c.Status == StatusLocked:
		return StageSuspended
	case c.Status == StatusDisabled:
		return StageDeactivated
	case !c.EffectiveEnrollmentType().Reviewed():
		return StageUnverified
	}
	switch c.Identity.Status {
	case IdentityVerified:
		return StageVerified
	case IdentityRejected:
		return StageSuspended
	case IdentityReview, IdentityDocument:
		return StageDocument
	case IdentityKBA:
		return StageKBA
	case IdentityNone, IdentityPending, IdentityRetry:
		return StageRetry
	default:
		return StageRetry
	}
}

// StagesOf makes a set; what is no stage is left out.
func StagesOf(list ...Stage) WordSet {
	var set WordSet
	for i, known := range Stages() {
		for _, stage := range list {
			if stage == known {
				set |= 1 << i
			}
		}
	}
	return set
}

// StagesIn returns the stages of a set; all of them for the empty one.
func StagesIn(s WordSet) []Stage {
	var list []Stage
	for i, stage := range Stages() {
		if s == 0 || s&(1<<i) != 0 {
			list = append(list, stage)
		}
	}
	return list
}

// StagePasses reports whether a filter by the set lets the stage through.
func StagePasses(s WordSet, stage Stage) bool { return s == 0 || s&StagesOf(stage) != 0 }
