package kyc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tenantry/customers/reviews"
	"tenantry/internal/kyc"
	"tenantry/internal/secret"
)

const (
	failures = 3
	pause    = time.Minute
	timeout  = 200 * time.Millisecond
)

// pipes is a network within the process. In a bubble of synctest, real connections
// would keep time from passing.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if conn, open := <-p; open {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error { close(p); return nil }

func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p <- server
	return client, nil
}

// service is an identity service that does as the test says, in a bubble of synctest.
type service struct {
	*kyc.Remote
	asked atomic.Int64
	// does answers a question; nil fails.
	does http.HandlerFunc
}

func startService(t *testing.T) *service {
	t.Helper()
	s := &service{}
	network := make(pipes)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server notices who hangs up only behind the body
		if s.asked.Add(1); s.does == nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		s.does(w, r)
	})}
	go server.Serve(network)
	transport := &http.Transport{DialContext: network.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	})
	var err error
	s.Remote, err = kyc.NewRemote(kyc.RemoteOptions{
		URL: "http://service.test", Secret: secret.New(signingSecret), Timeout: timeout, Failures: failures, Pause: pause,
		Client: &http.Client{Transport: transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// now lets the service do something else, once it is done with what it was asked.
func (s *service) now(does http.HandlerFunc) {
	synctest.Wait()
	s.does = does
}

// ask asks so many times, and demands how many of the questions reach the service.
func (s *service) ask(t *testing.T, times, want int) {
	t.Helper()
	before := s.asked.Load()
	for range times {
		_, _ = s.Verify(t.Context(), subject)
	}
	synctest.Wait() // who hangs up may be gone before the service has counted it
	if got := s.asked.Load() - before; got != int64(want) {
		t.Errorf("of %d questions %d reach the service, want %d", times, got, want)
	}
}

func well(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status":"review"}`) }

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// After so many failures in a row, hanging among them, the service is left alone for
// a while, then asked once, and asked again freely as soon as it answers.
func TestTheBreakerOpens(t *testing.T) {
	t.Parallel()
	for name, failing := range map[string]http.HandlerFunc{"failing": nil, "hanging": hang} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := startService(t)
				s.now(well)
				s.ask(t, 1, 1)
				s.now(failing)
				s.ask(t, failures-1, failures-1)
				s.now(well) // failures are counted in a row
				s.ask(t, 1, 1)
				s.now(failing)
				s.ask(t, 10, failures)
				time.Sleep(pause - time.Second)
				s.ask(t, 1, 0)
				time.Sleep(2 * time.Second)
				s.ask(t, 5, 1)
				s.now(well)
				s.ask(t, 5, 0)
				time.Sleep(pause + time.Second)
				s.ask(t, 5, 5)
			})
		})
	}
}

// Callers that leave before the answer, however many, say nothing about the service:
// others go on asking it, and after a pause the next one is the trial.
func TestCallersThatLeaveAreNoFailures(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(ctx context.Context) (context.Context, context.CancelFunc){
		"hanging up": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(timeout/2, cancel)
			return ctx, cancel
		},
		"out of time": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, timeout/2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := startService(t)
				left := func() {
					t.Helper()
					s.now(hang)
					ctx, cancel := leave(t.Context())
					defer cancel()
					if _, err := s.Verify(ctx, subject); err == nil || !errors.Is(err, ctx.Err()) {
						t.Errorf("who leaves gets %v", err)
					}
				}
				answered := func() {
					t.Helper()
					s.now(well)
					if verdict, err := s.Verify(t.Context(), subject); err != nil || verdict.Status != reviews.IdentityReview {
						t.Errorf("the next one gets %+v, %v", verdict, err)
					}
				}
				for range 2 * failures {
					left()
				}
				answered()
				s.now(nil)
				s.ask(t, failures+1, failures)
				time.Sleep(pause + time.Second)
				left()
				answered()
			})
		})
	}
}

// Questions are counted by what came of them, and the figures say while the service is left
// alone.
func TestQuestionsAreMeasured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := startService(t)
		registry := prometheus.NewRegistry()
		registry.MustRegister(s.Metrics()...)
		demand := func(answered, failed, leftAlone, open float64) {
			t.Helper()
			found, err := registry.Gather()
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]float64{}
			for _, family := range found {
				for _, one := range family.GetMetric() {
					if one.GetGauge() != nil {
						got["open"] = one.GetGauge().GetValue()
						continue
					}
					got[one.GetLabel()[0].GetValue()] = one.GetCounter().GetValue()
				}
			}
			if got["answered"] != answered || got["failed"] != failed || got["left_alone"] != leftAlone || got["left"] != 0 || got["open"] != open {
				t.Errorf("measured %v", got)
			}
		}
		demand(0, 0, 0, 0)
		s.now(well)
		s.ask(t, 2, 2)
		demand(2, 0, 0, 0)
		s.now(nil)
		s.ask(t, failures+4, failures)
		demand(2, failures, 4, 1)
		s.now(well)
		time.Sleep(pause + time.Second)
		s.ask(t, 1, 1)
		demand(3, failures, 4, 0)
	})
}
