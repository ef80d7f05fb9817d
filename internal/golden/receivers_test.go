package golden_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// receivers is everybody that the installation sends something: whoever receives events,
// and a remote provider of reviews. It stands in for the network. What it answers is in
// the path, or in the name of whoever is reviewed.
type receivers struct {
	mu   sync.Mutex
	step int
	// got are the messages of each step, which may come side by side.
	got map[int][]string
}

// at says which step it is.
func (r *receivers) at(step int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step = step
}

// RoundTrip implements http.RoundTripper.
func (r *receivers) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s\n", request.Method, request.URL)
	writeHeader(&out, "> ", request.Header)
	writeBody(&out, "", body, false)
	r.mu.Lock()
	r.got[r.step] = append(r.got[r.step], out.String())
	r.mu.Unlock()
	answer := httptest.NewRecorder()
	status, text := answered(request.URL.Path, body)
	answer.WriteHeader(status)
	answer.WriteString(text)
	return answer.Result(), nil
}

func answered(path string, body []byte) (status int, text string) {
	switch {
	case path == "/review" && bytes.Contains(body, []byte("Later")):
		return http.StatusOK, `{"status":"pending"}`
	case path == "/review" && bytes.Contains(body, []byte("Broken")):
		return http.StatusInternalServerError, ""
	case path == "/review":
		return http.StatusOK, `{"status":"verified","reason":"all in order"}`
	case strings.HasPrefix(path, "/gone"):
		return http.StatusGone, ""
	case strings.HasPrefix(path, "/down"):
		return http.StatusInternalServerError, ""
	default:
		return http.StatusOK, ""
	}
}

// text is everything that was received, step by step; within one by its content.
func (r *receivers) text() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out bytes.Buffer
	var steps []int
	for step := range r.got {
		steps = append(steps, step)
	}
	slices.Sort(steps)
	for _, step := range steps {
		slices.Sort(r.got[step])
		for _, message := range r.got[step] {
			fmt.Fprintf(&out, "=== %d %s\n", step, message)
		}
	}
	return out.Bytes()
}
