package settings

import (
	"slices"
	"time"

	"tenantry/internal/patch"
)

// Settings is what a customer configured. Members that were never set are nil, so that an
// answer echoes exactly what was sent; the accessors below return the effective values.
type Settings struct {
	Events    *Events   `bson:"events,omitempty"    json:"events,omitempty"`
	Customers *Policies `bson:"customers,omitempty" json:"customers,omitempty"`
	// Branding and Onboarding are about pages that customers below see.
	Branding   *Branding   `bson:"branding,omitempty"   json:"branding,omitempty"`
	Onboarding *Onboarding `bson:"onboarding,omitempty" json:"onboarding,omitempty"`
}

// Events configures whether and where changes are reported (PayStand API reference,
// settings object).
type Events struct {
	// Enabled switches deliveries on; false by default.
	Enabled *bool `bson:"enabled,omitempty" json:"enabled,omitempty"`
	// URLs are the receivers.
	URLs *URLs `bson:"urls,omitempty" json:"urls,omitempty"`
	// IncludeChildren sends events of descendants to these receivers too; true
	// by default.
	IncludeChildren *bool `bson:"includeChildren,omitempty" json:"includeChildren,omitempty"`
}

// URLs are the receivers by kind.
type URLs struct {
	// Always are URLs that receive every event: at most 10, each at most 2048 characters.
	Always []string `bson:"always,omitempty" json:"always"`
	// Filtered are URLs that receive some types of event only, or events in the form of
	// another vendor. A URL stands in one of the two lists; together they are at most 10.
	Filtered []Receiver `bson:"filtered,omitempty" json:"filtered,omitempty"`
}

// Policies are the account policies: what the platform above allows this account. They
// are handed down by an ancestor, which must itself hold what it hands down; no account
// sets its own.
type Policies struct {
	// AllowDataUnmask allows reading sensitive fields in full.
	AllowDataUnmask *bool `bson:"allowDataUnmask,omitempty" json:"allowDataUnmask,omitempty"`
	// AllowDuplicateEmail lets several customers of the account share an e-mail in the
	// dialects that otherwise refuse it.
	AllowDuplicateEmail *bool `bson:"allowDuplicateEmail,omitempty" json:"allowDuplicateEmail,omitempty"`
	// AllowIdentitySkip allows creating customers without an identity review.
	AllowIdentitySkip *bool `bson:"allowIdentitySkip,omitempty" json:"allowIdentitySkip,omitempty"`
	// UniqueEmail makes every dialect refuse an e-mail that the account already has.
	UniqueEmail *bool `bson:"uniqueEmail,omitempty" json:"uniqueEmail,omitempty"`
	// AccountsOnly makes the account create customers that are always reviewed, whatever
	// their plan, below one of its own accounts.
	AccountsOnly *bool `bson:"accountsOnly,omitempty" json:"accountsOnly,omitempty"`
	// IdentityDecidedBy says who decides identity reviews and documents of the customers
	// below the account: DecidedByOperator or DecidedByPlatform. Without it the mode of
	// the installation says.
	IdentityDecidedBy *string `bson:"identityDecidedBy,omitempty" json:"identityDecidedBy,omitempty"`
	// MaximumKeyLifetimeSeconds makes every key that is minted for the account end by
	// itself, after so long at the latest: 60 to 31536000.
	MaximumKeyLifetimeSeconds *int `bson:"maximumKeyLifetimeSeconds,omitempty" json:"maximumKeyLifetimeSeconds,omitempty"`
}

// Who decides the identity of the customers below an account.
const (
	// DecidedByOperator leaves decisions to the operator alone.
	DecidedByOperator = "operator"
	// DecidedByPlatform lets the account decide about the customers below it too.
	DecidedByPlatform = "platform"
)

// Patch is a change of Settings. Objects merge member by member, lists are
// replaced, null clears.
type Patch struct {
	Events    patch.Field[EventsPatch]   `json:"events"`
	Customers patch.Field[PoliciesPatch] `json:"customers"`

	Branding   patch.Field[BrandingPatch]   `json:"branding"`
	Onboarding patch.Field[OnboardingPatch] `json:"onboarding"`
}

// EventsPatch is a change of Events.
type EventsPatch struct {
	Enabled         patch.Field[bool]      `json:"enabled"`
	URLs            patch.Field[URLsPatch] `json:"urls"`
	IncludeChildren patch.Field[bool]      `json:"includeChildren"`
}

