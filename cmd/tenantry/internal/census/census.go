// Package census measures what customers there are and what they wait for, without reading
// them: SQLite keeps these numbers, and MongoDB counts an index as far as 10,000. The
// numbers are remembered for a while, however often they are asked for.
package census

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/tenancy"
)

// timeout bounds how long the store may take to say.
const timeout = 5 * time.Second

// Counter counts what no use case does; a store implements it.
type Counter interface {
	CountTraits(ctx context.Context, q rows.CountQuery) ([]rows.Count, error)
}

// Census is a prometheus.Collector of the customers below the operator. While the store does
// not answer it says nothing.
type Census struct {
	of    *app.App
	store Counter
	now   func() time.Time
	// every is how long the numbers are remembered.
	every time.Duration

	statuses, plans, planStatuses, identities, disabled, deadline *prometheus.Desc

	mutex sync.Mutex
	taken time.Time
	last  []prometheus.Metric
}

// New returns a Census, which is taken anew when that much time has passed.
func New(of *app.App, store Counter, every time.Duration, now func() time.Time) *Census {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &Census{
		of: of, store: store, now: now, every: every,
		statuses:     describe("tenantry_customers", "Customers by status; MongoDB counts as far as 10000 of each.", "status"),
		plans:        describe("tenantry_customers_of_plan", "Customers by plan; MongoDB counts as far as 10000 of each.", "plan"),
		planStatuses: describe("tenantry_customers_plan_status", "Customers by whether they have what their plan requires; MongoDB counts as far as 10000 of each.", "status"),
		identities:   describe("tenantry_customers_identity", "Customers by the status of their identity; MongoDB counts as far as 10000 of each.", "status"),
		disabled:     describe("tenantry_webhooks_disabled_customers", "Customers with a webhook that is not served any more; at most 10000 are counted."),
		deadline:     describe("tenantry_reviews_deadline_timestamp_seconds", "By when the first of the reviews that wait for a person is to be decided; missing while none waits."),
	}
}

// Describe implements prometheus.Collector.
func (c *Census) Describe(to chan<- *prometheus.Desc) {
	for _, one := range []*prometheus.Desc{c.statuses, c.plans, c.planStatuses, c.identities, c.disabled, c.deadline} {
		to <- one
	}
}

// Collect implements prometheus.Collector.
func (c *Census) Collect(to chan<- prometheus.Metric) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if now := c.now(); c.taken.IsZero() || now.Sub(c.taken) >= c.every {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		c.last = c.take(ctx)
		c.taken = now
	}
	for _, one := range c.last {
		to <- one
	}
}

func (c *Census) take(ctx context.Context) (list []prometheus.Metric) {
	operator, err := c.of.Registry.System(ctx, "metrics")
	if err != nil {
		return nil // there is no operator yet, or no store
	}
	sum, err := c.of.Lifecycle.Summarize(ctx, operator, true)
	if err != nil {
		return nil
	}
	add := func(of *prometheus.Desc, value float64, labels ...string) {
		list = append(list, prometheus.MustNewConstMetric(of, prometheus.GaugeValue, value, labels...))
	}
	for of, counted := range map[*prometheus.Desc]map[string]int64{
		c.statuses: sum.Status, c.plans: sum.PlanKey, c.planStatuses: sum.PlanStatus, c.identities: sum.IdentityStatus,
	} {
		for word, n := range counted {
			add(of, float64(n), word)
		}
	}
	root := registry.Stored(operator.Subject)
	disabled, err := c.store.CountTraits(ctx, rows.CountQuery{Under: root.ID, Deep: true, Traits: []rows.Trait{{Kind: rows.TraitWebhooks, Word: rows.WebhooksDisabled}}})
	if err == nil {
		add(c.disabled, float64(disabled[0].N))
	}
	if first := c.firstReview(ctx, operator); first != nil {
		add(c.deadline, float64(first.Unix()))
	}
	return list
}

// firstReview returns by when the first review is to be decided that waits for a person, nil
// for none.
func (c *Census) firstReview(ctx context.Context, operator tenancy.Caller) *time.Time {
	page, err := c.of.Lifecycle.List(ctx, operator, lifecycle.ListInput{
		Deep: true, Filter: rows.Filter{IdentityStatus: reviews.IdentityReview},
		Order: rows.Order{By: rows.ByReviewDeadline, Ascending: true}, Limit: 1, Uncounted: true,
	})
	if err != nil || len(page.Customers) == 0 {
		return nil
	}
	return rows.ReviewDeadline(page.Customers[0])
}
