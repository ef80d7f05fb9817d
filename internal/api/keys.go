package api

import (
	"net/http"

	"tenantry/customers"
)

// mintedKeyBody shows a restricted key once.
type mintedKeyBody struct {
	customers.KeyView
	Secret string `json:"secret,omitempty"`
}

// rotatedKeysBody shows a new pair once, and until when the old ones last.
type rotatedKeysBody struct {
	customers.KeyView
	Keys     *customers.KeysView `json:"keys,omitempty"`
	Previous []customers.KeyView `json:"previous"`
}

func (s *Server) listKeys(x *exchange) (reply, error) {
	list, err := s.service.Keys(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) mintKey(x *exchange) (reply, error) {
	in := customers.RestrictedKeyInput{Attempt: x.attempt.ID}
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	minted, err := s.service.MintKey(x.ctx, x.caller, x.customerID(), in)
	if err != nil {
		return reply{}, err
	}
	return reply{
		status:   http.StatusCreated,
		body:     mintedKeyBody{KeyView: minted.Key, Secret: minted.Secret.Reveal()},
		redacted: mintedKeyBody{KeyView: minted.Key},
		location: keyPath(minted.Customer, minted.Key),
	}, nil
}

func (s *Server) rotateKeys(x *exchange) (reply, error) {
	in := customers.RotateInput{Attempt: x.attempt.ID}
	if err := x.decodeOptional(&in); err != nil {
		return reply{}, err
	}
	rotated, err := s.service.RotateKeys(x.ctx, x.caller, x.customerID(), in)
	if err != nil {
		return reply{}, err
	}
	redacted := rotatedKeysBody{KeyView: rotated.Key, Previous: whole(rotated.Previous).Results}
	shown := redacted
	shown.Keys = &customers.KeysView{
		Publishable: rotated.Pair.Publishable.Reveal(), Secret: rotated.Pair.Secret.Reveal(),
	}
	return reply{
		status: http.StatusCreated, body: shown, redacted: redacted, location: keyPath(rotated.Customer, rotated.Key),
	}, nil
}

func (s *Server) revokeKey(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	revoked, err := s.service.RevokeKey(x.ctx, x.caller, x.customerID(), x.Param("kid"))
	return reply{status: http.StatusOK, body: revoked}, err
}

func keyPath(c *customers.Customer, key customers.KeyView) string {
	return customersPath + c.ID.String() + "/keys/" + key.ID
}
