package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"

	"tenantry/client"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// installed starts an installation with a platform, whose client it returns beside it.
func installed(t *testing.T) (*apitest.Installation, *client.Client) {
	t.Helper()
	h := apitest.Install(t)
	return h, signing(t, h.URL, h.Platform("Harbor"))
}

// signing returns a client that signs with the secret key of a party.
func signing(t *testing.T, url string, p testkit.Party, options ...client.Option) *client.Client {
	t.Helper()
	_, fast := quick()
	c, err := client.New(url, append([]client.Option{client.WithKey(p.Secret()), fast}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	if c.Customer() != p.ID {
		t.Fatalf("the client acts for %q, want the owner of its key", c.Customer())
	}
	return c
}

// got returns the value of a call that must not fail.
func got[T any](value T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// demand fails unless a call ended so.
func demand(t *testing.T, name string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s ended with %v, want %v", name, err, want)
	}
}

var bakery = client.CustomerInput{
	Name: "Ada's Bakery", Email: "ada@example.com", PlanKey: "merchant", ExternalID: client.Set("crm-1"),
	Address: client.Set(client.AddressInput{Street1: "1 Main St", City: "Oakland", State: client.Set("CA"), PostalCode: client.Set("94607"), Country: "USA"}),
	Meta:    client.Set(map[string]any{"segment": "retail", "stores": 2}),
}

// A customer is made, read, changed and erased, each version by its own ETag; what is
// absent stays, null clears.
func TestCustomers(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	h, c := installed(t)
	made := got(c.Customers.Create(ctx, bakery))(t)
	if made.Keys == nil || made.Keys.Secret.Empty() || made.ETag == "" || made.Created.IsZero() || made.Address.City != "Oakland" || made.Meta["segment"] != "retail" {
		t.Errorf("the new customer is %+v", made)
	}
	read := got(c.Customers.Get(ctx, made.ID))(t)
	if read.ETag != made.ETag || read.ExternalID != "crm-1" {
		t.Errorf("it reads as version %s with the external id %q", read.ETag, read.ExternalID)
	}
	if version := got(c.Customers.Version(ctx, made.ID))(t); version != read.ETag {
		t.Errorf("its version is %s, want %s", version, read.ETag)
	}
	_, err := c.Customers.Get(ctx, made.ID, client.IfNoneMatch(read.ETag))
	demand(t, "reading what is known", err, client.ErrNotModified)

	tried := got(c.Customers.Update(ctx, made.ID, client.CustomerChange{Name: "Tried"}, client.DryRun()))(t)
	if now := got(c.Customers.Get(ctx, made.ID))(t); tried.Name != "Tried" || now.Name != bakery.Name {
		t.Errorf("a dry run answered %q and left %q", tried.Name, now.Name)
	}
	change := client.CustomerChange{Name: "Ada & Daughters", ExternalID: client.Null[string](), Meta: client.Set(map[string]any{"stores": nil})}
	changed := got(c.Customers.Update(ctx, made.ID, change, client.IfMatch(read.ETag)))(t)
	if changed.Name != change.Name || changed.ExternalID != "" || changed.Email != bakery.Email || len(changed.Meta) != 1 || changed.ETag == read.ETag {
		t.Errorf("the changed customer is %+v", changed)
	}
	_, err = c.Customers.Update(ctx, made.ID, change, client.IfMatch(read.ETag))
	demand(t, "changing an old version", err, client.ErrPreconditionFailed)
	_, err = c.Customers.Create(ctx, client.CustomerInput{PlanKey: "merchant", Email: "no"})
	demand(t, "making an invalid customer", err, client.ErrValidationError)
	if refusal, ok := errors.AsType[*client.Error](err); !ok || len(refusal.Errors) != 2 || refusal.Ref == "" || refusal.MoreInfo == "" || refusal.Parameter == "" {
		t.Errorf("the refusal is %+v", refusal)
	}
	stranger := signing(t, h.URL, h.Platform("Rival"))
	_, err = stranger.Customers.Get(ctx, made.ID)
	demand(t, "reading a stranger's customer", err, client.ErrNotFound)

	demand(t, "erasing a customer", c.Customers.Delete(ctx, made.ID, client.IfMatch(changed.ETag)), nil)
	_, err = c.Customers.Get(ctx, made.ID)
	demand(t, "reading an erased customer", err, client.ErrNotFound)
	for _, id := range []string{"", ".", ".."} {
		if err := c.Customers.Delete(ctx, id); err == nil || errors.Is(err, client.ErrNotFound) {
			t.Errorf("a call with the id %q was sent and ended with %v", id, err)
		}
	}
}

// Keys, people, banks, cards and receivers of a merchant, as a platform manages them.
func TestPartsOfACustomer(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	_, c := installed(t)
	shop := got(c.Customers.Create(ctx, bakery))(t)

	key := got(c.Keys.Create(ctx, shop.ID, client.RestrictedKeyInput{Name: "reports", Scopes: []client.Scope{client.ScopeRead}}))(t)
	if key.Secret.Empty() || key.Type != "restricted" {
		t.Errorf("the restricted key is %+v", key)
	}
	pair := got(c.Keys.Rotate(ctx, shop.ID, client.RotateInput{GraceSeconds: client.Set(0)}))(t)
	if pair.Keys.Secret.Empty() || len(pair.Previous) != 1 {
		t.Errorf("the new pair is %+v", pair)
	}
	got(c.Keys.Revoke(ctx, shop.ID, key.ID))(t)
	if list := got(c.Keys.List(ctx, shop.ID))(t); len(list) != 3 {
		t.Errorf("there are %d keys, want 3", len(list))
	}

	user := got(c.Users.Create(ctx, shop.ID, client.UserInput{Username: "ada", Password: client.NewSecret("lantern-harbor-42"), Name: client.Set("Ada")}))(t)
	if user = got(c.Users.Update(ctx, shop.ID, user.ID, client.UserChange{Name: client.Null[string]()}))(t); user.Name != "" || user.Role != client.RoleAdmin {
		t.Errorf("the user is %+v", user)
	}
	token := got(c.Access.Grant(ctx, client.GrantInput{GrantType: "password", Username: "ada", Password: client.NewSecret("lantern-harbor-42")}))(t)
	if token.AccessToken.Empty() || token.CustomerID != shop.ID {
		t.Errorf("the access token is %+v", token)
	}

	bank := got(c.Banks.Create(ctx, shop.ID, client.BankInput{RoutingNumber: "121000248", AccountNumber: client.NewSecret("123456789"), NameOnAccount: client.Set("Ada")}))(t)
	if bank = got(c.Banks.StartDrops(ctx, shop.ID, bank.ID))(t); bank.Last4 != "6789" || !bank.IsDefault || !bank.Dropped {
		t.Errorf("the bank is %+v", bank)
	}
	if bank = got(c.Banks.ConfirmDrops(ctx, shop.ID, bank.ID, client.DropsInput{Amounts: []string{"32", "45"}}))(t); !bank.Verified {
		t.Errorf("the bank is not verified: %+v", bank)
	}

	settings := got(c.Settings.Update(ctx, shop.ID, client.SettingsInput{Events: &client.EventSettingsInput{
		Enabled: client.Set(true), URLs: &client.EventURLsInput{Filtered: client.Set([]client.Receiver{{URL: "https://hooks.example.com/banks", Types: client.Set([]string{"bank.*"})}})},
	}}))(t)
	if settings.Events == nil || settings.Events.Enabled == nil || !*settings.Events.Enabled {
		t.Errorf("the settings are %+v", settings)
	}
	hooks := got(c.Webhooks.List(ctx, shop.ID))(t)
	if len(hooks) != 1 || hooks[0].Format != client.FormatNative || !slices.Equal(hooks[0].Types, []string{"bank.*"}) {
		t.Fatalf("the webhooks are %+v", hooks)
	}
	if renewed := got(c.Webhooks.RenewSecret(ctx, shop.ID, hooks[0].ID, client.WebhookSecretInput{}))(t); renewed.Secret.Empty() {
		t.Error("the webhook has no secret")
	}

	if who := got(c.As(shop.ID).Access.WhoAmI(ctx))(t); who.Subject.ID != shop.ID || who.Actor.ID != c.Customer() {
		t.Errorf("the service sees %+v", who)
	}
	if plans := got(c.Plans.List(ctx))(t); !slices.ContainsFunc(plans, func(p client.Plan) bool { return p.Key == "merchant" }) {
		t.Errorf("the plans are %+v", plans)
	}
}

// A list is read page by page, each customer once, and no further than the loop goes.
func TestListsWalkAllPages(t *testing.T) {
	t.Parallel()
	h, c := installed(t)
	platform := testkit.Party{ID: c.Customer()}
	for n := range 7 {
		h.Row(platform, fmt.Sprint("Row ", n))
	}
	var names []string
	for customer, err := range c.Customers.List(t.Context(), client.CustomerFilter{Limit: 3, Order: "name ASC"}) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, customer.Name)
	}
	if want := []string{"Row 0", "Row 1", "Row 2", "Row 3", "Row 4", "Row 5", "Row 6"}; !slices.Equal(names, want) {
		t.Errorf("the list is %q, want %q", names, want)
	}
	for range c.Customers.List(t.Context(), client.CustomerFilter{Limit: 3}) {
		break
	}
	page := got(c.Customers.Page(t.Context(), client.CustomerFilter{Limit: 3}))(t)
	if page.Count != 7 || len(page.Results) != 3 || page.Settings.NextCursor == "" {
		t.Errorf("the page has %d of %d customers", len(page.Results), page.Count)
	}
	rest := 0
	for _, err := range c.Customers.List(t.Context(), client.CustomerFilter{Limit: 3, Cursor: page.Settings.NextCursor}) {
		demand(t, "a list from the middle", err, nil)
		rest++
	}
	if rest != 4 {
		t.Errorf("from the second page on there are %d customers, want 4", rest)
	}
}

