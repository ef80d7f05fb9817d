package plans

// entityTypePath is the path of the field that decides which tax number is asked for.
const entityTypePath = "legalEntity.entityType"

// What planStatus says of each field that underwriting asks for. Some of these questions
// surprise people, so each says what it is for.
var (
	entityType = field{
		path:   entityTypePath,
		reason: "The kind of legal entity decides which tax id and which owners underwriting asks for.",
		remedy: "Send one of ISP (individual sole proprietorship), LLC or CORP.",
	}
	legalName = field{
		path:   "legalEntity.businessName",
		reason: "Underwriting compares the legal name with public registers; it may differ from the trading name.",
		remedy: "Send the name under which the business is registered; a sole proprietor without one sends their own.",
	}
	personalTaxIDOfSoleProprietor = field{
		path: "legalEntity.personalTaxId",
		reason: "A sole proprietorship has no identity apart from its owner, so the owner's tax id (in the USA the SSN) is what the law has us check. " +
			"It is kept encrypted and shown as its last four digits only.",
		remedy: "Send the owner's tax id; for the USA nine digits, with or without hyphens.",
	}
	personalTaxIDOfOwner = field{
		path: "legalEntity.personalTaxId",
		reason: "Professional underwriting identifies the person who answers for the business, whatever its legal form, by their tax id (in the USA the SSN). " +
			"It is no credit check. It is kept encrypted and shown as its last four digits only.",
		remedy: "Send the tax id of the primary owner or of a full-time representative; for the USA nine digits, with or without hyphens.",
	}
	personalTaxIDUndecided = field{
		path:   "legalEntity.personalTaxId",
		reason: "A sole proprietorship is identified by its owner's tax id (in the USA the SSN). Until legalEntity.entityType is known, both tax ids are listed.",
		remedy: "Send legalEntity.entityType first: LLC and CORP need no personal tax id here. For ISP send the owner's.",
	}
	businessTaxID = field{
		path:   "legalEntity.businessTaxId",
		reason: "A company is identified to the tax authority by its own tax id (in the USA the EIN), which underwriting compares with the legal name.",
		remedy: "Send the company's tax id; for the USA nine digits, with or without the hyphen.",
	}
	businessTaxIDUndecided = field{
		path:   "legalEntity.businessTaxId",
		reason: "A company is identified by its own tax id (in the USA the EIN). Until legalEntity.entityType is known, both tax ids are listed.",
		remedy: "Send legalEntity.entityType first: ISP needs no business tax id. For LLC and CORP send the company's.",
	}
	businessAddress = field{
		path:   "legalEntity.businessAddress",
		reason: "Underwriting compares the address with public registers.",
		remedy: "Send the registered address, or a root address, which stands in for it.",
	}
	firstName = field{
		path:   "legalEntity.personalContact.firstName",
		reason: "The law asks who the person behind the business is: the primary owner or a full-time representative.",
		remedy: "Send that person's first name as on their identity document, or a root contact, which stands in for it.",
	}
	lastName = field{
		path:   "legalEntity.personalContact.lastName",
		reason: "The law asks who the person behind the business is: the primary owner or a full-time representative.",
		remedy: "Send that person's last name as on their identity document, or a root contact, which stands in for it.",
	}
	email = field{
		path:   "legalEntity.personalContact.email",
		reason: "Questions of the review go to the person behind the business.",
		remedy: "Send an e-mail address that this person reads, or a root contact, which stands in for it.",
	}
	dateOfBirth = field{
		path:   "legalEntity.personalContact.dateOfBirth",
		reason: "The date of birth tells people of the same name apart and shows that the person is of age. It is kept encrypted and used for nothing else.",
		remedy: "Send the date of birth of the person behind the business as YYYY-MM-DD.",
	}
	salesVolume = field{
		path:   "legalEntity.businessSalesVolume",
		reason: "Professional underwriting weighs the risk by how much the business sells in a year.",
		remedy: "Send the annual sales volume as a number; an estimate will do for a new business.",
	}
	yearsInBusiness = field{
		path:   "legalEntity.yearsInBusiness",
		reason: "Professional underwriting weighs the risk by how long the business has traded.",
		remedy: "Send the number of full years; 0 for a new business.",
	}
	tradingName = field{
		path:   "merchant.businessName",
		reason: "Payers know the business by its trading name, so professional underwriting looks at it beside the legal one.",
		remedy: "Send the trading name; it may equal the legal name.",
	}
	businessURL = field{
		path:   "merchant.businessUrl",
		reason: "Professional underwriting looks at what the business offers on its site.",
		remedy: "Send the absolute http or https address of the web site.",
	}
	statementDescriptor = field{
		path:   "merchant.statementDescriptor",
		reason: "It is what payers see on their bank statement; one they do not recognise leads to disputes.", //nolint:misspell // as the API has always answered
		remedy: "Send 1 to 20 characters; letters, digits, spaces and & * # . , may be used.",
	}
	merchantCategoryCode = field{
		path:   "merchant.merchantCategoryCode",
		reason: "Card networks class a business by its category code, and professional underwriting weighs the risk by it.",
		remedy: "Send the four digits of the merchant category code (MCC).",
	}
)

// What planStatus says of fields that no verification asks for, and a plan may.
var furtherFields = joinFields([]field{
	{
		path:   "address",
		reason: "This plan asks for the address at which the customer can be reached.",
		remedy: "Send address with street1, city, postalCode and country.",
	},
	{
		path:   "contact.firstName",
		reason: "This plan asks whom to turn to at this customer.",
		remedy: "Send the first name of the contact.",
	},
	{
		path:   "contact.lastName",
		reason: "This plan asks whom to turn to at this customer.",
		remedy: "Send the last name of the contact.",
	},
	{
		path:   "contact.phone",
		reason: "This plan asks for a telephone number at which the customer can be reached.",
		remedy: "Send the telephone number of the contact.",
	},
	{
		path:   "legalEntity.personalAddress",
		reason: "This plan asks where the person behind the business lives.",
		remedy: "Send that person's home address.",
	},
	{
		path:   "legalEntity.personalContact.phone",
		reason: "This plan asks for a telephone number of the person behind the business.",
		remedy: "Send that person's telephone number, or a root contact, which stands in for it.",
	},
	{
		path:   "legalEntity.stakePercent",
		reason: "This plan asks how much of the business the person behind it owns.",
		remedy: "Send the share as a number from 0 to 100.",
	},
	{
		path:   "merchant.productDescription",
		reason: "This plan asks what the business sells.",
		remedy: "Describe it in a sentence or two.",
	},
	{
		path:   "merchant.supportEmail",
		reason: "Payers with a question turn to the business first.",
		remedy: "Send the e-mail address that payers may write to.",
	},
	{
		path:   "merchant.supportPhone",
		reason: "Payers with a question turn to the business first.",
		remedy: "Send the telephone number that payers may call.",
	},
	{
		path:   "merchant.supportUrl",
		reason: "Payers with a question turn to the business first.",
		remedy: "Send the absolute http or https address of its help page.",
	},
	{
		path:   "ownership",
		reason: "The law asks who owns a quarter of the business or more, and that somebody certifies that nobody was left out.",
		remedy: "Add each owner with POST /v3/customers/:id/owners, then certify them with POST /v3/customers/:id/ownership.",
	},
})
