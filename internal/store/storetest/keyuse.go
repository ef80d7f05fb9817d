package storetest

import (
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// notes makes one use of key 1, n seconds after the opening.
func notes(n int) map[string]time.Time {
	return map[string]time.Time{"1": opened.Add(time.Duration(n) * time.Second)}
}

// used is c with those notes, as it must stand after them.
func used(c *customers.Customer, uses map[string]time.Time) *customers.Customer {
	n := *c
	n.KeyUse = uses
	return &n
}

func (h *house) note(ref tenancy.Ref, uses map[string]time.Time) {
	h.Helper()
	h.must(h.store.NoteKeyUse(h.Context(), ref, uses), "noting key use")
}

func noting() []guarantee {
	noKeys := With(func(c *customers.Customer) { c.KeyUse = nil })
	return []guarantee{
		{"a later use raises the note, an older one never lowers it, and the version stays", func(h *house) {
			c := h.child(h.a, noKeys)
			for _, step := range []struct{ use, want int }{{50, 50}, {20, 50}, {50, 50}, {51, 51}, {0, 51}} {
				h.note(c.Ref(), notes(step.use))
				h.stands(used(c, notes(step.want)))
			}
		}},
		{"each key has its own note", func(h *house) {
			c := h.child(h.a, noKeys)
			early, middle, late := opened.Add(time.Second), opened.Add(time.Minute), opened.Add(time.Hour)
			h.note(c.Ref(), map[string]time.Time{"1": middle, "2": middle})
			h.note(c.Ref(), map[string]time.Time{"1": early, "2": late, "10": early})
			h.stands(used(c, map[string]time.Time{"1": middle, "2": late, "10": early}))
			h.note(c.Ref(), nil)
			h.stands(used(c, map[string]time.Time{"1": middle, "2": late, "10": early}))
		}},
		{"a customer that is gone or of another tenant is no error and nothing changes", func(h *house) {
			c := h.child(h.a)
			for _, stranger := range h.strangers(c) {
				h.note(stranger, map[string]time.Time{"1": opened.AddDate(50, 0, 0), "7": opened})
				h.stands(c)
			}
			missing := tenancy.Ref{Tenant: h.a.ID, ID: h.missing()}
			h.note(missing, notes(1))
			h.nowhere(missing.ID)
		}},
		{"the next write starts from the noted record", func(h *house) {
			c := h.child(h.a, noKeys)
			h.note(c.Ref(), notes(5))
			changed := rename(h.get(c.Ref()))
			h.must(h.store.Replace(h.Context(), changed, c.Version), "replacing after a note")
			h.stands(used(changed, notes(5)))
		}},
		{"notes racing writes lose at worst a note, never a write or the record", func(h *house) {
			c := h.child(h.a, noKeys)
			const writes, uses = 12, 12
			together(3, func(i int) {
				if i < 2 {
					for range writes {
						h.retry(c.Ref(), func(n *customers.Customer) { n.KeyCount++ })
					}
					return
				}
				for n := range uses {
					if err := h.store.NoteKeyUse(h.Context(), c.Ref(), notes(n)); err != nil {
						h.Errorf("noting key use: %v", err)
					}
				}
			})
			got := h.get(c.Ref())
			var known []time.Time
			for n := range uses {
				known = append(known, notes(n)["1"])
			}
			for number, at := range got.KeyUse {
				if number != "1" || !slices.ContainsFunc(known, at.Equal) {
					h.Errorf("key %s was noted at %s, which nobody did", number, at)
				}
			}
			want := used(c, got.KeyUse)
			want.Version, want.KeyCount = c.Version+2*writes, c.KeyCount+2*writes
			want.LastUpdated = c.LastUpdated.Add(2 * writes * time.Second)
			h.stands(want)
			h.note(c.Ref(), notes(uses))
			h.stands(used(want, notes(uses)))
		}},
	}
}
