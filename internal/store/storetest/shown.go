package storetest

import (
	"bytes"
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/tenancy"
)

// telling returns a show whose text says who made it, of which version and when, and counts
// how often it makes one.
func telling(by string, at time.Time, made *int) shown.Show {
	return shown.Show{By: by, At: at, Of: func(c *customers.Customer) (shown.Answer, error) {
		*made++
		text := by + " " + at.Format(time.RFC3339) + " " + c.Name + " " + c.ID.String()
		return shown.Answer{Customer: c.Ref(), Path: c.Path, Version: c.Version, Body: []byte(text), From: at, Until: at.Add(time.Hour)}, nil
	}}
}

// showsItself ends the test unless what shows a customer is made of the record as it stands.
func (e *env) showsItself(c *customers.Customer, show shown.Show) shown.Answer {
	e.Helper()
	want, err := show.Of(c)
	e.must(err, "showing")
	got, err := e.store.Shown(e.Context(), c.Ref(), show)
	e.must(err, "asking what shows a customer")
	if diff := Diff(want, got); diff != "" {
		e.Fatalf("another answer (-want +got):\n%s", diff)
	}
	return got
}

func showing() []guarantee {
	return []guarantee{
		{"what shows a customer is for its own tenant, and for the operator's reach", func(e *env) {
			for _, c := range []*customers.Customer{e.a, e.child(e.a), e.operator} {
				made := 0
				show := telling("x", opened, &made)
				for range 2 { // before anything is kept, and then
					for _, stranger := range e.strangers(c) {
						if stranger.Tenant.IsZero() {
							continue
						}
						made = 0
						got, err := e.store.Shown(e.Context(), stranger, show)
						e.refused(err, rows.ErrNotFound, "asking under another tenant")
						if got.Body != nil || made > 0 {
							e.Error("something was made for a stranger")
						}
					}
					want := e.showsItself(c, show)
					got, err := e.store.Shown(e.Context(), tenancy.Ref{ID: c.ID}, show)
					e.must(err, "asking anywhere")
					if !bytes.Equal(got.Body, want.Body) {
						e.Errorf("the operator's reach gets %q", got.Body)
					}
				}
			}
		}},
		{"a change is shown once it is acknowledged, and nothing once it is erased", func(e *env) {
			made := 0
			c, show := e.child(e.a), telling("x", opened, &made)
			for range 3 {
				e.showsItself(c, show)
				changed := rename(c)
				e.must(e.store.Replace(e.Context(), changed, c.Version), "replacing")
				c = changed
			}
			e.showsItself(c, show)
			e.erase(c)
			for _, ref := range []tenancy.Ref{c.Ref(), {ID: c.ID}, {Tenant: e.a.Tenant, ID: e.missing()}} {
				_, err := e.store.Shown(e.Context(), ref, show)
				e.refused(err, rows.ErrNotFound, "asking for "+ref.String())
			}
		}},
		{"what is not good at a moment, or another made, is made anew", func(e *env) {
			made := 0
			for _, show := range []shown.Show{
				telling("x", opened, &made), telling("x", opened.Add(time.Hour), &made), telling("x", opened.Add(-time.Second), &made),
				telling("y", opened, &made), telling("x", opened, &made),
			} {
				e.showsItself(e.a, show)
			}
		}},
		{"a fault of making is returned and not kept, and what has holes keeps them", func(e *env) {
			c, broken := e.child(e.a), errors.New("it cannot be shown")
			show := shown.Show{By: "z", At: opened, Of: func(*customers.Customer) (shown.Answer, error) {
				return shown.Answer{Customer: c.Ref(), Path: c.Path, Body: []byte("[]"), Holes: []shown.Hole{{At: 1, Part: e.b.ID, Kind: "x", Box: []byte("sealed")}}}, broken
			}}
			_, err := e.store.Shown(e.Context(), c.Ref(), show)
			e.refused(err, broken, "making what cannot be made")
			_, err = e.store.List(e.Context(), rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Limit: 1, Show: &show})
			e.refused(err, broken, "listing what cannot be made")
			broken = nil
			for range 2 {
				e.showsItself(c, show)
			}
		}},
		{"a list shows what shows each of its customers, in every order and as they stand", func(e *env) {
			made, mine := 0, []*customers.Customer{e.child(e.a), e.child(e.a), e.child(e.a)}
			e.child(e.b)
			show := telling("x", opened, &made)
			for turn := range 3 {
				for _, order := range []rows.Order{{}, {By: rows.ByName}, {By: rows.ByLastUpdated, Ascending: true}, {By: rows.ByReviewDeadline}} {
					q := rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Order: order, Limit: 10, Count: true}
					records, err := e.store.List(e.Context(), q)
					e.must(err, "listing")
					q.Show = &show
					page, err := e.store.List(e.Context(), q)
					e.must(err, "listing what shows customers")
					e.must(records.ShowBy(&show), "showing")
					if diff := Diff(records, page); diff != "" || order.By != rows.ByReviewDeadline && len(page.Shown) != len(mine) {
						e.Fatalf("turn %d, order %+v: other rows (-want +got):\n%s", turn, order, diff)
					}
				}
				changed := rename(mine[turn])
				e.must(e.store.Replace(e.Context(), changed, mine[turn].Version), "replacing")
				mine[turn] = changed
			}
		}},
	}
}
