package main

import (
	"context"
	"net/http"
	"net/url"
)

// listed are the lists whose cost must not grow with the customers, by what is asked for. The
// first is what the others are compared with.
var listed = []struct{ name, query string }{
	{"no filter", ""},
	{"by status", "status=active"},
	{"by plan", "planKey=payer"},
	{"by plan, few", "planKey=merchant"},
	{"by status of the review, few", "identityStatus=review"},
	{"by status of the plan", "planStatus=verified"},
	{"by what is needed, few", "needed=underwritingData"},
	{"by disabled webhooks, none", "webhooks=disabled"},
	{"by status and plan", "status=active&planKey=payer"},
	{"by status and plan, few", "status=active&planKey=merchant"},
	{"by status and plan, none", "status=disabled&planKey=payer"},
	{"by plan and status of the review", "planKey=payer&identityStatus=none"},
	{"by plan and creation", "planKey=payer&createdFrom=2020-01-01"},
	{"by creation", "createdFrom=2020-01-01"},
	{"by end of creation", "createdTo=2090-01-01"},
	{"by last change", "lastUpdatedFrom=2020-01-01"},
	{"by last change, in its order", "lastUpdatedFrom=2020-01-01&order=lastUpdated+DESC"},
	{"by status, last changed first", "status=active&order=lastUpdated+DESC"},
	{"by e-mail", "email=bench@example.com"},
	{"by key of a merchant, none", "merchantKey=nobody"},
	{"by name, nobody", "name=zebra"},
	{"by name, one in eight", "name=ada"},
	{"by name, one in ten", "name=4+of"},
	{"by name, one in a hundred", "name=14+of"},
	{"by name, one in forty", "name=2+of+ada"},
	{"by name, all", "name=shop"},
	{"by words, one in eight", "q=ada"},
	{"by words, all", "q=bench"},
	{"by words, nobody", "q=zebra"},
	{"by name and status, one in eight", "name=ada&status=active"},
	{"in the order of names", "order=name+ASC"},
	{"in the order of names, by status", "order=name+ASC&status=active"},
	{"of all below", "deep=true"},
	{"of all below, by status", "deep=true&status=active"},
	{"of all below, by status and plan", "deep=true&status=active&planKey=payer"},
	{"of all below, by name, one in eight", "deep=true&name=ada"},
}

// lists reads the first page of each, with its total, over one connection.
func lists(ctx context.Context, s settings, r *report) error {
	return compare(ctx, s, r, func(in *seeded, to string) []phase {
		var phases []phase
		for _, one := range listed {
			if _, err := url.ParseQuery(one.query); err != nil {
				panic(err) // they are made here
			}
			phases = append(phases, phase{name: one.name, names: []string{"list"}, loads: []load{{connections: 1, statuses: []int{http.StatusOK}, request: func(int) *http.Request {
				return in.request(http.MethodGet, to+"/v3/customers?"+one.query, "")
			}}}})
		}
		return phases
	})
}