// cutting is a proxy that carries requests out and, for as many as cuts says, ends the
// connection in place of the answer.
func cutting(t *testing.T, behind string, cuts int64) (where string, made *atomic.Int64) {
	t.Helper()
	target, err := url.Parse(behind)
	if err != nil {
		t.Fatal(err)
	}
	made = new(atomic.Int64)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(*http.Response) error {
		if made.Add(1) <= cuts {
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL, made
}

// A write whose answers are lost is done once, and answered in the end with what it did.
func TestALostAnswerIsNotDoneTwice(t *testing.T) {
	t.Parallel()
	h := apitest.Install(t)
	platform := h.Platform("Harbor")
	where, tries := cutting(t, h.URL, 2)
	c := signing(t, where, platform)
	var answer client.Response
	made := got(c.Customers.Create(t.Context(), bakery, client.Answered(&answer)))(t)
	if tries.Load() != 3 || !answer.Replayed() || made.Name != bakery.Name || made.Keys == nil {
		t.Errorf("after %d tries it was answered with %+v, replayed: %t", tries.Load(), made, answer.Replayed())
	}
	if page := got(c.Customers.Page(t.Context(), client.CustomerFilter{}))(t); page.Count != 1 {
		t.Errorf("there are %d customers, want the one that was asked for", page.Count)
	}
}

// One client serves many goroutines at once, and copies of it that act for others.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	_, c := installed(t)
	results := make(chan error, 8)
	for n := range cap(results) {
		go func() {
			made, err := c.Customers.Create(t.Context(), client.CustomerInput{Name: fmt.Sprint("Shop ", n), Email: "s@example.com", PlanKey: "merchant"})
			if err == nil {
				_, err = c.As(made.ID).Access.WhoAmI(t.Context())
			}
			results <- err
		}()
	}
	for range cap(results) {
		demand(t, "a call beside others", <-results, nil)
	}
	if page := got(c.Customers.Page(t.Context(), client.CustomerFilter{}))(t); page.Count != cap(results) {
		t.Errorf("there are %d customers, want %d", page.Count, cap(results))
	}
}

// Many customers are made by one request, each line answered; the same lines again make
// nobody twice.
func TestBulk(t *testing.T) {
	t.Parallel()
	_, c := installed(t)
	lines := func(yield func(client.BulkLine) bool) {
		for n := range 5 {
			line := client.BulkLine{IdempotencyKey: fmt.Sprint("row-", n), Customer: client.CustomerInput{Name: fmt.Sprint("Row ", n), Email: "r@example.com", PlanKey: "payer"}}
			if n == 3 {
				line.Customer.PlanKey = "nothing"
			}
			if !yield(line) {
				return
			}
		}
	}
	for _, replayed := range []int{0, 4} {
		var refused []string
		summary, err := c.Customers.Bulk(t.Context(), lines, client.BulkOptions{ContinueOnError: true}, func(r client.BulkResult) error {
			if r.Error != nil {
				refused = append(refused, fmt.Sprint(r.Line, " ", r.Error.Details.Parameter))
			} else if r.Customer == nil || r.Customer.ID == "" {
				t.Errorf("line %d has neither customer nor error", r.Line)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !summary.Complete || summary.Created != 4-replayed || summary.Replayed != replayed || summary.Refused != 1 || !slices.Equal(refused, []string{"4 planKey"}) {
			t.Errorf("the summary is %+v, refused were %q", summary, refused)
		}
	}
	stop := errors.New("enough")
	_, err := c.Customers.Bulk(t.Context(), lines, client.BulkOptions{}, func(client.BulkResult) error { return stop })
	demand(t, "a bulk that its caller ends", err, stop)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Customers.Bulk(ended, lines, client.BulkOptions{}, func(client.BulkResult) error { return nil })
	demand(t, "a bulk whose context has ended", err, context.Canceled)
}
