package testkit

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Quay is a customer with every nested object, and nothing that must be unique.
const Quay = `{
  "name": "Quay Coffee", "email": "hello@quay.example", "planKey": "merchant", "description": "A bar on the quay", "externalId": "q-1",
  "address": {"street1": "1 Quay Street", "street2": "Unit 2", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"},
  "contact": {"firstName": "Ada", "lastName": "Quay", "email": "ada@quay.example", "phone": "2075550100", "dateOfBirth": "1979-06-05"},
  "defaultBank": {"accountHolderType": "company", "accountType": "checking", "routingNumber": "110000000", "accountNumber": "000987654321"},
  "legalEntity": {"entityType": "LLC", "businessName": "Quay Coffee LLC", "businessTaxId": "001112222", "personalTaxId": "003334444",
    "businessSalesVolume": "120000", "yearsInBusiness": "3", "stakePercent": "50",
    "additionalOwners": [
      {"stakePercent": "30", "title": "Roaster", "personalTaxId": "005556666", "contact": {"firstName": "Ben", "dateOfBirth": "1981-01-02"}},
      {"stakePercent": "20", "contact": {"firstName": "Cleo"}}]},
  "merchant": {"businessName": "Quay", "businessUrl": "https://quay.example", "statementDescriptor": "QUAY"},
  "settings": {"events": {"enabled": true, "urls": {"always": ["https://a.example", "https://b.example"]}}},
  "meta": {"crm": 7, "rate": 1.50, "html": "<b>&</b>", "big": 12345678901234567890, "nested": {"x": 1.0}}
}`

// QuaySecrets are what no event and no ordinary answer may show of quay.
var QuaySecrets = []string{"000987654321", "001112222", "003334444", "005556666", "1979-06-05", "06-05-1979", "1981-01-02"}

// At gives the value at a dotted path of a view, nil when there is none.
func At(view any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch node := view.(type) {
		case map[string]any:
			view = node[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(node) {
				return nil
			}
			view = node[i]
		default:
			return nil
		}
	}
	return view
}

// TryUpdate is update that also gives the faults of reading the body.
func (h *Env) TryUpdate(caller tenancy.Caller, id, body string) (*customers.Customer, error) {
	h.T.Helper()
	in := lifecycle.UpdateInput{CustomerID: id}
	if err := patch.Decode([]byte(body), &in.Input); err != nil {
		return nil, err
	}
	return h.Svc.Lifecycle.Update(h.T.Context(), caller, in)
}

// Mint makes a restricted key of the party and gives a party that signs with it.
func (h *Env) Mint(p Party, expiresInSeconds int, scopes ...string) Party {
	h.T.Helper()
	in := access.RestrictedKeyInput{Name: patch.Of("restricted"), Scopes: patch.Of(scopes)}
	if expiresInSeconds > 0 {
		in.ExpiresInSeconds = patch.Of(expiresInSeconds)
	}
	minted, err := h.Svc.Access.MintKey(h.T.Context(), h.As(p), "", in)
	Must(h.T, err)
	return Party{ID: p.ID, Keys: PairOf(minted.Secret)}
}

// Token exchanges the secret key of a party for an access token and gives a party
// that signs with that.
func (h *Env) Token(p Party) Party {
	h.T.Helper()
	grant, err := h.Svc.Access.GrantToken(h.T.Context(), access.GrantInput{
		GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(p.ID), ClientSecret: patch.Of(p.Keys.Secret),
	})
	Must(h.T, err)
	return Party{ID: p.ID, Keys: PairOf(grant.AccessToken)}
}

// Login signs a dashboard user in.
func (h *Env) Login(username, password string) (Party, error) {
	h.T.Helper()
	grant, err := h.Svc.Access.GrantToken(h.T.Context(), access.GrantInput{
		GrantType: patch.Of("password"), Scope: patch.Of("auth"), Username: patch.Of(username), Password: patch.Of(secret.New(password)),
	})
	return Party{ID: grant.CustomerID.String(), Keys: PairOf(grant.AccessToken)}, err
}

// Present shows a bearer credential, for the party's own customer.
func (h *Env) Present(p Party) error {
	_, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Bearer: p.Keys.Secret, SubjectID: p.ID})
	return err
}

// SetStatus changes a status from above.
func (h *Env) SetStatus(by Party, id string, status customers.Status) {
	h.T.Helper()
	_, err := h.Update(by, id, `{"status":"`+string(status)+`"}`)
	Must(h.T, err)
}

// Answer is the public half of a refusal: all that a caller can tell it by.
type Answer struct {
	Kind  fault.Kind
	Code  fault.Code
	First fault.Violation
	More  int
	Retry int
}

func AnswerOf(t testing.TB, err error) Answer {
	t.Helper()
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	return Answer{refusal.Kind, refusal.Code, refusal.Violation, len(refusal.More), refusal.RetryAfterSeconds}
}

