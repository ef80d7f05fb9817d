package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// page is a public page that is the same for everybody. It is compressed once, at its
// first request.
type page struct {
	media   string
	content []byte
	forms   func() [2]form // plain and compressed
}

// form is one of the forms that a page is sent in.
type form struct {
	encoding string // empty for none
	content  []byte
	tag      string
}

func newPage(media string, content []byte) page {
	return page{media: media, content: content, forms: sync.OnceValue(func() [2]form {
		sum := sha256.Sum256(content)
		name := base64.RawURLEncoding.EncodeToString(sum[:12])
		var small bytes.Buffer
		w, _ := gzip.NewWriterLevel(&small, gzip.BestCompression) // fails for unknown levels only
		_, _ = w.Write(content)                                   // neither fails into memory
		_ = w.Close()
		// The forms differ in their bytes, and so in their tags.
		return [2]form{{content: content, tag: `"` + name + `"`}, {"gzip", small.Bytes(), `"` + name + `-gzip"`}}
	})}
}

// page responds with a public page, which caches may keep for a while, or tells a client
// that its copy is still good.
func (req *request) page(p page) (response, error) {
	forms := p.forms()
	sent := forms[0]
	if acceptsGzip(req.Request().Header) {
		sent = forms[1]
	}
	header := req.Response().Header()
	header.Set("Cache-Control", "public, max-age=300")
	header.Set(headerETag, sent.tag)
	header.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	given, ok := parseTags(req.Request().Header.Values(headerIfNoneMatch))
	if ok && (given.any || given.has(sent.tag)) {
		return response{status: http.StatusNotModified}, nil
	}
	header.Set(echo.HeaderContentType, p.media)
	if sent.encoding != "" {
		header.Set(echo.HeaderContentEncoding, sent.encoding)
	}
	return response{status: http.StatusOK, page: sent.content}, nil
}

// acceptsGzip reports whether a client takes what is compressed. One that says nothing may
// not know how to read it.
func acceptsGzip(header http.Header) bool {
	named, others := -1.0, -1.0
	for one := range strings.SplitSeq(strings.Join(header.Values(echo.HeaderAcceptEncoding), ","), ",") {
		coding, parameter, _ := strings.Cut(one, ";")
		weight := 1.0
		if text, given := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(parameter, " ", "")), "q="); given {
			weight, _ = strconv.ParseFloat(text, 64) // nothing sensible is a refusal
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			named = weight
		case "*":
			others = weight
		}
	}
	return named > 0 || named < 0 && others > 0
}
