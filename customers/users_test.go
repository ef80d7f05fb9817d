package customers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// signedIn signs a user in who must be let in.
func (h *house) signedIn(username, password string) party {
	h.t.Helper()
	user, err := h.login(username, password)
	must(h.t, err)
	return user
}

// A password has 8 to 128 characters, however many bytes they take, and every one
// of them counts.
func TestPasswordLimitsAreInCharacters(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, row := range []struct {
		password string
		detail   fault.Detail
	}{
		{"", fault.TooShort}, {"木木木木木木木", fault.TooShort}, {strings.Repeat("木", 129), fault.TooLong}, {strings.Repeat("a", 129), fault.TooLong},
	} {
		_, err := h.addUser(h.cove, "", `{"username":"u","password":"`+row.password+`"}`)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["password"] != row.detail {
			t.Errorf("a password of %d bytes: faults are %v", len(row.password), got)
		}
	}
	long := strings.Repeat("木", 127)
	for i, password := range []string{"木木木木木木木木", long + "木", "       x", "a\"\\\u0001bcdefg"} {
		username := fmt.Sprint("user", i)
		text, err := json.Marshal(password)
		must(t, err)
		_, err = h.addUser(h.cove, "", `{"username":"`+username+`","password":`+string(text)+`}`)
		must(t, err)
		h.signedIn(username, password)
	}
	_, err := h.login("user1", long+"林") // differs in the last of 128 characters
	refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
}

// Usernames are one installation's: unique regardless of case, at most 128
// characters; the faults of a user are listed together.
func TestUsernames(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, row := range []struct {
		body, field string
		detail      fault.Detail
	}{
		{`{}`, "username", fault.Missing}, {`{}`, "password", fault.Missing},
		{`{"username":"","password":"long enough"}`, "username", fault.TooShort},
		{`{"username":"` + strings.Repeat("木", 129) + `","password":"long enough"}`, "username", fault.TooLong},
		{`{"username":"a\u0000b","password":"long enough"}`, "username", fault.BadValue},
		{`{"username":"u","password":"long enough","role":"owner"}`, "role", fault.BadValue},
	} {
		_, err := h.addUser(h.cove, "", row.body)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
			t.Errorf("%s: faults are %v", row.body, got)
		}
	}
	longest := strings.Repeat("木", 128)
	_, err := h.addUser(h.cove, "", `{"username":"`+longest+`","password":"long enough"}`)
	must(t, err)
	h.signedIn(longest, "long enough")
	_, err = h.addUser(h.cove, "", `{"username":"Ada@Example.com","password":"long enough"}`)
	must(t, err)
	for _, by := range []party{h.cove, h.rival} {
		_, err = h.addUser(by, "", `{"username":"aDA@eXAMPLE.COM","password":"long enough"}`)
		duplicate(t, err, "username")
	}
	for _, username := range []string{"ada@example.com", "ADA@EXAMPLE.COM"} {
		if user := h.signedIn(username, "long enough"); user.id != h.cove.id {
			t.Errorf("%s signs in to %s", username, user.id)
		}
	}
	if got := len(h.record(h.rival.id).Users); got != 0 {
		t.Errorf("a refused user was added, there are %d", got)
	}
}

// The first user is an administrator and later ones are clerks, unless asked
// otherwise; no answer or event shows a password or its hash.
func TestUsersAndRoles(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, err := h.addUser(h.cove, "", `{"username":"first","password":"correct-horse-1"}`)
	must(t, err)
	second, err := h.addUser(h.cove, "", `{"username":"second","password":"correct-horse-2"}`)
	must(t, err)
	third, err := h.addUser(h.cove, "", `{"username":"third","password":"correct-horse-3","role":"admin"}`)
	must(t, err)
	if first.Role != "admin" || second.Role != "clerk" || third.Role != "admin" {
		t.Errorf("the roles are %s, %s, %s", first.Role, second.Role, third.Role)
	}
	list, err := h.svc.Users(t.Context(), h.as(h.cove), "")
	must(t, err)
	if len(list) != 3 || list[1] != second {
		t.Errorf("the list is %+v", list)
	}
	shown, err := json.Marshal([]any{list, h.view(h.operator, h.cove.id), h.events(h.cove.id)})
	must(t, err)
	conceals(t, "an answer or event", shown, "correct-horse", "$2a$", "asswordHash")
	conceals(t, "the store", h.atRest(h.cove.id), "correct-horse")
}

