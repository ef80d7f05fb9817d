package config

import (
	"fmt"

	rules "tenantry/internal/check"
)

// suggestion returns the remedy for a misspelled name: the nearest of the known ones, and
// what to do otherwise.
func suggestion(name string, known []string, otherwise string) string {
	best := rules.Nearest(name, known)
	if best == "" {
		return otherwise
	}
	return fmt.Sprintf("did you mean %s? Otherwise %s", best, otherwise)
}
