package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// asked is one request of the load: when it began, and what came of it.
type asked struct {
	began  time.Time
	status int
	closes bool
	err    error
}

// load asks for a URL without a pause, on kept connections and on fresh ones, until it
// gets no answer.
func load(url string, header http.Header, ended func(asked)) {
	var clients sync.WaitGroup
	for _, fresh := range []bool{true, true, false, false} {
		clients.Go(func() {
			transport := &http.Transport{DisableKeepAlives: fresh}
			defer transport.CloseIdleConnections()
			for {
				one := ask(transport, url, header)
				ended(one)
				if one.err != nil {
					return
				}
			}
		})
	}
	clients.Wait()
}

func ask(transport *http.Transport, url string, header http.Header) (one asked) {
	request, err := http.NewRequest(http.MethodGet, url, http.NoBody)
	if err != nil {
		return asked{err: err}
	}
	request.Header = header
	one.began = time.Now()
	response, err := transport.RoundTrip(request)
	if err != nil {
		one.err = err
		return one
	}
	_, one.err = io.Copy(io.Discard, response.Body)
	one.err = joined(one.err, response.Body.Close())
	one.status, one.closes = response.StatusCode, response.Close
	return one
}

func joined(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// loaded asks the service to end under load and demands that it withdraws its readiness
// first, that no request which begins well within the delay fails, and that it ends well. Its
// form is "loaded DELAY URL HEADER…".
func loaded(ts *testscript.TestScript, _ bool, args []string) {
	one := running.get(ts)
	delay, err := time.ParseDuration(args[0])
	ts.Check(err)
	header := http.Header{}
	for _, line := range args[2:] {
		name, value, _ := strings.Cut(line, ": ")
		header.Set(name, value)
	}
	var mutex sync.Mutex
	var all []asked
	underway, once := make(chan struct{}), sync.Once{}
	served := make(chan struct{})
	go func() {
		defer close(served)
		load(args[1], header, func(a asked) {
			mutex.Lock()
			defer mutex.Unlock()
			if all = append(all, a); len(all) == 100 {
				once.Do(func() { close(underway) })
			}
		})
	}()
	<-underway
	// It may begin to wait for the delay no earlier than it is asked.
	signaled := time.Now()
	ts.Check(one.command.Process.Signal(syscall.SIGTERM))
	one.await(ts, "draining")
	withdrawn := ask(&http.Transport{DisableKeepAlives: true}, ts.Getenv("URL")+"/readyz", http.Header{})
	if withdrawn.err != nil || withdrawn.status != http.StatusServiceUnavailable {
		ts.Fatalf("while it drains, readiness is %d (%v)", withdrawn.status, withdrawn.err)
	}
	told := time.Now()
	<-served
	one.ended(ts)
	after := 0
	for _, a := range all {
		// The second half of the delay is left to a machine that is slow.
		within := a.began.Before(signaled.Add(delay / 2))
		if within && (a.err != nil || a.status != http.StatusOK) {
			ts.Fatalf("a request that began %s after the signal is answered %d (%v)", a.began.Sub(signaled), a.status, a.err)
		}
		if !within || !a.began.After(told) {
			continue
		}
		if after++; !a.closes {
			ts.Fatalf("a request that began %s after readiness was withdrawn keeps its connection", a.began.Sub(told))
		}
	}
	if after == 0 {
		ts.Fatalf("no request was served after readiness was withdrawn")
	}
	_, _ = fmt.Fprintf(ts.Stdout(), "%d requests, %d of them while it drained\n", len(all), after)
}
