package lifecycle_test

import (
	"fmt"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/fields"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A disabled customer's own credentials end at once, access tokens and logins that
// were issued before included; the platform still reads it and switches it on
// again, and then they work as before.
func TestDisabledEndsOwnCredentialsAtOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"S","email":"s@example.com","planKey":"payer","username":"ada","password":"correct-horse"}`)
	ada, err := h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	bearers := map[string]testkit.Party{"key": shop, "token": h.Token(shop), "restricted key": h.Mint(shop, 0, "read"), "login": ada}

	for status, code := range map[customers.Status]fault.Code{
		customers.StatusDisabled: fault.CodeCustomerDisabled, customers.StatusLocked: fault.CodeCustomerLocked,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			h := h.In(t)
			h.SetStatus(h.Operator, shop.ID, status)
			for name, bearer := range bearers {
				t.Run(name, func(t *testing.T) {
					h := h.In(t)
					if refusal := testkit.Refused(t, h.Present(bearer), fault.Forbidden, code); refusal.Text == "" {
						t.Errorf("%s: the refusal does not say why", name)
					}
				})
			}
			_, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Publishable: shop.Keys.Publishable})
			testkit.Refused(t, err, fault.Forbidden, code)
			_, err = h.Login("ada", "correct-horse")
			testkit.Refused(t, err, fault.Forbidden, code)
			_, err = h.Login("ada", "wrong-horse")
			testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
			if h.View(h.Cove, shop.ID)["status"] != string(status) {
				t.Errorf("the platform does not read the status %s", status)
			}
			h.SetStatus(h.Operator, shop.ID, customers.StatusActive)
			for name, bearer := range bearers {
				t.Run(name, func(t *testing.T) {
					h := h.In(t)
					if err := h.Present(bearer); err != nil {
						t.Errorf("after %s and active again, the %s answers %v", status, name, err)
					}
				})
			}
		})
	}
	h.SetStatus(h.Cove, shop.ID, customers.StatusDisabled)
	h.SetStatus(h.Cove, shop.ID, customers.StatusActive)
	if h.Newest(shop.ID).Type != "customer.status_changed" {
		t.Errorf("the event is %s", h.Newest(shop.ID).Type)
	}
}

// What is locked, only the operator changes: a platform may read it, and that is
// all, from whichever side it tries. A platform cannot lock either.
func TestLockedIsTheOperatorsAlone(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	for _, status := range []string{"locked", "created"} {
		t.Run(status, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(h.Cove, shop.ID, `{"status":"`+status+`"}`)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["status"] != fault.BadValue {
				t.Errorf("%s: faults are %v", status, got)
			}
		})
	}
	h.SetStatus(h.Operator, shop.ID, customers.StatusLocked)
	before := h.Record(shop.ID)
	for _, caller := range []tenancy.Caller{h.As(h.Cove), h.As(h.Cove, shop.ID)} {
		for name, err := range map[string]error{
			"unlock":  h.Attempt(caller, shop.ID, `{"status":"active"}`),
			"disable": h.Attempt(caller, shop.ID, `{"status":"disabled"}`),
			"rename":  h.Attempt(caller, shop.ID, `{"name":"X"}`),
			"delete":  h.Svc.Lifecycle.Delete(t.Context(), caller, lifecycle.DeleteInput{CustomerID: shop.ID}),
			"rotate":  testkit.Second(h.Svc.Access.RotateKeys(t.Context(), caller, shop.ID, access.RotateInput{})),
			"revoke":  testkit.Second(h.Svc.Access.RevokeKey(t.Context(), caller, access.RevokeInput{CustomerID: shop.ID, KeyID: h.KeyID(shop.ID, 1)})),
			"bank":    testkit.Second(h.Svc.Instruments.AddBank(t.Context(), caller, shop.ID, testkit.Input[fields.BankInput](t, testkit.Account))),
			"mint":    testkit.Second(h.Svc.Access.MintKey(t.Context(), caller, shop.ID, testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))),
			"user":    testkit.Second(h.Svc.Access.AddUser(t.Context(), caller, shop.ID, testkit.Input[access.UserInput](t, `{"username":"u","password":"long enough"}`))),
			"review":  testkit.Second(h.Svc.Identity.RefreshIdentity(t.Context(), caller, shop.ID)),
		} {
			t.Run(name, func(t *testing.T) {
				if answer := testkit.AnswerOf(t, err); answer.Kind != fault.Forbidden || answer.Code != fault.CodeCustomerLocked {
					t.Errorf("%s answers %v", name, err)
				}
			})
		}
	}
	if !h.Stands(before) {
		t.Error("a locked customer was changed")
	}
	h.SetStatus(h.Operator, shop.ID, customers.StatusActive)
	testkit.Must(t, h.Present(shop))
}

// A customer that was provisioned cannot become created again, whoever asks.
func TestCreatedIsNeverSetAgain(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"S","email":"s@example.com","planKey":"platform"}`)
	fresh := h.Record(shop.ID).Clone()
	fresh.Status, fresh.Version = customers.StatusCreated, fresh.Version+1
	testkit.Must(t, h.Store.Replace(t.Context(), fresh, fresh.Version-1))
	testkit.Refused(t, h.Present(shop), fault.Forbidden, fault.CodeCustomerNotActive)
	h.RefusesWork(shop, fault.CodeCustomerNotActive)
	for _, status := range []customers.Status{customers.StatusActive, customers.StatusDisabled, customers.StatusLocked} {
		h.SetStatus(h.Operator, shop.ID, status)
		_, err := h.Update(h.Operator, shop.ID, `{"status":"created"}`)
		testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	}
}

