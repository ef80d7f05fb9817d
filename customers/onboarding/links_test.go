package onboarding_test

import (
	"bytes"
	cryptorand "crypto/rand"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/links"
	"tenantry/customers/onboarding"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/keys"
)

// env is an installation with a key ring that can be rotated.
type env struct {
	*testkit.Env
	*onboarding.Service
	ring []byte
	shop testkit.Party
}

// in returns e for a subtest, which then is what fails.
func (e *env) in(t *testing.T) *env {
	next := *e
	next.Env = e.In(t)
	return &next
}

func open(t *testing.T, tunings ...testkit.Tuning) *env {
	t.Helper()
	e := &env{Env: testkit.Open(t, tunings...), ring: bytes.Repeat([]byte("a"), 32)}
	number := uint32(1)
	mode := keys.Test
	if len(tunings) > 0 {
		mode = keys.Live
	}
	e.Service = onboarding.New(onboarding.Options{
		Registry: e.Svc.Registry, View: e.Svc.View, Store: e.Store, Mode: mode, Random: cryptorand.Reader,
		Signer: keys.NewTokens(func(visit func(uint32, []byte, time.Time, time.Time)) {
			visit(uint32(e.ring[0])-uint32('a')+number, e.ring, time.Time{}, time.Time{})
			visit(number, bytes.Repeat([]byte("a"), 32), time.Time{}, time.Time{}) // is kept for access tokens
		}, mode, e.Clock.Now),
	})
	e.shop = e.MerchantOf(e.Cove)
	return e
}

func (e *env) mint(by testkit.Party, body string) onboarding.Minted {
	e.T.Helper()
	minted, err := e.MintLink(e.T.Context(), e.As(by), e.shop.ID, testkit.Input[onboarding.LinkInput](e.T, body))
	testkit.Must(e.T, err)
	return minted
}

// opened returns a link that a browser opened, and the secret of its session.
func (e *env) opened(by testkit.Party) (token, session secret.Text, id string) {
	e.T.Helper()
	minted := e.mint(by, `{}`)
	session, err := e.Open(e.T.Context(), minted.Token, "203.0.113.7")
	testkit.Must(e.T, err)
	return minted.Token, session, minted.Link.ID
}

// A link opens in one browser, and what it ends with, it ends with: whoever has it gets in
// no more, with the session of the browser that opened it or without.
func TestALinkEndsWithWhatItIsBoundTo(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		end   func(e *env, by testkit.Party, link string)
		state string
	}{
		"its time":   {func(e *env, _ testkit.Party, _ string) { e.Clock.Advance(24 * time.Hour) }, links.StateExpired},
		"a rotation": {func(e *env, _ testkit.Party, _ string) { e.ring = bytes.Repeat([]byte("b"), 32) }, links.StateExpired},
		"being ended": {func(e *env, by testkit.Party, link string) {
			testkit.Must(e.T, testkit.Second(e.EndLink(e.T.Context(), e.As(by), e.shop.ID, link)))
		}, links.StateEnded},
		"its key":        {func(e *env, by testkit.Party, _ string) { revoke(e, by) }, links.StateEnded},
		"its platform":   {func(e *env, _ testkit.Party, _ string) { e.SetStatus(e.Operator, e.Cove.ID, customers.StatusDisabled) }, links.StateEnded},
		"its customer":   {func(e *env, _ testkit.Party, _ string) { e.SetStatus(e.Cove, e.shop.ID, customers.StatusDisabled) }, links.StateEnded},
		"its completion": {func(*env, testkit.Party, string) {}, links.StateCompleted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := open(t)
			if name == "its completion" {
				e.shop = e.Create(e.Cove, `{"name":"Jo","email":"jo@example.com","planKey":"payer"}`) // nothing is due of it
			}
			by := e.Mint(e.Cove, 0, "read", "customers:write", "banks:write")
			token, session, id := e.opened(by)
			inside, err := e.Enter(t.Context(), token, session, "")
			testkit.Must(t, err)
			if name == "its completion" {
				testkit.Must(t, e.Finish(t.Context(), inside))
			}
			row.end(e, by, id)
			visit, err := e.Look(t.Context(), token)
			testkit.Must(t, err)
			if visit.State != row.state {
				t.Errorf("the link is %s, want %s", visit.State, row.state)
			}
			_, err = e.Enter(t.Context(), token, session, "")
			testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
			_, err = e.Open(t.Context(), token, "")
			testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
			if err := e.Finish(t.Context(), inside); fault.KindOf(err) != fault.Forbidden && row.state == links.StateCompleted {
				t.Errorf("it is completed once more: %v", err)
			}
		})
	}
}

func revoke(e *env, by testkit.Party) {
	e.T.Helper()
	testkit.Must(e.T, testkit.Second(e.Svc.Access.RevokeOwnKey(e.T.Context(), e.As(by), false)))
}

