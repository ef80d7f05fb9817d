package api

import (
	"net/http"

	"tenantry/customers/instruments"
)

// dropsBody is what the process that pays micro-deposits needs to know.
type dropsBody struct {
	Object  string   `json:"object"` // drops
	BankID  string   `json:"bankId"`
	Amounts []string `json:"amounts"` // two whole cents
}

func (s *Server) dropAmounts(req *request) (response, error) {
	amounts, err := s.service.Instruments.DropAmounts(req.ctx, req.caller, req.customerID(), req.Param("bid"))
	return response{
		status: http.StatusOK, body: dropsBody{Object: "drops", BankID: req.Param("bid"), Amounts: amounts},
	}, err
}

func (s *Server) startDrops(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	started, err := s.service.Instruments.StartDrops(req.ctx, req.caller, req.customerID(), req.Param("bid"))
	return response{status: http.StatusOK, body: started}, err
}

func (s *Server) confirmDrops(req *request) (response, error) {
	in := instruments.ConfirmDropsInput{Attempt: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	confirmed, err := s.service.Instruments.ConfirmDrops(req.ctx, req.caller, req.customerID(), req.Param("bid"), in)
	return response{status: http.StatusOK, body: confirmed}, err
}
