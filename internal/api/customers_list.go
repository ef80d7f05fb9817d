package api

import (
	"net/http"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// listBody is the envelope of lists (PayStand API reference, lists).
type listBody[T any] struct {
	Results []T   `json:"results"`
	Count   int64 `json:"count"` // of all matching rows, not of this page
	// CountIsLowerBound reports that there may be more.
	CountIsLowerBound bool          `json:"countIsLowerBound,omitempty"`
	Settings          *listSettings `json:"settings,omitempty"`
	Faults            []rowFault    `json:"faults,omitempty"`
}

// rowFault is a row of a list that cannot be shown.
type rowFault struct {
	ID          string     `json:"id"`
	Code        fault.Code `json:"code"`
	Description string     `json:"description"`
	// Cause is for the operator, who can mend it.
	Cause string `json:"cause,omitempty"`
}

func faultsOf(caller tenancy.Caller, damaged []rows.Damage) (list []rowFault) {
	for _, d := range damaged {
		f := rowFault{ID: d.ID.String(), Code: fault.CodeDamaged, Description: codeText(fault.CodeDamaged)}
		if tenancy.IsOperator(caller.Actor) {
			f.Cause = d.Cause.Error()
		}
		list = append(list, f)
	}
	return list
}

// listSettings echoes what the list was made with, and how to go on.
type listSettings struct {
	Limit      int    `json:"limit"`
	Offset     int    `json:"offset"`
	Order      string `json:"order"`
	NextCursor string `json:"nextCursor,omitempty"`
}

// whole returns the envelope of a list that is short enough for one page.
func whole[T any](list []T) listBody[T] {
	if list == nil {
		list = []T{}
	}
	return listBody[T]{Results: list, Count: int64(len(list))}
}

func (s *Server) listCustomers(req *request) (response, error) {
	in := parseList(req.QueryParams())
	in.ChildCounts = true
	page, err := s.service.Lifecycle.List(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	return listed(s, req, page, func(caller tenancy.Caller, c *customers.Customer) (view.View, error) {
		shown, err := s.service.View.View(caller, c)
		count := page.ChildCounts[c.ID]
		shown.ChildCount, shown.ChildCountIsLowerBound = &count.N, count.AtLeast
		return shown, err
	})
}

func (s *Server) summarizeCustomers(req *request) (response, error) {
	q := &listQuery{values: req.QueryParams()}
	deep := q.flag("deep")
	if err := q.faults.Err(); err != nil {
		return response{}, err
	}
	sum, err := s.service.Lifecycle.Summarize(req.ctx, req.caller, deep)
	return response{status: http.StatusOK, body: sum}, err
}

// listed returns the answer of a page of customers, each shown by show.
func listed[T any](s *Server, req *request, page lifecycle.Listing, show func(tenancy.Caller, *customers.Customer) (T, error)) (response, error) {
	list := listBody[T]{
		Results: make([]T, 0, len(page.Customers)), Count: page.Total, CountIsLowerBound: page.AtLeast,
		Settings: &listSettings{
			Limit: page.Limit, Offset: page.Offset, Order: orderText(page.Order), NextCursor: page.NextCursor,
		},
		Faults: faultsOf(req.caller, page.Damaged),
	}
	for _, c := range page.Customers {
		shown, err := show(req.caller, c)
		if err != nil {
			return response{}, err
		}
		list.Results = append(list.Results, shown)
	}
	s.link(req, page.NextCursor)
	return response{status: http.StatusOK, body: list}, nil
}
