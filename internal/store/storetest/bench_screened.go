package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
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
		filter rows.Filter
	}{
		{"none", rows.Filter{}},
		{"status=verified (80 %)", rows.Filter{PartyStatuses: status.SetOf(status.Verified)}},
		{"status=review (4 %)", rows.Filter{PartyStatuses: status.SetOf(status.Review)}},
		{"status=pending,review", rows.Filter{PartyStatuses: status.SetOf(status.Pending, status.Review)}},
		{"types=business", rows.Filter{PartyTypes: customers.PartyTypesOf(customers.PartyBusiness)}},
		{"types=business&status=review", rows.Filter{PartyTypes: customers.PartyTypesOf(customers.PartyBusiness), PartyStatuses: status.SetOf(status.Review)}},
		{"email", rows.Filter{Email: "screened777@example.com"}},
		{"external_id", rows.Filter{ExternalID: "ext-777"}},
		{"created_from, half", rows.Filter{CreatedFrom: half}},
		{"created in one hour", rows.Filter{CreatedFrom: half, CreatedTo: half.Add(time.Hour)}},
		{"name, many match", rows.Filter{Name: "smith"}},
		{"name, none match", rows.Filter{Name: "nobody at all"}},
		{"search_text, few match", rows.Filter{Search: "screened777"}},
		{"search_text, none match", rows.Filter{Search: "nobody at all"}},
		{"status=review&name", rows.Filter{PartyStatuses: status.SetOf(status.Review), Name: "smith"}},
		{"status=review&created_from", rows.Filter{PartyStatuses: status.SetOf(status.Review), CreatedFrom: half}},
	}
	for _, by := range []rows.OrderBy{rows.ByName, rows.ByCreated} {
		for _, row := range filters {
			q := rows.Query{Tenant: parent.Tenant, Under: parent.ID, Filter: row.filter, Order: rows.Order{By: by, Ascending: true}, Limit: 100, Count: true}
			b.Run(string(by)+"/"+row.name, func(b *testing.B) { benchList(b, store, q) })
		}
		deep := rows.Query{Tenant: parent.Tenant, Under: parent.ID, Order: rows.Order{By: by, Ascending: true}, Limit: 100, Count: true, Offset: n / 2}
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
				c.Identity.Status = reviews.IdentityReview
			case 1:
				c.Identity.Status = reviews.IdentityPending
			case 2, 3:
				c.Identity.Status = reviews.IdentityRejected
			case 4:
				c.Status = customers.StatusDisabled
			default:
				c.Identity.Status = reviews.IdentityVerified
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
