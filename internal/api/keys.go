package api

import (
	"context"
	"net/http"

	"tenantry/customers"
	accesspkg "tenantry/customers/access"
	"tenantry/customers/view"
)

// mintedKeyBody shows a restricted key once.
type mintedKeyBody struct {
	view.KeyView
	Secret string `json:"secret,omitempty"`
}

// rotatedKeysBody shows a new pair once, and how long the old ones last.
type rotatedKeysBody struct {
	view.KeyView
	Keys     *view.KeysView `json:"keys,omitempty"`
	Previous []view.KeyView `json:"previous"`
}

func (s *Server) listKeys(req *request) (response, error) {
	list, err := s.service.Access.Keys(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) mintKey(req *request) (response, error) {
	in := accesspkg.RestrictedKeyInput{Attempt: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (accesspkg.MintedKey, error) {
		return s.service.Access.MintKey(ctx, req.caller, req.customerID(), in)
	}, func(minted accesspkg.MintedKey) (response, error) {
		return response{
			status: http.StatusCreated, keeps: []string{"secret"},
			body:     mintedKeyBody{KeyView: minted.Key, Secret: minted.Secret.Reveal()},
			redacted: mintedKeyBody{KeyView: minted.Key},
			location: keyPath(minted.Customer, minted.Key),
		}, nil
	})
}

func (s *Server) rotateKeys(req *request) (response, error) {
	in := accesspkg.RotateInput{Attempt: req.attempt.ID}
	if err := req.decodeOptional(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (accesspkg.RotatedKeys, error) {
		return s.service.Access.RotateKeys(ctx, req.caller, req.customerID(), in)
	}, showRotated)
}

func showRotated(rotated accesspkg.RotatedKeys) (response, error) {
	redacted := rotatedKeysBody{KeyView: rotated.Key, Previous: whole(rotated.Previous).Results}
	shown := redacted
	shown.Keys = &view.KeysView{
		Publishable: rotated.Pair.Publishable.Reveal(), Secret: rotated.Pair.Secret.Reveal(),
	}
	return response{
		status: http.StatusCreated, body: shown, redacted: redacted, location: keyPath(rotated.Customer, rotated.Key),
	}, nil
}

func (s *Server) revokeKey(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	cascade, err := req.cascade()
	if err != nil {
		return response{}, err
	}
	in := accesspkg.RevokeInput{CustomerID: req.customerID(), KeyID: req.Param("kid"), Cascade: cascade}
	return answered(s, req, func(ctx context.Context) (view.KeyView, error) {
		return s.service.Access.RevokeKey(ctx, req.caller, in)
	}, func(revoked view.KeyView) (response, error) {
		return response{status: http.StatusOK, body: revoked}, nil
	})
}

// revokeOwnKey ends the key that signs the request, for which it needs no scope.
func (s *Server) revokeOwnKey(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	cascade, err := req.cascade()
	if err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.KeyView, error) {
		return s.service.Access.RevokeOwnKey(ctx, req.caller, cascade)
	}, func(revoked view.KeyView) (response, error) {
		return response{status: http.StatusOK, body: revoked}, nil
	})
}

// cascade reads whether what a credential made is to end with it.
func (req *request) cascade() (bool, error) {
	q := &listQuery{values: req.QueryParams()}
	cascade := q.flag("cascade")
	return cascade, q.faults.Err()
}

func keyPath(c *customers.Customer, key view.KeyView) string {
	return customersPath + c.ID.String() + "/keys/" + key.ID
}
