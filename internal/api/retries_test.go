package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// trial is one request of a client that will repeat it.
type trial struct {
	// child is the customer that it is about, or that is to be the parent.
	child  actor
	sender *client
	path   string
	body   any
	// otherwise signs the repeats of a request that ends its sender; nil for any other.
	otherwise func() *client
	// left returns what the request has not done that it must have done, empty for nothing.
	left func() string
}

// retried is a request that is sent until it is answered.
type retried struct {
	// route is the native route without the customer in its path.
	route string
	// made prepares a customer, for the n-th time, and returns the request about it.
	made    func(p actor, n int) trial
	ifMatch string
	status  int
	// event is the type of the one event that it makes, empty for none or several.
	event string
	shown mode
	// answers is a member of the answer that must be there.
	answers string
	// apart marks requests whose answer is kept by a write of its own, and says why.
	apart string
}

// of returns the trial of a request about a merchant that its platform sends.
func of(path string, body any) func(p actor, n int) trial {
	return func(p actor, _ int) trial {
		m := p.merchant()
		return trial{child: m, sender: p.self(), path: m.path(path), body: body}
	}
}

// after returns the trial of a request about a part of a customer that prepare makes.
func after(made func(p actor) actor, path string, prepare func(m actor) string, tail string, body any) func(p actor, n int) trial {
	return func(p actor, _ int) trial {
		m := made(p)
		return trial{child: m, sender: p.self(), path: m.path(path, "/", prepare(m), tail), body: body}
	}
}

func (a actor) addedBank() string {
	return a.self().post("/v3/banks", bank()).ok(http.StatusCreated).Str("id")
}

func (a actor) addedCard() string {
	return a.self().post("/v3/cards", object{"token": a.token(object{"card": card()})}).ok(http.StatusCreated).Str("id")
}

func (a actor) droppedBank() string {
	id := a.addedBank()
	a.self().post("/v3/banks/"+id+"/drops", nil).ok(http.StatusOK)
	return id
}

func (a actor) addedUser() string {
	return a.self().post("/v3/users", user("user of "+a.id)).ok(http.StatusCreated).Str("id")
}

func (a actor) addedOwner(first string) string {
	return a.self().post("/v3/owners", partner(first)).ok(http.StatusCreated).Str("id")
}

func (a actor) addedWebhook() string {
	a.self().put(a.path(), object{"settings": events(true, "https://hooks.example/in")}).ok(http.StatusOK)
	return a.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.0.id")
}

func (a actor) addedEvent() string {
	a.addedWebhook()
	a.env.Relay()
	return a.self().get("/v3/events").ok(http.StatusOK).Str("results.0.id")
}

// platform creates a platform below the actor, so that the customers below it share no values with others.
func (a actor) platform() actor {
	made, _ := a.child(minimal("platform"))
	return made
}

// minter mints a key that may mint others, and returns its id and a client that acts with it.
func (a actor) minter() (id string, acting *client) { return a.self().minter(a) }

// minter mints a key of an actor that may mint others, and returns its id and a client that
// acts with it.
func (c *client) minter(of actor) (id string, acting *client) {
	c.env.T.Helper()
	made := c.post(of.path("/keys"), object{"name": "minting", "scopes": []any{"read", "keys:write"}}, shows).ok(http.StatusCreated)
	return made.Str("id"), c.env.client("Authorization", "Bearer "+made.Str("secret"), "X-CUSTOMER-ID", of.id)
}

// inForce returns the restricted keys of the actor that are in force.
func (a actor) inForce() (list string) {
	a.env.T.Helper()
	shown := a.self().get("/v3/keys").ok(http.StatusOK)
	for i := range shown.List("results") {
		if at := fmt.Sprintf("results.%d.", i); shown.Str(at+"type") == "restricted" && shown.Str(at+"status") == "active" {
			list += " " + shown.Str(at+"id")
		}
	}
	return list
}

func inReview(p actor) actor { return reviewed(p, "review") }

// creating returns the trial of a creation, whose customer has unique values.
func creating(path string, body object) func(p actor, n int) trial {
	return func(p actor, n int) trial {
		made, _ := p.child(minimal("platform"))
		return trial{child: made, sender: made.self(), path: path, body: with(body, object{"merchantKey": fmt.Sprintf("key%d", n)})}
	}
}

// paying returns the trial of a change of a payer.
func paying(body object) func(p actor, n int) trial {
	return func(p actor, _ int) trial {
		id := p.self().post("/v3/payers", object{"name": "Jo", "email": "jo@example.com"}).ok(http.StatusCreated).Str("id")
		return trial{child: actor{env: p.env, id: id}, sender: p.self(), path: "/v3/payers/" + id, body: body}
	}
}

