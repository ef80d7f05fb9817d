package customers

import (
	"encoding/json"
	"time"

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
	// relayed events and the notes of key use is conditional on it and raises it.
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
	// Enrollment is what only an enrolled business gives; nil for any other.
	Enrollment *Enrollment `bson:"enrolment,omitempty"`

	PlanKey     string `bson:"planKey"`
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
	Meta            patch.Raw          `bson:"meta,omitempty"` // a JSON object, byte for byte

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
	KeyUse   map[string]time.Time `bson:"keyUse,omitempty"`
	Identity Identity             `bson:"identity"`
	// Endpoints hold what belongs to each receiver of the settings beside its URL.
	Endpoints []Endpoint `bson:"endpoints,omitempty"`

	// ActivityCount counts the activities that were ever reported of the customer;
	// LastActivity is the newest reported one, which may not be in its own place yet.
	ActivityCount int64     `bson:"activityCount,omitempty"`
	LastActivity  *Activity `bson:"lastActivity,omitempty"`

	// Outbox holds the events of this customer that were not relayed yet.
	Outbox []Event `bson:"outbox,omitempty"`
}

var _ tenancy.Principal = (*Customer)(nil)

// Ref names the customer.
func (c *Customer) Ref() tenancy.Ref { return tenancy.Ref{Tenant: c.Tenant, ID: c.ID} }

// Ancestors are the customers above it, root first.
func (c *Customer) Ancestors() []tenancy.ID { return c.Path }

// Address is a postal address. An effective address is whole: it was either
// given or copied from the customer's root address when its holder was made.
type Address struct {
	ID         tenancy.ID `bson:"id"`
	Street1    string     `bson:"street1"`
	Street2    string     `bson:"street2,omitempty"`
	City       string     `bson:"city"`
	State      string     `bson:"state,omitempty"`
	PostalCode string     `bson:"postalCode,omitempty"`
	Country    string     `bson:"country"` // ISO 3166-1 alpha-3; empty when a flat face gave none, or none that there is
	// CountryGiven is the country as a flat face gave it; it counts while it means
	// Country.
	CountryGiven string `bson:"countryGiven,omitempty"`
	// Other holds further members that a flat face gave: a JSON object of texts.
	Other       string    `bson:"other,omitempty"`
	Created     time.Time `bson:"created"`
	LastUpdated time.Time `bson:"lastUpdated"`
}

// Contact is how to reach a person.
type Contact struct {
	ID          tenancy.ID `bson:"id"`
	FirstName   string     `bson:"firstName,omitempty"`
	LastName    string     `bson:"lastName,omitempty"`
	Email       string     `bson:"email,omitempty"`
	Phone       string     `bson:"phone,omitempty"`
	DateOfBirth *Sealed    `bson:"dateOfBirth,omitempty"` // YYYY-MM-DD, or YYYY-MM from a flat face
	Facebook    string     `bson:"facebook,omitempty"`
	Twitter     string     `bson:"twitter,omitempty"`
	Created     time.Time  `bson:"created"`
	LastUpdated time.Time  `bson:"lastUpdated"`
}

// LegalEntity is the party able to contract and to owe tax. The personal fields
// and StakePercent are the primary owner's (PayStand API reference, legal entity).
type LegalEntity struct {
	EntityType            string   `bson:"entityType,omitempty"` // ISP, LLC, CORP
	BusinessName          string   `bson:"businessName,omitempty"`
	BusinessTaxID         *Sealed  `bson:"businessTaxId,omitempty"`
	BusinessSalesVolume   string   `bson:"businessSalesVolume,omitempty"` // a year, decimal text
	BusinessAcceptedCards *bool    `bson:"businessAcceptedCards,omitempty"`
	YearsInBusiness       string   `bson:"yearsInBusiness,omitempty"`
	BusinessAddress       *Address `bson:"businessAddress,omitempty"`
	PersonalTaxID         *Sealed  `bson:"personalTaxId,omitempty"`
	PersonalAddress       *Address `bson:"personalAddress,omitempty"`
	PersonalContact       *Contact `bson:"personalContact,omitempty"`
	StakePercent          string   `bson:"stakePercent,omitempty"` // decimal text, 0 to 100
	AdditionalOwners      []Owner  `bson:"additionalOwners,omitempty"`
	// Representatives are people who speak for the business; for information.
	Representatives []Representative `bson:"representatives,omitempty"`
}

// Representative is a person who speaks for a business without owning it.
type Representative struct {
	Name  string `bson:"name"`
	Email string `bson:"email,omitempty"`
	Phone string `bson:"phone,omitempty"`
}

