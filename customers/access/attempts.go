package access

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

// The types of event of what was refused.
const (
	eventFailed = "access.failed" // a wrong key or password
	eventDenied = "access.denied" // a good credential without the scope or the policy
)

// Bounds of what is gathered between two turns. A target is an account: a key or a user
// of one customer. It has a row of its own whatever is tried at others, until there are
// too many targets; these are all real ones, so that strangers cannot make them up.
const (
	maxTargets = 100_000
	// maxSources bounds the networks told apart for one target; further ones are counted
	// together.
	maxSources = 20
	// maxRows bounds the networks told apart in all. Beyond it those that are new at a
	// target are counted together, each target still by itself.
	maxRows = 20_000
)

// target is what was tried: an account, or for a good credential what it was denied.
type target struct {
	customer tenancy.Ref // zero for accounts that do not exist: the operator's trail tells of them
	kind     string
	key      string // its public id; empty for none, and for a key that its customer never had
	user     tenancy.ID
	// credential, operation and code tell of a denial.
	credential, operation string
	code                  fault.Code
}

// attempts gathers what was refused, by target and by network, so that a flood costs no
// write for each, and hides no target behind another. Run records it every minute.
type attempts struct {
	mu      sync.Mutex
	by      map[target]map[string]*tally // by network; "" where there is none
	rows    int
	dropped tally // of targets beyond the bound
}

// tally is how often something was tried from one network.
type tally struct {
	Count int64 `json:"count"`
	// Unchecked are those of them that were turned away for coming too often, before the
	// credential was looked at.
	Unchecked   int64     `json:"unchecked,omitempty"`
	First       time.Time `json:"first"`
	Last        time.Time `json:"last"`
	ManySources bool      `json:"manySources,omitempty"` // several networks, counted together
	origin      tenancy.Origin
}

// manySources is the place of the networks that are counted together.
const manySources = "many"

func (t *tally) count(now time.Time, unchecked bool, origin tenancy.Origin) {
	if t.Count == 0 {
		t.First = now
	}
	t.Count++
	if unchecked {
		t.Unchecked++
	}
	t.Last, t.origin = now, origin
}

func (a *attempts) note(of target, now time.Time, unchecked bool, origin tenancy.Origin) {
	a.mu.Lock()
	defer a.mu.Unlock()
	counted, exact := a.place(of, origin.Address)
	if !exact {
		origin = tenancy.Origin{}
	}
	counted.count(now, unchecked, origin)
}

// place returns the tally of a target and a network, or within the bounds the one that it
// is counted in together with others; then exact is false. The mutex is held.
func (a *attempts) place(of target, from string) (counted *tally, exact bool) {
	sources, known := a.by[of]
	if !known {
		if len(a.by) >= maxTargets {
			return &a.dropped, false
		}
		if a.by == nil {
			a.by = map[target]map[string]*tally{}
		}
		sources = map[string]*tally{}
		a.by[of] = sources
	}
	if sources[from] == nil && (len(sources) >= maxSources || a.rows >= maxRows) {
		from = manySources
	}
	if sources[from] == nil {
		a.rows++
		sources[from] = &tally{ManySources: from == manySources}
	}
	return sources[from], from != manySources
}

func (a *attempts) take() (map[target]map[string]*tally, tally) {
	a.mu.Lock()
	defer a.mu.Unlock()
	by, dropped := a.by, a.dropped
	a.by, a.rows, a.dropped = nil, 0, tally{}
	return by, dropped
}

// noteFailure counts a refusal of a credential against the account that it was for; any
// other error is none of its business.
func (s *Service) noteFailure(ctx context.Context, of target, err error) {
	kind := fault.KindOf(err)
	if kind != fault.Unauthenticated && kind != fault.RateLimited {
		return
	}
	of.kind = eventFailed
	s.attempts.note(of, s.registry.Now(), kind == fault.RateLimited, tenancy.OriginOf(ctx))
}

// keyTarget returns the target of an attempt with a key: without the number of an entry
// that never was, which whoever tries may choose.
func keyTarget(c *customers.Customer, number int32) target {
	of := target{customer: c.Ref()}
	if entry, found := keys.Find(c.Keys, number); found {
		of.key = entry.ID(c.ID)
	}
	return of
}

// userTarget returns the target of an attempt as a user that its customer has.
func userTarget(c *customers.Customer, id tenancy.ID) target {
	if c == nil {
		return target{}
	}
	of := target{customer: c.Ref()}
	if _, found := userWith(c, id); found {
		of.user = id
	}
	return of
}

