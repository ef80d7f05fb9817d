package customers

import (
	"time"

	"tenantry/customers/links"
	"tenantry/customers/reviews"
	"tenantry/customers/turnover"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Status says whether a customer may act (PayStand API reference, customer
// object). It is set from above only.
type Status string

// The statuses.
const (
	// StatusCreated is stored but not yet provisioned.
	StatusCreated Status = "created"
	// StatusActive is the normal state.
	StatusActive Status = "active"
	// StatusDisabled is switched off; the platform above can switch it on again.
	StatusDisabled Status = "disabled"
	// StatusLocked is held for risk or security; only the operator lifts it.
	StatusLocked Status = "locked"
)

// Customer is any party in the tree, as stored: one document. Times are UTC
// with millisecond precision. Optional texts are empty when absent.
type Customer struct {
	ID     tenancy.ID   `bson:"_id"`
	Tenant tenancy.ID   `bson:"tenant"`
	Parent tenancy.ID   `bson:"parent,omitempty"` // zero for the operator
	Path   []tenancy.ID `bson:"path"`             // ancestors, root first, without itself

	// Version counts the writes; the first is 1. Every write but the removal of
	// relayed events, the events of no change and the notes of key use is conditional on
	// it and raises it.
	Version     int64      `bson:"version"`
	Created     time.Time  `bson:"created"`
	LastUpdated time.Time  `bson:"lastUpdated"`
	Deleted     *time.Time `bson:"deleted,omitempty"` // set on a tombstone, which holds no personal data
	Status      Status     `bson:"status"`

	// PartyType is set on customers that were made to be reviewed as a person or as a
	// business whatever their plan; it never changes.
	PartyType PartyType `bson:"kind,omitempty"`

	// EnrollmentType is what an enrolled customer was enrolled as; empty for any other.
	EnrollmentType EnrollmentType `bson:"type,omitempty"`
	// Enrollment is the data that only enrolled businesses have; nil for any other.
	Enrollment *Enrollment `bson:"enrolment,omitempty"`

	PlanKey string `bson:"planKey"`
	// PlanDue is when planStatus changes next if nothing but time does; nil for never.
	PlanDue *time.Time `bson:"planDue,omitempty"`
	// PlanStatus and PlanNeeded are the word of planStatus and its needed words from the last
	// write on, until PlanDue: what lists go by. Both are empty on records of earlier
	// releases that were not evaluated yet.
	PlanStatus string   `bson:"planStatus,omitempty"`
	PlanNeeded []string `bson:"planNeeded,omitempty"`
	// ReviewDeadline is by when the review should be decided that waits for a person, as
	// planStatus said at the last write or since time changed it; nil for none. See
	// rows.ReviewDeadline.
	ReviewDeadline *time.Time `bson:"reviewDeadline,omitempty"`

	Name        string `bson:"name"`
	Email       string `bson:"email"`
	Description string `bson:"description,omitempty"`
	VanityName  string `bson:"vanityName,omitempty"`
	MerchantKey string `bson:"merchantKey,omitempty"`
	ExternalID  string `bson:"externalId,omitempty"`

	Device          *Device            `bson:"device,omitempty"`
	Address         *Address           `bson:"address,omitempty"`
	Contact         *Contact           `bson:"contact,omitempty"`
	LegalEntity     *LegalEntity       `bson:"legalEntity,omitempty"`
	Merchant        *Merchant          `bson:"merchant,omitempty"`
	Settings        *settings.Settings `bson:"settings,omitempty"`
	DefaultSettings *settings.Settings `bson:"defaultSettings,omitempty"`
	Meta            patch.Raw          `bson:"meta,omitempty,document"` // a JSON object, byte for byte

	Banks []Bank `bson:"banks,omitempty"`
	Cards []Card `bson:"cards,omitempty"`
	// SourceBank is the bank that is debited instead of the default card; zero for none.
	SourceBank tenancy.ID `bson:"sourceBank,omitempty"`
	Users      []User     `bson:"users,omitempty"`
	// Documents are evidence of who the customer and its owners are, oldest first.
	Documents []Document `bson:"documents,omitempty"`
	// Ownership is what was certified of the owners; empty for nothing yet.
	Ownership OwnershipStatus `bson:"ownership,omitempty"`
	Keys      []keys.Entry    `bson:"keys,omitempty"`
	KeyCount  int32           `bson:"keyCount,omitempty"` // entries ever minted; numbers are never used twice
	// KeyUse notes when a key was last used, by entry number; approximate.
	KeyUse map[string]time.Time `bson:"keyUse,omitempty"`
	// KeyUseFrom notes the address of that use, sealed.
	KeyUseFrom map[string]*Sealed `bson:"keyUseFrom,omitempty"`
	Identity   reviews.Identity   `bson:"identity"`
	// Webhooks hold what belongs to each receiver of the settings beside its URL.
	Webhooks []Webhook `bson:"endpoints,omitempty"`
	// Links are onboarding links, oldest first; some that are over are kept for the record.
	Links []links.Link `bson:"onboardingLinks,omitempty"`

	// ActivityCount counts the activities that were ever reported of the customer;
	// LastActivity is the newest reported one, which may not be in its own place yet.
	ActivityCount int64     `bson:"activityCount,omitempty"`
	LastActivity  *Activity `bson:"lastActivity,omitempty"`
	// Ledger is what the activities add up to; nil before the first.
	Ledger *turnover.Ledger `bson:"ledger,omitempty"`

	// EventCount counts the events of the customer, and is the number of the newest one.
	// AuditCount counts those of them that belong to no change of the record: each of them
	// is added without touching the version, so every write demands that none came since
	// the record was read.
	EventCount int64 `bson:"eventCount,omitempty"`
	AuditCount int64 `bson:"auditCount,omitempty"`

	// Attempts are the last idempotent requests that changed the record, oldest first.
	Attempts []Attempt `bson:"attempts,omitempty"`

	// Outbox holds the events of this customer that were not relayed yet.
	Outbox []Event `bson:"outbox,omitempty"`
}

var _ tenancy.Principal = (*Customer)(nil)

// Ref returns the reference of the customer: its tenant and its id.
func (c *Customer) Ref() tenancy.Ref { return tenancy.Ref{Tenant: c.Tenant, ID: c.ID} }

// Ancestors returns the ids of the customers above this one, root first.
func (c *Customer) Ancestors() []tenancy.ID { return c.Path }

// Device is what a customer signed up with.
type Device struct {
	IPAddress *Sealed `bson:"ipAddress,omitempty"` // IPv4; 0.0.0.0 when offline
}
