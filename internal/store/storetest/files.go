package storetest

import (
	"bytes"

	"tenantry/customers"
	"tenantry/tenancy"
)

// filing is about the sealed bytes of documents.
func filing() []guarantee {
	return []guarantee{
		{"bytes come back as they are, empty ones and those of the largest file too", func(h *house) {
			c, m := h.child(h.a), newMaker(h.a.ID, 8, opened)
			for _, size := range []int{0, 1, customers.MaxDocumentSize + 64} {
				id, box := m.id(), m.random(size)
				h.must(h.store.PutDocument(h.Context(), c.Ref(), id, bytes.Clone(box)), "putting")
				h.holds(c.Ref(), id, box)
			}
		}},
		{"bytes need no customer that knows of them, and are put once", func(h *house) {
			c, id := h.build(h.a), h.missing()
			h.must(h.store.PutDocument(h.Context(), c.Ref(), id, []byte("first")), "putting")
			h.refused(h.store.PutDocument(h.Context(), c.Ref(), id, []byte("second")), customers.ErrExists, "putting again")
			h.holds(c.Ref(), id, []byte("first"))
		}},
		{"resealing replaces bytes that are there, and makes none", func(h *house) {
			c, id := h.child(h.a), h.missing()
			h.refused(h.store.ResealDocument(h.Context(), c.Ref(), id, []byte("x")), customers.ErrNotFound, "resealing nothing")
			h.without(c.Ref(), id)
			h.must(h.store.PutDocument(h.Context(), c.Ref(), id, []byte("old")), "putting")
			h.must(h.store.ResealDocument(h.Context(), c.Ref(), id, []byte("new")), "resealing")
			h.holds(c.Ref(), id, []byte("new"))
		}},
		{"removing takes one document, or all of a customer, and is done again in silence", func(h *house) {
			c, other, m := h.child(h.a), h.child(h.a), newMaker(h.a.ID, 9, opened)
			first, second, third := m.id(), m.id(), m.id()
			for _, id := range []tenancy.ID{first, second, third} {
				h.must(h.store.PutDocument(h.Context(), c.Ref(), id, []byte("x")), "putting")
			}
			h.must(h.store.PutDocument(h.Context(), other.Ref(), first, []byte("y")), "putting another's")
			for range 2 {
				h.must(h.store.RemoveDocument(h.Context(), c.Ref(), first), "removing")
			}
			h.without(c.Ref(), first)
			h.holds(c.Ref(), second, []byte("x"))
			for range 2 {
				h.must(h.store.RemoveDocuments(h.Context(), c.Ref()), "removing all")
			}
			h.without(c.Ref(), second)
			h.without(c.Ref(), third)
			h.holds(other.Ref(), first, []byte("y"))
		}},
		{"under another tenant or customer the same id is another document", func(h *house) {
			c, id := h.child(h.a), h.missing()
			h.must(h.store.PutDocument(h.Context(), c.Ref(), id, []byte("mine")), "putting")
			for _, stranger := range append(h.strangers(c), h.child(h.a).Ref()) {
				h.without(stranger, id)
				h.refused(h.store.ResealDocument(h.Context(), stranger, id, []byte("theirs")), customers.ErrNotFound, "resealing a stranger's")
				h.must(h.store.RemoveDocument(h.Context(), stranger, id), "removing a stranger's")
				h.must(h.store.RemoveDocuments(h.Context(), stranger), "removing all of a stranger's")
				h.must(h.store.PutDocument(h.Context(), stranger, id, []byte("theirs")), "putting a stranger's")
				h.holds(stranger, id, []byte("theirs"))
				h.holds(c.Ref(), id, []byte("mine"))
			}
		}},
	}
}

// holds ends the test unless the store has exactly these bytes.
func (h *house) holds(ref tenancy.Ref, id tenancy.ID, want []byte) {
	h.Helper()
	got, err := h.store.Document(h.Context(), ref, id)
	h.must(err, "reading a document")
	if !bytes.Equal(got, want) {
		h.Fatalf("the document of %s has %d bytes, not the %d put", ref, len(got), len(want))
	}
}

