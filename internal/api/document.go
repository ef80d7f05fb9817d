package api

import (
	_ "embed" // for the document below
)

// openapi is the description of this API. The tests check every answer against it.
//
//go:embed openapi.yaml
var openapi []byte

// Document returns the OpenAPI description that the server serves. The caller must not
// change it.
func Document() []byte { return openapi }

func (s *Server) document(req *request) (response, error) { return req.page(s.pages.document) }
