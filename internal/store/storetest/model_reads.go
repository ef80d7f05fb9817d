package storetest

import (
	"time"

	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

func (m *model) get(t *rapid.T) {
	m.last = m.ref(t)
	other := m.ref(t)
	m.both("asking who is switched off", func(s store.Store) (any, error) {
		return s.FirstInactive(m.context, m.last.Tenant, []tenancy.ID{other.ID, m.last.ID})
	})
	made := 0
	show := telling("model", opened.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "hour"))*time.Hour), &made)
	m.both("asking what shows it", func(s store.Store) (any, error) {
		shown, err := s.Shown(m.context, tenancy.Ref{Tenant: other.Tenant, ID: m.last.ID}, show)
		return shown.Version, err
	})
	m.both("getting anywhere", func(s store.Store) (any, error) { return s.GetAnywhere(m.context, m.last.ID) })
}

// query draws a list of one tenant, or of the operator's reach into one.
func (m *model) query(t *rapid.T) rows.Query {
	ref := m.ref(t)
	q := rows.Query{
		Tenant: some(t, "tenant", ref.Tenant, tenancy.ID{}), Under: ref.ID, Deep: rapid.Bool().Draw(t, "deep"),
		Order: rapid.SampledFrom(orders()).Draw(t, "order"),
		Limit: rapid.IntRange(1, 5).Draw(t, "limit"), Count: rapid.Bool().Draw(t, "count"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "filters") {
		switch rapid.IntRange(0, 12).Draw(t, "filter") {
		case 0:
			q.Filter.Status = customers.StatusActive
		case 1:
			q.Filter.PlanKey = "payer"
		case 2:
			q.Filter.MerchantKey = some(t, "merchantKey", "k", "K", "k ")
		case 3:
			q.Filter.ExternalID = some(t, "externalId", "x", "X")
		case 4:
			q.Filter.Email = some(t, "email", "A@x.example", "a@x.example ")
		case 5:
			q.Filter.Name = some(t, "name", "a", "A", "É", "%", "_", "e")
		case 6:
			q.Filter.CreatedFrom = m.moment(t)
		case 7:
			q.Filter.CreatedTo = m.moment(t)
		case 8:
			q.Filter.UpdatedFrom = m.moment(t)
		case 9:
			q.Filter.IdentityStatus = some(t, "identityStatus", reviews.IdentityNone, reviews.IdentityReview)
		case 10:
			q.Filter.PlanStatus = some(t, "planStatus", "verified", "unverified")
		case 11:
			q.Filter.Needed = some(t, "needed", "a", "b")
		case 12:
			q.Filter.Text = some(t, "text", "a", "É", "x", "k", "é a")
		}
	}
	return q
}

// page reads one page of each store, alike even if it is empty.
func (m *model) page(q rows.Query) rows.Page {
	page, _ := m.both("listing", func(s store.Store) (any, error) {
		page, err := s.List(m.context, q)
		page.Customers = append([]*customers.Customer{}, page.Customers...)
		return page, err
	})
	return page.(rows.Page)
}

func (m *model) list(t *rapid.T) {
	q := m.query(t)
	q.Offset = rapid.IntRange(0, 4).Draw(t, "offset")
	m.page(q)
}

func (m *model) walk(t *rapid.T) {
	q := m.query(t)
	if rapid.Bool().Draw(t, "from nowhere") {
		q.After = &rows.Position{ID: m.ref(t).ID}
		if q.Order.By == rows.ByName {
			q.After.Name = some(t, "behind", "", "a", "é", "zz")
		} else {
			q.After.Time = m.moment(t).Add(time.Duration(rapid.IntRange(-1, 0).Draw(t, "shift")) * time.Hour)
		}
	}
	for page := m.page(q); page.More; page = m.page(q) {
		after := rows.PositionOf(page.Customers[len(page.Customers)-1], q.Order.By)
		q.After = &after
	}
}

func (m *model) events(t *rapid.T) {
	q := rows.EventQuery{Customer: m.ref(t), Limit: rapid.IntRange(1, 3).Draw(t, "limit")}
	for range 4 {
		log, _ := m.both("reading the log", func(s store.Store) (any, error) {
			log, err := s.Events(m.context, q)
			return append([]rows.LoggedEvent{}, log...), err
		})
		page := log.([]rows.LoggedEvent)
		if len(page) == 0 {
			return
		}
		q.Before = page[len(page)-1].ID
	}
}
