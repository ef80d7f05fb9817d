package api

import (
	"context"
	"net/http"

	"tenantry/customers"
	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/requirements"
	"tenantry/customers/view"
)

const customersPath = "/v3/customers/"

func (s *Server) createCustomer(req *request) (response, error) {
	return s.createAs(req, func(made response) response { return made })
}

// createAs creates a customer and answers in the shape of a route.
func (s *Server) createAs(req *request, shape func(made response) response) (response, error) {
	in := lifecycle.CreateInput{ID: req.attempt.ID}
	reading, err := req.decodeLeniently(&in)
	if err != nil {
		return response{}, err
	}
	in.Reading = reading
	return answered(s, req, func(ctx context.Context) (registry.Created, error) {
		return s.service.Lifecycle.Create(ctx, req.caller, in)
	}, func(created registry.Created) (response, error) {
		made, err := s.showCreated(req, created)
		return shape(made), err
	})
}

func (s *Server) showCreated(req *request, created registry.Created) (response, error) {
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

// updateCustomer serves PUT and PATCH: both merge (PayStand API reference, update).
func (s *Server) updateCustomer(req *request) (response, error) {
	in := lifecycle.UpdateInput{CustomerID: req.customerID(), Sent: req.content}
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
	return answered(s, req, func(ctx context.Context) (*customers.Customer, error) {
		return s.service.Lifecycle.Update(ctx, req.caller, in)
	}, func(changed *customers.Customer) (response, error) { return s.showChanged(req, changed) })
}

// showChanged shows a customer that the request changed, or that an earlier one did: a
// repeat is answered with it as it is then.
func (s *Server) showChanged(req *request, c *customers.Customer) (response, error) {
	shown, err := s.showCustomer(req, c)
	shown.record = &idempotency.Record{ID: c.ID, Version: c.Version}
	return shown, err
}

func (s *Server) deleteCustomer(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	versions, err := req.ifVersions()
	if err != nil {
		return response{}, err
	}
	in := lifecycle.DeleteInput{CustomerID: req.customerID(), IfVersions: versions}
	return done(s, req, func(ctx context.Context) error { return s.service.Lifecycle.Delete(ctx, req.caller, in) })
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

// previewChange answers with what the body of a change would do to planStatus.
func (s *Server) previewChange(req *request) (response, error) {
	in := lifecycle.UpdateInput{CustomerID: req.customerID(), Sent: req.content}
	reading, err := req.decodeLeniently(&in)
	if err != nil {
		return response{}, err
	}
	in.Reading = reading
	preview, err := s.service.Lifecycle.PreviewUpdate(req.ctx, req.caller, in)
	return response{status: http.StatusOK, body: preview}, err
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
