package api

import (
	_ "embed" // for the page below
)

// indexPage explains to people who came by browser what this is.
//
//go:embed index.html
var indexPage []byte

func (s *Server) index(req *request) (response, error) {
	return req.page(s.pages.index)
}

// IndexPage returns the page for people who came by browser.
func IndexPage() []byte { return indexPage }
