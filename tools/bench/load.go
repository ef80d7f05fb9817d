package main

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// load is one kind of request, sent over some connections for a while.
type load struct {
	connections int
	// perSecond paces all connections together; 0 sends as fast as answers come.
	perSecond int
	// most is how many are sent; 0 stands for as many as there is time for.
	most    int
	request func(n int) *http.Request
	// client sends the requests; nil makes one.
	client *http.Client
	// statuses are the answers that are right.
	statuses []int
}

// outcome is what came of a load.
type outcome struct {
	sent, wrong int
	took        time.Duration
	latencies   []time.Duration
}

// run sends the load until ctx ends.
func (l load) run(ctx context.Context) outcome {
	client := l.client
	if client == nil {
		client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: l.connections, MaxConnsPerHost: l.connections}}
	}
	defer client.CloseIdleConnections()
	began := time.Now()
	parts := make([]outcome, l.connections)
	var senders sync.WaitGroup
	for i := range l.connections {
		senders.Go(func() { l.send(ctx, client, i, &parts[i]) })
	}
	senders.Wait()
	all := outcome{took: time.Since(began)}
	for _, part := range parts {
		all.sent, all.wrong = all.sent+part.sent, all.wrong+part.wrong
		all.latencies = append(all.latencies, part.latencies...)
	}
	slices.Sort(all.latencies)
	return all
}

func (l load) send(ctx context.Context, client *http.Client, connection int, out *outcome) {
	began := time.Now()
	for turn := 0; ctx.Err() == nil; turn++ {
		n := turn*l.connections + connection
		if l.most > 0 && n >= l.most {
			return
		}
		if l.perSecond > 0 {
			due := began.Add(time.Duration(n) * time.Second / time.Duration(l.perSecond))
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Until(due)):
			}
		}
		started := time.Now()
		answer, err := client.Do(l.request(n).WithContext(ctx))
		if err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
		if ctx.Err() != nil {
			return // cut off by the end of the phase
		}
		out.sent++
		out.latencies = append(out.latencies, time.Since(started))
		if err != nil || !slices.Contains(l.statuses, answer.StatusCode) {
			out.wrong++
		}
	}
}

func (o outcome) rate() float64 { return float64(o.sent) / o.took.Seconds() }

// percentile returns the latency that a share of the requests stayed below.
func (o outcome) percentile(share float64) time.Duration {
	if len(o.latencies) == 0 {
		return 0
	}
	return o.latencies[min(int(share*float64(len(o.latencies))), len(o.latencies)-1)]
}

// together runs the first load and, beside it, the others, and returns what came of each.
func together(ctx context.Context, d time.Duration, loads ...load) []outcome {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	outcomes := make([]outcome, len(loads))
	var running sync.WaitGroup
	for i, l := range loads {
		running.Go(func() { outcomes[i] = l.run(ctx) })
	}
	running.Wait()
	return outcomes
}
