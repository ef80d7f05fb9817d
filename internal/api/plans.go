package api

import "net/http"

// listPlans shows the plans that the subject may hand out, and its own.
func (s *Server) listPlans(req *request) (response, error) {
	list, err := s.service.Lifecycle.Plans(req.caller)
	return response{status: http.StatusOK, body: whole(list)}, err
}

// planRequirements shows what a plan asks of anyone.
func (s *Server) planRequirements(req *request) (response, error) {
	q := &listQuery{values: req.QueryParams()}
	country, entityType := q.text("country", maxFilter), q.text("entityType", maxFilter)
	if err := q.faults.Err(); err != nil {
		return response{}, err
	}
	asked, err := s.service.Requirements.OfPlan(req.caller, req.Param("key"), country, entityType)
	return response{status: http.StatusOK, body: asked}, err
}
