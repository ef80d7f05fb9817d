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

// Stages returns all stages, in the order of the bits of a StageSet.
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

// StageSet is a set of stages; the empty set does not filter.
type StageSet uint8

// StagesOf returns the set of the known stages of a list.
func StagesOf(list ...Stage) StageSet {
	var set StageSet
	for i, known := range Stages() {
		for _, stage := range list {
			if stage == known {
				set |= 1 << i
			}
		}
	}
	return set
}

// List returns the stages of the set, or all stages for the empty set.
func (s StageSet) List() []Stage {
	var list []Stage
	for i, stage := range Stages() {
		if s == 0 || s&(1<<i) != 0 {
			list = append(list, stage)
		}
	}
	return list
}

// Passes reports whether a filter by the set lets the stage through.
func (s StageSet) Passes(stage Stage) bool { return s == 0 || s&StagesOf(stage) != 0 }
