package customers_test

import (
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// account is a bank that can be added.
const account = `{"routingNumber":"110000000","accountNumber":"000123456789"}`

// A disabled customer's own credentials end at once, access tokens and logins that
// were issued before included; the platform still reads it and switches it on
// again, and then they work as before.
func TestDisabledEndsOwnCredentialsAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"S","email":"s@example.com","planKey":"payer","username":"ada","password":"correct-horse"}`)
	ada, err := h.login("ada", "correct-horse")
	must(t, err)
	bearers := map[string]party{"key": shop, "token": h.token(shop), "restricted key": h.mint(shop, 0, "read"), "login": ada}

	for status, code := range map[customers.Status]fault.Code{
		customers.StatusDisabled: fault.CodeCustomerDisabled, customers.StatusLocked: fault.CodeCustomerLocked,
	} {
		h.setStatus(h.operator, shop.id, status)
		for name, bearer := range bearers {
			if refusal := refused(t, h.present(bearer), fault.Forbidden, code); refusal.Text == "" {
				t.Errorf("%s: the refusal does not say why", name)
			}
		}
		_, err := h.svc.Authenticate(t.Context(), customers.Presented{Publishable: shop.keys.Publishable})
		refused(t, err, fault.Forbidden, code)
		_, err = h.login("ada", "correct-horse")
		refused(t, err, fault.Forbidden, code)
		_, err = h.login("ada", "wrong-horse")
		refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
		if h.view(h.cove, shop.id)["status"] != string(status) {
			t.Errorf("the platform does not read the status %s", status)
		}
		h.setStatus(h.operator, shop.id, customers.StatusActive)
		for name, bearer := range bearers {
			if err := h.present(bearer); err != nil {
				t.Errorf("after %s and active again, the %s answers %v", status, name, err)
			}
		}
	}
	h.setStatus(h.cove, shop.id, customers.StatusDisabled)
	h.setStatus(h.cove, shop.id, customers.StatusActive)
	if h.newest(shop.id).Type != "customer.status_changed" {
		t.Errorf("the event is %s", h.newest(shop.id).Type)
	}
}

// What is locked, only the operator changes: a platform may read it, and that is
// all, from whichever side it tries. A platform cannot lock either.
func TestLockedIsTheOperatorsAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
	for _, status := range []string{"locked", "created"} {
		_, err := h.update(h.cove, shop.id, `{"status":"`+status+`"}`)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["status"] != fault.BadValue {
			t.Errorf("%s: faults are %v", status, got)
		}
	}
	h.setStatus(h.operator, shop.id, customers.StatusLocked)
	before := h.record(shop.id)
	for _, caller := range []tenancy.Caller{h.as(h.cove), h.as(h.cove, shop.id)} {
		for name, err := range map[string]error{
			"unlock":  h.attempt(caller, shop.id, `{"status":"active"}`),
			"disable": h.attempt(caller, shop.id, `{"status":"disabled"}`),
			"rename":  h.attempt(caller, shop.id, `{"name":"X"}`),
			"delete":  h.svc.Delete(t.Context(), caller, customers.DeleteInput{CustomerID: shop.id}),
			"rotate":  second(h.svc.RotateKeys(t.Context(), caller, shop.id, customers.RotateInput{})),
			"revoke":  second(h.svc.RevokeKey(t.Context(), caller, shop.id, "key_1")),
			"bank":    second(h.svc.AddBank(t.Context(), caller, shop.id, input[customers.BankInput](t, account))),
			"mint":    second(h.svc.MintKey(t.Context(), caller, shop.id, input[customers.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))),
			"user":    second(h.svc.AddUser(t.Context(), caller, shop.id, input[customers.UserInput](t, `{"username":"u","password":"long enough"}`))),
			"review":  second(h.svc.RefreshIdentity(t.Context(), caller, shop.id)),
		} {
			if answer := answerOf(t, err); answer.Kind != fault.Forbidden || answer.Code != fault.CodeCustomerLocked {
				t.Errorf("%s answers %v", name, err)
			}
		}
	}
	if h.record(shop.id) != before {
		t.Error("a locked customer was changed")
	}
	h.setStatus(h.operator, shop.id, customers.StatusActive)
	must(t, h.present(shop))
}

// A customer that was provisioned cannot become created again, whoever asks.
func TestCreatedIsNeverSetAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"S","email":"s@example.com","planKey":"platform"}`)
	fresh := h.record(shop.id).Clone()
	fresh.Status, fresh.Version = customers.StatusCreated, fresh.Version+1
	must(t, h.store.Replace(t.Context(), fresh, fresh.Version-1))
	refused(t, h.present(shop), fault.Forbidden, fault.CodeCustomerNotActive)
	h.refusesWork(shop, fault.CodeCustomerNotActive)
	for _, status := range []customers.Status{customers.StatusActive, customers.StatusDisabled, customers.StatusLocked} {
		h.setStatus(h.operator, shop.id, status)
		_, err := h.update(h.operator, shop.id, `{"status":"created"}`)
		refused(t, err, fault.Invalid, fault.CodeValidation)
	}
}

