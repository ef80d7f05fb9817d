package sqlite

import (
	"context"
	"errors"
	"testing"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/store/storetest"
)

// The records of a file from before the statuses of enrolled customers get them, and their searched text anew.
func TestOlderFilesGetEnrollmentStatuses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openAt(t, t.TempDir(), 0)
	t.Cleanup(func() { _ = s.Close(ctx) })
	root := storetest.Operator(opened)
	child := storetest.Child(root, storetest.Bare(), storetest.With(func(c *customers.Customer) {
		c.EnrollmentType, c.Identity.Status = customers.EnrollmentPersonal, reviews.IdentityKBA
		c.LegalEntity = &customers.LegalEntity{BusinessName: "Unheard Of"}
	}))
	// This is such a file at the moment when the column was added.
	err := errors.Join(s.Insert(ctx, root), s.Insert(ctx, child), s.writer.do(ctx, "testing", func(t *transaction) error {
		_, err := t.exec("UPDATE customers SET stage = '', search_folded = 'old'")
		return errors.Join(err, fillEnrollmentStatuses(ctx, t.c))
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, filter := range []rows.Filter{{EnrollmentStatuses: status.SetOf(status.KBA)}, {Search: "unheard of"}} {
		page, err := s.List(ctx, rows.Query{Under: root.ID, Filter: filter, Limit: 10, Count: true})
		if err != nil || page.Total != 1 || len(page.Customers) != 1 || page.Customers[0].ID != child.ID {
			t.Errorf("%+v: %+v, %v", filter, page, err)
		}
	}
}
