package api

import "net/http"

// listPlans shows the plans that the subject may hand out, and its own.
func (s *Server) listPlans(req *request) (response, error) {
	list, err := s.service.Lifecycle.Plans(req.caller)
	return response{status: http.StatusOK, body: whole(list)}, err
}
