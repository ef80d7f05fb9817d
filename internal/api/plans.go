package api

import "net/http"

// listPlans shows the plans that the subject may hand out, and its own.
func (s *Server) listPlans(x *exchange) (reply, error) {
	list, err := s.service.Plans(x.caller)
	return reply{status: http.StatusOK, body: whole(list)}, err
}
