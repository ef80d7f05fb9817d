package customers

// EnrollmentType is what a customer was enrolled as (Dwolla API reference, customer types).
type EnrollmentType string

// The types.
const (
	// EnrollmentUnverified may be reached and paid within limits; it is not reviewed.
	EnrollmentUnverified EnrollmentType = "unverified"
	// EnrollmentReceiveOnly may be paid only; it is not reviewed.
	EnrollmentReceiveOnly EnrollmentType = "receiveOnly"
	// EnrollmentPersonal is a person who is reviewed.
	EnrollmentPersonal EnrollmentType = "personal"
	// EnrollmentBusiness is a business that is reviewed.
	EnrollmentBusiness EnrollmentType = "business"
)

// Reviewed reports whether customers of the type are reviewed.
func (t EnrollmentType) Reviewed() bool { return t == EnrollmentPersonal || t == EnrollmentBusiness }

// Enrollment is the data that only enrolled businesses have.
type Enrollment struct {
	// BusinessType is soleProprietorship, llc, corporation or partnership; empty when
	// it was not said.
	BusinessType string `bson:"businessType,omitempty"`
	// BusinessClassification is the id of an industry, as sent.
	BusinessClassification string      `bson:"businessClassification,omitempty"`
	Controller             *Controller `bson:"controller,omitempty"`
}

// Controller is the person who manages a business. It has a passport or a Social
// Security number, of which the last four digits may be all that is known.
type Controller struct {
	Title         string             `bson:"title,omitempty"`
	FirstName     string             `bson:"firstName"`
	LastName      string             `bson:"lastName"`
	DateOfBirth   *Sealed            `bson:"dateOfBirth,omitempty"` // YYYY-MM-DD
	PersonalTaxID *Sealed            `bson:"personalTaxId,omitempty"`
	Passport      *Passport          `bson:"passport,omitempty"`
	Address       *ControllerAddress `bson:"address,omitempty"`
}

// ControllerAddress is an address in any country; the country is ISO 3166-1 alpha-2.
type ControllerAddress struct {
	Street1    string `bson:"street1"`
	Street2    string `bson:"street2,omitempty"`
	Street3    string `bson:"street3,omitempty"`
	City       string `bson:"city"`
	State      string `bson:"state"` // or province or region
	PostalCode string `bson:"postalCode,omitempty"`
	Country    string `bson:"country"`
}

// Apart reports whether the customer is reviewed by the rules of a dialect, whatever its
// plan.
func (c *Customer) Apart() bool { return c.PartyType != "" || c.EnrollmentType != "" }