// retries are the changes that clients repeat when they were not answered.
var retries = map[string]retried{
	"update": {route: "PATCH /v3/customers/:id", made: of("", object{"name": "Changed"}), ifMatch: `"1"`, status: http.StatusOK, event: "customer.updated", answers: "name"},
	"update of a unique value": {route: "PUT /v3/customers/:id", made: func(p actor, n int) trial {
		m := p.merchant()
		return trial{child: m, sender: p.self(), path: m.path(), body: object{"merchantKey": fmt.Sprintf("key%d", n)}}
	}, ifMatch: `"1"`, status: http.StatusOK, event: "customer.updated", answers: "merchantKey"},
	"update to another unique value": {route: "PUT /v3/customers/:id", made: func(p actor, n int) trial {
		m, _ := p.child(with(minimal("merchant"), object{"merchantKey": fmt.Sprintf("key%d", n), "vanityName": fmt.Sprintf("vanity-%d", n)}))
		return trial{child: m, sender: p.self(), path: m.path(), body: object{"merchantKey": fmt.Sprintf("other%d", n), "vanityName": nil}}
	}, ifMatch: `"1"`, status: http.StatusOK, event: "customer.updated", answers: "merchantKey"},
	"status": {route: "PATCH /v3/customers/:id", made: of("", object{"status": "disabled"}), ifMatch: `"1"`, status: http.StatusOK, event: "customer.status_changed", answers: "status"},
	"delete": {route: "DELETE /v3/customers/:id", made: of("", nil), ifMatch: `"1"`, status: http.StatusNoContent, event: "customer.deleted"},
	"customer that is created": {
		route: "POST /v3/customers", made: creating("/v3/customers", minimal("payer")), status: http.StatusCreated, shown: shows, answers: "id",
	},
	"account that is created": {
		route: "POST /v3/customers/accounts", made: creating("/v3/customers/accounts", minimal("merchant")), status: http.StatusCreated, shown: shows, answers: "id",
	},
	"customer that is created with a user": {route: "POST /v3/customers", made: func(p actor, n int) trial {
		made, _ := p.child(minimal("platform"))
		return trial{child: made, sender: made.self(), path: "/v3/customers", body: with(minimal("payer"), object{"username": fmt.Sprintf("ada%d", n), "password": password})}
	}, status: http.StatusCreated, shown: shows, answers: "id"},
	"payer that is created": {route: "POST /v3/payers", made: func(p actor, _ int) trial {
		made, _ := p.child(minimal("platform"))
		return trial{child: made, sender: made.self(), path: "/v3/payers", body: object{"name": "Jo", "email": "jo@example.com"}}
	}, status: http.StatusCreated, answers: "id"},
	"payer that changes":         {route: "PUT /v3/payers/:pid", made: paying(object{"name": "Ida"}), ifMatch: `"1"`, status: http.StatusOK, event: "customer.updated", answers: "id"},
	"payer that changes in part": {route: "PATCH /v3/payers/:pid", made: paying(object{"name": "Ida"}), ifMatch: `"1"`, status: http.StatusOK, event: "customer.updated", answers: "id"},

	"decision": {
		route: "PATCH /identity", made: func(p actor, _ int) trial {
			m := inReview(p)
			return trial{child: m, sender: p.self(), path: m.path("/identity"), body: object{"status": "verified", "reason": "seen"}}
		}, status: http.StatusOK, event: "identity.decided", answers: "status",
	},
	"refresh": {
		route: "POST /identity/refresh", made: func(p actor, _ int) trial {
			m := inReview(p)
			return trial{child: m, sender: p.self(), path: m.path("/identity/refresh")}
		}, status: http.StatusOK, event: "identity.refreshed", answers: "reviewId",
	},
	"retry": {
		route: "POST /identity/retry", made: func(above actor, _ int) trial {
			p := above.platform()
			m := enrolled(p, "retry")
			return trial{child: m, sender: p.self(), path: m.path("/identity/retry"), body: anew()}
		}, status: http.StatusOK, answers: "status",
	},
	"questions that are asked": {
		route: "POST /identity/kba", made: func(above actor, _ int) trial {
			p := above.platform()
			m := enrolled(p, "kba")
			return trial{child: m, sender: p.self(), path: m.path("/identity/kba")}
		}, status: http.StatusOK, event: "identity.questions_started", answers: "questions.0.id",
	},
	"questions that are answered": {
		route: "POST /identity/kba/answers", made: func(above actor, _ int) trial {
			p := above.platform()
			m := enrolled(p, "kba")
			asked := p.self().post(m.path("/identity/kba"), nil).ok(http.StatusOK)
			var answers []any
			for i := range asked.List("questions") {
				at := fmt.Sprintf("questions.%d", i)
				answers = append(answers, object{"questionId": asked.Str(at + ".id"), "answerId": asked.Str(at + ".answers.3.id")})
			}
			return trial{child: m, sender: p.self(), path: m.path("/identity/kba/answers"), body: object{"answers": answers}}
		}, status: http.StatusOK, answers: "status",
	},
	"document that is added": {
		route: "POST /documents", made: func(p actor, _ int) trial {
			m := p.waiting()
			return trial{child: m, sender: p.self(), path: m.path("/documents"), body: license(1)}
		}, status: http.StatusCreated, event: "document.uploaded", answers: "id",
	},
	"decision on a document": {
		route: "PATCH /documents/:did", made: after(actor.waiting, "/documents", func(m actor) string {
			return m.self().post("/v3/documents", license(1)).ok(http.StatusCreated).Str("id")
		}, "", object{"decision": "accepted"}), status: http.StatusOK, event: "document.accepted", answers: "id",
	},
	"owner that comes": {
		route: "POST /owners", made: func(p actor, _ int) trial {
			m := p.business()
			return trial{child: m, sender: p.self(), path: m.path("/owners"), body: partner("Dana")}
		}, status: http.StatusCreated, event: "owner.created", answers: "id",
	},
	"owner that changes": {
		route: "PUT /owners/:oid", made: after(actor.business, "/owners", func(m actor) string { return m.addedOwner("incomplete") }, "", object{"contact": object{"firstName": "Dana"}}),
		status: http.StatusOK, event: "owner.updated", answers: "id",
	},
	"owner that leaves": {
		route: "DELETE /owners/:oid", made: after(actor.business, "/owners", func(m actor) string { return m.addedOwner("Dana") }, "", nil),
		status: http.StatusNoContent, event: "owner.removed",
	},
	"ownership": {
		route: "POST /ownership", made: func(p actor, _ int) trial {
			m := p.business()
			return trial{child: m, sender: p.self(), path: m.path("/ownership"), body: object{"status": "certified"}}
		}, status: http.StatusOK, event: "ownership.certified", answers: "status",
	},

	"bank that is added": {route: "POST /banks", made: of("/banks", bank()), status: http.StatusCreated, event: "bank.created", answers: "id"},
	"bank of a token": {route: "POST /banks", made: func(p actor, _ int) trial {
		m := p.merchant()
		return trial{child: m, sender: m.self(), path: m.path("/banks"), body: object{"token": m.token(object{"bank": bank()})}}
	}, status: http.StatusCreated, event: "bank.created", answers: "id"},
	"bank that changes":      {route: "PUT /banks/:bid", made: after(actor.merchant, "/banks", actor.addedBank, "", object{"nameOnAccount": "Other"}), status: http.StatusOK, event: "bank.updated", answers: "id"},
	"default bank":           {route: "PUT /banks/:bid/default", made: after(actor.merchant, "/banks", func(m actor) string { m.addedBank(); return m.addedBank() }, "/default", nil), status: http.StatusOK, event: "bank.updated", answers: "id"},
	"drops that are started": {route: "POST /banks/:bid/drops", made: after(actor.merchant, "/banks", actor.addedBank, "/drops", nil), status: http.StatusOK, event: "bank.drops_started", answers: "id"},
	"drops that are confirmed": {
		route: "PUT /banks/:bid/drops", made: after(actor.merchant, "/banks", actor.droppedBank, "/drops", object{"amounts": []any{"32", "45"}}),
		status: http.StatusOK, event: "bank.verified", answers: "id",
	},
	"drops that are sent": {
		route: "PUT /banks/:bid/drops/sent", made: func(p actor, _ int) trial {
			m := p.merchant()
			return trial{child: m, sender: p.env.operator.self(), path: m.path("/banks/", m.droppedBank(), "/drops/sent")}
		}, status: http.StatusOK, answers: "id", apart: "a sandbox has them sent from the start, so it writes nothing",
	},
	"card that is added": {route: "POST /cards", made: func(p actor, _ int) trial {
		m := p.merchant()
		return trial{child: m, sender: m.self(), path: m.path("/cards"), body: object{"token": m.token(object{"card": card()})}}
	}, status: http.StatusCreated, event: "card.created", answers: "id"},
	"card that changes": {route: "PUT /cards/:cid", made: after(actor.merchant, "/cards", actor.addedCard, "", object{"nameOnCard": "Other"}), status: http.StatusOK, event: "card.updated", answers: "id"},
	"card that leaves":  {route: "DELETE /cards/:cid", made: after(actor.merchant, "/cards", actor.addedCard, "", nil), status: http.StatusNoContent, event: "card.deleted"},

	"key that is minted":    {route: "POST /keys", made: of("/keys", object{"name": "n", "scopes": []any{"read"}}), status: http.StatusCreated, shown: shows, answers: "secret"},
	"keys that are rotated": {route: "POST /keys/rotate", made: of("/keys/rotate", nil), status: http.StatusCreated, shown: shows, answers: "keys.secret"},
	"key that is revoked": {
		route: "DELETE /keys/:kid", made: after(actor.merchant, "/keys", func(m actor) string { return m.keyID(1) }, "", nil),
		status: http.StatusOK, event: "key.revoked", answers: "revoked",
	},
	"key that is revoked with what it made": {route: "DELETE /keys/:kid", made: func(p actor, _ int) trial {
		m := p.merchant()
		id, minting := m.minter()
		minting.post(m.path("/keys"), object{"name": "n", "scopes": []any{"read"}}, shows).ok(http.StatusCreated)
		minting.minter(m)
		return trial{child: m, sender: p.self(), path: m.path("/keys/", id, "?cascade=true"), left: m.inForce}
	}, status: http.StatusOK, answers: "made.ended"},
	"user that is disabled with what it made": {route: "PATCH /users/:uid", made: func(p actor, n int) trial {
		m, name := p.merchant(), fmt.Sprintf("made%d", n)
		id := m.self().post("/v3/users", user(name)).ok(http.StatusCreated).Str("id")
		signed := m.signIn(name)
		signed.post(m.path("/keys"), object{"name": "n", "scopes": []any{"read"}}, shows).ok(http.StatusCreated)
		signed.minter(m)
		return trial{child: m, sender: p.self(), path: m.path("/users/", id, "?cascade=true"), body: object{"status": "disabled"}, left: m.inForce}
	}, status: http.StatusOK, answers: "made.ended"},
	"key that ends itself": {route: "DELETE /v3/keys/current", made: func(p actor, _ int) trial {
		m := p.merchant()
		_, minting := m.minter()
		return trial{child: m, sender: minting, path: "/v3/keys/current", otherwise: m.self}
	}, status: http.StatusOK, event: "key.revoked", answers: "revoked"},
	"own password": {route: "PUT /v3/users/me/password", made: func(p actor, n int) trial {
		m, name := p.merchant(), fmt.Sprintf("own%d", n)
		m.self().post("/v3/users", user(name)).ok(http.StatusCreated)
		token := m.env.signIn(name)
		return trial{
			child: m, sender: m.env.client("Authorization", "Bearer "+token), path: "/v3/users/me/password",
			body: object{"currentPassword": password, "newPassword": "entirely fresh"},
			otherwise: func() *client {
				return m.env.client("Authorization", "Bearer "+m.env.signIn(name, object{"password": "entirely fresh"}))
			},
		}
	}, status: http.StatusOK, shown: shows, event: "user.updated", answers: "customer_id"},
	"user that is added": {route: "POST /users", made: func(p actor, n int) trial {
		m := p.merchant()
		return trial{child: m, sender: p.self(), path: m.path("/users"), body: user(fmt.Sprintf("ada%d", n))}
	}, status: http.StatusCreated, event: "user.created", answers: "id"},
	"user that changes": {route: "PATCH /users/:uid", made: after(actor.merchant, "/users", actor.addedUser, "", object{"name": "Ada"}), status: http.StatusOK, event: "user.updated", answers: "id"},
	"user with another password": {
		route: "PATCH /users/:uid", made: after(actor.merchant, "/users", actor.addedUser, "", object{"password": password + "!"}), status: http.StatusOK, event: "user.updated", answers: "id",
	},
	"invitation": {route: "POST /users/invitations", made: func(p actor, n int) trial {
		m := p.merchant()
		return trial{child: m, sender: p.self(), path: m.path("/users/invitations"), body: object{"username": fmt.Sprintf("invited%d", n)}}
	}, status: http.StatusCreated, event: "user.invited", answers: "id"},
	"invitation that ends": {route: "DELETE /users/invitations/:iid", made: after(actor.merchant, "/users/invitations", func(m actor) string {
		return m.self().post("/v3/users/invitations", object{"username": "invited by " + m.id}).ok(http.StatusCreated).Str("id")
	}, "", nil), status: http.StatusNoContent, event: "user.invitation_ended"},

	"webhook with another secret": {
		route: "POST /webhooks/:wid/secret", made: after(actor.merchant, "/webhooks", actor.addedWebhook, "/secret", nil), status: http.StatusCreated, shown: shows, answers: "secret",
	},
	"webhook that is enabled": {route: "POST /webhooks/:wid/enable", made: after(actor.merchant, "/webhooks", actor.addedWebhook, "/enable", nil), status: http.StatusOK, answers: "id", apart: "it serves already, so nothing changes"},
	"webhook that is tested": {
		route: "POST /webhooks/:wid/test", made: after(actor.merchant, "/webhooks", actor.addedWebhook, "/test", nil), status: http.StatusAccepted, answers: "id",
		apart: "it writes an event and a delivery under ids that follow from the attempt, and no customer: TestALostAnswerSendsNothingTwice",
	},
	"events that are replayed": {
		route: "POST /webhooks/:wid/replay", made: after(actor.merchant, "/webhooks", actor.addedWebhook, "/replay", object{"from": "2026-03-01"}), status: http.StatusAccepted, answers: "events",
		apart: "it writes deliveries under ids that follow from the attempt, and no customer: TestARepeatedReplaySendsNothingTwice",
	},
	"event that is sent again": {route: "POST /v3/events/:eid/redeliver", made: func(p actor, _ int) trial {
		m := p.merchant()
		return trial{child: m, sender: m.self(), path: "/v3/events/" + m.addedEvent() + "/redeliver"}
	}, status: http.StatusAccepted, answers: "count", apart: "it writes deliveries, which remember the attempt, and no customer: TestALostAnswerSendsNothingTwice"},
	"activity": {
		route: "POST /v3/customers/:id/activities", made: of("/activities", object{"type": "debit", "amount": "1.00", "reference": "r"}), status: http.StatusCreated,
		event: "activity.recorded", answers: "id",
	},
	"link": {route: "POST /onboarding-links", made: of("/onboarding-links", object{}), status: http.StatusCreated, shown: shows, event: "onboarding.link_created", answers: "url"},
	"link that ends": {route: "DELETE /onboarding-links/:lid", made: func(p actor, _ int) trial {
		m := p.merchant()
		link := p.self().post(m.path("/onboarding-links"), object{}, shows).ok(http.StatusCreated).Str("id")
		return trial{child: m, sender: p.self(), path: m.path("/onboarding-links/", link)}
	}, status: http.StatusOK, event: "onboarding.link_ended", answers: "status"},
}

