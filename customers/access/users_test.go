package access_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tenantry/customers/access"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A password has 8 to 128 characters, however many bytes they take, and every one
// of them counts.
func TestPasswordLimitsAreInCharacters(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	for _, row := range []struct {
		password string
		detail   fault.Detail
	}{
		{"", fault.TooShort}, {"木木木木木木木", fault.TooShort}, {strings.Repeat("木", 129), fault.TooLong}, {strings.Repeat("a", 129), fault.TooLong},
	} {
		t.Run(row.password, func(t *testing.T) {
			h := h.In(t)
			_, err := h.AddUser(h.Cove, "", `{"username":"u","password":"`+row.password+`"}`)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["password"] != row.detail {
				t.Errorf("a password of %d bytes: faults are %v", len(row.password), got)
			}
		})
	}
	long := strings.Repeat("木", 40) + strings.Repeat("森林", 43) + "水"
	for i, password := range []string{"木林森水火金土日", long + "木", "   x   y", "a\"\\\u0001bcdefg"} {
		t.Run(password, func(t *testing.T) {
			h := h.In(t)
			username := fmt.Sprint("user", i)
			text, err := json.Marshal(password)
			testkit.Must(t, err)
			_, err = h.AddUser(h.Cove, "", `{"username":"`+username+`","password":`+string(text)+`}`)
			testkit.Must(t, err)
			signedIn(h, username, password)
		})
	}
	_, err := h.Login("user1", long+"林") // differs in the last of 128 characters
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
}

// Usernames are a tenant's: unique there regardless of case, at most 128
// characters; the faults of a user are listed together.
func TestUsernames(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
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
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.AddUser(h.Cove, "", row.body)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
				t.Errorf("%s: faults are %v", row.body, got)
			}
		})
	}
	longest := strings.Repeat("木", 128)
	_, err := h.AddUser(h.Cove, "", `{"username":"`+longest+`","password":"long enough"}`)
	testkit.Must(t, err)
	signedIn(h, longest, "long enough")
	_, err = h.AddUser(h.Cove, "", `{"username":"Ada@Example.com","password":"long enough"}`)
	testkit.Must(t, err)
	for _, on := range []testkit.Party{h.Cove, h.MerchantOf(h.Cove)} {
		_, err = h.AddUser(h.Cove, on.ID, `{"username":"aDA@eXAMPLE.COM","password":"long enough"}`)
		testkit.Duplicate(t, err, "username")
	}
	for _, username := range []string{"ada@example.com", "ADA@EXAMPLE.COM"} {
		t.Run(username, func(t *testing.T) {
			h := h.In(t)
			if user := signedIn(h, username, "long enough"); user.ID != h.Cove.ID {
				t.Errorf("%s signs in to %s", username, user.ID)
			}
		})
	}
	if got := len(h.Record(h.Rival.ID).Users); got != 0 {
		t.Errorf("a refused user was added, there are %d", got)
	}
}

// The first user is an administrator and later ones are clerks, unless asked
// otherwise; no answer or event shows a password or its hash.
func TestUsersAndRoles(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	first, err := h.AddUser(h.Cove, "", `{"username":"first","password":"correct-horse-1"}`)
	testkit.Must(t, err)
	second, err := h.AddUser(h.Cove, "", `{"username":"second","password":"correct-horse-2"}`)
	testkit.Must(t, err)
	third, err := h.AddUser(h.Cove, "", `{"username":"third","password":"correct-horse-3","role":"admin"}`)
	testkit.Must(t, err)
	if first.Role != "admin" || second.Role != "clerk" || third.Role != "admin" {
		t.Errorf("the roles are %s, %s, %s", first.Role, second.Role, third.Role)
	}
	list, err := h.Svc.Access.Users(t.Context(), h.As(h.Cove), "")
	testkit.Must(t, err)
	if len(list) != 3 || list[1] != second {
		t.Errorf("the list is %+v", list)
	}
	shown, err := json.Marshal([]any{list, h.View(h.Operator, h.Cove.ID), h.Events(h.Cove.ID)})
	testkit.Must(t, err)
	testkit.Conceals(t, "an answer or event", shown, "correct-horse", "$2a$", "asswordHash")
	testkit.Conceals(t, "the store", h.AtRest(h.Cove.ID), "correct-horse")
}

