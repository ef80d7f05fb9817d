package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/api"
	"tenantry/internal/testkit"
)

// heard is one message of a stream of events.
type heard struct {
	id, name, data, comment string
	event                   struct{ ID, Type, SourceID string }
}

// listener is the client of a stream.
type listener struct {
	t        testing.TB
	lines    *bufio.Reader
	response *http.Response
	hangUp   context.CancelFunc
	last     string // as Last-Event-ID
}

// listen opens a stream of a server; pairs are more headers.
func listen(t testing.TB, base string, a actor, query string, pairs ...string) *listener {
	t.Helper()
	ctx, hangUp := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(hangUp)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v3/events/stream"+query, http.NoBody)
	testkit.Must(t, err)
	request.Header.Set("Authorization", "Bearer "+a.secret)
	request.Header.Set("X-Customer-Id", a.id)
	for i := 0; i < len(pairs); i += 2 {
		request.Header.Set(pairs[i], pairs[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	testkit.Must(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	l := &listener{t: t, lines: bufio.NewReader(response.Body), response: response, hangUp: hangUp}
	if media := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || media != "text/event-stream" {
		t.Fatalf("the stream answers %s as %q", response.Status, media)
	}
	if first, ok := l.next(); !ok || first.id == "" || first.data != "" {
		t.Fatalf("the stream begins with %+v", first)
	}
	return l
}

// next reads the next message; false once the stream ended.
func (l *listener) next() (m heard, ok bool) {
	for {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			return m, false
		}
		line = strings.TrimSuffix(line, "\n")
		field, value, _ := strings.Cut(line, ": ")
		switch field {
		case "id":
			m.id, l.last = value, value
		case "event":
			m.name = value
		case "data":
			m.data = value
			if err := json.Unmarshal([]byte(value), &m.event); err != nil {
				l.t.Errorf("a message holds %q", value)
			}
		case "":
			if line == "" {
				return m, true
			}
			m.comment = value
		}
	}
}

// event reads on to the next event; its zero value once the stream ended.
func (l *listener) event() heard {
	for {
		m, ok := l.next()
		if !ok || m.data != "" {
			return m
		}
	}
}

// has demands that the next events are of these types.
func (l *listener) has(types ...string) {
	l.t.Helper()
	var got []string
	for range types {
		got = append(got, l.event().event.Type)
	}
	if diff := cmp.Diff(types, got); diff != "" {
		l.t.Fatalf("the stream (-want +got):\n%s", diff)
	}
}

// A stream has the events of the subject and of everyone below it as they happen, and none
// of anybody else; its filters are those of the list, for the whole platform, for a customer
// in the middle of the tree and for one alone.
func TestAStreamHasWhatHappens(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, rival := e.platform(), e.platform()
	shop, _ := p.child(minimal("platform"))
	below, _ := shop.child(minimal("merchant"))
	stranger, _ := rival.child(minimal("merchant"))
	e.Relay()
	whole := listen(t, e.URL, p, "")
	middle := listen(t, e.URL, shop, "")
	banks := listen(t, e.URL, p, "?type=bank.*")
	alone := listen(t, e.URL, p, "?customer="+shop.id)
	other := listen(t, e.URL, rival, "")
	all := listen(t, e.URL, e.operator, "?type=customer.updated")
	rename := func(a actor, name string) {
		a.self().put(a.path(), object{"description": name}).ok(http.StatusOK)
		e.Relay()
	}
	rename(stranger, "Theirs")
	rename(below, "Below")
	below.self().post("/v3/banks", bank()).ok(http.StatusCreated)
	e.Relay()
	rename(shop, "Middle")
	other.has("customer.updated")
	whole.has("customer.updated", "bank.created", "customer.plan_status_changed", "customer.updated")
	middle.has("customer.updated", "bank.created", "customer.plan_status_changed", "customer.updated")
	banks.has("bank.created")
	if got := alone.event(); got.event.SourceID != shop.id || got.event.Type != "customer.updated" {
		t.Errorf("the stream of one customer has %+v", got)
	}
	for _, want := range []string{stranger.id, below.id, shop.id} {
		if got := all.event(); got.event.SourceID != want {
			t.Errorf("the operator hears of %s instead of %s", got.event.SourceID, want)
		}
	}
	rename(stranger, "Theirs again")
	if got := other.event(); got.event.SourceID != stranger.id {
		t.Errorf("the rival hears %+v", got)
	}
}

// A client that connects anew with the id of the last message goes on behind it, by header
// and by parameter, also if it had no event yet; with from it begins in the past.
func TestAStreamGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.Relay()
	first := listen(t, e.URL, p, "")
	begin := first.last
	rename := func(name string) {
		p.self().put(p.path(), object{"description": name}).ok(http.StatusOK)
		e.Relay()
	}
	rename("One")
	one := first.event()
	first.hangUp()
	rename("Two")
	two := listen(t, e.URL, p, "", "Last-Event-ID", one.id).event()
	rename("Three")
	again := listen(t, e.URL, p, "?lastEventId="+begin)
	for _, want := range []string{one.event.ID, two.event.ID} {
		if got := again.event(); got.event.ID != want || want == "" {
			t.Errorf("%s is met instead of %s", got.event.ID, want)
		}
	}
	if got := listen(t, e.URL, p, "?lastEventId="+begin, "Last-Event-ID", two.id).event(); got.event.ID == one.event.ID || got.event.ID == two.event.ID {
		t.Error("the header does not count before the parameter")
	}
	listen(t, e.URL, p, "?from=2026-03-04T10:15:30Z").has("customer.created", "customer.updated", "customer.updated", "customer.updated")
}

// What cannot be followed is refused before a stream begins: a foreign customer as one that does not
// exist, unknown and bad parameters, and places of nowhere.
func TestABadStreamIsRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, rival := e.platform(), e.platform()
	foreign, missing := p.self().get("/v3/events/stream?customer="+rival.id).refused(http.StatusNotFound, "notFound", ""), p.self().get("/v3/events/stream?customer="+missingID).refused(http.StatusNotFound, "notFound", "")
	if foreign.Str("error.details.description") != missing.Str("error.details.description") {
		t.Error("a foreign customer is told from one that does not exist")
	}
	p.self().get("/v3/events/stream?type=nonsense", wrong).refused(http.StatusUnprocessableEntity, "validationError", "type")
	p.self().get("/v3/events/stream?cursor=x", wrong).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
	p.self().get("/v3/events/stream?lastEventId=bm93aGVyZQ").refused(http.StatusUnprocessableEntity, "validationError", "lastEventId")
	p.self().with("Last-Event-ID", missingID).get("/v3/events/stream").refused(http.StatusUnprocessableEntity, "validationError", "lastEventId")
	e.client().get("/v3/events/stream", wrong).ok(http.StatusUnauthorized)
	p.browser().get("/v3/events/stream", wrong).ok(http.StatusForbidden)
	e.local().get("/v3/events/stream").ok(http.StatusOK)
}

// A stream ends when its key does, by revocation or by its time, and tells nothing that
// happened after that.
func TestAStreamEndsWithItsCredential(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.StreamHeartbeat = 10 * time.Millisecond })
	for name, end := range map[string]func(p actor, key answer){
		"revoked": func(p actor, key answer) { p.self().delete("/v3/keys/" + key.Str("id")).ok(http.StatusOK) },
		"expired": func(actor, answer) { e.Clock.Advance(time.Hour + time.Second) },
	} {
		p := e.platform()
		key := p.self().post("/v3/keys", object{"name": name, "scopes": []any{"read"}, "expiresInSeconds": 3600}, shows).ok(http.StatusCreated)
		e.Relay()
		reader := p
		reader.secret = key.Str("secret")
		l := listen(t, e.URL, reader, "?type=customer.*")
		p.self().put(p.path(), object{"description": "Before"}).ok(http.StatusOK)
		e.Relay()
		l.has("customer.updated")
		end(p, key)
		p.self().put(p.path(), object{"description": "After"}).ok(http.StatusOK)
		e.Relay()
		last := l.event()
		if last.name != "end" || !strings.Contains(last.data, `"status":"401"`) {
			t.Errorf("%s: the stream has %+v", name, last)
		}
		if _, more := l.next(); more {
			t.Errorf("%s: the stream goes on", name)
		}
	}
}

