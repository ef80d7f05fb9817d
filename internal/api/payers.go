package api

import (
	"context"
	"net/http"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/view"
)

const payersPath = "/v3/payers/"

func (s *Server) createPayer(req *request) (response, error) {
	in := lifecycle.PayerInput{Attempt: req.attempt.ID}
	reading, err := req.decodeLeniently(&in)
	if err != nil {
		return response{}, err
	}
	in.Reading = reading
	return answered(s, req, func(ctx context.Context) (*customers.Customer, error) {
		return s.service.Lifecycle.CreatePayer(ctx, req.caller, in)
	}, func(made *customers.Customer) (response, error) {
		shown, err := s.service.View.AsPayer(req.caller, made)
		return response{status: http.StatusCreated, body: shown, version: made.Version, location: payersPath + shown.ID}, err
	})
}

func (s *Server) listPayers(req *request) (response, error) {
	page, err := s.service.Lifecycle.Payers(req.ctx, req.caller, parseList(req.QueryParams()))
	if err != nil {
		return response{}, err
	}
	return listed(s, req, page, s.service.View.AsPayer)
}

func (s *Server) getPayer(req *request) (response, error) {
	found, err := s.service.Lifecycle.Payer(req.ctx, req.caller, req.Param("pid"))
	if err != nil {
		return response{}, err
	}
	if req.isFresh(found.Version) {
		return response{status: http.StatusNotModified, version: found.Version}, nil
	}
	return s.showPayer(req, found)
}

// updatePayer serves PUT and PATCH: both merge.
func (s *Server) updatePayer(req *request) (response, error) {
	in := lifecycle.PayerInput{PayerID: req.Param("pid")}
	reading, err := req.decodeLeniently(&in)
	if err != nil {
		return response{}, err
	}
	in.Reading = reading
	if in.IfVersions, err = req.ifVersions(); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (*customers.Customer, error) {
		return s.service.Lifecycle.UpdatePayer(ctx, req.caller, in)
	}, func(changed *customers.Customer) (response, error) { return s.showPayer(req, changed) })
}

func (s *Server) showPayer(req *request, c *customers.Customer) (response, error) {
	shown, err := s.service.View.AsPayer(req.caller, c)
	return response{status: http.StatusOK, body: shown, version: c.Version}, err
}

// accountBody is a new customer in the forms of both generations of the vendor's clients:
// flat, and as a member.
type accountBody struct {
	view.View
	Account view.View `json:"account"`
}

// createAccount is createCustomer for clients that look for the customer in `account`.
func (s *Server) createAccount(req *request) (response, error) {
	return s.createAs(req, func(made response) response {
		for _, body := range []*any{&made.body, &made.redacted} {
			if shown, ok := (*body).(view.View); ok {
				*body = accountBody{View: shown, Account: shown}
			}
		}
		return made
	})
}

// merchantProfile shows what anyone may know of a merchant.
func (s *Server) merchantProfile(req *request) (response, error) {
	profile, err := s.service.Lifecycle.MerchantProfile(req.ctx, req.Param("vanityName"))
	return response{status: http.StatusOK, body: profile}, err
}

// bare reports whether a request came without any credential.
func bare(r *http.Request) bool {
	return r.Header.Get("Authorization") == "" && r.Header.Get(canonicalPublishable) == ""
}
