package mongo_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/mongo/mongotest"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// openJudged returns a store on a database of its own whose commands are noted.
func openJudged(t *testing.T, by *mongotest.Judge) *mongo.Store {
	t.Helper()
	uri, database := freshDatabase(t)
	return patient(t, mongo.Options{URI: secret.New(uri), Database: database, Monitor: by.Monitor()})
}

// What lists filter by, alone and beside another filter, in every order, of children and of
// all descendants, at the first page and behind a row, for a tenant and the operator, is
// served by declared indexes, or is among what is known not to be.
func TestListsAreServedByIndexes(t *testing.T) {
	t.Parallel()
	s := openJudged(t, mongotest.Watch(t))
	t.Cleanup(func() { closeStore(t, s) })
	root := storetest.Operator(opened)
	platform := storetest.Child(root, storetest.Bare(), storetest.Seed(1))
	for _, c := range []*customers.Customer{root, platform} {
		if err := s.Insert(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	filters := []rows.Filter{
		{}, {Status: customers.StatusActive}, {PlanKey: "payer"}, {IdentityStatus: reviews.IdentityReview}, {PlanStatus: "verified"}, {Needed: "bank"}, {Webhooks: rows.WebhooksDisabled},
		{MerchantKey: "m"}, {ExternalID: "e"}, {Email: "a@example.com"}, {Name: "n"}, {Search: "s"}, {Text: "two words"}, {Meta: [rows.MostMetaTerms]customers.MetaTerm{{Path: "crm", Value: "7"}}},
		{PartyStatuses: 1}, {PartyTypes: 1}, {EnrollmentStatuses: 1}, {CreatedFrom: opened, CreatedTo: opened}, {UpdatedFrom: opened},
		{Status: customers.StatusActive, PlanKey: "payer", IdentityStatus: reviews.IdentityReview, Needed: "bank", Name: "n"},
	}
	after := rows.Position{Time: opened, Name: "n", ID: platform.ID}
	for _, filter := range filters {
		for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByLastUpdated, rows.ByName, rows.ByReviewDeadline} {
			if by == rows.ByReviewDeadline && filter.IdentityStatus == "" {
				continue
			}
			for _, tenant := range []tenancy.ID{{}, platform.Tenant} {
				for _, deep := range []bool{false, true} {
					for _, behind := range []*rows.Position{nil, &after} {
						q := rows.Query{Tenant: tenant, Under: root.ID, Deep: deep, Filter: filter, Order: rows.Order{By: by, Ascending: deep}, Limit: 1, After: behind, Count: true}
						if _, err := s.List(t.Context(), q); err != nil {
							t.Fatalf("%+v: %v", q, err)
						}
					}
				}
			}
		}
	}
}