// An administrator may do what a secret key may; a clerk reads, writes nothing and
// sees no keys.
func TestAClerkOnlyReads(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(h.cove, "", usBank("000000000001")).ID
	_, err := h.addUser(h.cove, "", `{"username":"boss","password":"long enough"}`)
	must(t, err)
	_, err = h.addUser(h.cove, "", `{"username":"clerk","password":"long enough"}`)
	must(t, err)
	boss, clerk := h.signedIn("boss", "long enough"), h.signedIn("clerk", "long enough")
	if got := h.as(boss).Credential.Scopes; got != tenancy.Full {
		t.Errorf("an administrator holds %s", got)
	}
	caller, ctx, before := h.as(clerk), t.Context(), h.record(h.cove.id)
	for _, id := range []string{"", m.id} {
		if _, err := h.svc.Get(ctx, caller, id); err != nil {
			t.Errorf("a clerk cannot read: %v", err)
		}
		for name, err := range map[string]error{
			"keys":        errorOf(h.svc.Keys(ctx, caller, id)),
			"update":      errorOf(h.svc.Update(ctx, caller, customers.UpdateInput{CustomerID: id, Input: input[customers.Input](t, `{"name":"Mine"}`)})),
			"create":      errorOf(h.svc.Create(ctx, caller, customers.CreateInput{Input: input[customers.Input](t, `{"name":"C","email":"c@example.com","planKey":"payer"}`)})),
			"delete":      h.svc.Delete(ctx, caller, customers.DeleteInput{CustomerID: m.id}),
			"add bank":    errorOf(h.svc.AddBank(ctx, caller, id, input[customers.BankInput](t, usBank("000000000002")))),
			"drops":       errorOf(h.svc.StartDrops(ctx, caller, "", bank)),
			"tokenize":    errorOf(h.svc.Tokenize(ctx, caller, input[customers.TokenInput](t, cardBody))),
			"mint":        errorOf(h.svc.MintKey(ctx, caller, id, input[customers.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))),
			"rotate":      errorOf(h.svc.RotateKeys(ctx, caller, id, customers.RotateInput{})),
			"revoke":      errorOf(h.svc.RevokeKey(ctx, caller, id, "key_1")),
			"change user": errorOf(h.svc.UpdateUser(ctx, caller, id, h.record(h.cove.id).Users[1].ID.String(), input[customers.UserChange](t, `{"role":"admin"}`))),
			"add user":    errorOf(h.svc.AddUser(ctx, caller, id, input[customers.UserInput](t, `{"username":"x","password":"long enough","role":"clerk"}`))),
			"decide":      errorOf(h.svc.DecideIdentity(ctx, caller, m.id, input[customers.DecisionInput](t, `{"status":"verified"}`))),
			"refresh":     errorOf(h.svc.RefreshIdentity(ctx, caller, m.id)),
			"unmasked":    errorOf(h.svc.Unmasked(ctx, caller, customers.UnmaskInput{CustomerID: id, Reason: "because"})),
		} {
			if fault.CodeOf(err) != fault.CodeScope {
				t.Errorf("%s by a clerk: %v", name, err)
			}
		}
	}
	if h.record(h.cove.id) != before {
		t.Error("a clerk changed something")
	}
}

// errorOf gives the error of a call with two results.
func errorOf[T any](_ T, err error) error { return err }

// A customer has 20 users at most.
func TestUsersAreBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i := range 20 {
		_, err := h.addUser(h.cove, "", fmt.Sprintf(`{"username":"user%d","password":"long enough"}`, i))
		must(t, err)
	}
	_, err := h.addUser(h.cove, "", `{"username":"user20","password":"long enough"}`)
	if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["username"] != fault.TooMany {
		t.Errorf("the 21st user is refused as %v", got)
	}
	_, err = h.addUser(h.rival, "", `{"username":"user20","password":"long enough"}`)
	must(t, err) // the refused one holds no name
}

// Users of others are hidden; customers:write is needed to add one's own.
func TestUsersOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := open(t)
	victim, sibling := h.merchantOf(h.cove), h.merchantOf(h.cove)
	operations := []operation{
		{"list", func(c tenancy.Caller, id string) error { return errorOf(h.svc.Users(t.Context(), c, id)) }},
		{"add", func(c tenancy.Caller, id string) error {
			return errorOf(h.svc.AddUser(t.Context(), c, id, input[customers.UserInput](t, `{"username":"mole","password":"long enough"}`)))
		}},
	}
	h.hidden(victim, operations, h.rival, sibling)
	h.hidden(h.cove, operations, h.rival, victim)
	h.lacking(victim, "customers:write", operations[1:])
	h.lacking(victim, "read", operations[:1])
}
