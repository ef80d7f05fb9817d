package customers

import "tenantry/tenancy"

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

// The entity types: individual sole proprietorship, limited liability company,
// corporation.
const (
	EntityISP  = "ISP"
	EntityLLC  = "LLC"
	EntityCORP = "CORP"
)

// Representative is a person who speaks for a business without owning it.
type Representative struct {
	Name  string `bson:"name"`
	Email string `bson:"email,omitempty"`
	Phone string `bson:"phone,omitempty"`
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
