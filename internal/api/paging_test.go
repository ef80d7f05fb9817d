package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"
)

var nextLink = regexp.MustCompile(`^<([^>]*)>; rel="next", <([^>]*)>; rel="first"$`)

// A program that knows nothing of this API but RFC 8288 gets every row once by following
// the links, with the filters it began with, and comes back to the first page.
func TestListsLinkToTheirPages(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	want := []string{}
	for range 5 {
		want = append(want, p.merchant().id)
	}
	begin := p.self().Base + "/v3/customers?limit=2&planKey=merchant&order=created+ASC"
	var got []string
	for next := begin; next != ""; {
		page := p.self().get(next).ok(http.StatusOK)
		for _, one := range page.List("results") {
			got = append(got, one.(object)["id"].(string))
		}
		link := page.Header.Get("Link")
		next = ""
		if parts := nextLink.FindStringSubmatch(link); parts != nil {
			next = parts[1]
			if first := p.self().get(parts[2]).ok(http.StatusOK); first.List("results")[0].(object)["id"] != got[0] {
				t.Errorf("the first page is %s", first.Text)
			}
		} else if !regexp.MustCompile(`^<[^>]*>; rel="first"$`).MatchString(link) {
			t.Errorf("the links are %q", link)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("following the links finds %q, want %q", got, want)
	}
}

// Links lead to where clients reach the API, and not to where it listens.
func TestLinksLeadToThePublicURL(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.PublicURL = "https://api.example.com/tenantry" })
	p := e.platform()
	got := p.self().get("/v3/events?limit=1&type=customer.*").ok(http.StatusOK).Header.Get("Link")
	if want := `<https://api.example.com/tenantry/v3/events?limit=1&type=customer.%2A>; rel="first"`; len(got) < len(want) || got[len(got)-len(want):] != want {
		t.Errorf("the links are %q, want %q at their end", got, want)
	}
}
