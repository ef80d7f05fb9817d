package settings

import (
	"slices"

	"tenantry/internal/check"
	"tenantry/internal/patch"
)

// Merge returns base with the changes of p applied; base itself stays as it is. A nil
// base counts as empty.
func Merge(base *Settings, p Patch) *Settings {
	out := base.Clone()
	if out == nil {
		out = &Settings{}
	}
	out.Events = mergeObject(out.Events, p.Events, mergeEvents)
	out.Customers = mergeObject(out.Customers, p.Customers, mergePolicies)
	out.Branding = mergeObject(out.Branding, p.Branding, mergeBranding)
	out.Onboarding = mergeObject(out.Onboarding, p.Onboarding, mergeOnboarding)
	return out
}

// mergeObject changes a nested object: an absent patch leaves it, null removes it, and a
// value merges into it or into a new one.
func mergeObject[T, P any](object *T, change patch.Field[P], merge func(*T, P)) *T {
	switch {
	case !change.Set:
		return object
	case change.Null:
		return nil
	case object == nil:
		object = new(T)
	}
	merge(object, change.Value)
	return object
}

func mergeEvents(e *Events, p EventsPatch) {
	mergeFlag(&e.Enabled, p.Enabled)
	mergeFlag(&e.IncludeChildren, p.IncludeChildren)
	e.URLs = mergeObject(e.URLs, p.URLs, func(u *URLs, p URLsPatch) {
		if p.Always.Set {
			u.Always = make([]string, 0, len(p.Always.Value))
			for _, text := range p.Always.Value {
				u.Always = append(u.Always, check.CanonicalURL(text))
			}
		}
		if len(u.Always) <= MaxURLs { // a longer list is refused as it is
			u.Always = unique(u.Always)
		}
		if p.Filtered.Set {
			u.Filtered = receiversOf(p.Filtered.Value)
		}
	})
}

func mergePolicies(p *Policies, change PoliciesPatch) {
	mergeFlag(&p.AllowDataUnmask, change.AllowDataUnmask)
	mergeFlag(&p.AllowDuplicateEmail, change.AllowDuplicateEmail)
	mergeFlag(&p.AllowIdentitySkip, change.AllowIdentitySkip)
	mergeFlag(&p.UniqueEmail, change.UniqueEmail)
	mergeFlag(&p.AccountsOnly, change.AccountsOnly)
	mergeFlag(&p.IdentityDecidedBy, change.IdentityDecidedBy)
	mergeFlag(&p.MaximumKeyLifetimeSeconds, change.MaximumKeyLifetimeSeconds)
}

func mergeFlag[T any](target **T, change patch.Field[T]) {
	if !change.Set {
		return
	}
	if change.Null {
		*target = nil
		return
	}
	*target = &change.Value
}

// unique removes repeated texts, keeping the first of each. It never returns nil.
func unique(list []string) []string {
	out := make([]string, 0, len(list))
	for _, item := range list {
		if !slices.Contains(out, item) {
			out = append(out, item)
		}
	}
	return out
}

// Inherit returns the settings of a new child: its own if it sent any, even empty ones,
// and otherwise a snapshot of the parent's defaults (PayStand API reference, customer
// resource: it is a replacement, not a merge). The snapshot has no logo: pages show that of
// the customer above anyway, and each child would keep a copy of the image.
func Inherit(own, parentDefaults *Settings) *Settings {
	if own != nil {
		return own
	}
	inherited := parentDefaults.Clone()
	if inherited != nil && inherited.Branding != nil {
		inherited.Branding.Logo = nil
	}
	return inherited
}
