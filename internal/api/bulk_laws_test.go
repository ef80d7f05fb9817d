package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
)

// batches is a store that counts the batches of bulks that it wrote, and how many of them
// came between the beginning and the end of a single creation at most.
type batches struct {
	store.Store
	written, between *atomic.Int64
	// before is called before each batch.
	before func(n int64)
}

func (s batches) InsertAll(ctx context.Context, list []rows.Insertion, stop bool) []error {
	if s.before != nil {
		s.before(s.written.Load() + 1)
	}
	defer s.written.Add(1)
	return s.Store.InsertAll(ctx, list, stop)
}

func (s batches) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	began := s.written.Load()
	defer func() {
		for passed := s.written.Load() - began; passed > s.between.Load(); {
			s.between.Store(passed)
		}
	}()
	return s.Store.Insert(ctx, c, with...)
}

// counted puts batches before the store of an installation.
func counted(before func(n int64)) (seen batches, change func(*setup)) {
	seen = batches{written: &atomic.Int64{}, between: &atomic.Int64{}, before: before}
	return seen, func(s *setup) {
		s.wrap = func(of store.Store) store.Store {
			next := seen
			next.Store = of
			return next
		}
	}
}

// stream begins a bulk whose lines come from body, and returns its answers as they come.
func (c *client) stream(ctx context.Context, query string, body io.Reader) io.Reader {
	c.T.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Base+"/v3/customers/bulk"+query, body)
	testkit.Must(c.T, err)
	request.Header = c.Header.Clone()
	request.Header.Set("Content-Type", "application/x-ndjson")
	response, err := http.DefaultClient.Do(request)
	testkit.Must(c.T, err)
	c.T.Cleanup(func() { _ = response.Body.Close() })
	return response.Body
}

// A connection that is cut while a batch is written leaves whole customers alone, and the
// same lines, sent again with their idempotency keys, make none twice and tell of all.
func TestACutBulkIsSentAgain(t *testing.T) {
	t.Parallel()
	ctx, cut := context.WithCancel(t.Context())
	_, change := counted(func(n int64) {
		if n == 2 {
			cut()
		}
	})
	e := newEnv(t, change)
	p := e.platform()
	var lines []string
	for i := range 300 {
		lines = append(lines, line(fmt.Sprintf("k%d", i), fmt.Sprintf(`,"externalId":"crm-%d","merchantKey":"m%d"`, i, i)))
	}
	answer := p.self().stream(ctx, "", strings.NewReader(strings.Join(lines, "\n")))
	_, _ = io.Copy(io.Discard, answer)

	var again bulkAnswer
	for range 100 { // what was under way is told as a conflict until it ended
		if again = p.self().bulk("?continueOnError=true", lines...); again.summary()["refused"] == 0.0 {
			break
		}
	}
	sum := again.summary()
	made, replayed := sum["created"].(float64), sum["replayed"].(float64)
	if made+replayed != 300 || replayed < 64 {
		t.Fatalf("sent again: %v", sum)
	}
	e.expects(t, p.self().bulk("", lines...), repeated(201, 300), true, 0, 300, 0)
	p.self().get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 300)
	for i, told := range again.lines[:300] {
		shown, _ := told["customer"].(object)
		p.self().get("/v3/customers/"+shown["id"].(string)).ok(http.StatusOK).is("externalId", fmt.Sprintf("crm-%d", i)).is("merchantKey", fmt.Sprintf("m%d", i))
	}
	for _, wrong := range e.Examine() {
		t.Errorf("the doctor finds in %s: %s", wrong.Check, wrong.Text)
	}
}

func repeated(status, times int) (list []int) {
	for range times {
		list = append(list, status)
	}
	return list
}

// While one tenant sends a bulk, another reads and creates: each of its requests is answered,
// and each of its writes waits for the batches that were there before it and no more.
func TestABulkStarvesNobody(t *testing.T) {
	t.Parallel()
	seen, change := counted(nil)
	opened, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	testkit.Must(t, err)
	e := newEnv(t, change, func(s *setup) { s.Store = opened })
	p, other := e.platform(), e.platform()
	m := other.merchant()
	ctx, end := context.WithCancel(t.Context())
	body, send := io.Pipe()
	go func() { // the bulk goes on until the other tenant has done what it wants
		for n := 0; ; n++ {
			if _, err := fmt.Fprintln(send, line("", fmt.Sprintf(`,"externalId":"crm-%d"`, n))); err != nil {
				return
			}
		}
	}()
	answers := bufio.NewScanner(p.self().stream(ctx, "", body))
	told := make(chan int)
	go func() {
		n := 0
		for answers.Scan() {
			n++
		}
		told <- n
	}()
	most := int64(0)
	for range 20 {
		before := seen.written.Load()
		other.self().post("/v3/customers", minimal("payer"), shows).ok(http.StatusCreated)
		other.self().get(m.path()).ok(http.StatusOK)
		most = max(most, seen.written.Load()-before)
	}
	end()
	t.Logf("20 creations and reads beside a bulk of %d lines in %d batches: %d batches at most to one of both, %d to the write of a creation", <-told, seen.written.Load(), most, seen.between.Load())
	if seen.written.Load() < 4 || seen.between.Load() > 4 { // two are worked on, and may end and be counted meanwhile
		t.Errorf("%d batches in all, %d at most while one creation was written", seen.written.Load(), seen.between.Load())
	}
}

