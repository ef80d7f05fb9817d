package testkit

import (
	cryptorand "crypto/rand"
	"reflect"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/plans"
	"tenantry/tenancy"
)

// accounts are the acts on customers themselves.
type accounts struct{ *installation }

// Create makes a customer under parent, and ends the test when that is refused.
func (h accounts) Create(parent Party, body string) Party {
	h.T.Helper()
	created, err := h.TryCreate(parent, body)
	Must(h.T, err)
	return Party{created.Customer.ID.String(), created.Keys}
}

// CreateBy makes a customer under the subject of a caller, and ends the test when that is
// refused.
func (h accounts) CreateBy(caller tenancy.Caller, body string) Party {
	h.T.Helper()
	var in lifecycle.CreateInput
	Must(h.T, patch.Decode([]byte(body), &in.Input))
	created, err := h.Svc.Lifecycle.Create(h.T.Context(), caller, in)
	Must(h.T, err)
	return Party{created.Customer.ID.String(), created.Keys}
}

// TryCreate makes a customer under parent.
func (h accounts) TryCreate(parent Party, body string) (registry.Created, error) {
	h.T.Helper()
	var in lifecycle.CreateInput
	in.Reading = patch.Decode([]byte(body), &in.Input)
	return h.Svc.Lifecycle.Create(h.T.Context(), h.As(parent), in)
}

// Update changes a customer; the body must be readable.
func (h accounts) Update(by Party, id, body string) (*customers.Customer, error) {
	h.T.Helper()
	in := lifecycle.UpdateInput{CustomerID: id, Sent: []byte(body)}
	Must(h.T, patch.Decode([]byte(body), &in.Input))
	return h.Svc.Lifecycle.Update(h.T.Context(), h.As(by), in)
}

// TryUpdate changes a customer, and returns the faults of reading the body too.
func (h accounts) TryUpdate(caller tenancy.Caller, id, body string) (*customers.Customer, error) {
	h.T.Helper()
	in := lifecycle.UpdateInput{CustomerID: id, Sent: []byte(body)}
	if err := patch.Decode([]byte(body), &in.Input); err != nil {
		return nil, err
	}
	return h.Svc.Lifecycle.Update(h.T.Context(), caller, in)
}

// Attempt changes a customer as TryUpdate does, and returns the error alone.
func (h accounts) Attempt(caller tenancy.Caller, id, body string) error {
	h.T.Helper()
	_, err := h.TryUpdate(caller, id, body)
	return err
}

// SetStatus changes the status of a customer, which by must stand above.
func (h accounts) SetStatus(by Party, id string, status customers.Status) {
	h.T.Helper()
	_, err := h.Update(by, id, `{"status":"`+string(status)+`"}`)
	Must(h.T, err)
}

// Remove deletes a customer.
func (h accounts) Remove(by Party, id string) error {
	h.T.Helper()
	return h.Svc.Lifecycle.Delete(h.T.Context(), h.As(by), lifecycle.DeleteInput{CustomerID: id})
}

// MerchantOf makes a merchant with nothing but what is required and the members in more.
func (h accounts) MerchantOf(parent Party, more ...string) Party {
	h.T.Helper()
	return h.Create(parent, `{"name":"Merchant","email":"m@example.com","planKey":"merchant"`+strings.Join(more, "")+`}`)
}

// Row inserts a bare child into the store and returns its id: lists need many, and a key
// pair for each would take long.
func (h accounts) Row(parent Party, name string, change ...func(*customers.Customer)) string {
	h.T.Helper()
	above := h.Record(parent.ID)
	id, err := tenancy.NewID(h.Clock.Now(), cryptorand.Reader)
	Must(h.T, err)
	ref, path := tenancy.Under(above, id)
	now := h.Clock.Now().UTC().Truncate(time.Millisecond)
	c := &customers.Customer{
		ID: id, Tenant: ref.Tenant, Parent: above.ID, Path: path, Version: 1, Created: now, LastUpdated: now,
		Status: customers.StatusActive, PlanKey: "payer", Name: name, Email: "row@example.com",
		Identity: reviews.Identity{Status: reviews.IdentityNone},
	}
	for _, act := range change {
		act(c)
	}
	Must(h.T, h.Store.Insert(h.T.Context(), c))
	return id.String()
}

// List reads a page of the customers below p.
func (h accounts) List(p Party, in lifecycle.ListInput) lifecycle.Listing {
	h.T.Helper()
	listing, err := h.Svc.Lifecycle.List(h.T.Context(), h.As(p), in)
	Must(h.T, err)
	return listing
}

// Names returns the names of the customers in a listing, in its order.
func Names(listing lifecycle.Listing) []string {
	list := []string{}
	for _, c := range listing.Customers {
		list = append(list, c.Name)
	}
	return list
}

