package webhook

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/turns"
	"tenantry/tenancy"
)

// lookPace is how often the store is asked what is due in the slots of this process. What
// its relay adds wakes it, and it remembers when it is to try again what failed, so a long
// rest delays only what other processes left.
var lookPace = turns.Pace{Busy: 500 * time.Millisecond, Idle: 10 * time.Second}

const (
	// leaseLife is how long a webhook is left alone after a process that served it died;
	// longer than any batch takes.
	leaseLife = time.Minute
	// atOnce is how many messages one webhook is sent at a time, and the most that are
	// held in memory for it.
	atOnce = 8
	// maxLanes is how many webhooks are served at a time.
	maxLanes = 512
	// maxLooked is how many webhooks are looked at in one turn.
	maxLooked = 2 * maxLanes
)

// Source is what a Sender needs of the domain; *app.App implements it.
type Source interface {
	Share(ctx context.Context) (tenancy.Slots, error)
	Lease(ctx context.Context, name string, life time.Duration) (*webhooks.Lease, error)
	Target(ctx context.Context, ref rows.WebhookRef) (webhooks.Target, error)
	Message(ctx context.Context, d rows.Delivery) (rows.LoggedEvent, error)
	Account(ctx context.Context, d rows.Delivery) (tenancy.ID, error)
	NoteFailure(ctx context.Context, ref rows.WebhookRef, attempts int) (webhooks.Failing, error)
	NoteSuccess(ctx context.Context, ref rows.WebhookRef) error
	DisableEndpoint(ctx context.Context, ref rows.WebhookRef, reason string) error
}

// Options are what a Sender is made of. Source, Store and Now are required.
type Options struct {
	Source Source
	Store  webhooks.Deliveries
	Now    func() time.Time
	// BaseURL is how clients reach the API; it stands in links of messages.
	BaseURL string
	// AllowPrivate lets messages go to loopback, private and link-local addresses,
	// AllowInsecure to http URLs.
	AllowPrivate, AllowInsecure bool
	// AllowAnyPort lets messages go to ports of services other than the web's.
	AllowAnyPort bool
	// Timeout bounds one attempt; default that of the format, 10 or 15 seconds.
	Timeout time.Duration
	// Client sends; default one of its own, which keeps AllowPrivate and follows no
	// redirect.
	Client *http.Client
}

// Sender sends the deliveries that are due. It is safe for concurrent use.
type Sender struct {
	Options
	metrics metrics
	woken   chan struct{}

	mu    sync.Mutex
	lanes map[rows.WebhookRef]bool
	each  map[tenancy.ID]int // lanes of a tenant; tenants without one are not in it
	// last is the tenant behind which the next turn looks, because the turn before found
	// more than it may look at.
	last tenancy.ID
	// retry is when the first of the deliveries is due that this process is to try again;
	// zero for none.
	retry time.Time
}

// New makes a Sender.
func New(o Options) *Sender {
	if o.Client == nil {
		o.Client = newClient(o.AllowPrivate)
	}
	return &Sender{Options: o, metrics: newMetrics(), woken: make(chan struct{}, 1), lanes: make(map[rows.WebhookRef]bool), each: make(map[tenancy.ID]int)}
}

// Wake makes Run look for due deliveries at once.
func (s *Sender) Wake() {
	select {
	case s.woken <- struct{}{}:
	default: // it looks already
	}
}

// Run delivers until ctx ends, and waits for what is under way, which ctx ends too: a
// message that was cut off is sent again by the next Run. Errors of the store are passed
// to report and tried again; report may be nil.
func (s *Sender) Run(ctx context.Context, report func(error)) {
	if report == nil {
		report = func(error) {}
	}
	tell := func(err error) {
		if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
	pace := lookPace
	look := time.NewTimer(pace.Rest(true))
	defer look.Stop()
	defer s.Client.CloseIdleConnections()
	var work sync.WaitGroup
	defer work.Wait()
	for {
		var of tenancy.Slots
		var err error
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			of, err = s.Source.Share(ctx)
		case <-s.woken:
			of, err = tenancy.AllSlots, nil
		}
		found := 0
		if err == nil {
			found, _, err = s.turn(ctx, of, &work, tell)
		}
		if err != nil {
			tell(err)
		}
		look.Reset(s.rest(pace.Rest(found > 0)))
	}
}

