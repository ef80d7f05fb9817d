package api

import (
	_ "embed" // for the document below
	"net/http"

	"github.com/labstack/echo/v4"
)

// openapi is the description of this API. The tests check every answer against it.
//
//go:embed openapi.yaml
var openapi []byte

// Document returns the OpenAPI description that the server serves. The caller must not
// change it.
func Document() []byte { return openapi }

// page is a response that is not JSON.
type page struct {
	media   string
	content []byte
}

func (s *Server) document(req *request) (response, error) {
	return req.page(page{media: "application/yaml", content: openapi})
}

// page responds with a public page, which caches may keep for a while.
func (req *request) page(p page) (response, error) {
	req.Response().Header().Set("Cache-Control", "public, max-age=300")
	req.Response().Header().Set(echo.HeaderContentType, p.media)
	return response{status: http.StatusOK, page: p.content}, nil
}
