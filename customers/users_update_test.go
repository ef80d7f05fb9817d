package customers_test

import (
	"encoding/json"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

func (h *house) changeUser(by party, id, user, body string) (customers.UserView, error) {
	h.t.Helper()
	return h.svc.UpdateUser(h.t.Context(), h.as(by), id, user, input[customers.UserChange](h.t, body))
}

// staffed adds an administrator and a clerk to the party and gives their ids.
func (h *house) staffed(p party) (boss, clerk string) {
	h.t.Helper()
	first, err := h.addUser(p, "", `{"username":"boss","password":"long enough"}`)
	must(h.t, err)
	second, err := h.addUser(p, "", `{"username":"clerk","password":"long enough"}`)
	must(h.t, err)
	return first.ID, second.ID
}

// A disabled user cannot sign in, and its tokens are dead at once and for good, also
// after it is active again; other users go on.
func TestADisabledUserIsOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, clerk := h.staffed(h.cove)
	boss, signed := h.signedIn("boss", "long enough"), h.signedIn("clerk", "long enough")
	h.alive("the clerk before", signed)
	view, err := h.changeUser(boss, "", clerk, `{"status":"disabled"}`)
	must(t, err)
	if view.Status != "disabled" || view.Username != "clerk" {
		t.Errorf("the answer is %+v", view)
	}
	h.dead("the clerk", signed)
	h.alive("the boss", boss)
	_, err = h.login("clerk", "long enough")
	refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	_, err = h.changeUser(boss, "", clerk, `{"status":"active"}`)
	must(t, err)
	h.dead("the token from before", signed)
	h.alive("a new log-in", h.signedIn("clerk", "long enough"))
}

// A new password ends the old one and every token that was got with it, within the
// same second too; a token that is got with the new one lives.
func TestANewPasswordEndsOlderTokens(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, clerk := h.staffed(h.cove)
	signed := h.signedIn("clerk", "long enough")
	_, err := h.changeUser(h.cove, "", clerk, `{"password":"another one"}`)
	must(t, err)
	h.dead("the token of the old password", signed)
	_, err = h.login("clerk", "long enough")
	refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	h.alive("a token of the new one", h.signedIn("clerk", "another one"))
	for _, body := range []string{`{}`, `{"status":"active"}`, `{"role":"clerk"}`} {
		before := h.record(h.cove.id)
		_, err = h.changeUser(h.cove, "", clerk, body)
		must(t, err)
		if h.record(h.cove.id) != before {
			t.Errorf("%s changes nothing and was written", body)
		}
	}
}

// A role holds from the next request on, in both directions.
func TestARoleChangesAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, clerk := h.staffed(h.cove)
	signed := h.signedIn("clerk", "long enough")
	for role, want := range map[string]tenancy.Scope{"admin": tenancy.Full, "clerk": tenancy.Read} {
		_, err := h.changeUser(h.cove, "", clerk, `{"role":"`+role+`"}`)
		must(t, err)
		if got := h.as(signed).Credential.Scopes; got != want {
			t.Errorf("as %s it may %s", role, got)
		}
	}
}

// The change is told as user.updated, and neither it nor anything kept shows a
// password.
func TestAUserChangeIsToldWithoutThePassword(t *testing.T) {
	t.Parallel()
	h := open(t)
	boss, _ := h.staffed(h.cove)
	_, err := h.changeUser(h.cove, "", boss, `{"password":"entirely-fresh"}`)
	must(t, err)
	event := h.last(h.cove.id)
	if event.Type != "user.updated" || event.Credential != "key_1" {
		t.Errorf("the event is %+v", event)
	}
	shown, err := json.Marshal([]any{event, h.view(h.operator, h.cove.id)})
	must(t, err)
	conceals(t, "an event or answer", shown, "entirely-fresh", "$2a$", "asswordHash")
	conceals(t, "the store", h.atRest(h.cove.id), "entirely-fresh")
}

