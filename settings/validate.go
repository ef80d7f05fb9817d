package settings

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tenantry/internal/check"
	"tenantry/internal/fault"
)

// Limits of a receiver list.
const (
	MaxURLs      = 10
	MaxURLLength = 2048
	// MaxKeyLifetimeSeconds is the longest life of a key that has one.
	MaxKeyLifetimeSeconds = 365 * 24 * 60 * 60
)

// Rules are the installation's rules for settings.
type Rules struct {
	// AllowInsecure accepts http receivers; sandbox mode only.
	AllowInsecure bool
	// AllowPrivate accepts loopback, private and link-local addresses as
	// receivers (`webhooks.allow_private`). Names are checked when connecting.
	AllowPrivate bool
	// AllowAnyPort accepts ports of other services, those below 1024 that are not of the
	// web (`webhooks.allow_any_port`).
	AllowAnyPort bool
	// Stood are the URLs that the account has already. They may stay, so that a rule that
	// became stricter does not refuse a change of something else.
	Stood []string
}

// Validate adds every fault of s, below the given path, to faults. A nil s has none.
func (r Rules) Validate(s *Settings, path string, faults *fault.List) {
	if by := s.policies().IdentityDecidedBy; by != nil && *by != DecidedByOperator && *by != DecidedByPlatform {
		faults.AddValue(fault.Join(path, "customers.identityDecidedBy"), fault.BadValue, *by, "must be operator or platform")
	}
	if life := s.policies().MaximumKeyLifetimeSeconds; life != nil && (*life < 60 || *life > MaxKeyLifetimeSeconds) {
		faults.Add(fault.Join(path, "customers.maximumKeyLifetimeSeconds"), fault.BadValue, "must be 60 to 31536000 (a year)")
	}
	r.validatePages(s, path, faults)
	if s == nil || s.Events == nil || s.Events.URLs == nil {
		return
	}
	list := fault.Join(path, "events.urls.always")
	if len(s.Events.URLs.Always) > MaxURLs {
		faults.Add(list, fault.TooMany, "at most 10 URLs")
		return
	}
	for i, text := range s.Events.URLs.Always {
		r.validateURL(text, fault.Index(list, i), faults)
	}
	r.validateFiltered(s.Events.URLs, fault.Join(path, "events.urls.filtered"), faults)
}

func (r Rules) validateURL(text, path string, faults *fault.List) {
	if slices.Contains(r.Stood, text) {
		return
	}
	if utf8.RuneCountInString(text) > MaxURLLength {
		faults.Add(path, fault.TooLong, "at most 2048 characters")
		return
	}
	target, err := check.ParseTarget(text)
	if err != nil {
		faults.AddValue(path, fault.BadValue, text, err.Error())
		return
	}
	if target.URL.Scheme != "https" && !r.AllowInsecure {
		faults.AddValue(path, fault.BadValue, text, "must be an https URL")
	}
	if !r.AllowAnyPort && !target.IsWebPort() {
		faults.AddValue(path, fault.BadValue, text, "must name port 80, 443 or one above 1023; the others belong to services that are no receivers of events")
	}
	if !r.AllowPrivate && isPrivate(target) {
		faults.AddValue(path, fault.BadValue, text, "must be a public address; loopback, private and link-local ones are refused")
	}
}

// isPrivate reports whether the host is a literal address, or a name, that can only mean a
// machine on this installation's own network.
func isPrivate(target check.Target) bool {
	host := target.Host
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local") {
		return true
	}
	address := target.Address
	return address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast() ||
		address.IsUnspecified() || address.IsMulticast() || address.IsInterfaceLocalMulticast()
}

// Handing checks that a giver with the policies of `holder` may hand down those of s: it
// must hold what it hands down. The policies that only restrict (UniqueEmail) or concern
// the account's own order (AllowDuplicateEmail) are free to give. Each fault is added
// below path.
func Handing(holder, s *Settings, path string, faults *fault.List) {
	if s.MayUnmask() && !holder.MayUnmask() {
		faults.Add(fault.Join(path, "customers.allowDataUnmask"), fault.BadValue,
			"your own account does not hold this policy, so you cannot hand it down; ask the platform above you")
	}
	if s.MaySkipIdentity() && !holder.MaySkipIdentity() {
		faults.Add(fault.Join(path, "customers.allowIdentitySkip"), fault.BadValue,
			"your own account does not hold this policy, so you cannot hand it down; ask the platform above you")
	}
	if s.DecidesIdentity(false) && !holder.DecidesIdentity(false) {
		faults.Add(fault.Join(path, "customers.identityDecidedBy"), fault.BadValue,
			"your own account does not decide identity, so you cannot let another one; ask the platform above you")
	}
}
