package client

import (
	"context"
)

// SettingsService reads and changes the settings of customers, which are part of their
// records.
type SettingsService struct{ c *Client }

// Get returns the settings of a customer; only members that were set are present.
func (s *SettingsService) Get(ctx context.Context, customer string, options ...CallOption) (*Settings, error) {
	c, err := s.c.Customers.Get(ctx, customer, options...)
	if err != nil {
		return nil, err
	}
	if c.Settings == nil {
		return &Settings{}, nil
	}
	return c.Settings, nil
}

// Update changes the settings of a customer and returns all of them. Policies are set from
// above only: it returns [ErrValidationError] for whom they bind.
func (s *SettingsService) Update(ctx context.Context, customer string, input SettingsInput, options ...CallOption) (*Settings, error) {
	c, err := s.c.Customers.Update(ctx, customer, CustomerChange{Settings: Set(input)}, options...)
	if err != nil {
		return nil, err
	}
	if c.Settings == nil {
		return &Settings{}, nil
	}
	return c.Settings, nil
}

// Settings holds what a customer configured; only members that were set are present.
type Settings struct {
	// Whether and where changes are reported.
	Events *EventSettings `json:"events,omitzero"`
	// Account policies. They are set from above: no customer can set its own, or grant one
	// that it does not have.
	Customers *CustomerSettings `json:"customers,omitzero"`
	// How pages look that customers below this one see. A member that is not set is that of
	// the customer above.
	Branding *Branding `json:"branding,omitzero"`
	// Where the pages of onboarding links may lead and who may frame them, for customers below
	// this one. A member that is not set is that of the customer above.
	Onboarding *OnboardingSettings `json:"onboarding,omitzero"`
}

// EventSettings says whether and where changes are reported.
type EventSettings struct {
	// Switches deliveries on; off by default.
	Enabled *bool `json:"enabled,omitzero"`
	// Receivers.
	URLs *EventURLs `json:"urls,omitzero"`
	// Sends events of descendants to these receivers too; on by default.
	IncludeChildren *bool `json:"includeChildren,omitzero"`
}

// CustomerSettings holds account policies. They are set from above.
type CustomerSettings struct {
	// Allows reading sensitive fields in full.
	AllowDataUnmask *bool `json:"allowDataUnmask,omitzero"`
	// Lets several customers of the account share an e-mail address in dialects that otherwise
	// refuse it.
	AllowDuplicateEmail *bool `json:"allowDuplicateEmail,omitzero"`
	// Allows creating customers without an identity review.
	AllowIdentitySkip *bool `json:"allowIdentitySkip,omitzero"`
	// Makes every dialect refuse an e-mail address that the account already has.
	UniqueEmail *bool `json:"uniqueEmail,omitzero"`
	// Refuses new customers directly below this account unless their plan lets them have
	// customers of their own; the others belong below such an account.
	AccountsOnly *bool `json:"accountsOnly,omitzero"`
	// Who decides identity reviews and documents of the customers below the account; without
	// it the operator alone in live mode, the account too in a sandbox. One of operator and
	// platform.
	IdentityDecidedBy string `json:"identityDecidedBy,omitzero"`
	// Makes every key that is minted for the account end after so long at the latest. 60 to
	// 31,536,000.
	MaximumKeyLifetimeSeconds *int `json:"maximumKeyLifetimeSeconds,omitzero"`
}

// Branding says how pages look that customers below this one see.
type Branding struct {
	// What the pages call you; without it your own name. 1 to 64 characters.
	Name string `json:"name,omitzero"`
	// The color of buttons, as #rrggbb. Text on it and beside it has enough contrast, whatever
	// the color.
	Accent string `json:"accent,omitzero"`
	// The digest of the image, sha256: and 64 hexadecimal digits; send it back to leave the
	// image as it is.
	Logo string `json:"logo,omitzero"`
}

// OnboardingSettings says where onboarding links may lead back to, and which pages may frame
// them.
type OnboardingSettings struct {
	// Hosts that returnUrl and refreshUrl may lead to, with a port unless it is 443:
	// app.example.com. A sandbox does not look. At most 20.
	ReturnHosts []string `json:"returnHosts,omitzero"`
	// Origins of pages that may frame those of links: https://app.example.com. At most 20.
	FrameAncestors []string `json:"frameAncestors,omitzero"`
}

// EventURLs lists the receivers of events, at most 10 in both lists together.
type EventURLs struct {
	// Receive every event. At most 10.
	Always []string `json:"always,omitzero"`
	// Receive some types only, or events in the shape of another vendor. At most 10.
	Filtered []Receiver `json:"filtered,omitzero"`
}