// Children lists all direct children of a customer.
func (h accounts) Children(p Party) []*customers.Customer {
	h.T.Helper()
	listing, err := h.Svc.Lifecycle.List(h.T.Context(), h.As(p), lifecycle.ListInput{Limit: 100})
	Must(h.T, err)
	return listing.Customers
}

// Everybody counts the customers in the store.
func (h *installation) Everybody() int {
	h.T.Helper()
	list, err := h.Store.Scan(h.T.Context(), tenancy.ID{}, 100)
	Must(h.T, err)
	return len(list)
}

// Walk reads a whole list page by page, calls between after each page, and returns the
// names and totals that it saw.
func (h accounts) Walk(p Party, in lifecycle.ListInput, between func(page int)) (seen []string, totals []int64) {
	h.T.Helper()
	for page := 0; ; page++ {
		listing := h.List(p, in)
		seen, totals = append(seen, Names(listing)...), append(totals, listing.Total)
		if listing.NextCursor == "" {
			return seen, totals
		}
		if page > 100 {
			h.T.Fatal("the walk does not end")
		}
		in.Cursor = listing.NextCursor
		between(page)
	}
}

// View returns what by is shown of a customer, as JSON members.
func (h accounts) View(by Party, id string) map[string]any {
	h.T.Helper()
	caller := h.As(by)
	c, err := h.Svc.Lifecycle.Get(h.T.Context(), caller, id)
	Must(h.T, err)
	view, err := h.Svc.View.View(caller, c)
	Must(h.T, err)
	return AsMap(h.T, view)
}

// FullView returns all that the operator can see of a customer, unmasked, but for the
// time of its last change.
func (h accounts) FullView(id string) map[string]any {
	h.T.Helper()
	view, err := h.Unmask(h.As(h.Operator), id, "comparing")
	Must(h.T, err)
	m := AsMap(h.T, view)
	delete(m, "lastUpdated")
	return m
}

// Record reads a customer from the store, of whichever tenant.
func (h *installation) Record(id string) *customers.Customer {
	h.T.Helper()
	parsed, err := tenancy.ParseID(id)
	Must(h.T, err)
	c, err := h.Store.GetAnywhere(h.T.Context(), parsed)
	Must(h.T, err)
	return c
}

// Stands reports whether a customer is stored as it was when it was read.
func (h *installation) Stands(before *customers.Customer) bool {
	h.T.Helper()
	return reflect.DeepEqual(before, h.Record(before.ID.String()))
}

// PlanStatus returns how a customer stands with its plan.
func (h *installation) PlanStatus(id string) plans.Status { return h.Svc.View.PlanStatus(h.Record(id)) }

// Unmask reads a customer unmasked, for that reason.
func (h accounts) Unmask(by tenancy.Caller, id, reason string) (view.View, error) {
	h.T.Helper()
	return h.Svc.Lifecycle.Unmasked(h.T.Context(), by, lifecycle.UnmaskInput{CustomerID: id, Reason: reason})
}

// AllowUnmask sets whether the customers of id may be read unmasked; allowed is a JSON
// boolean.
func (h accounts) AllowUnmask(by Party, id, allowed string) {
	h.T.Helper()
	_, err := h.Update(by, id, `{"settings":{"customers":{"allowDataUnmask":`+allowed+`}}}`)
	Must(h.T, err)
}

// Reseal seals all values anew that an older key sealed.
func (h accounts) Reseal() {
	h.T.Helper()
	Must(h.T, h.Svc.Lifecycle.Reseal(h.T.Context(), func(int) {}))
}

// RefusesWork demands that the platform, acting for one of its customers, can add
// nothing to it.
func (h *Env) RefusesWork(shop Party, code fault.Code) {
	h.T.Helper()
	caller := h.As(h.Cove, shop.ID)
	if banks := h.Record(shop.ID).Banks; len(banks) > 0 {
		bank := banks[0].ID.String()
		_, err := h.Svc.Instruments.StartDrops(h.T.Context(), caller, "", bank)
		Refused(h.T, err, fault.Forbidden, code)
		_, err = h.Svc.Instruments.ConfirmDrops(h.T.Context(), caller, "", bank, Input[instruments.ConfirmDropsInput](h.T, `{"amounts":["32","45"]}`))
		Refused(h.T, err, fault.Forbidden, code)
	}
	_, err := h.Svc.Instruments.AddBank(h.T.Context(), caller, "", Input[fields.BankInput](h.T, Account))
	Refused(h.T, err, fault.Forbidden, code)
	_, err = h.Svc.Lifecycle.Create(h.T.Context(), caller, Input[lifecycle.CreateInput](h.T, `{"name":"C","email":"c@example.com","planKey":"payer"}`))
	Refused(h.T, err, fault.Forbidden, code)
}
