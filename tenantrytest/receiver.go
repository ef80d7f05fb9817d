package tenantrytest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Event is an event as a receiver got it. Its signature was verified.
type Event struct {
	// MessageID is the id of the message: the same for each attempt to deliver it.
	MessageID string `json:"-"`
	// At is when it was sent, by the clock of the sandbox.
	At       time.Time       `json:"-"`
	Body     []byte          `json:"-"`
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	SourceID string          `json:"sourceId"`
	Resource json.RawMessage `json:"resource"`
}

// Receiver is a receiver of webhooks that ends with the test. It is safe for concurrent use.
type Receiver struct {
	sandbox *Sandbox
	server  *httptest.Server

	mu       sync.Mutex
	secret   string // once it listens
	early    map[string]bool
	failures int
	tried    int
	waiting  []Event
	came     chan struct{}
}

// Receive adds a webhook to a customer of the seed, for these types of events (such as bank.*)
// or for all, and returns its receiver.
func (s *Sandbox) Receive(name string, types ...string) *Receiver {
	s.t.Helper()
	r := &Receiver{sandbox: s, came: make(chan struct{}, 1)}
	r.server = httptest.NewServer(r)
	s.t.Cleanup(r.server.Close)
	customer := "/v3/customers/" + s.ID(name)
	var now struct {
		Settings struct {
			Events struct {
				URLs struct {
					Always   []json.RawMessage `json:"always,omitempty"`
					Filtered []json.RawMessage `json:"filtered,omitempty"`
				} `json:"urls"`
			} `json:"events"`
		} `json:"settings"`
	}
	s.call(http.MethodGet, customer, nil, &now)
	urls := now.Settings.Events.URLs
	added := map[string]any{"url": r.server.URL}
	if len(types) > 0 {
		added["types"] = types
	}
	text, err := json.Marshal(added)
	if err != nil {
		s.t.Fatalf("tenantrytest: %v", err)
	}
	urls.Filtered = append(urls.Filtered, text)
	s.call(http.MethodPut, customer, map[string]any{"settings": map[string]any{"events": map[string]any{"enabled": true, "urls": urls}}}, nil)
	var list struct {
		Results []struct{ ID, URL string }
	}
	s.call(http.MethodGet, customer+"/webhooks", nil, &list)
	for _, hook := range list.Results {
		if hook.URL == r.server.URL {
			r.listen(customer + "/webhooks/" + hook.ID)
		}
	}
	return r
}

// listen takes messages from now on. The change of the settings itself is told too: it is not
// what a test waits for, and may be on its way under a secret that nobody was shown.
func (r *Receiver) listen(hook string) {
	s := r.sandbox
	s.t.Helper()
	var made struct{ Secret string }
	s.call(http.MethodPost, hook+"/secret", nil, &made)
	s.Advance(0)
	var deliveries struct {
		Results []struct{ ID string }
	}
	s.call(http.MethodGet, hook+"/deliveries", nil, &deliveries)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret, r.early = made.Secret, map[string]bool{}
	for _, one := range deliveries.Results {
		r.early["msg_"+one.ID] = true
	}
}

// call asks the native API as the operator, and ends the test at a refusal.
func (s *Sandbox) call(method, path string, body, into any) {
	s.t.Helper()
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			s.t.Fatalf("tenantrytest: %v", err)
		}
	}
	request, err := http.NewRequestWithContext(context.Background(), method, s.URL()+path, &content)
	if err != nil {
		s.t.Fatalf("tenantrytest: %v", err)
	}
	request.Header.Set("Authorization", "Bearer "+s.Key("operator"))
	request.Header.Set("X-Customer-Id", s.ID("operator"))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatalf("tenantrytest: %v", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusMultipleChoices {
		s.t.Fatalf("tenantrytest: %s %s answers %s: %s %v", method, path, response.Status, text, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			s.t.Fatalf("tenantrytest: %s %s: %v", method, path, err)
		}
	}
}

// Fail lets the next n attempts fail with status 500.
func (r *Receiver) Fail(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = n
}

// Tried returns how many attempts came, those that failed among them.
func (r *Receiver) Tried() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tried
}

// ServeHTTP implements http.Handler.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := request.Header.Get("Webhook-Id")
	if r.secret == "" || r.early[id] {
		return
	}
	r.tried++
	if r.failures > 0 {
		r.failures--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	event := Event{MessageID: id, Body: body, At: r.sandbox.Now()}
	if !signed(request.Header, body, r.secret) {
		r.sandbox.t.Errorf("tenantrytest: message %s is not signed as it must be", event.MessageID)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if err := json.Unmarshal(body, &event); err != nil {
		r.sandbox.t.Errorf("tenantrytest: message %s is no event: %v", event.MessageID, err)
	}
	r.waiting = append(r.waiting, event)
	select {
	case r.came <- struct{}{}:
	default:
	}
}

// signed reports whether a message bears a signature of the Standard Webhooks form.
func signed(header http.Header, body []byte, secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", header.Get("Webhook-Id"), header.Get("Webhook-Timestamp"), body)
	want := mac.Sum(nil)
	for _, one := range strings.Fields(header.Get("Webhook-Signature")) {
		version, text, _ := strings.Cut(one, ",")
		if got, err := base64.StdEncoding.DecodeString(text); err == nil && version == "v1" && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

// patience is how long Next waits for an event of the present.
const patience = 10 * time.Second

// Next returns the next event that was delivered, and waits for one if there is none; it ends
// the test if none comes within ten seconds.
func (r *Receiver) Next() Event {
	r.sandbox.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		r.mu.Lock()
		if len(r.waiting) > 0 {
			event := r.waiting[0]
			r.waiting = r.waiting[1:]
			r.mu.Unlock()
			return event
		}
		r.mu.Unlock()
		select {
		case <-r.came:
		case <-late.C:
			r.sandbox.t.Fatal("tenantrytest: no event came")
			return Event{}
		}
	}
}

// Events returns the events that were delivered and not taken yet; after Advance these are
// all that are due.
func (r *Receiver) Events() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.waiting
	r.waiting = nil
	return taken
}
