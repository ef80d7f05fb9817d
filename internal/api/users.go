package api

import (
	"context"
	"net/http"

	accesspkg "tenantry/customers/access"
	"tenantry/customers/view"
)

// ownUserBody shows the signed-in user and what it may do.
type ownUserBody struct {
	view.UserView
	Scopes   []string        `json:"scopes"`
	Customer ownCustomerBody `json:"customer"`
}

type ownCustomerBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (s *Server) ownUser(req *request) (response, error) {
	c, user, err := s.service.People.Me(req.caller)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK, body: ownUserBody{
		UserView: user, Scopes: req.caller.Credential.Scopes.Names(), Customer: ownCustomerBody{ID: c.ID.String(), Name: c.Name},
	}}, nil
}

// changeOwnPassword is answered with an access token in place of the one that signed.
func (s *Server) changeOwnPassword(req *request) (response, error) {
	var in accesspkg.OwnPasswordInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (accesspkg.Grant, error) {
		return s.service.People.ChangePassword(ctx, req.caller, in)
	}, func(grant accesspkg.Grant) (response, error) {
		shown := showGrant(grant)
		redacted := shown
		redacted.AccessToken = ""
		return response{status: http.StatusOK, body: shown, redacted: redacted}, nil
	})
}

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
	return answered(s, req, func(ctx context.Context) (view.UserView, error) {
		return s.service.Access.AddUser(ctx, req.caller, req.customerID(), in)
	}, func(added view.UserView) (response, error) {
		return response{status: http.StatusCreated, body: added}, nil
	})
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
	return answered(s, req, func(ctx context.Context) (view.UserView, error) {
		return s.service.Access.UpdateUser(ctx, req.caller, req.customerID(), req.Param("uid"), in)
	}, func(changed view.UserView) (response, error) {
		return response{status: http.StatusOK, body: changed}, nil
	})
}
