package api

import (
	"net/http"

	"tenantry/customers"
)

// dropsBody tells the process that pays micro-deposits out what to pay.
type dropsBody struct {
	Object  string   `json:"object"` // drops
	BankID  string   `json:"bankId"`
	Amounts []string `json:"amounts"` // two whole cents
}

func (s *Server) dropAmounts(x *exchange) (reply, error) {
	amounts, err := s.service.DropAmounts(x.ctx, x.caller, x.customerID(), x.Param("bid"))
	return reply{
		status: http.StatusOK, body: dropsBody{Object: "drops", BankID: x.Param("bid"), Amounts: amounts},
	}, err
}

func (s *Server) startDrops(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	started, err := s.service.StartDrops(x.ctx, x.caller, x.customerID(), x.Param("bid"))
	return reply{status: http.StatusOK, body: started}, err
}

func (s *Server) confirmDrops(x *exchange) (reply, error) {
	in := customers.ConfirmDropsInput{Attempt: x.attempt.ID}
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	confirmed, err := s.service.ConfirmDrops(x.ctx, x.caller, x.customerID(), x.Param("bid"), in)
	return reply{status: http.StatusOK, body: confirmed}, err
}
