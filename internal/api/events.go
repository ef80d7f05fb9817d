package api

import (
	"net/http"
	"regexp"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// logBody is the envelope of logs. They are not counted: they only grow.
type logBody[T any] struct {
	Results  []T         `json:"results"`
	Settings logSettings `json:"settings"`
}

type logSettings struct {
	Limit      int    `json:"limit"`
	NextCursor string `json:"nextCursor,omitempty"`
}

// typeForm is a type of event, or the beginning of one and a star.
var typeForm = regexp.MustCompile(`^[a-z_]+\.([a-z_]+|\*)$`)

// listEvents reads the log of the subject and of everyone below it.
func (s *Server) listEvents(x *exchange) (reply, error) {
	q := &listQuery{values: x.QueryParams()}
	return s.eventPage(x, q, q.text("customer", maxFilter))
}

// listCustomerEvents reads the log of one customer alone.
func (s *Server) listCustomerEvents(x *exchange) (reply, error) {
	return s.eventPage(x, &listQuery{values: x.QueryParams()}, x.Param("id"))
}

func (s *Server) eventPage(x *exchange, q *listQuery, customerID string) (reply, error) {
	in := customers.EventsInput{
		CustomerID: customerID, Type: q.text("type", maxFilter), Limit: q.limit(), Cursor: q.text("cursor", maxCursor),
		From: q.moment("from", false), To: q.moment("to", true),
	}
	if in.Type != "" && !typeForm.MatchString(in.Type) {
		q.faults.AddValue("type", fault.BadValue, in.Type, "must be a type such as customer.updated, or customer.* for all that begin so")
	}
	in.Reading = q.faults.Err()
	page, err := s.service.Events(x.ctx, x.caller, in)
	return reply{status: http.StatusOK, body: logBody[customers.EventView]{
		Results: page.Events, Settings: logSettings{Limit: page.Limit, NextCursor: page.NextCursor},
	}}, err
}

func (s *Server) getEvent(x *exchange) (reply, error) {
	event, err := s.service.Event(x.ctx, x.caller, x.Param("eid"))
	return reply{status: http.StatusOK, body: event}, err
}

func (s *Server) verifyEvent(x *exchange) (reply, error) {
	event, err := s.service.VerifyEvent(x.ctx, x.caller, x.Param("eid"), x.content)
	return reply{status: http.StatusOK, body: event}, err
}

func (s *Server) redeliverEvent(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	list, err := s.service.RedeliverEvent(x.ctx, x.caller, x.Param("eid"))
	return reply{status: http.StatusAccepted, body: whole(list)}, err
}

func (s *Server) eventDeliveries(x *exchange) (reply, error) {
	list, err := s.service.EventDeliveries(x.ctx, x.caller, x.Param("eid"))
	return reply{status: http.StatusOK, body: whole(list)}, err
}
