package plans

// What planStatus says of each field that underwriting asks for. Some of these questions
// surprise people, so each says what it is for.
var (
	entityType = Missing{
		"legalEntity.entityType",
		"The kind of legal entity decides which tax id and which owners underwriting asks for.",
		"Send one of ISP (individual sole proprietorship), LLC or CORP.",
	}
	legalName = Missing{
		"legalEntity.businessName",
		"Underwriting compares the legal name with public registers; it may differ from the trading name.",
		"Send the name under which the business is registered; a sole proprietor without one sends their own.",
	}
	personalTaxIDOfSoleProprietor = Missing{
		"legalEntity.personalTaxId",
		"A sole proprietorship has no identity apart from its owner, so the owner's tax id (in the USA the SSN) is what the law has us check. " +
			"It is kept encrypted and shown as its last four digits only.",
		"Send the owner's tax id; for the USA nine digits, with or without hyphens.",
	}
	personalTaxIDOfOwner = Missing{
		"legalEntity.personalTaxId",
		"Professional underwriting identifies the person who answers for the business, whatever its legal form, by their tax id (in the USA the SSN). " +
			"It is no credit check. It is kept encrypted and shown as its last four digits only.",
		"Send the tax id of the primary owner or of a full-time representative; for the USA nine digits, with or without hyphens.",
	}
	personalTaxIDUndecided = Missing{
		"legalEntity.personalTaxId",
		"A sole proprietorship is identified by its owner's tax id (in the USA the SSN). Until legalEntity.entityType is known, both tax ids are listed.",
		"Send legalEntity.entityType first: LLC and CORP need no personal tax id here. For ISP send the owner's.",
	}
	businessTaxID = Missing{
		"legalEntity.businessTaxId",
		"A company is identified to the tax authority by its own tax id (in the USA the EIN), which underwriting compares with the legal name.",
		"Send the company's tax id; for the USA nine digits, with or without the hyphen.",
	}
	businessTaxIDUndecided = Missing{
		"legalEntity.businessTaxId",
		"A company is identified by its own tax id (in the USA the EIN). Until legalEntity.entityType is known, both tax ids are listed.",
		"Send legalEntity.entityType first: ISP needs no business tax id. For LLC and CORP send the company's.",
	}
	businessAddress = Missing{
		"legalEntity.businessAddress",
		"Underwriting compares the address with public registers.",
		"Send the registered address, or a root address, which stands in for it.",
	}
	firstName = Missing{
		"legalEntity.personalContact.firstName",
		"The law asks who the person behind the business is: the primary owner or a full-time representative.",
		"Send that person's first name as on their identity document, or a root contact, which stands in for it.",
	}
	lastName = Missing{
		"legalEntity.personalContact.lastName",
		"The law asks who the person behind the business is: the primary owner or a full-time representative.",
		"Send that person's last name as on their identity document, or a root contact, which stands in for it.",
	}
	email = Missing{
		"legalEntity.personalContact.email",
		"Questions of the review go to the person behind the business.",
		"Send an e-mail address that this person reads, or a root contact, which stands in for it.",
	}
	dateOfBirth = Missing{
		"legalEntity.personalContact.dateOfBirth",
		"The date of birth tells people of the same name apart and shows that the person is of age. It is kept encrypted and used for nothing else.",
		"Send the date of birth of the person behind the business as YYYY-MM-DD.",
	}
	salesVolume = Missing{
		"legalEntity.businessSalesVolume",
		"Professional underwriting weighs the risk by how much the business sells in a year.",
		"Send the annual sales volume as a number; an estimate will do for a new business.",
	}
	yearsInBusiness = Missing{
		"legalEntity.yearsInBusiness",
		"Professional underwriting weighs the risk by how long the business has traded.",
		"Send the number of full years; 0 for a new business.",
	}
	tradingName = Missing{
		"merchant.businessName",
		"Payers know the business by its trading name, so professional underwriting looks at it beside the legal one.",
		"Send the trading name; it may equal the legal name.",
	}
	businessURL = Missing{
		"merchant.businessUrl",
		"Professional underwriting looks at what the business offers on its site.",
		"Send the absolute http or https address of the web site.",
	}
	statementDescriptor = Missing{
		"merchant.statementDescriptor",
		"It is what payers see on their bank statement; one they do not recognise leads to disputes.", //nolint:misspell // as the API has always answered
		"Send 1 to 20 characters; letters, digits, spaces and & * # . , may be used.",
	}
	merchantCategoryCode = Missing{
		"merchant.merchantCategoryCode",
		"Card networks class a business by its category code, and professional underwriting weighs the risk by it.",
		"Send the four digits of the merchant category code (MCC).",
	}
)
