package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/kyc"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
	"tenantry/plans"
)

// env is an installation behind its server.
type env struct {
	*apitest.Installation
	operator actor
	steps    *storetest.Steps // before the store, if the test set them
}

// setup holds what a test may change about its installation before it starts.
type setup struct {
	apitest.Setup
	// wrap puts something between the service and the store.
	wrap func(store.Store) store.Store
	// plans are the catalog, none the built-in ones.
	plans []plans.Plan
}

// newEnv starts an installation with an operator, and without dialects.
func newEnv(t testing.TB, change ...func(*setup)) *env {
	t.Helper()
	e := &env{}
	how := setup{wrap: func(store store.Store) store.Store { return store }}
	how.Dialects = []dialect.Dialect{}
	how.Now = func() time.Time { return e.Clock.Now() } // there is no clock yet
	for _, adjust := range change {
		adjust(&how)
	}
	how.Tunings = append(how.Tunings, testkit.Strict, func(o *app.Options) {
		o.Provider, o.Store = wordProvider{}, how.wrap(o.Store)
		if how.plans != nil {
			catalog, err := plans.NewCatalog(how.plans)
			testkit.Must(t, err)
			o.Plans = catalog
		}
	})
	e.Installation = apitest.Install(t, func(s *apitest.Setup) { *s = how.Setup })
	pair := e.Operator.Keys
	e.operator = actor{env: e, id: e.Operator.ID, secret: pair.Secret.Reveal(), publishable: pair.Publishable.Reveal()}
	e.Conceal(accountNumber, businessTax, personalTax, ownerTax, password, cardNumber, e.operator.secret, e.operator.publishable)
	e.ConcealFromLog(birthDate, customerName, customerEmail)
	return e
}

// in returns e for a subtest, which then is what fails.
func (e *env) in(t *testing.T) *env {
	next := *e
	next.Installation = e.In(t)
	next.operator.env = &next
	return &next
}

// wordProvider decides by a word in the business name, for enrolled customers as the
// sandbox does, and otherwise approves; one word makes it panic. It asks what the sandbox
// asks.
type wordProvider struct{ kyc.Sandbox }

func (wordProvider) Name() string { return "words" }

func (p wordProvider) Verify(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	if subject.Type != "" {
		return p.Sandbox.Verify(ctx, subject)
	}
	if strings.Contains(subject.BusinessName, "panic") {
		panic("the provider broke")
	}
	for _, status := range []reviews.IdentityStatus{
		reviews.IdentityReview, reviews.IdentityRejected, reviews.IdentityPending, reviews.IdentityDocument,
	} {
		if strings.Contains(strings.ToLower(subject.BusinessName), string(status)) {
			return identity.Result{Status: status, Reason: "as the name says"}, nil
		}
	}
	return identity.Result{Status: reviews.IdentityVerified, Reason: "all in order"}, nil
}

// VerifyOwner decides as the sandbox does.
func (wordProvider) VerifyOwner(firstName, lastName string) customers.OwnerVerification {
	return kyc.Sandbox{}.VerifyOwner(firstName, lastName)
}
