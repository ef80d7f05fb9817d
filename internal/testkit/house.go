package testkit

import (
	"bytes"
	cryptorand "crypto/rand"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/storetest"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Env is a service over the store under test, with an operator and two platforms
// that must never meet.
type Env struct {
	T        testing.TB
	Svc      *app.App
	Store    store.Store
	Clock    *Clock
	Operator Party
	Cove     Party // a platform
	Rival    Party // another tenant
}

// Party is a customer with its first keys.
type Party struct {
	ID   string
	Keys keys.Pair
}

type Tuning func(*app.Options)

func Live(o *app.Options) {
	o.Mode, o.Minter.Mode, o.Provider = keys.Live, keys.Live, kyc.Manual{}
}

// Open returns an Env on the engine that the environment of the tests names.
func Open(t testing.TB, tunings ...Tuning) *Env {
	t.Helper()
	return openOn(t, Store(t), tunings...)
}

// OpenInMemory returns an Env on the memory engine, whichever the tests run on: it is
// the only one whose calls can be made to fail, by FailNext.
func OpenInMemory(t testing.TB, tunings ...Tuning) *Env {
	t.Helper()
	return openOn(t, memory.New(), tunings...)
}

// FailNext makes the n-th following call of the store return err, on an Env of
// OpenInMemory.
func (h *Env) FailNext(n int, err error) {
	h.T.Helper()
	failing, ok := h.Store.(*memory.Store)
	if !ok {
		h.T.Fatal("only a store in memory fails when it is told to: use OpenInMemory")
	}
	failing.FailNext(n, err)
}

func openOn(t testing.TB, store store.Store, tunings ...Tuning) *Env {
	t.Helper()
	h := &Env{T: t, Store: store, Clock: NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(cryptorand.Reader)
	Must(t, err)
	h.Svc = h.Service(ring, tunings...)
	created, err := h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "operator@example.com")
	Must(t, err)
	h.Operator = Party{created.Customer.ID.String(), created.Keys}
	h.Cove = h.Create(h.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	h.Rival = h.Create(h.Operator, `{"name":"Rival","email":"ops@rival.example","planKey":"platform"}`)
	return h
}

func (h *Env) Service(sealer registry.Sealer, tunings ...Tuning) *app.App {
	h.T.Helper()
	catalog, err := plans.NewCatalog(plans.Defaults())
	Must(h.T, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: h.Clock.Now, PasswordCost: 4})
	Must(h.T, err)
	options := app.Options{
		Store: h.Store, Sealer: sealer, Plans: catalog, Verifier: verifier,
		Minter: keys.Minter{Mode: keys.Test}, Provider: kyc.Sandbox{}, Mode: keys.Test,
		SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true},
		Now:           h.Clock.Now, Random: cryptorand.Reader,
	}
	for _, tune := range tunings {
		tune(&options)
	}
	options.Store = storetest.Guard(h.T, options.Store)
	options.Tokens = keys.NewTokens(bytes.Repeat([]byte("k"), 32), options.Mode, h.Clock.Now)
	svc, err := app.New(options)
	Must(h.T, err)
	return svc
}

// As authenticates a party acting for a subject; none is the party itself.
func (h *Env) As(p Party, subject ...string) tenancy.Caller {
	h.T.Helper()
	id := p.ID
	if len(subject) > 0 {
		id = subject[0]
	}
	caller, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Bearer: p.Keys.Secret, SubjectID: id})
	Must(h.T, err)
	return caller
}

func (h *Env) Create(parent Party, body string) Party {
	h.T.Helper()
	created, err := h.TryCreate(parent, body)
	Must(h.T, err)
	return Party{created.Customer.ID.String(), created.Keys}
}

func (h *Env) TryCreate(parent Party, body string) (registry.Created, error) {
	h.T.Helper()
	var in lifecycle.CreateInput
	in.Reading = patch.Decode([]byte(body), &in.Input)
	return h.Svc.Lifecycle.Create(h.T.Context(), h.As(parent), in)
}

