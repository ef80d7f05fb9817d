package straddle_test

import (
	"crypto/rand"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/dialect/straddle"
)

// probes has a body for every route that names a customer; routes without an entry
// fail the sweep.
var probes = map[string]any{
	"GET /straddle/v1/customers/:id":                nil,
	"PUT /straddle/v1/customers/:id":                changed(person(9)),
	"DELETE /straddle/v1/customers/:id":             nil,
	"GET /straddle/v1/customers/:id/unmasked":       nil,
	"GET /straddle/v1/customers/:id/review":         nil,
	"PATCH /straddle/v1/customers/:id/review":       object{"status": "verified"},
	"PUT /straddle/v1/customers/:id/refresh_review": nil,
	// By the id of a customer, which is none of a paykey; TestPaykeysOfOthers has those.
	"GET /straddle/v1/paykeys/:id":        nil,
	"PUT /straddle/v1/paykeys/:id/cancel": nil,
}

// nameless are the routes that name no customer; they can name an account to act for.
var nameless = map[string]any{
	"POST /straddle/v1/customers":                         person(8),
	"GET /straddle/v1/customers":                          nil,
	"POST /straddle/v1/reports/total_customers_by_status": nil,
	"POST /straddle/v1/bridge/bank_account":               account("65be9a3f-1c2d-8000-8000-4e5f60718293"),
	"GET /straddle/v1/paykeys":                            nil,
}

// what differs between any two answers.
var ownWords = regexp.MustCompile(`"api_request_(id|timestamp)":"[^"]*"`)

// bare is an answer without what differs between any two.
func (a answer) bare() string {
	headers := a.Header.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Request-Id", "Ratelimit-Remaining", "Ratelimit-Reset"} {
		headers.Del(name)
	}
	var lines []string
	for name, values := range headers {
		lines = append(lines, name+": "+strings.Join(values, ", "))
	}
	slices.Sort(lines)
	return strings.Join(append(lines, http.StatusText(a.Status), ownWords.ReplaceAllString(a.Text, "")), "\n")
}

// anew returns a client whose idempotency key, if it has one, was not used before.
func (c *client) anew() *client {
	if c.Header.Get("Idempotency-Key") == "" {
		return c
	}
	return c.with("Idempotency-Key", rand.Text())
}

// Every operation answers for customers and accounts of others byte for byte as for those
// that do not exist, and changes nothing of theirs.
func TestNoOperationTellsAStrangerFromNobody(t *testing.T) {
	t.Parallel()
	w := install(t)
	w.allow(w.platform, `{"allowDataUnmask":true}`)
	w.allow(w.other, `{"allowDataUnmask":true}`)
	const missing = "65be9a3f-1c2d-8000-8000-4e5f60718293"
	victim := w.as(w.other).create(person(1, object{"config": object{"sandbox_outcome": "review"}})).Str("data.id")
	sibling := w.as(w.platform).create(person(1)).Str("data.id")
	before := w.record(victim)
	siblingBefore := w.record(sibling)
	for _, route := range straddle.New(straddle.Options{Service: w.Svc}).Routes() {
		name := route.Method + " " + route.Pattern
		body, named := probes[name]
		if !named {
			body = nameless[name]
		}
		path := strings.TrimPrefix(route.Pattern, "/straddle/v1")
		at := func(id string) string { return strings.Replace(path, ":id", id, 1) }
		for who, c := range map[string]*client{
			"another platform": w.as(w.platform), "its account": w.as(w.account),
			"another platform for its account": w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account)),
			"another platform, with a key":     w.as(w.platform, "Idempotency-Key", "a new one"),
		} {
			t.Run(who, func(t *testing.T) {
				c, w := c.in(t), w.in(t)
				if named {
					foreign, none := c.anew().do(route.Method, at(victim), body), c.anew().do(route.Method, at(missing), body)
					if foreign.bare() != none.bare() || foreign.Status != http.StatusNotFound {
						t.Errorf("%s by %s:\nof others: %s\nof nobody: %s", name, who, foreign.bare(), none.bare())
					}
				}
				// Acting for accounts of others, about what is theirs and what is one's own.
				for _, id := range []string{victim, sibling, missing} {
					foreign := c.anew().with("Straddle-Account-Id", uuidOf(w.other)).do(route.Method, at(id), body)
					none := c.anew().with("Straddle-Account-Id", missing).do(route.Method, at(id), body)
					if foreign.bare() != none.bare() || foreign.Status != http.StatusForbidden {
						t.Errorf("%s by %s, for an account:\nof others: %s\nof nobody: %s", name, who, foreign.bare(), none.bare())
					}
				}
			})
		}
		if named {
			// What is the platform's own is nothing to its account.
			foreign, none := w.as(w.account).do(route.Method, at(sibling), body), w.as(w.account).do(route.Method, at(missing), body)
			if foreign.bare() != none.bare() || foreign.Status != http.StatusNotFound {
				t.Errorf("%s by a sibling:\nof others: %s\nof nobody: %s", name, foreign.bare(), none.bare())
			}
		}
	}
	if diff := cmp.Diff(before.Version, w.record(victim).Version); diff != "" {
		t.Errorf("the victim changed: %s", diff)
	}
	if diff := cmp.Diff(siblingBefore.Version, w.record(sibling).Version); diff != "" {
		t.Errorf("the sibling changed: %s", diff)
	}
}

// The tables of the sweep name every operation and no other.
func TestTheSweepCoversEveryOperation(t *testing.T) {
	t.Parallel()
	var routes []string
	for _, route := range straddle.New(straddle.Options{}).Routes() {
		routes = append(routes, route.Method+" "+route.Pattern)
	}
	slices.Sort(routes)
	all := maps.Clone(probes)
	maps.Copy(all, nameless)
	if diff := cmp.Diff(routes, slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("operations and tables differ (-operations +tables):\n%s", diff)
	}
}
