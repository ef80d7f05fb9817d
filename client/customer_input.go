package client

// CustomerInput is a new customer. Its plan and its name and e-mail address are required;
// Username and Password are sent together or not at all, and make the first dashboard user.
type CustomerInput struct {
	// The full name. 1 to 256 characters.
	Name string `json:"name,omitzero"`
	// Up to 128 characters, of which the local part is up to 64. 3 to 128 characters.
	Email string `json:"email,omitzero"`
	// The key of a plan that you may assign; see GET /v3/plans. 1 to 256 characters.
	PlanKey string `json:"planKey,omitzero"`
	// Deprecated twin of planKey: the name or the key of a plan. 1 to 256 characters.
	PlanName string `json:"planName,omitzero"`
	// 1 to 512 characters.
	Description Optional[string] `json:"description,omitzero"`
	// Unique in the installation; some words are reserved. 1 to 64 characters.
	VanityName Optional[string] `json:"vanityName,omitzero"`
	// Your own key for the customer, unique under its parent; some words are reserved. 1 to
	// 128 characters.
	MerchantKey Optional[string] `json:"merchantKey,omitzero"`
	// 1 to 255 characters.
	ExternalID Optional[string] `json:"externalId,omitzero"`
	// The parent's defaultSettings by default, when the customer is created.
	Settings Optional[SettingsInput] `json:"settings,omitzero"`
	// The settings of every child that is created without its own.
	DefaultSettings Optional[SettingsInput] `json:"defaultSettings,omitzero"`
	// The root address. New nested objects without an address take it over.
	Address Optional[AddressInput] `json:"address,omitzero"`
	// The root contact. New nested objects without a contact take it over.
	Contact Optional[ContactInput] `json:"contact,omitzero"`
	// Added as the default bank. In a change, null is refused while there is one; make another
	// bank the default instead.
	DefaultBank Optional[BankInput] `json:"defaultBank,omitzero"`
	// Merges one level deep.
	LegalEntity Optional[LegalEntityInput] `json:"legalEntity,omitzero"`
	// Merges one level deep.
	Merchant Optional[MerchantInput] `json:"merchant,omitzero"`
	// Merges key by key.
	Meta Optional[map[string]any] `json:"meta,omitzero"`
	// Unique within the platform, regardless of case. 1 to 128 characters.
	Username string `json:"username,omitzero"`
	// Not one that leaked often, nor a run of keys, a repeat, or names of the user and the
	// account, also with digits and signs added. 8 to 128 characters.
	Password Secret `json:"password,omitzero"`
}

// CustomerChange changes a customer: what is absent stays, null clears what is optional,
// objects merge one level deep, lists are replaced.
type CustomerChange struct {
	// The full name. 1 to 256 characters.
	Name string `json:"name,omitzero"`
	// Up to 128 characters, of which the local part is up to 64. 3 to 128 characters.
	Email string `json:"email,omitzero"`
	// The key of a plan that you may assign; see GET /v3/plans. 1 to 256 characters.
	PlanKey string `json:"planKey,omitzero"`
	// Deprecated twin of planKey: the name or the key of a plan. 1 to 256 characters.
	PlanName string `json:"planName,omitzero"`
	// 1 to 512 characters.
	Description Optional[string] `json:"description,omitzero"`
	// Unique in the installation; some words are reserved. 1 to 64 characters.
	VanityName Optional[string] `json:"vanityName,omitzero"`
	// Your own key for the customer, unique under its parent; some words are reserved. 1 to
	// 128 characters.
	MerchantKey Optional[string] `json:"merchantKey,omitzero"`
	// 1 to 255 characters.
	ExternalID Optional[string] `json:"externalId,omitzero"`
	// The parent's defaultSettings by default, when the customer is created.
	Settings Optional[SettingsInput] `json:"settings,omitzero"`
	// The settings of every child that is created without its own.
	DefaultSettings Optional[SettingsInput] `json:"defaultSettings,omitzero"`
	// The root address. New nested objects without an address take it over.
	Address Optional[AddressInput] `json:"address,omitzero"`
	// The root contact. New nested objects without a contact take it over.
	Contact Optional[ContactInput] `json:"contact,omitzero"`
	// Added as the default bank. In a change, null is refused while there is one; make another
	// bank the default instead.
	DefaultBank Optional[BankInput] `json:"defaultBank,omitzero"`
	// Merges one level deep.
	LegalEntity Optional[LegalEntityInput] `json:"legalEntity,omitzero"`
	// Merges one level deep.
	Merchant Optional[MerchantInput] `json:"merchant,omitzero"`
	// Merges key by key.
	Meta Optional[map[string]any] `json:"meta,omitzero"`
	// Only from above: a platform sets active and disabled, the operator also locked.
	Status CustomerStatus `json:"status,omitzero"`
	// The one that answers show, which changes nothing; any other is refused.
	Username string `json:"username,omitzero"`
}

// BulkLine is one customer of a bulk.
type BulkLine struct {
	// For 24 hours, the same line with the same key makes one customer. 1 to 255 characters.
	IdempotencyKey string        `json:"idempotencyKey,omitzero"`
	Customer       CustomerInput `json:"customer"`
}
