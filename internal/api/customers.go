package api

import (
	"net/http"

	"tenantry/customers"
)

const customersPath = "/v3/customers/"

func (s *Server) createCustomer(x *exchange) (reply, error) {
	in := customers.CreateInput{ID: x.attempt.ID}
	reading, err := x.decodeLeniently(&in)
	if err != nil {
		return reply{}, err
	}
	in.Reading = reading
	created, err := s.service.Create(x.ctx, x.caller, in)
	if err != nil {
		return reply{}, err
	}
	redacted, err := s.service.View(x.caller, created.Customer)
	if err != nil {
		return reply{}, err
	}
	shown := redacted
	shown.Keys = &customers.KeysView{
		Publishable: created.Keys.Publishable.Reveal(), Secret: created.Keys.Secret.Reveal(),
	}
	return reply{
		status: http.StatusCreated, body: shown, redacted: redacted,
		version: created.Customer.Version, location: customersPath + shown.ID,
	}, nil
}

func (s *Server) getCustomer(x *exchange) (reply, error) {
	found, err := s.service.Get(x.ctx, x.caller, x.customerID())
	if err != nil {
		return reply{}, err
	}
	if x.isFresh(found.Version) {
		return reply{status: http.StatusNotModified, version: found.Version}, nil
	}
	return s.showCustomer(x, found)
}

// updateCustomer serves PUT and PATCH: both merge (PayStand API reference, update).
func (s *Server) updateCustomer(x *exchange) (reply, error) {
	in := customers.UpdateInput{CustomerID: x.customerID()}
	reading, err := x.decodeLeniently(&in)
	if err != nil {
		return reply{}, err
	}
	in.Reading = reading
	versions, err := x.ifVersions()
	if err != nil {
		return reply{}, err
	}
	in.IfVersions = versions
	changed, err := s.service.Update(x.ctx, x.caller, in)
	if err != nil {
		return reply{}, err
	}
	return s.showCustomer(x, changed)
}

func (s *Server) deleteCustomer(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	versions, err := x.ifVersions()
	if err != nil {
		return reply{}, err
	}
	err = s.service.Delete(x.ctx, x.caller, customers.DeleteInput{CustomerID: x.customerID(), IfVersions: versions})
	return reply{status: http.StatusNoContent}, err
}

func (s *Server) showCustomer(x *exchange, c *customers.Customer) (reply, error) {
	view, err := s.service.View(x.caller, c)
	return reply{status: http.StatusOK, body: view, version: c.Version}, err
}

// unmasked takes its reason from the query or, where queries end up in other
// people's logs, from the header X-Reason.
func (s *Server) unmasked(x *exchange) (reply, error) {
	view, err := s.service.Unmasked(x.ctx, x.caller, customers.UnmaskInput{CustomerID: x.customerID(), Reason: x.reason()})
	return reply{status: http.StatusOK, body: view}, err
}

func (x *exchange) reason() string {
	if reason := x.QueryParam("reason"); reason != "" {
		return reason
	}
	return x.Request().Header.Get("X-Reason")
}

func (s *Server) planStatus(x *exchange) (reply, error) {
	found, err := s.service.Get(x.ctx, x.caller, x.customerID())
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, body: s.service.PlanStatus(found)}, nil
}
