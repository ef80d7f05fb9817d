package sqlite

import (
	"context"
	"errors"
	"testing"

	"tenantry/customers"
	"tenantry/internal/store/storetest"
)

// A file from before the stages gets them at opening, and what is searched anew.
func TestOlderFilesGetStages(t *testing.T) {
	t.Parallel()
	dir, ctx := t.TempDir(), context.Background()
	s := openAt(t, dir, 0)
	root := storetest.Operator(opened)
	child := storetest.Child(root, storetest.Bare(), storetest.With(func(c *customers.Customer) {
		c.Type, c.Identity.Status = customers.TypePersonal, customers.IdentityKBA
		c.LegalEntity = &customers.LegalEntity{BusinessName: "Unheard Of"}
	}))
	err := errors.Join(s.Insert(ctx, root), s.Insert(ctx, child), s.writer.do(ctx, "testing", func(t *transaction) (err error) {
		for _, statement := range []string{
			"DROP INDEX customers_stage", "UPDATE customers SET search_folded = 'old'", "ALTER TABLE customers DROP COLUMN stage", "PRAGMA user_version = 2",
		} {
			_, failed := t.exec(statement)
			err = errors.Join(err, failed)
		}
		return err
	}), s.Close(ctx))
	if err != nil {
		t.Fatal(err)
	}
	s = openAt(t, dir, 0)
	t.Cleanup(func() { _ = s.Close(ctx) })
	for _, filter := range []customers.Filter{{Stages: customers.StagesOf(customers.StageKBA)}, {Search: "unheard of"}} {
		page, err := s.List(ctx, customers.Query{Under: root.ID, Filter: filter, Limit: 10, Count: true})
		if err != nil || page.Total != 1 || len(page.Customers) != 1 || page.Customers[0].ID != child.ID {
			t.Errorf("%+v: %+v, %v", filter, page, err)
		}
	}
}
