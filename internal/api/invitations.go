package api

import (
	"context"
	"net/http"

	accesspkg "tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/secret"
)

// invitationPage is the page where an invitation is accepted; its token follows.
const invitationPage = "/console/invitation/"

// invitedBody shows an invitation with its link, once.
type invitedBody struct {
	view.InvitationView
	URL string `json:"url,omitempty"`
}

// acceptedBody shows a user who accepted an invitation, and whose user it is: what a
// log-in sends as account.
type acceptedBody struct {
	view.UserView
	CustomerID string `json:"customerId"`
}

func (s *Server) listInvitations(req *request) (response, error) {
	list, err := s.service.Invitations.List(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) invite(req *request) (response, error) {
	in := accesspkg.InvitationInput{Attempt: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (accesspkg.Invited, error) {
		return s.service.Invitations.Invite(ctx, req.caller, req.customerID(), in)
	}, func(invited accesspkg.Invited) (response, error) {
		return response{
			status:   http.StatusCreated,
			body:     invitedBody{InvitationView: invited.Invitation, URL: s.invitationURL(req, invited.Token)},
			redacted: invitedBody{InvitationView: invited.Invitation},
		}, nil
	})
}

func (s *Server) invitationURL(req *request, token secret.Text) string {
	base := s.options.ConsoleURL
	if base == "" {
		base = s.base(req)
	}
	return base + invitationPage + token.Reveal()
}

func (s *Server) endInvitation(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return done(s, req, func(ctx context.Context) error {
		return s.service.Invitations.End(ctx, req.caller, req.customerID(), req.Param("iid"))
	})
}

// acceptInvitation takes the token of the link in place of a credential.
func (s *Server) acceptInvitation(req *request) (response, error) {
	in := accesspkg.AcceptInput{Address: clientAddress(req.Request(), s.options.TrustedProxies)}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	c, user, err := s.service.Invitations.Accept(req.ctx, in)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK, body: acceptedBody{UserView: user, CustomerID: c.ID.String()}}, nil
}
