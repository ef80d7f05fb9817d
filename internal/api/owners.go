package api

import (
	"net/http"

	"tenantry/customers/evidence"
	"tenantry/customers/fields"
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
	added, err := s.service.Evidence.AddOwner(req.ctx, req.caller, req.customerID(), in)
	return response{
		status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/owners/" + added.ID,
	}, err
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
	changed, err := s.service.Evidence.UpdateOwner(req.ctx, req.caller, req.ownerRef(), in)
	return response{status: http.StatusOK, body: changed}, err
}

func (s *Server) removeOwner(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	_, err := s.service.Evidence.RemoveOwner(req.ctx, req.caller, req.ownerRef())
	return response{status: http.StatusNoContent}, err
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
	certified, err := s.service.Evidence.CertifyOwnership(req.ctx, req.caller, req.customerID(), in)
	return response{status: http.StatusOK, body: certified}, err
}
