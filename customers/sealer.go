package customers

// The kinds of sealed value.
const (
	FieldPersonalTaxID  = "personalTaxId"
	FieldBusinessTaxID  = "businessTaxId"
	FieldDateOfBirth    = "dateOfBirth"
	FieldAccountNumber  = "bank.accountNumber"
	FieldDropAmounts    = "bank.drops"
	FieldIPAddress      = "device.ipAddress"
	FieldPassportNumber = "passport.number"
	FieldDocument       = "document" // fingerprint only; sealed as a box
	FieldWebhookSecret  = "webhook.secret"
	FieldCardNumber     = "card.number" // fingerprint only; never sealed
)
