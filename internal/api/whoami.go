package api

import (
	"net/http"

	"tenantry/customers"
	"tenantry/plans"
)

// whoAmIBody shows a caller how the service sees it, which is the first question when
// something is refused.
type whoAmIBody struct {
	Object     string         `json:"object"` // caller
	Mode       string         `json:"mode"`
	Version    string         `json:"version"`
	Actor      partyBody      `json:"actor"`
	Subject    partyBody      `json:"subject"`
	Credential credentialBody `json:"credential"`
	// Plan is the plan of the subject.
	Plan *planBody `json:"plan,omitempty"`
}

type partyBody struct {
	ID string `json:"id"`
}

type credentialBody struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Name is the name of the user or of the restricted key, Role what the user is.
	Name   string   `json:"name,omitempty"`
	Role   string   `json:"role,omitempty"`
	Scopes []string `json:"scopes"`
}

type planBody struct {
	Key      string                 `json:"key"`
	Status   string                 `json:"status"`
	Features map[plans.Feature]bool `json:"features"`
}

func (s *Server) whoAmI(req *request) (response, error) {
	caller := req.caller
	body := whoAmIBody{
		Object: "caller", Mode: s.options.Mode, Version: s.options.Version,
		Actor:   partyBody{ID: caller.Actor.Ref().ID.String()},
		Subject: partyBody{ID: caller.Subject.Ref().ID.String()},
		Credential: credentialBody{
			ID: caller.Credential.ID, Kind: string(caller.Credential.Kind), Scopes: caller.Credential.Scopes.Names(),
		},
	}
	body.Credential.Name, body.Credential.Role = s.service.People.NameOf(caller)
	// Every credential may know its own plan, even one without the scope to read.
	if subject, ok := caller.Subject.(*customers.Customer); ok {
		status := s.service.View.PlanStatus(subject)
		body.Plan = &planBody{Key: status.PlanKey, Status: status.Status, Features: featuresOf(status)}
	}
	return response{status: http.StatusOK, body: body}, nil
}

func featuresOf(status plans.Status) map[plans.Feature]bool {
	features := make(map[plans.Feature]bool, len(status.Features))
	for name, on := range status.Features {
		features[plans.Feature(name)] = on
	}
	return features
}
