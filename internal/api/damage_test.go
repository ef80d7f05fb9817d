package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// worn is a store in which one customer cannot be read.
type worn struct {
	store.Store
	damaged *rows.Damage
}

func (w *worn) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	if w.damaged != nil && ref.ID == w.damaged.ID {
		return nil, w.damaged
	}
	return w.Store.Get(ctx, ref)
}

// GetTogether brings nothing along, so that each is read by itself.
func (w *worn) GetTogether(ctx context.Context, ref tenancy.Ref, _ []tenancy.ID) (*customers.Customer, []*customers.Customer, error) {
	c, err := w.Get(ctx, ref)
	return c, nil, err
}

func (w *worn) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error) {
	return show.Read(ctx, w, ref)
}

func (w *worn) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	show := q.Show
	q.Show = nil
	page, err := w.Store.List(ctx, q)
	for i, c := range page.Customers {
		if w.damaged != nil && c.ID == w.damaged.ID {
			page.Customers = append(page.Customers[:i:i], page.Customers[i+1:]...)
			page.Damaged = append(page.Damaged, *w.damaged)
			break
		}
	}
	if err == nil {
		err = page.ShowBy(show)
	}
	return page, err
}

func (w *worn) Damaged() []rows.Damage {
	if w.damaged == nil {
		return nil
	}
	return []rows.Damage{*w.damaged}
}

// A damaged customer is named in its list, with the cause for the operator alone; asked
// for by its id it is a fault with a code of its own; readiness and a metric tell of it,
// and everybody else is served.
func TestADamagedCustomer(t *testing.T) {
	t.Parallel()
	disk := &worn{}
	e := newEnv(t, func(s *setup) {
		s.wrap = func(inner store.Store) store.Store { disk.Store = inner; return disk }
	})
	p := e.platform()
	one, other := p.merchant(), p.merchant()
	e.client().get("/readyz").ok(http.StatusOK).lacks("degraded")
	id, err := tenancy.ParseID(one.id)
	if err != nil {
		t.Fatal(err)
	}
	disk.damaged = &rows.Damage{Kind: "customer", ID: id, Cause: errors.New("its checksum does not match")}

	list := p.self().get("/v3/customers").ok(http.StatusOK)
	list.is("faults.0.id", one.id).is("faults.0.code", "recordDamaged").lacks("faults.0.cause").is("results.0.id", other.id)
	e.operator.behalf(p.id).get("/v3/customers").ok(http.StatusOK).is("faults.0.cause", "its checksum does not match")
	p.self().get("/v3/customers/"+one.id).refused(http.StatusInternalServerError, "recordDamaged", "")
	p.self().get("/v3/customers/" + other.id).ok(http.StatusOK)

	ready := e.client().get("/readyz").ok(http.StatusOK)
	ready.is("status", "ready")
	if text := ready.Str("degraded.0"); !strings.Contains(text, "1 stored record") {
		t.Errorf("readiness says %q", text)
	}
	if !strings.Contains(e.metrics(), "tenantry_store_damaged_records 1\n") {
		t.Error("no metric tells of it")
	}
}
