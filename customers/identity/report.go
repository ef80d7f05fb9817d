package identity

import (
	"encoding/json"
	"fmt"

	"tenantry/customers/reviews"
	"tenantry/internal/patch"
)

const maxReportLen = 64 << 10

// findings returns a report as it is stored. It fails for a report that is too large.
func findings(report *reviews.Report) (patch.Raw, error) {
	if report == nil {
		return nil, nil
	}
	text, err := json.Marshal(report)
	if err != nil {
		return nil, fmt.Errorf("writing a review report: %w", err)
	}
	if len(text) > maxReportLen {
		return nil, fmt.Errorf("a review report of %d bytes is too large", len(text))
	}
	return text, nil
}
