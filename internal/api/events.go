package api

import (
	"net/http"
	"regexp"

	"tenantry/customers/events"
	"tenantry/internal/fault"
)

// logBody is the envelope of logs. It has no count, because logs only grow.
type logBody[T any] struct {
	Results  []T         `json:"results"`
	Settings logSettings `json:"settings"`
}

type logSettings struct {
	Limit      int    `json:"limit"`
	NextCursor string `json:"nextCursor,omitempty"`
}

// typeForm matches a type of event, or the beginning of one and a star.
var typeForm = regexp.MustCompile(`^[a-z_]+\.([a-z_]+|\*)$`)

// listEvents reads the log of the subject and of every customer below it.
func (s *Server) listEvents(req *request) (response, error) {
	q := &listQuery{values: req.QueryParams()}
	return s.eventPage(req, q, q.text("customer", maxFilter))
}

// listCustomerEvents reads the log of one customer alone.
func (s *Server) listCustomerEvents(req *request) (response, error) {
	return s.eventPage(req, &listQuery{values: req.QueryParams()}, req.Param("id"))
}

// events reads the filters of events.
func (q *listQuery) events(customerID string) events.Query {
	in := events.Query{CustomerID: customerID, Type: q.text("type", maxFilter), From: q.moment("from", false), To: q.moment("to", true)}
	if in.Type != "" && !typeForm.MatchString(in.Type) {
		q.faults.AddValue("type", fault.BadValue, in.Type, "must be a type such as customer.updated, or customer.* for all types with that prefix")
	}
	return in
}

func (s *Server) eventPage(req *request, q *listQuery, customerID string) (response, error) {
	in := q.events(customerID)
	in.Limit, in.Cursor = q.limit(), q.text("cursor", maxCursor)
	in.Reading = q.faults.Err()
	page, err := s.service.Events.Events(req.ctx, req.caller, in)
	return response{status: http.StatusOK, body: logBody[events.EventView]{
		Results: page.Events, Settings: logSettings{Limit: page.Limit, NextCursor: page.NextCursor},
	}}, err
}

func (s *Server) getEvent(req *request) (response, error) {
	event, err := s.service.Events.Event(req.ctx, req.caller, req.Param("eid"))
	return response{status: http.StatusOK, body: event}, err
}

func (s *Server) verifyEvent(req *request) (response, error) {
	event, err := s.service.Events.VerifyEvent(req.ctx, req.caller, req.Param("eid"), req.content)
	return response{status: http.StatusOK, body: event}, err
}

func (s *Server) redeliverEvent(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	list, err := s.service.Webhooks.RedeliverEvent(req.ctx, req.caller, req.Param("eid"))
	return response{status: http.StatusAccepted, body: whole(list)}, err
}

func (s *Server) eventDeliveries(req *request) (response, error) {
	list, err := s.service.Webhooks.EventDeliveries(req.ctx, req.caller, req.Param("eid"))
	return response{status: http.StatusOK, body: whole(list)}, err
}
