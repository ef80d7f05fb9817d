package api_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/internal/store"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
	"tenantry/plans"
	"tenantry/tenancy"
)

// forgetful is a store that, told to, makes anew what shows a customer.
type forgetful struct {
	store.Store
	cold        atomic.Bool
	asked, made atomic.Int64 // while it is not
}

func (f *forgetful) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error) {
	if f.cold.Load() {
		return show.Read(ctx, f.Store, ref)
	}
	f.asked.Add(1)
	of := show.Of
	show.Of = func(c *customers.Customer) (shown.Answer, error) { f.made.Add(1); return of(c) }
	return f.Store.Shown(ctx, ref, show)
}

func (f *forgetful) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	if !f.cold.Load() {
		return f.Store.List(ctx, q)
	}
	show := q.Show
	q.Show = nil
	page, err := f.Store.List(ctx, q)
	if err == nil {
		err = page.ShowBy(show)
	}
	return page, err
}

// What is kept of answers changes none: after any operations, whoever asks for whichever
// customer or list of them, with whatever became of its key and of those above, is answered
// as by a store that keeps nothing.
func TestKeptAnswersAreTheAnswers(t *testing.T) {
	t.Parallel()
	opened, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	testkit.Must(t, err)
	defer func() { testkit.Must(t, opened.Close(context.WithoutCancel(t.Context()))) }()
	disk := &forgetful{}
	e := newEnv(t, func(s *setup) {
		s.Store, s.RatePerMinute, s.TenantRatePerMinute = opened, 1<<30, 1<<30
		s.wrap = func(inner store.Store) store.Store { disk.Store = inner; return disk }
		s.plans = plans.Defaults()
		for i := range s.plans {
			if s.plans[i].Key == "payer" {
				s.plans[i].Requirements = []plans.Rule{{Path: "contact.phone", After: plans.After{Days: 2}, Features: []plans.Feature{plans.SendPayments}}}
			}
		}
	})
	p, rival := e.platform(), e.platform()
	shop := p.merchant()
	blind, reading := shop.restricted("webhooks:write"), shop.restricted("read")
	// again asks without a look at openapi.yaml, which what it is compared with had.
	again := func(c *client) *client {
		unchecked := e.Client()
		unchecked.Header = c.Header
		return &client{unchecked, e}
	}
	grown, _ := p.child(with(minimal("merchant"), object{
		"contact": contact(), "legalEntity": legalEntity(), "merchant": with(merchant(), object{"personalContact": contact()}), "defaultBank": bank(),
		"description": `"object":"customer","created":"`, "meta": object{"object": "customer", "created": "then"},
	}))
	rapid.Check(t, func(r *rapid.T) {
		for _, one := range []actor{p, shop} {
			e.operator.self().patch(one.path(), object{"status": "active"}).ok(http.StatusOK)
		}
		payer, _ := p.child(minimal("payer"))
		readers := map[string]*client{
			"the operator": e.operator.self(), "the platform": p.self(), "the rival": rival.self(), "the shop": shop.self(), "the payer": payer.self(),
			"the platform for the shop": p.behalf(shop.id), "a key that cannot read": blind, "a key that can": reading,
		}
		change := func(do func(a actor)) func(*rapid.T) {
			return func(r *rapid.T) {
				do(rapid.SampledFrom([]actor{shop, payer, grown}).Draw(r, "customer"))
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"rename": func(r *rapid.T) {
				of := rapid.SampledFrom([]actor{shop, payer, grown, p}).Draw(r, "of")
				e.operator.self().patch(of.path(), object{"name": rapid.SampledFrom([]string{"One", "Two"}).Draw(r, "name")}, wrong)
			},
			"status": func(r *rapid.T) {
				of := rapid.SampledFrom([]actor{p, shop, payer}).Draw(r, "of")
				e.operator.self().patch(of.path(), object{"status": rapid.SampledFrom([]string{"active", "disabled", "locked"}).Draw(r, "status")}, wrong)
			},
			"plan":  change(func(a actor) { p.self().patch(a.path(), object{"planKey": "payer"}, wrong) }),
			"birth": change(func(a actor) { p.self().patch(a.path(), object{"contact": contact()}, wrong) }),
			"bank":  change(func(a actor) { p.self().post(a.path("/banks"), bank(), wrong) }),
			"revoke": func(*rapid.T) {
				payer.self().post(payer.path("/keys/rotate"), object{"graceSeconds": 0}, wrong|shows)
			},
			"delete": func(*rapid.T) { p.self().delete(payer.path(), wrong) },
			"wait":   func(*rapid.T) { e.Clock.Advance(25 * time.Hour) },
			"": func(r *rapid.T) {
				for range 4 {
					who := rapid.SampledFrom(sorted(slices.Collect(maps.Keys(readers)))).Draw(r, "reader")
					path := "/v3/customers/" + rapid.SampledFrom([]string{shop.id, payer.id, grown.id, p.id, rival.id, missingID}).Draw(r, "customer")
					if rapid.IntRange(0, 7).Draw(r, "list") == 0 {
						// All on one page: cursors differ each time.
						path = "/v3/customers?deep=true&limit=100&order=" + rapid.SampledFrom([]string{"created%20DESC", "name%20ASC", "lastUpdated%20ASC"}).Draw(r, "order")
					}
					disk.cold.Store(true)
					want := readers[who].get(path, wrong)
					disk.cold.Store(false)
					for range 2 { // kept by the first of them at the latest
						got := again(readers[who]).get(path)
						if got.Status == http.StatusTooManyRequests || want.Status == http.StatusTooManyRequests {
							continue // a revoked key was tried too often
						}
						if got.Status != want.Status || withoutRef(got) != withoutRef(want) || got.Header.Get("ETag") != want.Header.Get("ETag") {
							r.Fatalf("%s asks for %s: kept\n%s\ninstead of\n%s", who, path, got.Text, want.Text)
						}
					}
				}
			},
		})
	})
	if asked, made := disk.asked.Load(), disk.made.Load(); made == 0 || asked < 2*made {
		t.Errorf("of %d answers %d were made: nothing was tried", asked, made)
	}
}

