package storetest

import (
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// notes returns one use of key 1, n seconds after the opening.
func notes(n int) map[string]time.Time {
	return map[string]time.Time{"1": opened.Add(time.Duration(n) * time.Second)}
}

// used returns c with those uses, as it must be stored after them.
func used(c *customers.Customer, uses map[string]time.Time) *customers.Customer {
	n := *c
	n.KeyUse = uses
	return &n
}

func (e *env) note(ref tenancy.Ref, uses map[string]time.Time) {
	e.Helper()
	e.must(e.store.NoteKeyUse(e.Context(), customers.KeyUse{Customer: ref, At: uses}), "noting key use")
}

func noting() []guarantee {
	noKeys := With(func(c *customers.Customer) { c.KeyUse = nil })
	return []guarantee{
		{"a later use raises the note, an older one never lowers it, and the version stays", func(e *env) {
			c := e.child(e.a, noKeys)
			for _, step := range []struct{ use, want int }{{50, 50}, {20, 50}, {50, 50}, {51, 51}, {0, 51}} {
				e.note(c.Ref(), notes(step.use))
				e.stands(used(c, notes(step.want)))
			}
		}},
		{"the address of a use replaces the one before, and the version stays", func(e *env) {
			c := e.child(e.a, noKeys)
			for _, box := range []string{"one", "two"} {
				from := map[string]*customers.Sealed{"1": {Box: []byte(box)}}
				e.must(e.store.NoteKeyUse(e.Context(), customers.KeyUse{Customer: c.Ref(), At: notes(1), From: from}), "noting key use")
				want := used(c, notes(1))
				want.KeyUseFrom = from
				e.stands(want)
			}
		}},
		{"each key has its own note", func(e *env) {
			c := e.child(e.a, noKeys)
			early, middle, late := opened.Add(time.Second), opened.Add(time.Minute), opened.Add(time.Hour)
			e.note(c.Ref(), map[string]time.Time{"1": middle, "2": middle})
			e.note(c.Ref(), map[string]time.Time{"1": early, "2": late, "10": early})
			e.stands(used(c, map[string]time.Time{"1": middle, "2": late, "10": early}))
			e.note(c.Ref(), nil)
			e.stands(used(c, map[string]time.Time{"1": middle, "2": late, "10": early}))
		}},
		{"a customer that is gone or of another tenant is no error and nothing changes", func(e *env) {
			c := e.child(e.a)
			for _, stranger := range e.strangers(c) {
				e.note(stranger, map[string]time.Time{"1": opened.AddDate(50, 0, 0), "7": opened})
				e.stands(c)
			}
			missing := tenancy.Ref{Tenant: e.a.ID, ID: e.missing()}
			e.note(missing, notes(1))
			e.nowhere(missing.ID)
		}},
		{"several are noted at once, those that are gone and another tenant's aside", func(e *env) {
			one, other, gone, foreign := e.child(e.a, noKeys), e.child(e.a, noKeys), e.child(e.a, noKeys), e.child(e.b, noKeys)
			e.erase(gone)
			var list []customers.KeyUse
			for _, ref := range []tenancy.Ref{gone.Ref(), one.Ref(), {Tenant: e.a.Tenant, ID: foreign.ID}, other.Ref()} {
				list = append(list, customers.KeyUse{Customer: ref, At: notes(7), From: map[string]*customers.Sealed{"1": {Box: ref.ID[:]}}})
			}
			e.must(e.store.NoteKeyUse(e.Context(), append(list, customers.KeyUse{Customer: e.a.Ref()})...), "noting the use of several keys")
			for _, c := range []*customers.Customer{one, other} {
				want := used(c, notes(7))
				want.KeyUseFrom = map[string]*customers.Sealed{"1": {Box: c.ID[:]}}
				e.stands(want)
			}
			e.stands(foreign)
			e.must(e.store.NoteKeyUse(e.Context()), "noting nothing")
		}},
		{"the next write starts from the noted record", func(e *env) {
			c := e.child(e.a, noKeys)
			e.note(c.Ref(), notes(5))
			changed := rename(e.get(c.Ref()))
			e.must(e.store.Replace(e.Context(), changed, c.Version), "replacing after a note")
			e.stands(used(changed, notes(5)))
		}},
		{"notes racing writes lose at worst a note, never a write or the record", func(e *env) {
			c := e.child(e.a, noKeys)
			const writes, uses = 12, 12
			together(3, func(i int) {
				if i < 2 {
					for range writes {
						e.retry(c.Ref(), func(n *customers.Customer) { n.KeyCount++ })
					}
					return
				}
				for n := range uses {
					if err := e.store.NoteKeyUse(e.Context(), customers.KeyUse{Customer: c.Ref(), At: notes(n)}); err != nil {
						e.Errorf("noting key use: %v", err)
					}
				}
			})
			got := e.get(c.Ref())
			var known []time.Time
			for n := range uses {
				known = append(known, notes(n)["1"])
			}
			for number, at := range got.KeyUse {
				if number != "1" || !slices.ContainsFunc(known, at.Equal) {
					e.Errorf("key %s was noted at %s, which nobody did", number, at)
				}
			}
			want := used(c, got.KeyUse)
			want.Version, want.KeyCount = c.Version+2*writes, c.KeyCount+2*writes
			want.LastUpdated = c.LastUpdated.Add(2 * writes * time.Second)
			e.stands(want)
			e.note(c.Ref(), notes(uses))
			e.stands(used(want, notes(uses)))
		}},
	}
}
