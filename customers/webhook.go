package customers

import (
	"time"

	"tenantry/tenancy"
)

// EndpointRef names a receiver of events: whose it is and which.
type EndpointRef struct {
	Customer tenancy.Ref `bson:"customer"`
	ID       tenancy.ID  `bson:"id"`
}

// Endpoint is what belongs to one receiver of events beside its URL, which is in
// the settings: the secrets that sign for it, and whether it still is served.
type Endpoint struct {
	ID     tenancy.ID `bson:"id"`
	URL    string     `bson:"url"`
	Secret *Sealed    `bson:"secret"`
	// Chosen tells that a client chose the secret, for a format that signs with its
	// whole text.
	Chosen bool `bson:"chosen,omitempty"`
	// Shown is when the secret was shown; nil while nobody has seen it.
	Shown *time.Time `bson:"shown,omitempty"`
	// Previous signs too, until PreviousEnds.
	Previous     *Sealed    `bson:"previous,omitempty"`
	PreviousEnds *time.Time `bson:"previousEnds,omitempty"`
	// Disabled is when deliveries to it ended, Reason why.
	Disabled *time.Time `bson:"disabled,omitempty"`
	Reason   string     `bson:"reason,omitempty"`
	Created  time.Time  `bson:"created"`
}
