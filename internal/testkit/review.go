package testkit

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/app"
	"tenantry/internal/patch"
)

// decisions are the acts on reviews.
type decisions struct{ *installation }

// ScriptedProvider is a local identity provider that answers with a function, which a
// test can replace.
type ScriptedProvider struct {
	verify atomic.Pointer[func(identity.Subject) (identity.Result, error)]
}

// Name implements identity.Provider.
func (*ScriptedProvider) Name() string { return "judge" }

// Verify implements identity.Provider.
func (j *ScriptedProvider) Verify(_ context.Context, subject identity.Subject) (identity.Result, error) {
	return (*j.verify.Load())(subject)
}

// Say replaces the function that answers.
func (j *ScriptedProvider) Say(verify func(identity.Subject) (identity.Result, error)) {
	j.verify.Store(&verify)
}

// Always makes every review end with that status.
func (j *ScriptedProvider) Always(status reviews.IdentityStatus) {
	j.Say(func(identity.Subject) (identity.Result, error) {
		return identity.Result{Status: status, Reason: "the judge says so"}, nil
	})
}

// Scripted returns a ScriptedProvider, which leaves reviews open at first, and the Tuning
// that installs it.
func Scripted() (*ScriptedProvider, Tuning) {
	j := &ScriptedProvider{}
	j.Always(reviews.IdentityReview)
	return j, func(o *app.Options) { o.Provider = j }
}

// RemoteProvider is an identity provider that is asked in the background, and answers as
// the test demands.
type RemoteProvider struct {
	mu     sync.Mutex
	Answer func(ctx context.Context, subject identity.Subject) (identity.Result, error)
	Asked  []identity.Subject
}

// Name implements identity.Provider.
func (d *RemoteProvider) Name() string { return "distant" }

// Remote marks the provider as one that is asked in the background.
func (d *RemoteProvider) Remote() {}

// Verify implements identity.Provider.
func (d *RemoteProvider) Verify(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	d.mu.Lock()
	d.Asked = append(d.Asked, subject)
	answer := d.Answer
	d.mu.Unlock()
	return answer(ctx, subject)
}

// Answers sets the status or the error with which each question is answered from now on.
func (d *RemoteProvider) Answers(status reviews.IdentityStatus, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Answer = func(context.Context, identity.Subject) (identity.Result, error) {
		return identity.Result{Status: status, Reason: "told so"}, err
	}
}

// Remotely returns an Env with a RemoteProvider, which verifies everyone at first.
func Remotely(t *testing.T) (*Env, *RemoteProvider) {
	d := &RemoteProvider{}
	d.Answers(reviews.IdentityVerified, nil)
	return Open(t, func(o *app.Options) { o.Provider = d }), d
}

// Identity reads the review of a customer.
func (h decisions) Identity(by Party, id string) view.IdentityView {
	h.T.Helper()
	view, err := h.Svc.Identity.Identity(h.T.Context(), h.As(by), id)
	Must(h.T, err)
	return view
}

// Decide decides the review of a customer by hand.
func (h decisions) Decide(by Party, id, status, reason string) (view.IdentityView, error) {
	h.T.Helper()
	return h.Svc.Identity.DecideIdentity(h.T.Context(), h.As(by), id, identity.DecisionInput{Status: patch.Of(status), Reason: patch.Of(reason)})
}
