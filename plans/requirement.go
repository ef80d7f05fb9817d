package plans

import "time"

// State says how urgent a requirement is.
type State string

// The states of a requirement.
const (
	// Eventually is asked for later: its moment has not come.
	Eventually State = "eventually"
	// Due is asked for now. It holds its features back, unless it has a deadline.
	Due State = "due"
	// PastDue has passed its deadline and holds its features back.
	PastDue State = "pastDue"
	// Pending waits for somebody else than the customer. It holds its features back, unless
	// an earlier judgment is in force until its deadline.
	Pending State = "pending"
	// Failed was looked at and refused; it holds its features back like Due.
	Failed State = "failed"
)

// Requirement is one thing that is still needed, or will be.
type Requirement struct {
	// Code is stable, and what programs match on: docs/requirements.md lists them.
	Code string `json:"code"`
	// Path is the native path of the field, or `identity` for the review, `defaultBank`
	// for the bank, `ownership` for the certification of owners.
	Path  string `json:"path"`
	State State  `json:"state"`
	// Reason is why it is asked for, Remedy what to send or do. Events leave both out.
	Reason string `json:"reason,omitempty"`
	Remedy string `json:"remedy,omitempty"`
	// Deadline is when its features end, or begin to be held back; empty for none.
	Deadline string `json:"deadline,omitempty"`
	// Features are those of the plan that it holds back, or will.
	Features []Feature `json:"features"`
	// Alternatives are paths that would do as well.
	Alternatives []string `json:"alternatives,omitempty"`
	// Error is what failed, where something did.
	Error *Failure `json:"error,omitempty"`
}

// Failure is why something that was given was refused.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// momentLayout is how answers show moments: ISO 8601 in UTC with milliseconds.
const momentLayout = "2006-01-02T15:04:05.000Z"

// settled is a requirement's state at a moment.
type settled struct {
	state    State
	deadline time.Time
	// holds reports that it holds its features back; open that something is to be done
	// about it, or waited for, before its verification is complete.
	holds, open bool
}

// at returns the state at a moment of something that is due, pending or failed by itself.
func (t timing) at(now time.Time, state State) settled {
	s := settled{state: state, deadline: t.deadline}
	switch {
	case t.unknown || t.start.After(now):
		if s.deadline.IsZero() && !t.unknown {
			s.deadline = t.start
		}
		if state == Due {
			s.state = Eventually
		}
	case t.deadline.IsZero():
		s.holds = true
	case !now.Before(t.deadline):
		s.holds = true
		if state != Failed {
			s.state = PastDue
		}
	}
	s.open = s.holds || s.state == Due || s.state == Failed
	return s
}

// next returns the first moment after now at which the state changes by itself; zero for
// none.
func (t timing) next(now time.Time) (first time.Time) {
	for _, moment := range [...]time.Time{t.start, t.deadline} {
		if !t.unknown && moment.After(now) && (first.IsZero() || moment.Before(first)) {
			first = moment
		}
	}
	return first
}
