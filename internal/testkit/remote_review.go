package testkit

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/internal/app"
	"tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// distant is a remote provider that answers as the test says.
type distant struct {
	mu     sync.Mutex
	Answer func(ctx context.Context, subject identity.Subject) (identity.Result, error)
	Asked  []identity.Subject
}

func (d *distant) Name() string { return "distant" }

func (d *distant) Remote() {}

func (d *distant) Verify(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	d.mu.Lock()
	d.Asked = append(d.Asked, subject)
	answer := d.Answer
	d.mu.Unlock()
	return answer(ctx, subject)
}

func (d *distant) Answers(status customers.IdentityStatus, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Answer = func(context.Context, identity.Subject) (identity.Result, error) {
		return identity.Result{Status: status, Reason: "told so"}, err
	}
}

func Remotely(t *testing.T) (*Env, *distant) {
	d := &distant{}
	d.Answers(customers.IdentityVerified, nil)
	return Open(t, func(o *app.Options) { o.Provider = d }), d
}

// Screen makes a person that is reviewed.
func (h *Env) Screen(n int, processing string) (*customers.Customer, error) {
	h.T.Helper()
	in := rules.CustomerInput{PlanKey: "payer"}
	Must(h.T, patch.Decode([]byte(`{"name":"Ada Byron","email":"ada`+strconv.Itoa(n)+`@example.com","contact":{"phone":"+12125550100"}}`), &in.Input))
	in.Screening = rules.ReviewInput{Kind: patch.Of("individual"), IPAddress: patch.Of(secret.New("10.0.0.1")), Processing: patch.Of(processing)}
	return h.Svc.Straddle.Create(h.T.Context(), h.As(h.Cove), in)
}

func (h *Env) Screened(n int, processing string) *customers.Customer {
	h.T.Helper()
	c, err := h.Screen(n, processing)
	Must(h.T, err)
	return c
}

func (h *Env) Standing(c *customers.Customer, want customers.Standing) *customers.Customer {
	h.T.Helper()
	now, err := h.Store.Get(h.T.Context(), c.Ref())
	Must(h.T, err)
	if now.Standing() != want {
		h.T.Fatalf("it stands at %s, want %s: %+v", now.Standing(), want, now.Identity)
	}
	return now
}
