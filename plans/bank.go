package plans

// bankPath is the path of the requirement that stands for the bank.
const bankPath = "defaultBank"

const bankReason = "Money is paid out only to a bank account that the customer has shown to be its own, " +
	"by stating the amounts of two deposits below one dollar."

// bankNeed returns the needed word and the requirement for a bank that is not verified.
func bankNeed(f Facts) (string, Missing) {
	m := Missing{Path: bankPath, Reason: bankReason}
	switch f.Bank {
	case BankDropped:
		m.Reason += " They were sent and wait for confirmation."
		m.Remedy = "Read the two amounts on the bank statement, one to three days after they were sent, and confirm them " +
			`in whole cents, in any order, with PUT /v3/customers/:id/banks/:bid/drops {"amounts": ["<first>", "<second>"]}.`
		if f.Sandbox {
			m.Remedy += ` In sandbox mode they are ["32", "45"].`
		}
		return "verifyBankDropAmounts", m
	case BankAdded:
		m.Reason += " They have not been sent yet."
		m.Remedy = "Send them with POST /v3/customers/:id/banks/:bid/drops."
	default:
		m.Reason += " There is no usable bank account yet."
		m.Remedy = "Add one with POST /v3/customers/:id/banks, then send the deposits with POST /v3/customers/:id/banks/:bid/drops."
		if f.Sandbox {
			m.Remedy += " In sandbox mode use routing number 110000000 and account number 000123456789."
		}
	}
	return "bankDrops", m
}