// One tenant has so many streams and the process so many in all, whatever the tenant; whoever
// hangs up makes room. A stream takes nothing of what requests may have at work.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) {
		s.Streams, s.TenantStreams, s.StreamHeartbeat, s.InFlight = 3, 2, 10*time.Millisecond, api.Bounds{Requests: 2, TenantRequests: 1}
	})
	p, rival := e.platform(), e.platform()
	first := listen(t, e.URL, p, "")
	listen(t, e.URL, p, "")
	if got := p.self().get("/v3/events/stream").refused(http.StatusTooManyRequests, "tenantBusy", ""); got.Header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
	listen(t, e.URL, rival, "")
	if got := rival.self().get("/v3/events/stream").refused(http.StatusServiceUnavailable, "serviceUnavailable", ""); got.Header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
	p.self().get("/v3/whoami").ok(http.StatusOK)
	first.hangUp()
	for p.self().get("/v3/events/stream").Status != http.StatusOK {
		if t.Context().Err() != nil {
			t.Fatal("a stream that ended makes no room")
		}
	}
}

// A service that is about to stop ends its streams at once and begins none.
func TestStreamsEndWithTheService(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	l := listen(t, e.URL, p, "")
	e.API.Drain()
	for {
		m, ok := l.next()
		if !ok {
			break
		}
		if m.data != "" {
			t.Errorf("the stream has %+v", m)
		}
	}
	p.self().get("/v3/events/stream").refused(http.StatusServiceUnavailable, "serviceUnavailable", "")
}

