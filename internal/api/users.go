package api

import (
	"net/http"

	"tenantry/customers"
)

func (s *Server) listUsers(x *exchange) (reply, error) {
	list, err := s.service.Users(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: whole(list)}, err
}

// addUser has no Location: a user cannot be read by itself.
func (s *Server) addUser(x *exchange) (reply, error) {
	in := customers.UserInput{ID: x.attempt.ID}
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	added, err := s.service.AddUser(x.ctx, x.caller, x.customerID(), in)
	return reply{status: http.StatusCreated, body: added}, err
}

func (s *Server) updateUser(x *exchange) (reply, error) {
	var in customers.UserChange
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	changed, err := s.service.UpdateUser(x.ctx, x.caller, x.customerID(), x.Param("uid"), in)
	return reply{status: http.StatusOK, body: changed}, err
}