// refusable is a body of many megabytes, whose lines are refused without a write.
type refusable struct {
	text     []byte
	at, left int
}

func (r *refusable) Read(into []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(into, r.text[r.at:])
	if r.at += n; r.at == len(r.text) {
		r.at, r.left = 0, r.left-1
	}
	return n, nil
}

// A bulk of 31 MB holds no more memory than a few of its lines.
func TestALongBulkTakesLittleMemory(t *testing.T) { //nolint:paralleltest // it measures the heap
	const lines, most = 160, 20 << 20
	e := newEnv(t)
	p := e.platform()
	text := []byte(line("", `,"vanityName":"-","description":"`+strings.Repeat("x", 200<<10)+`"`) + "\n")
	before, peak := liveHeap(), uint64(0)
	answer := p.self().stream(t.Context(), "?continueOnError=true", &refusable{text: text, left: lines})
	answers, told := bufio.NewScanner(answer), 0
	answers.Buffer(nil, 1<<20)
	for answers.Scan() {
		if told++; told%20 == 0 {
			peak = max(peak, liveHeap())
		}
	}
	testkit.Must(t, answers.Err())
	t.Logf("a bulk of %d MB: %d MB at most", lines*len(text)>>20, int64(peak-before)>>20)
	if told != lines+1 || peak > before+most {
		t.Errorf("%d answers, and the heap grew by %d MB", told, int64(peak-before)>>20)
	}
}

// liveHeap returns how many bytes are in use: what is not yet collected does not count, for
// how much of it there is depends on what else the machine does.
func liveHeap() uint64 {
	runtime.GC()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}

// A bulk waits for the rate of its lines and no line is refused by it: the next ones are
// taken as time goes by.
func TestABulkWaitsForItsRate(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.RatePerMinute = 6 })
	p := e.platform()
	var lines []string
	for range 200 {
		lines = append(lines, line("", ""))
	}
	answer := p.self().stream(t.Context(), "", strings.NewReader(strings.Join(lines, "\n")))
	answers, made := bufio.NewScanner(answer), 0
	for answers.Scan() {
		text := answers.Text()
		if !strings.Contains(text, `"status":201`) {
			if !strings.Contains(text, `"complete":true,"tried":200,"created":200,`) {
				t.Fatalf("answered %s", text)
			}
			break
		}
		if made++; made%60 == 0 && made < 200 { // all that this minute has
			e.Clock.Advance(time.Minute)
		}
	}
	if made != 200 {
		t.Errorf("%d customers were made", made)
	}
}

// Lines that a quota has no room for are refused one by one, the others are made; without
// leave to go on the first of them ends the bulk.
func TestQuotasRefuseLinesOfABulk(t *testing.T) {
	t.Parallel()
	e := newEnv(t, frugal)
	made, refused := repeated(http.StatusCreated, 3), repeated(http.StatusForbidden, 7)
	var lines []string
	for i := range 10 {
		lines = append(lines, line(fmt.Sprintf("k%d", i), ""))
	}
	p, q := e.platform(), e.platform()
	got := p.self().bulk("?continueOnError=true", lines...)
	e.expects(t, got, append(made, refused...), true, 3, 0, 7)
	for _, told := range got.lines[3:10] {
		if text := fmt.Sprint(told["error"]); !strings.Contains(text, "quotaExceeded") {
			t.Errorf("refused as %s", text)
		}
	}
	e.expects(t, p.self().bulk("?continueOnError=true", lines...), append(made, refused...), true, 0, 3, 7)
	e.expects(t, q.self().bulk("", lines...), append(made, http.StatusForbidden), false, 3, 0, 1)
	for _, one := range []actor{p, q} {
		one.self().get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 3)
	}
}