// What is shown in pieces, with what is sealed filled in at its place and the parent and the
// children added, is what a representation is as a whole.
func TestPiecesMakeTheWhole(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	body := with(complete(), object{
		"description": `"object":"customer","created":"`, "meta": object{"object": "customer", "created": "then"},
		"merchant": with(merchant(), object{"personalContact": with(contact(), object{"dateOfBirth": "1970-01-02"})}),
	})
	body["legalEntity"] = with(legalEntity(), object{"additionalOwners": []any{owner("20"), owner("20")}})
	made, _ := p.child(body)

	for name, reader := range map[string]*client{"from above": p.self(), "itself": made.self()} {
		whole := reader.patch(made.path(), object{"name": "Renamed " + name}).ok(http.StatusOK)
		whole.is("contact.dateOfBirth", birthDate).is("merchant.personalContact.dateOfBirth", "1970-01-02").is("legalEntity.additionalOwners.1.contact.dateOfBirth", "1981-11-05")
		for range 2 {
			if got := reader.get(made.path()).ok(http.StatusOK); got.Text != whole.Text {
				t.Errorf("%s: in pieces\n%s\nas a whole\n%s", name, got.Text, whole.Text)
			}
		}
	}
	row := strings.TrimSpace(p.self().get(made.path()).ok(http.StatusOK).Text)
	at := strings.LastIndex(row, `,"created":"`)
	row = row[:at] + `,"childCount":0` + row[at:]
	if got := p.self().get("/v3/customers").ok(http.StatusOK); !strings.HasPrefix(got.Text, `{"results":[`+row+`],"count":1,`) {
		t.Errorf("the list has\n%s\nand not\n%s", got.Text, row)
	}
}
