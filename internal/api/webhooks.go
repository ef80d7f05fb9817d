package api

import (
	"context"
	"net/http"

	"tenantry/customers/webhooks"
)

// webhookSecretBody shows a new secret once.
type webhookSecretBody struct {
	webhooks.WebhookView
	Secret string `json:"secret,omitempty"`
}

func (s *Server) listWebhooks(req *request) (response, error) {
	list, err := s.service.Webhooks.Webhooks(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) getWebhook(req *request) (response, error) {
	hook, err := s.service.Webhooks.Webhook(req.ctx, req.caller, req.customerID(), req.Param("wid"))
	return response{status: http.StatusOK, body: hook}, err
}

func (s *Server) renewWebhookSecret(req *request) (response, error) {
	var in webhooks.WebhookSecretInput
	if err := req.decodeOptional(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (webhooks.WebhookSecret, error) {
		return s.service.Webhooks.RenewWebhookSecret(ctx, req.caller, req.customerID(), req.Param("wid"), in)
	}, func(made webhooks.WebhookSecret) (response, error) {
		return response{
			status: http.StatusCreated, body: webhookSecretBody{WebhookView: made.Webhook, Secret: made.Secret.Reveal()},
			redacted: webhookSecretBody{WebhookView: made.Webhook},
		}, nil
	})
}

func (s *Server) enableWebhook(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (webhooks.WebhookView, error) {
		return s.service.Webhooks.EnableWebhook(ctx, req.caller, req.customerID(), req.Param("wid"))
	}, func(hook webhooks.WebhookView) (response, error) {
		return response{status: http.StatusOK, body: hook}, nil
	})
}

func (s *Server) testWebhook(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	sent, err := s.service.Webhooks.TestWebhook(req.ctx, req.caller, req.customerID(), req.Param("wid"))
	return response{status: http.StatusAccepted, body: sent}, err
}

func (s *Server) replayWebhook(req *request) (response, error) {
	var in webhooks.ReplayInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	made, err := s.service.Webhooks.ReplayWebhook(req.ctx, req.caller, req.customerID(), req.Param("wid"), in)
	return response{status: http.StatusAccepted, body: made}, err
}

func (s *Server) webhookDeliveries(req *request) (response, error) {
	q := &listQuery{values: req.QueryParams()}
	cursor, limit := q.text("cursor", maxCursor), q.limit()
	if err := q.faults.Err(); err != nil {
		return response{}, err
	}
	page, err := s.service.Webhooks.WebhookDeliveries(req.ctx, req.caller, req.customerID(), req.Param("wid"), cursor, limit)
	return response{status: http.StatusOK, body: logBody[webhooks.DeliveryView]{
		Results: page.Deliveries, Settings: logSettings{Limit: page.Limit, NextCursor: page.NextCursor},
	}}, err
}
