package customers

import (
	"time"

	"tenantry/tenancy"
)

// Webhook is a configured webhook: the secrets that sign for it and whether it is
// served. Its URL is in the settings too.
type Webhook struct {
	ID  tenancy.ID `bson:"id"`
	URL string     `bson:"url"`
	// CreatedBy is the key entry or the user that made it, zero where that is not known.
	CreatedBy tenancy.ID `bson:"createdBy,omitempty"`
	// CreatedByUser reports that CreatedBy is a user.
	CreatedByUser bool    `bson:"createdByUser,omitempty"`
	Secret        *Sealed `bson:"secret"`
	// Chosen reports that a client chose the secret, for a format that signs with its
	// whole text.
	Chosen bool `bson:"chosen,omitempty"`
	// Shown is when the secret was shown first; nil until then.
	Shown *time.Time `bson:"shown,omitempty"`
	// Previous signs too, until PreviousEnds.
	Previous     *Sealed    `bson:"previous,omitempty"`
	PreviousEnds *time.Time `bson:"previousEnds,omitempty"`
	// Disabled is when deliveries to it ended, Reason why.
	Disabled *time.Time `bson:"disabled,omitempty"`
	Reason   string     `bson:"reason,omitempty"`
	Created  time.Time  `bson:"created"`
}