// While a customer is disabled nobody adds banks, deposits, cards or children to
// it, not even its platform acting for it.
func TestDisabledTakesNoWork(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"S","email":"s@example.com","planKey":"platform","defaultBank":`+testkit.Account+`}`)
	h.SetStatus(h.Cove, shop.ID, customers.StatusDisabled)
	h.RefusesWork(shop, fault.CodeCustomerDisabled)
	if record := h.Record(shop.ID); len(record.Banks) != 1 || record.Banks[0].Drops != nil || record.Version != 2 {
		t.Errorf("it was changed: %+v", record.Banks)
	}
}

// Disabling a platform stops it and all below it, until it is active again; whoever
// stands above reads, changes and switches what is below all the while.
func TestADisabledPlatformStopsItsChildren(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	middle := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	child := h.Create(middle, `{"name":"C","email":"c@example.com","planKey":"payer","defaultBank":`+testkit.Account+`}`)
	h.SetStatus(h.Cove, middle.ID, customers.StatusDisabled)
	h.Clock.Advance(time.Minute)

	for _, p := range []testkit.Party{middle, child} {
		_, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Bearer: p.Keys.Secret, SubjectID: child.ID})
		testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
	}
	_, err := h.Update(h.Cove, child.ID, `{"name":"Still here"}`)
	testkit.Must(t, err)
	for _, above := range []testkit.Party{h.Cove, h.Operator} {
		if h.View(above, child.ID)["name"] != "Still here" {
			t.Error("whoever is above does not reach the child")
		}
		_ = h.As(above, child.ID)
	}
	if got := h.View(h.Cove, child.ID)["status"]; got != "active" {
		t.Errorf("the child is %v", got)
	}
	_, err = h.AddUser(h.Cove, child.ID, `{"username":"c","password":"correct-horse"}`)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
	_, err = h.Svc.Access.RotateKeys(t.Context(), h.As(h.Cove), child.ID, access.RotateInput{})
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)

	h.SetStatus(h.Cove, middle.ID, customers.StatusActive)
	_, err = h.Update(child, child.ID, `{"name":"Back"}`)
	testkit.Must(t, err)
}
