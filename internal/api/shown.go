package api

import (
	"bytes"
	"net/http"
	"strconv"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/tenancy"
)

// show returns what the answers to reads of customers are made by. What it makes is without
// the id of the parent and without what is sealed, which appendShown adds.
func (s *Server) show() shown.Show {
	at := s.options.Now()
	return shown.Show{By: s.service.View, At: at, Of: func(c *customers.Customer) (shown.Answer, error) {
		view, holes, until := s.service.View.Unfilled(c, at)
		body, err := encode(view)
		if err == nil {
			body, err = s.service.View.Cut(body, holes)
		}
		return shown.Answer{Customer: c.Ref(), Path: c.Path, Version: c.Version, Body: body, Holes: holes, From: at, Until: until}, err
	}}
}

// Where in a customer its parent is shown, and how many children it has.
var (
	beforeParent   = []byte(`"object":"customer",`)
	behindChildren = []byte(`,"created":"`)
)

// appendShown appends what shows a customer to a caller: with the id of its parent for those
// above it and, unless children is nil, with their number.
func (s *Server) appendShown(to []byte, caller tenancy.Caller, made *shown.Answer, children *rows.Count) ([]byte, error) {
	body, err := s.service.View.Filled(made)
	if err != nil {
		return nil, err
	}
	if at := bytes.Index(body, beforeParent); len(made.Path) > 0 && at >= 0 && tenancy.IsAbove(caller.Actor, made) {
		at += len(beforeParent)
		to = append(append(to, body[:at]...), `"parentId":"`...)
		to = append(append(to, made.Path[len(made.Path)-1].String()...), `",`...)
		body = body[at:]
	}
	if children == nil {
		return append(to, body...), nil
	}
	body = bytes.TrimRight(body, "\n")
	// The last one is its own: nothing that has parts comes behind.
	if at := bytes.LastIndex(body, behindChildren); at >= 0 {
		to = append(append(to, body[:at]...), `,"childCount":`...)
		to = strconv.AppendInt(to, children.N, 10)
		if children.AtLeast {
			to = append(to, `,"childCountIsLowerBound":true`...)
		}
		body = body[at:]
	}
	return append(to, body...), nil
}

func (s *Server) getCustomer(req *request) (response, error) {
	made, err := lifecycle.Show(req.ctx, s.service.Lifecycle, req.caller, req.customerID(), s.show())
	if err != nil {
		return response{}, err
	}
	if req.isFresh(made.Version) {
		return response{status: http.StatusNotModified, version: made.Version}, nil
	}
	const parent = len(`"parentId":"",`) + 2*len(tenancy.ID{})
	body, err := s.appendShown(make([]byte, 0, len(made.Body)+parent), req.caller, &made, nil)
	return response{status: http.StatusOK, page: body, version: made.Version}, err
}
