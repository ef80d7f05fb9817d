package classification

// groups are all groups, in the order in which they are listed. Ids are never changed and
// never reused: customers are stored with them.
var groups = []Group{
	{ID: "c1a551f1-0000-8000-8000-000100000000", Name: "Food and drink", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000100000001", Name: "Restaurants", MerchantCategoryCode: "5812"},
		{ID: "c1a551f1-0000-8000-8000-000100000002", Name: "Bars and nightlife", MerchantCategoryCode: "5813"},
		{ID: "c1a551f1-0000-8000-8000-000100000003", Name: "Fast food", MerchantCategoryCode: "5814"},
		{ID: "c1a551f1-0000-8000-8000-000100000004", Name: "Catering", MerchantCategoryCode: "5811"},
		{ID: "c1a551f1-0000-8000-8000-000100000005", Name: "Bakeries", MerchantCategoryCode: "5462"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000200000000", Name: "Retail", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000200000001", Name: "Groceries", MerchantCategoryCode: "5411"},
		{ID: "c1a551f1-0000-8000-8000-000200000002", Name: "Clothing", MerchantCategoryCode: "5651"},
		{ID: "c1a551f1-0000-8000-8000-000200000003", Name: "Hardware", MerchantCategoryCode: "5251"},
		{ID: "c1a551f1-0000-8000-8000-000200000004", Name: "Books", MerchantCategoryCode: "5942"},
		{ID: "c1a551f1-0000-8000-8000-000200000005", Name: "Electronics", MerchantCategoryCode: "5732"},
		{ID: "c1a551f1-0000-8000-8000-000200000006", Name: "Gifts and crafts", MerchantCategoryCode: "5947"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000300000000", Name: "Professional services", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000300000001", Name: "Legal services", MerchantCategoryCode: "8111"},
		{ID: "c1a551f1-0000-8000-8000-000300000002", Name: "Accounting and tax", MerchantCategoryCode: "8931"},
		{ID: "c1a551f1-0000-8000-8000-000300000003", Name: "Consulting", MerchantCategoryCode: "7392"},
		{ID: "c1a551f1-0000-8000-8000-000300000004", Name: "Advertising", MerchantCategoryCode: "7311"},
		{ID: "c1a551f1-0000-8000-8000-000300000005", Name: "Architecture and engineering", MerchantCategoryCode: "8911"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000400000000", Name: "Health", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000400000001", Name: "Doctors", MerchantCategoryCode: "8011"},
		{ID: "c1a551f1-0000-8000-8000-000400000002", Name: "Dentists", MerchantCategoryCode: "8021"},
		{ID: "c1a551f1-0000-8000-8000-000400000003", Name: "Pharmacies", MerchantCategoryCode: "5912"},
		{ID: "c1a551f1-0000-8000-8000-000400000004", Name: "Opticians", MerchantCategoryCode: "8043"},
		{ID: "c1a551f1-0000-8000-8000-000400000005", Name: "Veterinary care", MerchantCategoryCode: "0742"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000500000000", Name: "Home and construction", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000500000001", Name: "General contractors", MerchantCategoryCode: "1520"},
		{ID: "c1a551f1-0000-8000-8000-000500000002", Name: "Electrical work", MerchantCategoryCode: "1731"},
		{ID: "c1a551f1-0000-8000-8000-000500000003", Name: "Plumbing and heating", MerchantCategoryCode: "1711"},
		{ID: "c1a551f1-0000-8000-8000-000500000004", Name: "Roofing", MerchantCategoryCode: "1761"},
		{ID: "c1a551f1-0000-8000-8000-000500000005", Name: "Landscaping", MerchantCategoryCode: "0780"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000600000000", Name: "Travel and transport", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000600000001", Name: "Lodging", MerchantCategoryCode: "7011"},
		{ID: "c1a551f1-0000-8000-8000-000600000002", Name: "Travel agencies", MerchantCategoryCode: "4722"},
		{ID: "c1a551f1-0000-8000-8000-000600000003", Name: "Passenger transport", MerchantCategoryCode: "4121"},
		{ID: "c1a551f1-0000-8000-8000-000600000004", Name: "Freight and delivery", MerchantCategoryCode: "4214"},
		{ID: "c1a551f1-0000-8000-8000-000600000005", Name: "Car rental", MerchantCategoryCode: "7512"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000700000000", Name: "Software and media", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000700000001", Name: "Software", MerchantCategoryCode: "5734"},
		{ID: "c1a551f1-0000-8000-8000-000700000002", Name: "Hosting and data processing", MerchantCategoryCode: "7372"},
		{ID: "c1a551f1-0000-8000-8000-000700000003", Name: "Telecommunication", MerchantCategoryCode: "4814"},
		{ID: "c1a551f1-0000-8000-8000-000700000004", Name: "Publishing and printing", MerchantCategoryCode: "2741"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000800000000", Name: "Education and non-profit", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000800000001", Name: "Schools and courses", MerchantCategoryCode: "8299"},
		{ID: "c1a551f1-0000-8000-8000-000800000002", Name: "Child care", MerchantCategoryCode: "8351"},
		{ID: "c1a551f1-0000-8000-8000-000800000003", Name: "Charities", MerchantCategoryCode: "8398"},
		{ID: "c1a551f1-0000-8000-8000-000800000004", Name: "Membership organisations", MerchantCategoryCode: "8699"}, //nolint:misspell // as the API has always answered
	}},
	{ID: "c1a551f1-0000-8000-8000-000900000000", Name: "Finance and insurance", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000900000001", Name: "Insurance", MerchantCategoryCode: "6300"},
		{ID: "c1a551f1-0000-8000-8000-000900000002", Name: "Securities brokers", MerchantCategoryCode: "6211"},
		{ID: "c1a551f1-0000-8000-8000-000900000003", Name: "Lending and financing", MerchantCategoryCode: "6012"},
		{ID: "c1a551f1-0000-8000-8000-000900000004", Name: "Bookkeeping services", MerchantCategoryCode: "8931"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000a00000000", Name: "Personal services and leisure", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000a00000001", Name: "Beauty and hair", MerchantCategoryCode: "7230"},
		{ID: "c1a551f1-0000-8000-8000-000a00000002", Name: "Fitness and sport", MerchantCategoryCode: "7997"},
		{ID: "c1a551f1-0000-8000-8000-000a00000003", Name: "Laundry and cleaning", MerchantCategoryCode: "7210"},
		{ID: "c1a551f1-0000-8000-8000-000a00000004", Name: "Events and entertainment", MerchantCategoryCode: "7929"},
		{ID: "c1a551f1-0000-8000-8000-000a00000005", Name: "Photography", MerchantCategoryCode: "7221"},
	}},
	{ID: "c1a551f1-0000-8000-8000-000b00000000", Name: "Real estate", Industries: []Industry{
		{ID: "c1a551f1-0000-8000-8000-000b00000001", Name: "Property management", MerchantCategoryCode: "6513"},
		{ID: "c1a551f1-0000-8000-8000-000b00000002", Name: "Estate agencies", MerchantCategoryCode: "6531"},
		{ID: "c1a551f1-0000-8000-8000-000b00000003", Name: "Storage", MerchantCategoryCode: "4225"},
	}},
}
