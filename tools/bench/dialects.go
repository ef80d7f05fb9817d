package main

import (
	"context"
	mathrand "math/rand/v2"
	"net/http"

	"tenantry/internal/dialect"
	"tenantry/tenancy"
)

// dialects asks the four APIs for the same customers, and for pages of fifty of them (Dwolla's
// and Straddle's of as many as they give).
func dialects(ctx context.Context, s settings, r *report) error {
	return compare(ctx, s, r, func(in *seeded, url string) []phase {
		ids := make([]tenancy.ID, 0, len(in.Children))
		for _, text := range in.Children {
			id, err := tenancy.ParseID(text)
			if err != nil {
				panic(err) // they were seeded here
			}
			ids = append(ids, id)
		}
		platform, err := tenancy.ParseID(in.Platform)
		if err != nil {
			panic(err)
		}
		basic := func(h *http.Request) { h.SetBasicAuth(in.Key, "") }
		dwolla := func(h *http.Request) { h.Header.Set("Accept", "application/vnd.dwolla.v1.hal+json") }
		straddle := func(h *http.Request) { h.Header.Set("Straddle-Account-Id", dialect.UUID(platform)) }
		var phases []phase
		for _, api := range []struct {
			name, one, list string
			id              func(tenancy.ID) string
			with            func(*http.Request)
		}{
			{"native", "/v3/customers/", "/v3/customers?limit=50", tenancy.ID.String, func(*http.Request) {}},
			{"Balanced", "/v1/customers/", "/v1/customers?limit=50", func(id tenancy.ID) string { return dialect.Prefixed("CU", id) }, basic},
			{"Dwolla", "/customers/", "/customers?limit=50", dialect.UUID, dwolla},
			{"Straddle", "/straddle/v1/customers/", "/straddle/v1/customers?page_size=50", dialect.UUID, straddle},
		} {
			ask := func(path func() string) load {
				return load{connections: connections, statuses: []int{http.StatusOK}, request: func(int) *http.Request {
					request := in.request(http.MethodGet, url+path(), "") // X-CUSTOMER-ID means nothing to a dialect
					api.with(request)
					return request
				}}
			}
			phases = append(phases,
				phase{name: api.name + ", get at random", names: []string{"get"},
					loads: []load{ask(func() string { return api.one + api.id(ids[mathrand.IntN(len(ids))]) })}},
				phase{name: api.name + ", list", names: []string{"list"}, loads: []load{ask(func() string { return api.list })}})
		}
		return phases
	})
}