// An administrator may do what a secret key may; a clerk reads, writes nothing and
// sees no keys.
func TestAClerkOnlyReads(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(h.Cove, "", testkit.UsBank("000000000001")).ID
	_, err := h.AddUser(h.Cove, "", `{"username":"boss","password":"long enough"}`)
	testkit.Must(t, err)
	_, err = h.AddUser(h.Cove, "", `{"username":"clerk","password":"long enough"}`)
	testkit.Must(t, err)
	boss, clerk := signedIn(h, "boss", "long enough"), signedIn(h, "clerk", "long enough")
	if got := h.As(boss).Credential.Scopes; got != tenancy.Full {
		t.Errorf("an administrator holds %s", got)
	}
	caller, ctx, before := h.As(clerk), t.Context(), h.Record(h.Cove.ID)
	for _, id := range []string{"", m.ID} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			if _, err := h.Svc.Lifecycle.Get(ctx, caller, id); err != nil {
				t.Errorf("a clerk cannot read: %v", err)
			}
			for name, err := range map[string]error{
				"keys":        testkit.ErrorOf(h.Svc.Access.Keys(ctx, caller, id)),
				"update":      testkit.ErrorOf(h.Svc.Lifecycle.Update(ctx, caller, lifecycle.UpdateInput{CustomerID: id, Input: testkit.Input[fields.Input](t, `{"name":"Mine"}`)})),
				"create":      testkit.ErrorOf(h.Svc.Lifecycle.Create(ctx, caller, lifecycle.CreateInput{Input: testkit.Input[fields.Input](t, `{"name":"C","email":"c@example.com","planKey":"payer"}`)})),
				"delete":      h.Svc.Lifecycle.Delete(ctx, caller, lifecycle.DeleteInput{CustomerID: m.ID}),
				"add bank":    testkit.ErrorOf(h.Svc.Instruments.AddBank(ctx, caller, id, testkit.Input[fields.BankInput](t, testkit.UsBank("000000000002")))),
				"drops":       testkit.ErrorOf(h.Svc.Instruments.StartDrops(ctx, caller, "", bank)),
				"tokenize":    testkit.ErrorOf(h.Svc.Instruments.Tokenize(ctx, caller, testkit.Input[instruments.TokenInput](t, testkit.CardBody))),
				"mint":        testkit.ErrorOf(h.Svc.Access.MintKey(ctx, caller, id, testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))),
				"rotate":      testkit.ErrorOf(h.Svc.Access.RotateKeys(ctx, caller, id, access.RotateInput{})),
				"revoke":      testkit.ErrorOf(h.Svc.Access.RevokeKey(ctx, caller, access.RevokeInput{CustomerID: id, KeyID: h.KeyID(h.Cove.ID, 1)})),
				"change user": testkit.ErrorOf(h.Svc.Access.UpdateUser(ctx, caller, id, h.Record(h.Cove.ID).Users[1].ID.String(), testkit.Input[access.UserChange](t, `{"role":"admin"}`))),
				"add user":    testkit.ErrorOf(h.Svc.Access.AddUser(ctx, caller, id, testkit.Input[access.UserInput](t, `{"username":"x","password":"long enough","role":"clerk"}`))),
				"decide":      testkit.ErrorOf(h.Svc.Identity.DecideIdentity(ctx, caller, m.ID, testkit.Input[identity.DecisionInput](t, `{"status":"verified"}`))),
				"refresh":     testkit.ErrorOf(h.Svc.Identity.RefreshIdentity(ctx, caller, m.ID)),
				"unmasked":    testkit.ErrorOf(h.Svc.Lifecycle.Unmasked(ctx, caller, lifecycle.UnmaskInput{CustomerID: id, Reason: "because"})),
			} {
				t.Run(name, func(t *testing.T) {
					if fault.CodeOf(err) != fault.CodeScope {
						t.Errorf("%s by a clerk: %v", name, err)
					}
				})
			}
		})
	}
	if !h.Stands(before) {
		t.Error("a clerk changed something")
	}
}

// A customer has 20 users at most.
func TestUsersAreBounded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	for i := range 20 {
		_, err := h.AddUser(h.Cove, "", fmt.Sprintf(`{"username":"user%d","password":"long enough"}`, i))
		testkit.Must(t, err)
	}
	_, err := h.AddUser(h.Cove, "", `{"username":"user20","password":"long enough"}`)
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["username"] != fault.TooMany {
		t.Errorf("the 21st user is refused as %v", got)
	}
	_, err = h.AddUser(h.Rival, "", `{"username":"user20","password":"long enough"}`)
	testkit.Must(t, err) // the refused one holds no name
}

// Users of others are hidden; customers:write is needed to add one's own.
func TestUsersOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	victim, sibling := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	operations := []testkit.Operation{
		{Name: "list", Try: func(c tenancy.Caller, id string) error {
			return testkit.ErrorOf(h.Svc.Access.Users(t.Context(), c, id))
		}},
		{Name: "add", Try: func(c tenancy.Caller, id string) error {
			return testkit.ErrorOf(h.Svc.Access.AddUser(t.Context(), c, id, testkit.Input[access.UserInput](t, `{"username":"mole","password":"long enough"}`)))
		}},
	}
	h.Hidden(victim, operations, h.Rival, sibling)
	h.Hidden(h.Cove, operations, h.Rival, victim)
	h.Lacking(victim, "customers:write", operations[1:])
	h.Lacking(victim, "read", operations[:1])
}

// A password that is tried first, or is made of names of the user or the account, is
// refused wherever one is set.
func TestGuessablePasswordsAreRefused(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, `{"name":"Harbor Lane","email":"pay@harborlane.example","planKey":"merchant","username":"mira","password":"correct-horse"}`)
	mira := h.Record(m.ID).Users[0].ID.String()
	for _, password := range []string{"password1", "Qwerty123456", "harborlane", "Harbor-Lane1", "tenantry1", "bentley.woods", "Bentley9"} {
		t.Run(password, func(t *testing.T) {
			h := h.In(t)
			body := `,"password":"` + password + `"`
			created := `{"name":"Harbor Lane","email":"h@harborlane.example","planKey":"merchant","username":"bentley.woods"` + body + `}`
			for name, err := range map[string]error{
				"create": testkit.ErrorOf(h.Svc.Lifecycle.Create(t.Context(), h.As(h.Cove), lifecycle.CreateInput{Input: testkit.Input[fields.Input](t, created)})),
				"add":    testkit.ErrorOf(h.AddUser(m, "", `{"username":"bentley.woods"`+body+`}`)),
			} {
				t.Run(name, func(t *testing.T) {
					if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["password"] != fault.BadValue {
						t.Errorf("%s: faults are %v", name, got)
					}
				})
			}
		})
	}
	_, err := changeUser(h, m, "", mira, `{"password":"HARBORLANE!"}`)
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["password"] != fault.BadValue {
		t.Errorf("a change: faults are %v", got)
	}
	signedIn(h, "mira", "correct-horse")
	_, err = h.AddUser(h.Rival, "", `{"username":"ben","password":"harborlane"}`)
	testkit.Must(t, err) // it is only theirs
}
