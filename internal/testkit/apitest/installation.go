// Package apitest serves an installation of package testkit over HTTP, as the program
// does: the native API and the dialects of all vendors, over the same records.
//
// It stands beside testkit because it imports the dialects, which the tests of the core
// need not build. It owns no shape of a vendor: what a vendor's answers have in common is
// demanded beside the tests of that vendor.
package apitest

import (
	"testing"

	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/dialect/straddle"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
)

// Installation is an Env behind its server, with the operator alone in it.
type Installation struct {
	*testkit.Env
	*testkit.Server
}

// Setup holds what a test may change about an Installation before it starts. The services
// and clocks of the vendors' options are filled in.
type Setup struct {
	api.Options // its Dialects are all three when they are nil
	Balanced    balanced.Options
	Dwolla      dwolla.Options
	Straddle    straddle.Options
	// Store is the store; nil is the one under test.
	Store store.Store
	// Tunings change the services behind the server.
	Tunings []testkit.Tuning
}

// Install starts an Installation, which ends with the test. Any number of requests may come
// to it from one address.
func Install(t testing.TB, change ...func(*Setup)) *Installation {
	t.Helper()
	how := Setup{
		Balanced: balanced.Options{Plan: "payer", TenantPlan: "platform", Sandbox: true, SignUp: true},
		Dwolla:   dwolla.Options{Plan: "payer", Sandbox: true, Page: []byte("<!doctype html>")},
		Straddle: straddle.Options{Plan: "payer"},
	}
	for _, adjust := range change {
		adjust(&how)
	}
	if how.Store == nil {
		how.Store = testkit.Store(t)
	}
	usual := []testkit.Tuning{testkit.Crowded, func(o *app.Options) { o.Topics = webhook.Topics }}
	h := testkit.Install(t, how.Store, append(usual, how.Tunings...)...)
	if how.Dialects == nil {
		how.Balanced.Service, how.Balanced.Now = h.Svc, h.Clock.Now
		how.Dwolla.Service = h.Svc
		how.Straddle.Service, how.Straddle.Now = h.Svc, h.Clock.Now
		how.Dialects = []dialect.Dialect{straddle.New(how.Straddle), balanced.New(how.Balanced), dwolla.New(how.Dwolla)}
	}
	return &Installation{Env: h, Server: h.Serve(how.Options)}
}

// Client returns a client with the given headers alone, as pairs.
func (h *Installation) Client(pairs ...string) *testkit.Client {
	return h.Server.Client(pairs...).In(h.T)
}

// In returns h for a subtest, which then is what fails.
func (h *Installation) In(t testing.TB) *Installation {
	next := *h
	next.Env = h.Env.In(t)
	return &next
}

// Platform makes a platform below the operator.
func (h *Installation) Platform(name string) testkit.Party {
	h.T.Helper()
	return h.Create(h.Operator, `{"name":"`+name+`","email":"ops@example.com","planKey":"platform"}`)
}
