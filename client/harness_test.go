package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"tenantry/client"
)

// waits notes how long a client waited, without waiting.
type waits struct {
	mutex sync.Mutex
	now   time.Time
	all   []time.Duration
}

func (w *waits) sleep(ctx context.Context, wait time.Duration) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.all, w.now = append(w.all, wait), w.now.Add(wait)
	return ctx.Err()
}

func (w *waits) clock() time.Time {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.now
}

// noted returns the waits so far.
func (w *waits) noted() []time.Duration {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return append([]time.Duration(nil), w.all...)
}

// quick returns an option under which waits take no time, and what notes them. Of the range
// that a wait is drawn from it is the middle.
func quick() (*waits, client.Option) {
	w := &waits{now: time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)}
	return w, client.WithTime(w.clock, w.sleep, func() float64 { return 0.5 })
}

// script is a server that answers each request by the next step; the last step stays.
type script struct {
	*httptest.Server
	mutex    sync.Mutex
	steps    []http.HandlerFunc
	requests []*http.Request
}

func serve(t *testing.T, steps ...http.HandlerFunc) *script {
	t.Helper()
	s := &script{steps: steps}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		s.requests = append(s.requests, r)
		step := s.steps[min(len(s.requests), len(s.steps))-1]
		s.mutex.Unlock()
		step(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// header returns the values of a header over the requests so far.
func (s *script) header(name string) []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var all []string
	for _, r := range s.requests {
		all = append(all, r.Header.Get(name))
	}
	return all
}

func (s *script) client(t *testing.T, options ...client.Option) *client.Client {
	t.Helper()
	c, err := client.New(s.URL, options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answer is a step that answers.
func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// refuse is a step that refuses as the service does.
func refuse(status int, code string, header ...string) http.HandlerFunc {
	return answer(status, `{"error":{"name":"x","status":"422","type":"requestError","description":"d","ref":"7c1f0b9a52de4e0f8d3a6b41c97e2508",`+
		`"details":{"code":"`+code+`","description":"what it means","detailCode":""}}}`, header...)
}

// cut is a step that ends the connection without an answer.
func cut(_ http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }

// half is a step that ends the connection in the middle of its answer.
func half(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte(`{"object":`))
	panic(http.ErrAbortHandler)
}
