package customers_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// quay is a customer with every nested object, and nothing that must be unique.
const quay = `{
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

// quaySecrets are what no event and no ordinary answer may show of quay.
var quaySecrets = []string{"000987654321", "001112222", "003334444", "005556666", "1979-06-05", "06-05-1979", "1981-01-02"}

// at gives the value at a dotted path of a view, nil when there is none.
func at(view any, path string) any {
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

// tryUpdate is update that also gives the faults of reading the body.
func (h *house) tryUpdate(caller tenancy.Caller, id, body string) (*customers.Customer, error) {
	h.t.Helper()
	in := customers.UpdateInput{CustomerID: id}
	if err := patch.Decode([]byte(body), &in.Input); err != nil {
		return nil, err
	}
	return h.svc.Update(h.t.Context(), caller, in)
}

// mint makes a restricted key of the party and gives a party that signs with it.
func (h *house) mint(p party, expiresInSeconds int, scopes ...string) party {
	h.t.Helper()
	in := customers.RestrictedKeyInput{Name: patch.Of("restricted"), Scopes: patch.Of(scopes)}
	if expiresInSeconds > 0 {
		in.ExpiresInSeconds = patch.Of(expiresInSeconds)
	}
	minted, err := h.svc.MintKey(h.t.Context(), h.as(p), "", in)
	must(h.t, err)
	return party{id: p.id, keys: pairOf(minted.Secret)}
}

// token exchanges the secret key of a party for an access token and gives a party
// that signs with that.
func (h *house) token(p party) party {
	h.t.Helper()
	grant, err := h.svc.GrantToken(h.t.Context(), customers.GrantInput{
		GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(p.id), ClientSecret: patch.Of(p.keys.Secret),
	})
	must(h.t, err)
	return party{id: p.id, keys: pairOf(grant.AccessToken)}
}

// login signs a dashboard user in.
func (h *house) login(username, password string) (party, error) {
	h.t.Helper()
	grant, err := h.svc.GrantToken(h.t.Context(), customers.GrantInput{
		GrantType: patch.Of("password"), Scope: patch.Of("auth"), Username: patch.Of(username), Password: patch.Of(secret.New(password)),
	})
	return party{id: grant.CustomerID.String(), keys: pairOf(grant.AccessToken)}, err
}

// present shows a bearer credential, for the party's own customer.
func (h *house) present(p party) error {
	_, err := h.svc.Authenticate(h.t.Context(), customers.Presented{Bearer: p.keys.Secret, SubjectID: p.id})
	return err
}

// setStatus changes a status from above.
func (h *house) setStatus(by party, id string, status customers.Status) {
	h.t.Helper()
	_, err := h.update(by, id, `{"status":"`+string(status)+`"}`)
	must(h.t, err)
}

// answer is the public half of a refusal: all that a caller can tell it by.
type answer struct {
	Kind  fault.Kind
	Code  fault.Code
	First fault.Violation
	More  int
	Retry int
}

func answerOf(t testing.TB, err error) answer {
	t.Helper()
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	return answer{refusal.Kind, refusal.Code, refusal.Violation, len(refusal.More), refusal.RetryAfterSeconds}
}

// duplicate demands the refusal of a taken value and that it names the field.
func duplicate(t testing.TB, err error, field string) {
	t.Helper()
	if got := fields(refused(t, err, fault.Conflict, fault.CodeConflict)); got[field] != fault.Duplicate {
		t.Fatalf("the refusal names %v, want %s", got, field)
	}
}

// together runs act n times at once and gives the errors.
func together(n int, act func(i int) error) []error {
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

// pairOf makes a credential other than a key pair presentable like one.
func pairOf(bearer secret.Text) keys.Pair { return keys.Pair{Secret: bearer} }

// unknownID is a well-formed id that names nobody.
const unknownID = "65e0a1b2c3d4e5f601234567"

// spy stands before a store: it counts the calls, keeps what they wrote, and lets
// a test step into one of them.
type spy struct {
	customers.Store

	mu      sync.Mutex
	calls   []string
	written []*customers.Customer
	claims  []customers.Claim
	traps   map[string]func(call func() error) error
}

// spied gives a spy and the tuning that puts it before the store of a house.
func spied() (*spy, tuning) {
	s := &spy{traps: map[string]func(func() error) error{}}
	return s, func(o *customers.Options) { s.Store, o.Store = o.Store, s }
}

// trap lets act step into the next call of a method; call is the real one.
func (s *spy) trap(method string, act func(call func() error) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traps[method] = act
}

// reset forgets the calls so far; since gives those after it.
func (s *spy) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.written, s.claims = nil, nil, nil
}

func (s *spy) since() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// crash is a trap: the process ends, or the store is gone, before the call.
func crash(func() error) error { return customers.ErrUnavailable }

// lost is a trap: the call is carried out, but its answer never arrives.
func lost(call func() error) error { return errors.Join(call(), customers.ErrUnavailable) }

func (s *spy) through(method string, call func() error) error {
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

func (s *spy) keep(c *customers.Customer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written = append(s.written, c)
}

func (s *spy) keepClaim(claim customers.Claim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims = append(s.claims, claim)
}

func (s *spy) Get(ctx context.Context, ref tenancy.Ref) (c *customers.Customer, err error) {
	err = s.through("Get", func() (err error) { c, err = s.Store.Get(ctx, ref); return err })
	return c, err
}

func (s *spy) GetAnywhere(ctx context.Context, id tenancy.ID) (c *customers.Customer, err error) {
	err = s.through("GetAnywhere", func() (err error) { c, err = s.Store.GetAnywhere(ctx, id); return err })
	return c, err
}

func (s *spy) Insert(ctx context.Context, c *customers.Customer) error {
	s.keep(c)
	return s.through("Insert", func() error { return s.Store.Insert(ctx, c) })
}

func (s *spy) Replace(ctx context.Context, c *customers.Customer, version int64) error {
	s.keep(c)
	return s.through("Replace", func() error { return s.Store.Replace(ctx, c, version) })
}

func (s *spy) Erase(ctx context.Context, c *customers.Customer, version int64) error {
	s.keep(c)
	return s.through("Erase", func() error { return s.Store.Erase(ctx, c, version) })
}

func (s *spy) List(ctx context.Context, q customers.Query) (page customers.Page, err error) {
	err = s.through("List", func() (err error) { page, err = s.Store.List(ctx, q); return err })
	return page, err
}

func (s *spy) Reserve(ctx context.Context, claim customers.Claim) (holder customers.Claim, taken bool, err error) {
	s.keepClaim(claim)
	err = s.through("Reserve", func() (err error) { holder, taken, err = s.Store.Reserve(ctx, claim); return err })
	return holder, taken, err
}

func (s *spy) Holder(ctx context.Context, key string) (holder customers.Claim, err error) {
	err = s.through("Holder", func() (err error) { holder, err = s.Store.Holder(ctx, key); return err })
	return holder, err
}

func (s *spy) Swap(ctx context.Context, held, next customers.Claim) (ok bool, err error) {
	s.keepClaim(next)
	err = s.through("Swap", func() (err error) { ok, err = s.Store.Swap(ctx, held, next); return err })
	return ok, err
}

func (s *spy) Release(ctx context.Context, held customers.Claim) error {
	return s.through("Release", func() error { return s.Store.Release(ctx, held) })
}

// almost is a moment short of the time that an orphan claim, or an attempt without
// an answer, may stand in the way.
const almost = time.Minute - time.Millisecond
