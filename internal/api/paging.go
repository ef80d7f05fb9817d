package api

import (
	"net/url"
	"strings"
)

// link adds the header by which programs that know no list of this API find its pages (RFC
// 8288): the next one, if there is one, and the first.
func (s *Server) link(req *request, nextCursor string) {
	own := s.base(req) + req.Request().URL.EscapedPath()
	query := req.Request().URL.Query()
	query.Del("offset") // the cursor knows it
	var links []string
	if nextCursor != "" {
		query.Set("cursor", nextCursor)
		links = append(links, "<"+withQuery(own, query)+`>; rel="next"`)
	}
	query.Del("cursor")
	links = append(links, "<"+withQuery(own, query)+`>; rel="first"`)
	req.Response().Header().Set("Link", strings.Join(links, ", "))
}

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