// SettingsInput changes settings: objects merge, lists are replaced, null clears.
type SettingsInput struct {
	// Whether and where changes are reported.
	Events *EventSettingsInput `json:"events,omitzero"`
	// Account policies. They are set from above: no customer can set its own, or grant one
	// that it does not have.
	Customers *CustomerSettingsInput `json:"customers,omitzero"`
	// How pages look that customers below this one see. A member that is not set is that of
	// the customer above.
	Branding *BrandingInput `json:"branding,omitzero"`
	// Where the pages of onboarding links may lead and who may frame them, for customers below
	// this one. A member that is not set is that of the customer above.
	Onboarding *OnboardingSettingsInput `json:"onboarding,omitzero"`
}

// EventSettingsInput changes whether and where changes are reported.
type EventSettingsInput struct {
	// Switches deliveries on; off by default.
	Enabled Optional[bool] `json:"enabled,omitzero"`
	// Receivers; the list is replaced.
	URLs *EventURLsInput `json:"urls,omitzero"`
	// Sends events of descendants to these receivers too; on by default.
	IncludeChildren Optional[bool] `json:"includeChildren,omitzero"`
}

// CustomerSettingsInput changes account policies. They are set from above: no customer can set
// its own, or grant one that it does not have.
type CustomerSettingsInput struct {
	// Allows reading sensitive fields in full.
	AllowDataUnmask Optional[bool] `json:"allowDataUnmask,omitzero"`
	// Lets several customers of the account share an e-mail address in dialects that otherwise
	// refuse it.
	AllowDuplicateEmail Optional[bool] `json:"allowDuplicateEmail,omitzero"`
	// Allows creating customers without an identity review.
	AllowIdentitySkip Optional[bool] `json:"allowIdentitySkip,omitzero"`
	// Makes every dialect refuse an e-mail address that the account already has.
	UniqueEmail Optional[bool] `json:"uniqueEmail,omitzero"`
	// Refuses new customers directly below this account unless their plan lets them have
	// customers of their own; the others belong below such an account.
	AccountsOnly Optional[bool] `json:"accountsOnly,omitzero"`
	// Who decides identity reviews and documents of the customers below the account; without
	// it the operator alone in live mode, the account too in a sandbox. One of operator and
	// platform.
	IdentityDecidedBy Optional[string] `json:"identityDecidedBy,omitzero"`
	// Makes every key that is minted for the account end after so long at the latest. 60 to
	// 31,536,000.
	MaximumKeyLifetimeSeconds Optional[int] `json:"maximumKeyLifetimeSeconds,omitzero"`
}

// BrandingInput changes how pages look that customers below this one see.
type BrandingInput struct {
	// What the pages call you; without it your own name. 1 to 64 characters.
	Name Optional[string] `json:"name,omitzero"`
	// The color of buttons, as #rrggbb. Text on it and beside it has enough contrast, whatever
	// the color.
	Accent Optional[string] `json:"accent,omitzero"`
	// A PNG or JPEG image in base64, at most 64 KiB and 2048 pixels wide and high; or what the
	// answer shows.
	Logo Optional[string] `json:"logo,omitzero"`
}

// OnboardingSettingsInput changes where onboarding links may lead back to, and which pages may
// frame them.
type OnboardingSettingsInput struct {
	// Hosts that returnUrl and refreshUrl may lead to, with a port unless it is 443:
	// app.example.com. A sandbox does not look. At most 20.
	ReturnHosts Optional[[]string] `json:"returnHosts,omitzero"`
	// Origins of pages that may frame those of links: https://app.example.com. At most 20.
	FrameAncestors Optional[[]string] `json:"frameAncestors,omitzero"`
}

// EventURLsInput replaces the receivers of events, at most 10 in both lists together.
type EventURLsInput struct {
	// At most 10.
	Always Optional[[]string] `json:"always,omitzero"`
	// Receive some types only, or events in the shape of another vendor. At most 10 URLs,
	// together with those of always.
	Filtered Optional[[]Receiver] `json:"filtered,omitzero"`
}

// Receiver is a receiver of some types of events, or of another format.
type Receiver struct {
	// At most 2048 characters.
	URL string `json:"url"`
	// Types such as customer.updated, or customer.* for all types that begin with it; all
	// types by default. At most 50.
	Types Optional[[]string] `json:"types,omitzero"`
	// The format of the messages; native by default.
	Format Optional[WebhookFormat] `json:"format,omitzero"`
}
