package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/customers/evidence"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

const (
	mediaJSON = "application/json"
	mediaForm = "application/x-www-form-urlencoded"
)

// openBodyLimit is the longest body, in bytes, of a request without a credential: a
// request for an access token takes a few hundred.
const openBodyLimit = 8 << 10

// firstBytes is what the first bytes of a body take.
const firstBytes = 4 << 10

// readBody reads the body, if there is one. It returns UnsupportedMedia unless it has the
// media type JSON, or one of the route, and TooLarge past the limit.
func (s *Server) readBody(req *request, of route) error {
	r, limit := req.Request(), s.bodyLimit(of)
	if of.await != nil {
		return s.readForm(req, of, limit)
	}
	if of.prove != nil {
		if err := of.prove(req); err != nil {
			req.hangUp()
			return err
		}
	}
	if r.ContentLength == 0 {
		return nil
	}
	if r.ContentLength > limit {
		return s.tooLarge()
	}
	content, err := req.readAll(http.MaxBytesReader(req.Response().Writer, r.Body, limit), r.ContentLength)
	if _, refused := errors.AsType[*fault.Error](err); refused {
		return err
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return s.tooLarge()
	}
	if err != nil {
		return fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the body ended too early")
	}
	if len(content) > 0 && !acceptable(r.Header, of.media) {
		return unsupported(of)
	}
	req.content = content
	return nil
}

// readForm reads a body with a file, once the caller may send one. The file is sealed and
// stored as it comes, so that what an upload takes of the memory does not depend on its
// length, nor on how slowly it is sent.
func (s *Server) readForm(req *request, of route, limit int64) error {
	r := req.Request()
	if r.ContentLength > limit {
		return s.tooLarge()
	}
	if r.ContentLength != 0 && !acceptable(r.Header, of.media) {
		return unsupported(of)
	}
	if err := req.load.hold(evidence.UploadMemory); err != nil {
		return err
	}
	file, err := of.await(req)
	if err != nil {
		req.hangUp()
		return err
	}
	form, err := dialect.ReadUpload(r.WithContext(req.ctx), http.MaxBytesReader(req.Response().Writer, r.Body, limit), file)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		err = s.tooLarge()
	}
	if err != nil {
		file.Discard(context.WithoutCancel(req.ctx))
		return err
	}
	req.upload = &form
	return nil
}

// hangUp ends the connection with the answer. Otherwise the server would wait for the body
// before it answers.
func (req *request) hangUp() { req.Response().Header().Set(echo.HeaderConnection, "close") }

func unsupported(of route) error {
	return fault.New(fault.UnsupportedMedia, fault.CodeUnsupportedMedia,
		"send the body as Content-Type: "+strings.Join(append([]string{mediaJSON}, of.media...), " or ")+", in UTF-8 and not compressed")
}

// readAll is io.ReadAll that takes memory only as bytes come, and from what the caller may
// have at work: a length that is announced costs nothing. The announced length, -1 for
// none, only saves the last enlargement.
func (req *request) readAll(from io.Reader, announced int64) ([]byte, error) {
	var content []byte
	for {
		if len(content) == cap(content) {
			size := max(int64(firstBytes), 2*int64(cap(content)))
			if announced >= int64(len(content)) {
				size = min(size, announced+1) // one more, which sees the end
			}
			if err := req.load.hold(size - int64(cap(content))); err != nil {
				return nil, err
			}
			content = append(make([]byte, 0, size), content...)
		}
		n, err := from.Read(content[len(content):cap(content)])
		content = content[:len(content)+n]
		if err == io.EOF {
			return content, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// bodyLimit returns the longest body of a route, in bytes.
func (s *Server) bodyLimit(of route) int64 {
	switch {
	case of.maxBody > 0:
		return of.maxBody
	case of.access == open && of.prove == nil:
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
