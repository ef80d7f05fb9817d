package main

import (
	"cmp"
	"context"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"strings"

	"tenantry/internal/secret"
	"tenantry/keys"
)

// phase is some loads at the same time; the first is the one that others must not starve.
type phase struct {
	name  string
	names []string
	loads []load
	// before is sent before, to its end, and not measured.
	before load
}

// compare runs all phases over each server in turn, for some rounds: A B A B.
func compare(ctx context.Context, s settings, r *report, phases func(in *seeded, url string) []phase) error {
	for round := 1; round <= s.rounds; round++ {
		for _, b := range s.servers {
			in, err := seed(ctx, cmp.Or(b.dir, s.dir), s.children)
			if err != nil {
				return fmt.Errorf("seeding: %w", err)
			}
			running, err := b.start(ctx, in)
			if err != nil {
				return err
			}
			for _, p := range phases(in, running.url) {
				before, err := running.processor()
				if err != nil {
					return err
				}
				outcomes := together(ctx, s.duration, p.loads...)
				after, err := running.processor()
				if err != nil {
					return err
				}
				r.add(b.name, round, p.name, p.names, outcomes, after-before)
			}
			if err := running.stop(); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// get reads customers at random: over many of them hardly one is remembered.
func get(in *seeded, url string, connections int) load {
	return load{connections: connections, statuses: []int{http.StatusOK}, request: func(int) *http.Request {
		return in.request(http.MethodGet, url+"/v3/customers/"+in.Children[mathrand.IntN(len(in.Children))], "")
	}}
}

// hot reads one customer again and again: it is always remembered.
func hot(in *seeded, url string, connections int) load {
	return load{connections: connections, statuses: []int{http.StatusOK}, request: func(int) *http.Request {
		return in.request(http.MethodGet, url+"/v3/customers/"+in.Children[0], "")
	}}
}

func gets(ctx context.Context, s settings, r *report) error {
	return compare(ctx, s, r, func(in *seeded, url string) []phase {
		return []phase{
			{name: "one customer", names: []string{"get"}, loads: []load{hot(in, url, 8)}},
			{name: "at random", names: []string{"get"}, loads: []load{get(in, url, 8)}},
		}
	})
}

func (in *seeded) request(method, url, body string) *http.Request {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		panic(err) // the URLs are made here
	}
	request.Header.Set("Authorization", "Bearer "+in.Key)
	request.Header.Set("X-CUSTOMER-ID", in.Platform)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return request
}

func scans(ctx context.Context, s settings, r *report) error {
	return compare(ctx, s, r, func(in *seeded, url string) []phase {
		search := load{connections: 8, statuses: []int{http.StatusOK, http.StatusServiceUnavailable}, request: func(int) *http.Request {
			return in.request(http.MethodGet, url+"/v3/customers?name=zebra", "")
		}}
		return []phase{
			{name: "alone", names: []string{"get"}, loads: []load{get(in, url, 8)}},
			{name: "beside searches", names: []string{"get", "search"}, loads: []load{get(in, url, 8), search}},
		}
	})
}

func floods(ctx context.Context, s settings, r *report) error {
	fresh := 0 // each of the keys is used once for the first time
	return compare(ctx, s, r, func(in *seeded, url string) []phase {
		first := load{connections: 1, perSecond: 40, statuses: []int{http.StatusOK}, request: func(int) *http.Request {
			text := in.Fresh[fresh%len(in.Fresh)]
			fresh++
			return in.as(text, url)
		}}
		wrong := load{connections: 64, perSecond: 2000, statuses: []int{http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusServiceUnavailable},
			request: func(int) *http.Request {
				request := in.as(in.Wrong[mathrand.IntN(len(in.Wrong))], url)
				request.Header.Set("X-Forwarded-For", fmt.Sprintf("198.%d.%d.%d", 18+mathrand.IntN(2), mathrand.IntN(256), mathrand.IntN(256)))
				return request
			}}
		create := load{connections: 8, statuses: []int{http.StatusCreated}, request: func(n int) *http.Request {
			return in.request(http.MethodPost, url+"/v3/customers", payer(n))
		}}
		return []phase{
			{name: "alone", names: []string{"get", "first use of a key"}, loads: []load{get(in, url, 8), first}},
			{name: "beside wrong keys", names: []string{"get", "first use of a key", "wrong key"}, loads: []load{get(in, url, 8), first, wrong}},
			{name: "beside creates", names: []string{"get", "create"}, loads: []load{get(in, url, 8), create}},
		}
	})
}

// as asks for the customer that a key belongs to.
func (in *seeded) as(text, url string) *http.Request {
	p, err := keys.Parse(secret.New(text))
	if err != nil {
		panic(err) // the keys are minted here
	}
	request := in.request(http.MethodGet, url+"/v3/customers/"+p.Ref.ID.String(), "")
	request.Header.Set("Authorization", "Bearer "+text)
	request.Header.Set("X-CUSTOMER-ID", p.Ref.ID.String())
	return request
}
