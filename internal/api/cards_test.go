package api_test

import (
	"net/http"
	"testing"
	"time"
)

func card() object {
	return object{"nameOnCard": "Mira Okafor", "cardNumber": cardNumber, "securityCode": "123", "expirationMonth": 12, "expirationYear": 2030}
}

// token makes a single-use token in the browser.
func (a actor) token(body object) string {
	a.env.T.Helper()
	return a.browser().post("/v3/tokens", body, shows).ok(http.StatusCreated).Str("token")
}

// A page exchanges a card or a bank for a token that shows no number; a server makes a
// card or a bank of it, once.
func TestATokenBecomesACardOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform().merchant()
	made := p.browser().post("/v3/tokens", object{"card": card()}).ok(http.StatusCreated).
		is("object", "token").is("used", false).is("card.last4", "0077").is("card.brand", "visa").lacks("bank")
	added := p.self().post("/v3/cards", object{"token": made.Str("token")}).ok(http.StatusCreated).
		is("object", "card").is("last4", "0077").is("isDefault", true).is("expirationYear", 2030.0)
	if want := p.path("/cards/", added.Str("id")); added.Header.Get("Location") != want {
		t.Errorf("Location %q, want %q", added.Header.Get("Location"), want)
	}
	p.self().post("/v3/cards", object{"token": made.Str("token")}).refused(http.StatusConflict, "conflict", "token")

	bankToken := p.token(object{"bank": bank()})
	p.self().post("/v3/banks", object{"token": bankToken}).ok(http.StatusCreated).is("last4", "0042").is("nameOnAccount", "Harbor Lane Bicycles LLC")
	p.self().post("/v3/banks", object{"token": bankToken}).refused(http.StatusConflict, "conflict", "token")
}

// A token is of one kind, works for the customer whose key made it and those below, and
// lasts half an hour.
func TestWhereATokenIsRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	child := p.merchant()
	token := p.token(object{"card": card()})
	p.self().post("/v3/banks", object{"token": token}).refused(http.StatusUnprocessableEntity, "validationError", "token")
	other.self().post("/v3/cards", object{"token": token}).refused(http.StatusUnprocessableEntity, "validationError", "token")
	p.self().post("/v3/cards", object{"token": "tok_nonsense"}).refused(http.StatusUnprocessableEntity, "validationError", "token")
	p.self().post("/v3/cards", object{}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "token")
	p.self().post("/v3/cards", card(), wrong).refused(http.StatusUnprocessableEntity, "validationError", "token")
	childs := child.token(object{"card": card()})
	p.self().post("/v3/cards", object{"token": childs}).refused(http.StatusUnprocessableEntity, "validationError", "token")
	p.self().post(child.path("/cards"), object{"token": token}).ok(http.StatusCreated)
	e.Clock.Advance(31 * time.Minute)
	child.self().post("/v3/cards", object{"token": childs}).refused(http.StatusUnprocessableEntity, "validationError", "token")
}

// Data that cannot be a card or a bank is refused by field name, and its number is not
// echoed.
func TestTokenizingNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	of := func(members object) object { return object{"card": with(card(), members)} }
	for name, row := range map[string]struct {
		body      object
		parameter string
	}{
		"nothing":            {object{}, "bank"},
		"both":               {object{"card": card(), "bank": bank()}, "bank"},
		"a bad check digit":  {of(object{"cardNumber": "4000000000000078"}), "card.cardNumber"},
		"no number":          {of(object{"cardNumber": absent}), "card.cardNumber"},
		"a number as number": {of(object{"cardNumber": 4000000000000077}), "card.cardNumber"},
		"an expired card":    {of(object{"expirationYear": 2020}), "card.expirationYear"},
		"month 13":           {of(object{"expirationMonth": 13}), "card.expirationMonth"},
		"a long code":        {of(object{"securityCode": "12345"}), "card.securityCode"},
		"a bank without one": {object{"bank": with(bank(), object{"accountNumber": absent})}, "bank.accountNumber"},
		"a payer":            {with(object{"card": card()}, object{"payer": object{}}), "payer"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p.in(t)
			p.browser().in(t).post("/v3/tokens", row.body, wrong).refused(http.StatusUnprocessableEntity, "validationError", row.parameter)
		})
	}
	e.client().post("/v3/tokens", object{"card": card()}).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.client("X-PUBLISHABLE-KEY", "nonsense").post("/v3/tokens", object{"card": card()}).refused(http.StatusUnauthorized, "invalidCredentials", "")
	p.self().post("/v3/tokens", object{"card": card()}).ok(http.StatusCreated)
	reader := p.restricted("read")
	reader.post("/v3/tokens", object{"card": card()}).refused(http.StatusForbidden, "insufficientScope", "")
}

// A card is read, listed, changed and removed; its number never changes.
func TestCards(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	first := child.self().post("/v3/cards", object{"token": child.token(object{"card": card()})}).ok(http.StatusCreated).Str("id")
	second := p.self().post(child.path("/cards"), object{"token": child.token(object{"card": card()}), "isDefault": true}).ok(http.StatusCreated).Str("id")
	p.self().get(child.path("/cards")).ok(http.StatusOK).is("count", 2.0).is("results.0.isDefault", false)
	child.self().get("/v3/cards/"+first).ok(http.StatusOK).is("id", first)
	child.self().put("/v3/cards/"+first, object{"nameOnCard": "M. Okafor", "expirationYear": "2031", "isDefault": true}).ok(http.StatusOK).
		is("nameOnCard", "M. Okafor").is("expirationYear", 2031.0).is("isDefault", true)
	child.self().put("/v3/cards/"+first, object{"cardNumber": cardNumber}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "cardNumber")
	child.self().put("/v3/cards/"+first, object{"status": "lost"}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "status")
	p.self().delete(child.path("/cards/", first)).ok(http.StatusNoContent)
	child.self().get("/v3/cards/"+first).refused(http.StatusNotFound, "notFound", "")
	child.self().get("/v3/cards/"+second).ok(http.StatusOK).is("isDefault", true)
	child.self().delete("/v3/cards/" + first).ok(http.StatusNotFound)
	child.self().delete("/v3/cards/x").ok(http.StatusNotFound)
	p.self().get("/v3/cards/" + second).ok(http.StatusNotFound)
}

// Any page may make tokens, and read why it could not; nothing else is open to pages.
func TestOnlyTokensAreOpenToPages(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for name, got := range map[string]answer{
		"a token":      p.browser().post("/v3/tokens", object{"card": card()}),
		"a refusal":    p.browser().post("/v3/tokens", object{}, wrong),
		"no key":       e.client().post("/v3/tokens", object{"card": card()}),
		"no such type": p.browser().with("Content-Type", "text/plain").post("/v3/tokens", object{"card": card()}, wrong),
		"a preflight":  e.client("Origin", "https://shop.example", "Access-Control-Request-Method", "POST").do(http.MethodOptions, "/v3/tokens", nil),
	} {
		t.Run(name, func(t *testing.T) {
			if got.Header.Get("Access-Control-Allow-Origin") != "*" || got.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: %v", name, got.Header)
			}
		})
	}
	for _, got := range []answer{
		p.self().get(p.path()), p.self().get("/v3/whoami"), e.client().do(http.MethodOptions, p.path(), nil, wrong),
		e.client().post("/v3/oauth/token", credentialsGrant(p), shows),
	} {
		if origin := got.Header.Get("Access-Control-Allow-Origin"); origin != "" {
			t.Errorf("%s is open to pages of %s", got.What, origin)
		}
	}
}
