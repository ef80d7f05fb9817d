package identity

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

// DecisionInput decides an identity review.
type DecisionInput struct {
	Status patch.Field[string] `json:"status"` // verified, rejected
	Reason patch.Field[string] `json:"reason"` // 1 to 512 characters; required in live mode
	// DecidedBy names the person who decided, in 1 to 128 characters. In live mode it is
	// required unless the caller is a user, who is that person.
	DecidedBy patch.Field[string] `json:"decidedBy"`
}

// DecideIdentity is DecideReview with the review alone as its answer.
func (s *Service) DecideIdentity(ctx context.Context, caller tenancy.Caller, id string, in DecisionInput) (view.IdentityView, error) {
	return registry.Shown(ctx, identityTo(caller), func(ctx context.Context) (*customers.Customer, error) {
		return s.DecideReview(ctx, caller, id, in)
	})
}

// DecideReview decides a review that waits for a person, from above only, by whom
// settings.customers.identityDecidedBy names. It returns NotFound, Forbidden, Invalid and Conflict identityNotDecidable for a
// review in any other state.
func (s *Service) DecideReview(ctx context.Context, caller tenancy.Caller, id string, in DecisionInput) (*customers.Customer, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	return registry.ChangeTo(ctx, s.registry, caller, at, "identity.decided", func(d *registry.Draft) error {
		if err := registry.MayDecide(d); err != nil {
			return err
		}
		next, reason := "", ""
		if !in.Status.Given() {
			fields.Missing(d, "status")
		}
		fields.Choice(d, in.Status, &next, "status", string(reviews.IdentityVerified), string(reviews.IdentityRejected))
		fields.Text(d, in.Reason, &reason, "reason", 512)
		if d.Mode() == keys.Live && !in.Reason.Given() {
			fields.Missing(d, "reason")
		}
		person := decider(d, in)
		if !d.Faults.Empty() {
			return nil
		}
		identity := &d.Customer.Identity
		if !decidable(identity.Status) {
			return fault.New(fault.Conflict, fault.CodeIdentityNotDecidable,
				"only a review that is in review, retry, document or kba can be decided; this one is "+string(identity.Status)).About("status", fault.BadValue)
		}
		decideReview(d, reviews.IdentityStatus(next), reason, person)
		d.Reason = reason
		return nil
	}, registry.Itself)
}

// identityTo returns what shows the review of a customer to a caller.
func identityTo(caller tenancy.Caller) func(*customers.Customer) (view.IdentityView, error) {
	return func(c *customers.Customer) (view.IdentityView, error) {
		return view.ShowIdentity(&c.Identity, caller.Actor.Ancestors()), nil
	}
}

// decidable reports whether a person may decide a review in that state: the provider
// left it open.
func decidable(s reviews.IdentityStatus) bool {
	return s == reviews.IdentityReview || s == reviews.IdentityRetry || s == reviews.IdentityDocument || s == reviews.IdentityKBA
}

// decideReview records the caller's decision on the review.
func decideReview(d *registry.Draft, status reviews.IdentityStatus, reason, person string) {
	closeReview(d, reviews.Decision{
		Status: status, Actor: d.Caller.Actor.Ref().ID, Credential: d.Caller.Credential.ID, Person: person, Reason: reason,
	})
}

// decider returns the person who decides: the user who signed in, or whom the input
// names.
func decider(d *registry.Draft, in DecisionInput) (person string) {
	fields.Text(d, in.DecidedBy, &person, "decidedBy", 128)
	if d.Caller.Credential.Kind == tenancy.UserLogin {
		for _, user := range registry.Stored(d.Caller.Actor).Users {
			if user.ID.String() == d.Caller.Credential.ID {
				return user.Username
			}
		}
	}
	if d.Mode() == keys.Live && !in.DecidedBy.Given() {
		fields.Missing(d, "decidedBy")
	}
	return person
}
