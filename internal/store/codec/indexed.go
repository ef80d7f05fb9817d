package codec

import (
	"time"

	"tenantry/customers"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
)

// Indexed is what follows from a customer and exists only to be searched; what reads a
// customer skips it.
type Indexed struct {
	// EmailFolded and NameFolded are for comparing regardless of case.
	EmailFolded, NameFolded string
	// PartyStatus and EffectiveKind follow from status, review and legal entity.
	PartyStatus, EffectiveKind string
	// SearchText is the text that a search looks through.
	SearchText string
	// EnrollmentStatus follows from status, type and review.
	EnrollmentStatus string
	// ReviewDue is when the provider is to be asked about a pending review.
	ReviewDue *time.Time
}

// Index derives the searched members of a customer.
func Index(c *customers.Customer) Indexed {
	return Indexed{
		EmailFolded: customers.Fold(c.Email), NameFolded: customers.Fold(c.Name),
		PartyStatus: string(straddlestatus.Of(c)), EffectiveKind: string(c.EffectivePartyType()),
		SearchText: customers.SearchText(c), EnrollmentStatus: string(status.Of(c)), ReviewDue: c.ReviewDue(),
	}
}
