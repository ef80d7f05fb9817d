package console_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"tenantry/customers/identity"
	"tenantry/internal/testkit"
)

// The review desk begins with the nearest deadline and goes on with the oldest, however many
// customers were created before; another platform's reviews are not among them. The next
// one by the keyboard is the next in that order, beyond what one page shows too.
func TestTheDeskIsInOneOrder(t *testing.T) {
	t.Parallel()
	s, _, _ := openOn(t, testkit.Open(t, testkit.Live, testkit.Crowded))
	decision := testkit.Input[identity.DecisionInput](t, `{"status":"verified","reason":"seen","decidedBy":"Ada Reviewer"}`)
	b := s.as(t, "petra")
	desk := regexp.MustCompile(`href="/console/reviews/([0-9a-f]{24})"`)
	further := regexp.MustCompile(`href="(/console/reviews\?cursor=[^"]+)"`)
	queue := func() (list []string) {
		t.Helper()
		for path := []string{"", "/console/reviews"}; path != nil; {
			text := b.get(path[1]).ok(http.StatusOK).Text
			for _, found := range desk.FindAllStringSubmatch(text, -1)[1:] { // the head leads to the first too
				list = append(list, found[1])
			}
			path = further.FindStringSubmatch(text)
		}
		return list
	}
	waiting := queue()
	for range 101 {
		s.Clock.Advance(time.Second)
		waiting = append(waiting, s.Create(s.Cove, testkit.Quay).ID)
	}
	s.Create(s.Rival, testkit.Quay)
	var dated []string
	for range 2 {
		s.Clock.Advance(time.Hour)
		one := s.Create(s.Cove, testkit.Quay).ID
		_, err := s.Svc.Identity.DecideIdentity(t.Context(), s.As(s.Operator), one, decision)
		testkit.Must(t, err)
		_, err = s.Update(s.Cove, one, `{"legalEntity":{"businessName":"Quay Bikes LLC"}}`)
		testkit.Must(t, err)
		dated = append(dated, one)
	}
	want := slices.Concat(dated, waiting)
	if got := queue(); !slices.Equal(got, want) {
		t.Errorf("the desk begins with %v of %d, not with %v of %d", got[:min(3, len(got))], len(got), want[:3], len(want))
	}
	if got := b.get("/console").ok(http.StatusOK); desk.FindStringSubmatch(got.Text)[1] != dated[0] {
		t.Error("home begins with another one")
	}
	for i := range 3 {
		b.get("/console/reviews/" + want[i]).ok(http.StatusOK).has(`data-key="j" href="/console/reviews/` + want[i+1] + `"`)
	}
	for i := 99; i < 102; i++ {
		b.get("/console/reviews/"+want[i]).ok(http.StatusOK).has(`data-key="k" href="/console/reviews/`+want[i-1]+`"`, `data-key="j" href="/console/reviews/`+want[i+1]+`"`)
	}
	b.get("/console/reviews/" + want[len(want)-1]).ok(http.StatusOK).lacks(`data-key="j"`)
	o := s.as(t, "olga")
	o.get("/console/customers/" + want[1] + "/identity/decide?to=verified&from=desk").ok(http.StatusOK)
	o.post("/console/customers/"+want[1]+"/identity/decide", "status", "verified", "reason", "seen", "from", "desk").leadsTo("/console/reviews/" + want[2])
}
