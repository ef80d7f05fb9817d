package view

import (
	"encoding/json"
	"fmt"

	"tenantry/customers"
)

// Event writes the customer as events show it: masked like answers, and
// without dates of birth.
func (s *Presenter) Event(c *customers.Customer) ([]byte, error) {
	view := s.present(c, showing{})
	view.PlanStatus.Requirements = nil // needed says the same, without the prose
	text, err := json.Marshal(view)
	if err != nil {
		return nil, fmt.Errorf("writing the event of customer %s: %w", c.Ref(), err)
	}
	return text, nil
}
