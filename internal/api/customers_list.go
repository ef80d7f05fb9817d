package api

import (
	"net/http"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
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
	in.ChildCounts, in.Show = true, new(s.show())
	page, err := s.service.Lifecycle.List(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	// What is kept of the customers is copied, for encoding it costs more than all else.
	around, err := encode(envelopeOf[struct{}](req, page))
	if err != nil {
		return response{}, err
	}
	size := len(around)
	for i := range page.Shown {
		size += len(page.Shown[i].Body) + roomBeside
	}
	body := append(make([]byte, 0, size), beforeResults...)
	for i := range page.Shown {
		if i > 0 {
			body = append(body, ',')
		}
		if body, err = s.appendShown(body, req.caller, &page.Shown[i], &page.ChildCounts[i]); err != nil {
			return response{}, err
		}
	}
	s.link(req, page.NextCursor)
	return response{status: http.StatusOK, page: append(body, around[len(beforeResults):]...)}, nil
}

// beforeResults is what stands before the rows in the envelope of a list.
const beforeResults = `{"results":[`

// roomBeside is how much a row of a list takes beside what is kept of its customer, in bytes.
const roomBeside = 100

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
	list := envelopeOf[T](req, page)
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

// envelopeOf returns the answer of a page of customers without its rows.
func envelopeOf[T any](req *request, page lifecycle.Listing) listBody[T] {
	return listBody[T]{
		Results: make([]T, 0, len(page.Customers)), Count: page.Total, CountIsLowerBound: page.AtLeast,
		Settings: &listSettings{
			Limit: page.Limit, Offset: page.Offset, Order: orderText(page.Order), NextCursor: page.NextCursor,
		},
		Faults: faultsOf(req.caller, page.Damaged),
	}
}
