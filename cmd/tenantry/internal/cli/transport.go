package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// HandlerTransport reaches a handler in this process, without a network.
type HandlerTransport struct{ Handler http.Handler }

// RoundTrip serves the request in a goroutine of its own, so that an answer can
// be read while it is written.
func (t HandlerTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	served := request.Clone(request.Context())
	if served.Body == nil {
		served.Body = http.NoBody
	}
	served.RemoteAddr, served.RequestURI = "@", served.URL.RequestURI()
	body, writer := io.Pipe()
	answer := &pipedAnswer{header: http.Header{}, body: writer, begun: make(chan struct{})}
	go func() {
		defer func() {
			if r := recover(); r != nil {
				answer.WriteHeader(http.StatusInternalServerError)
				_ = writer.CloseWithError(fmt.Errorf("serving the request panicked: %v", r))
			}
		}()
		t.Handler.ServeHTTP(answer, served)
		answer.WriteHeader(http.StatusOK)
		_ = writer.Close()
	}()
	select {
	case <-answer.begun:
	case <-request.Context().Done():
		_ = body.CloseWithError(context.Cause(request.Context()))
		return nil, context.Cause(request.Context())
	}
	return &http.Response{
		Status: http.StatusText(answer.status), StatusCode: answer.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: answer.sent, Body: body, ContentLength: -1, Request: request,
	}, nil
}

// pipedAnswer is the ResponseWriter of a HandlerTransport.
type pipedAnswer struct {
	header, sent http.Header
	status       int
	body         *io.PipeWriter
	begun        chan struct{}
	once         sync.Once
}

// Header returns the headers to be sent.
func (a *pipedAnswer) Header() http.Header { return a.header }

// WriteHeader begins the answer; a second call does nothing.
func (a *pipedAnswer) WriteHeader(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.begun)
	})
}

// Write passes on a part of the body.
func (a *pipedAnswer) Write(part []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(part)
}

// Flush begins the answer; the body is never held back.
func (a *pipedAnswer) Flush() { a.WriteHeader(http.StatusOK) }
