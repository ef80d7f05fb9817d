package api

import (
	"net/http"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/requirements"
	"tenantry/customers/view"
)

const customersPath = "/v3/customers/"

func (s *Server) createCustomer(req *request) (response, error) {
	in := lifecycle.CreateInput{ID: req.attempt.ID}
	reading, err := req.decodeLeniently(&in)
	if err != nil {
		return response{}, err
	}
	in.Reading = reading
	created, err := s.service.Lifecycle.Create(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	redacted, err := s.service.View.View(req.caller, created.Customer)
	if err != nil {
		return response{}, err
	}
	shown := redacted
	if created.Keys.Secret.Empty() { // made by a credential that mints no pair
		return response{
			status: http.StatusCreated, body: shown, version: created.Customer.Version, location: customersPath + shown.ID,
		}, nil
	}
	shown.Keys = &view.KeysView{
		Publishable: created.Keys.Publishable.Reveal(), Secret: created.Keys.Secret.Reveal(),
	}
	return response{
		status: http.StatusCreated, body: shown, redacted: redacted,
		version: created.Customer.Version, location: customersPath + shown.ID,
	}, nil
}

func (s *Server) getCustomer(req *request) (response, error) {
	found, err := s.service.Lifecycle.Get(req.ctx, req.caller, req.customerID())
	if err != nil {
		return response{}, err
	}
	if req.isFresh(found.Version) {
		return response{status: http.StatusNotModified, version: found.Version}, nil
	}
	return s.showCustomer(req, found)
}

// updateCustomer serves PUT and PATCH: both merge (PayStand API reference, update).
func (s *Server) updateCustomer(req *request) (response, error) {
	in := lifecycle.UpdateInput{CustomerID: req.customerID()}
	reading, err := req.decodeLeniently(&in)
	if err != nil {
		return response{}, err
	}
	in.Reading = reading
	versions, err := req.ifVersions()
	if err != nil {
		return response{}, err
	}
	in.IfVersions = versions
	changed, err := s.service.Lifecycle.Update(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	return s.showCustomer(req, changed)
}

func (s *Server) deleteCustomer(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	versions, err := req.ifVersions()
	if err != nil {
		return response{}, err
	}
	err = s.service.Lifecycle.Delete(req.ctx, req.caller, lifecycle.DeleteInput{CustomerID: req.customerID(), IfVersions: versions})
	return response{status: http.StatusNoContent}, err
}

func (s *Server) showCustomer(req *request, c *customers.Customer) (response, error) {
	view, err := s.service.View.View(req.caller, c)
	return response{status: http.StatusOK, body: view, version: c.Version}, err
}

// unmasked takes its reason from the query or, where queries end up in other people's
// logs, from the header X-Reason.
func (s *Server) unmasked(req *request) (response, error) {
	view, err := s.service.Lifecycle.Unmasked(req.ctx, req.caller, lifecycle.UnmaskInput{CustomerID: req.customerID(), Reason: req.reason()})
	return response{status: http.StatusOK, body: view}, err
}

func (req *request) reason() string {
	if reason := req.QueryParam("reason"); reason != "" {
		return reason
	}
	return req.Request().Header.Get("X-Reason")
}

// planStatus shows what a customer lacks, or would lack at another moment or under another
// plan.
func (s *Server) planStatus(req *request) (response, error) {
	q := &listQuery{values: req.QueryParams()}
	ahead := requirements.AheadInput{Plan: q.text("plan", maxFilter), At: q.text("at", maxFilter)}
	if err := q.faults.Err(); err != nil {
		return response{}, err
	}
	status, err := s.service.Requirements.Status(req.ctx, req.caller, req.customerID(), ahead)
	return response{status: http.StatusOK, body: status}, err
}

// previewPlanStatus answers for a customer that does not exist, from the body of its
// creation.
func (s *Server) previewPlanStatus(req *request) (response, error) {
	var in lifecycle.CreateInput
	reading, err := req.decodeLeniently(&in)
	if err != nil {
		return response{}, err
	}
	in.Reading = reading
	status, err := s.service.Lifecycle.Preview(req.ctx, req.caller, in)
	return response{status: http.StatusOK, body: status}, err
}
