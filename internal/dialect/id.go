package dialect

import (
	"strings"

	"tenantry/tenancy"
)

// Prefixed writes an id as vendors do that put the kind of a thing in front of it:
// `CU` and the 24 digits. No second id is stored.
func Prefixed(prefix string, id tenancy.ID) string { return prefix + id.String() }

// Unprefixed reads what Prefixed wrote and returns the digits, as services take them;
// empty, which names nothing, for everything else.
func Unprefixed(prefix, text string) string {
	digits, found := strings.CutPrefix(text, prefix)
	if _, err := tenancy.ParseID(digits); !found || err != nil {
		return ""
	}
	return digits
}
