package webhook

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/tenancy"
)

const (
	// lookEvery is how often the store is asked what is due.
	lookEvery = 500 * time.Millisecond
	// leaseLife is how long a webhook is left alone after a process that served it died;
	// longer than any batch takes.
	leaseLife = time.Minute
	// atOnce is how many messages one webhook is sent at a time, and the most that are
	// held in memory for it.
	atOnce = 8
	// maxLanes is how many webhooks are served at a time.
	maxLanes = 512
)

// Source is what a Sender needs of the domain; *app.App implements it.
type Source interface {
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
	// Timeout bounds one attempt; default that of the format, 10 or 15 seconds.
	Timeout time.Duration
	// Client sends; default one of its own, which keeps AllowPrivate and follows no
	// redirect.
	Client *http.Client
}

// Sender sends the deliveries that are due. It is safe for concurrent use.
type Sender struct {
	Options
	woken chan struct{}

	mu    sync.Mutex
	lanes map[rows.WebhookRef]bool
}

// New makes a Sender.
func New(o Options) *Sender {
	if o.Client == nil {
		o.Client = newClient(o.AllowPrivate)
	}
	return &Sender{Options: o, woken: make(chan struct{}, 1), lanes: make(map[rows.WebhookRef]bool)}
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
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	defer s.Client.CloseIdleConnections()
	var work sync.WaitGroup
	defer work.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		case <-s.woken:
		}
		if err := s.turn(ctx, &work, tell); err != nil {
			tell(err)
		}
	}
}

// Drain delivers everything that is due now and that no other process is sending, and
// waits until it is done. It returns the errors of the store; answers of receivers are
// not errors.
func (s *Sender) Drain(ctx context.Context) error {
	var mu sync.Mutex
	var failures []error
	var work sync.WaitGroup
	err := s.turn(ctx, &work, func(err error) {
		mu.Lock()
		defer mu.Unlock()
		failures = append(failures, err)
	})
	work.Wait()
	return errors.Join(append(failures, err)...)
}

// turn opens a lane, as part of work, for every webhook that has something due and no
// lane yet.
func (s *Sender) turn(ctx context.Context, work *sync.WaitGroup, report func(error)) error {
	due, err := s.Store.DueEndpoints(ctx, s.Now(), 2*maxLanes)
	if err != nil {
		return err
	}
	for _, ref := range due {
		if !s.enter(ref) {
			continue
		}
		work.Go(func() {
			defer s.leave(ref)
			if err := s.serve(ctx, ref); err != nil {
				report(err)
			}
		})
	}
	return nil
}

func (s *Sender) enter(ref rows.WebhookRef) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lanes[ref] || len(s.lanes) >= maxLanes {
		return false
	}
	s.lanes[ref] = true
	return true
}

func (s *Sender) leave(ref rows.WebhookRef) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.lanes, ref)
}