// URLsPatch is a change of URLs.
type URLsPatch struct {
	Always   patch.Field[[]string]        `json:"always"`
	Filtered patch.Field[[]ReceiverPatch] `json:"filtered"`
}

// PoliciesPatch is a change of Policies.
type PoliciesPatch struct {
	AllowDataUnmask     patch.Field[bool] `json:"allowDataUnmask"`
	AllowDuplicateEmail patch.Field[bool] `json:"allowDuplicateEmail"`
	AllowIdentitySkip   patch.Field[bool] `json:"allowIdentitySkip"`
	UniqueEmail         patch.Field[bool] `json:"uniqueEmail"`
	AccountsOnly        patch.Field[bool] `json:"accountsOnly"`

	IdentityDecidedBy         patch.Field[string] `json:"identityDecidedBy"`
	MaximumKeyLifetimeSeconds patch.Field[int]    `json:"maximumKeyLifetimeSeconds"`
}

// Clone returns a copy that shares nothing with s.
func (s *Settings) Clone() *Settings {
	if s == nil {
		return nil
	}
	return &Settings{Events: s.Events.clone(), Customers: s.Customers.clone(), Branding: s.Branding.clone(), Onboarding: s.Onboarding.clone()}
}

func (e *Events) clone() *Events {
	if e == nil {
		return nil
	}
	c := &Events{Enabled: cloneFlag(e.Enabled), IncludeChildren: cloneFlag(e.IncludeChildren)}
	if e.URLs != nil {
		c.URLs = &URLs{Always: slices.Clone(e.URLs.Always), Filtered: cloneReceivers(e.URLs.Filtered)}
	}
	return c
}

func (p *Policies) clone() *Policies {
	if p == nil {
		return nil
	}
	return &Policies{
		AllowDataUnmask: cloneFlag(p.AllowDataUnmask), AllowDuplicateEmail: cloneFlag(p.AllowDuplicateEmail),
		AllowIdentitySkip: cloneFlag(p.AllowIdentitySkip), UniqueEmail: cloneFlag(p.UniqueEmail),
		AccountsOnly: cloneFlag(p.AccountsOnly), IdentityDecidedBy: cloneFlag(p.IdentityDecidedBy),
		MaximumKeyLifetimeSeconds: cloneFlag(p.MaximumKeyLifetimeSeconds),
	}
}

func cloneFlag[T any](flag *T) *T {
	if flag == nil {
		return nil
	}
	c := *flag
	return &c
}

// IncludesChildren reports whether the receivers want events of descendants too.
func (s *Settings) IncludesChildren() bool {
	return s == nil || s.Events == nil || s.Events.IncludeChildren == nil || *s.Events.IncludeChildren
}

// MayUnmask reports whether the account may read sensitive fields in full.
func (s *Settings) MayUnmask() bool { return isTrue(s.policies().AllowDataUnmask) }

// MaySkipIdentity reports whether the account may create customers without a review.
func (s *Settings) MaySkipIdentity() bool { return isTrue(s.policies().AllowIdentitySkip) }

// DecidesIdentity reports whether the account may decide the identity of the customers
// below it; byDefault is the answer while nobody set who does.
func (s *Settings) DecidesIdentity(byDefault bool) bool {
	if by := s.policies().IdentityDecidedBy; by != nil {
		return *by == DecidedByPlatform
	}
	return byDefault
}

// AllowsDuplicateEmail reports whether dialects that refuse a repeated e-mail let this
// account repeat one.
func (s *Settings) AllowsDuplicateEmail() bool { return isTrue(s.policies().AllowDuplicateEmail) }

// DemandsUniqueEmail reports whether every dialect refuses a repeated e-mail.
func (s *Settings) DemandsUniqueEmail() bool { return isTrue(s.policies().UniqueEmail) }

// KeepsToAccounts reports whether customers that are always reviewed, whatever their
// plan, must be created below an account of this one.
func (s *Settings) KeepsToAccounts() bool { return isTrue(s.policies().AccountsOnly) }

// MaximumKeyLifetime returns how long keys of the account may live, 0 for as long as they
// like.
func (s *Settings) MaximumKeyLifetime() time.Duration {
	if seconds := s.policies().MaximumKeyLifetimeSeconds; seconds != nil {
		return time.Duration(*seconds) * time.Second
	}
	return 0
}

func (s *Settings) policies() Policies {
	if s == nil || s.Customers == nil {
		return Policies{}
	}
	return *s.Customers
}

func isTrue(b *bool) bool { return b != nil && *b }
