package storetest

import (
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// activityTypes are the types that activities are drawn from.
var activityTypes = []customers.ActivityType{
	customers.ActivityHold, customers.ActivityCredit, customers.ActivityDebit, customers.ActivityRefund,
}

// happen stores an activity of a customer, at one of few moments and under one of few
// references, or one that was stored before with other words.
func (m *model) happen(t *rapid.T) {
	if len(m.happened) > 0 && rapid.Bool().Draw(t, "again") {
		again := rapid.SampledFrom(m.happened).Draw(t, "activity")
		again.Amount++
		m.put(again)
		return
	}
	*m.made++
	a := activity(m.ref(t), int(*m.made), rapid.SampledFrom(activityTypes).Draw(t, "type"))
	a.Reference = some(t, "reference", "r", "R", "r ", "e\u0301", "é") + a.ID.String()
	a.Occurred = m.moment(t)
	m.happened = append(m.happened, a)
	m.put(a)
}

func (m *model) put(a customers.Activity) {
	m.both("storing an activity", func(s store.Store) (any, error) { return nil, s.PutActivity(m.context, a) })
	m.both("reading an activity", func(s store.Store) (any, error) {
		return s.ActivityOf(m.context, a.Customer, a.Reference)
	})
}

// activities reads all pages of a list, and one activity by its id.
func (m *model) activities(t *rapid.T) {
	q := rows.ActivityQuery{
		Customer: m.ref(t), Limit: rapid.IntRange(1, 4).Draw(t, "limit"), Ascending: rapid.Bool().Draw(t, "ascending"),
		Offset: rapid.IntRange(0, 3).Draw(t, "offset"), Count: rapid.Bool().Draw(t, "count"),
	}
	if rapid.Bool().Draw(t, "typed") {
		q.Type = rapid.SampledFrom(activityTypes).Draw(t, "type")
	}
	if rapid.Bool().Draw(t, "bounded") {
		q.From = m.moment(t)
	}
	if rapid.Bool().Draw(t, "ending") {
		q.To = m.moment(t)
	}
	for more := true; more; {
		answer, _ := m.both("reading activities", func(s store.Store) (any, error) {
			page, err := s.Activities(m.context, q)
			page.Activities = append([]customers.Activity{}, page.Activities...)
			return page, err
		})
		page := answer.(rows.ActivityPage)
		if more = page.More; more {
			last := page.Activities[len(page.Activities)-1]
			q.After = &rows.Position{Time: last.Occurred, ID: last.ID}
		}
	}
	id := m.ref(t).ID
	if len(m.happened) > 0 {
		id = rapid.SampledFrom(m.happened).Draw(t, "one").ID
	}
	tenant := some(t, "tenant", m.ref(t).Tenant, tenancy.ID{})
	m.both("reading one activity", func(s store.Store) (any, error) { return s.Activity(m.context, tenant, id) })
}
