package api

import (
	"context"
	"net/http"

	"tenantry/customers/evidence"
	"tenantry/customers/fields"
	"tenantry/customers/view"
)

// ownerRef returns the reference of the owner that the path names.
func (req *request) ownerRef() evidence.SubresourceRef {
	return evidence.SubresourceRef{CustomerID: req.customerID(), ID: req.Param("oid")}
}

func (s *Server) listOwners(req *request) (response, error) {
	list, err := s.service.Evidence.Owners(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addOwner(req *request) (response, error) {
	in := fields.OwnerInput{Attempt: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.OwnerView, error) {
		return s.service.Evidence.AddOwner(ctx, req.caller, req.customerID(), in)
	}, func(added view.OwnerView) (response, error) {
		return response{
			status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/owners/" + added.ID,
		}, nil
	})
}

func (s *Server) getOwner(req *request) (response, error) {
	found, err := s.service.Evidence.Owner(req.ctx, req.caller, req.ownerRef())
	return response{status: http.StatusOK, body: found}, err
}

func (s *Server) updateOwner(req *request) (response, error) {
	var in fields.OwnerInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.OwnerView, error) {
		return s.service.Evidence.UpdateOwner(ctx, req.caller, req.ownerRef(), in)
	}, func(changed view.OwnerView) (response, error) {
		return response{status: http.StatusOK, body: changed}, nil
	})
}

func (s *Server) removeOwner(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.OwnerView, error) {
		return s.service.Evidence.RemoveOwner(ctx, req.caller, req.ownerRef())
	}, func(view.OwnerView) (response, error) { return response{status: http.StatusNoContent}, nil })
}

func (s *Server) getOwnership(req *request) (response, error) {
	found, err := s.service.Evidence.Ownership(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: found}, err
}

func (s *Server) certifyOwnership(req *request) (response, error) {
	var in evidence.OwnershipInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (evidence.OwnershipView, error) {
		return s.service.Evidence.CertifyOwnership(ctx, req.caller, req.customerID(), in)
	}, func(certified evidence.OwnershipView) (response, error) {
		return response{status: http.StatusOK, body: certified}, nil
	})
}
