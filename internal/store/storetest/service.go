package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"runtime"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/internal/app"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

// benchedChildren is how many children the listed platform of BenchService has.
const benchedChildren = 200

// onboarding is a customer as a platform sends it, of ordinary size.
const onboarding = `{"name":"Harbor Lane Bicycles","email":"books@harborlane.example","planKey":"merchant",
"address":{"street1":"18 Quay Street","city":"Portland","state":"ME","postalCode":"04101","country":"USA"},
"contact":{"firstName":"Mira","lastName":"Okafor","email":"mira@harborlane.example","dateOfBirth":"1984-02-17"},
"defaultBank":{"routingNumber":"110000000","accountNumber":"000123456789"},
"legalEntity":{"entityType":"LLC","businessName":"Harbor Lane LLC","businessTaxId":"000765432"},"meta":{"crmId":40417}}`

// BenchService measures the whole service on an engine, without HTTP: authenticating a
// known key, reading and encoding one customer and a page of 50 with the total, and
// creating customers from 16 callers at once. The last also reports how near it comes to
// what two bcrypt hashes per customer leave possible.
func BenchService(b *testing.B, open func(b *testing.B) store.Store) {
	b.Helper()
	s := newServed(b, open(b))
	b.Run("Authenticate", s.authenticate)
	b.Run("Get", s.get)
	b.Run("List", s.list)
	b.Run("Create", s.create)
}

// served is a service over a store with a platform that has children.
type served struct {
	svc      *app.App
	platform access.Presented
	child    string
}

func newServed(b *testing.B, store store.Store) *served {
	b.Helper()
	check := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	b.Cleanup(func() { check(store.Close(context.Background())) })
	ring, err := seal.Generate(rand.Reader)
	check(err)
	catalog, err := plans.NewCatalog(plans.Defaults())
	check(err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{})
	check(err)
	s := &served{}
	s.svc, err = app.New(app.Options{
		Store: store, Sealer: ring, Plans: catalog, Verifier: verifier, Provider: kyc.Sandbox{},
		Minter: keys.Minter{Mode: keys.Test}, Mode: keys.Test, Now: time.Now, Random: rand.Reader,
		Tokens: keys.NewTokens(keys.OneSigningKey(bytes.Repeat([]byte("k"), 32)), keys.Test, time.Now),
	})
	check(err)
	operator, err := s.svc.Lifecycle.InitOperator(b.Context(), "Operator", "operator@example.com")
	check(err)
	root := s.caller(b, presented(operator))
	var in lifecycle.CreateInput
	check(patch.Decode([]byte(`{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`), &in))
	platform, err := s.svc.Lifecycle.Create(b.Context(), root, in)
	check(err)
	s.platform = presented(platform)
	for range benchedChildren {
		s.child = s.onboard(b)
	}
	return s
}

func presented(made registry.Created) access.Presented {
	return access.Presented{Bearer: secret.New(made.Keys.Secret.Reveal()), SubjectID: made.Customer.ID.String()}
}

func (s *served) caller(b *testing.B, p access.Presented) tenancy.Caller {
	caller, err := s.svc.Access.Authenticate(b.Context(), p)
	if err != nil {
		b.Helper()
		b.Fatal(err)
	}
	return caller
}

func (s *served) onboard(b *testing.B) string {
	var in lifecycle.CreateInput
	err := patch.Decode([]byte(onboarding), &in)
	if err == nil {
		var made registry.Created
		if made, err = s.svc.Lifecycle.Create(b.Context(), s.caller(b, s.platform), in); err == nil {
			return made.Customer.ID.String()
		}
	}
	b.Helper()
	b.Error(err)
	return ""
}

func (s *served) authenticate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s.caller(b, s.platform)
	}
}

func (s *served) get(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		caller := s.caller(b, s.platform)
		c, err := s.svc.Lifecycle.Get(b.Context(), caller, s.child)
		if err != nil {
			b.Fatal(err)
		}
		s.write(b, caller, c)
	}
}

func (s *served) list(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		caller := s.caller(b, s.platform)
		page, err := s.svc.Lifecycle.List(b.Context(), caller, lifecycle.ListInput{})
		if err != nil || len(page.Customers) != 50 || page.Total < benchedChildren {
			b.Fatal(len(page.Customers), page.Total, err)
		}
		for _, c := range page.Customers {
			s.write(b, caller, c)
		}
	}
}

func (s *served) write(b *testing.B, caller tenancy.Caller, c *customers.Customer) {
	view, err := s.svc.View.View(caller, c)
	if err == nil {
		_, err = json.Marshal(view)
	}
	if err != nil {
		b.Helper()
		b.Fatal(err)
	}
}

func (s *served) create(b *testing.B) {
	hash := hashTime(b)
	var todo sync.WaitGroup
	turns := make(chan struct{})
	b.ResetTimer()
	for range writers {
		todo.Go(func() {
			for range turns {
				s.onboard(b)
			}
		})
	}
	for range b.N {
		turns <- struct{}{}
	}
	close(turns)
	todo.Wait()
	b.StopTimer()
	bound := 2 * hash / time.Duration(runtime.NumCPU()) // per customer, all processors hashing
	b.ReportMetric(float64(bound)*float64(b.N)/float64(b.Elapsed()), "of-bcrypt-bound")
}

// hashTime returns how long one bcrypt hash at the cost of keys takes here and now, while
// every processor hashes: two threads of one core share what it can do.
func hashTime(b *testing.B) time.Duration {
	const hashes = 300
	start := time.Now()
	var all sync.WaitGroup
	for range runtime.NumCPU() {
		all.Go(func() {
			for range hashes {
				if _, err := bcrypt.GenerateFromPassword([]byte("thirty characters of randomness"), keys.DefaultCost); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(start) / hashes
}
