package api

import (
	"bytes"
	"net/http"
	"runtime"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"
)

// compressedFrom is from which length on an answer is compressed, in bytes: what fits into
// a few packets arrives no sooner for being smaller.
const compressedFrom = 4 << 10

// compressor compresses answers. Its writers are few, because each holds most of a
// megabyte. It is safe for concurrent use.
type compressor struct{ free chan *gzip.Writer }

func newCompressor() *compressor {
	c := &compressor{free: make(chan *gzip.Writer, max(2, runtime.GOMAXPROCS(0)))}
	for range cap(c.free) {
		c.free <- nil // made when it is first needed
	}
	return c
}

// compress returns the content compressed, and false if all writers are at work: then
// processor time is what lacks, and the answer is sent as it is.
func (c *compressor) compress(content []byte) ([]byte, bool) {
	select {
	case w := <-c.free:
		var small bytes.Buffer
		small.Grow(len(content) / 4)
		if w == nil {
			w, _ = gzip.NewWriterLevel(&small, gzip.BestSpeed) // fails for unknown levels only
		} else {
			w.Reset(&small)
		}
		_, _ = w.Write(content) // neither fails into memory
		_ = w.Close()
		c.free <- w
		return small.Bytes(), true
	default:
		return nil, false
	}
}

// packs reports whether answers of the route may be compressed: reads alone, and of these
// none that reveals a secret. The length of a compressed answer tells how much its secret
// has in common with what a stranger put beside it (BREACH), and credentials are shown by
// writes.
func (r route) packs() bool { return r.method == http.MethodGet && !r.reveals }

// pack compresses the body of an answer if the client takes that and it is worth it. The
// ETag stays as it is: it names the version of a record for If-Match, which compares
// strongly, and no cache keeps an answer (no-store) whose forms it could confuse.
func (req *request) pack(body []byte, media string) []byte {
	if req.packer == nil || len(body) < compressedFrom || !strings.Contains(media, "json") {
		return body
	}
	header := req.Response().Header()
	header.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if header.Get(echo.HeaderContentEncoding) != "" || !acceptsGzip(req.Request().Header) {
		return body
	}
	small, ok := req.packer.compress(body)
	if !ok {
		return body
	}
	header.Set(echo.HeaderContentEncoding, "gzip")
	header.Set(echo.HeaderContentLength, strconv.Itoa(len(small)))
	return small
}
