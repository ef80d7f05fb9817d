package sqlite

import (
	"context"
	"errors"
	"testing"

	"tenantry/internal/store/storetest"
)

// The banks in a file from before they were indexed find their customer.
func TestOlderFilesFindCustomersByTheirBanks(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openAt(t, t.TempDir(), 0)
	t.Cleanup(func() { _ = s.Close(ctx) })
	root := storetest.Operator(opened)
	child := storetest.Child(root, storetest.Seed(7))
	bank := child.Banks[0].ID
	err := errors.Join(s.Insert(ctx, root), s.Insert(ctx, child), s.writer.do(ctx, "testing", func(t *transaction) error {
		_, err := t.exec("DELETE FROM parts WHERE part = ?", bank)
		return errors.Join(err, fillings[11](ctx, t.c))
	}))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := s.CustomerWithPart(ctx, child.Tenant, bank); err != nil || found.ID != child.ID {
		t.Errorf("the bank leads to %v, %v", found, err)
	}
}
