package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	mathrand "math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/errgroup"

	"tenantry/keys"
)

// contest asks the same of the service and of its peers in turn, for some rounds: A B C A B C.
func contest(ctx context.Context, s settings, r *report, phases func(w *wire) []phase) error {
	all, err := s.contestants(ctx)
	if err != nil {
		return err
	}
	for round := 1; round <= s.rounds; round++ {
		for _, each := range all {
			dir := s.dir
			if b, is := each.(binary); is {
				dir = cmp.Or(b.dir, dir)
			}
			in, err := seed(ctx, dir, s.children)
			if err != nil {
				return fmt.Errorf("seeding: %w", err)
			}
			running, asked, err := each.enter(ctx, s, in)
			if err != nil {
				return err
			}
			for _, p := range phases(asked) {
				if slices.ContainsFunc(p.loads, func(l load) bool { return l.request == nil }) {
					continue // it cannot do this
				}
				if p.before.most > 0 {
					p.before.run(ctx)
				}
				before, err := running.consumed()
				if err != nil {
					return err
				}
				outcomes := together(ctx, s.duration, p.loads...)
				after, err := running.consumed()
				if err != nil {
					return err
				}
				r.add(each.title(), round, p.name, p.names, outcomes, after.processor-before.processor)
				r.used(after.written-before.written, after.memory)
			}
			if err := running.stop(); err != nil {
				return err
			}
		}
	}
	r.peers = true
	return ctx.Err()
}

// connections is how many ask at once, unless a phase says otherwise.
const connections = 8

func reads(ctx context.Context, s settings, r *report) error {
	return contest(ctx, s, r, func(w *wire) []phase {
		often := zipf(len(w.ids))
		of := func(pick func() int) load {
			return load{connections: connections, statuses: []int{http.StatusOK}, request: func(int) *http.Request { return w.get(w.ids[pick()]) }}
		}
		anywhere := func() int { return mathrand.IntN(len(w.ids)) }
		// What was read seldom or never is read first: the same again shows what keeping it does,
		// as far as the cache reaches.
		each := load{connections: connections, most: len(w.ids), request: func(n int) *http.Request { return w.get(w.ids[n]) }}
		return []phase{
			{name: "get, one customer", names: []string{"get"}, loads: []load{of(func() int { return 0 })}},
			{name: "get, often the same (Zipf 0.99), at first", names: []string{"get"}, loads: []load{of(often)}},
			{name: "get, at random, at first", names: []string{"get"}, loads: []load{of(anywhere)}},
			{name: "get, often the same (Zipf 0.99)", names: []string{"get"}, loads: []load{of(often)}, before: each},
			{name: "get, at random", names: []string{"get"}, loads: []load{of(anywhere)}},
			{name: "list of 50", names: []string{"list"}, loads: []load{{connections: connections, statuses: []int{http.StatusOK}, request: func(int) *http.Request { return w.list() }}}},
		}
	})
}

func writes(ctx context.Context, s settings, r *report) error {
	// A create makes two keys, so it can be no faster than their hashes.
	pairs, err := pairsOfHashes(s.duration)
	if err != nil {
		return err
	}
	r.hashes = map[string]float64{createBy16: pairs, createBy64: pairs}
	return contest(ctx, s, r, func(w *wire) []phase {
		creates := func(n int) load {
			l := load{connections: n, statuses: []int{w.created}}
			if w.create != nil {
				l.request = w.create
			}
			return l
		}
		whole := load{connections: 16, statuses: []int{w.created}, request: w.whole}
		change := load{connections: connections, statuses: []int{w.changed}}
		if w.change != nil {
			change.request = func(n int) *http.Request { return w.change(w.ids[mathrand.IntN(len(w.ids))], n) }
		}
		mixed := load{connections: connections, statuses: []int{http.StatusOK, w.created}}
		if w.change != nil {
			mixed.request = func(n int) *http.Request {
				id := w.ids[mathrand.IntN(len(w.ids))]
				switch turn := n % 50; {
				case turn < 45:
					return w.get(id)
				case turn < 49:
					return w.change(id, n)
				default:
					return w.create(n)
				}
			}
		}
		return []phase{
			{name: createBy16, names: []string{"create"}, loads: []load{creates(16)}},
			{name: createBy64, names: []string{"create"}, loads: []load{creates(64)}},
			{name: "create with everything, 16 connections", names: []string{"create"}, loads: []load{whole}},
			{name: "change of a name", names: []string{"change"}, loads: []load{change}},
			{name: "90 gets, 8 changes, 2 creates", names: []string{"mixed"}, loads: []load{mixed}},
		}
	})
}

