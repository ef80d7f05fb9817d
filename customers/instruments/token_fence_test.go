package instruments_test

import (
	"testing"
	"time"

	"tenantry/internal/app"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
)

// A token makes one card, also when the clock jumps past every grace while it is being
// used: at whatever step another use of it comes in between, one of the two is refused.
func TestATokenIsUsedOnceWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	var steps *storetest.Steps
	h := testkit.Open(t, func(o *app.Options) {
		steps = storetest.NewSteps(o.Store)
		o.Store = steps
	})
	reached := true
	for n := 1; reached; n++ {
		reached = false
		first, second := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
		token := h.Tokenize(h.Publishing(h.Cove), testkit.CardBody).Text.Reveal()
		var other error
		steps.At(n, func(call func() error) error {
			reached = true
			steps.Off()
			h.Clock.Advance(61 * time.Second)
			_, other = h.AddCard(second, "", token)
			return call()
		})
		_, mine := h.AddCard(first, "", token)
		steps.Off()
		made := len(h.Record(first.ID).Cards) + len(h.Record(second.ID).Cards)
		if reached && (made != 1 || (mine == nil) == (other == nil)) {
			t.Errorf("step %d: %d cards were made of one token: %v, %v", n, made, mine, other)
		}
		if n > 40 {
			t.Fatal("a request has more steps than it should")
		}
	}
}