// While a customer is disabled nobody adds banks, deposits, cards or children to
// it, not even its platform acting for it.
func TestDisabledTakesNoWork(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"S","email":"s@example.com","planKey":"platform","defaultBank":`+account+`}`)
	h.setStatus(h.cove, shop.id, customers.StatusDisabled)
	h.refusesWork(shop, fault.CodeCustomerDisabled)
	if record := h.record(shop.id); len(record.Banks) != 1 || record.Banks[0].Drops != nil || record.Version != 2 {
		t.Errorf("it was changed: %+v", record.Banks)
	}
}

// refusesWork demands that the platform is refused to add to a customer of its.
func (h *house) refusesWork(shop party, code fault.Code) {
	h.t.Helper()
	caller, bank := h.as(h.cove, shop.id), unknownID
	if banks := h.record(shop.id).Banks; len(banks) > 0 {
		bank = banks[0].ID.String()
		_, err := h.svc.StartDrops(h.t.Context(), caller, "", bank)
		refused(h.t, err, fault.Forbidden, code)
		_, err = h.svc.ConfirmDrops(h.t.Context(), caller, "", bank, input[customers.ConfirmDropsInput](h.t, `{"amounts":["32","45"]}`))
		refused(h.t, err, fault.Forbidden, code)
	}
	_, err := h.svc.AddBank(h.t.Context(), caller, "", input[customers.BankInput](h.t, account))
	refused(h.t, err, fault.Forbidden, code)
	_, err = h.svc.Create(h.t.Context(), caller, input[customers.CreateInput](h.t, `{"name":"C","email":"c@example.com","planKey":"payer"}`))
	refused(h.t, err, fault.Forbidden, code)
}

// Disabling a platform cuts it off from its children, and the children from
// nothing: their own keys work on, and whoever stands above both reaches them.
func TestDisabledPlatformLeavesItsChildrenAtWork(t *testing.T) {
	t.Parallel()
	h := open(t)
	middle := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
	child := h.create(middle, `{"name":"C","email":"c@example.com","planKey":"payer"}`)
	before := h.as(middle, child.id)
	h.setStatus(h.cove, middle.id, customers.StatusDisabled)
	h.clock.Advance(time.Minute)

	_, err := h.svc.Authenticate(t.Context(), customers.Presented{Bearer: middle.keys.Secret, SubjectID: child.id})
	refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
	if before.Actor == nil {
		t.Fatal("the platform never reached its child")
	}
	_, err = h.update(child, child.id, `{"name":"Still here"}`)
	must(t, err)
	for _, above := range []party{h.cove, h.operator} {
		if h.view(above, child.id)["name"] != "Still here" {
			t.Error("whoever is above does not reach the child")
		}
		_ = h.as(above, child.id)
	}
	if got := h.view(child, child.id)["status"]; got != "active" {
		t.Errorf("the child is %v", got)
	}
}

// attempt is tryUpdate for its error alone.
func (h *house) attempt(caller tenancy.Caller, id, body string) error {
	h.t.Helper()
	_, err := h.tryUpdate(caller, id, body)
	return err
}

func second[T any](_ T, err error) error { return err }