// A credential changes no user that may do more than itself, least of all its
// password, and raises none above itself.
func TestNobodyChangesOrMakesAStrongerUser(t *testing.T) {
	t.Parallel()
	h := open(t)
	boss, clerk := h.staffed(h.cove)
	writer := h.mint(h.cove, 0, "read", "customers:write")
	for body, user := range map[string]string{
		`{"password":"another one"}`: boss, `{"status":"disabled"}`: boss, `{"role":"clerk"}`: boss, `{"role":"admin"}`: clerk,
	} {
		_, err := h.changeUser(writer, "", user, body)
		refused(t, err, fault.Forbidden, fault.CodeScope)
	}
	_, err := h.changeUser(writer, "", clerk, `{"password":"another one"}`)
	must(t, err)
	signed := h.signedIn("clerk", "another one")
	_, err = h.changeUser(signed, "", clerk, `{"role":"admin"}`)
	refused(t, err, fault.Forbidden, fault.CodeScope)
}

// A user cannot take the last active administrator away, itself included; a key and
// whoever is above can, and a user can where another one is left.
func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.merchantOf(h.cove)
	boss, clerk := h.staffed(shop)
	signed := h.signedIn("boss", "long enough")
	for body, field := range map[string]string{`{"status":"disabled"}`: "status", `{"role":"clerk"}`: "role"} {
		_, err := h.changeUser(signed, "", boss, body)
		if got := refused(t, err, fault.Conflict, fault.CodeConflict); got.Field != field {
			t.Errorf("the refusal names %s", got.Field)
		}
	}
	_, err := h.changeUser(signed, "", clerk, `{"role":"admin"}`)
	must(t, err)
	_, err = h.changeUser(signed, "", clerk, `{"status":"disabled"}`)
	must(t, err)
	_, err = h.changeUser(signed, "", boss, `{"status":"disabled"}`)
	refused(t, err, fault.Conflict, fault.CodeConflict) // a disabled administrator does not count
	_, err = h.changeUser(shop, "", boss, `{"status":"disabled"}`)
	must(t, err) // with a key
	_, err = h.changeUser(shop, "", boss, `{"status":"active"}`)
	must(t, err)
	_, err = h.addUser(h.cove, "", `{"username":"above","password":"long enough"}`)
	must(t, err)
	_, err = h.changeUser(h.signedIn("above", "long enough"), shop.id, boss, `{"status":"disabled"}`)
	must(t, err) // from above
}

// Faults are named, all together and before anything is hashed or written.
func TestAUserChangeNamesItsFaults(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, clerk := h.staffed(h.cove)
	before := h.record(h.cove.id)
	_, err := h.changeUser(h.cove, "", clerk, `{"status":"gone","role":"owner","password":"short"}`)
	got := fields(refused(t, err, fault.Invalid, fault.CodeValidation))
	if got["status"] != fault.BadValue || got["role"] != fault.BadValue || got["password"] != fault.TooShort {
		t.Errorf("faults are %v", got)
	}
	_, err = h.changeUser(h.cove, "", clerk, `{"status":null,"role":null,"password":null}`)
	if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); len(got) != 3 {
		t.Errorf("faults are %v", got)
	}
	for _, id := range []string{"", "x", unknownID, h.cove.id} {
		if _, err := h.changeUser(h.cove, "", id, `{"role":"admin"}`); !fault.IsNotFound(err) {
			t.Errorf("user %q: %v", id, err)
		}
	}
	if h.record(h.cove.id) != before {
		t.Error("something was written")
	}
}

// Users of others cannot be changed; their ids are as unknown as missing ones.
func TestUsersOfOthersCannotBeChanged(t *testing.T) {
	t.Parallel()
	h := open(t)
	victim, sibling := h.merchantOf(h.cove), h.merchantOf(h.cove)
	boss, _ := h.staffed(victim)
	operations := []operation{{"change", func(c tenancy.Caller, id string) error {
		return errorOf(h.svc.UpdateUser(t.Context(), c, id, boss, input[customers.UserChange](t, `{"status":"disabled"}`)))
	}}}
	h.hidden(victim, operations, h.rival, sibling)
	h.lacking(victim, "customers:write", operations)
	if _, err := h.changeUser(sibling, "", boss, `{"status":"disabled"}`); !fault.IsNotFound(err) {
		t.Errorf("below itself: %v", err)
	}
}
