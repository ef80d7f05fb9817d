package storetest

import (
	"bytes"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

func reading() []guarantee {
	return []guarantee{
		{"a customer is read by its own tenant and id only", func(e *env) {
			for _, c := range []*customers.Customer{e.a, e.child(e.a), e.child(e.child(e.a)), e.operator} {
				e.stands(c)
				for _, stranger := range e.strangers(c) {
					got, err := e.store.Get(e.Context(), stranger)
					e.refused(err, rows.ErrNotFound, "getting under another tenant")
					if got != nil {
						e.Error("a record came with the refusal")
					}
				}
			}
		}},
		{"many are read by their own tenants and ids only, without those that are missing", func(e *env) {
			c, other, gone := e.child(e.a), e.child(e.b), e.child(e.a, Bare())
			e.must(e.store.Erase(e.Context(), Tombstone(gone), gone.Version), "erasing")
			refs := []tenancy.Ref{c.Ref(), e.operator.Ref(), {Tenant: e.a.ID, ID: e.missing()}, gone.Ref(), other.Ref(), {}}
			want := []*customers.Customer{e.operator, c, other}
			byID := func(x, y *customers.Customer) int { return bytes.Compare(x.ID[:], y.ID[:]) }
			slices.SortFunc(want, byID)
			got, err := e.store.GetAll(e.Context(), refs)
			e.must(err, "getting many")
			slices.SortFunc(got, byID)
			if diff := Diff(want, got); diff != "" {
				e.Errorf("other records (-want +got):\n%s", diff)
			}
			for _, refs := range [][]tenancy.Ref{nil, {{Tenant: e.a.ID, ID: other.ID}, {Tenant: e.b.ID, ID: c.ID}, {Tenant: e.b.ID, ID: e.b.ID}}} {
				got, err = e.store.GetAll(e.Context(), refs)
				e.must(err, "getting many under other tenants")
				if len(got) > 1 || len(got) == 1 && got[0].ID != e.b.ID {
					e.Errorf("%d records came under tenants that are not theirs", len(got))
				}
			}
		}},
		{"what is read together is of one tenant, living, and as it is by itself", func(e *env) {
			child, gone := e.child(e.a), e.child(e.a)
			e.erase(gone)
			others := []tenancy.ID{child.ID, gone.ID, e.b.ID, e.child(e.b).ID, e.operator.ID, e.missing(), e.a.ID, {}}
			got, along, err := e.store.GetTogether(e.Context(), e.a.Ref(), others)
			e.must(err, "getting together")
			if diff := Diff(e.a, got); diff != "" {
				e.Errorf("another record (-want +got):\n%s", diff)
			}
			for _, other := range along { // an engine may bring none
				if diff := Diff(child, other); diff != "" {
					e.Errorf("another record came along (-want +got):\n%s", diff)
				}
			}
			for _, stranger := range append(e.strangers(e.a), gone.Ref()) {
				got, along, err := e.store.GetTogether(e.Context(), stranger, []tenancy.ID{child.ID})
				e.refused(err, rows.ErrNotFound, "getting a stranger together with a child")
				if got != nil || along != nil {
					e.Error("a record came with the refusal")
				}
			}
		}},
		{"a missing customer is not found", func(e *env) {
			_, err := e.store.Get(e.Context(), tenancy.Ref{Tenant: e.a.ID, ID: e.missing()})
			e.refused(err, rows.ErrNotFound, "getting")
			_, err = e.store.Get(e.Context(), tenancy.Ref{})
			e.refused(err, rows.ErrNotFound, "getting the zero reference")
			_, err = e.store.GetAnywhere(e.Context(), tenancy.ID{})
			e.refused(err, rows.ErrNotFound, "getting the zero id anywhere")
			e.nowhere(e.missing())
		}},
		{"the operator's reach reads any tenant by id alone", func(e *env) {
			for _, c := range []*customers.Customer{e.operator, e.a, e.b, e.child(e.b)} {
				got, err := e.store.GetAnywhere(e.Context(), c.ID)
				e.must(err, "getting anywhere")
				if diff := Diff(c, got); diff != "" {
					e.Errorf("another record (-want +got):\n%s", diff)
				}
			}
		}},
		{"the root is the operator, also after it changed and has children", func(e *env) {
			e.grove()
			got, err := e.store.Root(e.Context())
			e.must(err, "getting the root")
			if diff := Diff(e.operator, got); diff != "" {
				e.Errorf("another record (-want +got):\n%s", diff)
			}
			changed := rename(e.operator)
			e.must(e.store.Replace(e.Context(), changed, e.operator.Version), "replacing")
			got, err = e.store.Root(e.Context())
			e.must(err, "getting the root")
			if diff := Diff(changed, got); diff != "" {
				e.Errorf("another record (-want +got):\n%s", diff)
			}
		}},
		{"a store that serves says so", func(e *env) {
			e.must(e.store.Ping(e.Context()), "pinging")
		}},
	}
}