// rest returns how long to wait for the next look, which a retry of this process may end.
func (s *Sender) rest(longest time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.retry.IsZero() {
		return longest
	}
	until := s.retry.Sub(s.Now())
	if until <= longest {
		s.retry = time.Time{}
	}
	return max(min(until, longest), lookPace.Busy)
}

// remember notes when a delivery is to be tried again.
func (s *Sender) remember(due time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.retry.IsZero() || due.Before(s.retry) {
		s.retry = due
	}
}

// Drain delivers everything that is due now and that no other process is sending, and
// waits until it is done. It returns the errors of the store; answers of receivers are
// not errors.
func (s *Sender) Drain(ctx context.Context) error {
	var mu sync.Mutex
	var failures []error
	var work sync.WaitGroup
	for more := true; more; {
		var err error
		_, more, err = s.turn(ctx, tenancy.AllSlots, &work, func(err error) {
			mu.Lock()
			defer mu.Unlock()
			failures = append(failures, err)
		})
		work.Wait()
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
	}
	return errors.Join(failures...)
}

// turn opens a lane, as part of work, for every webhook of some slots that has something
// due and no lane yet, as far as its tenant may have one more. It returns how many have,
// and whether a webhook was left for want of a lane.
func (s *Sender) turn(ctx context.Context, of tenancy.Slots, work *sync.WaitGroup, report func(error)) (found int, more bool, err error) {
	due, err := s.due(ctx, of)
	more = len(due) == maxLooked
	for _, ref := range due {
		entered, full := s.enter(ref)
		more = more || full
		if !entered {
			continue
		}
		work.Go(func() {
			defer s.leave(ref)
			if err := s.serve(ctx, ref); err != nil {
				report(err)
			}
		})
	}
	return len(due), more, err
}

// due returns webhooks of some slots that have something due. If there are more than one turn looks at,
// the next turn begins with those behind them, so that each tenant has its turn.
func (s *Sender) due(ctx context.Context, of tenancy.Slots) ([]rows.WebhookRef, error) {
	s.mu.Lock()
	q := rows.DueQuery{At: s.Now(), Of: of, After: s.last, Each: maxLanes / 2, Limit: maxLooked}
	s.mu.Unlock()
	due, err := s.Store.DueEndpoints(ctx, q)
	if err == nil && !q.After.IsZero() && len(due) < q.Limit {
		var first []rows.WebhookRef
		q.After, q.Limit = tenancy.ID{}, q.Limit-len(due)
		first, err = s.Store.DueEndpoints(ctx, q)
		due = append(due, first...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = tenancy.ID{}
	if len(due) == maxLooked {
		s.last = due[len(due)-1].Customer.Tenant
	}
	return due, err
}

// enter opens a lane, unless the webhook has one or its tenant has as many lanes as are
// free: so a lane is free for a tenant that has none, whatever the receivers of others do. It
// reports whether it opened one, and whether it did not for want of lanes.
func (s *Sender) enter(ref rows.WebhookRef) (entered, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	free := maxLanes - len(s.lanes)
	if s.lanes[ref] {
		return false, false
	}
	if own := s.each[ref.Customer.Tenant]; free == 0 || own > 0 && own >= free {
		return false, true
	}
	s.lanes[ref] = true
	s.each[ref.Customer.Tenant]++
	return true, false
}

func (s *Sender) leave(ref rows.WebhookRef) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.lanes, ref)
	if s.each[ref.Customer.Tenant]--; s.each[ref.Customer.Tenant] == 0 {
		delete(s.each, ref.Customer.Tenant)
	}
}

// crowded reports whether lanes should be given up after each batch, because there is
// none for another webhook.
func (s *Sender) crowded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lanes) >= maxLanes
}