// A link that a person minted ends when that person is disabled, or may do no more what a
// link does.
func TestALinkEndsWithThePersonWhoMintedIt(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{"disabled": `{"status":"disabled"}`, "made a clerk": `{"role":"clerk"}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := open(t)
			user, err := e.AddUser(e.Cove, e.Cove.ID, `{"username":"ada","password":"long enough for me"}`)
			testkit.Must(t, err)
			person, err := e.Login("ada", "long enough for me")
			testkit.Must(t, err)
			person.ID = e.Cove.ID
			token, session, _ := e.opened(person)
			_, err = e.Svc.Access.UpdateUser(t.Context(), e.As(e.Cove), e.Cove.ID, user.ID, testkit.Input[access.UserChange](t, change))
			testkit.Must(t, err)
			_, err = e.Enter(t.Context(), token, session, "")
			testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
			list, err := e.Links(t.Context(), e.As(e.Cove), e.shop.ID)
			testkit.Must(t, err)
			if len(list) != 1 || list[0].Status != links.StateEnded {
				t.Errorf("the list shows %+v", list)
			}
		})
	}
}

// A link opens once: another browser that has it gets neither in nor the session, and a
// text that is no link is nothing.
func TestALinkOpensOnce(t *testing.T) {
	t.Parallel()
	e := open(t)
	token, session, _ := e.opened(e.Cove)
	_, err := e.Open(t.Context(), token, "")
	testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
	for _, other := range []string{"", "x", token.Reveal(), session.Reveal() + "x"} {
		_, err = e.Enter(t.Context(), token, secret.New(other), "")
		testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
	}
	_, err = e.Enter(t.Context(), token, session, "")
	testkit.Must(t, err)
	text := token.Reveal()
	for i := range len(text) {
		other := "A"
		if text[i] == 'A' {
			other = "B"
		}
		_, err := e.Look(t.Context(), secret.New(text[:i]+other+text[i+1:]))
		if !fault.IsNotFound(err) {
			t.Fatalf("a link with another character at %d is answered %v", i, err)
		}
	}
	for _, made := range []string{"", "x", text + "A", strings.Repeat("A", len(text))} {
		if _, err := e.Look(t.Context(), secret.New(made)); !fault.IsNotFound(err) {
			t.Errorf("%q is answered %v", made, err)
		}
	}
	testkit.Conceals(t, "the store", e.AtRest(e.shop.ID), text, session.Reveal())
}

// The caller of a session is its customer within the scopes of a link: it reaches nobody
// above or beside it, and what only those above may do it may not.
func TestASessionReachesItsCustomerAlone(t *testing.T) {
	t.Parallel()
	e := open(t)
	token, session, id := e.opened(e.Cove)
	inside, err := e.Enter(t.Context(), token, session, "")
	testkit.Must(t, err)
	for _, other := range []string{e.Cove.ID, e.Rival.ID, e.Operator.ID, e.MerchantOf(e.Cove).ID} {
		if err := e.Attempt(inside.Caller, other, `{"description":"mine"}`); !fault.IsNotFound(err) {
			t.Errorf("a link changes %s: %v", other, err)
		}
	}
	for _, body := range []string{`{"planKey":"payer"}`, `{"status":"disabled"}`, `{"settings":{"customers":{"allowDataUnmask":true}}}`} {
		if err := e.Attempt(inside.Caller, e.shop.ID, body); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a link sets %s: %v", body, err)
		}
	}
	if err := e.Attempt(inside.Caller, e.shop.ID, `{"settings":{"events":{"enabled":true,"urls":{"always":["https://evil.example"]}}}}`); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a link adds a receiver: %v", err)
	}
	testkit.Must(t, e.Attempt(inside.Caller, e.shop.ID, `{"legalEntity":{"entityType":"LLC"}}`))
	if last := e.Last(e.shop.ID); last.Credential != "link_"+id || last.Actor.String() != e.shop.ID {
		t.Errorf("the event names %s of %s", last.Credential, last.Actor)
	}
}

// Nobody hands on by a link what its credential lacks, and faults of a request are named.
func TestMintingALinkNamesItsFault(t *testing.T) {
	t.Parallel()
	e := open(t)
	for _, scopes := range [][]string{{"read", "customers:write"}, {"read", "banks:write"}, {"customers:write", "banks:write"}} {
		_, err := e.MintLink(t.Context(), e.As(e.Mint(e.Cove, 0, scopes...)), e.shop.ID, onboarding.LinkInput{})
		testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
	}
	_, err := e.MintLink(t.Context(), e.As(e.Rival), e.shop.ID, onboarding.LinkInput{})
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	for body, field := range map[string]string{
		`{"expiresInSeconds":59}`:                        "expiresInSeconds",
		`{"expiresInSeconds":2592001}`:                   "expiresInSeconds",
		`{"collect":"all"}`:                              "collect",
		`{"locale":"de"}`:                                "locale",
		`{"returnUrl":"javascript:alert(1)"}`:            "returnUrl",
		`{"refreshUrl":"https://user@app.example.com/"}`: "refreshUrl",
		`{"returnUrl":"https://a.example/` + strings.Repeat("a", 2048) + `"}`: "returnUrl",
	} {
		t.Run(body, func(t *testing.T) {
			e := e.in(t)
			_, err := e.MintLink(t.Context(), e.As(e.Cove), e.shop.ID, testkit.Input[onboarding.LinkInput](t, body))
			if refusal := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation); refusal.Field != field {
				t.Errorf("%s is refused for %s", body, refusal.Field)
			}
		})
	}
	short := e.Mint(e.Cove, 3600, "read", "customers:write", "banks:write")
	if minted := e.mint(short, `{}`); time.Time(minted.Link.Expires) != e.Clock.Now().Add(time.Hour) {
		t.Errorf("a link of a key of an hour ends %v", time.Time(minted.Link.Expires))
	}
	_, err = e.MintLink(t.Context(), e.As(short), e.shop.ID, testkit.Input[onboarding.LinkInput](t, `{"expiresInSeconds":3601}`))
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	for range onboarding.MaxOpen - 1 {
		e.mint(e.Cove, `{}`)
	}
	_, err = e.MintLink(t.Context(), e.As(e.Cove), e.shop.ID, onboarding.LinkInput{})
	testkit.Refused(t, err, fault.Conflict, fault.CodeTooManyResources)
	e.Clock.Advance(25 * time.Hour)
	e.mint(e.Cove, `{}`)
}

// In live mode a link leads only to hosts that the platform named; those of the nearest
// above the customer count, and its own do not.
func TestALiveLinkLeadsWhereThePlatformSays(t *testing.T) {
	t.Parallel()
	e := open(t, testkit.Live)
	hosts := func(by testkit.Party, id, list string) {
		testkit.Must(t, e.Attempt(e.As(by), id, `{"settings":{"onboarding":{"returnHosts":[`+list+`]}}}`))
	}
	hosts(e.Cove, e.Cove.ID, `"App.Cove.example","127.0.0.1:8443"`)
	hosts(e.Cove, e.shop.ID, `"evil.example"`)
	for url, allowed := range map[string]bool{
		"https://app.cove.example/back?x=1": true, "https://APP.cove.example:443/": true, "https://127.0.0.1:8443/": true,
		"http://app.cove.example/": false, "https://evil.example/": false, "https://app.cove.example.evil.example/": false,
		"https://app.cove.example:8443/": false, "https://cove.example/": false, "https://app.cove.example@evil.example/": false,
	} {
		t.Run(url, func(t *testing.T) {
			e := e.in(t)
			for _, field := range []string{"returnUrl", "refreshUrl"} {
				_, err := e.MintLink(t.Context(), e.As(e.Cove), e.shop.ID, testkit.Input[onboarding.LinkInput](t, `{"`+field+`":`+strconv.Quote(url)+`}`))
				if (err == nil) != allowed {
					t.Errorf("%s to %s: %v", field, url, err)
				}
			}
		})
	}
}

// Each turn of a link is an event that names it, and none of them its token.
func TestALinkIsInTheTrail(t *testing.T) {
	t.Parallel()
	e := open(t)
	token, session, id := e.opened(e.Cove)
	inside, err := e.Enter(t.Context(), token, session, "")
	testkit.Must(t, err)
	if len(inside.Steps) == 0 || slices.ContainsFunc(inside.Steps, func(s onboarding.Step) bool { return s.Done }) {
		t.Fatalf("the steps are %+v", inside.Steps)
	}
	testkit.Refused(t, e.Finish(t.Context(), inside), fault.Conflict, fault.CodeConflict)
	testkit.Must(t, e.Attempt(inside.Caller, "", `{"legalEntity":{"entityType":"LLC","businessName":"Quay LLC"}}`))
	now, err := e.Noted(t.Context(), inside, onboarding.StepBusiness)
	testkit.Must(t, err)
	if !now.Steps[0].Done || now.Steps[0].Key != onboarding.StepBusiness || len(now.Steps) != len(inside.Steps) {
		t.Errorf("the steps are %+v", now.Steps)
	}
	if _, err = e.Noted(t.Context(), now, onboarding.StepBank); err != nil {
		t.Error(err)
	}
	testkit.Must(t, testkit.Second(e.EndLink(t.Context(), e.As(e.Cove), e.shop.ID, id)))
	want := []string{"customer.created", onboarding.EventCreated, onboarding.EventOpened, customers.EventUpdated, onboarding.EventStepCompleted, onboarding.EventEnded}
	if trail := e.Trail(e.shop.ID); !slices.Equal(trail, want) {
		t.Errorf("the trail is %v, want %v", trail, want)
	}
	for _, event := range e.Events(e.shop.ID) {
		if strings.HasPrefix(event.Type, "onboarding.") && !strings.Contains(string(event.About), id) {
			t.Errorf("%s is about %s", event.Type, event.About)
		}
	}
}
