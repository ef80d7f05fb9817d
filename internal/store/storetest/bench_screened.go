package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/store"
)

// BenchScreened measures numbered pages of 100 with their total, by every filter and
// order that dialects with such pages offer, of a customer with as many children as Bench
// has. Every open must return an empty store of its own; BenchScreened closes it.
func BenchScreened(b *testing.B, open func(b *testing.B) store.Store) {
	b.Helper()
	store := open(b)
	b.Cleanup(func() {
		if err := store.Close(context.Background()); err != nil {
			b.Errorf("closing the store: %v", err)
		}
	})
	operator := Operator(opened)
	parent := Child(operator)
	for _, c := range []*customers.Customer{operator, parent} {
		if err := store.Insert(b.Context(), c); err != nil {
			b.Fatalf("inserting: %v", err)
		}
	}
	n := children(b)
	fillScreened(b, store, parent, n)
	half := opened.Add(time.Duration(n/2) * time.Second)
	filters := []struct {
		name   string
		filter customers.Filter
	}{
		{"none", customers.Filter{}},
		{"status=verified (80 %)", customers.Filter{Standings: customers.StandingsOf(customers.StandingVerified)}},
		{"status=review (4 %)", customers.Filter{Standings: customers.StandingsOf(customers.StandingReview)}},
		{"status=pending,review", customers.Filter{Standings: customers.StandingsOf(customers.StandingPending, customers.StandingReview)}},
		{"types=business", customers.Filter{PartyTypes: customers.PartyTypesOf(customers.PartyBusiness)}},
		{"types=business&status=review", customers.Filter{PartyTypes: customers.PartyTypesOf(customers.PartyBusiness), Standings: customers.StandingsOf(customers.StandingReview)}},
		{"email", customers.Filter{Email: "screened777@example.com"}},
		{"external_id", customers.Filter{ExternalID: "ext-777"}},
		{"created_from, half", customers.Filter{CreatedFrom: half}},
		{"created in one hour", customers.Filter{CreatedFrom: half, CreatedTo: half.Add(time.Hour)}},
		{"name, many match", customers.Filter{Name: "smith"}},
		{"name, none match", customers.Filter{Name: "nobody at all"}},
		{"search_text, few match", customers.Filter{Search: "screened777"}},
		{"search_text, none match", customers.Filter{Search: "nobody at all"}},
		{"status=review&name", customers.Filter{Standings: customers.StandingsOf(customers.StandingReview), Name: "smith"}},
		{"status=review&created_from", customers.Filter{Standings: customers.StandingsOf(customers.StandingReview), CreatedFrom: half}},
	}
	for _, by := range []customers.OrderBy{customers.ByName, customers.ByCreated} {
		for _, row := range filters {
			q := customers.Query{Tenant: parent.Tenant, Under: parent.ID, Filter: row.filter, Order: customers.Order{By: by, Ascending: true}, Limit: 100, Count: true}
			b.Run(string(by)+"/"+row.name, func(b *testing.B) { benchList(b, store, q) })
		}
		deep := customers.Query{Tenant: parent.Tenant, Under: parent.ID, Order: customers.Order{By: by, Ascending: true}, Limit: 100, Count: true, Offset: n / 2}
		b.Run(string(by)+"/none, page in the middle", func(b *testing.B) { benchList(b, store, deep) })
	}
}

// fillScreened inserts n children, made a second apart: 80 in a hundred verified, a
// third businesses.
func fillScreened(b *testing.B, store store.Store, parent *customers.Customer, n int) {
	b.Helper()
	shape := func(i int) Option {
		return With(func(c *customers.Customer) {
			c.PartyType = customers.PartyTypes()[map[bool]int{true: 1, false: 0}[i%3 == 0]]
			c.Name = fmt.Sprintf("%s %06d", []string{"Ada Byron", "John Smith", "Blue Bird"}[i%3], i)
			c.Email, c.ExternalID = fmt.Sprintf("screened%d@example.com", i), fmt.Sprint("ext-", i)
			c.Contact = &customers.Contact{Phone: fmt.Sprintf("+1212%07d", i)}
			switch i % 25 {
			case 0:
				c.Identity.Status = customers.IdentityReview
			case 1:
				c.Identity.Status = customers.IdentityPending
			case 2, 3:
				c.Identity.Status = customers.IdentityRejected
			case 4:
				c.Status = customers.StatusDisabled
			default:
				c.Identity.Status = customers.IdentityVerified
			}
		})
	}
	work := make(chan int)
	failed := make(chan error, writers)
	for range writers {
		go func() {
			var broken error
			for i := range work {
				c := Child(parent, Seed(uint64(i)), At(opened.Add(time.Duration(i)*time.Second)), Typical(), shape(i))
				if err := store.Insert(b.Context(), c); err != nil && broken == nil {
					broken = err
				}
			}
			failed <- broken
		}()
	}
	for i := range n {
		work <- i
	}
	close(work)
	for range writers {
		if err := <-failed; err != nil {
			b.Fatalf("inserting: %v", err)
		}
	}
}
