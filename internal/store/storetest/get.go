package storetest

import (
	"tenantry/customers"
	"tenantry/tenancy"
)

func reading() []guarantee {
	return []guarantee{
		{"a customer is read by its own tenant and id only", func(h *house) {
			for _, c := range []*customers.Customer{h.a, h.child(h.a), h.child(h.child(h.a)), h.operator} {
				h.stands(c)
				for _, stranger := range h.strangers(c) {
					got, err := h.store.Get(h.Context(), stranger)
					h.refused(err, customers.ErrNotFound, "getting under another tenant")
					if got != nil {
						h.Error("a record came with the refusal")
					}
				}
			}
		}},
		{"a missing customer is not found", func(h *house) {
			_, err := h.store.Get(h.Context(), tenancy.Ref{Tenant: h.a.ID, ID: h.missing()})
			h.refused(err, customers.ErrNotFound, "getting")
			_, err = h.store.Get(h.Context(), tenancy.Ref{})
			h.refused(err, customers.ErrNotFound, "getting the zero reference")
			_, err = h.store.GetAnywhere(h.Context(), tenancy.ID{})
			h.refused(err, customers.ErrNotFound, "getting the zero id anywhere")
			h.nowhere(h.missing())
		}},
		{"the operator's reach reads any tenant by id alone", func(h *house) {
			for _, c := range []*customers.Customer{h.operator, h.a, h.b, h.child(h.b)} {
				got, err := h.store.GetAnywhere(h.Context(), c.ID)
				h.must(err, "getting anywhere")
				if diff := Diff(c, got); diff != "" {
					h.Errorf("another record (-want +got):\n%s", diff)
				}
			}
		}},
		{"the root is the operator, also after it changed and has children", func(h *house) {
			h.grove()
			got, err := h.store.Root(h.Context())
			h.must(err, "getting the root")
			if diff := Diff(h.operator, got); diff != "" {
				h.Errorf("another record (-want +got):\n%s", diff)
			}
			changed := rename(h.operator)
			h.must(h.store.Replace(h.Context(), changed, h.operator.Version), "replacing")
			got, err = h.store.Root(h.Context())
			h.must(err, "getting the root")
			if diff := Diff(changed, got); diff != "" {
				h.Errorf("another record (-want +got):\n%s", diff)
			}
		}},
		{"a store that serves says so", func(h *house) {
			h.must(h.store.Ping(h.Context()), "pinging")
		}},
	}
}
