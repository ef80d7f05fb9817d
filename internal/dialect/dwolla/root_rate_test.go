package dwolla_test

import (
	"net/http"
	"testing"

	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// A request for the root's links counts against the rate of its credential, as every other
// request does; one for the page counts against none.
func TestRootIsTakenFromTheRate(t *testing.T) {
	t.Parallel()
	w := install(t, func(s *apitest.Setup) { s.RatePerMinute = 2 })
	ask := func(accept string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/", http.NoBody)
		testkit.Must(t, err)
		request.Header.Set("Accept", accept)
		request.Header.Set("Authorization", "Bearer "+w.account.token)
		answer, err := http.DefaultClient.Do(request)
		testkit.Must(t, err)
		testkit.Must(t, answer.Body.Close())
		return answer.StatusCode
	}
	last := 0
	for range 4 {
		last = ask(media)
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the links are given without end: %d", last)
	}
	if page := ask("text/html"); page != http.StatusOK {
		t.Errorf("the page is answered with %d", page)
	}
}
