package check

import (
	"net/url"

	"tenantry/internal/fault"
)

// URL notes what is wrong with an absolute http or https URL of at most limit
// characters, and reports whether it is fit.
func URL(faults *fault.List, text, path string, limit int) bool {
	if !Text(faults, text, path, limit) {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
		faults.AddValue(path, fault.BadValue, text, "must be an absolute URL that begins with https:// or http://")
		return false
	}
	return true
}
