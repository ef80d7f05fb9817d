package settings

import (
	"slices"

	"tenantry/internal/fault"
)

// With returns the settings with one more receiver, and events on; s itself stays as it
// is. A nil s counts as empty.
func (s *Settings) With(receiver Receiver) *Settings {
	out := s.Clone()
	if out == nil {
		out = &Settings{}
	}
	if out.Events == nil {
		out.Events = &Events{}
	}
	if out.Events.URLs == nil {
		out.Events.URLs = &URLs{Always: []string{}}
	}
	on := true
	out.Events.Enabled = &on
	out.Events.URLs.Filtered = append(out.Events.URLs.Filtered, receiver)
	return out
}

// Without returns the settings without the receiver with that URL; s itself stays as it
// is.
func (s *Settings) Without(url string) *Settings {
	out := s.Clone()
	if out == nil || out.Events == nil || out.Events.URLs == nil {
		return out
	}
	urls := out.Events.URLs
	urls.Always = slices.DeleteFunc(urls.Always, func(other string) bool { return other == url })
	urls.Filtered = slices.DeleteFunc(urls.Filtered, func(other Receiver) bool { return other.URL == url })
	if len(urls.Filtered) == 0 {
		urls.Filtered = nil
	}
	return out
}

// ValidateURL adds what is wrong with the URL of a receiver to faults.
func (r Rules) ValidateURL(text, path string, faults *fault.List) { r.validateURL(text, path, faults) }
