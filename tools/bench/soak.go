package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// soakEvery is how often a soak looks at the process.
const soakEvery = 10 * time.Second

// sight is what a process takes at one moment.
type sight struct {
	memory, journal         int64 // in KiB
	descriptors, goroutines int64
}

// soak sends a mixed load for a long while, with webhooks to a receiver that fails, stalls or
// hangs up, and prints what the process takes meanwhile: all of it must stay flat. The
// seeded directory grows by what is created.
func soak(ctx context.Context, s settings, r *report) error {
	in, err := seed(ctx, s.dir, s.children)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	var received atomic.Int64
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		received.Add(1)
		switch mathrand.IntN(4) {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			select {
			case <-request.Context().Done():
			case <-time.After(5 * time.Second):
			}
		}
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer bad.Close()
	metrics, err := freeAddress()
	if err != nil {
		return err
	}
	b := s.servers[0]
	running, err := b.start(ctx, in, "TENANTRY_METRICS_LISTEN="+metrics, "TENANTRY_WEBHOOKS_ALLOW_PRIVATE=true", "TENANTRY_WEBHOOKS_ALLOW_INSECURE=true", "TENANTRY_WEBHOOKS_ALLOW_ANY_PORT=true")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.stop()) }()
	settle := in.request(http.MethodPatch, running.url+"/v3/customers/"+in.Platform,
		`{"settings":{"events":{"enabled":true,"urls":{"always":["`+bad.URL+`/in"]}}}}`)
	answer, err := http.DefaultClient.Do(settle.WithContext(ctx))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
		return fmt.Errorf("naming the receiver: %d %s: %w", answer.StatusCode, text, err)
	}
	before, err := running.processor()
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		running.watch(ctx, s.duration, in.Dir, metrics, &received)
	}()
	outcomes := together(ctx, s.duration, mixed(in, running.url)...)
	<-ended
	after, err := running.processor()
	if err != nil {
		return err
	}
	r.add(b.name, 1, "soak", []string{"get", "create", "change", "list"}, outcomes, after-before)
	return nil
}

// mixed returns the load of a soak, which is paced: it is not there to measure speed.
func mixed(in *seeded, url string) []load {
	child := func() string { return url + "/v3/customers/" + in.Children[mathrand.IntN(len(in.Children))] }
	create := load{connections: 2, perSecond: 20, statuses: []int{http.StatusCreated}, request: func(n int) *http.Request {
		request := in.request(http.MethodPost, url+"/v3/customers", fmt.Sprintf(`{"name":"Soaked %d","email":"made@example.com","planKey":"payer"}`, n))
		request.Header.Set("Idempotency-Key", fmt.Sprintf("soak %d %d", os.Getpid(), n))
		return request
	}}
	change := load{connections: 2, perSecond: 40, statuses: []int{http.StatusOK}, request: func(n int) *http.Request {
		return in.request(http.MethodPatch, child(), fmt.Sprintf(`{"description":"changed %d"}`, n))
	}}
	list := load{connections: 2, perSecond: 10, statuses: []int{http.StatusOK, http.StatusServiceUnavailable}, request: func(int) *http.Request {
		return in.request(http.MethodGet, url+"/v3/customers?limit=20&status=active", "")
	}}
	read := get(in, url, 4)
	read.perSecond = 200
	return []load{read, create, change, list}
}

// watch prints what the process takes until a soak ends.
func (s *server) watch(ctx context.Context, lasts time.Duration, dir, metrics string, received *atomic.Int64) {
	fmt.Println("seconds | resident KiB | descriptors | goroutines | journal KiB | deliveries")
	began := time.Now()
	for turn := time.NewTicker(soakEvery); ; {
		now, err := s.look(dir, metrics)
		if err != nil {
			fmt.Println(err)
		} else {
			fmt.Printf("%7.0f | %12d | %11d | %10d | %11d | %10d\n", time.Since(began).Seconds(), now.memory, now.descriptors, now.goroutines, now.journal, received.Load())
		}
		if time.Since(began)+soakEvery > lasts {
			turn.Stop()
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
	}
}

// look returns what the process takes now.
func (s *server) look(dir, metrics string) (now sight, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		return now, err
	}
	now.memory = numberBehind(string(status), "VmRSS:")
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.command.Process.Pid))
	if err != nil {
		return now, err
	}
	now.descriptors = int64(len(open))
	if info, err := os.Stat(filepath.Join(dir, "tenantry.db-wal")); err == nil {
		now.journal = info.Size() >> 10
	}
	answer, err := http.Get("http://" + metrics + "/metrics")
	if err != nil {
		return now, err
	}
	text, err := io.ReadAll(answer.Body)
	now.goroutines = numberBehind(string(text), "\ngo_goroutines")
	return now, errors.Join(err, answer.Body.Close())
}

// numberBehind returns the number that follows a word in a text, 0 for none.
func numberBehind(text, word string) (n int64) {
	if _, rest, found := strings.Cut(text, word); found {
		_, _ = fmt.Sscan(rest, &n)
	}
	return n
}

// freeAddress returns an address of this machine on which nothing listens.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
