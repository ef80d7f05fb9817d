package fields

import "tenantry/internal/fault"

// Sent says whether a member of an input is there. Lists of it are slices, so that a
// caller sees the same first fault every time.
type Sent struct {
	Path  string
	There bool
}

// Unwanted adds a fault for every member that is there although it must not be.
func Unwanted(faults *fault.List, detail fault.Detail, text string, list ...Sent) {
	for _, member := range list {
		if member.There {
			faults.Add(member.Path, detail, text)
		}
	}
}

// Account lists the members that name the account of a bank.
func (in BankInput) Account() []Sent {
	return []Sent{
		{"routingNumber", in.RoutingNumber.Set}, {"accountNumber", in.AccountNumber.Set},
		{"accountHolderType", in.AccountHolderType.Set}, {"accountType", in.AccountType.Set},
		{"bankName", in.BankName.Set}, {"currency", in.Currency.Set}, {"country", in.Country.Set},
	}
}
