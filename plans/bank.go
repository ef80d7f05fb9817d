package plans

// bankPath is the path of the requirement that stands for the bank.
const bankPath = "defaultBank"

const bankReason = "Money is paid out only to a bank account that the customer has shown to be its own, " +
	"by stating the amounts of two deposits below one dollar."

// bankNeed returns the needed word and the requirement for a bank that is not verified,
// and its state by itself.
func bankNeed(f *Facts) (string, Requirement, State) {
	r := Requirement{Path: bankPath, Reason: bankReason}
	switch f.Bank {
	case BankUnsent:
		r.Code = "bank.drops.unsent"
		r.Reason += " Two deposits are due."
		r.Remedy = "No action is needed: the operator of this service sends them, and they arrive one to three days later."
		return "verifyBankDropAmounts", r, Pending
	case BankDropped:
		r.Code = "bank.drops.unconfirmed"
		r.Reason += " They were sent and wait for confirmation."
		r.Remedy = "Read the two amounts on the bank statement, one to three days after they were sent, and confirm them " +
			`in whole cents, in any order, with PUT /v3/customers/:id/banks/:bid/drops {"amounts": ["<first>", "<second>"]}.`
		if f.Sandbox {
			r.Remedy += ` In sandbox mode they are ["32", "45"].`
		}
		return "verifyBankDropAmounts", r, Due
	case BankAdded:
		r.Code = "bank.drops.unstarted"
		r.Reason += " They have not been sent yet."
		r.Remedy = "Send them with POST /v3/customers/:id/banks/:bid/drops."
		return "bankDrops", r, Due
	default:
		state := Due
		r.Code = "bank.missing"
		if f.BankFailed {
			state, r.Code = Failed, "bank.drops.failed"
			r.Error = failure("bankFailure", "", "the amounts were confirmed wrong three times, and the bank is inactive since")
		}
		r.Reason += " There is no usable bank account yet."
		r.Remedy = "Add one with POST /v3/customers/:id/banks, then send the deposits with POST /v3/customers/:id/banks/:bid/drops."
		if f.Sandbox {
			r.Remedy += " In sandbox mode use routing number 110000000 and account number 000123456789."
		}
		return "bankDrops", r, state
	}
}
