package requirements_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/customers/requirements"
	"tenantry/internal/testkit"
)

// What is foreseen of another plan is what is found once the customer was really switched
// to it, whatever it has and whatever the switch sets in motion.
func TestLawAPlanForeseenIsThePlanFound(t *testing.T) {
	t.Parallel()
	tuning := ruled(t, supportLater)
	rapid.Check(t, func(r *rapid.T) {
		h := testkit.OpenInMemory(t, tuning)
		keys := []string{"payer", "merchant", "merchant-professional"}
		body := rapid.SampledFrom([]string{testkit.Quay, testkit.Harbor, `{"name":"Bare","email":"bare@example.com","planKey":"payer"}`}).Draw(r, "body")
		shop := h.Create(h.Cove, body)
		_, err := h.Update(h.Cove, shop.ID, fmt.Sprintf(`{"planKey":%q}`, rapid.SampledFrom(keys).Draw(r, "plan")))
		testkit.Must(t, err)
		if word := rapid.SampledFrom([]string{"", "Review", "Rejected", "Document"}).Draw(r, "outcome"); word != "" {
			_, err = h.Update(h.Cove, shop.ID, fmt.Sprintf(`{"legalEntity":{"entityType":"LLC","businessName":"%s LLC"},"contact":{"firstName":%q}}`, word, strings.ToLower(word)))
			testkit.Must(t, err)
		}
		if rapid.Bool().Draw(r, "later") {
			h.Clock.Advance(time.Duration(rapid.IntRange(1, 60).Draw(r, "days")) * day)
			due(t, h)
		}
		next := rapid.SampledFrom(keys).Draw(r, "next")
		foreseen, err := h.Svc.Requirements.Status(t.Context(), h.As(h.Cove), shop.ID, requirements.AheadInput{Plan: next})
		testkit.Must(t, err)
		_, err = h.Update(h.Cove, shop.ID, fmt.Sprintf(`{"planKey":%q}`, next))
		testkit.Must(t, err)
		if d := cmp.Diff(h.PlanStatus(shop.ID), foreseen); d != "" {
			r.Fatalf("under %s (-found +foreseen):\n%s", next, d)
		}
	})
}
