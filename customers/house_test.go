package customers_test

import (
	"bytes"
	cryptorand "crypto/rand"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/identity"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// house is a service over a store in memory, with an operator and two platforms
// that must never meet.
type house struct {
	t        testing.TB
	svc      *customers.Service
	store    *memory.Store
	clock    *testkit.Clock
	operator party
	cove     party // a platform
	rival    party // another tenant
}

// party is a customer with its first keys.
type party struct {
	id   string
	keys keys.Pair
}

type tuning func(*customers.Options)

func live(o *customers.Options) {
	o.Mode, o.Minter.Mode, o.Provider = keys.Live, keys.Live, identity.Manual{}
}

func open(t testing.TB, tunings ...tuning) *house {
	t.Helper()
	h := &house{t: t, store: memory.New(), clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(cryptorand.Reader)
	must(t, err)
	h.svc = h.service(ring, tunings...)
	created, err := h.svc.InitOperator(t.Context(), "Operator", "operator@example.com")
	must(t, err)
	h.operator = party{created.Customer.ID.String(), created.Keys}
	h.cove = h.create(h.operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	h.rival = h.create(h.operator, `{"name":"Rival","email":"ops@rival.example","planKey":"platform"}`)
	return h
}

func (h *house) service(sealer customers.Sealer, tunings ...tuning) *customers.Service {
	h.t.Helper()
	catalog, err := plans.NewCatalog(plans.Defaults())
	must(h.t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: h.clock.Now, PasswordCost: 4})
	must(h.t, err)
	options := customers.Options{
		Store: h.store, Sealer: sealer, Plans: catalog, Verifier: verifier,
		Minter: keys.Minter{Mode: keys.Test}, Provider: identity.Sandbox{}, Mode: keys.Test,
		SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true},
		Now:           h.clock.Now, Random: cryptorand.Reader,
	}
	for _, tune := range tunings {
		tune(&options)
	}
	options.Tokens = keys.NewTokens(bytes.Repeat([]byte("k"), 32), options.Mode, h.clock.Now)
	svc, err := customers.New(options)
	must(h.t, err)
	return svc
}

// as authenticates a party acting for a subject; none is the party itself.
func (h *house) as(p party, subject ...string) tenancy.Caller {
	h.t.Helper()
	id := p.id
	if len(subject) > 0 {
		id = subject[0]
	}
	caller, err := h.svc.Authenticate(h.t.Context(), customers.Presented{Bearer: p.keys.Secret, SubjectID: id})
	must(h.t, err)
	return caller
}

func (h *house) create(parent party, body string) party {
	h.t.Helper()
	created, err := h.tryCreate(parent, body)
	must(h.t, err)
	return party{created.Customer.ID.String(), created.Keys}
}

func (h *house) tryCreate(parent party, body string) (customers.Created, error) {
	h.t.Helper()
	var in customers.CreateInput
	in.Reading = patch.Decode([]byte(body), &in.Input)
	return h.svc.Create(h.t.Context(), h.as(parent), in)
}

func (h *house) update(by party, id, body string) (*customers.Customer, error) {
	h.t.Helper()
	in := customers.UpdateInput{CustomerID: id}
	must(h.t, patch.Decode([]byte(body), &in.Input))
	return h.svc.Update(h.t.Context(), h.as(by), in)
}

func (h *house) view(by party, id string) map[string]any {
	h.t.Helper()
	caller := h.as(by)
	c, err := h.svc.Get(h.t.Context(), caller, id)
	must(h.t, err)
	view, err := h.svc.View(caller, c)
	must(h.t, err)
	return asMap(h.t, view)
}

func (h *house) record(id string) *customers.Customer {
	h.t.Helper()
	parsed, err := tenancy.ParseID(id)
	must(h.t, err)
	c, err := h.store.GetAnywhere(h.t.Context(), parsed)
	must(h.t, err)
	return c
}

func asMap(t testing.TB, value any) map[string]any {
	t.Helper()
	text, err := json.Marshal(value)
	must(t, err)
	var m map[string]any
	must(t, json.Unmarshal(text, &m))
	return m
}

func input[T any](t testing.TB, body string) T {
	t.Helper()
	var in T
	must(t, patch.Decode([]byte(body), &in))
	return in
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused demands a refusal of that kind and code, and gives its fields.
func refused(t testing.TB, err error, kind fault.Kind, code fault.Code) *fault.Error {
	t.Helper()
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok || refusal.Kind != kind || refusal.Code != code {
		t.Fatalf("got %v, want a refusal %s", err, code)
	}
	return refusal
}

func fields(refusal *fault.Error) map[string]fault.Detail {
	found := map[string]fault.Detail{refusal.Field: refusal.Detail}
	for _, v := range refusal.More {
		found[v.Field] = v.Detail
	}
	return found
}

// harbor is a merchant with everything nested in it.
const harbor = `{
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

// children lists all direct children of a party.
func (h *house) children(p party) []*customers.Customer {
	h.t.Helper()
	listing, err := h.svc.List(h.t.Context(), h.as(p), customers.ListInput{Limit: 100})
	must(h.t, err)
	return listing.Customers
}
