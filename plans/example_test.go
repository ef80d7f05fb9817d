package plans_test

import (
	"fmt"

	"tenantry/plans"
)

// A merchant whose data was reviewed and whose micro-deposits are on their way may take
// payments already; only withdrawals wait for the bank.
func ExampleEvaluate() {
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		fmt.Println(err)
		return
	}
	merchant, _ := catalog.Get("merchant")
	status := plans.Evaluate(merchant, plans.Facts{
		CustomerStatus: "active",
		Identity:       "verified",
		EntityType:     "LLC",
		Given:          func(string) bool { return true },
		Bank:           plans.BankDropped,
	})
	fmt.Println(status.Plan, status.Status, status.Needed)
	fmt.Println(status.Features)
	// Output:
	// Merchant unverified [verifyBankDropAmounts]
	// map[acceptPayments:true sendPayments:true withdraw:false]
}
