package rows

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// TraitKind is what a trait is about; also the name of the filter that lists by it.
type TraitKind string

// The kinds of trait.
const (
	TraitStatus         TraitKind = "status"
	TraitIdentityStatus TraitKind = "identityStatus"
	TraitPlanKey        TraitKind = "planKey"
	TraitPlanStatus     TraitKind = "planStatus"
	TraitNeeded         TraitKind = "needed"
	TraitWebhooks       TraitKind = "webhooks"
)

// WebhooksDisabled is the word of customers with a receiver of events that is not served
// any more.
const WebhooksDisabled = "disabled"

// Trait is a word that a customer is listed and counted by. It has one of each kind, but
// any number of needed, and of webhooks one or none.
type Trait struct {
	Kind TraitKind
	Word string
}

// TraitsOf returns the traits of a customer; none of a tombstone.
func TraitsOf(c *customers.Customer) []Trait {
	if c.Deleted != nil {
		return nil
	}
	list := append(make([]Trait, 0, 4+len(c.PlanNeeded)),
		Trait{TraitStatus, string(c.Status)},
		Trait{TraitIdentityStatus, string(cmp.Or(c.Identity.Status, reviews.IdentityNone))},
		Trait{TraitPlanKey, c.PlanKey},
	)
	if c.PlanStatus != "" {
		list = append(list, Trait{TraitPlanStatus, c.PlanStatus})
	}
	for _, word := range c.PlanNeeded {
		list = append(list, Trait{TraitNeeded, word})
	}
	if slices.ContainsFunc(c.Webhooks, func(w customers.Webhook) bool { return w.Disabled != nil }) {
		list = append(list, Trait{TraitWebhooks, WebhooksDisabled})
	}
	return list
}

// Mark returns the name under which an index keeps, in the order of their creation, the
// customers with the trait below one: its descendants, or its children alone.
func (t Trait) Mark(under tenancy.ID, deep bool) tenancy.ID {
	text := make([]byte, 0, 64)
	text = append(text, under[:]...)
	if deep {
		text = append(text, '*')
	}
	text = append(append(append(append(text, '/'), t.Kind...), '='), t.Word...)
	sum := sha256.Sum256(text)
	return tenancy.ID(sum[:len(tenancy.ID{})])
}

// MarksOf returns the marks of a customer: each of its traits, below each of its
// ancestors.
func MarksOf(c *customers.Customer) []tenancy.ID {
	traits := TraitsOf(c)
	marks := make([]tenancy.ID, 0, len(traits)*(len(c.Path)+1))
	for _, trait := range traits {
		if !c.Parent.IsZero() {
			marks = append(marks, trait.Mark(c.Parent, false))
		}
		for _, above := range c.Path {
			marks = append(marks, trait.Mark(above, true))
		}
	}
	return marks
}

// Traits returns the traits that a filter asks for. That which the fewest customers have
// as a rule comes first.
func (f Filter) Traits() (list []Trait) {
	for _, trait := range []Trait{
		{TraitWebhooks, f.Webhooks}, {TraitIdentityStatus, string(f.IdentityStatus)}, {TraitNeeded, f.Needed}, {TraitPlanStatus, f.PlanStatus},
		{TraitPlanKey, f.PlanKey}, {TraitStatus, string(f.Status)},
	} {
		if trait.Word != "" {
			list = append(list, trait)
		}
	}
	return list
}

// WithoutTraits returns the rest of a filter.
func (f Filter) WithoutTraits() Filter {
	f.Webhooks, f.IdentityStatus, f.Needed, f.PlanStatus, f.PlanKey, f.Status = "", "", "", "", "", ""
	return f
}

// HasTraits reports whether a customer has all of these traits.
func HasTraits(c *customers.Customer, wanted []Trait) bool {
	has := TraitsOf(c)
	return !slices.ContainsFunc(wanted, func(t Trait) bool { return !slices.Contains(has, t) })
}

// CountQuery asks how many customers below one have each of a few traits.
type CountQuery struct {
	// Tenant limits the query to one tenant. Zero is the operator's reach.
	Tenant tenancy.ID
	// Under is the customer whose children are counted, or with Deep all descendants.
	Under tenancy.ID
	Deep  bool
	// Traits are those to count. The zero Trait counts all customers.
	Traits []Trait
	// MayLag is as that of a Query.
	MayLag bool
}

// WaitingQuery asks for customers below one with documents that wait for a decision, the
// longest waiting first.
type WaitingQuery struct {
	// Tenant limits the query to one tenant. Zero is the operator's reach.
	Tenant tenancy.ID
	// Under is the customer whose descendants are wanted.
	Under tenancy.ID
	// From is the place of the first one: since when its oldest document waits, and its id.
	From  Position
	Limit int
}

// DocumentsDue returns since when the oldest document of a customer waits for a decision, or nil when
// none does.
func DocumentsDue(c *customers.Customer) (since *time.Time) {
	if c.Deleted != nil {
		return nil
	}
	for i := range c.Documents {
		d := &c.Documents[i]
		if d.Verification == customers.DocumentPending && (since == nil || d.Created.Before(*since)) {
			since = &d.Created
		}
	}
	return since
}