func (h *Env) Update(by Party, id, body string) (*customers.Customer, error) {
	h.T.Helper()
	in := lifecycle.UpdateInput{CustomerID: id}
	Must(h.T, patch.Decode([]byte(body), &in.Input))
	return h.Svc.Lifecycle.Update(h.T.Context(), h.As(by), in)
}

func (h *Env) View(by Party, id string) map[string]any {
	h.T.Helper()
	caller := h.As(by)
	c, err := h.Svc.Lifecycle.Get(h.T.Context(), caller, id)
	Must(h.T, err)
	view, err := h.Svc.View.View(caller, c)
	Must(h.T, err)
	return AsMap(h.T, view)
}

func (h *Env) Record(id string) *customers.Customer {
	h.T.Helper()
	parsed, err := tenancy.ParseID(id)
	Must(h.T, err)
	c, err := h.Store.GetAnywhere(h.T.Context(), parsed)
	Must(h.T, err)
	return c
}

func AsMap(t testing.TB, value any) map[string]any {
	t.Helper()
	text, err := json.Marshal(value)
	Must(t, err)
	var m map[string]any
	Must(t, json.Unmarshal(text, &m))
	return m
}

func Input[T any](t testing.TB, body string) T {
	t.Helper()
	var in T
	Must(t, patch.Decode([]byte(body), &in))
	return in
}

func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Refused demands a refusal of that kind and code, and gives its fields.
func Refused(t testing.TB, err error, kind fault.Kind, code fault.Code) *fault.Error {
	t.Helper()
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok || refusal.Kind != kind || refusal.Code != code {
		t.Fatalf("got %v, want a refusal %s", err, code)
	}
	return refusal
}

func Fields(refusal *fault.Error) map[string]fault.Detail {
	found := map[string]fault.Detail{refusal.Field: refusal.Detail}
	for _, v := range refusal.More {
		found[v.Field] = v.Detail
	}
	return found
}

// Harbor is a merchant with everything nested in it.
const Harbor = `{
  "name": "Harbor Lane Bicycles", "email": "books@harborlane.example", "planKey": "merchant",
  "description": "Two shops and a repair bench", "merchantKey": "harbor_lane", "vanityName": "harbor-lane-bicycles",
  "username": "mira.okafor@harborlane.example", "password": "correct-horse-staple-42",
  "address": {"street1": "18 Quay Street", "street2": "Unit 3", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "US"},
  "contact": {"firstName": "Mira", "lastName": "Okafor", "email": "mira.okafor@harborlane.example", "phone": "2075550142", "dateOfBirth": "02-17-1984"},
  "defaultBank": {"nameOnAccount": "Harbor Lane Bicycles LLC", "accountHolderType": "company", "accountType": "checking",
    "routingNumber": "110000000", "accountNumber": "000123456789", "currency": "USD", "country": "USA"},
  "legalEntity": {"entityType": "LLC", "businessName": "Harbor Lane Bicycles LLC", "businessTaxId": "00-0765432",
    "businessSalesVolume": "480000", "businessAcceptedCards": true, "yearsInBusiness": 6, "personalTaxId": "000-00-1234", "stakePercent": "60",
    "additionalOwners": [{"stakePercent": 40, "title": "Co-founder", "personalTaxId": "000005678",
      "contact": {"firstName": "Jonas", "lastName": "Brandt", "email": "jonas@harborlane.example", "dateOfBirth": "1981-11-05"}}]},
  "merchant": {"businessName": "Harbor Lane Bikes", "businessUrl": "https://harborlane.example", "statementDescriptor": "HARBOR LANE BIKES",
    "defaultCurrency": "USD", "merchantCategoryCode": "5940"},
  "meta": {"crmId": 40417, "rate": 1.0, "html": "<b>&</b>", "trial": false}
}`

// Children lists all direct children of a party.
func (h *Env) Children(p Party) []*customers.Customer {
	h.T.Helper()
	listing, err := h.Svc.Lifecycle.List(h.T.Context(), h.As(p), lifecycle.ListInput{Limit: 100})
	Must(h.T, err)
	return listing.Customers
}
