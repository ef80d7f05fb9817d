package api

import (
	_ "embed" // for the document below
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"tenantry/internal/fault"
	"tenantry/internal/openapi"
)

// document is the description of this API. The tests check every answer against it.
//
//go:embed openapi.yaml
var document []byte

// Document returns the OpenAPI description that the server serves. The caller must not
// change it.
func Document() []byte { return document }

// With parameterFor and the value forClients the document is asked for without the operations
// that are twins of others.
const (
	parameterFor = "for"
	forClients   = "clients"
)

// documents are the forms of the document, each made at its first request.
type documents struct{ yaml, json, clientYAML, clientJSON func() (page, error) }

func newDocuments() documents {
	trimmed := sync.OnceValues(func() ([]byte, error) { return openapi.ForClients(document) })
	whole := func() ([]byte, error) { return document, nil }
	form := func(media string, content func() ([]byte, error), change func([]byte) ([]byte, error)) func() (page, error) {
		return sync.OnceValues(func() (page, error) {
			text, err := content()
			if err == nil && change != nil {
				text, err = change(text)
			}
			return newPage(media, text), err
		})
	}
	return documents{
		yaml: form(mediaYAML, whole, nil), json: form(contentJSON, whole, openapi.JSON),
		clientYAML: form(mediaYAML, trimmed, nil), clientJSON: form(contentJSON, trimmed, openapi.JSON),
	}
}

const mediaYAML = "application/yaml"

// documentYAML sends the document as it was written. Browsers show it rather than save it
// only as plain text.
func (s *Server) documentYAML(req *request) (response, error) {
	header := req.Response().Header()
	answer, err := req.document(s.pages.documents.yaml, s.pages.documents.clientYAML)
	header.Add(echo.HeaderVary, echo.HeaderAccept)
	if err == nil && answer.page != nil && strings.Contains(req.Request().Header.Get(echo.HeaderAccept), "text/html") {
		header.Set(echo.HeaderContentType, "text/plain; charset=utf-8")
	}
	return answer, err
}

// documentJSON sends the document as JSON.
func (s *Server) documentJSON(req *request) (response, error) {
	return req.document(s.pages.documents.json, s.pages.documents.clientJSON)
}

func (req *request) document(whole, clients func() (page, error)) (response, error) {
	wanted := whole
	if values, given := req.QueryParams()[parameterFor]; given {
		if !slices.Equal(values, []string{forClients}) {
			return response{}, fault.New(fault.Invalid, fault.CodeValidation, "clients is the one value").About(parameterFor, fault.BadValue)
		}
		wanted = clients
	}
	found, err := wanted()
	if err != nil {
		return response{}, err
	}
	req.Response().Header().Set(echo.HeaderContentDisposition, "inline")
	return req.page(found)
}
