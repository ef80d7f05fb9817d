package access_test

import (
	"encoding/json"
	"testing"

	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A disabled user cannot sign in, and its tokens are dead at once and for good, also
// after it is active again; other users go on.
func TestADisabledUserIsOut(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, clerk := staffed(h, h.Cove)
	boss, signed := signedIn(h, "boss", "long enough"), signedIn(h, "clerk", "long enough")
	h.Alive("the clerk before", signed)
	view, err := changeUser(h, boss, "", clerk, `{"status":"disabled"}`)
	testkit.Must(t, err)
	if view.Status != "disabled" || view.Username != "clerk" {
		t.Errorf("the answer is %+v", view)
	}
	dead(h, "the clerk", signed)
	h.Alive("the boss", boss)
	_, err = h.Login("clerk", "long enough")
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	_, err = changeUser(h, boss, "", clerk, `{"status":"active"}`)
	testkit.Must(t, err)
	dead(h, "the token from before", signed)
	h.Alive("a new log-in", signedIn(h, "clerk", "long enough"))
}

// A new password ends the old one and every token that was got with it, within the
// same second too; a token that is got with the new one lives.
func TestANewPasswordEndsOlderTokens(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, clerk := staffed(h, h.Cove)
	signed := signedIn(h, "clerk", "long enough")
	_, err := changeUser(h, h.Cove, "", clerk, `{"password":"another one"}`)
	testkit.Must(t, err)
	dead(h, "the token of the old password", signed)
	_, err = h.Login("clerk", "long enough")
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	h.Alive("a token of the new one", signedIn(h, "clerk", "another one"))
	for _, body := range []string{`{}`, `{"status":"active"}`, `{"role":"clerk"}`} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			before := h.Record(h.Cove.ID)
			_, err = changeUser(h, h.Cove, "", clerk, body)
			testkit.Must(t, err)
			if !h.Stands(before) {
				t.Errorf("%s changes nothing and was written", body)
			}
		})
	}
}

// A role holds from the next request on, in both directions.
func TestARoleChangesAtOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, clerk := staffed(h, h.Cove)
	signed := signedIn(h, "clerk", "long enough")
	for role, want := range map[string]tenancy.Scope{"admin": tenancy.Full, "clerk": tenancy.Read} {
		t.Run(role, func(t *testing.T) {
			h := h.In(t)
			_, err := changeUser(h, h.Cove, "", clerk, `{"role":"`+role+`"}`)
			testkit.Must(t, err)
			if got := h.As(signed).Credential.Scopes; got != want {
				t.Errorf("as %s it may %s", role, got)
			}
		})
	}
}

// The change is recorded as user.updated, and neither it nor anything kept shows a
// password.
func TestAUserChangeIsToldWithoutThePassword(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	boss, _ := staffed(h, h.Cove)
	_, err := changeUser(h, h.Cove, "", boss, `{"password":"entirely-fresh"}`)
	testkit.Must(t, err)
	event := h.Last(h.Cove.ID)
	if event.Type != "user.updated" || event.Credential != h.KeyID(event.Actor.String(), 1) {
		t.Errorf("the event is %+v", event)
	}
	shown, err := json.Marshal([]any{event, h.View(h.Operator, h.Cove.ID)})
	testkit.Must(t, err)
	testkit.Conceals(t, "an event or answer", shown, "entirely-fresh", "$2a$", "asswordHash")
	testkit.Conceals(t, "the store", h.AtRest(h.Cove.ID), "entirely-fresh")
}

// A credential changes no user that may do more than itself, least of all its
// password, and raises none above itself.
func TestNobodyChangesOrMakesAStrongerUser(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	boss, clerk := staffed(h, h.Cove)
	writer := h.Mint(h.Cove, 0, "read", "users:write")
	for body, user := range map[string]string{
		`{"password":"another one"}`: boss, `{"status":"disabled"}`: boss, `{"role":"clerk"}`: boss, `{"role":"admin"}`: clerk,
	} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, err := changeUser(h, writer, "", user, body)
			testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
		})
	}
	_, err := changeUser(h, writer, "", clerk, `{"password":"another one"}`)
	testkit.Must(t, err)
	signed := signedIn(h, "clerk", "another one")
	_, err = changeUser(h, signed, "", clerk, `{"role":"admin"}`)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
}

// A user cannot take the last active administrator away, itself included; a key and
// whoever is above can, and a user can where another one is left.
func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.MerchantOf(h.Cove)
	boss, clerk := staffed(h, shop)
	signed := signedIn(h, "boss", "long enough")
	for body, field := range map[string]string{`{"status":"disabled"}`: "status", `{"role":"clerk"}`: "role"} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, err := changeUser(h, signed, "", boss, body)
			if got := testkit.Refused(t, err, fault.Conflict, fault.CodeConflict); got.Field != field {
				t.Errorf("the refusal names %s", got.Field)
			}
		})
	}
	_, err := changeUser(h, signed, "", clerk, `{"role":"admin"}`)
	testkit.Must(t, err)
	_, err = changeUser(h, signed, "", clerk, `{"status":"disabled"}`)
	testkit.Must(t, err)
	_, err = changeUser(h, signed, "", boss, `{"status":"disabled"}`)
	testkit.Refused(t, err, fault.Conflict, fault.CodeConflict) // a disabled administrator does not count
	_, err = changeUser(h, shop, "", boss, `{"status":"disabled"}`)
	testkit.Must(t, err) // with a key
	_, err = changeUser(h, shop, "", boss, `{"status":"active"}`)
	testkit.Must(t, err)
	_, err = h.AddUser(h.Cove, "", `{"username":"above","password":"long enough"}`)
	testkit.Must(t, err)
	_, err = changeUser(h, signedIn(h, "above", "long enough"), shop.ID, boss, `{"status":"disabled"}`)
	testkit.Must(t, err) // from above
}

// Faults are named, all together and before anything is hashed or written.
func TestAUserChangeNamesItsFaults(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, clerk := staffed(h, h.Cove)
	before := h.Record(h.Cove.ID)
	_, err := changeUser(h, h.Cove, "", clerk, `{"status":"gone","role":"owner","password":"short"}`)
	got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	if got["status"] != fault.BadValue || got["role"] != fault.BadValue || got["password"] != fault.TooShort {
		t.Errorf("faults are %v", got)
	}
	_, err = changeUser(h, h.Cove, "", clerk, `{"status":null,"role":null,"password":null}`)
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); len(got) != 3 {
		t.Errorf("faults are %v", got)
	}
	for _, id := range []string{"", "x", testkit.UnknownID, h.Cove.ID} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			if _, err := changeUser(h, h.Cove, "", id, `{"role":"admin"}`); !fault.IsNotFound(err) {
				t.Errorf("user %q: %v", id, err)
			}
		})
	}
	if !h.Stands(before) {
		t.Error("something was written")
	}
}

// Users of others cannot be changed; their ids are as unknown as missing ones.
func TestUsersOfOthersCannotBeChanged(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	victim, sibling := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	boss, _ := staffed(h, victim)
	operations := []testkit.Operation{{Name: "change", Try: func(c tenancy.Caller, id string) error {
		return testkit.ErrorOf(h.Svc.Access.UpdateUser(t.Context(), c, id, boss, testkit.Input[access.UserChange](t, `{"status":"disabled"}`)))
	}}}
	h.Hidden(victim, operations, h.Rival, sibling)
	h.Lacking(victim, "customers:write", operations)
	if _, err := changeUser(h, sibling, "", boss, `{"status":"disabled"}`); !fault.IsNotFound(err) {
		t.Errorf("below itself: %v", err)
	}
}
