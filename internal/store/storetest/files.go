package storetest

import (
	"bytes"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// filing returns the guarantees of the sealed bytes of documents.
func filing() []guarantee {
	return []guarantee{
		{"bytes come back as they are, empty ones and those of the largest file too", func(e *env) {
			c, m := e.child(e.a), newMaker(e.a.ID, 8, opened)
			for _, size := range []int{0, 1, evidence.MaxDocumentSize + 64} {
				id, box := m.id(), m.random(size)
				e.must(e.store.PutDocument(e.Context(), c.Ref(), id, bytes.Clone(box)), "putting")
				e.holds(c.Ref(), id, box)
			}
		}},
		{"all stored bytes are named once, page by page, of every tenant", func(e *env) {
			m, want := newMaker(e.a.ID, 10, opened), map[rows.StoredFile]bool{}
			for _, c := range []*customers.Customer{e.child(e.a), e.child(e.a), e.child(e.b)} {
				for range 3 {
					file := rows.StoredFile{Customer: c.Ref(), ID: m.id()}
					e.must(e.store.PutDocument(e.Context(), file.Customer, file.ID, []byte("x")), "putting")
					want[file] = true
				}
			}
			var after rows.StoredFile
			for {
				page, err := e.store.DocumentsBehind(e.Context(), after, 4)
				e.must(err, "naming documents")
				for _, file := range page {
					if !want[file] {
						e.Fatalf("%v is named twice, or is nowhere", file)
					}
					delete(want, file)
					after = file
				}
				if len(page) < 4 {
					break
				}
			}
			if len(want) > 0 {
				e.Errorf("%d are not named", len(want))
			}
		}},
		{"bytes need no customer that knows of them, and are put once", func(e *env) {
			c, id := e.build(e.a), e.missing()
			e.must(e.store.PutDocument(e.Context(), c.Ref(), id, []byte("first")), "putting")
			e.refused(e.store.PutDocument(e.Context(), c.Ref(), id, []byte("second")), rows.ErrExists, "putting again")
			e.holds(c.Ref(), id, []byte("first"))
		}},
		{"resealing replaces bytes that are there, and makes none", func(e *env) {
			c, id := e.child(e.a), e.missing()
			e.refused(e.store.ResealDocument(e.Context(), c.Ref(), id, []byte("x")), rows.ErrNotFound, "resealing nothing")
			e.without(c.Ref(), id)
			e.must(e.store.PutDocument(e.Context(), c.Ref(), id, []byte("old")), "putting")
			e.must(e.store.ResealDocument(e.Context(), c.Ref(), id, []byte("new")), "resealing")
			e.holds(c.Ref(), id, []byte("new"))
		}},
		{"removing takes one document, or all of a customer, and is done again in silence", func(e *env) {
			c, other, m := e.child(e.a), e.child(e.a), newMaker(e.a.ID, 9, opened)
			first, second, third := m.id(), m.id(), m.id()
			for _, id := range []tenancy.ID{first, second, third} {
				e.must(e.store.PutDocument(e.Context(), c.Ref(), id, []byte("x")), "putting")
			}
			e.must(e.store.PutDocument(e.Context(), other.Ref(), first, []byte("y")), "putting another's")
			for range 2 {
				e.must(e.store.RemoveDocument(e.Context(), c.Ref(), first), "removing")
			}
			e.without(c.Ref(), first)
			e.holds(c.Ref(), second, []byte("x"))
			for range 2 {
				e.must(e.store.RemoveDocuments(e.Context(), c.Ref()), "removing all")
			}
			e.without(c.Ref(), second)
			e.without(c.Ref(), third)
			e.holds(other.Ref(), first, []byte("y"))
		}},
		{"under another tenant or customer the same id is another document", func(e *env) {
			c, id := e.child(e.a), e.missing()
			e.must(e.store.PutDocument(e.Context(), c.Ref(), id, []byte("mine")), "putting")
			for _, stranger := range append(e.strangers(c), e.child(e.a).Ref()) {
				e.without(stranger, id)
				e.refused(e.store.ResealDocument(e.Context(), stranger, id, []byte("theirs")), rows.ErrNotFound, "resealing a stranger's")
				e.must(e.store.RemoveDocument(e.Context(), stranger, id), "removing a stranger's")
				e.must(e.store.RemoveDocuments(e.Context(), stranger), "removing all of a stranger's")
				e.must(e.store.PutDocument(e.Context(), stranger, id, []byte("theirs")), "putting a stranger's")
				e.holds(stranger, id, []byte("theirs"))
				e.holds(c.Ref(), id, []byte("mine"))
			}
		}},
	}
}

// holds ends the test unless the store has exactly these bytes.
func (e *env) holds(ref tenancy.Ref, id tenancy.ID, want []byte) {
	e.Helper()
	got, err := e.store.Document(e.Context(), ref, id)
	e.must(err, "reading a document")
	if !bytes.Equal(got, want) {
		e.Fatalf("the document of %s has %d bytes, not the %d put", ref, len(got), len(want))
	}
}

// without ends the test unless there are no such bytes.
func (e *env) without(ref tenancy.Ref, id tenancy.ID) {
	e.Helper()
	_, err := e.store.Document(e.Context(), ref, id)
	e.refused(err, rows.ErrNotFound, "reading a document that is not there")
}

// holding returns the guarantees of finding customers by the ids of their parts.
func holding() []guarantee {
	return []guarantee{
		{"each part finds its customer within its tenant and in the operator's reach alone", func(e *env) {
			c, other := e.child(e.a, Seed(31)), e.child(e.b, Seed(32))
			if len(rows.PartIDs(c)) < 2 || len(rows.PartIDs(other)) < 2 {
				e.Fatal("filled customers have too few parts")
			}
			for _, part := range rows.PartIDs(c) {
				e.leadsTo(c.Tenant, part, c)
				e.leadsTo(tenancy.ID{}, part, c)
				for _, stranger := range e.strangers(c) {
					if !stranger.Tenant.IsZero() {
						e.leadsNowhere(stranger.Tenant, part)
					}
				}
			}
			e.leadsTo(other.Tenant, rows.PartIDs(other)[0], other)
			e.leadsNowhere(e.a.ID, rows.PartIDs(other)[0])
			e.leadsNowhere(e.a.ID, c.ID)
			e.leadsNowhere(e.a.ID, e.missing())
		}},
		{"one id in two tenants finds each its own", func(e *env) {
			part := e.missing()
			give := With(func(c *customers.Customer) { c.Documents = []customers.Document{{ID: part, Created: c.Created}} })
			ours, theirs := e.child(e.a, Bare(), give), e.child(e.b, Bare(), give)
			e.leadsTo(e.a.ID, part, ours)
			e.leadsTo(e.b.ID, part, theirs)
		}},
		{"what a credential made is found page by page, within a tenant and in the operator's reach", func(e *env) {
			maker := e.missing()
			give := With(func(c *customers.Customer) {
				c.Keys = []keys.Entry{{Number: 1, Mode: keys.Test, SecretHash: []byte("h"), Hint: "hint", Created: c.Created, CreatedBy: maker}}
			})
			want := map[tenancy.ID]bool{}
			for range 3 {
				want[e.child(e.a, Bare(), give).ID] = true
			}
			theirs := e.child(e.b, Bare(), give)
			e.child(e.a, Bare())
			for tenant, count := range map[tenancy.ID]int{e.a.ID: 3, e.b.ID: 1, {}: 4, e.missing(): 0} {
				var after tenancy.ID
				found := 0
				for {
					page, err := e.store.CustomersWithPart(e.Context(), tenant, maker, after, 2)
					e.must(err, "looking for parts")
					for _, c := range page {
						if !want[c.ID] && c.ID != theirs.ID || bytes.Compare(c.ID[:], after[:]) <= 0 {
							e.Fatalf("%s is found behind %s", c.ID, after)
						}
						after = c.ID
						found++
					}
					if len(page) < 2 {
						break
					}
				}
				if found != count {
					e.Fatalf("%d customers are found in %s, not %d", found, tenant, count)
				}
			}
		}},
		{"parts follow every change of the customer, and end with it", func(e *env) {
			c, m := e.child(e.a, Bare()), newMaker(e.a.ID, 10, opened)
			gone, stays, comes := m.id(), m.id(), m.id()
			parts := func(ids ...tenancy.ID) func(*customers.Customer) {
				return func(n *customers.Customer) {
					n.Banks, n.Documents = []customers.Bank{{ID: ids[0], Created: n.Created}}, nil
					for _, id := range ids[1:] {
						n.Documents = append(n.Documents, customers.Document{ID: id, Created: n.Created})
					}
				}
			}
			first := next(c, parts(gone, stays))
			e.must(e.store.Replace(e.Context(), first, c.Version), "replacing")
			e.leadsTo(e.a.ID, gone, first)
			second := next(first, parts(stays, comes))
			e.must(e.store.Replace(e.Context(), second, first.Version), "replacing again")
			e.leadsNowhere(e.a.ID, gone)
			e.leadsTo(e.a.ID, stays, second)
			e.leadsTo(tenancy.ID{}, comes, second)
			e.refused(e.store.Replace(e.Context(), next(first, parts(gone)), first.Version), rows.ErrStale, "replacing an old version")
			e.leadsNowhere(e.a.ID, gone)
			e.erase(second)
			e.leadsNowhere(e.a.ID, stays)
			e.leadsNowhere(tenancy.ID{}, comes)
		}},
	}
}

// leadsTo ends the test unless the part belongs to exactly want.
func (e *env) leadsTo(tenant, part tenancy.ID, want *customers.Customer) {
	e.Helper()
	got, err := e.store.CustomerWithPart(e.Context(), tenant, part)
	e.must(err, "looking for a part")
	if diff := Diff(want, got); diff != "" {
		e.Fatalf("the part leads elsewhere (-want +got):\n%s", diff)
	}
}

// leadsNowhere ends the test unless the part belongs to no customer.
func (e *env) leadsNowhere(tenant, part tenancy.ID) {
	e.Helper()
	_, err := e.store.CustomerWithPart(e.Context(), tenant, part)
	e.refused(err, rows.ErrNotFound, "looking for a part that is not there")
}
