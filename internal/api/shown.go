package api

import (
	"bytes"
	"net/http"
	"slices"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/shown"
	"tenantry/tenancy"
)

// show returns what the answers to reads of customers are made by. What it makes is without
// the id of the parent, which beneathParent adds for who may see it.
func (s *Server) show() shown.Show {
	at := s.options.Now()
	return shown.Show{By: s.service.View, At: at, Of: func(c *customers.Customer) (shown.Answer, error) {
		view, until, opened, err := s.service.View.Unparented(c, at)
		if err != nil {
			return shown.Answer{}, err
		}
		body, err := encode(view)
		return shown.Answer{Customer: c.Ref(), Path: c.Path, Version: c.Version, Body: body, From: at, Until: until, Fleeting: opened}, err
	}}
}

// behindObject ends what stands before the id of the parent in a customer.
var behindObject = []byte(`"object":"customer",`)

// beneathParent returns the answer that shows a customer to a caller: with the id of its
// parent for those above it.
func beneathParent(caller tenancy.Caller, made *shown.Answer) []byte {
	at := bytes.Index(made.Body, behindObject)
	if len(made.Path) == 0 || at < 0 || !tenancy.IsAbove(caller.Actor, made) {
		return made.Body
	}
	at += len(behindObject)
	parent := `"parentId":"` + made.Path[len(made.Path)-1].String() + `",`
	return slices.Concat(made.Body[:at], []byte(parent), made.Body[at:])
}

func (s *Server) getCustomer(req *request) (response, error) {
	made, err := lifecycle.Show(req.ctx, s.service.Lifecycle, req.caller, req.customerID(), s.show())
	if err != nil {
		return response{}, err
	}
	if req.isFresh(made.Version) {
		return response{status: http.StatusNotModified, version: made.Version}, nil
	}
	return response{status: http.StatusOK, page: beneathParent(req.caller, &made), version: made.Version}, nil
}