// A client that takes nothing delays no other: neither those who write nor those who listen.
func TestASlowListenerDelaysNobody(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.Relay()
	listen(t, e.URL, p, "") // and reads no more
	fast := listen(t, e.URL, p, "?type=customer.updated")
	var reading sync.WaitGroup
	reading.Go(func() { // from the start: who takes nothing for long is cut off
		for seen := 0; seen < 300; {
			switch got := fast.event(); {
			case got.event.Type == "customer.updated":
				seen++
			case got.data != "" || got.id == "": // an id alone says how far the stream is
				t.Errorf("the stream has %+v after %d events", got, seen)
				return
			}
		}
	})
	for i := range 300 {
		notes := object{}
		for n := range 14 {
			notes[fmt.Sprint("note", n)] = fmt.Sprint(i, strings.Repeat(" long", 95))
		}
		p.self().put(p.path(), object{"meta": notes}).ok(http.StatusOK)
		if i%20 == 0 {
			e.Relay()
		}
	}
	e.Relay()
	reading.Wait()
}

// Listeners that are cut off at any moment, that ask another process each time, and that go
// on with the last id that they have, meet every event of concurrent writers once.
func TestStreamsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	bases := []string{e.URL}
	for range 2 { // other processes over the same store
		other := e.Serve(api.Options{Service: e.Service(e.Ring)})
		bases = append(bases, other.URL)
	}
	const writers, each = 3, 25
	shops := make([]actor, writers)
	for i := range shops {
		shops[i], _ = p.child(minimal("merchant"))
	}
	e.Relay()
	begin := listen(t, e.URL, p, "").last
	var writing atomic.Int32
	writing.Store(writers)
	var work sync.WaitGroup
	for i, shop := range shops {
		work.Go(func() {
			defer writing.Add(-1)
			for n := range each {
				shop.self().put(shop.path(), object{"description": fmt.Sprint(i, n)}).ok(http.StatusOK)
			}
		})
	}
	work.Go(func() {
		for done := false; !done; {
			done = writing.Load() == 0
			e.Relay()
		}
	})
	for i := range 3 {
		work.Go(func() {
			seen := map[string]int{}
			last := begin
			for round := 0; len(seen) < writers*each; round++ {
				l := listen(t, bases[(round+i)%len(bases)], p, "?type=customer.updated", "Last-Event-ID", last)
				for range 1 + (round*7+i)%11 {
					if m := l.event(); m.data != "" {
						seen[m.event.ID]++
					}
					if last = l.last; len(seen) == writers*each {
						break
					}
				}
				l.hangUp()
				if t.Failed() {
					return
				}
			}
			for id := range maps.Keys(seen) {
				if seen[id] != 1 {
					t.Errorf("event %s came %d times", id, seen[id])
				}
			}
		})
	}
	work.Wait()
}
