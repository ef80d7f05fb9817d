package client

import (
	"time"
)

// CustomerStatus is the state of a customer. created: not provisioned yet. active: the normal
// state. disabled: switched off, its own credentials and those of all customers below it are
// refused; the platform above can set it to active. locked: held for risk or security; only
// the operator changes it. May grow.
type CustomerStatus string

// The values of CustomerStatus.
const (
	CustomerCreated  CustomerStatus = "created"
	CustomerActive   CustomerStatus = "active"
	CustomerDisabled CustomerStatus = "disabled"
	CustomerLocked   CustomerStatus = "locked"
)

// CustomerType is the type that a customer was enrolled as. It may grow.
type CustomerType string

// The values of CustomerType.
const (
	TypeUnverified  CustomerType = "unverified"
	TypeReceiveOnly CustomerType = "receiveOnly"
	TypePersonal    CustomerType = "personal"
	TypeBusiness    CustomerType = "business"
)

// Meta is free data of your own, returned as it was sent: at most 50 keys, each of 1 to 128
// characters without control characters; values are texts of at most 500 characters,
// numbers, booleans, nil, or one level of maps and lists; 8 KiB in all. In a change keys
// merge, and a key with the value nil is deleted.
type Meta map[string]any

// CustomerBase holds what every answer shows of a customer.
type CustomerBase struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	// The customer above; shown only from above.
	ParentID string `json:"parentId,omitzero"`
	// Empty where another dialect sent none.
	Name string `json:"name"`
	// Empty where another dialect sent none.
	Email       string         `json:"email"`
	PlanKey     string         `json:"planKey"`
	PlanName    string         `json:"planName"`
	Description string         `json:"description,omitzero"`
	MerchantKey string         `json:"merchantKey,omitzero"`
	VanityName  string         `json:"vanityName,omitzero"`
	ExternalID  string         `json:"externalId,omitzero"`
	Status      CustomerStatus `json:"status"`
	PlanStatus  PlanStatus     `json:"planStatus"`
	// The first dashboard user.
	User *User `json:"user,omitzero"`
	// The username of user, as it was sent.
	Username    string       `json:"username,omitzero"`
	Address     *Address     `json:"address,omitzero"`
	Contact     *Contact     `json:"contact,omitzero"`
	DefaultBank *Bank        `json:"defaultBank,omitzero"`
	LegalEntity *LegalEntity `json:"legalEntity,omitzero"`
	Merchant    *Merchant    `json:"merchant,omitzero"`
	Settings    *Settings    `json:"settings,omitzero"`
	// The settings of every child that is created without its own.
	DefaultSettings *Settings        `json:"defaultSettings,omitzero"`
	Identity        CustomerIdentity `json:"identity"`
	// The uploaded evidence, oldest first.
	Documents []Document `json:"documents,omitzero"`
	// The certification of the owners; absent before the first. One of certified and
	// recertify.
	Ownership   string    `json:"ownership,omitzero"`
	Meta        Meta      `json:"meta,omitzero"`
	Created     time.Time `json:"created"`
	LastUpdated time.Time `json:"lastUpdated"`

	// ETag is the version of the customer, for [IfMatch] and [IfNoneMatch]; empty in lists.
	ETag string `json:"-"`
}

// Customer is any party in the hierarchy: platform, merchant or payer. A credential without
// the scope read sees of its writes only ID, Object and LastUpdated.
type Customer struct {
	CustomerBase

	// Present for customers that are reviewed whatever their plan. One of individual and
	// business.
	Kind      string       `json:"kind,omitzero"`
	Type      CustomerType `json:"type,omitzero"`
	Enrolment *Enrolment   `json:"enrolment,omitzero"`
	// What the customer signed up with; in unmasked answers only.
	Device *Device `json:"device,omitzero"`
	// The number of customers directly below it, in rows of lists only.
	ChildCount *int `json:"childCount,omitzero"`
	// There may be more children than childCount says.
	ChildCountIsLowerBound *bool `json:"childCountIsLowerBound,omitzero"`
}

// Device is where a customer came from.
type Device struct {
	IPAddress string `json:"ipAddress"`
}

