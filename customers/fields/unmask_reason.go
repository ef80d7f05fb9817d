package fields

import (
	"strings"
	"unicode/utf8"

	"tenantry/internal/check"
	"tenantry/internal/fault"
)

const (
	minReason = 3
	maxReason = 256
)

// UnmaskReason returns the trimmed reason for a recorded reading, or Invalid when it is
// missing or has the wrong length.
func UnmaskReason(given string) (string, error) {
	reason := strings.TrimSpace(given)
	var faults fault.List
	switch {
	case reason == "":
		faults.Add("reason", fault.Missing, "say why you need the sensitive fields: it is kept in the audit trail")
	case utf8.RuneCountInString(reason) < minReason:
		faults.Add("reason", fault.TooShort, "at least 3 characters")
	default:
		check.Text(&faults, reason, "reason", maxReason)
	}
	return reason, faults.Err()
}
