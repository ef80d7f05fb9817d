package client

import (
	"context"
	"net/http"
	"time"
)

// OnboardingService manages links at which a customer is asked for what it still owes.
type OnboardingService struct{ c *Client }

// List returns the onboarding links of a customer, oldest first, never their tokens.
func (s *OnboardingService) List(ctx context.Context, customer string, options ...CallOption) ([]OnboardingLink, error) {
	return all[OnboardingLink](ctx, s.c, path("customers", customer, "onboarding-links"), options)
}

// Create mints a link at which the customer is asked for exactly what it still owes, without a
// credential. It opens in one browser, once.
func (s *OnboardingService) Create(ctx context.Context, customer string, input OnboardingLinkInput, options ...CallOption) (*MintedOnboardingLink, error) {
	return call[MintedOnboardingLink](ctx, s.c, http.MethodPost, path("customers", customer, "onboarding-links"), input, options)
}

// End makes a link open nothing any more and ends the session of the browser that opened it.
func (s *OnboardingService) End(ctx context.Context, customer, link string, options ...CallOption) (*OnboardingLink, error) {
	return call[OnboardingLink](ctx, s.c, http.MethodDelete, path("customers", customer, "onboarding-links", link), nil, options)
}

// OnboardingLinkBase holds what every answer shows of an onboarding link.
type OnboardingLinkBase struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	// The customer that is asked.
	CustomerID string `json:"customerId"`
	// open until a browser opens it, then opened until it is over. One of open, opened,
	// completed, ended and expired.
	Status string `json:"status"`
	// What it asks for: what is due, or what will be due later too. One of due and eventually.
	Collect string `json:"collect"`
	// The language of the pages; absent for that of the browser. May grow. One of en and es.
	Locale     string `json:"locale,omitzero"`
	ReturnURL  string `json:"returnUrl,omitzero"`
	RefreshURL string `json:"refreshUrl,omitzero"`
	// The credential that minted it, with which it ends.
	CreatedBy string    `json:"createdBy,omitzero"`
	Created   time.Time `json:"created"`
	Expires   time.Time `json:"expires"`
	Opened    time.Time `json:"opened,omitzero"`
	Completed time.Time `json:"completed,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
}

// OnboardingLink is an onboarding link, without its token.
type OnboardingLink struct {
	OnboardingLinkBase
}

// MintedOnboardingLink is a new onboarding link; where it leads is shown once.
type MintedOnboardingLink struct {
	OnboardingLinkBase

	// Where it leads. Absent when this answer is replayed to another credential.
	URL Secret `json:"url,omitzero"`
}

// OnboardingLinkInput is an onboarding link to mint; the zero value asks for one with all
// defaults.
type OnboardingLinkInput struct {
	// Where the pages lead back to. In live mode https, at one of
	// settings.onboarding.returnHosts of the platform above the customer. That somebody comes
	// back proves nothing: read planStatus. At most 2048 characters.
	ReturnURL Optional[string] `json:"returnUrl,omitzero"`
	// Where the link leads once it opens nothing any more, by time or because a browser opened
	// it; have your own page there sign people in and mint another link. The same hosts. At
	// most 2048 characters.
	RefreshURL Optional[string] `json:"refreshUrl,omitzero"`
	// A day by default, 30 days at most, and no longer than the credential that mints it. 60
	// to 2,592,000.
	ExpiresInSeconds Optional[int] `json:"expiresInSeconds,omitzero"`
	// due (the default) asks for what is due now, eventually for what will be due later too.
	// One of due and eventually.
	Collect Optional[string] `json:"collect,omitzero"`
	// The language of the pages; by default that of the browser. One of en and es.
	Locale Optional[string] `json:"locale,omitzero"`
}
