// Package links has the stored form of onboarding links and what follows from it (pure).
package links

import (
	"time"

	"tenantry/tenancy"
)

// Collect says which requirements a link asks for.
type Collect string

// What a link asks for.
const (
	// Due asks for what is due now.
	Due Collect = "due"
	// Eventually asks for what will be due later too.
	Eventually Collect = "eventually"
)

// Link is a link at which a customer is asked, without a credential, for what it
// still owes. Its token is not stored: only a digest is.
type Link struct {
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
	StateOpen      = "open"      // not opened yet
	StateOpened    = "opened"    // in use by the browser that opened it
	StateCompleted = "completed" // all that it asks for was given
	StateEnded     = "ended"     // by whoever may
	StateExpired   = "expired"
)

// State returns the state of the link at a moment, as far as its record says.
func (l *Link) State(now time.Time) string {
	switch {
	case l.Completed != nil:
		return StateCompleted
	case l.Ended != nil:
		return StateEnded
	case !now.Before(l.Expires):
		return StateExpired
	case l.Opened != nil:
		return StateOpened
	default:
		return StateOpen
	}
}