// Device is what a customer signed up with.
type Device struct {
	IPAddress *Sealed `bson:"ipAddress,omitempty"` // IPv4; 0.0.0.0 when offline
}

// Owner is a further owner of a legal entity.
type Owner struct {
	ID            tenancy.ID `bson:"id"`
	StakePercent  string     `bson:"stakePercent"` // empty where it was not said
	Title         string     `bson:"title,omitempty"`
	PersonalTaxID *Sealed    `bson:"personalTaxId,omitempty"`
	Passport      *Passport  `bson:"passport,omitempty"`
	// Verification is empty for owners that were stored before owners were judged.
	Verification OwnerVerification `bson:"verification,omitempty"`
	Address      *Address          `bson:"address,omitempty"`
	Contact      *Contact          `bson:"contact,omitempty"`
	Created      time.Time         `bson:"created"`
	LastUpdated  time.Time         `bson:"lastUpdated"`
}

// Merchant is the business that a legal entity runs, as payers see it.
type Merchant struct {
	BusinessName         string     `bson:"businessName,omitempty"`
	BusinessURL          string     `bson:"businessUrl,omitempty"`
	BusinessLogo         string     `bson:"businessLogo,omitempty"`
	SupportEmail         string     `bson:"supportEmail,omitempty"`
	SupportPhone         string     `bson:"supportPhone,omitempty"`
	SupportURL           string     `bson:"supportUrl,omitempty"`
	ProductDescription   string     `bson:"productDescription,omitempty"`
	StatementDescriptor  string     `bson:"statementDescriptor,omitempty"`
	DefaultCurrency      string     `bson:"defaultCurrency,omitempty"`
	MerchantCategoryCode string     `bson:"merchantCategoryCode,omitempty"`
	BankID               tenancy.ID `bson:"bankId,omitempty"` // one of the customer's Banks
	BusinessAddress      *Address   `bson:"businessAddress,omitempty"`
	PersonalContact      *Contact   `bson:"personalContact,omitempty"`
}

// Sealed is a sensitive value at rest: never in clear, with what may be shown of
// it beside it.
type Sealed struct {
	// Box is the encrypted value.
	Box []byte `bson:"box"`
	// Last4 are its last four characters, where the kind of value shows them.
	Last4 string `bson:"last4,omitempty"`
	// Fingerprint is equal for equal values within one tenant; keyed.
	Fingerprint string `bson:"fingerprint,omitempty"`
}

// User is a person who may sign in to the dashboard for this customer.
type User struct {
	ID           tenancy.ID `bson:"id"`
	Username     string     `bson:"username"` // as given; unique regardless of case
	Role         Role       `bson:"role"`
	Active       bool       `bson:"active"`
	PasswordHash []byte     `bson:"passwordHash"` // bcrypt
	// TokenGeneration counts what ended the user's access tokens: a new password,
	// being disabled. A token of an earlier generation is dead.
	TokenGeneration int32     `bson:"tokenGeneration,omitempty"`
	Created         time.Time `bson:"created"`
	LastUpdated     time.Time `bson:"lastUpdated"`
}

// Role says what a dashboard user may do (PayStand help centre, user roles).
type Role string

// The roles.
const (
	// RoleAdmin may do all that a secret key may.
	RoleAdmin Role = "admin"
	// RoleClerk may read, but sees no keys.
	RoleClerk Role = "clerk"
)

// Event is one change of one customer, as it will be delivered and kept as the
// audit trail: masked like answers, dates of birth left out altogether.
type Event struct {
	ID   tenancy.ID `bson:"_id"`
	Type string     `bson:"type"`
	At   time.Time  `bson:"at"`
	// Actor, Subject and Credential say who did it.
	Actor      tenancy.ID `bson:"actor,omitempty"`
	Subject    tenancy.ID `bson:"subject,omitempty"`
	Credential string     `bson:"credential,omitempty"`
	// Reason is what the caller gave as one, where the operation asks for it.
	Reason string `bson:"reason,omitempty"`
	// Part is the owner or document that the event is about; zero for the customer.
	Part tenancy.ID `bson:"part,omitempty"`
	// Resource is the whole masked resource after the change; Previous and
	// Changes are the members that differ, before and after. JSON objects.
	Resource json.RawMessage `bson:"resource,omitempty"`
	Previous json.RawMessage `bson:"previous,omitempty"`
	Changes  json.RawMessage `bson:"changes,omitempty"`
	// Holds names what the customer had that the resource does not even show masked.
	Holds []string `bson:"holds,omitempty"`
}

// Redacted is the event without what it shows: what remains of it when its
// customer is erased.
func (e Event) Redacted() Event {
	e.Resource, e.Previous, e.Changes = nil, nil, nil
	return e
}
