package api

import (
	"net/http"

	"tenantry/customers"
)

func (s *Server) listUsers(x *exchange) (reply, error) {
	list, err := s.service.Users(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: whole(list)}, err
}

// addUser has no Location: a user has no path of its own.
func (s *Server) addUser(x *exchange) (reply, error) {
	var in customers.UserInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	added, err := s.service.AddUser(x.ctx, x.caller, x.customerID(), in)
	return reply{status: http.StatusCreated, body: added}, err
}
