package customers

import "tenantry/internal/fault"

// sent tells whether a member of an input is there. Lists of it are slices, in the
// order in which faults are told: a caller sees the same first fault every time.
type sent struct {
	path  string
	there bool
}

// unwanted notes every member that is there although it must not be.
func unwanted(faults *fault.List, detail fault.Detail, text string, list ...sent) {
	for _, member := range list {
		if member.there {
			faults.Add(member.path, detail, text)
		}
	}
}

// account lists what names the account of a bank.
func (in BankInput) account() []sent {
	return []sent{
		{"routingNumber", in.RoutingNumber.Set}, {"accountNumber", in.AccountNumber.Set},
		{"accountHolderType", in.AccountHolderType.Set}, {"accountType", in.AccountType.Set},
		{"bankName", in.BankName.Set}, {"currency", in.Currency.Set}, {"country", in.Country.Set},
	}
}

// besideToken returns Invalid for what a token stands for already.
func (in BankInput) besideToken() error {
	var faults fault.List
	unwanted(&faults, fault.BadValue, "the token stands for the account; leave this out", in.account()...)
	return faults.Err()
}

// besideToken returns Invalid for what a token stands for already.
func (in CardInput) besideToken() error {
	var faults fault.List
	unwanted(&faults, fault.BadValue, "the token stands for the card; leave this out",
		sent{"expirationMonth", in.ExpirationMonth.Set}, sent{"expirationYear", in.ExpirationYear.Set})
	return faults.Err()
}
