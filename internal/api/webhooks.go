package api

import (
	"net/http"

	"tenantry/customers"
)

// webhookSecretBody shows a new secret once.
type webhookSecretBody struct {
	customers.WebhookView
	Secret string `json:"secret,omitempty"`
}

func (s *Server) listWebhooks(x *exchange) (reply, error) {
	list, err := s.service.Webhooks(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) getWebhook(x *exchange) (reply, error) {
	hook, err := s.service.Webhook(x.ctx, x.caller, x.customerID(), x.Param("wid"))
	return reply{status: http.StatusOK, body: hook}, err
}

func (s *Server) renewWebhookSecret(x *exchange) (reply, error) {
	var in customers.WebhookSecretInput
	if err := x.decodeOptional(&in); err != nil {
		return reply{}, err
	}
	made, err := s.service.RenewWebhookSecret(x.ctx, x.caller, x.customerID(), x.Param("wid"), in)
	return reply{
		status: http.StatusCreated, body: webhookSecretBody{WebhookView: made.Webhook, Secret: made.Secret.Reveal()},
		redacted: webhookSecretBody{WebhookView: made.Webhook},
	}, err
}

func (s *Server) enableWebhook(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	hook, err := s.service.EnableWebhook(x.ctx, x.caller, x.customerID(), x.Param("wid"))
	return reply{status: http.StatusOK, body: hook}, err
}

func (s *Server) testWebhook(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	sent, err := s.service.TestWebhook(x.ctx, x.caller, x.customerID(), x.Param("wid"))
	return reply{status: http.StatusAccepted, body: sent}, err
}

func (s *Server) webhookDeliveries(x *exchange) (reply, error) {
	q := &listQuery{values: x.QueryParams()}
	cursor, limit := q.text("cursor", maxCursor), q.limit()
	if err := q.faults.Err(); err != nil {
		return reply{}, err
	}
	page, err := s.service.WebhookDeliveries(x.ctx, x.caller, x.customerID(), x.Param("wid"), cursor, limit)
	return reply{status: http.StatusOK, body: logBody[customers.DeliveryView]{
		Results: page.Deliveries, Settings: logSettings{Limit: page.Limit, NextCursor: page.NextCursor},
	}}, err
}
