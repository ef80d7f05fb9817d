package codec

import (
	"time"

	"tenantry/customers"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
)

// Indexed is a customer with the members that exist only to be searched. They
// follow from the record; what reads a customer skips them.
type Indexed struct {
	customers.Customer `bson:",inline"`
	// EmailFolded and NameFolded are for comparing regardless of case.
	EmailFolded string `bson:"emailFolded"`
	NameFolded  string `bson:"nameFolded"`
	// Pending is true if the outbox is not empty.
	Pending bool `bson:"pending"`
	// PartyStatus and EffectiveKind follow from status, review and legal entity.
	PartyStatus   string `bson:"standing"`
	EffectiveKind string `bson:"effectiveKind"`
	// SearchText is the text that a search looks through.
	SearchText string `bson:"searchText"`
	// EnrollmentStatus follows from status, type and review.
	EnrollmentStatus string `bson:"stage"`
	// ReviewDue is when the provider is to be asked about a pending review.
	ReviewDue *time.Time `bson:"reviewDue,omitempty"`
}

// Index derives the searched members of a customer. The lists in it are shared with c.
func Index(c *customers.Customer) *Indexed {
	return &Indexed{
		Customer:    *c,
		EmailFolded: customers.Fold(c.Email),
		NameFolded:  customers.Fold(c.Name),
		Pending:     len(c.Outbox) > 0,

		PartyStatus: string(straddlestatus.Of(c)), EffectiveKind: string(c.EffectivePartyType()),
		SearchText: customers.SearchText(c), EnrollmentStatus: string(status.Of(c)), ReviewDue: c.ReviewDue(),
	}
}