// CreatedCustomer is a new customer with its first keys.
type CreatedCustomer struct {
	CustomerBase

	// Shown here and never again. Absent when this answer is replayed to another credential.
	Keys *KeyPair `json:"keys,omitzero"`
}

// CreatedAccount is a new customer with its first keys, twice: flat, and as a member.
type CreatedAccount struct {
	CustomerBase

	// Shown here and never again. Absent when this answer is replayed to another credential.
	Keys *KeyPair `json:"keys,omitzero"`
	// The same.
	Account CreatedCustomer `json:"account"`
}

// CustomerIdentity is the state of the identity review of a customer.
type CustomerIdentity struct {
	Status IdentityStatus `json:"status"`
}

// CustomerSummary counts customers.
type CustomerSummary struct {
	Object string `json:"object"`
	// Whether all descendants are counted, not only children.
	Deep bool `json:"deep"`
	// All of them.
	Count int `json:"count"`
	// By status.
	Status map[string]int `json:"status"`
	// By the state of the identity review.
	IdentityStatus map[string]int `json:"identityStatus"`
	// By plan; only plans that somebody has.
	PlanKey map[string]int `json:"planKey"`
	// By planStatus.status.
	PlanStatus map[string]int `json:"planStatus"`
	// Some number is a lower bound: counting stopped there.
	CountIsLowerBound *bool `json:"countIsLowerBound,omitzero"`
	// Which numbers are: count, or a member and a word, such as status.active.
	LowerBounds []string `json:"lowerBounds,omitzero"`
}

// CustomerPage is a page of customers.
type CustomerPage struct {
	Results []Customer `json:"results"`
	// Customers of this page that are damaged in the service's store and cannot be shown;
	// absent if there are none.
	Faults []RowFault `json:"faults,omitzero"`
	// The number of all matching rows, not only of those on this page. Where it must be
	// counted, that ends at 10,000; a page by cursor has the number of the first page.
	Count int `json:"count"`
	// There are more rows than count says, or as many: counting ended there. Absent if count
	// is the number.
	CountIsLowerBound *bool `json:"countIsLowerBound,omitzero"`
	// The parameters of the list, and how to continue it.
	Settings PageSettings `json:"settings"`
}

// PageSettings says how a list was read and how it is continued.
type PageSettings struct {
	// Rows per page. 1 to 100.
	Limit int `json:"limit"`
	// Rows skipped.
	Offset int    `json:"offset"`
	Order  string `json:"order"`
	// Continues after this page; absent on the last one. Unlike an offset it stays correct
	// while rows come and go.
	NextCursor string `json:"nextCursor,omitzero"`
}

// RowFault is the error of a row that cannot be shown, because its record is damaged.
type RowFault struct {
	ID string `json:"id"`
	// Why: recordDamaged.
	Code string `json:"code"`
	// What that means.
	Description string `json:"description"`
	// What is wrong with the stored record; shown to the operator alone.
	Cause string `json:"cause,omitzero"`
}

// BulkResult answers one line of a bulk, either with the customer or with an error.
type BulkResult struct {
	// Its number in the body.
	Line int `json:"line"`
	// The status that the line would be answered with by itself.
	Status         int    `json:"status"`
	IdempotencyKey string `json:"idempotencyKey,omitzero"`
	// The customer was made by an earlier request with this key.
	Replayed bool             `json:"replayed,omitzero"`
	Customer *CreatedCustomer `json:"customer,omitzero"`
	// As in answers of other requests, see Error; parameters are those of the customer.
	Error *Refusal `json:"error,omitzero"`
}

// BulkSummary sums up a bulk.
type BulkSummary struct {
	Object string `json:"object"`
	// Whether every line was tried.
	Complete bool `json:"complete"`
	Tried    int  `json:"tried"`
	Created  int  `json:"created"`
	Replayed int  `json:"replayed"`
	Refused  int  `json:"refused"`
	// The last line that was tried.
	StoppedAt *int   `json:"stoppedAt,omitzero"`
	Reason    string `json:"reason,omitzero"`
}
