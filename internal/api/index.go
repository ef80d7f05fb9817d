package api

import (
	"bytes"
	_ "embed" // for the page below
)

// indexPage explains to people who came by browser what this is.
//
//go:embed index.html
var indexPage []byte

func (s *Server) index(req *request) (response, error) {
	return req.page(s.pages.index)
}

// IndexPage returns the page for people who came by browser, which leads them on to the
// console where that is served beside the API.
func IndexPage(console bool) []byte {
	if console {
		return indexPage
	}
	return bytes.Replace(indexPage, []byte(toConsole), nil, 1)
}

// toConsole leads browsers on; its address is relative, so that it holds below a path.
const toConsole = "<meta http-equiv=\"refresh\" content=\"0; url=console\">\n"
