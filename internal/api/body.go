package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/internal/fault"
)

const (
	mediaJSON = "application/json"
	mediaForm = "application/x-www-form-urlencoded"
)

// readBody reads the body, if there is one. It returns UnsupportedMedia unless it
// is of the media type JSON, or `also`, and TooLarge past the limit.
func (s *Server) readBody(x *exchange, also string) error {
	r := x.Request()
	if r.ContentLength == 0 {
		return nil
	}
	if r.ContentLength > s.options.BodyLimit {
		return s.tooLarge()
	}
	content, err := io.ReadAll(http.MaxBytesReader(x.Response().Writer, r.Body, s.options.BodyLimit))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return s.tooLarge()
	}
	if err != nil {
		return fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the body ended before it was whole")
	}
	if len(content) > 0 && !acceptable(r.Header, also) {
		return fault.New(fault.UnsupportedMedia, fault.CodeUnsupportedMedia,
			"send the body as Content-Type: "+mediaJSON+", in UTF-8 and not compressed")
	}
	x.content = content
	return nil
}

func (s *Server) tooLarge() error {
	return fault.New(fault.TooLarge, fault.CodeTooLarge, "the body is longer than this service accepts; send less at once")
}

func acceptable(header http.Header, also string) bool {
	media, parameters, err := mime.ParseMediaType(header.Get(echo.HeaderContentType))
	if err != nil || (media != mediaJSON && (also == "" || media != also)) {
		return false
	}
	charset := parameters["charset"]
	encoding := header.Get(echo.HeaderContentEncoding)
	return (charset == "" || strings.EqualFold(charset, "utf-8")) && (encoding == "" || strings.EqualFold(encoding, "identity"))
}