// without ends the test unless there are no such bytes.
func (h *house) without(ref tenancy.Ref, id tenancy.ID) {
	h.Helper()
	_, err := h.store.Document(h.Context(), ref, id)
	h.refused(err, customers.ErrNotFound, "reading a document that is not there")
}

// holding is about finding customers by the ids of their parts.
func holding() []guarantee {
	return []guarantee{
		{"each part finds its customer within its tenant and in the operator's reach alone", func(h *house) {
			c, other := h.child(h.a, Seed(31)), h.child(h.b, Seed(32))
			if len(c.Parts()) < 2 || len(other.Parts()) < 2 {
				h.Fatal("filled customers have too few parts")
			}
			for _, part := range c.Parts() {
				h.leadsTo(c.Tenant, part, c)
				h.leadsTo(tenancy.ID{}, part, c)
				for _, stranger := range h.strangers(c) {
					if !stranger.Tenant.IsZero() {
						h.leadsNowhere(stranger.Tenant, part)
					}
				}
			}
			h.leadsTo(other.Tenant, other.Parts()[0], other)
			h.leadsNowhere(h.a.ID, other.Parts()[0])
			h.leadsNowhere(h.a.ID, c.ID)
			h.leadsNowhere(h.a.ID, h.missing())
		}},
		{"one id in two tenants finds each its own", func(h *house) {
			part := h.missing()
			give := With(func(c *customers.Customer) { c.Documents = []customers.Document{{ID: part, Created: c.Created}} })
			ours, theirs := h.child(h.a, Bare(), give), h.child(h.b, Bare(), give)
			h.leadsTo(h.a.ID, part, ours)
			h.leadsTo(h.b.ID, part, theirs)
		}},
		{"parts follow every change of the customer, and end with it", func(h *house) {
			c, m := h.child(h.a, Bare()), newMaker(h.a.ID, 10, opened)
			gone, stays, comes := m.id(), m.id(), m.id()
			parts := func(ids ...tenancy.ID) func(*customers.Customer) {
				return func(n *customers.Customer) {
					n.Documents = nil
					for _, id := range ids {
						n.Documents = append(n.Documents, customers.Document{ID: id, Created: n.Created})
					}
				}
			}
			first := next(c, parts(gone, stays))
			h.must(h.store.Replace(h.Context(), first, c.Version), "replacing")
			h.leadsTo(h.a.ID, gone, first)
			second := next(first, parts(stays, comes))
			h.must(h.store.Replace(h.Context(), second, first.Version), "replacing again")
			h.leadsNowhere(h.a.ID, gone)
			h.leadsTo(h.a.ID, stays, second)
			h.leadsTo(tenancy.ID{}, comes, second)
			h.refused(h.store.Replace(h.Context(), next(first, parts(gone)), first.Version), customers.ErrStale, "replacing an old version")
			h.leadsNowhere(h.a.ID, gone)
			h.erase(second)
			h.leadsNowhere(h.a.ID, stays)
			h.leadsNowhere(tenancy.ID{}, comes)
		}},
	}
}

// leadsTo ends the test unless the part leads to exactly want.
func (h *house) leadsTo(tenant, part tenancy.ID, want *customers.Customer) {
	h.Helper()
	got, err := h.store.Holding(h.Context(), tenant, part)
	h.must(err, "looking for a part")
	if diff := Diff(want, got); diff != "" {
		h.Fatalf("the part leads elsewhere (-want +got):\n%s", diff)
	}
}

// leadsNowhere ends the test unless the part leads nowhere.
func (h *house) leadsNowhere(tenant, part tenancy.ID) {
	h.Helper()
	_, err := h.store.Holding(h.Context(), tenant, part)
	h.refused(err, customers.ErrNotFound, "looking for a part that is not there")
}
