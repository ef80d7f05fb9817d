package plans

// operatorKey is the plan of the root customer. First start needs it, so every
// catalog has it.
const operatorKey = "operator"

// Defaults returns the built-in plans, for an installation that configures none. Each
// call returns a fresh list.
func Defaults() []Plan {
	payments := func() []Feature { return []Feature{AcceptPayments, SendPayments, Withdraw} }
	onboarders := func() []string { return []string{operatorKey, "platform"} }
	return []Plan{
		{
			Key: operatorKey, Name: "Operator",
			Features: []Feature{CreateCustomers, Unmask},
		},
		{
			Key: "platform", Name: "Platform",
			Features:    append([]Feature{CreateCustomers, Unmask}, payments()...),
			AvailableTo: onboarders(),
		},
		{
			Key: "merchant", Name: "Merchant",
			Features:    payments(),
			Requires:    []Verification{Standard, Bank},
			AvailableTo: onboarders(),
		},
		{
			Key: "merchant-professional", Name: "Merchant Professional",
			Features:    payments(),
			Requires:    []Verification{Professional, Bank},
			AvailableTo: onboarders(),
		},
		{
			Key: "payer", Name: "Payer",
			Features:    []Feature{SendPayments},
			AvailableTo: onboarders(),
		},
	}
}
