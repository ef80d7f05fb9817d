package api

import (
	"net/http"

	accesspkg "tenantry/customers/access"
)

func (s *Server) listUsers(req *request) (response, error) {
	list, err := s.service.Access.Users(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

// addUser has no Location: a user cannot be read by itself.
func (s *Server) addUser(req *request) (response, error) {
	in := accesspkg.UserInput{ID: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	added, err := s.service.Access.AddUser(req.ctx, req.caller, req.customerID(), in)
	return response{status: http.StatusCreated, body: added}, err
}

func (s *Server) updateUser(req *request) (response, error) {
	var in accesspkg.UserChange
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	cascade, err := req.cascade()
	if err != nil {
		return response{}, err
	}
	in.Cascade = cascade
	changed, err := s.service.Access.UpdateUser(req.ctx, req.caller, req.customerID(), req.Param("uid"), in)
	return response{status: http.StatusOK, body: changed}, err
}
