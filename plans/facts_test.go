package plans_test

import "tenantry/plans"

// catalog returns the built-in plans, checked.
func catalog(t interface {
	Helper()
	Fatal(...any)
}) *plans.Catalog {
	t.Helper()
	c, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		t.Fatal("checking the built-in plans:", err)
	}
	return c
}

// plan returns a built-in plan.
func plan(t interface {
	Helper()
	Fatal(...any)
}, key string) plans.Plan {
	t.Helper()
	p, found := catalog(t).Get(key)
	if !found {
		t.Fatal("no built-in plan", key)
	}
	return p
}

// all reports that every field has a value.
func all(string) bool { return true }

// none reports that no field has a value.
func none(string) bool { return false }

// allBut returns a Given that reports a value for every field but these.
func allBut(paths ...string) func(string) bool {
	return func(path string) bool {
		for _, p := range paths {
			if p == path {
				return false
			}
		}
		return true
	}
}

// complete returns the facts of an active LLC that has everything.
func complete() plans.Facts {
	return plans.Facts{
		CustomerStatus: "active", Identity: "verified", EntityType: "LLC",
		Given: all, Bank: plans.BankVerified,
	}
}
