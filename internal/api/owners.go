package api

import (
	"net/http"

	"tenantry/customers"
)

// ownerRef names an owner of the path.
func (x *exchange) ownerRef() customers.PartRef {
	return customers.PartRef{CustomerID: x.customerID(), ID: x.Param("oid")}
}

func (s *Server) listOwners(x *exchange) (reply, error) {
	list, err := s.service.Owners(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addOwner(x *exchange) (reply, error) {
	in := customers.OwnerInput{Attempt: x.attempt.ID}
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	added, err := s.service.AddOwner(x.ctx, x.caller, x.customerID(), in)
	return reply{
		status: http.StatusCreated, body: added, location: customersPath + x.customerID() + "/owners/" + added.ID,
	}, err
}

func (s *Server) getOwner(x *exchange) (reply, error) {
	found, err := s.service.Owner(x.ctx, x.caller, x.ownerRef())
	return reply{status: http.StatusOK, body: found}, err
}

func (s *Server) updateOwner(x *exchange) (reply, error) {
	var in customers.OwnerInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	changed, err := s.service.UpdateOwner(x.ctx, x.caller, x.ownerRef(), in)
	return reply{status: http.StatusOK, body: changed}, err
}

func (s *Server) removeOwner(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	_, err := s.service.RemoveOwner(x.ctx, x.caller, x.ownerRef())
	return reply{status: http.StatusNoContent}, err
}

func (s *Server) getOwnership(x *exchange) (reply, error) {
	found, err := s.service.Ownership(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: found}, err
}

func (s *Server) certifyOwnership(x *exchange) (reply, error) {
	var in customers.OwnershipInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	certified, err := s.service.CertifyOwnership(x.ctx, x.caller, x.customerID(), in)
	return reply{status: http.StatusOK, body: certified}, err
}
