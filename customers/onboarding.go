package customers

import (
	"slices"
	"time"

	"tenantry/tenancy"
)

// Collect says which requirements a link asks for.
type Collect string

// What a link asks for.
const (
	// CollectDue asks for what is due now.
	CollectDue Collect = "due"
	// CollectEventually asks for what will be due later too.
	CollectEventually Collect = "eventually"
)

// OnboardingLink is a link at which a customer is asked, without a credential, for what it
// still owes. Its token is not stored: only a digest is.
type OnboardingLink struct {
	ID tenancy.ID `bson:"id"`
	// Digest is the SHA-256 of the token.
	Digest  []byte  `bson:"digest"`
	Collect Collect `bson:"collect"`
	// Locale is the language of the pages, empty for that of the browser.
	Locale string `bson:"locale,omitempty"`
	// ReturnURL is where the pages lead back to, RefreshURL where a link leads that opens
	// nothing any more; empty for nowhere.
	ReturnURL  string `bson:"returnUrl,omitempty"`
	RefreshURL string `bson:"refreshUrl,omitempty"`
	// Minter is the customer whose credential minted the link, Credential the id of that
	// credential in events, and CreatedBy what stands for it in what it makes: zero for
	// credentials that nobody revokes. The link ends with it.
	Minter        tenancy.Ref `bson:"minter"`
	Credential    string      `bson:"credential,omitempty"`
	CreatedBy     tenancy.ID  `bson:"createdBy,omitempty"`
	CreatedByUser bool        `bson:"createdByUser,omitempty"`
	// Attempt is the idempotent attempt that minted it; zero for none.
	Attempt tenancy.ID `bson:"attempt,omitempty"`
	// Session is the SHA-256 of the secret of the one browser that opened it; nil before.
	Session []byte `bson:"session,omitempty"`
	// Steps are the steps that the pages showed so far, so that those which are done stay
	// in sight.
	Steps     []string   `bson:"steps,omitempty"`
	Created   time.Time  `bson:"created"`
	Expires   time.Time  `bson:"expires"`
	Opened    *time.Time `bson:"opened,omitempty"`
	Completed *time.Time `bson:"completed,omitempty"`
	Ended     *time.Time `bson:"ended,omitempty"`
}

// The states of a link, as answers show them.
const (
	LinkOpen      = "open"      // not opened yet
	LinkOpened    = "opened"    // in use by the browser that opened it
	LinkCompleted = "completed" // all that it asks for was given
	LinkEnded     = "ended"     // by whoever may
	LinkExpired   = "expired"
)

// State returns the state of the link at a moment, as far as its record says.
func (l *OnboardingLink) State(now time.Time) string {
	switch {
	case l.Completed != nil:
		return LinkCompleted
	case l.Ended != nil:
		return LinkEnded
	case !now.Before(l.Expires):
		return LinkExpired
	case l.Opened != nil:
		return LinkOpened
	default:
		return LinkOpen
	}
}

// Link returns the onboarding link of that id, or nil.
func (c *Customer) Link(id tenancy.ID) *OnboardingLink {
	at := slices.IndexFunc(c.Links, func(l OnboardingLink) bool { return l.ID == id })
	if at < 0 {
		return nil
	}
	return &c.Links[at]
}
