package registry_test

import (
	"fmt"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/app"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
)

// jump is longer than any reservation stands for a customer that was not written.
const jump = 61 * time.Second

// stepping returns an Env whose platform demands unique e-mails, with the steps of its
// store.
func stepping(t *testing.T) (*testkit.Env, *storetest.Steps) {
	t.Helper()
	var steps *storetest.Steps
	h := testkit.Open(t, func(o *app.Options) {
		steps = storetest.NewSteps(o.Store)
		o.Store = steps
	})
	_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	testkit.Must(t, err)
	return h, steps
}

// writers are the two ways to come by a unique value; each is done by a customer of its
// own and named so that the two can be told apart.
var writers = map[string]func(h *testkit.Env, name string) func(values string) error{
	"create": func(h *testkit.Env, name string) func(string) error {
		return func(values string) error {
			return testkit.ErrorOf(h.TryCreate(h.Cove, `{"name":"`+name+`","planKey":"payer"`+values+`}`))
		}
	},
	"update": func(h *testkit.Env, name string) func(string) error {
		shop := h.Create(h.Cove, `{"name":"`+name+`","email":"`+name+`@example.com","planKey":"payer"}`)
		caller := h.As(shop)
		return func(values string) error { return h.Attempt(caller, "", `{"name":"`+name+`"`+values+`}`) }
	},
}

// rivals are what another request does while the first one stands still.
var rivals = map[string]func(h *testkit.Env, other func(string) error, n int){
	"takes the values": func(_ *testkit.Env, other func(string) error, n int) { _ = other(contested(n)) },
	// The third value is another's, so that this one gives up what it took over.
	"gives up": func(_ *testkit.Env, other func(string) error, n int) {
		_ = other(fmt.Sprintf(`,"vanityName":"shop%d","merchantKey":"shop%d","email":"elsewhere@example.com"`, n, n))
	},
	"stays away": func(*testkit.Env, func(string) error, int) {},
}

func contested(n int) string {
	return fmt.Sprintf(`,"vanityName":"shop%d","merchantKey":"shop%d","email":"shop%d@example.com"`, n, n, n)
}

// Between any two steps of a request the clock jumps past the time that reservations
// stand, and another request wants the same values: in the end one customer has them at
// most, nobody else can take them, and if there is none they are free.
func TestNoJumpOfTheClockDoublesAValue(t *testing.T) {
	t.Parallel()
	for victim, first := range writers {
		for rival, second := range writers {
			for does, act := range rivals {
				t.Run(victim+" while "+rival+" "+does, func(t *testing.T) {
					t.Parallel()
					h, steps := stepping(t)
					h.Create(h.Cove, `{"name":"Third","email":"elsewhere@example.com","planKey":"payer"}`)
					for n, reached := 1, true; reached; n++ {
						reached = false
						mine, other := first(h, fmt.Sprintf("mine%d", n)), second(h, fmt.Sprintf("other%d", n))
						steps.At(n, func(call func() error) error {
							steps.Off()
							reached = true
							h.Clock.Advance(jump)
							act(h, other, n)
							h.Clock.Advance(jump)
							return call()
						})
						err := mine(contested(n))
						steps.Off()
						oneHolder(h, n, err)
						if n > 60 {
							t.Fatal("a request has more steps than it should")
						}
					}
				})
			}
		}
	}
}

// oneHolder tests that one customer of the platform has the n-th contested values, all or
// none of them, and that they are reserved for it.
func oneHolder(h *testkit.Env, n int, err error) {
	h.T.Helper()
	value := fmt.Sprintf("shop%d", n)
	var holders []*customers.Customer
	for _, c := range h.Children(h.Cove) {
		if c.MerchantKey == value || c.VanityName == value || c.Email == value+"@example.com" {
			holders = append(holders, c)
		}
	}
	if len(holders) > 1 {
		h.T.Fatalf("step %d: %s and %s both hold %s (the first was answered %v)", n, holders[0].Name, holders[1].Name, value, err)
	}
	if err == nil && (len(holders) != 1 || holders[0].Name != fmt.Sprintf("mine%d", n)) {
		h.T.Fatalf("step %d: the request succeeded and does not hold %s", n, value)
	}
	h.Clock.Advance(jump)
	for field, member := range map[string]string{
		"merchantKey": `,"email":"late@example.com","merchantKey":"` + value + `"`,
		"vanityName":  `,"email":"late@example.com","vanityName":"` + value + `"`,
		"email":       `,"email":"` + value + `@example.com"`,
	} {
		late, err := h.TryCreate(h.Cove, `{"name":"Late","planKey":"payer"`+member+`}`)
		if len(holders) == 1 {
			testkit.Duplicate(h.T, err, field)
			continue
		}
		testkit.Must(h.T, err)
		testkit.Must(h.T, h.Remove(h.Cove, late.Customer.ID.String()))
	}
}