// unretried are the routes that change nothing a repeat could double, or that keep no
// answers.
var unretried = map[string]string{
	"POST /v3/plan-status/preview":               "writes nothing",
	"POST /v3/customers/:id/plan-status/preview": "writes nothing",
	"POST /v3/events/:eid/verify":                "writes nothing",
	"POST /v3/oauth/token":                       "is open, and keeps no answers",
	"POST /v3/oauth/revoke":                      "is open, and keeps no answers",
	"POST /v3/invitations/accept":                "is open, and keeps no answers",
	"POST /v3/identity/verdicts":                 "is open, and keeps no answers",
	"POST /v3/customers/bulk":                    "keeps an answer for each line: TestARepeatedBulkDoublesNobody",
	"POST /v3/tokens":                            "is signed by a browser, and keeps no answers",
}

// Every native route that changes something is tried with a lost answer, or says why not.
func TestEveryChangeIsRetried(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, row := range retries {
		known[row.route] = true
	}
	var missing []string
	for _, route := range newEnv(t).API.Routes() {
		pattern, isPart := route.Pattern, false
		for _, before := range []string{"/v3/customers/:id", "/v3"} {
			name := route.Method + " " + cutPrefix(pattern, before)
			isPart = isPart || known[name]
		}
		name := route.Method + " " + pattern
		if route.Method == http.MethodGet || route.Method == http.MethodHead || route.Method == http.MethodOptions || known[name] || isPart || unretried[name] != "" {
			continue
		}
		missing = append(missing, name)
	}
	if diff := cmp.Diff([]string(nil), missing); diff != "" {
		t.Errorf("these routes have no row (+):\n%s", diff)
	}
}

func cutPrefix(pattern, before string) string {
	if len(pattern) > len(before) && pattern[:len(before)] == before {
		return pattern[len(before):]
	}
	return pattern
}