// Duplicate demands the refusal of a taken value and that it names the field.
func Duplicate(t testing.TB, err error, field string) {
	t.Helper()
	if got := Fields(Refused(t, err, fault.Conflict, fault.CodeConflict)); got[field] != fault.Duplicate {
		t.Fatalf("the refusal names %v, want %s", got, field)
	}
}

// Together runs act n times at once and gives the errors.
func Together(n int, act func(i int) error) []error {
	failed := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			failed[i] = act(i)
		})
	}
	close(start)
	all.Wait()
	return failed
}

// PairOf makes a credential other than a key pair presentable like one.
func PairOf(bearer secret.Text) keys.Pair { return keys.Pair{Secret: bearer} }

// UnknownID is a well-formed id that names nobody.
const UnknownID = "65e0a1b2c3d4e5f601234567"

// Spy stands before a store: it counts the calls, keeps what they wrote, and lets
// a test step into one of them.
type Spy struct {
	store.Store

	mu      sync.Mutex
	calls   []string
	Written []*customers.Customer
	Claims  []customers.Reservation
	traps   map[string]func(call func() error) error
}

// Spied gives a spy and the tuning that puts it before the store of a house.
func Spied() (*Spy, Tuning) {
	s := &Spy{traps: map[string]func(func() error) error{}}
	return s, func(o *app.Options) { s.Store, o.Store = o.Store, s }
}

// Trap lets act step into the next call of a method; call is the real one.
func (s *Spy) Trap(method string, act func(call func() error) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traps[method] = act
}

// Reset forgets the calls so far; since gives those after it.
func (s *Spy) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.Written, s.Claims = nil, nil, nil
}

func (s *Spy) Since() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Crash is a trap: the process ends, or the store is gone, before the call.
func Crash(func() error) error { return customers.ErrUnavailable }

// Lost is a trap: the call is carried out, but its answer never arrives.
func Lost(call func() error) error { return errors.Join(call(), customers.ErrUnavailable) }

func (s *Spy) through(method string, call func() error) error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	act := s.traps[method]
	delete(s.traps, method)
	s.mu.Unlock()
	if act == nil {
		return call()
	}
	return act(call)
}

func (s *Spy) keep(c *customers.Customer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Written = append(s.Written, c)
}

func (s *Spy) keepClaim(claim customers.Reservation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Claims = append(s.Claims, claim)
}

func (s *Spy) Get(ctx context.Context, ref tenancy.Ref) (c *customers.Customer, err error) {
	err = s.through("Get", func() (err error) { c, err = s.Store.Get(ctx, ref); return err })
	return c, err
}

func (s *Spy) GetAnywhere(ctx context.Context, id tenancy.ID) (c *customers.Customer, err error) {
	err = s.through("GetAnywhere", func() (err error) { c, err = s.Store.GetAnywhere(ctx, id); return err })
	return c, err
}

func (s *Spy) Insert(ctx context.Context, c *customers.Customer) error {
	s.keep(c)
	return s.through("Insert", func() error { return s.Store.Insert(ctx, c) })
}

func (s *Spy) Replace(ctx context.Context, c *customers.Customer, version int64) error {
	s.keep(c)
	return s.through("Replace", func() error { return s.Store.Replace(ctx, c, version) })
}

func (s *Spy) Erase(ctx context.Context, c *customers.Customer, version int64) error {
	s.keep(c)
	return s.through("Erase", func() error { return s.Store.Erase(ctx, c, version) })
}

func (s *Spy) List(ctx context.Context, q customers.Query) (page customers.Page, err error) {
	err = s.through("List", func() (err error) { page, err = s.Store.List(ctx, q); return err })
	return page, err
}

func (s *Spy) Reserve(ctx context.Context, claim customers.Reservation) (holder customers.Reservation, taken bool, err error) {
	s.keepClaim(claim)
	err = s.through("Reserve", func() (err error) { holder, taken, err = s.Store.Reserve(ctx, claim); return err })
	return holder, taken, err
}

func (s *Spy) ReservationHolder(ctx context.Context, key string) (holder customers.Reservation, err error) {
	err = s.through("Holder", func() (err error) { holder, err = s.Store.ReservationHolder(ctx, key); return err })
	return holder, err
}

func (s *Spy) CompareAndSwap(ctx context.Context, held, next customers.Reservation) (ok bool, err error) {
	s.keepClaim(next)
	err = s.through("Swap", func() (err error) { ok, err = s.Store.CompareAndSwap(ctx, held, next); return err })
	return ok, err
}

func (s *Spy) Release(ctx context.Context, held customers.Reservation) error {
	return s.through("Release", func() error { return s.Store.Release(ctx, held) })
}

// Almost is a moment short of the time that an orphan claim, or an attempt without
// an answer, may stand in the way.
const Almost = time.Minute - time.Millisecond
