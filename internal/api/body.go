package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/internal/fault"
)

const (
	mediaJSON = "application/json"
	mediaForm = "application/x-www-form-urlencoded"
)

// openBodyLimit is the longest body, in bytes, of a request without a credential: a
// request for an access token takes a few hundred.
const openBodyLimit = 8 << 10

// readBody reads the body, if there is one. It returns UnsupportedMedia unless it has the
// media type JSON, or one of the route, and TooLarge past the limit.
func (s *Server) readBody(req *request, of route) error {
	r, limit := req.Request(), s.bodyLimit(of)
	if r.ContentLength == 0 {
		return nil
	}
	if r.ContentLength > limit {
		return s.tooLarge()
	}
	content, err := io.ReadAll(http.MaxBytesReader(req.Response().Writer, r.Body, limit))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return s.tooLarge()
	}
	if err != nil {
		return fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the body ended too early")
	}
	if len(content) > 0 && !acceptable(r.Header, of.media) {
		return fault.New(fault.UnsupportedMedia, fault.CodeUnsupportedMedia,
			"send the body as Content-Type: "+strings.Join(append([]string{mediaJSON}, of.media...), " or ")+", in UTF-8 and not compressed")
	}
	req.content = content
	return nil
}

// bodyLimit returns the longest body of a route, in bytes.
func (s *Server) bodyLimit(of route) int64 {
	switch {
	case of.maxBody > 0:
		return of.maxBody
	case of.access == open && !of.proven:
		return min(s.options.BodyLimit, openBodyLimit)
	default:
		return s.options.BodyLimit
	}
}

func (s *Server) tooLarge() error {
	return fault.New(fault.TooLarge, fault.CodeTooLarge, "the body is longer than this service accepts; send less at once")
}

func acceptable(header http.Header, also []string) bool {
	media, parameters, err := mime.ParseMediaType(header.Get(echo.HeaderContentType))
	if err != nil || (media != mediaJSON && !slices.Contains(also, media)) {
		return false
	}
	charset := parameters["charset"]
	encoding := header.Get(echo.HeaderContentEncoding)
	return (charset == "" || strings.EqualFold(charset, "utf-8")) && (encoding == "" || strings.EqualFold(encoding, "identity"))
}