const (
	createBy16 = "create, 16 connections"
	createBy64 = "create, 64 connections"
)

// pairsOfHashes returns how many pairs of hashes of keys a second half of the processors make,
// which is what a service may use for them by default.
func pairsOfHashes(lasts time.Duration) (float64, error) {
	var hashes atomic.Int64
	var work errgroup.Group
	began := time.Now()
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		work.Go(func() error {
			for time.Since(began) < lasts {
				if _, err := bcrypt.GenerateFromPassword([]byte(strings.Repeat("k", 40)), keys.DefaultCost); err != nil {
					return err
				}
				hashes.Add(1)
			}
			return nil
		})
	}
	err := work.Wait()
	return float64(hashes.Load()) / 2 / time.Since(began).Seconds(), err
}

// zipf returns a source of numbers below n, of which few come up often: the share of the k-th is
// as k to the power of -0.99.
func zipf(n int) func() int {
	sums := make([]float64, n)
	sum := 0.0
	for i := range sums {
		sum += math.Pow(float64(i+1), -0.99)
		sums[i] = sum
	}
	return func() int { return min(sort.SearchFloat64s(sums, mathrand.Float64()*sum), n-1) }
}

// used notes what the phase that was added last wrote and what the process then took.
func (r *report) used(written, memory int64) {
	last := r.rows[len(r.rows)-1]
	for i := range r.rows {
		if row := &r.rows[i]; row.Server == last.Server && row.Round == last.Round && row.Phase == last.Phase {
			row.Resident = float64(memory) / (1 << 20)
			row.Written = float64(written) / 1024 / max(float64(last.Sent), 1)
		}
	}
}

// compared prints, for each phase, the median of each contestant's rounds and how many times
// the service is of each peer.
func (r *report) compared(out io.Writer) error {
	var phases, servers []string
	for _, row := range r.rows {
		if !slices.Contains(phases, row.Phase) {
			phases = append(phases, row.Phase)
		}
		if !slices.Contains(servers, row.Server) {
			servers = append(servers, row.Server)
		}
	}
	if _, err := fmt.Fprintf(out, "\n| phase | server | a second | CPU µs | KiB written | MiB resident | of these rates |\n| --- | --- | --- | --- | --- | --- | --- |\n"); err != nil {
		return err
	}
	for _, phase := range phases {
		rates := map[string]float64{}
		for _, server := range servers {
			median := func(of func(row) float64) float64 {
				var values []float64
				for _, row := range r.rows {
					if row.Phase == phase && row.Server == server {
						values = append(values, of(row))
					}
				}
				if len(values) == 0 {
					return 0
				}
				slices.Sort(values)
				return values[len(values)/2]
			}
			rate := median(func(r row) float64 { return r.PerSecond })
			if rate == 0 {
				continue
			}
			var ratios []string
			for _, before := range servers {
				if known, ok := rates[before]; ok {
					ratios = append(ratios, fmt.Sprintf("%.2f of %s", rate/known, before))
				}
			}
			rates[server] = rate
			if pairs, ok := r.hashes[phase]; ok && server != (pocketBase{}).title() {
				ratios = append(ratios, fmt.Sprintf("%.2f of the %.0f pairs of hashes that half of the processors make", rate/pairs, pairs))
			}
			if _, err := fmt.Fprintf(out, "| %s | %s | %.0f | %.0f | %.1f | %.0f | %s |\n", phase, server, rate, median(func(r row) float64 { return r.CPU }),
				median(func(r row) float64 { return r.Written }), median(func(r row) float64 { return r.Resident }), strings.Join(ratios, ", ")); err != nil {
				return err
			}
		}
	}
	return nil
}
