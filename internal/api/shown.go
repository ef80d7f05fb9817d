package api

import (
	"bytes"
	"net/http"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// show returns what the answers to reads of customers are made by. What it makes is without
// the id of the parent, which beneathParent adds for who may see it.
func (s *Server) show() rows.Show {
	at := s.options.Now()
	return rows.Show{By: s.service.View, At: at, Of: func(c *customers.Customer) (rows.Shown, error) {
		view, until, opened, err := s.service.View.Unparented(c, at)
		if err != nil {
			return rows.Shown{}, err
		}
		body, err := encode(view)
		return rows.Shown{Customer: c.Ref(), Path: c.Path, Version: c.Version, Body: body, From: at, Until: until, Fleeting: opened}, err
	}}
}

// behindObject ends what stands before the id of the parent in a customer.
var behindObject = []byte(`"object":"customer",`)

// beneathParent returns the answer that shows a customer to a caller: with the id of its
// parent for those above it.
func beneathParent(caller tenancy.Caller, shown *rows.Shown) []byte {
	at := bytes.Index(shown.Body, behindObject)
	if len(shown.Path) == 0 || at < 0 || !tenancy.IsAbove(caller.Actor, shown) {
		return shown.Body
	}
	at += len(behindObject)
	parent := `"parentId":"` + shown.Path[len(shown.Path)-1].String() + `",`
	return slices.Concat(shown.Body[:at], []byte(parent), shown.Body[at:])
}

func (s *Server) getCustomer(req *request) (response, error) {
	shown, err := s.service.Lifecycle.Shown(req.ctx, req.caller, req.customerID(), s.show())
	if err != nil {
		return response{}, err
	}
	if req.isFresh(shown.Version) {
		return response{status: http.StatusNotModified, version: shown.Version}, nil
	}
	return response{status: http.StatusOK, page: beneathParent(req.caller, &shown), version: shown.Version}, nil
}
