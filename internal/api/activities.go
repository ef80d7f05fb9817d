package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"tenantry/customers"
	"tenantry/customers/activities"
	"tenantry/internal/fault"
)

// recordActivity answers 201 the first time a reference comes, and 200 with the same
// activity afterwards.
func (s *Server) recordActivity(req *request) (response, error) {
	var in activities.ActivityInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (activities.Recorded, error) {
		recorded, fresh, err := s.service.Activities.RecordActivity(ctx, req.caller, req.customerID(), in)
		return activities.Recorded{Activity: recorded, Fresh: fresh}, err
	}, func(recorded activities.Recorded) (response, error) {
		status := http.StatusOK
		if recorded.Fresh {
			status = http.StatusCreated
		}
		return response{status: status, body: activities.View(recorded.Activity)}, nil
	})
}

func (s *Server) listActivities(req *request) (response, error) {
	in, err := parseActivities(req.QueryParams())
	if err != nil {
		return response{}, err
	}
	in.CustomerID = req.customerID()
	page, err := s.service.Activities.Activities(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	order := "occurredAt DESC"
	if in.Ascending {
		order = "occurredAt ASC"
	}
	list := listBody[activities.ActivityView]{
		Results: make([]activities.ActivityView, 0, len(page.Activities)), Count: page.Total, CountIsLowerBound: page.AtLeast,
		Settings: &listSettings{Limit: page.Limit, Offset: page.Offset, Order: order, NextCursor: page.NextCursor},
	}
	for _, a := range page.Activities {
		list.Results = append(list.Results, activities.View(a))
	}
	s.link(req, page.NextCursor)
	return response{status: http.StatusOK, body: list}, nil
}

// parseActivities returns the input of a list of activities. It returns Invalid with
// every parameter that cannot be read. The service decides how far back a list goes.
func parseActivities(values url.Values) (activities.ListActivitiesInput, error) {
	q := &listQuery{values: values}
	in := activities.ListActivitiesInput{Limit: q.whole("limit", 1), Offset: q.whole("offset", 0)}
	in.Cursor, _ = q.one("cursor")
	if value, given := q.one("type"); given {
		switch in.Type = customers.ActivityType(value); in.Type {
		case customers.ActivityHold, customers.ActivityCredit, customers.ActivityDebit, customers.ActivityRefund:
		default:
			q.faults.AddValue("type", fault.BadValue, value, "must be one of hold, credit, debit, refund")
		}
	}
	if value, given := q.one("order"); given {
		in.Ascending = value == "occurredAt ASC"
		if !in.Ascending && value != "occurredAt DESC" {
			q.faults.AddValue("order", fault.BadValue, value, "must be occurredAt, a space, and ASC or DESC")
		}
	}
	if q.values.Has("cursor") && q.values.Has("offset") {
		q.faults.Add("offset", fault.BadValue, "cannot be combined with cursor; leave one of them out")
	}
	return in, q.faults.Err()
}

// whole reads a whole number, 0 if it is absent.
func (q *listQuery) whole(name string, least int) int {
	value, given := q.one(name)
	if !given {
		return 0
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < least {
		q.faults.AddValue(name, fault.BadValue, value, "must be a whole number of at least "+strconv.Itoa(least))
	}
	return number
}
