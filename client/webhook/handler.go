package webhook

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// ErrGone is returned by functions of [Receiver.Handler] to be sent nothing more: the
// service disables the webhook at once.
var ErrGone = errors.New("this receiver wants no more messages")

// largestBody bounds a message.
const largestBody = 8 << 20

// Handler returns a handler that verifies each message and passes it on. It answers 204
// when receive returns nil, 410 for [ErrGone] and 500 for any other error, after which the
// message comes again; a message that is not verified is answered 401 and passed to nobody.
// receive must end within 15 seconds: do no more than note the message there.
func (r *Receiver) Handler(receive func(ctx context.Context, m *Message) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, largestBody))
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		message, err := r.Verify(request.Header, body)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		switch err := receive(request.Context(), message); {
		case err == nil:
			w.WriteHeader(http.StatusNoContent)
		case errors.Is(err, ErrGone):
			w.WriteHeader(http.StatusGone)
		default:
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
}
