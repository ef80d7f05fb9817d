package kyc

import (
	"net/http"
	"time"
)

// SignedHeader returns the headers of a message that r's other side signed.
func SignedHeader(r *Remote, id string, now time.Time, content []byte) http.Header {
	header := http.Header{}
	sign(header, r.key, id, now, content)
	return header
}