// NoteDenied counts that a good credential was refused an operation, for want of a scope
// because a plan or policy forbids to unmask, or because its key may not be used there. operation is the pattern of its route.
// Other refusals are ignored, and those of the operator at the machine.
func (s *Service) NoteDenied(ctx context.Context, caller tenancy.Caller, operation string, refusal error) {
	if caller.Actor == nil || caller.Credential.Kind == tenancy.LocalSocket || fault.KindOf(refusal) != fault.Forbidden {
		return
	}
	code := fault.CodeOf(refusal)
	if !slices.Contains([]fault.Code{fault.CodeScope, fault.CodeAddress, fault.CodePolicy, fault.CodePlan}, code) {
		return
	}
	of := target{
		customer: caller.Actor.Ref(), kind: eventDenied, credential: caller.Credential.ID, operation: operation, code: code,
	}
	s.attempts.note(of, s.registry.Now(), false, tenancy.OriginOf(ctx))
}

// FlushAttempts records what was refused since the last turn: an event for each target
// and network, in the trail of the customer that was tried or denied. What cannot be
// written is tried again at the next turn.
func (s *Service) FlushAttempts(ctx context.Context) error {
	by, dropped := s.attempts.take()
	var failures []error
	for _, of := range sortedTargets(by) {
		for from, counted := range by[of] {
			err := s.recordAttempts(ctx, of, *counted)
			if err != nil && !fault.IsNotFound(err) { // erased meanwhile
				failures = append(failures, err)
				continue
			}
			delete(by[of], from)
		}
	}
	if dropped.Count > 0 {
		if err := s.recordAttempts(ctx, target{kind: eventFailed, operation: "too many accounts at once"}, dropped); err != nil {
			failures = append(failures, err)
		} else {
			dropped = tally{}
		}
	}
	if len(failures) > 0 {
		s.attempts.putBack(by, dropped)
	}
	return errors.Join(failures...)
}

// sortedTargets orders targets, so that the trail does not depend on chance.
func sortedTargets(by map[target]map[string]*tally) []target {
	list := make([]target, 0, len(by))
	for of := range by {
		list = append(list, of)
	}
	slices.SortFunc(list, func(x, y target) int {
		return cmp.Or(cmp.Compare(x.customer.String(), y.customer.String()), cmp.Compare(x.kind, y.kind), cmp.Compare(x.key, y.key),
			cmp.Compare(x.user.String(), y.user.String()), cmp.Compare(x.credential, y.credential),
			cmp.Compare(x.operation, y.operation), cmp.Compare(x.code, y.code))
	})
	return list
}

// putBack adds what could not be recorded to what came since, within the same bounds: it
// may fail again and again.
func (a *attempts) putBack(by map[target]map[string]*tally, dropped tally) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dropped.add(dropped)
	for of, sources := range by {
		for from, earlier := range sources {
			counted, exact := a.place(of, from)
			if !exact {
				earlier.origin = tenancy.Origin{}
			}
			counted.add(*earlier)
		}
	}
}

// add adds what was counted earlier.
func (t *tally) add(earlier tally) {
	if earlier.Count == 0 {
		return
	}
	if t.Count == 0 {
		t.Last, t.origin = earlier.Last, earlier.origin
	}
	t.First = earlier.First
	t.Count, t.Unchecked = t.Count+earlier.Count, t.Unchecked+earlier.Unchecked
	t.ManySources = t.ManySources || earlier.ManySources
}

// aboutAttempts is what the event of attempts tells of them.
type aboutAttempts struct {
	Key       string `json:"key,omitempty"`
	User      string `json:"user,omitempty"`
	Unknown   bool   `json:"unknown,omitempty"` // the account does not exist, or not any more
	Operation string `json:"operation,omitempty"`
	Code      string `json:"code,omitempty"`
	tally
}

func (s *Service) recordAttempts(ctx context.Context, of target, counted tally) error {
	about := aboutAttempts{Key: of.key, Operation: of.operation, Code: string(of.code), tally: counted}
	if !of.user.IsZero() {
		about.User = of.user.String()
	}
	about.Unknown = of.kind == eventFailed && about.Key == "" && about.User == ""
	text, err := json.Marshal(map[string]aboutAttempts{"attempts": about})
	if err != nil {
		return err
	}
	c, err := s.triedAt(ctx, of.customer)
	if err != nil {
		return err
	}
	event := customers.Event{Type: of.kind, Credential: of.credential, About: text}
	if of.kind == eventDenied {
		event.Actor, event.Subject = c.ID, c.ID
	}
	return s.registry.Audit(tenancy.WithOrigin(ctx, counted.origin), c, event)
}

// triedAt reads the customer whose trail tells of attempts: the operator for accounts
// that do not exist.
func (s *Service) triedAt(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	if ref == (tenancy.Ref{}) {
		system, err := s.registry.System(ctx, "access")
		return registry.Stored(system.Actor), err
	}
	c, err := s.store.Get(ctx, ref)
	return c, rows.StoreFault(err, "reading the customer of refused attempts")
}
