package identity

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// Provider judges identities; it never changes a customer. A provider must be
// safe for concurrent use.
type Provider interface {
	// Name names it in decision records.
	Name() string
	// Verify judges what the subject gave. It must answer from the subject alone,
	// without input or output, because it is called before the one write of a change;
	// a RemoteProvider may take its time, because it is called after that write.
	Verify(ctx context.Context, subject Subject) (Result, error)
}

// RemoteProvider is a provider that asks another service, so that it may hang or fail.
// It is asked once the customer is stored, and only the request that started an inline
// review waits for it. It must bound the time of a question itself: a request that ends
// does not end its question.
type RemoteProvider interface {
	Provider
	// Remote marks it as one.
	Remote()
}

// ForcedProvider is a provider that can be told its result, such as the sandbox.
type ForcedProvider interface {
	Provider
	// Forces marks it as one.
	Forces()
}

// QuestionProvider is a provider that asks people knowledge questions and judges the
// answers. Like Verify, it must answer from its arguments alone.
type QuestionProvider interface {
	Provider
	// Questions returns what to ask: up to ten questions with up to ten answers each.
	Questions(ctx context.Context, subject Subject) ([]reviews.Question, error)
	// Grade counts the right answers. choices has, for each question that Questions
	// returned, the place of the chosen answer.
	Grade(ctx context.Context, subject Subject, asked []reviews.Question, choices []int) (right int, err error)
}

// OwnerProvider is a provider that judges owners at once. Without one, an owner
// whose data are complete is asked for a document, which a person decides.
type OwnerProvider interface {
	Provider
	// VerifyOwner judges a complete owner by its name. It answers from that alone, without
	// input or output.
	VerifyOwner(firstName, lastName string) customers.OwnerVerification
}

// Result is a provider's judgment.
type Result struct {
	Status   reviews.IdentityStatus // any but IdentityNone
	Reason   string
	Messages map[string]string
	Report   *reviews.Report
}

// LateResult is the judgment of a review that a provider left pending.
type LateResult struct {
	Customer tenancy.Ref
	ReviewID tenancy.ID
	Result
}
